"""What vectors and states are worth by themselves, without a task: similarity, analogies, pseudowords.

Every score comes with how much of its test the model's words cover. What was measured of the shipped models ships on a
card and is read from there as long as nothing that it depends on has changed; other results are kept in the store.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core.catalog.language_models import DIRECTIONS
from core.catalog.language_models import SPEC as LANGUAGE_MODEL
from core.catalog.models import Catalog
from core.data.corpora import load_task, unlabelled
from core.data.lexicon import Lexicon
from core.data.text import TOKENIZER, words
from core.eras.table import ERAS
from core.evaluation import pseudowords, similarity
from core.jobs import VECTORS as OBJECTIVES
from core.machine.extras import absent
from core.storage.paths import ASSETS
from core.storage.store import Spec
from core.words.centering import Matrix
from core.words.layers import HiddenLayers
from core.words.occurrences import cut
from core.words.vector_kinds import UNSEEING
from core.words.vector_space import VectorSpace
from core.words.word_models import VECTORS, WordModel, WordModels, hash_weights

KIND, RECIPE = "intrinsic", f"intrinsic.v2+{TOKENIZER}"
PSEUDOWORDS = "pseudowords"
FILE = "scores.json"
PARTS = ("similarity", "analogies", "pseudowords")
CARD = ASSETS / "cards" / "intrinsic.json"
ANALOGIES = "questions-words.txt"
CHUNK = 256


def list_models(catalog: Catalog) -> list[str]:
    """What there is to measure: vectors alone, each era's model, what was only pretrained."""
    specs = [f"{VECTORS}:{objective}" for objective in OBJECTIVES if objective in catalog.objectives()]
    specs += [era.id for era in ERAS if catalog.for_era(era.id) is not None and not absent(era)]
    specs += [LANGUAGE_MODEL] if catalog.language_models() >= set(DIRECTIONS) else []
    return [*specs, *catalog.transformers()]


def measure(
    word_models: WordModels, spec: str, report: Callable[[str], None] = lambda _: None, card: Path | None = CARD
) -> dict[str, Any]:
    """All scores of a model, as JSON holds them: from the card where it is about this very model, else measured.

    `similarity`: for each set `spearman`, `covered`, `pairs`; `analogies`: for each section and `all`: `accuracy`,
    `covered`, `questions`; `pseudowords`: for each of the model's layers and kinds of vectors that never saw the word:
    `mean`, `sd`, `chance`, `pairs`. Raises ModelError, DataError.
    """
    word_model = word_models.get(spec)
    keys = collect_keys(word_model)
    known = next((model for model in carded(card) if model["keys"] == keys), None) if card else None
    if known is not None:
        return {"model": spec, **{part: known[part] for part in PARTS}}

    def write(folder: Path) -> None:
        report(f"{spec}: similarity and analogies")
        scores = {**of_words(word_model), "pseudowords": _pseudowords(word_models, word_model, report)}
        (folder / FILE).write_text(json.dumps(scores, indent=1), encoding="utf-8")

    made = word_models.store.get_or_build(Spec(KIND, RECIPE, keys, "gensim+imdb"), write)
    scores: dict[str, Any] = json.loads((made.path / FILE).read_text(encoding="utf-8"))
    return {"model": spec, **scores}


def carded(card: Path = CARD) -> list[dict[str, Any]]:
    """What a card says of each model; nothing where there is no card, or one that was measured in another way."""
    if not card.is_file():
        return []
    found = json.loads(card.read_text(encoding="utf-8"))
    models: list[dict[str, Any]] = found["models"] if found["recipe"] == RECIPE else []
    return models


def make_card(word_models: WordModels, specs: Sequence[str], report: Callable[[str], None]) -> dict[str, Any]:
    """The card of these models, each with the keys of what its scores depend on. Raises as `measure` does."""
    models = [
        {"keys": collect_keys(word_models.get(spec)), **measure(word_models, spec, report, None)} for spec in specs
    ]
    return {"v": 1, "recipe": RECIPE, "models": models}


def of_words(word_model: WordModel) -> dict[str, Any]:
    """The scores that need nothing but the rows of C: they take seconds."""
    similar = similarity.evaluate(word_model.matrix, word_model.vocabulary)
    return {
        "similarity": {name: asdict(found) for name, found in similar.items()},
        "analogies": analogies(word_model.matrix, word_model.vocabulary),
    }


def _pseudowords(word_models: WordModels, word_model: WordModel, report: Callable[[str], None]) -> dict[str, Any]:
    """Of layers with the same kinds of vectors the best alone is asked: a pass over all of a transformer's takes long.

    Models over the same language models have layers in common, which are measured once.
    """
    hidden = word_model.hidden
    best = {layer.vectors: layer for layer in reversed(hidden.layers)} if hidden else {}
    scores: dict[str, Any] = {}
    for first, kind in ((each, kind) for each in best.values() for kind in each.vectors if kind in UNSEEING):
        assert hidden is not None
        alike = (each for each in hidden.layers if each.vectors == first.vectors and kind in each.best_for)
        layer = next(alike, first)
        report(f"{word_model.spec}: pseudowords, {kind} vectors of layer {layer.name}")
        config = {"layer": layer.name, "vectors": kind}
        write = partial(_write_purity, hidden, layer.name, kind)
        spec = Spec(PSEUDOWORDS, RECIPE, config, "imdb", hidden.parents(layer.name))
        made = word_models.store.get_or_build(spec, write)
        scores[f"{layer.name} {kind}"] = json.loads((made.path / FILE).read_text(encoding="utf-8"))
    return scores


def _write_purity(hidden: HiddenLayers, layer: str, kind: str, folder: Path) -> None:
    texts = [part for text in _held_out() for part in cut(words(text))]
    found = pseudowords.purity(texts, pseudowords.draw(texts), hidden, layer, kind)
    (folder / FILE).write_text(json.dumps(asdict(found)), encoding="utf-8")


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


def collect_keys(word_model: WordModel) -> dict[str, str]:
    """The keys of what the scores depend on: the rows of C, and the states of every layer."""
    found = {}
    if word_model.entry is not None:
        found["classifier"] = word_model.entry.key or hash_weights(word_model.entry)
    else:
        content = hashlib.sha256("\n".join(word_model.vocabulary.words).encode())
        content.update(np.ascontiguousarray(word_model.matrix).tobytes())
        found["C"] = content.hexdigest()
    if word_model.hidden is not None:
        for layer in word_model.hidden.layers:
            found[f"layer {layer.name}"] = ",".join(word_model.hidden.parents(layer.name))
    return found
