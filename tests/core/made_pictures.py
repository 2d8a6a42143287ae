"""Made-up states and parameters of any era, for what only draws them: no model, no clock."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core import api
from core.eras.table import BY_ID, Composition, Era, Origin

LABELS = ("negative", "positive")
SHAPES = {"C": (20_000, 128), "W_e": (1_024, 128), "W_h": (1_024, 256), "W_o": (2, 768)}
TEMPLATE = "{text} . it was ___"


def made_states(
    era: str, tokens: Sequence[api.Token], model: str = "m", positive: float = 0.8, reader: str = ""
) -> api.StateList:
    """Waves in place of states."""
    row = BY_ID[era]
    rows = tuple(
        api.StateRow(name, tuple(_wave(place, depth, 256 if name == "h" else 128) for place, _ in enumerate(tokens)),
                     tuned, share)
        for depth, (name, tuned, share) in enumerate(_rows(row))
    )  # fmt: skip
    asked = row.asked
    return api.StateList(
        model=model,
        tokens=tuple(tokens),
        words=len(tokens),
        rows=rows,
        pooled=() if asked else _pooled(row),
        logits=dict(zip(LABELS, (-0.7, 0.7), strict=True)),
        probabilities=dict(zip(LABELS, (1 - positive, positive), strict=True)),
        reader=("backward" if reader == "backward" else "forward") if row.fine_tuned or asked else "",
        readers=("forward", "backward") if row.fine_tuned or asked else (),
        blanks=(api.BlankFilled(TEMPLATE, (("good", 0.2), ("bad", 0.125))),) if asked else (),
        gamma=1.32 if row.reads_states else None,
    )


def made_steps(era: str, tokens: Sequence[api.Token], model: str = "m") -> api.StepList:
    """A memory that fades by half a word."""
    count, row = len(tokens), BY_ID[era]
    running = tuple((1 - p, p) for p in (0.5 + 0.4 * math.sin(place) for place in range(count)))
    if row.composition in (Composition.MEAN, Composition.COUNTS):
        return api.StepList(model, LABELS, running)
    memory = tuple(
        tuple(0.0 if out > place else 0.5 ** (place - out) for out in range(count)) for place in range(count)
    )
    return api.StepList(model, LABELS, running, memory)


def made_parameters(era: str, model: str = "m") -> api.ParameterList:
    """Waves that have moved by a quarter; W_o's start is not known."""
    row = BY_ID[era]
    there = [each for each in row.parameters if each.origin is not Origin.NONE or each.symbol == "W_o"]
    layers: tuple[api.LayerChange, ...] = ()
    if row.composition is Composition.TRANSFORMER:
        layers = tuple(api.LayerChange(n, n > 2, 0.0125 * (n > 2)) for n in range(1, 7))
    return api.ParameterList(model, tuple(_parameter(each.symbol, each.tuned) for each in there), layers, "Made up.")


def _rows(row: Era) -> list[tuple[str, bool, float | None]]:
    if row.composition is Composition.COUNTS:
        return []
    if row.composition is Composition.MEAN:
        return [("c", False, None)]
    if row.composition is Composition.TRANSFORMER:
        return [("c", False, None), *((f"layer {n}", n > 2, None) for n in range(1, 6)), ("h", True, None)]
    below = [("LM forward", False, 0.46), ("LM backward", False, 0.54)] if row.reads_states else []
    return [*below, ("c", True, None), ("h", True, None)]


def _pooled(row: Era) -> tuple[api.NamedStrip, ...]:
    if row.composition is Composition.COUNTS:
        return (api.NamedStrip("x", api.Strip((0.6, 0.8), 20_000), ("dull", "not dull")),)
    recurrent = row.composition in (Composition.TASK_RNN, Composition.LANGUAGE_MODEL)
    names = ("last", "max", "mean") if recurrent else ("mean",)
    return tuple(api.NamedStrip(name, _wave(depth, 3, 256)) for depth, name in enumerate(names))


def _parameter(symbol: str, tuned: bool) -> api.ParameterMap:
    before = tuple(tuple(round(math.sin(1 + 7 * row + 3 * place), 3) for place in range(40)) for row in range(12))
    if symbol == "W_o":
        return api.ParameterMap(symbol, SHAPES[symbol], before[:2], row_names=LABELS, unknown="not kept")
    moved = 0.25 if tuned else 0.0
    difference = tuple(tuple(moved * value for value in row[::-1]) for row in before)
    after = tuple(
        tuple(a + b for a, b in zip(row, change, strict=True)) for row, change in zip(before, difference, strict=True)
    )
    return api.ParameterMap(symbol, SHAPES[symbol], after, before, difference, moved, frozen=not tuned)


def _wave(place: int, depth: int, width: int) -> api.Strip:
    return api.Strip(tuple(round(math.sin(place + depth + n / 2), 3) for n in range(48)), width)
