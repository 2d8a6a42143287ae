"""A model's tokens, tinted, on one line, or on several with a number beneath each."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.style import Style

from core.api import Predicted, Token
from tui import safetext
from tui.widgets.shared import probability_bar

LONGEST = 24
TOKEN = "token"
"""What a drawn token's style knows: its place in the sentence."""


def plain_line(predicted: Predicted, cells: int, ansi: bool) -> Content:
    """The tokens on one line, cut where the line ends."""
    leans = probability_bar.running_leans(predicted)
    parts: list[Content] = []
    used = 0
    for index, token in enumerate(predicted.tokens):
        text = safetext.fit(token.text, LONGEST)
        if used + safetext.width(text) + 2 > cells:
            parts.append(Content.styled(safetext.ELLIPSIS, "$muted"))
            break
        parts.append(_token(index, text, leans[index] if index < len(leans) else 0.0, token.known, ansi))
        parts.append(Content(" "))
        used += safetext.width(text) + 1
    return Content("").join(parts)


def numbered_lines(predicted: Predicted, cells: int, ansi: bool, most: int) -> list[Content]:
    """Pairs of lines, at most `most` of them: the tokens, and beneath each the percent after it."""
    leans = probability_bar.running_leans(predicted)
    _, percents = probability_bar.running_percents(predicted)
    return marked_lines(predicted.tokens, leans, list(map(str, percents)), cells, ansi, most)


def marked_lines(
    tokens: Sequence[Token], leans: Sequence[float], numbers: Sequence[str], cells: int, ansi: bool, most: int
) -> list[Content]:
    """Pairs of lines, at most `most` of them: the tokens, tinted by the leans, -1 to 1, and the numbers beneath.

    There may be fewer leans and numbers than tokens.
    """
    lines: list[Content] = []
    above: list[Content] = []
    below: list[Content] = []
    used = 0
    for index, token in enumerate(tokens):
        text = safetext.fit(token.text, LONGEST)
        number = numbers[index] if index < len(numbers) else ""
        place = max(2, safetext.width(text), len(number))
        if used + place + 1 > cells:
            if len(lines) + 2 >= 2 * most:
                above.append(Content.styled(safetext.ELLIPSIS, "$muted"))
                break
            lines += [Content("").join(above), Content("").join(below)]
            above, below, used = [], [], 0
        lean = leans[index] if index < len(leans) else 0.0
        above += [_token(index, text, lean, token.known, ansi), Content(" " * (place - safetext.width(text) + 1))]
        below += [
            Content.styled(f"{number:^{place}} ", probability_bar.colour(lean) if abs(lean) >= 0.08 else "$muted")
        ]
        used += place + 1
    return [*lines, Content("").join(above), Content("").join(below)]


def unknown_words(predicted: Predicted) -> list[str]:
    """The tokens the model has no vector for, each once."""
    return list(dict.fromkeys(token.text for token in predicted.tokens if not token.known))


def token_style(lean: float, known: bool, ansi: bool) -> str:
    """The tint of a token; unknown ones are underlined too."""
    style = probability_bar.tint(lean, ansi)
    return style if known else f"underline italic {style}".strip()


def _token(place: int, text: str, lean: float, known: bool, ansi: bool) -> Content:
    style = token_style(lean, known, ansi)
    said = Content.styled(text, style) if style else Content(text)
    return said.stylize(Style.from_meta({TOKEN: place}))
