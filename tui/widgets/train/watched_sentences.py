"""The sentences that are pinned to a run, as they are answered at a moment of it: percent, label, tinted tokens."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from core.api import Predicted, Token
from core.runs import RunView
from core.runs.events import PinnedAnswer
from core.runs.thinning import Series
from core.runs.watched import latest
from tui import safetext
from tui.widgets.shared import probability_bar, token_line

_LONGEST_LABEL = 12


def describe_sentences(
    view: RunView, at: float | None, width: int, lines: int, styles: Sequence[str], ansi: bool
) -> list[Content]:
    """At most so many lines: of each sentence its number, answer and tokens as they were at an epoch, None for now.

    Where there is room, the percent after each token stands beneath it. `styles`: each curve's colour.
    """
    pins = view.watched.pins
    numbered = lines >= 2 * len(pins)
    found: list[Content] = []
    for number, sentence in enumerate(pins):
        size = 2 if numbered else 1
        if len(found) + size > lines - (number + 1 < len(pins) and not numbered):
            found.append(Content.styled(f"and {len(pins) - number} more: i lists them", "$muted"))
            break
        found += _describe(view, sentence, number, at, width, numbered, styles, ansi)
    return found


def _describe(
    view: RunView,
    sentence: str,
    number: int,
    at: float | None,
    width: int,
    numbered: bool,
    styles: Sequence[str],
    ansi: bool,
) -> list[Content]:
    shares = latest(view.watched.answers.get(sentence, Series()), at)
    reading = latest(view.watched.readings.get(sentence, Series()), at)
    mark = Content.styled(f"{number + 1} ", f"bold {styles[number % len(styles)]}")
    if shares is None:
        text = safetext.fit(safetext.one_line(sentence), width - 2)
        return [Content.assemble(mark, (text, "$muted")), *([Content("")] if numbered else [])]
    answer = to_predicted(view.labels, shares, reading)
    said = safetext.column(safetext.one_line(answer.label), _LONGEST_LABEL)
    lean = probability_bar.lean_of(answer.probabilities)
    percent = round(100 * answer.probabilities.get(answer.label, 0.0))
    colour = f"bold {probability_bar.colour(lean)}"
    head = Content.assemble(mark, (said, colour), (f"{percent:>4} %  ", colour))
    room = max(10, width - head.cell_length)
    if not answer.tokens:
        return [Content.assemble(head, (safetext.fit(safetext.one_line(sentence), room), "$muted"))]
    if not numbered:
        return [Content.assemble(head, token_line.plain_line(answer, room, ansi))]
    above, below = token_line.numbered_lines(answer, room, ansi, 1)[:2]
    return [Content.assemble(head, above), Content.assemble(" " * head.cell_length, below)]


def to_predicted(labels: Sequence[str], shares: Sequence[float], reading: PinnedAnswer | None) -> Predicted:
    """What a run said of a sentence, as an answer that Read would show. A share without a label has its number."""
    names = [labels[n] if n < len(labels) else str(n) for n in range(len(shares))]
    best = max(range(len(shares)), key=shares.__getitem__, default=0)
    tokens = (reading.tokens or []) if reading else []
    known = (reading.known or []) if reading else []
    running = (reading.running or []) if reading else []
    return Predicted(
        model="",
        label=names[best] if names else "",
        probabilities=dict(zip(names, shares, strict=True)),
        tokens=tuple(Token(text, 0, 0, known[n] if n < len(known) else True) for n, text in enumerate(tokens)),
        running=tuple(tuple(step) for step in running if len(step) == len(shares)),
        read=len(tokens),
    )
