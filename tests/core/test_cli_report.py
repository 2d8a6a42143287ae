"""`nlp-tui report`: one file, whole and harmless, whatever stands in the data."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from core.appraisal.html import to_html
from core.appraisal.markdown import to_markdown
from core.cli import main

HOSTILE = '<script>alert("x")</script> | `code` [link](http://e.x) \x1b[31m\u202e'
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)


def made(text: str, label: str = "good") -> dict[str, Any]:
    """A report of two classes that says `text` and `label` wherever a file can say something."""
    return {
        "data": {
            "file": text,
            "classes": {label: 3, "bad": 2},
            "rows": 5,
            "read": 6,
            "notes": [text],
            "texts": {"fewest": 1, "median": 3.0, "long": 5.0, "most": 6, "unseen": 0.25, "texts": 5},
        },
        "measured": {
            "texts": 5,
            "by": "cross-validation",
            "repeats": 2,
            "folds": 2,
            "learned_from": 2,
            "majority": 0.6,
            "largest": label,
        },
        "advice": f"Use it for {label}.",
        "recommended": "tfidf",
        "more_labels": {"era": "tfidf", "labels": 1, "of": 2, "said": "It helped."},
        "ladder": [
            {"era": era, "labels": labels, "mean": mean, "sd": sd, "low": mean - 0.1, "high": mean + 0.1}
            for era, labels, mean, sd in (
                ("prompt", 0, 0.55, None),
                ("tfidf", 12, 0.61, 0.02),
                ("tfidf", 24, 0.8, 0.01),
            )
        ],
        "table": [
            {
                "era": era,
                "mean": mean,
                "sd": sd,
                "low": mean - 0.1,
                "high": mean + 0.1,
                "seeds": 2,
                "texts": 5,
                "against_best": against,
                "certain": None if against is None else False,
                "seconds": 12.0,
                "seconds_for_1000_texts": 0.25,
                "megabytes": 1.25,
                "parameters": 9,
            }
            for era, mean, sd, against in (
                ("tfidf", 0.8, 0.01, None),
                ("scratch", 0.7, None, {"mean": 0.1, "low": -0.1, "high": 0.3, "seeds": 1, "texts": 5}),
            )
        ],
        "left_out": {"prompt": text},
        "notes": [],
        "errors": {
            "n": 5,
            "wrong": 1,
            "labels": [label, "bad"],
            "confusion": [[2, 1], [0, 2]],
            "classes": [
                {"label": label, "n": 3, "precision": 1.0, "recall": 2 / 3, "f1": 0.8},
                {"label": "bad", "n": 2, "precision": None, "recall": 1.0, "f1": None},
            ],
            "surest": [{"text": text, "label": label, "answer": "bad", "probability": 0.9}],
        },
        "suspects": {
            "found": 3,
            "of": 5,
            "listed": [{"text": text, "label": label, "likelier": "bad", "probability": 0.9, "margin": 0.8}],
        },
        "commands": ["nlp-tui report --data x.csv"],
        "cpu": "a processor",
    }


class Reader(HTMLParser):
    """Tags that are open, and everything that a browser would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "circle", "path", "rect"):
            self.open.append(tag)
        if tag in ("script", "img", "link", "iframe", "a") or any(n.startswith("on") for n, _ in attributes):
            self.active.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.active += [tag for name, _ in attributes if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_confusion_of_many_classes_is_a_list_of_pairs() -> None:
    report, n = made("a text"), 300
    names = [f"class {number}" for number in range(n)]
    scores = {"n": 1, "precision": 1.0, "recall": 1.0, "f1": 1.0}
    confusion = [[int(true == said) for said in range(n)] for true in range(n)]
    confusion[7][9], confusion[200][3] = 2, 5
    report["data"]["classes"] = dict.fromkeys(names, 1) | {"class 299": 40}
    report["errors"] |= {
        "labels": names,
        "confusion": confusion,
        "classes": [{"label": name, **scores} for name in names],
    }
    for page in (to_html(report), to_markdown(report)):
        said = page.index("2 pairs of 300 classes are confused")
        assert page.index("class 200", said) < page.index("class 7", said), "the most frequent first"
        assert "→ class 9" not in page
        assert "280 smaller classes" in page
        assert page.index("class 299") < page.index("class 18"), "the largest first"


def test_hostile_text_is_text_in_html() -> None:
    page = to_html(made(HOSTILE, HOSTILE))
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    assert reader.active == []
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_hostile_text_is_text_in_markdown() -> None:
    text = to_markdown(made(HOSTILE, HOSTILE))
    assert "\x1b" not in text
    assert "<script>" not in text.replace("\\<script\\>", "")
    widths = {line.replace("\\|", "").count("|") for line in text.splitlines() if line.startswith("| 9")}
    assert widths == {5}  # sure, label, answer, text: a bar within one is no end of a cell


@pytest.mark.parametrize("write", [to_html, to_markdown])
def test_it_says_what_it_has_measured(write: Any) -> None:
    said = write(made("a text"))
    for part in (
        "80.0 %",
        "within the noise",
        "2-fold cross-validation",
        "What more labels buy",
        "61.0 % ± 2.0",
        "6 read, 5 kept, 1 left out",
        "prompt is left out",
    ):
        assert part in said
    assert "25.0 % of a new text" in said
    assert "3 of 5 labels may be wrong" in said


def tickets(path: Path, rows: int) -> Path:
    """A table of four classes, a word in seven decides."""
    rng = random.Random(0)
    words = {"billing": "invoice", "login": "password", "delivery": "parcel", "product": "battery"}
    lines, kinds = ["number,message,category"], list(words)
    for n in range(rows):
        kind = kinds[n % 4]
        filler = " ".join(rng.choices(["please", "help", "again", "with", "my", "order", "today", "it", "fails"], k=6))
        lines.append(f"{n},{filler} {words[kind]} {n},{kind}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.mark.slow
def test_four_classes_of_300_rows_from_the_file_to_the_page(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tickets(home / "tickets.csv", 300)
    page = home / "report.html"
    arguments = [
        "report",
        "--data",
        str(path),
        "--text",
        "message",
        "--eras",
        "average",
        "--repeats",
        "1",
        "--no-fewer",
    ]
    assert main([*arguments, "-o", str(page)]) == 0
    Reader().feed(page.read_text("utf-8"))
    said = capsys.readouterr()
    assert said.out == ""
    assert f"Written to {page}." in said.err
    assert main([*arguments, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["data"]["classes"] == {"billing": 75, "delivery": 75, "login": 75, "product": 75}
    assert report["table"][0]["texts"] == 300
    assert report["table"][0]["mean"] > report["measured"]["majority"]
    assert "--text message" in report["commands"][0]
    if CHROMIUM:
        shot = home / "page.png"
        command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--screenshot={shot}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        assert shot.stat().st_size > 10_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "report.pdf"], "report.pdf says no format"),
        (["-o", "nowhere/report.md"], "There is no folder nowhere"),
    ],
)
def test_a_place_that_cannot_be_is_said_before_anything_is_trained(
    arguments: list[str], said: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--data", str(tickets(home / "t.csv", 20)), *arguments]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["a text,yes", "another,yes"], "only one class"),
        (["a text,yes", "another,yes", "a third,no"], "each class needs three"),
    ],
)
def test_data_that_teaches_nothing_is_said_plainly(
    rows: list[str], said: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = home / "odd.csv"
    path.write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    assert main(["report", "--data", str(path)]) == 1
    assert said in capsys.readouterr().err


def test_an_unknown_era_is_a_mistake(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--eras", "lstm2031"]) == 2
    assert "there is no era 'lstm2031'" in capsys.readouterr().err
