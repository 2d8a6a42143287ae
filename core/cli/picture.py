"""The verb `picture`: the lecture's drawing of a model over a sentence, as text, as JSON or as an SVG file."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from core.cli.standard_input import text_of

MODEL = "scratch"
WORD = 72
"""Cells of one word, enlarged."""


def add(verb: Callable[..., ArgumentParser]) -> None:
    """Add it to the command line."""
    parser = verb("picture", "TEXT", "the lecture's drawing of a model over a sentence", "one JSON object")
    parser.add_argument("text", metavar="TEXT", help="a sentence")
    parser.add_argument("--model", metavar="MODEL", default=MODEL, help="whose picture (%(default)s)")
    parser.add_argument("--word", metavar="WORD", help="trace how much each state still holds of this word")
    parser.add_argument("--reader", metavar="DIRECTION", help="whose states, where a model reads in several directions")
    parser.add_argument("--svg", metavar="FILE", help="also write the picture to a file")


def picture(wanted: Namespace) -> int:
    """Draw it. Raises UserError."""
    from core import api
    from core.cli.models import choose_models
    from core.cli.printing import emit, say
    from core.cli.session import open_session
    from core.drawing.lecture import Frame, Known, draw
    from core.drawing.maps import draw_maps
    from core.drawing.spans import Span, plain
    from core.drawing.svg import write_svg
    from core.drawing.word import draw_word
    from core.eras.table import BY_ID
    from core.errors import UserError

    text, session = text_of(wanted.text), open_session()
    (model,) = choose_models(session.catalog, [wanted.model])
    reader = wanted.reader or ""
    states, steps, parameters = (
        session.picture(question)
        for question in (
            api.ReadStates(text, model, reader=reader),
            api.ReadSteps(text, model, reader),
            api.ReadParameters(model),
        )
    )
    assert isinstance(states, api.StateList)
    assert isinstance(steps, api.StepList)
    assert isinstance(parameters, api.ParameterList)
    if reader and reader != states.reader:
        ways = f"it reads in {' and '.join(states.readers)}" if states.readers else "it reads in one direction only"
        raise UserError(f"{model} has no direction {reader!r}.", f"Leave --reader out: {ways}.")
    info = session.load(model).entry.info
    era = BY_ID[info.era]
    known = Known(era, states, steps, parameters, info.frozen)
    chosen = None
    if wanted.word is not None:
        words = [token.text for token in states.tokens]
        if wanted.word.lower() not in words:
            raise UserError(f"The sentence has no word {wanted.word!r}.", f"Its words are {' '.join(words)}.")
        chosen = words.index(wanted.word.lower())
    title = (Span(f"{era.year}  {era.title}", "bold"),)
    frame = Frame(chosen=chosen)
    enlarged = [] if chosen is None else draw_word(known, chosen, frame.gutter, WORD)
    lines = [title, (Span(era.news, "muted"),), (), *draw(known, frame), *enlarged, (), *draw_maps(era, parameters)]
    if wanted.svg:
        try:
            Path(wanted.svg).expanduser().write_text(write_svg(lines, text), encoding="utf-8", errors="replace")
        except OSError as error:
            raise UserError(
                f"{wanted.svg} could not be written: {error.strerror or error}.", "Name another."
            ) from error
        say(f"written: {wanted.svg}")
    if wanted.json:
        parts = {"states": states, "steps": steps, "parameters": parameters}
        emit({"text": text, "model": model, **{name: api.fields(part) for name, part in parts.items()}})
    else:
        print("\n".join(plain(line).rstrip() for line in lines))
    return 0
