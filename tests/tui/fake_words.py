"""What the fake engine says about words: the same for the same question, and of every kind there is."""

from __future__ import annotations

import math

from msgspec.structs import replace

from core import api
from core.api.words import WordQuestion

BASELINE = api.Baseline(mean=0.01, low=-0.18, high=0.21, pairs=20_000)
LEFT = "a slow start that the whole hard-working and very talented"
RIGHT = "does its best to save from a script that never wakes up"
OTHERS = ("crew", "ensemble", "director", "script", "story", "players", "band", "actors", "leads", "roles")
LABELS = ("negative", "positive", "")


def remark(word: str) -> str:
    """A phrase is averaged."""
    words = word.split()
    return f"{word!r} is a phrase: the mean of the vectors of its {len(words)} words." if len(words) > 1 else ""


def place(n: int, word: str, count: int = 4321) -> api.Neighbor:
    """The n-th of the made-up places."""
    return api.Neighbor(
        n + 1, word, 0.91 - 0.02 * n, count, LEFT[n:], RIGHT[: 55 - 2 * n], f"imdb:{1200 + n}", LABELS[n % 3],
        percentile=99.9 - n,
    )  # fmt: skip


def places(question: api.Neighbors, note: str) -> api.NeighborList:
    """The same word elsewhere, and other words."""
    same = tuple(place(n, question.word) for n in range(min(12, question.k)))
    others = tuple(place(n, word, 900) for n, word in enumerate(OTHERS[: question.k]))
    return api.NeighborList(
        question.word,
        question.model,
        "contextual",
        same,
        count=4321,
        note=note,
        remark=remark(question.word),
        same=same,
        others=others,
        position=question.position,
        layer=question.layer or "lm2",
        vectors=question.vectors or "sense",
        centring=question.centring,
        baseline=BASELINE,
        searched=50_000,
    )


def answer(question: WordQuestion) -> api.Answer:
    """The answer to anything but `Neighbors`."""
    match question:
        case api.Inspect():
            return _inspected(question.model)
        case api.Compare():
            return _compared(question)
        case api.CompareEra():
            return _compared_by_era(question)
        case api.Senses():
            return _senses(question)
        case api.Map():
            return _map(question)
        case api.Analogy():
            return _analogy(question)
        case api.Drift():
            return _drift(question)
        case api.Export():
            return api.Exported(question.model, question.format, (question.path,), 19_998, 128)
        case _:
            raise AssertionError(question)


def _inspected(model: str) -> api.Inspected:
    if model.startswith("vectors"):
        return api.Inspected(model, (), 19_998, 128)
    one_sided = model in ("scratch", "word2vec", "lm:forward")
    kinds = ("sense", "token", "slot")
    layers = (
        api.Layer("lm2", "states of the second layer", 512, kinds, one_sided=one_sided),
        api.Layer("lm1", "states of the first layer", 512, ("token", "slot"), one_sided=one_sided),
    )
    return api.Inspected(model, layers, 19_998, 128, seeds=3, drifts=model != "scratch")


def _compared(question: api.Compare) -> api.Compared:
    first, second = question.first, question.second
    static = 1.0 if first.word == second.word else 0.43
    return api.Compared(
        question.model, first.word, second.word, first.position or 0, second.position or 0, static, 0.71, 0.34, 97.3,
        BASELINE, question.layer or "lm2", question.vectors or "sense", "states of pretrained language models",
    )  # fmt: skip


def _compared_by_era(question: api.CompareEra) -> api.Answer:
    """Word vectors cannot tell; one model of sentences partly can, one is not here, the others can."""
    words = question.model, question.first.word, question.second.word
    static = 1.0 if words[1] == words[2] else 0.43
    if question.model in ("scratch", "word2vec", "glove"):
        return api.EraCompared(*words, static, "cannot tell: one vector a word, whatever the sentence")
    if question.model == "bert":
        return api.Failed("bert needs an extra.", "Install it with pip.")
    right = 5 if question.model == "lm" else 8
    reference = api.Reference(words[1], 0.81, 0.46, 0.07, right, 8, 24 / 7)
    tells = "partly tells" if right == 5 else "tells apart"
    verdict = f"two senses; {tells}: nearer to its own in {right} of 8 places"
    return api.EraCompared(*words, static, verdict, 0.34, 97.3, BASELINE, reference, "lm2", "sense")


def _senses(question: api.Senses) -> api.SenseList:
    if question.word == "plot":
        verdict = "the 240 occurrences do not fall into groups: silhouette 0.04"
        return api.SenseList("plot", question.model, (), verdict, 240, 0.04)
    groups = tuple(
        api.Sense(letter, size, 0.3 - 0.05 * n, names, tuple(place(3 * n + m, question.word) for m in range(4)))
        for n, (letter, size, names) in enumerate(
            (("A", 121, ("game", "ball", "team")), ("B", 80, ("stage", "broadway", "wrote")), ("C", 20, ("role",)))
        )
    )
    verdict = "the 221 occurrences fall into 3 groups: silhouette 0.27"
    return api.SenseList(question.word, question.model, groups, verdict, 221, 0.27, "B" if question.sentence else "")


def _map(question: api.Map) -> api.MapPoints:
    if len(question.word) >= 15:
        return api.MapPoints(question.word, question.model, question.lens, (), known=False, suggestions=("casts",))
    points = [api.Point(question.word, 0.1, 0.05, "asked", 1.0)]
    for n in range(24):
        x, y = math.cos(n * 2.4) * math.sqrt(n), math.sin(n * 2.4) * math.sqrt(n)
        found = place(n % 12, OTHERS[n % 10])
        if question.lens == "static":
            cluster = int((math.atan2(y, x) + math.pi) // 2.1)
            points.append(api.Point(f"{found.neighbor}{n // 10 or ''}", x, y, "neighbor", found.score, cluster=cluster))
        else:
            role, text = ("same", question.word) if n % 2 else ("other", found.neighbor)
            points.append(api.Point(text, x, y, role, found.score, found.label, found.left, found.right))
    laid = api.MapPoints(question.word, question.model, question.lens, tuple(points), (0.25, 0.11), "C: word2vec")
    if question.lens != "static":
        refused = "no groups stand out: silhouette 0.14 (random places: 0.19 at most)"
        return replace(laid, verdict=refused, silhouette=0.14, chance=0.19)
    members = [[point.text for point in points if point.cluster == n] for n in range(3)]
    clusters = tuple(api.Cluster(texts[0], len(texts)) for texts in members)
    verdict = "3 groups, by k-means; silhouette 0.21 (random words: 0.19 at most)"
    return replace(laid, clusters=clusters, verdict=verdict, silhouette=0.21, chance=0.19)


def _analogy(question: api.Analogy) -> api.Answer:
    words = question.expression.split()
    if len(words) < 3:
        return api.Failed("One word alone is no analogy.", "Write it like `king - man + woman`.")
    found = tuple(
        api.Neighbor(n + 1, word, 0.42 - 0.02 * n, 500 // (n + 1))
        for n, word in enumerate(("queen", "princess", "lady"))
    )
    signs = [1, *(1 if sign == "+" else -1 for sign in words[1::2])]
    plus, minus = (tuple(w for w, s in zip(words[::2], signs, strict=False) if s == way) for way in (1, -1))
    note = "C: word2vec; the words of the expression themselves are left out: king, woman, man"
    return api.AnalogyList(question.expression, question.model, question.method, plus, minus, found, note)


def _drift(question: api.Drift) -> api.Answer:
    if question.model == "scratch":
        return api.Failed("The C of 'scratch' started from nothing that is kept.", "Ask word2vec, elmo or ulmfit.")
    pairs = (api.Pair("good", "bad", 0.74, 0.21), api.Pair("film", "movie", 0.93, 0.92))
    moved = tuple(
        api.Moved(word, 300 + n, 0.1 * (n % 4), ("sad", "slow", "long"), ("awful", "dull", "bad"))
        for n, word in enumerate(("boring", "wonderful", "lazy", "fails", "superb"))
    )
    note = "C started from word2vec; 3,902 words counted 100 times or more"
    found = api.DriftList(question.model, "word2vec", pairs, moved, 0.83, 3902, question.k, note)
    if not question.model.startswith("run:"):
        return replace(found, unkept="The epochs of a training are kept with its run.")
    cosines = (0.74, 0.61, 0.48, 0.33, 0.21, 0.15, -0.04)
    after = 0.21 if question.epoch is None else cosines[question.epoch]
    return replace(
        found,
        pairs=(api.Pair("good", "bad", 0.74, after), pairs[1]),
        epochs=tuple(range(1, 7)),
        epoch=question.epoch,
        best=4,
        courses=(api.Course("good", "bad", cosines), api.Course("film", "movie", (0.93,) * 7)),
    )
