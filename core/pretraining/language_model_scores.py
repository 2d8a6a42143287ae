"""What a language model is worth, measured on the model as it is read from disk."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from core.data.corpora import Unlabelled, load_task, unlabelled
from core.data.text import words
from core.data.vocabulary import Vocabulary
from core.models.frozen_language_model import mean_states
from core.models.language_model import LanguageModel
from core.models.perplexity import held_out
from core.pretrained import language_model as frozen
from core.pretraining import probe as probes
from core.pretraining.probe import Probe

HELD_OUT, BEFORE = "held-out", "held-out before"
"""What is scored: at the end, and where a model goes on from another, as that one was, with rows for the new words."""


def kept(texts: Sequence[str], vocabulary: Vocabulary) -> list[list[int]]:
    """Held-out documents as word numbers, empty ones left out."""
    return [ids for text in texts if (ids := vocabulary.encode(words(text)))]


def first_words(documents: Sequence[list[int]], least: int) -> list[list[int]]:
    """The first documents that hold at least so many words together, or all."""
    chosen: list[list[int]] = []
    held = 0
    for document in documents:
        if held >= least:
            break
        chosen.append(document)
        held += len(document)
    return chosen


def score_held_out(
    model: LanguageModel, text: Unlabelled, vocabulary: Vocabulary, backward: bool
) -> dict[str, dict[str, Any]]:
    """Exact perplexity on all that is held out, and on what is held out of each text that was joined."""
    found = {HELD_OUT: held_out(model, kept(text.held_out, vocabulary), backward).fields()}
    for part in text.parts:
        if documents := kept(part.held_out, vocabulary):
            found[f"{HELD_OUT} {part.name}"] = held_out(model, documents, backward).fields()
    return found


def scores(folder: Path) -> dict[str, dict[str, Any]]:
    """Exact perplexity on all held-out text, and the probe, as lm.json and the cards hold them.

    The text must be where the model's job says. Raises DataError.
    """
    found = frozen.load(folder)
    job = found.info["job"]
    text = unlabelled(job["data"], job["text_column"], offline=job["offline"])
    probe = Probe(load_task(probes.TASK, offline=job["offline"]), found.vocabulary.encode, job["seed"])
    return {
        **score_held_out(found.model, text, found.vocabulary, found.backward),
        "probe": probe.measure(partial(mean_states, found.model, backward=found.backward)).fields(),
    }
