"""A report as its run writes it: of four classes, by numbers that are made up."""

from __future__ import annotations

import json
from typing import Any

from core.appraisal.report_runs import REPORT
from core.jobs import ReportJob
from core.storage.paths import Home
from tests.tui.fake_run import FakeRun

LABELS = ["billing", "delivery", "login", "product"]
CONFUSION = [[70, 2, 2, 1], [3, 68, 3, 1], [4, 2, 66, 3], [2, 2, 3, 68]]
TEXTS = [
    "Good morning, charged twice?? the amount is wrong! this is not what I paid for",
    "Please help: I have a problem with my password, also the screen stopped working",
    "about the tracking number: late, I wrote last week already and nobody has answered since then, can somebody look",
]
ADVICE = (
    "Use word2vec: 90.7 % (95 %: 87.2 to 93.8). The best is better than tfidf, by +6.3 points or more (95 %: +2.1 to "
    "+10.4). It cannot be told apart from ulmfit with 300 texts."
)
COSTS = {"word2vec": (9.4, 0.76, 3.3), "ulmfit": (29.3, 2.52, 12.0), "tfidf": (0.61, 0.05, 0.01)}


def report(**changes: Any) -> dict[str, Any]:
    """Three eras measured on 300 texts, prompt left out."""
    table = [_row("word2vec", 0.907, None), _row("ulmfit", 0.891, 0.016), _row("tfidf", 0.844, 0.063)]
    made = {
        "v": 1,
        "data": {
            "file": "tickets.csv",
            "dialect": "comma-separated",
            "encoding": "utf-8",
            "text": "message",
            "label": "category",
            "read": 302,
            "rows": 300,
            "left_out": {"same text with different labels": 2},
            "classes": dict.fromkeys(LABELS, 75),
            "notes": ["2 rows are left out: same text with different labels (the first at line 302)"],
            "texts": {"fewest": 5, "median": 13.0, "long": 19.0, "most": 22, "unseen": 0.043, "texts": 300},
        },
        "measured": {
            "texts": 300,
            "by": "cross-validation",
            "repeats": 2,
            "folds": 5,
            "learned_from": 240,
            "majority": 0.25,
            "largest": "billing",
        },
        "advice": ADVICE,
        "recommended": "word2vec",
        "more_labels": {
            "era": "word2vec",
            "labels": 120,
            "of": 240,
            "said": "word2vec gained +6.1 points (95 %: +2.2 to +10.1) from 120 to 240 labels: more labels are likely "
            "to help further, each doubling usually less than the one before.",
        },
        "ladder": [
            {"era": era, "labels": labels, "mean": mean, "sd": 0.01, "low": mean - 0.04, "high": mean + 0.04}
            for era, labels, mean in (
                ("tfidf", 60, 0.701),
                ("tfidf", 120, 0.785),
                ("tfidf", 240, 0.844),
                ("word2vec", 60, 0.752),
                ("word2vec", 120, 0.846),
                ("word2vec", 240, 0.907),
            )
        ],
        "table": table,
        "left_out": {"prompt": "The language model does not know the class's name 'login' as a word to answer with."},
        "notes": [],
        "errors": {
            "n": 300,
            "wrong": 28,
            "labels": LABELS,
            "confusion": CONFUSION,
            "classes": [
                {"label": label, "n": 75, "precision": 0.9, "recall": row[place] / 75, "f1": 0.9}
                for place, (label, row) in enumerate(zip(LABELS, CONFUSION, strict=True))
            ],
            "surest": [
                {"text": text, "label": LABELS[place], "answer": LABELS[place + 1], "probability": 0.98 - place / 10}
                for place, text in enumerate(TEXTS)
            ],
        },
        "suspects": {
            "found": 2,
            "of": 300,
            "listed": [
                {
                    "text": text,
                    "label": LABELS[place],
                    "likelier": LABELS[place + 1],
                    "probability": 0.98 - place / 10,
                    "margin": 0.9 - place / 10,
                }
                for place, text in enumerate(TEXTS[:2])
            ],
        },
        "commands": ["nlp-tui report --data tickets.csv --text message -o report.html"],
        "versions": {},
        "cpu": "a processor",
    }
    return {**made, **changes}


def _row(era: str, mean: float, behind: float | None) -> dict[str, Any]:
    against = {"mean": behind, "low": -0.01, "high": 0.09, "seeds": 2, "texts": 300}
    seconds, reading, megabytes = COSTS[era]
    return {
        "era": era,
        "mean": mean,
        "sd": 0.004,
        "low": mean - 0.035,
        "high": mean + 0.031,
        "seeds": 2,
        "texts": 300,
        "against_best": None if behind is None else against,
        "certain": None if behind is None else behind > 0.05,
        "seconds": seconds,
        "seconds_for_1000_texts": reading,
        "megabytes": megabytes,
        "parameters": 9,
    }


def write_report(run: FakeRun, made: dict[str, Any]) -> None:
    """What a worker keeps after each era."""
    (run.path / REPORT).write_text(json.dumps(made), "utf-8")


def measured(home: Home, number: int = 1, **changes: Any) -> FakeRun:
    """A report that is there whole."""
    run = FakeRun(home, ReportJob("/data/tickets.csv", "message"), number=number)
    run.start(total=50)
    write_report(run, report(**changes))
    run.say("done", artifact=None, model=None, best=None, scores={}, cached=False)
    run.live(False)
    return run
