"""Each letter's parameters as a small map, one beneath the other, with what they were and how far they moved."""

from __future__ import annotations

from collections.abc import Iterator

from core import api
from core.drawing.heat import KEY, heat_map, top_of
from core.drawing.labels import role_of, said
from core.drawing.spans import Line, Span, fit
from core.eras.table import Era
from core.visible import one_line

SIDES = ("before", "after", "difference")
ROWS, COLUMNS = 4, 24


def draw_maps(era: Era, found: api.ParameterList) -> Iterator[Line]:
    """Before, after and their difference, side by side."""
    for each in found.parameters:
        yield from _draw(era, each)
        yield ()
    for layer in found.layers:
        mark = f"Δ tuned, ‖W−W₀‖/‖W₀‖ = {layer.change:.3f}" if layer.tuned else "= frozen"
        yield (Span(f"layer {layer.number}  ", "bold transformer"), Span(mark))
    yield (Span(f"{KEY}. {found.note}", "muted"),)


def _draw(era: Era, each: api.ParameterMap) -> Iterator[Line]:
    named = " ".join(filter(None, (each.symbol, each.reader)))
    yield (Span(f"{named}  ", f"bold {role_of(era.parameter(each.symbol).origin)}"), Span(describe(each)))
    sides = [getattr(each, side) for side in SIDES]
    tops = [top_of(value for row in matrix for value in row) for matrix in sides]
    drawn = [heat_map(matrix, ROWS, COLUMNS) for matrix in sides]
    gap = Span("   ")
    header: list[Span] = []
    for side, top, lines in zip(SIDES, tops, drawn, strict=True):
        if lines:
            header += [*said(f"{side} ± {top:.2g}", COLUMNS), gap]
    yield tuple(header)
    for row in range(max(map(len, drawn))):
        yield tuple(span for lines in drawn if lines for span in (*lines[row], gap))


def describe(each: api.ParameterMap) -> str:
    """Its size, how much of it is shown, how far it moved or why that is not known, in a line."""
    rows, columns = each.shape
    parts = [f"{rows:,} × {columns:,}"]
    parts += [each.where] if each.where else []
    if each.frozen:
        parts.append("frozen: it is what it was")
    elif each.change is not None:
        parts.append(f"‖W−W₀‖/‖W₀‖ = {each.change:.3f}")
    if each.unknown:
        parts.append(one_line(each.unknown))
    if names := list(dict.fromkeys(each.row_names)):
        parts.append(f"rows: {', '.join(fit(name, 16) for name in names[:ROWS])}{' …' if len(names) > ROWS else ''}")
    return " · ".join(parts)
