"""What a run keeps of each epoch's C, and what drift makes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core import api
from core.catalog.models import Catalog
from core.finetuning import embedding_snapshots, train
from core.finetuning.embedding_snapshots import EmbeddingSnapshots
from core.jobs import TrainJob
from core.pretrained import classifier, language_model
from core.runs import EventWriter, RunDirectory, create_run, delete_run
from core.runs.logger import RunLogger
from core.service.session import Session, WordError
from core.storage.paths import Home
from core.storage.store import Artifact, Store
from core.words.questions import drift
from tests.core.conftest import EVERY_STEP, Events, tiny_job, work
from tests.core.test_training_loop import Switch, trainer


@pytest.fixture(scope="module")
def home(store: Store) -> Home:
    return Home(store=store.root, runs=store.root.parent / "runs")


@pytest.fixture(autouse=True)
def _words_of_the_made_up_reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift, "PAIRS", (("wonderful", "dull"), ("film", "story")))


@pytest.fixture(scope="module")
def run(home: Home, store: Store, trained: dict[str, Artifact], reviews: Path) -> RunDirectory:
    """A finished run of five epochs, of a seed that no other test trains."""
    assert trained
    job = tiny_job("ulmfit", reviews, epochs=5, patience=9, seed=77)
    made = create_run(job, home)
    work(train.train, job, made.path, store, RunLogger(EventWriter(made.events_path)))
    return made


def ask(home: Home, model: str, epoch: int | None = None, session: Session | None = None) -> api.DriftList:
    session = session or Session(Catalog(home, shipped=None))
    found = session.ask(api.Drift(model, k=3, least=1, epoch=epoch))
    assert isinstance(found, api.DriftList)
    return found


def test_a_run_shows_how_far_its_vectors_were_after_each_epoch(home: Home, run: RunDirectory) -> None:
    spec = f"run:{run.id}"
    finished = ask(home, spec)
    assert finished.epochs == (1, 2, 3, 4, 5)
    assert finished.epoch is None
    assert finished.unkept == ""
    each = [ask(home, spec, n) for n in finished.epochs]
    assert [found.epoch for found in each] == [1, 2, 3, 4, 5]
    assert all(0 <= found.overlap < 1 for found in each), "training moved the words"
    assert [course.first for course in finished.courses] == ["wonderful", "film"]
    for n, (course, pair) in enumerate(zip(finished.courses, finished.pairs, strict=True)):
        assert (course.first, course.second) == (pair.first, pair.second)
        assert course.cosines[0] == pytest.approx(pair.before)
        assert list(course.cosines[1:]) == pytest.approx([found.pairs[n].after for found in each])


def test_the_finished_vectors_are_those_of_the_best_epoch_but_for_what_each_file_rounds(
    home: Home, store: Store, run: RunDirectory, tiny_language_models: dict[str, Artifact]
) -> None:
    key = run.view().artifact
    assert key is not None
    artifact = store.find(key)
    assert artifact is not None
    model = classifier.load(artifact.path, store)
    start = language_model.load(tiny_language_models["forward"].path).model.C.numpy()
    finished = model.C.numpy()[: len(start)]
    epochs = {
        epoch: embedding_snapshots.restore(file, start, range(len(start)))
        for epoch, file in embedding_snapshots.kept(run.path / embedding_snapshots.FOLDER).items()
    }
    moved = [np.abs(matrix - start).mean() for matrix in epochs.values()]
    assert 0 < moved[0] < moved[-1], "the longer it is trained, the further they go"
    best = epochs.pop(ask(home, f"run:{run.id}").best)
    # Half a step of the 8 bits in which a row of the model is written, and of the 11 in which an epoch's is.
    largest = np.abs(best).max(axis=1, keepdims=True)
    assert (np.abs(finished - best) <= largest * (1 / 254 + 1 / 2048) * 1.001).all()
    distances = {epoch: np.abs(finished - other).mean() for epoch, other in epochs.items()}
    assert np.abs(finished - best).mean() < min(distances.values()), "no other epoch is nearer"


def test_an_epoch_that_is_not_kept_says_which_are(home: Home, run: RunDirectory) -> None:
    with pytest.raises(WordError, match=r"Of epoch 9 of .* no vectors are kept\. There are 1, 2, 3, 4, 5"):
        ask(home, f"run:{run.id}", 9)


def test_the_same_model_by_another_name_says_where_its_epochs_are(home: Home, run: RunDirectory) -> None:
    key = run.view().artifact
    assert key is not None
    session = Session(Catalog(home, shipped=None))
    by_key = ask(home, f"ulmfit:{key[:8]}", session=session)
    assert by_key.epochs == ()
    assert by_key.courses == ()
    assert "ask run:ID" in by_key.unkept
    assert ask(home, f"run:{run.id}", session=session).epochs == (1, 2, 3, 4, 5), "whichever is asked first"


def test_a_run_that_kept_nothing_says_what_to_do(home: Home, store: Store, run: RunDirectory) -> None:
    again = create_run(run.job, home)
    assert isinstance(run.job, TrainJob)
    work(train.train, run.job, again.path, store, RunLogger(EventWriter(again.events_path)))
    assert again.view().cached
    assert "Train with another seed" in ask(home, f"run:{again.id}").unkept
    delete_run(again)


def test_a_damaged_epoch_is_said_plainly_and_the_finished_model_is_whole(home: Home, run: RunDirectory) -> None:
    file = embedding_snapshots.kept(run.path / embedding_snapshots.FOLDER)[2]
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    try:
        with pytest.raises(WordError, match="epoch 2 cannot be read"):
            ask(home, f"run:{run.id}", 2)
        finished = ask(home, f"run:{run.id}")
        assert finished.epochs == (1, 3, 4, 5)
        assert [len(course.cosines) for course in finished.courses] == [5, 5]
    finally:
        file.write_bytes(whole)


def test_interrupted_and_resumed_keeps_the_same_epochs_bit_for_bit(tmp_path: Path) -> None:
    def fit(name: str, stop_at: int | None) -> None:
        part = trainer(tmp_path / name / "checkpoints", patience=9)
        kept = EmbeddingSnapshots(tmp_path / name / "epochs", part.model.C.weight, 6, 40)
        part.restore()
        switch = Switch(stop_at)
        part.fit(
            RunLogger(Events(), switch, EVERY_STEP), switch.after_step, lambda n: kept.keep(n, part.model.C.weight)
        )

    fit("whole", None)
    for stop_at in (5, 29, None):
        fit("parts", stop_at)
    whole, parts = (embedding_snapshots.kept(tmp_path / name / "epochs") for name in ("whole", "parts"))
    assert list(whole) == list(parts) == [1, 2, 3, 4, 5, 6]
    for n, file in whole.items():
        assert file.read_bytes() == parts[n].read_bytes(), n


def test_only_rows_that_moved_are_kept_and_never_more_epochs_than_there_is_room_for(tmp_path: Path) -> None:
    start = torch.randn(1_000, 16)
    moved = start.clone()
    moved[3] += 0.5
    kept = EmbeddingSnapshots(tmp_path / "epochs", start, planned=60, rows=900)
    for n in range(1, 61):
        kept.keep(n, moved)
    files = embedding_snapshots.kept(tmp_path / "epochs")
    assert list(files) == list(range(3, 61, 3)), "twenty, evenly spread"
    assert max(file.stat().st_size for file in files.values()) < 1_000
    back = embedding_snapshots.restore(files[3], start[:5].numpy(), range(5))
    assert np.array_equal(back[3], moved[3].half().float().numpy())
    assert np.array_equal(back[[0, 1, 2, 4]], start[[0, 1, 2, 4]].numpy())
    assert EmbeddingSnapshots(tmp_path, torch.zeros(50_000, 128), planned=20, rows=50_000).every == 4, "five of 13 MB"
    assert EmbeddingSnapshots(tmp_path, torch.zeros(50_000, 128), planned=20, rows=3_000).every == 1
