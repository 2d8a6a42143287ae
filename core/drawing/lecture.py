"""The lecture's drawing of one model over one sentence: words below, then c, h with W_h between, pooling, the answer.

Each era has the same rows in the same places, so that from one to the next only what differs changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core import api
from core.drawing import answer
from core.drawing.heat import spread, strip, top_of
from core.drawing.labels import letter, said
from core.drawing.spans import Line, Span, column, fit, padded
from core.eras.table import Composition, Era

BARS = "▁▂▃▄▅▆▇█"
BETWEEN = 2
"""Cells between two strips: an arrow and a blank."""
WIDE = 24
"""Cells of a gutter in which everything is said in words."""


@dataclass(frozen=True)
class Frame:
    """Which part of a picture is drawn, and how large: `gutter` cells for the letters, `column` cells for each word.

    `first`, `words`: which words have a column, all if None; `chosen`: the word whose memory is traced; `blanks`: the
    most templates of a prompt that are drawn; `deep`: how many lines a strip takes, each with further coordinates.
    """

    gutter: int = 24
    column: int = 10
    first: int = 0
    words: int | None = None
    chosen: int | None = None
    blanks: int = 6
    deep: int = 1


@dataclass(frozen=True)
class Known:
    """What is known of a model and a text: all else comes later than `states`.

    `frozen`: the letters of this very model that are not tuned; `attention`: of a transformer, the mean of all heads.
    """

    era: Era
    states: api.StateList
    steps: api.StepList | None = None
    parameters: api.ParameterList | None = None
    frozen: tuple[str, ...] = ()
    attention: api.Attention | None = None


def draw(known: Known, frame: Frame) -> list[Line]:
    """The picture's lines, the answer first. Every line begins with the gutter."""
    return list(_Picture(known, frame).lines())


class _Picture:
    def __init__(self, known: Known, frame: Frame) -> None:
        self._known, self._frame = known, frame
        self._era, self._states = known.era, known.states
        end = len(self._states.tokens) if frame.words is None else frame.first + frame.words
        self._shown = range(len(self._states.tokens))[frame.first : end]
        self._cells = frame.column - BETWEEN

    def lines(self) -> Iterator[Line]:
        known, frame = self._known, self._frame
        yield from answer.draw_answer(known.states, frame.gutter)
        if self._states.blanks:
            yield from answer.draw_blanks(known.states, self._letter("W_o"), frame.gutter, frame.blanks)
        else:
            yield answer.draw_logits(known.states, self._letter("W_o"))
            yield answer.draw_pooled(known.states, frame.gutter, frame.column)
        for row in reversed(self._states.rows):
            yield from self._row(row)
        yield self._line(said("words", frame.gutter), [self._word(place) for place in self._shown])
        yield (*said("", frame.gutter), Span(self._remark(), "muted"))

    @property
    def _attends(self) -> bool:
        """Whether layers of attention stand in W_h's place."""
        asked = self._era.asked and any(each.name.startswith("layer") for each in self._states.rows)
        return asked or self._era.composition is Composition.TRANSFORMER

    def _row(self, row: api.StateRow) -> Iterator[Line]:
        top = top_of(value for each in row.strips for value in each.values)
        attends = self._attends
        arrow = "⇄" if attends and row.name != "c" else ""
        if row.name == "h" and not attends:
            arrow = "←" if self._states.reader == "backward" else "→"
        label = self._label(row, attends)
        for line in range(self._frame.deep):
            drawn = [self._strip(row, place, top, arrow, line) for place in self._shown]
            yield self._line(label if not line else said("", self._frame.gutter), drawn)
        if row.name == "h":
            yield from self._below_h()
            if not attends:
                ups = [(Span(f"{'↑':^{self._cells}}  ", "muted"),) for _ in self._shown]
                yield self._line(self._letter("W_e"), ups)

    def _label(self, row: api.StateRow, attends: bool) -> Line:
        cells = self._frame.gutter
        if row.name == "c":
            return self._letter("C")
        if row.share is not None:
            way = row.name.removeprefix("LM ")
            arrow = "←" if way.startswith("backward") else "→"
            named = f"LM {arrow} {way} = γ·{row.share:.2f}"
            if len(named) >= cells:
                named = f"LM {arrow} = γ·{row.share:.2f}"
            role = "random" if self._era.untrained else "language-model"
            return padded((Span(named, f"bold {role}"),), cells)
        if attends:
            return self._layer(row)
        return self._letter("W_h")

    def _layer(self, row: api.StateRow) -> Line:
        depth = sum(each.name != "c" for each in self._states.rows)
        number = depth if row.name == "h" else int(row.name.removeprefix("layer "))
        mark = "= frozen"
        if row.tuned:
            layers = self._known.parameters.layers if self._known.parameters else ()
            change = next((f" {each.change:.3f}" for each in layers if each.number == number), "")
            mark = f"Δ tuned{change}" if self._frame.gutter >= WIDE else f"Δ{change}"
        return said(f"layer {number} {mark}", self._frame.gutter, "bold transformer" if row.tuned else "transformer")

    def _letter(self, symbol: str) -> Line:
        found = self._known.parameters.parameters if self._known.parameters else ()
        mine = [each for each in found if each.reader in ("", self._states.reader)]
        return letter(self._era, symbol, mine, self._known.frozen, self._frame.gutter)

    def _strip(self, row: api.StateRow, place: int, top: float, arrow: str, line: int) -> Line:
        """A line of a word's strip: further coordinates on each."""
        if place >= len(row.strips):  # beyond what a transformer can read
            return (Span(" " * self._frame.column),)
        values = row.strips[place].values
        shown = [values[at] for at in spread(len(values), self._cells * self._frame.deep)]
        here = shown[line * self._cells : (line + 1) * self._cells]
        after = f"{arrow} " if arrow and not line and place + 1 < len(row.strips) else "  "
        return (*padded(strip(here, self._cells, top), self._cells), Span(after, "muted"))

    def _below_h(self) -> Iterator[Line]:
        """The running answer, and what each state still holds of the chosen word."""
        frame, steps = self._frame, self._known.steps
        labels = tuple(self._states.probabilities)
        label = answer.followed(labels, self._states)
        running = steps.running if steps else ()
        after = [self._running(running[place], label) if place < len(running) else self._blank for place in self._shown]
        yield self._line(said(f"% {labels[label]} so far", frame.gutter), after)
        chosen = frame.chosen
        if chosen is None or not (0 <= chosen < len(self._states.tokens)):
            yield said("", frame.gutter)
            return
        memory = steps.memory if steps else ()
        held = [self._memory(memory[place][chosen]) if place < len(memory) else self._blank for place in self._shown]
        word = self._states.tokens[chosen].text
        yield self._line(said(f"holds {word}", frame.gutter, "bold"), held)
        if self._attends:
            looks = self._looks(chosen)
            cells = [self._memory(looks[place]) if place < len(looks) else self._blank for place in self._shown]
            yield self._line(said(f"looks at, {word}", frame.gutter, "bold"), cells)

    def _looks(self, chosen: int) -> list[float]:
        """How much of its weight the word gives to each word of the text; the rest goes to what stands around it."""
        attention = self._known.attention
        if attention is None:
            return []
        text = [place for place, word in enumerate(attention.words) if word.part == "text"]
        return [attention.weights[text[chosen]][place] for place in text] if chosen < len(text) else []

    def _running(self, probabilities: Sequence[float], label: int) -> Line:
        share = probabilities[label]
        side = ("right" if share >= 0.5 else "left") if len(probabilities) == 2 else "right"
        return (Span(f"{100 * share:>{self._cells // 2 + 1}.0f}".ljust(self._frame.column), side),)

    def _memory(self, moved: float | None) -> Line:
        if moved is None:
            return (Span(column("   –", self._frame.column), "muted"),)
        if moved < 0.005:
            return (Span(column("   ·", self._frame.column), "muted"),)
        bar = BARS[min(len(BARS) - 1, int(moved * len(BARS)))]
        return (Span(column(f" {bar} {moved:.2f}", self._frame.column), "bold" if moved >= 0.25 else ""),)

    def _word(self, place: int) -> Line:
        token = self._states.tokens[place]
        roles = " ".join(
            role for role, there in (("chosen", place == self._frame.chosen), ("unknown", not token.known)) if there
        )
        return padded((Span(fit(token.text, self._frame.column - 1), roles),), self._frame.column)

    @property
    def _blank(self) -> Line:
        return (Span(" " * self._frame.column),)

    def _line(self, gutter: Line, cells: Sequence[Line]) -> Line:
        return (*gutter, *(span for each in cells for span in each))

    def _remark(self) -> str:
        """What is left out at either side, and of the numbers."""
        states, shown = self._states, self._shown
        parts: list[str] = []
        if before := shown.start:
            parts.append(f"‹ {before} before")
        if after := len(states.tokens) - shown.stop:
            parts.append(f"{after} after ›")
        if states.words > len(states.tokens):
            parts.append(f"the first {len(states.tokens)} of {states.words:,} words")
        most = self._cells * self._frame.deep
        parts += [
            f"{row.name} {min(most, len(row.strips[0].values))}/{row.strips[0].width}"
            for row in states.rows
            if row.strips and row.name in ("c", "h")
        ]
        parts += [f"γ {states.gamma:.2f}"] if states.gamma is not None else []
        return " · ".join(parts)
