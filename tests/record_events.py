"""Record the events of one real, tiny run a kind: `python -m tests.record_events` writes tests/core/recorded_events/.

Each run is a worker's process as `nlp-tui` starts it, on made-up reviews, in a home of its own. To be done again when
what a run says has changed; tests read the files and hold the fakes against them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.jobs import GloveJob, IndexJob, Job, LadderJob, LanguageModelJob, MaskedJob, PretrainJob, ReportJob
from core.machine.process import child_environment
from core.runs import create_run
from core.runs.pins import write_pins
from core.storage.paths import Home
from tests.core import conftest
from tests.core.conftest import tiny_encoder, tiny_job, write_reviews

RECORDED = Path(__file__).parent / "core" / "recorded_events"
REVIEWS = 600
EPOCHS = 2
"""More would only make the files longer."""

PINS = ("the cast is wonderful .",)
"""Sentences that are answered while it learns, where there are epochs to learn in."""

WORKER = """
import sys
from core import worker
from core.pretraining import probe

probe.TASK = sys.argv[1]
sys.exit(worker.main(sys.argv[2:]))
"""
"""The worker, its probe on the same reviews."""


def jobs(data: Path) -> Iterator[tuple[str, Job]]:
    """What is recorded, by name, in an order in which each finds what it starts from."""
    text = str(data)
    small: dict[str, Any] = {"dimension": 8, "epochs": EPOCHS, "vocabulary": 100, "threads": 1}
    yield "word2vec", PretrainJob(data=text, text_column="text", **small)
    yield "glove", GloveJob(data=text, text_column="text", **{**small, "sample": 0, "components": 0})
    for way in ("forward", "backward"):
        model: dict[str, Any] = {**small, "hidden": 12, "batch_size": 4, "bptt": 8}
        yield f"lm-{way}", LanguageModelJob(way, text, "text", **model)
    masked: dict[str, Any] = {
        "steps": 20,
        "batch_size": 8,
        "length": 12,
        "threads": 1,
        "tuned_layers": 1,
        "dropped_layers": 0,
    }
    yield "mlm", MaskedJob(data=text, text_column="text", encoder=str(tiny_encoder()), **masked)
    for era in ("scratch", "word2vec", "elmo", "ulmfit", "bert", "tfidf"):
        yield f"train-{era}", tiny_job(era, data, epochs=EPOCHS)
    yield "index", IndexJob("lm", data=text, unlabelled="none", occurrences=500, threads=1)
    yield "ladder", LadderJob(data=text, eras="tfidf", labels="20,100", seeds=1, workers=1)
    yield "report", ReportJob(data=text, eras="tfidf", repeats=1, fewer=False)


def main() -> None:
    """Record them all. Raises CalledProcessError where a run fails."""
    shutil.rmtree(RECORDED, ignore_errors=True)
    RECORDED.mkdir()
    with TemporaryDirectory() as folder:
        environment = child_environment({**os.environ, "NLP_TUI_HOME": folder})
        os.environ["NLP_TUI_HOME"] = folder
        conftest._SHARED.append(Path(folder))  # where the tiny transformer is made
        data = write_reviews(Path(folder) / "reviews.csv", REVIEWS)
        for name, job in jobs(data):
            run = create_run(job, Home.locate())
            write_pins(run.path, PINS)
            command = [sys.executable, "-P", "-c", WORKER, str(data), str(run.path)]
            subprocess.run(command, check=True, env=environment, cwd=run.path)
            said = run.events_path.read_text(encoding="ascii").replace(f"{folder}/", "")
            (RECORDED / f"{name}.jsonl").write_text(said, encoding="ascii")
            print(f"{name}: {len(said):,} bytes", flush=True)


if __name__ == "__main__":
    main()
