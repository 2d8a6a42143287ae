"""Pretraining that goes on: from which rows, with which new words, without which texts, and what that bought."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy import sparse

from core.data.corpora import DataError, load_task
from core.data.text import words
from core.data.vocabulary import Vocabulary
from core.errors import UserError
from core.jobs import GloveJob, LanguageModelJob, MaskedJob, Pretraining, PretrainJob, going_on
from core.machine.extras import has_transformers
from core.pretrained import language_model as frozen
from core.pretrained import masked_encoder, vectors
from core.pretrained.parents import SHIPPED, NoParent, find_parent
from core.pretraining import corpus as corpora
from core.pretraining import glove, language_model, masked_language_model, probe, word2vec
from core.pretraining.corpus import Corpus
from core.runs.logger import RunLogger, Stopped
from core.storage.store import Artifact, Store
from tests.core.conftest import BAD, EVERY_STEP, GOOD, Events, Shelf, sentence, work, write_reviews

NEW = "gizmo"


@pytest.fixture(autouse=True)
def _probed_on_the_reviews(reviews: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "TASK", str(reviews))


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 labelled texts: few enough that each is answered in turn."""
    return write_reviews(tmp_path_factory.mktemp("labelled") / "tickets.csv", 60, seed=5)


@pytest.fixture(scope="module")
def dump(labelled: Path) -> Path:
    """A text without labels: about a new thing, never gripping, with all labelled texts among it, in capitals."""
    rng, task = random.Random(1), load_task(str(labelled))
    lines = [f"the {NEW} {number} has {sentence(rng, GOOD[:-1] if number % 2 else BAD)}" for number in range(400)]
    labelled_texts = [*task.train.texts, *task.validation.texts, *task.test.texts]
    path = labelled.with_name("all.txt")
    path.write_text("\n".join([*lines, *(text.upper() for text in labelled_texts)]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def home(
    shelf: Shelf,
    tiny_vectors: Artifact,
    tiny_glove: Artifact,
    tiny_language_models: dict[str, Artifact],
    tmp_path_factory: pytest.TempPathFactory,
) -> Store:
    """A store with the tiny pretrained things, which this module adds to."""
    assert tiny_vectors
    assert tiny_glove
    assert tiny_language_models
    store = Store(tmp_path_factory.mktemp("home") / "store")
    shelf.fill(store)
    return store


def lm_job(dump: Path, parent: Artifact, labelled: Path, **settings: Any) -> LanguageModelJob:
    small = {**going_on("lm"), "epochs": 1, "batch_size": 4, "bptt": 8, "negatives": 20}
    return LanguageModelJob(
        data=str(dump), goes_on=parent.key[:10], leave_out=str(labelled), vocabulary=100, **{**small, **settings}
    )


@pytest.fixture(scope="module")
def adapted(
    home: Store,
    dump: Path,
    labelled: Path,
    reviews: Path,
    tiny_language_models: dict[str, Artifact],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Artifact, Events]:
    """The tiny forward language model after it has read the dump, and what was said meanwhile."""
    events = Events()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probe, "TASK", str(reviews))
        job = lm_job(dump, tiny_language_models["forward"], labelled)
        run = tmp_path_factory.mktemp("run")
        return work(language_model.pretrain, job, run, home, RunLogger(events)), events


def corpus_of(artifact: Artifact, home: Store) -> Corpus:
    found = home.find(artifact.manifest["parents"][0])
    assert found is not None
    return corpora.load(found)


def test_a_vocabulary_grows_by_the_words_that_stand_often_enough() -> None:
    known = Vocabulary.from_counts(Counter(film=9, plot=7, seen=1))
    counts = Counter(film=2, gizmo=6, ink=5, rare=4)
    grown = known.grown(counts, 100, 5)
    assert grown.words == (*known.words, "gizmo", "ink")
    assert grown.counts.tolist() == [0, 4, 11, 7, 1, 6, 5]
    assert grown.count(counts).tolist() == [0, 4, 2, 0, 0, 6, 5]
    assert known.grown(counts, 3, 5).words == (*known.words, "gizmo"), "of the three largest rows, specials included"


def test_known_words_keep_their_rows_and_new_ones_begin_at_the_mean(
    home: Store, adapted: tuple[Artifact, Events], tiny_language_models: dict[str, Artifact]
) -> None:
    base = frozen.load(tiny_language_models["forward"].path)
    corpus = corpus_of(adapted[0], home)
    model = language_model.go_on(base, corpus)
    known = len(base.vocabulary)
    assert corpus.vocabulary.words[:known] == base.vocabulary.words
    assert NEW in corpus.vocabulary
    assert NEW not in base.vocabulary
    assert torch.equal(model.C[:known], base.model.C)
    assert torch.equal(model.bias[:known], base.model.bias)
    assert torch.allclose(model.C[known:], base.model.C[2:].mean(dim=0).expand(len(corpus.vocabulary) - known, -1))
    for ours, theirs in zip(model.rnn.parameters(), base.model.rnn.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    # The most frequent word of the dump is expected more often than the rarest.
    rows = corpus.vocabulary.encode([NEW, min(corpus.vocabulary.words[known:], key=corpus.vocabulary.index)])
    assert model.bias[rows[0]] >= model.bias[rows[1]] or corpus.counts[rows[0]] <= corpus.counts[rows[1]]


def test_what_models_are_judged_by_is_nowhere_in_what_is_read(
    home: Store, adapted: tuple[Artifact, Events], labelled: Path
) -> None:
    corpus, task = corpus_of(adapted[0], home), load_task(str(labelled))
    read = {" ".join(corpus.vocabulary.words[row] for row in document) for document in corpus.documents()}
    assert len(corpus) > 300
    for split in (task.train, task.validation, task.test):
        assert read.isdisjoint(" ".join(words(text)) for text in split.texts)
    left_out = frozen.load(adapted[0].path).info["left_out"]
    assert left_out == {"data": "tickets.csv", "texts": 60, "documents": 60, "lines": 0}
    said = [event["message"] for event in adapted[1].kinds("warning")]
    assert any(message.startswith("left out of all.txt: 60 documents; they are among the 60 texts") for message in said)
    assert any("begins at the mean of C" in message for message in said)


def test_the_artifact_says_from_where_it_went_on_and_what_that_bought(
    adapted: tuple[Artifact, Events], home: Store, tiny_language_models: dict[str, Artifact]
) -> None:
    artifact, events = adapted
    parent = tiny_language_models["forward"]
    assert parent.key in artifact.manifest["parents"]
    config = artifact.manifest["config"]
    assert config["goes_on"] == "going_on.v1"
    assert len(config["left_out"]) == 64
    assert not {"hidden", "dimension", "start", "leave_out"} & set(config)
    scores = frozen.load(artifact.path).info["scores"]
    before, after = scores["held-out before"], scores["held-out"]
    assert before["n"] == after["n"] > 20
    assert after["perplexity"] < before["perplexity"]
    assert before["unknown"] == after["unknown"], "the same words are known on both sides"
    first, *_ = events.kinds("eval")
    assert first["step"] == 0
    assert first["loss"] == pytest.approx(before["loss"])


def test_it_is_taken_only_where_its_key_is_named(
    adapted: tuple[Artifact, Events], home: Store, tiny_language_models: dict[str, Artifact]
) -> None:
    assert frozen.find(home, ["forward"])["forward"].key == tiny_language_models["forward"].key
    assert frozen.find(home, ["forward"], adapted[0].key[:8])["forward"].key == adapted[0].key


def test_stopped_and_gone_on_with_it_ends_with_the_same_bits(
    home: Store,
    adapted: tuple[Artifact, Events],
    dump: Path,
    labelled: Path,
    tiny_language_models: dict[str, Artifact],
    shelf: Shelf,
    tmp_path: Path,
) -> None:
    elsewhere = Store(tmp_path / "store")
    shelf.fill(elsewhere)
    job, events = lm_job(dump, tiny_language_models["forward"], labelled), Events()

    def desired() -> str:
        return "stopped" if any(e["kind"] == "progress" and e["step"] == 9 for e in events) else "running"

    with pytest.raises(Stopped):
        work(language_model.pretrain, job, tmp_path / "run", elsewhere, RunLogger(events, desired, EVERY_STEP))
    again = work(language_model.pretrain, job, tmp_path / "run", elsewhere, RunLogger(Events()))
    assert again.key == adapted[0].key
    assert again.manifest["files"] == adapted[0].manifest["files"]


def test_other_sizes_than_the_parents_are_refused_in_words(
    home: Store, dump: Path, labelled: Path, tiny_language_models: dict[str, Artifact], tmp_path: Path
) -> None:
    for wrong, said in (({"hidden": 64}, "--hidden 64"), ({"start": "random"}, "--start")):
        job = lm_job(dump, tiny_language_models["forward"], labelled, **wrong)
        with pytest.raises(UserError, match=said):
            language_model.pretrain(job, tmp_path, home, RunLogger(Events()))


def test_what_is_not_there_is_said(home: Store, dump: Path, labelled: Path, tmp_path: Path) -> None:
    def pretrain(**settings: Any) -> None:
        language_model.pretrain(LanguageModelJob(**settings), tmp_path, home, RunLogger(Events()))

    with pytest.raises(NoParent, match="no forward language models with a key starting 'abcd'"):
        pretrain(data=str(dump), goes_on="abcd")
    with pytest.raises(NoParent, match="No forward language models came with this version"):
        pretrain(data=str(dump), goes_on=SHIPPED)
    known = frozen.find(home, ["forward"])["forward"].key[:8]
    with pytest.raises(DataError, match=r"nowhere\.txt"):
        pretrain(data=str(tmp_path / "nowhere.txt"), goes_on=known)
    (few := tmp_path / "few.txt").write_text("one line\n")
    with pytest.raises(DataError, match="too little text"):
        pretrain(data=str(few), goes_on=known)
    with pytest.raises(DataError, match="too little text to learn word vectors"):
        word2vec.pretrain(PretrainJob(data=str(few)), tmp_path, home, RunLogger(Events()))


def test_one_beginning_that_several_have_is_not_guessed_from(home: Store) -> None:
    with pytest.raises(NoParent, match="can be meant by"):
        find_parent(home, "language_model", ",".join("0123456789abcdef"), "language models", lambda _: True)


@pytest.mark.parametrize("objective", ["word2vec", "glove"])
def test_vectors_go_on_and_words_that_the_text_lacks_stay(
    objective: str,
    home: Store,
    dump: Path,
    labelled: Path,
    tiny_vectors: Artifact,
    tiny_glove: Artifact,
    tmp_path: Path,
) -> None:
    parent = {"word2vec": tiny_vectors, "glove": tiny_glove}[objective]
    runner: Any = {"word2vec": word2vec.pretrain, "glove": glove.pretrain}[objective]
    shared: dict[str, Any] = {"data": str(dump), "goes_on": parent.key[:10], "leave_out": str(labelled), "threads": 1}
    job: Pretraining = (
        PretrainJob(epochs=20, **shared) if objective == "word2vec" else GloveJob(epochs=2, sample=0, **shared)
    )
    made = work(runner, job, Path(), home, RunLogger(Events()))
    shutil.copytree(parent.path, (elsewhere := Store(tmp_path)).root / parent.kind / parent.key)
    again = work(runner, job, Path(), elsewhere, RunLogger(Events()))
    assert again.manifest["files"] == made.manifest["files"], "the same seed, the same bits"
    base, found = vectors.load(parent.path), vectors.load(made.path)
    known, counts = len(base.vocabulary), corpus_of(made, home).counts
    assert found.vocabulary.words[:known] == base.vocabulary.words
    assert found.info["added"] == len(found.vocabulary) - known > 0
    assert found.info["left_out"]["documents"] == 60
    absent = [row for row in range(2, known) if not counts[row]]
    met = [row for row in range(2, known) if counts[row]]
    assert absent
    moved = np.abs(found.matrix[:known] - base.matrix)
    rounded = 0.01 * np.abs(base.matrix).max()
    assert moved[absent].max() < rounded
    assert moved[met].max() > rounded
    assert parent.key in made.manifest["parents"]
    assert vectors.find(home, objective, 8).key == parent.key
    assert vectors.find(home, objective, 8, made.key).key == made.key


def test_gloves_two_tables_begin_at_a_half_each(tiny_glove: Artifact) -> None:
    matrix = vectors.load(tiny_glove.path).matrix
    size = len(matrix)
    model = glove.Glove(sparse.csr_array(sparse.eye(size)), matrix.shape[1], 1.0, 0.1, 0)
    model.begin(matrix)
    assert np.allclose(model.matrix, matrix)


@pytest.mark.skipif(not has_transformers(), reason="needs the extra")
def test_the_transformer_goes_on_with_its_head_and_guesses_the_persons_words_better(
    home: Store, dump: Path, labelled: Path, tiny_masked: Artifact, shelf: Shelf, tmp_path: Path
) -> None:
    shelf.fill(home)
    small: dict[str, Any] = {"steps": 30, "batch_size": 8, "length": 12, "learning_rate": 3e-3, "threads": 1}
    job = MaskedJob(data=str(dump), goes_on=tiny_masked.key[:10], leave_out=str(labelled), **small)
    made = work(masked_language_model.pretrain, job, tmp_path, home, RunLogger(Events()))
    info = masked_encoder.load(made.path, made.key).info
    base = masked_encoder.load(tiny_masked.path, tiny_masked.key)
    assert info["encoder"] == base.info["encoder"]
    assert info["tuned"] == base.info["tuned"]
    assert info["left_out"]["documents"] == 60
    before, after = info["scores"]["held-out before"], info["scores"]["held-out"]
    assert before["n"] == after["n"]
    assert after["loss"] < before["loss"]
    assert tiny_masked.key in made.manifest["parents"]
    assert masked_encoder.find(home).encoder.key == tiny_masked.key
    assert masked_encoder.find(home, f"mlm:{made.key[:9]}").encoder.key == made.key
