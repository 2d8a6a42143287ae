"""Which neighbours come back with another seed: what ships is about the models that ship, and is what it says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core import api
from core.catalog.models import Catalog
from core.data.vocabulary import Vocabulary
from core.release.reseeding import list_drawn
from core.service.session import Session
from core.storage.paths import ASSETS, Home
from core.storage.store import Artifact, Store
from core.words import returning_neighbors
from core.words.questions.neighbors import find_neighbors
from core.words.returning_neighbors import NEAREST, ReturningNeighbors, find_returning
from core.words.sources import Sources
from core.words.stability import SeedComparison
from core.words.vector_space import VectorSpace

WORDS = [f"w{n}" for n in range(40)]


def vocabulary(words: list[str]) -> Vocabulary:
    return Vocabulary(["<pad>", "<unk>", *words], [0, 0, *range(len(words), 0, -1)])


def rows(seed: int, n: int = len(WORDS)) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.random.default_rng(seed).standard_normal((n + 2, 6), dtype=np.float32)


def nearest(matrix: np.ndarray[tuple[int, int], np.dtype[np.float32]], words: Vocabulary, word: str) -> list[str]:
    exclude = ~words.whole
    exclude[words.index(word)] = True
    found = VectorSpace(matrix).nearest(matrix[words.index(word)], NEAREST, exclude)
    return [words.words[row] for row, _ in found]


def test_a_bit_is_set_for_each_neighbour_that_the_other_model_has_among_its_own() -> None:
    mine, theirs = vocabulary(WORDS), vocabulary(WORDS[::-1][:35])
    a, b = rows(0), rows(1, 35)
    bits = find_returning(a, mine, b, theirs)
    for word in WORDS:
        back = set(nearest(b, theirs, word)) if word in theirs else set[str]()
        expected = [each in back for each in nearest(a, mine, word)]
        assert [bool(int(bits[mine.index(word)]) >> n & 1) for n in range(NEAREST)] == expected
    assert not bits[:2].any()
    assert (find_returning(a, mine, a, mine)[2:] == 2**NEAREST - 1).all(), "a model agrees with itself"


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    made = ReturningNeighbors("abc", np.array([[0], [0], [3], [1023]], np.uint16), (1,))
    made.save(tmp_path / "x.npz")
    found = ReturningNeighbors.load(tmp_path / "x.npz")
    assert (found.key, found.seeds) == ("abc", (1,))
    assert np.array_equal(found.returned, made.returned)
    assert found.overlap == pytest.approx(12 / 20)
    assert [found.count_models(2, rank) for rank in range(3)] == [1, 1, 0]


def test_a_model_alone_says_which_neighbours_came_back(
    store: Store, trained: dict[str, Artifact], tmp_path: Path
) -> None:
    catalog = Catalog(Home(store=store.root, runs=store.root.parent / "runs"), shipped=None)
    session = Session(catalog)
    key = trained["scratch"].key
    word_model = session.word_models.get(f"scratch:{key[:8]}")
    bits = np.full((len(word_model.vocabulary), 1), 0b101, np.uint16)
    ReturningNeighbors(key, bits, (1,)).save(tmp_path / "scratch.npz")
    stability = SeedComparison(session.word_models, catalog, tmp_path)
    assert stability.seeds(word_model) == 2
    found = stability.of(word_model, "film")
    assert found is not None
    assert found.overlap == pytest.approx(0.2)
    assert found.seeds == 2
    sources = Sources(session.word_models, catalog)
    listed = find_neighbors(api.Neighbors("film", word_model.spec), sources).neighbors
    assert [found.counts[each.neighbor] for each in listed[:4]] == [2, 1, 2, 1]
    assert stability.of(word_model, "zxqv") is None
    untold = session.word_models.get(f"word2vec:{trained['word2vec'].key[:8]}")
    assert stability.of(untold, "film") is None, "of other models nothing is known"


def test_what_ships_is_about_every_shipped_model_whose_words_are_tuned() -> None:
    shipped = returning_neighbors.load_shipped()
    models = ASSETS / "models"
    wanted = [f"{era.id}-seed0" for era in list_drawn(models)]
    assert {"scratch-seed0", "ulmfit-seed0"} <= set(wanted)
    for name in [*wanted, "word2vec-vectors", "glove-vectors"]:
        key = json.loads((models / name / "manifest.json").read_text(encoding="utf-8"))["key"]
        assert key in shipped, f"{name}: make it again with python -P -m core.release.reseeding"
        found = shipped[key]
        assert found.seeds
        assert len(found.returned) == len((models / name / "vocabulary.tsv").read_text(encoding="utf-8").splitlines())
        assert 0 < found.overlap < 1
    assert sum(path.stat().st_size for path in returning_neighbors.FOLDER.glob("*.npz")) < 500_000
