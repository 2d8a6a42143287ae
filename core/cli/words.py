"""The verbs about words: `neighbors`, `vector`, `compare`, `senses`, `map`, `analogy`, `drift`, `export`."""

from __future__ import annotations

import csv
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from core import api
from core.api.answers import above
from core.catalog.language_models import DIRECTIONS, MASKED
from core.catalog.language_models import SPEC as LANGUAGE_MODEL
from core.catalog.models import Catalog, ModelError
from core.cli.models import choose_models
from core.cli.printing import emit, say, table
from core.cli.standard_input import text_of, word_lines
from core.cli.word_arguments import lens
from core.eras.table import ERAS, Era
from core.jobs import IndexJob, command
from core.machine.extras import MINILM
from core.service.session import Session, WordError

VECTORS = "vectors:word2vec"
PRETRAINED = {
    LANGUAGE_MODEL: "the pretrained language models, forward and backward",
    MASKED: "the transformer that guessed masked words of the reviews",
    VECTORS: "word vectors as they were pretrained",
}
TO_SEARCH, TO_ADD = (LANGUAGE_MODEL,), (VECTORS,)
TO_COMPARE = (MASKED, LANGUAGE_MODEL)
"""Whose vectors tell two places apart: the transformer's better, 75 to 68 of 80 words (assets/LAB.md)."""
_DECIMALS = 6
Q = TypeVar("Q", api.Neighbors, api.Map)


def neighbors(wanted: Namespace) -> int:
    """Print the words nearest to a word, or the places in the corpus nearest to its place in a sentence."""
    session = Session(Catalog())
    question = _asked(api.Neighbors, wanted, session)
    model, kind = question.model, question.lens
    found = session.neighbors(question)
    if found.missing:
        raise _no_index(model, wanted)
    if not found.known and not found.neighbors:
        near = ", ".join(found.suggestions)
        hint = f"Nearest spellings: {near}." if near else "No known word is spelled like it."
        raise ModelError(f"The model {model!r} does not know the word {found.word!r}.", hint)
    chosen = {"all": found.neighbors, "same": found.same, "others": found.others}[wanted.among]
    records = [_neighbor(found, neighbor) for neighbor in chosen]
    if wanted.json:
        for record in records:
            emit(record)
    elif wanted.csv:
        _print_csv(records)
    else:
        counted = f" · counted {found.count:,} times" if found.count else ""
        say(f"{found.word}{counted} · {found.note}")
        if found.remark:
            say(found.remark)
        _say_baseline(found)
        if kind == "static":
            _print_words(chosen, found.shaky)
        else:
            _print_places(chosen)
    return 0


def vector(wanted: Namespace) -> int:
    """Print vectors as JSON, for one word or for lines of word<TAB>sentence on standard input."""
    session = Session(Catalog())
    asked = word_lines() if wanted.word == "-" else iter([(text_of(wanted.word), wanted.sentence)])
    models: dict[bool, str] = {}
    for line, (word, sentence) in enumerate(asked, 1):
        alone = sentence is None
        if alone not in models:
            models[alone] = chosen_model(session.catalog, wanted.model, () if alone else TO_COMPARE)
        model = models[alone]
        try:
            if sentence is None:
                values = session.vector(word, model)
            else:
                values = session.vector(
                    word, model, text_of(sentence), wanted.occurrence, wanted.layer, _vectors(wanted)
                )
        except WordError as error:
            if wanted.word != "-":
                raise
            raise WordError(f"Line {line}: {error.message}", error.hint) from error
        kind = "static" if alone else "contextual"
        emit({"word": word, "model": model, "kind": kind, "vector": [round(float(v), _DECIMALS) for v in values]})
    return 0


def compare(wanted: Namespace) -> int:
    """Print how alike two places are."""
    session = Session(Catalog())
    model = chosen_model(session.catalog, wanted.model, TO_COMPARE)
    word = text_of(wanted.word)
    first = api.Place(word, text_of(wanted.sentence), None, wanted.occurrence)
    other = word if wanted.other_word is None else text_of(wanted.other_word)
    second = api.Place(other, text_of(wanted.other), None, wanted.other_occurrence)
    found = session.compare(api.Compare(model, first, second, wanted.layer, _vectors(wanted)), measure=True)
    if wanted.json:
        emit(_rounded(api.fields(found)))
        return 0
    say(f"{found.note}; {found.vectors} vectors of layer {found.layer}")
    rows = [("as words, whatever the sentence", _number(found.static), "")]
    rows.append(("in their sentences, raw", _number(found.raw), ""))
    if found.centred is not None and found.percentile is not None and found.baseline is not None:
        usual = f"random pairs: {found.baseline.low:.2f} to {found.baseline.high:.2f}, mean {found.baseline.mean:.2f}"
        rows.append(("in their sentences, centred", _number(found.centred), usual))
        rows.append(("above so many random pairs", above(found.percentile), ""))
    print(table(rows, right=(1,)))
    return 0


def senses(wanted: Namespace) -> int:
    """Print the groups that a word's places in the index fall into."""
    session = Session(Catalog())
    model = chosen_model(session.catalog, wanted.model, TO_SEARCH)
    question = api.Senses(
        text_of(wanted.word),
        model,
        _sentence(wanted),
        None,
        wanted.occurrence,
        wanted.layer,
        _vectors(wanted),
        wanted.k,
    )
    found = session.ask(question)
    assert isinstance(found, api.SenseList)
    if found.missing:
        raise _no_index(model, wanted)
    if wanted.json:
        emit(_rounded(api.fields(found)))
        return 0
    say(f"{found.word} · {found.note}")
    print(found.verdict)
    if found.mine:
        print(f"In the sentence it falls in group {found.mine}.")
    for group in found.groups:
        named = ", ".join(group.names) or "no words of its own"
        print(f"{group.letter}  {group.size} places, silhouette {group.silhouette:.2f}: {named}")
        lines = [("  ", f"{n.score:.2f}", n.left[-48:], n.neighbor, n.right[:48], n.label) for n in group.places]
        print(table(lines, right=(2,)))
    return 0


def _asked(question: type[Q], wanted: Namespace, session: Session) -> Q:
    """The question about the word or place that was typed."""
    kind = lens(wanted)
    return question(
        text_of(wanted.word),
        chosen_model(session.catalog, wanted.model, TO_SEARCH if kind == "contextual" else ()),
        kind,
        _sentence(wanted),
        None,
        wanted.k,
        wanted.occurrence,
        wanted.layer,
        _vectors(wanted),
        wanted.centring,
    )


def lay_out(wanted: Namespace) -> int:
    """Print the neighbourhood's two-dimensional coordinates."""
    session = Session(Catalog())
    question = _asked(api.Map, wanted, session)
    model = question.model
    found = session.ask(question)
    assert isinstance(found, api.MapPoints)
    if found.missing:
        raise _no_index(model, wanted)
    if not found.known:
        near = ", ".join(found.suggestions)
        hint = f"Nearest spellings: {near}." if near else "No known word is spelled like it."
        raise ModelError(f"The model {model!r} does not know the word {found.word!r}.", hint)
    if wanted.json:
        for point in found.points:
            emit(_rounded(api.fields(point)))
        return 0
    shares = " and ".join(f"{100 * share:.0f} %" for share in found.explained)
    say(f"{found.word} · {found.note}; neighbours are computed in the full space, the axes show {shares} of it")
    rows = [(p.text, f"{p.x:.3f}", f"{p.y:.3f}", f"{p.score:.3f}", p.role) for p in found.points]
    print(table(rows, ("", "x", "y", "cosine", "role"), right=(1, 2, 3)))
    return 0


def analogy(wanted: Namespace) -> int:
    """Print the words nearest to a sum of words."""
    session = Session(Catalog())
    model = chosen_model(session.catalog, wanted.model, TO_ADD)
    found = session.ask(api.Analogy(text_of(wanted.expression), model, wanted.method, wanted.k))
    assert isinstance(found, api.AnalogyList)
    if wanted.json:
        for n in found.neighbors:
            record = {"expression": found.expression, "model": model, "method": found.method, "rank": n.rank}
            emit(_rounded({**record, "neighbor": n.neighbor, "score": n.score, "count": n.count}))
        return 0
    say(found.note)
    _print_words(found.neighbors, score="cosine" if found.method == "add" else "3CosMul")
    return 0


def drift(wanted: Namespace) -> int:
    """Print what fine-tuning did to a model's word vectors."""
    session = Session(Catalog())
    tuned = [era for era in ERAS if (C := era.parameter("C")).pretrained and C.tuned]
    model = wanted.model if wanted.model is not None else chosen_model(session.catalog, None, eras=tuned)
    found = session.ask(api.Drift(model, words=wanted.words, least=wanted.least, epoch=wanted.epoch))
    assert isinstance(found, api.DriftList)
    if wanted.json:
        emit(_rounded(api.fields(found)))
        return 0
    say(f"{model}: {found.note}")
    say(f"On average {100 * found.overlap:.0f} % of the {found.k} nearest words stayed.")
    after = "after" if found.epoch is None else f"epoch {found.epoch}"
    pairs = [(f"{p.first}, {p.second}", f"{p.before:.2f}", f"{p.after:.2f}") for p in found.pairs]
    print(table(pairs, ("cosine of", "before", after), right=(1, 2)))
    print()
    if found.courses:
        courses = [(f"{c.first}, {c.second}", *(f"{cosine:.2f}" for cosine in c.cosines)) for c in found.courses]
        columns = ("cosine at the end of epoch", "start", *map(str, found.epochs))
        print(table(courses, columns, right=tuple(range(1, len(columns)))))
        print()
    else:
        say(found.unkept)
    rows = [
        (m.word, f"{m.count:,}", f"{100 * m.overlap:.0f} %", ", ".join(m.before[:4]), ", ".join(m.after[:4]))
        for m in found.moved
    ]
    print(table(rows, ("moved most", "count", "stayed", "was near", "is near"), right=(1, 2)))
    return 0


def export(wanted: Namespace) -> int:
    """Write a model's word vectors for another program."""
    session = Session(Catalog())
    model = chosen_model(session.catalog, wanted.model)
    found = session.ask(api.Export(model, wanted.format, text_of(wanted.path), wanted.force))
    assert isinstance(found, api.Exported)
    if wanted.json:
        emit(api.fields(found))
    else:
        say(f"{found.words:,} vectors of {found.dimension} numbers")
        print("\n".join(found.files))
    return 0


def chosen_model(catalog: Catalog, named: str | None, best: Sequence[str] = (), eras: Sequence[Era] = ERAS) -> str:
    """The model to ask about words: the one named, else the first of `best` that is there, else the latest of eras."""
    if named is not None:
        known = named.split(":")[0] in {each.split(":")[0] for each in (*PRETRAINED, MINILM)}
        return named if known else choose_models(catalog, [named])[0]
    for model in best:
        if _is_there(catalog, model):
            say(f"{model}: {PRETRAINED[model]}")
            return model
    available = [era.id for era in eras if catalog.for_era(era.id) is not None]
    return choose_models(catalog, available[-1:] or None)[0]


def _is_there(catalog: Catalog, pretrained: str) -> bool:
    if pretrained == LANGUAGE_MODEL:
        return catalog.language_models() >= set(DIRECTIONS)
    return MASKED in catalog.transformers() if pretrained == MASKED else catalog.vectors()


def _sentence(wanted: Namespace) -> str | None:
    return None if wanted.sentence is None else text_of(wanted.sentence)


def _vectors(wanted: Namespace) -> str:
    return "slot" if wanted.slot else str(wanted.vectors)


def _no_index(model: str, wanted: Namespace) -> ModelError:
    job = IndexJob(model=model, layer=wanted.layer, vectors=_vectors(wanted))
    return ModelError(
        f"The model {model!r} has no index of the corpus yet, which places are searched in.",
        f"Build it once with `{command(job)}`.",
    )


def _say_baseline(found: api.NeighborList) -> None:
    if (usual := found.baseline) is not None:
        say(f"Cosines of random pairs: mean {usual.mean:.2f}, nine in ten from {usual.low:.2f} to {usual.high:.2f}.")
    if found.overlap is not None:
        say(
            f"With another seed {100 * found.overlap:.0f} % of the ten nearest stay "
            f"({found.seeds} models); * marks those that not all have."
        )


def _print_words(
    found: tuple[api.Neighbor, ...], marked: Callable[[api.Neighbor], bool] = lambda _: False, score: str = "cosine"
) -> None:
    names = [f"{n.neighbor}{' *' if marked(n) else ''}" for n in found]
    counts = [f"{n.count:,}" if n.count else "" for n in found]
    rows = [(str(n.rank), name, f"{n.score:.3f}", count) for n, name, count in zip(found, names, counts, strict=True)]
    print(table(rows, ("rank", "neighbor", score, "count"), right=(0, 2, 3)))


def _print_places(found: tuple[api.Neighbor, ...]) -> None:
    lines = [(f"{n.score:.3f}", n.left, n.neighbor, n.right, n.label, n.source) for n in found]
    print(table(lines, ("cosine", "left", "neighbor", "right", "label", "source"), right=(0, 1)))


def _print_csv(records: list[dict[str, Any]]) -> None:
    if records:
        writer = csv.DictWriter(sys.stdout, fieldnames=list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)


def _neighbor(found: api.NeighborList, neighbor: api.Neighbor) -> dict[str, Any]:
    record: dict[str, Any] = {
        "word": found.word,
        "model": found.model,
        "kind": found.lens,
        "rank": neighbor.rank,
        "neighbor": neighbor.neighbor,
        "score": round(neighbor.score, _DECIMALS),
        "count": neighbor.count,
    }
    if found.lens == "contextual":
        record |= {"left": neighbor.left, "right": neighbor.right, "source": neighbor.source, "label": neighbor.label}
    return record


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
