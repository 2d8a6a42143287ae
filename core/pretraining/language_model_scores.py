"""What a language model is worth, measured on the model as it is read from disk."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from core.data.corpora import load_task, unlabelled
from core.data.text import words
from core.data.vocabulary import Vocabulary
from core.models.frozen_language_model import mean_states
from core.models.perplexity import held_out
from core.pretrained import language_model as frozen
from core.pretraining import probe as probes
from core.pretraining.probe import Probe


def kept(texts: Sequence[str], vocabulary: Vocabulary) -> list[list[int]]:
    """Held-out documents as word numbers, empty ones left out."""
    return [ids for text in texts if (ids := vocabulary.encode(words(text)))]


def scores(folder: Path) -> dict[str, dict[str, Any]]:
    """Exact perplexity on all held-out text, and the probe, as lm.json and the cards hold them.

    The text must be where the model's job says. Raises DataError.
    """
    found = frozen.load(folder)
    job = found.info["job"]
    text = unlabelled(job["data"], job["text_column"], offline=job["offline"])
    probe = Probe(load_task(probes.TASK, offline=job["offline"]), found.vocabulary.encode, job["seed"])
    documents = kept(text.held_out, found.vocabulary)
    return {
        "held-out": held_out(found.model, documents, found.backward).fields(),
        "probe": probe.measure(partial(mean_states, found.model, backward=found.backward)).fields(),
    }
