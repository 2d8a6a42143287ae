"""The upper end of a picture: what is pooled, the logits, the softmax; of a prompt its blanks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core import api
from core.drawing.heat import strip, top_of
from core.drawing.labels import said
from core.drawing.spans import Line, Span, fit

BAR = 12
LONGEST = 14
TEXT = "{text}"


def followed(labels: Sequence[str], states: api.StateList) -> int:
    """The class whose probability is followed word by word: the second of two, else the answer."""
    if len(labels) == 2:
        return 1
    values = list(states.probabilities.values())
    return max(range(len(values)), key=values.__getitem__, default=0)


def draw_answer(states: api.StateList, gutter: int) -> Iterator[Line]:
    """Each class with its probability, the likeliest in bold."""
    values = list(states.probabilities.items())
    best = max(range(len(values)), key=lambda place: values[place][1], default=0)
    spans: list[Span] = []
    for place, (label, share) in enumerate(values):
        role = "left" if place == 0 and len(values) == 2 else "right"
        bar = ("█" * round(share * BAR)).ljust(BAR, "·")
        text = f"{fit(label, LONGEST)} {100 * share:.0f} % "
        spans += [Span(text, f"bold {role}" if place == best else role), Span(bar, role), Span("   ")]
    softened = "p = softmax" if states.temperature == 1 else f"softmax(z/{states.temperature:.2f})"
    yield (*said(softened, gutter, "bold"), *spans)


def draw_logits(states: api.StateList, label: Line) -> Line:
    """W_o, and the logits that it makes."""
    said_of = "   ".join(f"{fit(name, LONGEST)} {value:+.2f}" for name, value in states.logits.items())
    return (*label, Span("↑ "), Span(said_of))


def draw_pooled(states: api.StateList, gutter: int, cells: int) -> Line:
    """What W_o sees, each part by a name; of counted words the words."""
    spans: list[Span] = []
    for part in states.pooled:
        if part.names:
            spans += [
                Span(f"{fit(name, 2 * LONGEST)} {value:.2f}   ")
                for name, value in zip(part.names, part.strip.values, strict=True)
            ]
            continue
        values = part.strip.values
        spans += [Span(f"{part.name} ", "muted"), *strip(values, cells, top_of(values)), Span("   ")]
    counted = any(part.names for part in states.pooled)
    return (*said("x tf-idf, length one" if counted else "pool(h)", gutter), *spans)


def draw_blanks(states: api.StateList, label: Line, gutter: int, most: int) -> Iterator[Line]:
    """Each template, and what the language model's own softmax finds likeliest at its blank."""
    for place, blank in enumerate(states.blanks[:most]):
        words = "  ".join(f"{fit(word, LONGEST)} {100 * share:.0f} %" for word, share in blank.likeliest)
        asked = fit(blank.template.replace(TEXT, "…"), 3 * LONGEST)
        yield (*(label if not place else said("", gutter)), Span(f"{asked}  ", "bold language-model"), Span(words))
    if (left := len(states.blanks) - most) > 0:
        yield (*said("", gutter), Span(f"and {left} more templates: ctrl+t in Read", "muted"))
