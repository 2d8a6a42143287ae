"""GloVe: counts as a plain loop finds them, an objective that falls, a stop that leaves nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from core.data.vocabulary import SPECIALS, Vocabulary
from core.jobs import GloveJob
from core.pretrained import vectors
from core.pretraining import cooccurrence, glove
from core.pretraining.cooccurrence import cooccurrences, subsampled
from core.pretraining.corpus import Corpus
from core.runs.logger import RunLogger, Stopped
from core.storage.store import Artifact, Store
from core.words.vector_space import VectorSpace
from tests.core.conftest import BAD, EVERY_STEP, GOOD, NOUNS, Events, work

SIZE = 7


def corpus(documents: list[list[int]], size: int = SIZE) -> Corpus:
    """Documents of word numbers; 1 is an unknown word."""
    table = Vocabulary([*SPECIALS, *(f"w{n}" for n in range(2, size))], [0] * size)
    ids = np.array([word for document in documents for word in document], dtype=np.int32)
    return Corpus(ids, np.cumsum([0, *map(len, documents)], dtype=np.int64), table, table.counts)


def silent(done: int, total: int) -> None:
    """Nobody listens."""


def counted_one_by_one(documents: list[list[int]], window: int, size: int = SIZE) -> NDArray[np.float64]:
    counts = np.zeros((size, size))
    for document in documents:
        known = [word for word in document if word > Vocabulary.UNKNOWN]
        for here, word in enumerate(known):
            for there in range(max(0, here - window), here):
                counts[word, known[there]] += 1 / (here - there)
                counts[known[there], word] += 1 / (here - there)
    return counts


def test_a_sentence_counted_by_hand() -> None:
    found = cooccurrences(corpus([[2, 3, 1, 4], [5, 2]]), 2, silent).toarray()
    assert found[2, 3] == found[3, 2] == 1
    assert found[3, 4] == 1, "an unknown word is taken out before distances are measured"
    assert found[2, 4] == 0.5
    assert found[4, 5] == 0, "documents do not cross"
    assert found[5, 2] == 1


@settings(max_examples=60)
@given(
    documents=st.lists(st.lists(st.integers(1, SIZE - 1), max_size=12), max_size=6),
    window=st.integers(1, 5),
    chunk=st.integers(1, 9),
)
def test_counts_are_those_of_a_plain_loop(documents: list[list[int]], window: int, chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cooccurrence, "CHUNK", chunk)
        found = cooccurrences(corpus(documents), window, silent)
    np.testing.assert_allclose(found.toarray(), counted_one_by_one(documents, window), rtol=1e-12)
    assert (found.data > 0).all(), "only pairs that occur are kept"


def test_subsampling_thins_out_frequent_words_and_closes_the_gaps() -> None:
    documents = [[2] * 9 + [3]] * 900 + [[4, 2, 4, 2, 4]]
    everything = corpus(documents)
    thinned = subsampled(everything, 0.02, seed=0)
    before, after = (np.bincount(each.ids, minlength=SIZE) for each in (everything, thinned))
    ratio = 0.02 * before.sum() / before[[2, 3]]
    assert after[[2, 3]] / before[[2, 3]] == pytest.approx(np.sqrt(ratio) + ratio, rel=0.1)
    assert after[4] == before[4] == 3, "rare words stay"
    assert [3 in document for document in thinned.documents()].count(True) == after[3]
    assert list(thinned.documents())[-1].tolist().count(4) == 3
    assert subsampled(everything, 0, seed=0) is everything
    assert np.array_equal(subsampled(everything, 0.02, seed=0).ids, thinned.ids), "a seed repeats it"


@pytest.fixture
def counts() -> sparse.csr_array:
    """1,100 words, so that there are several blocks, in some thousand pairs."""
    rng = np.random.default_rng(0)
    size = 1100
    documents = [rng.zipf(1.3, 40).clip(2, size - 1).tolist() for _ in range(60)]
    return cooccurrences(corpus(documents, size), 5, silent)


def fitted(counts: sparse.csr_array, threads: int) -> tuple[list[float], NDArray[np.float32]]:
    model = glove.Glove(counts, dimension=6, x_max=10, learning_rate=0.1, seed=3)
    return glove.fit(model, 12, threads, RunLogger(Events())), model.matrix


def test_the_objective_falls_with_every_epoch(counts: sparse.csr_array) -> None:
    losses, matrix = fitted(counts, threads=1)
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0] / 3
    assert matrix.shape == (1100, 6)


def test_two_threads_find_the_same_vectors_as_one(counts: sparse.csr_array) -> None:
    losses, matrix = fitted(counts, threads=1)
    again, same = fitted(counts, threads=2)
    assert losses == again
    assert np.array_equal(matrix, same)


def test_a_step_goes_down_the_published_objective() -> None:
    """One pair: the loss is f(x) (w·w~ + b + b~ - log x)², and a step makes it smaller."""
    counts = sparse.csr_array(np.array([[0.0, 4.0], [0.0, 0.0]]))
    model = glove.Glove(counts, dimension=2, x_max=16, learning_rate=0.05, seed=0)
    ((block,),) = model.diagonals()
    before = model.step(block)
    weight = (4 / 16) ** 0.75
    assert before == pytest.approx(weight * np.log(4) ** 2, rel=0.7), "all starts near 0"
    assert model.step(block) < before


def test_the_leading_direction_is_taken_out_and_the_rest_stays() -> None:
    rng = np.random.default_rng(0)
    top, rest = np.eye(6, dtype=np.float32)[0], rng.normal(size=(500, 6)).astype(np.float32)
    rest[:, 0] = 0
    rest -= rest.mean(axis=0)
    strength = rng.normal(5, 20, size=(500, 1)).astype(np.float32)
    found = glove.without_top(rest + strength * top, 1)
    assert np.corrcoef(found[:, 1:].ravel(), rest[:, 1:].ravel())[0, 1] > 0.99
    assert np.abs(found[:, 0]).max() < 1
    assert np.array_equal(glove.without_top(rest, 0), rest)


def job(reviews: Path, dimension: int = 6) -> GloveJob:
    return GloveJob(
        data=str(reviews), text_column="text", dimension=dimension, epochs=2, vocabulary=60, sample=0, threads=1
    )


def test_vectors_cover_the_vocabulary_and_say_how_they_were_made(tiny_glove: Artifact, tiny_vectors: Artifact) -> None:
    found = vectors.load(tiny_glove.path)
    assert found.matrix.shape == (len(found.vocabulary), 8)
    assert not found.matrix[0].any(), "a pad is nothing"
    assert np.isfinite(found.matrix).all()
    assert found.info["loss"][-1] < found.info["loss"][0]
    assert found.info["objective"] == "glove"
    assert tiny_glove.manifest["parents"] == tiny_vectors.manifest["parents"], "the same text in numbers"


def test_words_used_alike_are_near_each_other(tiny_glove: Artifact) -> None:
    found = vectors.load(tiny_glove.path)
    unit = VectorSpace(found.matrix).unit
    adjectives, nouns = (unit[found.vocabulary.encode(words)] for words in ([*GOOD, *BAD], NOUNS))
    alike = (adjectives @ adjectives.T)[~np.eye(len(adjectives), dtype=bool)]
    assert alike.mean() > (adjectives @ nouns.T).mean() + 0.2


def test_progress_is_live_and_ends_at_the_total(store: Store, reviews: Path) -> None:
    events = Events()
    work(glove.pretrain, job(reviews), Path(), store, RunLogger(events, intervals=EVERY_STEP))
    steps = [event["step"] for event in events.kinds("progress") if event["phase"] == "glove"]
    assert steps == sorted(steps)
    assert steps[-1] == events.kinds("start")[0]["total"]
    assert [event["epoch"] for event in events.kinds("eval")] == [1, 2]
    assert events.kinds("progress")[-1]["eta"] == 0.0


def test_made_already_they_are_found_again(store: Store, reviews: Path) -> None:
    first = work(glove.pretrain, job(reviews), Path(), store, RunLogger(Events()))
    events = Events()
    assert work(glove.pretrain, job(reviews), Path(), store, RunLogger(events)).key == first.key
    assert events.kinds("start") == []


@pytest.mark.parametrize("phase", ["cooccurrence", "glove"])
def test_a_stop_leaves_nothing(store: Store, reviews: Path, phase: str) -> None:
    events = Events()

    def desired() -> str:
        return "stopped" if any(e.get("phase") == phase for e in events.kinds("progress")) else "running"

    before = {artifact.key for artifact in store.all("vectors")}
    with pytest.raises(Stopped):
        work(glove.pretrain, job(reviews, dimension=5), Path(), store, RunLogger(events, desired, EVERY_STEP))
    assert {artifact.key for artifact in store.all("vectors")} == before
    assert not list(store.root.rglob(".staging*"))


def test_missing_vectors_say_how_to_get_them(store: Store, tiny_glove: Artifact) -> None:
    assert vectors.find(store, "glove", 8) == tiny_glove
    with pytest.raises(vectors.NoVectors) as missing:
        vectors.find(store, "glove", 999)
    assert "nlp-tui pretrain glove --dimension 999" in missing.value.hint
