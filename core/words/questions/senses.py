"""The places of one word in groups, each named by the words around it; what does not fall into groups is refused.

Where a model says what would fit in a place, the groups are of that and of what stands around (`gap`): all places are
of the same word, which adds nothing to tell them apart by.

Groups are cut from an average-linkage tree over the cosine distances of the places' centred states; how many is chosen
by the mean silhouette (Rousseeuw 1987). A group's names are the words around its places that stand out twice, against
the word's other places and against all of the text: log-odds with an informative prior (Monroe et al. 2008).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from core import api
from core.data.corpus_list import name_corpora
from core.words.centering import Matrix, scaled
from core.words.hits import describe_place
from core.words.index import Index
from core.words.mentions import find_mention
from core.words.occurrences import Usual
from core.words.silhouettes import measure_distances, number_by_size, silhouette
from core.words.sources import Sources
from core.words.target import Target, resolve_vectors
from core.words.word_models import WordError, WordModel

MOST_GROUPS = 4
FEWEST, SMALLEST = 12, 3
"""Places a word needs to be grouped at all, and a group to be one; a group is also a twentieth of them at least."""
WEAK, MARGIN = 0.08, 0.05
"""A mean silhouette below the first is no grouping, nor one that is not so much above that of shapeless noise."""
DRAWS = 3
WINDOW = 8
NAMES = 6
PRIOR = 500
"""How many words of usual text a context is smoothed with."""
LETTERS = "ABCD"


def group_senses(question: api.Senses, sources: Sources) -> api.SenseList:
    """Group the word's places. Raises ModelError or WordError."""
    word_model = sources.word_models.get(question.model)
    mention = find_mention(question.word, question.sentence, question.position, question.occurrence)
    if len(mention.positions) > 1:
        raise WordError(f"{mention.text!r} is a phrase, and senses are a word's.", "Ask for one of its words.")
    vectors = resolve_vectors(word_model, question.layer, question.vectors)
    word, layer, kind = mention.words[mention.position], vectors.layer, vectors.kind
    # The index gives the places; the states that are grouped are read anew, so one of any kind will do.
    kinds = (kind, *layer.vectors)
    corpora = name_corpora(question.corpus)
    found = (sources.indexes.get(vectors.of_kind(each), corpora) for each in kinds)
    index = next((built for built in found if built), None)
    if index is None:
        return _refuse(question, word, layer, kind, "", missing="index")
    kind = question.vectors or layer.apart or kind
    vectors = vectors.of_kind(kind)
    places, states = sources.indexes.sample(vectors, index, word, corpora)
    searched = tuple(index.table.searched(corpora))
    if len(places) < FEWEST:
        times = "once" if len(places) == 1 else f"{len(places)} times"
        seen = f"{word!r} stands in the indexed text only {times}" if places else f"{word!r} is not in the indexed text"
        return _refuse(question, word, layer, kind, f"{seen}: too few places to group.", len(places), corpora=searched)
    # Centred on the word's own mean: what all its places share says nothing about which of them are alike.
    unit, _ = scaled(states - states.mean(axis=0))
    groups, silhouettes = group_rows(unit)
    mean = float(silhouettes.mean())
    noise = measure_noise(unit)
    if mean < max(WEAK, noise + MARGIN):
        verdict = (
            f"the {len(places)} occurrences do not fall into groups: silhouette {mean:.2f}, "
            f"and {noise:.2f} where there are none"
        )
        return _refuse(question, word, layer, kind, verdict, len(places), mean, corpora=searched)
    answer = _describe_groups(word_model, index, places, unit, groups, silhouettes, question.examples)
    mine = ""
    if question.sentence is not None:
        query = scaled((Target(vectors, mention).state() - states.mean(axis=0))[None])[0][0]
        means = [float((unit[groups == group] @ query).mean()) for group in range(groups.max() + 1)]
        mine = LETTERS[int(np.argmax(means))]
    return api.SenseList(
        word,
        question.model,
        answer,
        f"the {len(places)} occurrences fall into {len(answer)} groups: silhouette {mean:.2f}",
        len(places),
        mean,
        mine,
        layer.name,
        kind,
        layer.note,
        corpora=searched,
    )


def group_rows(unit: Matrix) -> tuple[NDArray[np.int64], Matrix]:
    """The best grouping of rows of length one, (n, d): group numbers, largest group 0, and silhouettes, (n,).

    Two to four groups by their mean silhouette; a grouping with too small a group (`SMALLEST`) is not considered, and
    where there is no other, all rows are in one group of silhouette 0.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    distances = measure_distances(unit)
    best = np.zeros(len(unit), np.int64), np.zeros(len(unit), np.float32)
    for method in ("average", "complete"):
        tree = linkage(squareform(distances, checks=False), method)
        for count in range(2, MOST_GROUPS + 1):
            groups = number_by_size(fcluster(tree, count, "maxclust"))
            if groups.max() == 0 or np.bincount(groups).min() < max(SMALLEST, len(unit) / 20):
                continue
            silhouettes = silhouette(distances, groups)
            if silhouettes.mean() > best[1].mean() + 1e-9:
                best = groups, silhouettes
    return best


def measure_noise(unit: Matrix) -> float:
    """The mean silhouette that the same procedure finds in noise of the same spread (after Tibshirani et al. 2001).

    The noise has the rows' own variances along their principal axes, and no groups.
    """
    mean = unit.mean(axis=0)
    _, sizes, axes = np.linalg.svd(unit - mean, full_matrices=False)
    rng = np.random.default_rng(0)
    found = []
    for _ in range(DRAWS):
        draw = rng.standard_normal((len(unit), len(sizes))) * (sizes / len(unit) ** 0.5)
        noise, _ = scaled((draw @ axes + mean).astype(np.float32))
        found.append(float(group_rows(noise)[1].mean()))
    return float(np.mean(found))


def name_groups(contexts: Sequence[Counter[str]], usual: Usual, k: int = NAMES) -> list[tuple[str, ...]]:
    """For each group the words around its places most typical of it, (groups,) up to k each.

    A word stands out against the other groups, and against the text as a whole: the lesser of both counts. What tells
    nothing wherever it stands is no name: which words these are is counted (`Usual.tells`), not listed.
    """
    total, total_usual = sum(contexts, Counter[str]()), int(usual.lengths.sum())
    found = []
    for context in contexts:
        others, scores = total - context, list[tuple[float, str]]()
        for word, count in context.items():
            if count < 2 or not usual.tells(word):
                continue
            prior = PRIOR * usual.probability(word)
            score = min(
                _odds(count, context.total(), others[word], others.total(), prior),
                _odds(count, context.total(), usual.counts[word], total_usual, prior),
            )
            if score > 0:
                scores.append((-score, word))
        found.append(tuple(word for _, word in sorted(scores)[:k]))
    return found


def _odds(inside: int, size: int, outside: int, rest: int, prior: float) -> float:
    """The log-odds of a word inside against outside in standard deviations, smoothed by `prior` of `PRIOR` words."""
    within = math.log((inside + prior) / (size + PRIOR - inside - prior))
    without = math.log((outside + prior) / (rest + PRIOR - outside - prior))
    return (within - without) / math.sqrt(1 / (inside + prior) + 1 / (outside + prior))


def _describe_groups(
    word_model: WordModel,
    index: Index,
    places: Sequence[tuple[int, int]],
    unit: Matrix,
    groups: NDArray[np.int64],
    silhouettes: Matrix,
    examples: int,
) -> tuple[api.Sense, ...]:
    contexts = [Counter[str]() for _ in range(groups.max() + 1)]
    for place, group in zip(places, groups.tolist(), strict=True):
        contexts[group].update(_words_near(index, place))
    found = []
    for group, called in enumerate(name_groups(contexts, index.table.usual)):
        members = np.flatnonzero(groups == group)
        centre = scaled(unit[members].mean(axis=0, keepdims=True))[0][0]
        best = members[np.argsort(-(unit[members] @ centre), kind="stable")[:examples]]
        # The index's random pairs are of other vectors, centred otherwise: no percentile of theirs is one of these.
        typical = tuple(
            replace(
                describe_place(index, word_model, places[place], rank, float(unit[place] @ centre)),
                percentile=None,
            )
            for rank, place in enumerate(best, 1)
        )
        found.append(api.Sense(LETTERS[group], len(members), float(silhouettes[members].mean()), called, typical))
    return tuple(found)


def _words_near(index: Index, place: tuple[int, int]) -> set[str]:
    """The words near a place, without marks and without its own."""
    text, at = index.table.passages[place[0]].words, place[1]
    near = {*text[max(0, at - WINDOW) : at], *text[at + 1 : at + 1 + WINDOW]}
    return {word for word in near if word != text[at] and len(word) > 2 and word.isalnum()}


def _refuse(
    question: api.Senses,
    word: str,
    layer: api.Layer,
    kind: str,
    verdict: str,
    occurrences: int = 0,
    silhouette: float | None = None,
    missing: str = "",
    corpora: tuple[str, ...] = (),
) -> api.SenseList:
    return api.SenseList(
        word, question.model, (), verdict, occurrences, silhouette, "", layer.name, kind, layer.note, missing, corpora
    )
