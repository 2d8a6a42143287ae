"""What stands at the left of a picture: each letter, where it came from, whether training moved it, and how far."""

from __future__ import annotations

from collections.abc import Sequence

from core import api
from core.drawing.spans import Line, Span, fit, padded, width
from core.eras.table import Era, Origin

ROLES = {
    Origin.RANDOM: "random",
    Origin.WORD2VEC: "vectors",
    Origin.GLOVE: "vectors",
    Origin.LANGUAGE_MODEL: "language-model",
    Origin.TRANSFORMER: "transformer",
    Origin.NONE: "muted",
}
"""The role of each origin: who draws has a colour for it."""
SHORT = {Origin.LANGUAGE_MODEL: "lang. model"}
TUNED, FROZEN = "Δ", "="


def role_of(origin: Origin) -> str:
    """The role of an origin."""
    return ROLES[origin]


def letter(era: Era, symbol: str, found: Sequence[api.ParameterMap], frozen: Sequence[str], cells: int) -> Line:
    """A letter of an era in exactly `cells` cells; `found` are its parameters as far as they are known."""
    parameter = era.parameter(symbol)
    here = next((each for each in found if each.symbol == symbol), None)
    still = symbol in frozen or not parameter.tuned or (here is not None and here.frozen)
    mark = FROZEN if still else f"{TUNED} {here.change:.2f}" if here and here.change is not None else TUNED
    origin = SHORT.get(parameter.origin, str(parameter.origin))
    role = role_of(parameter.origin)
    room = cells - len(symbol) - 1 - width(mark) - 2
    return padded((Span(symbol, f"bold {role}"), Span(f" {fit(origin, room)} ", role), Span(mark)), cells)


def said(name: str, cells: int, roles: str = "muted") -> Line:
    """Words in exactly `cells` cells."""
    return padded((Span(fit(name, cells - 1), roles),), cells)
