"""The neighbourhood of a word or a place in two dimensions: its two first principal components.

Neighbours are computed in the full space; the map only lays them out.
"""

from __future__ import annotations

import numpy as np

from core import api
from core.words.centering import Matrix
from core.words.hits import Hits, list_nearest
from core.words.sources import Sources
from core.words.target import resolve
from core.words.word_models import WordError, WordModel, split_phrase


def project(rows: Matrix) -> tuple[Matrix, tuple[float, float]]:
    """(n, 2) coordinates of rows, (n, d), and the share of the variance that each axis shows.

    The signs are fixed: on each axis the coordinate that is largest in size is positive.
    """
    centred = (rows - rows.mean(axis=0)).astype(np.float64)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    found = np.zeros((len(rows), 2))
    shares = [0.0, 0.0]
    total = float((sizes**2).sum())
    for axis in range(min(2, len(sizes))):
        if total <= 0 or sizes[axis] ** 2 / total < 1e-12:
            continue
        along = centred @ axes[axis]
        found[:, axis] = along * np.sign(along[np.abs(along).argmax()])
        shares[axis] = float(sizes[axis] ** 2 / total)
    coordinates: Matrix = found.astype(np.float32)
    return coordinates, (shares[0], shares[1])


def lay_out(question: api.Map, sources: Sources) -> api.MapPoints:
    """Lay the neighbourhood out. Raises ModelError or WordError."""
    word_model = sources.word_models.get(question.model)
    if question.lens == "static":
        return _map_words(word_model, question)
    return _map_places(word_model, question, sources)


def _map_words(word_model: WordModel, question: api.Map) -> api.MapPoints:
    asked = " ".join(split_phrase(question.word))
    try:
        _, rows = word_model.rows(question.word)
    except WordError:
        near = word_model.spellings(max(asked.split(), key=len))
        return api.MapPoints(asked, question.model, "static", (), known=False, suggestions=near, note=word_model.note)
    vector = word_model.vector(rows)
    found = list_nearest(word_model, vector, question.k, rows, question.centring)
    numbers = [word_model.vocabulary.index(each.neighbor) for each in found]
    laid, explained = _project_unit(
        word_model.space.centering.centred(np.stack([vector, *word_model.matrix[numbers]]), question.centring)
    )
    points = [api.Point(asked, *laid[0], "asked", 1.0)]
    points += [api.Point(n.neighbor, *xy, "neighbor", n.score) for n, xy in zip(found, laid[1:], strict=True)]
    return api.MapPoints(asked, question.model, "static", tuple(points), explained, word_model.note)


def _map_places(word_model: WordModel, question: api.Map, sources: Sources) -> api.MapPoints:
    target = resolve(question, word_model)
    found, layer = target.mention, target.vectors.layer
    index = sources.indexes.get(target.vectors)
    if index is None:
        return api.MapPoints(found.text, question.model, "contextual", (), note=layer.note, missing="index")
    vector = target.state()
    hits = Hits(index, word_model, index.ranking(vector, question.centring), found, question.centring)
    half = max(1, question.k // 2)
    near = [(True, *hit) for hit in hits.rows(half, same=True)]
    near += [(False, *hit) for hit in hits.rows_of_others(half)]
    rows = np.asarray(index.states[[row for _, row, _ in near]], np.float32)
    laid, explained = _project_unit(index.centering.centred(np.stack([vector, *rows]), question.centring))
    described = [hits.describe(rank, row, score) for rank, (_, row, score) in enumerate(near, 1)]
    points = [api.Point(found.text, *laid[0], "asked", 1.0)]
    for (same, _, _), each, xy in zip(near, described, laid[1:], strict=True):
        role = "same" if same else "other"
        points.append(api.Point(each.neighbor, *xy, role, each.score, each.label, each.left, each.right))
    return api.MapPoints(found.text, question.model, "contextual", tuple(points), explained, layer.note)


def _project_unit(rows: Matrix) -> tuple[list[tuple[float, float]], tuple[float, float]]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    laid, explained = project(rows / np.maximum(lengths, 1e-9))
    return [(float(x), float(y)) for x, y in laid], explained
