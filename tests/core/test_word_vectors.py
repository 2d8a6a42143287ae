"""Word vectors by themselves: moments, analogies, drift, exports, and what they are worth."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import api
from core.data.vocabulary import Vocabulary
from core.evaluation import intrinsic, pseudowords
from core.service.session import Session
from core.storage.store import Artifact
from core.words.centering import Centering, Matrix, scaled
from core.words.occurrences import Usual
from core.words.questions import analogy, senses
from core.words.questions.export import ExportError
from core.words.questions.map import project
from core.words.silhouettes import silhouette
from core.words.vector_space import VectorSpace
from core.words.word_models import WordError


@pytest.fixture(scope="module")
def specs(trained: dict[str, Artifact]) -> dict[str, str]:
    return {era: f"{era}:{artifact.key[:8]}" for era, artifact in trained.items()}


# ------------------------------------------------------------ similarity


@given(st.integers(3, 40), st.integers(2, 40), st.integers(0, 2**32 - 1), st.sampled_from(["mean", "top", "none"]))
def test_the_cosines_of_every_centring_are_those_of_the_vectors_it_leaves(n: int, d: int, seed: int, how: str) -> None:
    rng = np.random.default_rng(seed)
    rows = (rng.normal(size=(n, d)) + 2 * rng.normal(size=d)).astype(np.float32)
    query = rng.normal(size=d).astype(np.float32)
    space = VectorSpace(rows)
    left, asked = (scaled(space.centering.centred(x, how))[0] for x in (rows, query[None]))
    assert space.scores(query, how) == pytest.approx((left @ asked.T)[:, 0], abs=2e-3)
    assert space.cosine(rows[0], query, how) == pytest.approx(float(left[0] @ asked[0]), abs=2e-3)


def test_the_baseline_is_that_of_random_pairs_and_survives_the_disk(tmp_path: Path) -> None:
    rows = (np.random.default_rng(1).normal(size=(500, 32)) + 1.5).astype(np.float32)
    centering = Centering.of(rows)
    raw, centred = centering.baseline("none"), centering.baseline("mean")
    assert raw is not None
    assert centred is not None
    assert raw.mean == pytest.approx(1.5**2 / (1 + 1.5**2), abs=0.03)
    assert abs(centred.mean) < 0.02
    for share in (5, 50, 95):
        pairs = [float(a @ b) for a, b in zip(VectorSpace(rows).unit[:-1], VectorSpace(rows).unit[1:], strict=True)]
        assert centering.percentile(float(np.percentile(pairs, share)), "mean") == pytest.approx(share, abs=6)
    centering.save(tmp_path)
    again = Centering.load(tmp_path)
    assert again.pairs == centering.pairs
    assert all(np.array_equal(getattr(again, f), getattr(centering, f)) for f in ("mean", "components", "quantiles"))


@given(st.integers(1, 20), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_a_projection_shows_no_more_than_there_is_and_always_the_same(n: int, d: int, seed: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    laid, explained = project(rows)
    assert laid.shape == (n, 2)
    assert 0 <= sum(explained) <= 1 + 1e-6
    assert np.array_equal(laid, project(rows.copy())[0])
    full = ((rows - rows.mean(axis=0)) ** 2).sum()
    assert (laid**2).sum() == pytest.approx(sum(explained) * full, rel=1e-3, abs=1e-3)


# ------------------------------------------------------------ senses


def test_groups_that_are_there_are_found_and_named_and_noise_is_refused() -> None:
    rng = np.random.default_rng(0)
    centres = np.eye(3, 16, dtype=np.float32) * 6
    rows = np.concatenate([centre + rng.normal(size=(n, 16)) for centre, n in zip(centres, (30, 20, 10), strict=True)])
    unit, _ = scaled(rows.astype(np.float32))
    groups, silhouettes = senses.group_rows(unit)
    assert np.bincount(groups).tolist() == [30, 20, 10]
    assert silhouettes.mean() > 0.4
    assert senses.measure_noise(unit) < silhouettes.mean() - senses.MARGIN
    noise, _ = scaled(rng.normal(size=(60, 16)).astype(np.float32))
    assert senses.group_rows(noise)[1].mean() < senses.measure_noise(noise) + senses.MARGIN


def test_groups_are_named_by_what_they_are_about_and_never_by_words_that_stand_everywhere() -> None:
    about = [["ball", "run"] * 3, ["broadway", "actor"] * 3]
    usual = Usual.of([["the", "to", "film", *(f"w{n}" for n in range(60))]] * 195 + about * 3)
    assert not usual.tells("to")
    assert usual.tells("ball")
    groups = [Counter(ball=9, to=30, the=10, run=4), Counter(broadway=8, the=31, actor=5, to=2)]
    named = senses.name_groups(groups, usual)
    assert named == [("ball", "run"), ("broadway", "actor")], "`to` is typical of the first, but stands everywhere"
    assert senses.name_groups([Counter(ball=9), Counter(ball=9)], usual) == [(), ()], (
        "what is typical of both tells nothing"
    )
    assert senses.name_groups([Counter(ball=1), Counter()], usual) == [(), ()], "once is chance"


@given(st.integers(4, 30), st.integers(0, 2**32 - 1))
def test_the_silhouette_is_its_definition(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    unit, _ = scaled(rng.normal(size=(n, 3)).astype(np.float32))
    distances = np.clip(1 - unit @ unit.T, 0, 2).astype(np.float64)
    np.fill_diagonal(distances, 0)
    groups = np.concatenate([[0, 0, 1, 1], rng.integers(2, size=n - 4)])
    found = silhouette(distances, groups)
    for row in range(n):
        own = [distances[row, o] for o in range(n) if o != row and groups[o] == groups[row]]
        other = [distances[row, o] for o in range(n) if groups[o] != groups[row]]
        a, b = np.mean(own), np.mean(other)
        assert found[row] == pytest.approx((b - a) / max(a, b, 1e-12), abs=1e-5)


# ------------------------------------------------------------ analogies


def test_expressions_are_read_and_wrong_ones_are_said() -> None:
    assert analogy.parse("king - man + woman") == (("king", "woman"), ("man",))
    assert analogy.parse("- bad + good + terrible") == (("good", "terrible"), ("bad",))
    assert analogy.parse("King −man +Woman") == (("king", "woman"), ("man",))
    for wrong, why in (
        ("", "no word"),
        ("king", "One word alone"),
        ("king - ", "missing after '-'"),
        ("- king - man", "Nothing is added"),
        ("new york + film", "more than one word"),
        ("well-made + film", "more than one word"),
    ):
        with pytest.raises(WordError, match=why) as caught:
            analogy.parse(wrong)
        assert "king - man + woman" in caught.value.hint


def test_both_methods_are_their_definitions() -> None:
    unit, _ = scaled(np.random.default_rng(2).normal(size=(30, 6)).astype(np.float32))
    cosines = unit @ unit.T
    add = analogy.score_rows(unit, unit[[1, 2]], unit[[3]], "add")
    mul = analogy.score_rows(unit, unit[[1, 2]], unit[[3]], "mul")
    for row in range(30):
        assert add[row] == pytest.approx((cosines[row, 1] + cosines[row, 2] - cosines[row, 3]) / 3, abs=1e-5)
        shifted = (1 + cosines[row]) / 2
        assert mul[row] == pytest.approx(shifted[1] * shifted[2] / (shifted[3] + 1e-3), rel=1e-3)


def test_the_words_of_an_analogy_are_not_its_answer_and_that_is_said(session: Session, specs: dict[str, str]) -> None:
    for method in analogy.METHODS:
        found = session.ask(api.Analogy("wonderful - moving + dull", specs["word2vec"], method, 5))
        assert isinstance(found, api.AnalogyList)
        assert not {"wonderful", "moving", "dull"} & {n.neighbor for n in found.neighbors}
        assert "left out: wonderful, dull, moving" in found.note
    with pytest.raises(WordError, match="does not know the word 'zxqv'"):
        session.ask(api.Analogy("zxqv - film", specs["word2vec"]))


# ------------------------------------------------------------ drift


def test_drift_tells_before_from_after(session: Session, specs: dict[str, str]) -> None:
    found = session.ask(api.Drift(specs["word2vec"], k=3, words=5, least=1))
    assert isinstance(found, api.DriftList)
    assert found.start == "word2vec"
    assert 0 <= found.overlap < 1, "tuned on the labels, something moved"
    overlaps = [moved.overlap for moved in found.moved]
    assert overlaps == sorted(overlaps)
    for moved in found.moved:
        assert len(set(moved.before) & set(moved.after)) / 3 == pytest.approx(moved.overlap)
        assert moved.word not in moved.before + moved.after
    assert isinstance(session.ask(api.Drift(specs["ulmfit"], least=1)), api.DriftList)
    with pytest.raises(WordError, match="started from nothing that is kept"):
        session.ask(api.Drift(specs["scratch"]))


# ------------------------------------------------------------ exports


def test_every_export_is_read_by_its_own_reader(session: Session, specs: dict[str, str], tmp_path: Path) -> None:
    from gensim.models import KeyedVectors

    spec = specs["word2vec"]
    rows = {word: session.vector(word, spec) for word in ("film", "wonderful")}
    written = session.ask(api.Export(spec, "word2vec", str(tmp_path / "v.txt")))
    assert isinstance(written, api.Exported)
    read = KeyedVectors.load_word2vec_format(str(tmp_path / "v.txt"))
    assert len(read) == written.words
    session.ask(api.Export(spec, "projector", str(tmp_path / "projector")))
    vectors = (tmp_path / "projector" / "vectors.tsv").read_text(encoding="utf-8").splitlines()
    with (tmp_path / "projector" / "metadata.tsv").open(encoding="utf-8") as file:
        metadata = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(vectors) == len(metadata) == written.words
    session.ask(api.Export(spec, "npz", str(tmp_path / "v.npz")))
    with np.load(tmp_path / "v.npz", allow_pickle=False) as arrays:
        words = arrays["words"].tolist()
        assert arrays["vectors"].shape == (written.words, written.dimension)
        for word, row in rows.items():
            place = words.index(word)
            assert np.allclose(arrays["vectors"][place], row)
            assert np.allclose(read[word], row, atol=1e-5)
            assert metadata[place]["word"] == word
            assert np.allclose([float(v) for v in vectors[place].split("\t")], row, atol=1e-5)


def test_an_export_overwrites_nothing_unasked(session: Session, specs: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "v.txt"
    path.write_text("mine")
    with pytest.raises(ExportError, match="is there already"):
        session.ask(api.Export(specs["scratch"], "word2vec", str(path)))
    assert path.read_text() == "mine"
    session.ask(api.Export(specs["scratch"], "word2vec", str(path), force=True))
    assert path.read_text() != "mine"
    assert [file.name for file in tmp_path.iterdir()] == ["v.txt"], "nothing else is left behind"
    with pytest.raises(ExportError, match="There is no folder"):
        session.ask(api.Export(specs["scratch"], "npz", str(tmp_path / "no" / "v.npz")))
    with pytest.raises(ExportError, match="is a folder"):
        session.ask(api.Export(specs["scratch"], "npz", str(tmp_path)))
    with pytest.raises(ExportError, match="is a file"):
        session.ask(api.Export(specs["scratch"], "projector", str(path)))
    for nowhere in ("~nobody-of-that-name/v", f"{tmp_path}/{'v' * 300}", f"{tmp_path}/a\0b"):
        for how in ("word2vec", "projector"):
            with pytest.raises(ExportError, match=r"cannot be written|There is no folder"):
                session.ask(api.Export(specs["scratch"], how, nowhere))


# ------------------------------------------------------------ what they are worth


def test_analogies_are_scored_with_their_coverage() -> None:
    words = ["athens", "greece", "oslo", "norway", "noise"]
    matrix = np.zeros((7, 6), np.float32)
    matrix[2], matrix[3], matrix[4], matrix[5] = np.eye(6)[[0, 0, 1, 1]] * 4
    matrix[3, 4] = matrix[5, 4] = 2
    matrix[6, 5] = 3
    scores = intrinsic.analogies(matrix, Vocabulary(["<pad>", "<unk>", *words], [0, 0, 9, 8, 7, 6, 5]))
    assert (
        scores["all"]["covered"] == scores["capital-common-countries"]["covered"] + scores["capital-world"]["covered"]
    )
    assert scores["all"]["covered"] > 0
    assert scores["all"]["accuracy"] == 1
    assert scores["family"] == {"accuracy": None, "covered": 0, "questions": 506}
    assert scores["all"]["questions"] == 19_544


class Told:
    """States that know which of two words stood there, or nothing."""

    layers: tuple[api.Layer, ...] = ()

    def __init__(self, knows: bool) -> None:
        self.knows, self.rng = knows, np.random.default_rng(0)

    def parents(self, layer: str) -> tuple[str, ...]:
        return ()

    def states(self, texts: Sequence[Sequence[str]], places: Sequence[Sequence[int]], layer: str, kind: str) -> Matrix:
        asked = [text[place] for text, some in zip(texts, places, strict=True) for place in some]
        rows = [ord(word[-1]) - ord("a") if self.knows else 0 for word in asked]
        noise = self.rng.normal(size=(len(rows), 8))
        noise[:, 0] += np.array(rows) * 3
        return np.asarray(noise, np.float32)


def test_pseudowords_are_alike_pairs_and_purity_is_between_chance_and_one() -> None:
    rng = np.random.default_rng(3)
    nouns, verbs = [f"noun{'abcdefgh'[n]}" for n in range(8)], [f"verb{'abcdefgh'[n]}" for n in range(8)]
    frames = [f"f{n}" for n in range(pseudowords.FRAMES)]
    texts = []
    for _ in range(2_000):
        noun, verb = nouns[rng.integers(8)], verbs[rng.integers(8)]
        texts.append(["f0", noun, "f1", *frames, verb, "f2"])
    pairs = pseudowords.draw(texts, pairs=6)
    assert pairs
    assert all(a[:4] == b[:4] for a, b in pairs), "nouns with nouns, verbs with verbs"
    assert len({word for pair in pairs for word in pair}) == 2 * len(pairs)
    assert pairs == pseudowords.draw(texts, pairs=6), "by seed"
    told = pseudowords.purity(texts, pairs, Told(True), "", "")
    blind = pseudowords.purity(texts, pairs, Told(False), "", "")
    assert told.mean > 0.9
    assert blind.mean == pytest.approx(blind.chance, abs=0.1)
