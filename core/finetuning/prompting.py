"""Asking a language model: which templates and words a job means, and what can be calibrated without a label."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import torch

from core.data.batches import Encoded, collate, in_order
from core.data.lexicon import Lexicon
from core.eras.prompts import (
    PromptError,
    Template,
    close,
    default_answers,
    default_templates,
    read_answers,
    read_templates,
)
from core.finetuning.prepare import Training
from core.models.asked import AskedClassifier, PromptConfig
from core.runs.logger import RunLogger, Work

BATCH = 32
CALIBRATION_TEXTS = 2_000
"""Training texts whose mean answer is taken off where classes are said to be balanced; their labels are not read."""


def choose_prompt(training: Training, directions: Collection[str], vocabulary: Lexicon) -> PromptConfig:
    """The templates and answer words of a training. Raises PromptError where they cannot be used.

    `directions`: of the language models that are asked; none where both sides of a blank are read.
    """
    job, labels = training.job, training.task.labels
    if job.template:
        templates = read_templates(job.template)
    elif directions:
        templates = tuple(each for each in default_templates(labels) if each.direction in directions)
    else:
        templates = tuple(map(close, default_templates(labels)))
    given = read_answers(job.answers) if job.answers else {}
    return PromptConfig(
        tuple(template.shown for template in templates),
        match_answers(given, labels, vocabulary),
        calibrated=job.calibration != "none",
        tuned=bool(len(training.train)),
        dropout=job.dropout if len(training.train) else 0.0,
    )


def match_answers(
    given: Mapping[str, tuple[str, ...]], labels: Sequence[str], vocabulary: Lexicon
) -> tuple[tuple[str, ...], ...]:
    """The words of each class, in the order of `labels`: those that are given, or of the defaults those it knows.

    Raises PromptError for a class that is not there, and for one that has no word.
    """
    there = ", ".join(labels)
    if not given:
        known = {label: tuple(w for w in some if w in vocabulary) for label, some in default_answers(labels).items()}
        for label, some in known.items():
            if not some:
                raise PromptError(
                    f"The language model does not know the class's name {label!r} as a word to answer with.",
                    f"Name words for {there} with --answers, as in `--answers negative=bad,awful positive=good,great`.",
                )
        return tuple(known.values())
    for name in given:
        if name not in labels:
            raise PromptError(f"The data has no class {name!r}.", f"Its classes are {there}.")
    for name in labels:
        if name not in given:
            raise PromptError(f"No answer word is named for the class {name!r}.", f"Name some for each of {there}.")
    return tuple(given[label] for label in labels)


def describe_prompt(model: AskedClassifier, training: Training) -> list[str]:
    """What a run says of its prompt: what nobody typed should not be a secret."""
    labels, given, config = training.task.labels, training.job.answers, model.config
    asked = " | ".join(config.templates)
    words = "; ".join(f"{label}: {', '.join(some)}" for label, some in zip(labels, config.answers, strict=True))
    said = [f"Asked with: {asked}", f"Answer words: {words}."]
    for template in map(Template, config.templates):
        if unread := model.unread(template):
            said.append(f"{unread!r} in {template.shown!r} stands beyond the blank: nothing reads it.")
    left = sum(map(len, default_answers(labels).values())) - sum(map(len, config.answers))
    if left and not given:
        said.append(f"{left} of the usual answer words are left out: none of them is {model.one_word}.")
    unknown = sorted(
        {word for t in map(Template, config.templates) for word in t.words if not model.vocabulary.reads(word)}
    )
    if unknown:
        said.append(f"Words of the templates that the language model does not know: {', '.join(unknown)}.")
    return said


@torch.inference_mode()
def balance(model: AskedClassifier, texts: Encoded, logger: RunLogger) -> None:
    """Take the mean answer over the texts off, by the bias: no label is read (Zhou et al. 2024, batch calibration).

    That is right where the classes are about equally frequent. Raises Stopped when the person stops it.
    """
    model.eval()
    work = Work("states", texts.tokens(), "tokens/s", logger)
    total = torch.zeros(len(model.bias))
    for rows in in_order(texts, BATCH):
        batch = collate(texts, rows)
        total += model(batch.ids, batch.lengths).log_softmax(dim=1).sum(dim=0)
        work.did(int(batch.lengths.sum()))
    model.bias.data -= total / max(1, len(texts))
