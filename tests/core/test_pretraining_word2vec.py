"""word2vec: vectors for exactly the corpus' vocabulary, live progress, a stop that leaves nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.data.text import words
from core.jobs import PretrainJob
from core.pretrained import vectors
from core.pretraining import corpus, word2vec
from core.runs.logger import RunLogger, Stopped
from core.storage.paths import ASSETS
from core.storage.store import Artifact, Spec, Store
from tests.core.conftest import EVERY_STEP, Events, work


def job(reviews: Path, **settings: int) -> PretrainJob:
    return PretrainJob(
        data=str(reviews),
        text_column="text",
        dimension=settings.get("dimension", 6),
        epochs=2,
        vocabulary=60,
        threads=1,
    )


def test_the_corpus_is_the_text_in_numbers(store: Store, tiny_vectors: Artifact, reviews: Path) -> None:
    from core.data.corpora import unlabelled

    (parent,) = tiny_vectors.manifest["parents"]
    artifact = store.find(parent)
    assert artifact is not None
    held = corpus.load(artifact)
    text = unlabelled(str(reviews), "text")
    assert len(held) == len(text.texts)
    for ids, document in zip(held.documents(), text.texts, strict=True):
        assert ids.tolist() == held.vocabulary.encode(words(document))


def test_vectors_cover_the_vocabulary_and_say_how_they_were_made(tiny_vectors: Artifact) -> None:
    found = vectors.load(tiny_vectors.path)
    assert found.matrix.shape == (len(found.vocabulary), 8)
    assert not found.matrix[0].any(), "a pad is nothing"
    assert np.isfinite(found.matrix).all()
    assert (np.abs(found.matrix[2:]).sum(axis=1) > 0).all()
    assert len(found.info["loss"]) == 3
    assert found.info["loss"][0] > 0


def test_progress_is_live_and_ends_at_the_total(store: Store, reviews: Path) -> None:
    events = Events()
    work(word2vec.pretrain, job(reviews), Path(), store, RunLogger(events, intervals=EVERY_STEP))
    steps = [e["step"] for e in events.kinds("progress") if e["phase"] == "word2vec"]
    assert len(steps) > 100
    assert steps == sorted(steps)
    assert steps[-1] == events.kinds("start")[0]["total"]
    assert [e["epoch"] for e in events.kinds("eval")] == [1, 2]


def test_trained_already_it_is_found_again(store: Store, reviews: Path) -> None:
    first = work(word2vec.pretrain, job(reviews), Path(), store, RunLogger(Events()))
    events = Events()
    assert work(word2vec.pretrain, job(reviews), Path(), store, RunLogger(events)).key == first.key
    assert events.kinds("start") == []


def test_a_stop_leaves_nothing(store: Store, reviews: Path) -> None:
    events = Events()

    def desired() -> str:
        working = any(e.get("phase") == "word2vec" for e in events.kinds("progress"))
        return "stopped" if working else "running"

    before = {a.key for a in store.all("vectors")}
    with pytest.raises(Stopped):
        work(word2vec.pretrain, job(reviews, dimension=5), Path(), store, RunLogger(events, desired, EVERY_STEP))
    assert {a.key for a in store.all("vectors")} == before
    assert not list(store.root.rglob(".staging*"))


def test_cbow_is_another_artifact_that_is_found_by_its_name_only(
    store: Store, reviews: Path, tiny_vectors: Artifact
) -> None:
    cbow = work(
        word2vec.pretrain, replace(job(reviews, dimension=8), architecture="cbow"), Path(), store, RunLogger(Events())
    )
    assert cbow.manifest["config"]["architecture"] == "cbow"
    assert vectors.find(store, "word2vec", 8) == tiny_vectors
    assert vectors.find(store, "word2vec", 8, architecture="cbow") == cbow
    assert not np.array_equal(vectors.load(cbow.path).matrix, vectors.load(tiny_vectors.path).matrix)
    with pytest.raises(vectors.NoVectors) as missing:
        vectors.find(store, "word2vec", 999, architecture="cbow")
    assert "nlp-tui pretrain word2vec --architecture cbow --dimension 999" in missing.value.hint


def test_shipped_vectors_keep_the_key_they_have_always_had() -> None:
    shipped = vectors.find(Store(Path("none"), ASSETS / "models"), "word2vec", PretrainJob().dimension)
    made_from = shipped.manifest
    spec = Spec(vectors.KIND, word2vec.RECIPE, PretrainJob().settings, made_from["data"], tuple(made_from["parents"]))
    assert spec.key == shipped.key


def test_vectors_are_found_by_dimension_or_key_and_missing_ones_say_how_to_get_them(
    store: Store, tiny_vectors: Artifact
) -> None:
    assert vectors.find(store, "word2vec", 8) == tiny_vectors
    assert vectors.find(store, "word2vec", 999, tiny_vectors.key[:10]) == tiny_vectors
    with pytest.raises(vectors.NoVectors) as missing:
        vectors.find(store, "word2vec", 999)
    assert "999 dimensions" in missing.value.message
    assert "nlp-tui pretrain word2vec --dimension 999" in missing.value.hint
