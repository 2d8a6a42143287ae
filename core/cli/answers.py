"""The verbs that ask a model: `predict`, `neighbors`, `vector`."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from itertools import islice

from core import api
from core.catalog import Catalog, ModelError
from core.cli.models import described
from core.cli.printing import bar, emit, say, table
from core.eras import BY_ID, ERAS
from core.session import Session

_DECIMALS = 6
_LABEL_CELLS = 10


def predict(wanted: Namespace) -> int:
    """Answer every text with every model, in the order of the texts; standard input is read batch by batch."""
    session = Session(Catalog())
    models = _chosen_models(session.catalog, wanted.model)
    texts = _lines() if wanted.text == ["-"] else (_text(argument) for argument in wanted.text)
    size = 1 if wanted.text == ["-"] and sys.stdin.isatty() else wanted.batch_size
    while batch := list(islice(texts, size)):
        if wanted.running:
            answers = [[session.run(text, model) for text in batch] for model in models]
        else:
            answers = [session.predict(batch, model) for model in models]
        for row, text in enumerate(batch):
            for answer in (of_model[row] for of_model in answers):
                if wanted.json:
                    emit(_prediction(text, answer))
                else:
                    _print_prediction(text, answer, max(map(len, models)))
        sys.stdout.flush()
    return 0


def neighbors(wanted: Namespace) -> int:
    """Print the words nearest to a word, or the places in the corpus nearest to its place in a sentence."""
    kind = wanted.kind or ("static" if wanted.sentence is None else "contextual")
    session = Session(Catalog())
    model = _chosen_model(session.catalog, wanted.model)
    sentence = None if wanted.sentence is None else _text(wanted.sentence)
    found = session.neighbors(api.Neighbors(_text(wanted.word), model, kind, sentence, None, wanted.k))
    if found.missing:
        raise ModelError(
            f"The model {model!r} has no index of the corpus yet, which contextual neighbors are found in.",
            f"Build it once with `nlp-tui index --model {model}`.",
        )
    if not found.known and not found.neighbors:
        near = ", ".join(found.suggestions)
        hint = f"Nearest spellings: {near}." if near else "No known word is spelled like it."
        raise ModelError(f"The model {model!r} does not know the word {found.word!r}.", hint)
    if wanted.json:
        for neighbor in found.neighbors:
            emit(_neighbor(found, neighbor))
        return 0
    say(f"{found.word} · counted {found.count:,} times · {found.note}")
    if kind == "static":
        rows = [(str(n.rank), n.neighbor, f"{n.score:.3f}", f"{n.count:,}") for n in found.neighbors]
        print(table(rows, ("rank", "neighbor", "cosine", "count"), right=(0, 2, 3)))
    else:
        lines = [(f"{n.score:.3f}", n.left, n.neighbor, n.right, n.label, n.source) for n in found.neighbors]
        print(table(lines, ("cosine", "left", "neighbor", "right", "label", "source"), right=(0, 1)))
    return 0


def vector(wanted: Namespace) -> int:
    """Print vectors as JSON, for one word or for lines of word<TAB>sentence on standard input."""
    session = Session(Catalog())
    model = _chosen_model(session.catalog, wanted.model)
    asked = _word_lines() if wanted.word == "-" else iter([(_text(wanted.word), wanted.sentence)])
    for word, sentence in asked:
        values = session.vector(word, model, None if sentence is None else _text(sentence))
        kind = "static" if sentence is None else "contextual"
        emit({"word": word, "model": model, "kind": kind, "vector": [round(float(v), _DECIMALS) for v in values]})
    return 0


def _chosen_models(catalog: Catalog, named: Sequence[str] | None) -> list[str]:
    """The models to ask; for a bare era, which one it stands for is said."""
    if named is None or "all" in named:
        named = [era for era in BY_ID if catalog.for_era(era) is not None]
        if not named:
            raise ModelError("There is no trained model yet.", "Train one with `nlp-tui train --era scratch`.")
    for spec in named:
        entry = catalog.resolve(spec)
        if spec in BY_ID:
            say(f"{spec}: {described(entry)}")
    return list(named)


def _chosen_model(catalog: Catalog, named: str | None) -> str:
    """The model to ask about words: the one named, else the latest era's that has one."""
    if named is None:
        available = [era.id for era in ERAS if catalog.for_era(era.id) is not None]
        return _chosen_models(catalog, available[-1:] or None)[0]
    return _chosen_models(catalog, [named])[0]


def _lines() -> Iterator[str]:
    """The lines of standard input, whatever bytes they hold."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", errors="replace").rstrip("\r\n").removeprefix("\ufeff")


def _word_lines() -> Iterator[tuple[str, str | None]]:
    for line in _lines():
        if line.strip():
            word, tab, sentence = line.partition("\t")
            yield word, sentence if tab else None


def _text(argument: str) -> str:
    """An argument as text: bytes that were no UTF-8 are replaced."""
    return argument.encode("utf-8", errors="surrogateescape").decode("utf-8", errors="replace")


def _prediction(text: str, answer: api.Predicted) -> dict[str, object]:
    record: dict[str, object] = {
        "text": text,
        "model": answer.model,
        "label": answer.label,
        "probabilities": {label: round(p, _DECIMALS) for label, p in answer.probabilities.items()},
        "tokens": [token.text for token in answer.tokens],
    }
    if answer.running:
        labels = list(answer.probabilities)
        record["running"] = [
            {label: round(p, _DECIMALS) for label, p in zip(labels, row, strict=True)} for row in answer.running
        ]
    return record


def _print_prediction(text: str, answer: api.Predicted, model_cells: int) -> None:
    probability = answer.probabilities[answer.label]
    columns = (answer.label.ljust(_LABEL_CELLS), f"{100 * probability:5.1f} %", answer.model.ljust(model_cells), text)
    print(table([columns]))
    if answer.running:
        place = list(answer.probabilities).index(answer.label)
        rows = [
            ("", token.text if token.known else f"{token.text} (unknown)", f"{100 * row[place]:.1f} %", bar(row[place]))
            for token, row in zip(answer.tokens, answer.running, strict=False)
        ]
        print(table(rows, right=(2,)))


def _neighbor(found: api.NeighborList, neighbor: api.Neighbor) -> dict[str, object]:
    record: dict[str, object] = {
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
