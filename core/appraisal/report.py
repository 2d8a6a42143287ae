"""All that a report says, as one JSON object: what was read, the table, the advice, errors, suspected labels."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.appraisal.advice import Row, advise, choose, pair, rank, say_more_labels
from core.appraisal.appraise import Appraised, EraAnswers
from core.appraisal.label_faults import find_suspects
from core.appraisal.own_text import TextReader
from core.appraisal.second_rows import MARK, era_of
from core.benchmark.statistics import summarize
from core.data.corpus_list import shorten
from core.data.labelled_spec import split_spec
from core.eras.table import BY_ID
from core.evaluation.confusion import count_confusion, score_classes
from core.storage.artifact import installed_versions, processor

MOST = 20
"""Mistakes and suspected labels that are listed; all are counted."""


def rank_eras(found: Appraised) -> list[Row]:
    """The eras that have answered, the most accurate first. Raises ValueError where none has."""
    true = np.asarray(found.plan.answered.labels, np.int64)
    return rank(
        {era: answers.right(true) for era, answers in found.answers.items()},
        {era: answers.seconds for era, answers in found.answers.items()},
    )


def build(
    found: Appraised,
    rows: Sequence[Row],
    fewer: Sequence[tuple[int, EraAnswers]],
    look: Mapping[str, Any],
    commands: Sequence[str],
) -> dict[str, Any]:
    """The report of eras that were ranked as `rows`.

    `look`: what was understood of the data; `fewer`: some eras with fewer labels, and how many these were.
    """
    plan, labels = found.plan, list(found.plan.task.labels)
    true = np.asarray(plan.answered.labels, np.int64)
    counts = np.bincount(true, minlength=len(labels))
    chosen = found.answers[choose(rows).era]
    # Of several repeats the mean: each text's answer by models that have not seen it.
    probabilities = np.mean(chosen.probabilities, axis=0)
    return {
        "v": 1,
        "data": dict(look),
        "measured": {
            "texts": len(true),
            "by": "cross-validation" if plan.crossed else "test split",
            "repeats": plan.repeats,
            "folds": plan.parts,
            "learned_from": _learned_from(found),
            "majority": float(counts.max() / counts.sum()),
            "largest": labels[int(counts.argmax())],
        },
        "advice": advise(rows, float(counts.max() / counts.sum()), labels[int(counts.argmax())]),
        "recommended": chosen.era,
        "more_labels": _more_labels(found, chosen, fewer, true),
        "ladder": _ladder(found, fewer, true),
        "table": [_row(row, found.answers[row.era]) for row in rows],
        "left_out": dict(found.left_out),
        "notes": list(found.notes),
        "errors": _errors(found, probabilities, true),
        "suspects": _suspects(found, probabilities, true),
        "commands": list(commands),
        "versions": installed_versions(),
        "cpu": processor(),
    }


def describe_gains(found: Appraised, reader: TextReader) -> dict[str, Any]:
    """What the text without labels bought: of each era that has both rows the difference, and what the reading did."""
    true = np.asarray(found.plan.answered.labels, np.int64)
    right = {row: answers.right(true) for row, answers in found.answers.items()}
    gains = []
    for row in (each for each in right if each.endswith(MARK) and era_of(each) in right):
        gain = pair(right[row], right[era_of(row)])
        gains.append({"era": era_of(row), **asdict(gain), "certain": gain.certain})
    return {
        "text": shorten(split_spec(reader.own.text)[0]),
        "gains": gains,
        "read": dict(reader.gains),
        "notes": list(dict.fromkeys(reader.notes)),
    }


def _learned_from(found: Appraised) -> int:
    plan = found.plan
    if not plan.crossed:
        return len(plan.task.train) + len(plan.task.validation)
    return len(plan.answered) * (plan.parts - 1) // plan.parts


def _row(row: Row, answers: EraAnswers) -> dict[str, Any]:
    return {
        "era": row.era,
        **asdict(row.summary),
        "against_best": asdict(row.against) if row.against else None,
        "certain": row.against.certain if row.against else None,
        "seconds": answers.seconds,
        "seconds_for_1000_texts": 1000 * answers.reading,
        "megabytes": answers.megabytes,
        "parameters": answers.parameters,
    }


def _more_labels(
    found: Appraised, chosen: EraAnswers, fewer: Sequence[tuple[int, EraAnswers]], true: NDArray[np.int64]
) -> dict[str, Any] | None:
    """What the last doubling of the labels bought the recommended era."""
    own = [(labels, answers) for labels, answers in fewer if answers.era == chosen.era]
    if not own:
        return None
    labels, half = max(own, key=lambda each: each[0])
    whole = _learned_from(found)
    said = say_more_labels(half.right(true), chosen.right(true), chosen.era, (labels, whole))
    return {"era": chosen.era, "labels": labels, "of": whole, "said": said}


def _ladder(
    found: Appraised, fewer: Sequence[tuple[int, EraAnswers]], true: NDArray[np.int64]
) -> list[dict[str, Any]] | None:
    """Accuracies by number of labels, era by era; of one that learns from no label that of none. None without any."""
    if not fewer:
        return None
    whole = _learned_from(found)
    measured = [*fewer, *((whole, found.answers[era]) for era in dict.fromkeys(each.era for _, each in fewer))]
    measured += [(0, answers) for era, answers in found.answers.items() if BY_ID[era_of(era)].asked]
    return [
        {"era": answers.era, "labels": labels, **asdict(summarize(answers.right(true)))}
        for labels, answers in sorted(measured, key=lambda each: (each[1].era, each[0]))
    ]


def _errors(found: Appraised, probabilities: NDArray[np.floating], true: NDArray[np.int64]) -> dict[str, Any]:
    plan, labels = found.plan, found.plan.task.labels
    said = probabilities.argmax(axis=1)
    confusion = count_confusion(true, said.astype(np.int64), len(labels))
    wrong = np.flatnonzero(said != true)
    surest = heapq.nsmallest(MOST, map(int, wrong), key=lambda place: (-probabilities[place].max(), place))
    return {
        "n": len(true),
        "wrong": len(wrong),
        "labels": list(labels),
        "confusion": confusion.tolist(),
        "classes": [
            {"label": each.label, "n": each.n, "precision": each.precision, "recall": each.recall, "f1": each.f1}
            for each in score_classes(confusion, labels)
        ],
        "surest": [
            {
                "text": plan.answered.texts[place],
                "label": labels[int(true[place])],
                "answer": labels[int(said[place])],
                "probability": float(probabilities[place].max()),
            }
            for place in surest
        ],
    }


def _suspects(found: Appraised, probabilities: NDArray[np.floating], true: NDArray[np.int64]) -> dict[str, Any]:
    plan, labels = found.plan, found.plan.task.labels
    there = find_suspects(probabilities, true)
    return {
        "found": len(there),
        "of": len(true),
        "listed": [
            {
                "text": plan.answered.texts[each.place],
                "label": labels[each.label],
                "likelier": labels[each.likelier],
                "probability": each.probability,
                "margin": each.margin,
            }
            for each in there[:MOST]
        ],
    }
