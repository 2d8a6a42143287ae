"""A run that goes on belongs to its data; one that has lost its way says so and keeps no model."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.corpora import load_task
from core.finetuning.train import train
from core.jobs import command
from core.optim.checkpoint import CheckpointError, Origin, OtherData, claim
from core.runs.logger import Diverged, RunLogger
from core.storage.store import Store
from tests.core.conftest import EVERY_STEP, Events, tiny_job, work, write_reviews


@pytest.fixture
def interrupted(tmp_path: Path) -> Path:
    """The data of a run that was stopped after its first epoch; the run's folder is `run` beside it."""
    data = write_reviews(tmp_path / "mine.csv", 120)
    events = Events()
    logger = RunLogger(events, lambda: "stopped" if events.kinds("checkpoint") else "running", EVERY_STEP)
    logger.log(train(tiny_job("scratch", data), tmp_path / "run", Store(tmp_path / "store"), logger))
    assert events[-1]["kind"] == "stopped"
    return data


def go_on(data: Path) -> Events:
    events = Events()
    folder = data.parent
    work(train, tiny_job("scratch", data), folder / "run", Store(folder / "store"), RunLogger(events))
    return events


def checkpoints(data: Path) -> dict[str, bytes]:
    found = (data.parent / "run" / "checkpoints").rglob("*")
    return {path.name: path.read_bytes() for path in found if path.is_file()}


def test_a_checkpoint_goes_on_with_its_own_data_only(interrupted: Path) -> None:
    kept, content = checkpoints(interrupted), interrupted.read_text(encoding="utf-8")
    interrupted.write_text(content.replace("film", "movie"), encoding="utf-8")
    with pytest.raises(OtherData, match="the texts or their labels have changed since"):
        go_on(interrupted)
    fewer = "".join(content.splitlines(keepends=True)[:40])
    interrupted.write_text(fewer, encoding="utf-8")
    with pytest.raises(OtherData, match="Put the data back as it was"):
        go_on(interrupted)
    interrupted.write_text(content.replace(",positive", ",Positive"), encoding="utf-8")
    with pytest.raises(OtherData, match="its classes were negative, positive, now they are Positive, negative"):
        go_on(interrupted)
    assert checkpoints(interrupted) == kept, "nothing is overwritten"
    interrupted.write_text(content, encoding="utf-8")
    assert go_on(interrupted)[-1]["kind"] == "done"


def test_checkpoints_of_an_earlier_version_are_taken_at_their_word_and_noted(tmp_path: Path) -> None:
    claim(tmp_path, Origin("digest", ("a", "b")))
    claim(tmp_path, Origin("digest", ("a", "b")))
    (tmp_path / "origin.json").write_text("{", encoding="utf-8")
    with pytest.raises(CheckpointError):
        claim(tmp_path, Origin("digest"))


@pytest.mark.parametrize("rate", [1e6, 1e12])
def test_a_rate_beyond_reason_is_said_to_diverge_and_no_model_is_kept(rate: float, tmp_path: Path) -> None:
    data = write_reviews(tmp_path / "mine.csv", 120)
    store = Store(tmp_path / "store")
    with pytest.raises(Diverged, match=r"diverged: the loss is .* at step \d+\. Try a smaller learning rate"):
        train(tiny_job("scratch", data, learning_rate=rate), tmp_path / "run", store, RunLogger(Events()))
    assert not store.all("classifier")


def test_classes_and_digest_do_not_depend_on_the_order_of_the_rows_labels(tmp_path: Path) -> None:
    labels = ("5", "1", "nan")
    rows = [f"a sentence of film number {n},{labels[n % 3]}\n" for n in range(30)]
    for name, some in (("a", rows), ("b", rows[::-1])):
        (tmp_path / f"{name}.csv").write_text("text,label\n" + "".join(some), encoding="utf-8")
    one, other = (load_task(str(tmp_path / f"{name}.csv")) for name in ("a", "b"))
    assert one.labels == other.labels == ("1", "5", "nan")


def test_a_file_is_trained_on_as_it_is_said_to_be_read(tmp_path: Path) -> None:
    path = tmp_path / "avis.csv"
    rows = [f"un café très serré numéro {n};{('Bon', 'bon', 'bon', 'mauvais')[n % 4]}\n" for n in range(60)]
    path.write_bytes("".join(rows).encode("cp1252"))
    events = Events()
    job = tiny_job("scratch", path, encoding="cp1252", no_header=True, fold_labels=True)
    train(job, tmp_path / "run", Store(tmp_path / "store"), RunLogger(events))
    (start,) = events.kinds("start")
    assert start["labels"] == ["bon", "mauvais"]
    assert sum(start["sizes"].values()) == 60
    assert command(job).endswith("--encoding cp1252 --no-header --fold-labels")
