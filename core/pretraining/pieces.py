"""Unlabelled text as wordpieces: spelled once for each tokenizer, kept in the store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from core.data.corpora import Unlabelled
from core.data.text import words
from core.data.wordpieces import WordPieces
from core.pretrained.encoder import Encoder
from core.pretraining.masking import Pieces
from core.storage.store import Artifact, Spec, Store

KIND = "pieces"


def build(
    store: Store,
    text: Unlabelled,
    encoder: Encoder,
    report: Callable[[str, int, int], None],
    waiting: Callable[[], None] | None = None,
) -> Artifact:
    """Spell the text as the encoder does, and store it.

    `report(phase, done, total)` is called after every document and may raise to stop.
    """
    tokenizer = hashlib.sha256((encoder.folder / "tokenizer.json").read_bytes()).hexdigest()
    spec = Spec(KIND, f"pieces.v1+{text.tokenizer}", {"tokenizer": tokenizer}, text.digest)

    def write(folder: Path) -> None:
        found = spelled(text.texts, encoder.lexicon(), report)
        np.save(folder / "rows.npy", found.rows)
        np.save(folder / "words.npy", found.words)
        np.save(folder / "offsets.npy", found.offsets)

    return store.get_or_build(spec, write, waiting)


def spelled(
    texts: Sequence[str], lexicon: WordPieces, report: Callable[[str, int, int], None] = lambda *_: None
) -> Pieces:
    """The texts as wordpieces."""
    rows: list[np.ndarray[tuple[int], np.dtype[np.int32]]] = []
    lengths: list[np.ndarray[tuple[int], np.dtype[np.int32]]] = []
    offsets = [0]
    for number, text in enumerate(texts):
        pieces = lexicon.spell(words(text))
        rows.append(np.array([row for word in pieces for row in word], dtype=np.int32))
        lengths.append(np.array([len(word) for word in pieces], dtype=np.int32))
        offsets.append(offsets[-1] + len(rows[-1]))
        report("pieces", number + 1, len(texts))
    each = np.concatenate([np.zeros(0, np.int32), *lengths])
    return Pieces(
        rows=np.concatenate([np.zeros(0, np.int32), *rows]),
        words=np.repeat(np.arange(len(each), dtype=np.int32), each),
        offsets=np.array(offsets, dtype=np.int64),
    )


def load(artifact: Artifact) -> Pieces:
    """The pieces, memory-mapped."""
    return Pieces(
        rows=np.load(artifact.path / "rows.npy", mmap_mode="r"),
        words=np.load(artifact.path / "words.npy", mmap_mode="r"),
        offsets=np.load(artifact.path / "offsets.npy"),
    )
