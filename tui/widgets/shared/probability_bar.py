"""How an answer leans, drawn: a bar from the middle, and a tint for a token.

For two labels the first leans left and the second right, so that the direction says what the colour says.
"""

from __future__ import annotations

from textual.content import Content

from core.api import Predicted
from tui import safetext

LONGEST_LABEL = 24


def bar(probabilities: dict[str, float], cells: int) -> Content:
    """The answer as a bar of `cells` cells: from the middle for two labels, from the left for more."""
    values = list(probabilities.values())
    if len(values) == 2:
        return _from_the_middle(values[1] - values[0], cells)
    best = max(values, default=0.0)
    halves = round(best * cells * 2)
    drawn = "█" * (halves // 2) + "▌" * (halves % 2)
    return Content.assemble((drawn, "$positive"), ("·" * (cells - len(drawn)), "$faint"))


def all_shares(probabilities: dict[str, float], cells: int) -> Content:
    """Each class with its percent, the likeliest first; how many there was no room for."""
    ranked = sorted(probabilities.items(), key=lambda item: -item[1])
    parts, used = list[Content](), 0
    for place, (label, share) in enumerate(ranked):
        named = safetext.fit(safetext.one_line(label), LONGEST_LABEL)
        percent = f" {100 * share:.0f} %"
        left = len(ranked) - place - 1
        rest = f"   and {left} more" if left else ""
        size = safetext.width(named) + len(percent) + 3
        if parts and used + size + len(rest) > cells:
            parts.append(Content.styled(f"and {left + 1} more", "$muted"))
            break
        parts.append(Content.assemble((named, "bold $positive" if place == 0 else ""), (percent, "$muted")))
        used += size
    return Content("   ").join(parts)


def _from_the_middle(lean: float, cells: int) -> Content:
    side = (cells - 1) // 2
    halves = min(2 * side, round(abs(lean) * side * 2))
    full, half = divmod(halves, 2)
    empty = "·" * (side - full - half)
    rest = " " * (cells - 1 - 2 * side)
    if lean < 0:
        parts = [(empty, "$faint"), ("▐" * half + "█" * full, "$negative"), ("│", "$muted"), ("·" * side, "$faint")]
    else:
        parts = [("·" * side, "$faint"), ("│", "$muted"), ("█" * full + "▌" * half, "$positive"), (empty, "$faint")]
    return Content.assemble(*parts, rest)


def lean_of(probabilities: dict[str, float]) -> float:
    """From -1 (surely the first label) to 1 (surely the second); for more labels, how sure the answer is."""
    values = list(probabilities.values())
    if len(values) == 2:
        return values[1] - values[0]
    return max(values, default=0.0)


def colour(lean: float) -> str:
    """The colour of a side."""
    return "$negative" if lean < 0 else "$positive"


def tint(lean: float, ansi: bool) -> str:
    """The style of a token with that lean: five steps a side, none near the middle."""
    strength = abs(lean)
    if strength < 0.08:
        return ""
    if ansi:
        return f"{'bold reverse' if strength > 0.6 else ''} {colour(lean)}".strip()
    share = min(60, 12 + round(strength * 4) * 12)
    return f"on {colour(lean)} {share}%"


def running_leans(predicted: Predicted) -> list[float]:
    """The lean after each of the first tokens; empty before the running answer came."""
    labels = list(predicted.probabilities)
    if len(labels) == 2:
        return [step[1] - step[0] for step in predicted.running]
    place = labels.index(predicted.label) if predicted.label in labels else 0
    return [step[place] for step in predicted.running]


def running_percents(predicted: Predicted) -> tuple[str, list[int]]:
    """A label and its probability in percent after each token: the second of two labels, else the answer's."""
    labels = list(predicted.probabilities)
    if not labels:
        return predicted.label, []
    place = 1 if len(labels) == 2 else (labels.index(predicted.label) if predicted.label in labels else 0)
    return labels[place], [round(step[place] * 100) for step in predicted.running]
