"""The neighbourhood of a word or a place in two dimensions: its two first principal components.

Neighbours and their clusters are computed in the full space; the map only lays them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from core import api
from core.words.centering import Matrix, scaled
from core.words.clusters import Clusters, find_clusters
from core.words.hits import Hits, list_nearest
from core.words.sources import Sources
from core.words.target import resolve
from core.words.word_models import WordError, WordModel, split_phrase

DRAWS = 9
"""Times that as many words or places are drawn by chance: clusters are shown where they are better than all of them."""
AS_COMMON = 500
"""How many ranks of frequency a word by chance is at most from the neighbour that it stands for.

Words fall into common and rare ones before all else: rare ones by chance would look like groups beside common ones.
"""


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

    def centred(some: Matrix) -> Matrix:
        return word_model.space.centering.centred(some, question.centring)

    unit = scaled(centred(np.stack([vector, *word_model.matrix[numbers]])))[0]
    laid, explained = _project_unit(unit)
    points = [api.Point(asked, *laid[0], "asked", 1.0)]
    points += [api.Point(n.neighbor, *xy, "neighbor", n.score) for n, xy in zip(found, laid[1:], strict=True)]
    answer = api.MapPoints(asked, question.model, "static", tuple(points), explained, word_model.note)
    drawn = _draw_as_common(np.flatnonzero(word_model.listed), np.array(numbers, np.int64))
    by_chance = (scaled(centred(word_model.matrix[some]))[0] for some in drawn)
    return _group(answer, find_clusters(unit[1:], by_chance), "words")


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

    def centred(some: Matrix) -> Matrix:
        return index.centering.centred(some, question.centring)

    def read(rows: Sequence[int] | NDArray[np.int64]) -> Matrix:
        return np.asarray(index.states[rows], np.float32)

    unit = scaled(centred(np.stack([vector, *read([row for _, row, _ in near])])))[0]
    laid, explained = _project_unit(unit)
    described = [hits.describe(rank, row, score) for rank, (_, row, score) in enumerate(near, 1)]
    points = [api.Point(found.text, *laid[0], "asked", 1.0)]
    for (same, _, _), each, xy in zip(near, described, laid[1:], strict=True):
        role = "same" if same else "other"
        points.append(api.Point(each.neighbor, *xy, role, each.score, each.label, each.left, each.right))
    answer = api.MapPoints(found.text, question.model, "contextual", tuple(points), explained, layer.note)
    by_chance = (scaled(centred(read(some)))[0] for some in _draw(len(index.table), len(near)))
    return _group(answer, find_clusters(unit[1:], by_chance), "places")


def _draw_as_common(listed: NDArray[np.int64], numbers: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """`DRAWS` times words by chance, each about as common as one of `numbers`; always the same.

    `listed` are the numbers of all words, the most common first.
    """
    rng = np.random.default_rng(0)
    ranks = np.searchsorted(listed, numbers)
    for _ in range(DRAWS):
        shifted = ranks + rng.integers(-AS_COMMON, AS_COMMON + 1, len(ranks))
        yield listed[np.unique(np.clip(shifted, 0, len(listed) - 1))]


def _draw(of: int, n: int) -> Iterator[NDArray[np.int64]]:
    """`DRAWS` times n rows of an index by chance; always the same."""
    rng = np.random.default_rng(0)
    for _ in range(DRAWS):
        yield np.sort(rng.choice(of, min(n, of), replace=False))


def _group(answer: api.MapPoints, found: Clusters | None, things: str) -> api.MapPoints:
    """The answer with its clusters, and what was found in words."""
    asked, *others = answer.points
    if found is None:
        return replace(answer, verdict="too few points to tell groups apart")
    against = f"(random {things}: {found.chance:.2f} at most)"
    measured = {"silhouette": found.silhouette, "chance": found.chance}
    if not found.members:
        verdict = f"no groups stand out: silhouette {found.silhouette:.2f} {against}"
        return replace(answer, verdict=verdict, **measured)
    where = {row: n for n, rows in enumerate(found.members) for row in rows}
    return replace(
        answer,
        points=(asked, *(replace(point, cluster=where[row]) for row, point in enumerate(others))),
        clusters=tuple(api.Cluster(_name([others[row] for row in rows]), len(rows)) for rows in found.members),
        verdict=f"{len(found.members)} groups, by k-means; silhouette {found.silhouette:.2f} {against}",
        **measured,
    )


def _name(central: Sequence[api.Point]) -> str:
    """The most central of another word; where all are places of the asked one, it between its neighbours."""
    other = next((point.text for point in central if point.role != "same"), "")
    first = central[0]
    return other or " ".join((*first.left.split()[-1:], first.text, *first.right.split()[:1]))


def _project_unit(unit: Matrix) -> tuple[list[tuple[float, float]], tuple[float, float]]:
    laid, explained = project(unit)
    return [(float(x), float(y)) for x, y in laid], explained
