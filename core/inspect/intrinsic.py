"""What vectors and states are worth by themselves, without a task: similarity, analogies, pseudowords.

Every score comes with how much of its test the model's words cover; results are kept in the store.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from core.data.corpora import load_task, unlabelled
from core.data.lexicon import Lexicon
from core.data.text import TOKENIZER, words
from core.inspect import pseudowords, similarity
from core.inspect.moments import Matrix
from core.inspect.neighbors import VectorSpace
from core.inspect.occurrences import cut
from core.inspect.subjects import Subject, Subjects, digest
from core.store import Spec

KIND, RECIPE = "intrinsic", f"intrinsic.v1+{TOKENIZER}"
FILE = "scores.json"
ANALOGIES = "questions-words.txt"
CHUNK = 256
UNSEEING = ("slot", "substitutes", "gap")
"""Vectors that never saw the word, which alone the pseudoword test may search with."""


def measure(subjects: Subjects, spec: str, report: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """All scores of a model, as JSON holds them. Raises ModelError, DataError.

    `similarity`: for each set `spearman`, `covered`, `pairs`; `analogies`: for each section and `all`: `accuracy`,
    `covered`, `questions`; `pseudowords`: for each of the model's layers and kinds of vectors that never saw the word:
    `mean`, `sd`, `chance`, `pairs`.
    """
    subject = subjects.get(spec)
    layered = subject.layered
    keys = {part: key for part, key in _identity(subject).items() if key}

    def write(folder: Path) -> None:
        report(f"{spec}: similarity and analogies")
        scores: dict[str, Any] = {
            "similarity": {
                name: asdict(found) for name, found in similarity.evaluate(subject.matrix, subject.vocabulary).items()
            },
            "analogies": analogies(subject.matrix, subject.vocabulary),
            "pseudowords": {},
        }
        if layered is not None:
            texts = [part for text in _held_out() for part in cut(words(text))]
            pairs = pseudowords.draw(texts)
            for layer in layered.layers:
                for kind in (kind for kind in layer.vectors if kind in UNSEEING):
                    report(f"{spec}: pseudowords, {kind} vectors of layer {layer.name}")
                    found = pseudowords.purity(texts, pairs, layered, layer.name, kind)
                    scores["pseudowords"][f"{layer.name} {kind}"] = asdict(found)
        (folder / FILE).write_text(json.dumps(scores, indent=1), encoding="utf-8")

    made = subjects.store.get_or_build(Spec(KIND, RECIPE, keys, "gensim+imdb"), write)
    scores: dict[str, Any] = json.loads((made.path / FILE).read_text(encoding="utf-8"))
    return {"model": spec, **scores}


def analogies(matrix: Matrix, vocabulary: Lexicon) -> dict[str, dict[str, Any]]:
    """Google's analogy questions (Mikolov et al. 2013) by 3CosAdd over centred vectors, section by section, and all.

    A question counts where all its four words have vectors; the three that are given are never the answer. The
    accuracy is None where no question is covered.
    """
    from gensim.test.utils import datapath

    unit = VectorSpace(matrix).unit.copy()
    unit[~vocabulary.whole] = 0
    scores: dict[str, dict[str, Any]] = {}
    right = known = asked = 0
    for section, questions in _sections(Path(datapath(ANALOGIES))):
        known_questions = [q for q in questions if all(word in vocabulary for word in q)]
        rows = np.array([[vocabulary.index(word) for word in q] for q in known_questions]).reshape(-1, 4)
        hits = sum(_right(unit, rows[start : start + CHUNK]) for start in range(0, len(rows), CHUNK))
        scores[section] = _scored(hits, len(rows), len(questions))
        right, known, asked = right + hits, known + len(rows), asked + len(questions)
    return {"all": _scored(right, known, asked), **scores}


def _held_out() -> list[str]:
    """Reviews that no language model of ours has read: those held out, and those of the test split, labels unread."""
    return [*unlabelled().held_out, *load_task("imdb").test.texts]


def _right(unit: Matrix, rows: np.ndarray[Any, np.dtype[np.int64]]) -> int:
    a, b, c, answer = rows.T
    scores = (unit[b] - unit[a] + unit[c]) @ unit.T
    for given in (a, b, c):
        scores[np.arange(len(rows)), given] = -np.inf
    return int((scores.argmax(axis=1) == answer).sum())


def _scored(right: int, covered: int, questions: int) -> dict[str, Any]:
    return {"accuracy": right / covered if covered else None, "covered": covered, "questions": questions}


def _sections(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    name, questions = "", list[list[str]]()
    for line in path.read_text(encoding="utf-8").lower().splitlines():
        if line.startswith(":"):
            if questions:
                yield name, questions
            name, questions = line.removeprefix(":").strip(), []
        elif len(parts := line.split()) == 4:
            questions.append(parts)
    if questions:
        yield name, questions


def _identity(subject: Subject) -> dict[str, str]:
    """What the scores depend on: the rows of C, and the states of every layer."""
    found = {}
    if subject.entry is not None:
        found["classifier"] = subject.entry.key or digest(subject.entry)
    else:
        content = hashlib.sha256("\n".join(subject.vocabulary.words).encode())
        content.update(np.ascontiguousarray(subject.matrix).tobytes())
        found["C"] = content.hexdigest()
    if subject.layered is not None:
        for layer in subject.layered.layers:
            found[f"layer {layer.name}"] = ",".join(subject.layered.identity(layer.name))
    return found
