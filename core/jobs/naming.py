"""What data a job names, where nothing else is said, and how a title writes it."""

from __future__ import annotations

from pathlib import PurePath

DEFAULT_DATA = "rotten_tomatoes"
NO_DATA = "none"
DATA_NAMES = ("rotten_tomatoes", "imdb", "wiki", "wiki_topics", NO_DATA)
"""Data that has a name, so that no file is meant by it."""
LSTM, MASKED = "lstm", "mlm"
"""What the era prompt can ask: the recurrent language models, or the transformer that guesses masked words."""
BOTH = "both"
"""Both directions of language models."""


def short(data: str) -> str:
    """Data as a title names it: a file without its folders."""
    return data if data.startswith("hf:") else PurePath(data).name
