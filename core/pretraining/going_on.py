"""Going on: pretraining that begins where another artifact ended, on text without what a model will be judged by.

ULMFiT's second stage (Howard and Ruder 2018); for transformers Gururangan et al. (2020) call it domain-adaptive
pretraining. Words that the parent knows keep their rows, those that it lacks begin at the mean of its rows, as fastai
has it, and words that the text does not hold stay where they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.data.corpora import Unlabelled, unlabelled
from core.data.leaving_out import leave_out, load_judged
from core.errors import UserError
from core.jobs import GloveJob, LanguageModelJob, MaskedJob, Pretraining, PretrainJob, options_of
from core.jobs.reading import reading_of
from core.pretrained.parents import GOES_ON
from core.pretraining.corpus import MINIMUM_COUNT, Corpus
from core.runs import events
from core.runs.logger import RunLogger
from core.storage.artifact import Artifact

RECIPE = "going_on.v1"
FIELDS = frozenset({"goes_on", "leave_out"})
"""Fields of a job that its key says by digests and parents."""

J = TypeVar("J", PretrainJob, GloveJob, LanguageModelJob, MaskedJob)


@dataclass(frozen=True)
class Material:
    """What a pretraining job reads. `settings` belong to its key, `info` to what it says of itself."""

    text: Unlabelled
    settings: dict[str, Any]
    info: Mapping[str, Any]


def read_material(job: Pretraining, parent: Artifact | None, logger: RunLogger) -> Material:
    """The job's text without what is to be left out, which is said. Raises DataError."""
    text = unlabelled(job.data, job.text_column, job.offline, reading_of(job))
    settings: dict[str, Any] = {GOES_ON: RECIPE} if parent else {}
    info: dict[str, Any] = {"goes_on_from": parent.key} if parent else {}
    if job.leave_out:
        judged = load_judged(job.leave_out, job.offline)
        text, found = leave_out(text, judged)
        settings["left_out"] = judged.digest
        info["left_out"] = {
            "data": judged.name,
            "texts": judged.texts,
            "documents": found.documents,
            "lines": found.lines,
        }
        lines = f", and {_counted(found.lines, 'line')} of others" if found.lines else ""
        message = (
            f"left out of {text.name}: {_counted(found.documents, 'document')}{lines}; they are among the "
            f"{_counted(judged.texts, 'text')} of {judged.name} that models are judged by"
        )
        logger.log(events.Warned(message=message))
    return Material(text, settings, info)


def keep_sizes(job: J, sizes: Mapping[str, Any]) -> J:
    """The job with the sizes of what it goes on from. Raises UserError where others are asked for."""
    usual = {each.name: each.default for each in fields(job)}
    for name, value in sizes.items():
        if (asked := getattr(job, name)) not in (usual[name], value):
            flag = options_of(type(job))[name].flag
            raise UserError(
                f"What goes on keeps its sizes: {flag} {asked} was asked for, but what it goes on from has {value}.",
                f"Leave out {flag}, or leave out --from to begin with nothing.",
            )
    return replace(job, **sizes)


def say_added(corpus: Corpus, known: int, vocabulary: int, logger: RunLogger) -> int:
    """Say how many words are new to the parent, which has `known` rows. Returns how many."""
    added = len(corpus.vocabulary) - known
    full = int((corpus.counts[2:] >= MINIMUM_COUNT).sum()) >= vocabulary - 2
    bound = f"; no more than the text's {vocabulary:,} most frequent words are looked at" if full else ""
    logger.log(
        events.Warned(
            message=f"{_counted(added, 'new word')} with {MINIMUM_COUNT} places or more in the text: "
            f"each begins at the mean of C{bound}"
        )
    )
    return added


def extend_rows(rows: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """C of the parent, (V, d), with as many rows as `size`: the new ones at the mean of its words' rows."""
    new = np.broadcast_to(rows[2:].mean(axis=0), (size - len(rows), rows.shape[1]))
    return np.concatenate([rows, new.astype(np.float32)])


def extend_bias(bias: NDArray[np.float32], theirs: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """The softmax's biases, (known,), with those of new words, (V,): what words as frequent have in the mean.

    `theirs`, (known,), are the counts in the text that the biases are from, `counts`, (V,), those of the new one. The
    biases are fitted to the logarithm of a word's share of its text by least squares.
    """
    slope, start = np.polyfit(_log_shares(theirs)[2:], bias[2:].astype(np.float64), 1)
    return np.concatenate([bias, (start + slope * _log_shares(counts)[len(bias) :]).astype(np.float32)])


def _counted(n: int, what: str) -> str:
    """`1 line`, `2 lines`, `no line`."""
    return f"{n:,} {what}{'' if n == 1 else 's'}" if n else f"no {what}"


def _log_shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = np.log(np.maximum(counts, 1) / max(1, counts.sum()))
    return shares
