"""What a language model finds likeliest in one place of a sentence, beside the word that stands there."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from core.api import Likely, SurprisalList, Surprise
from tui import safetext

PERCENT = 8
WORD, SHORT_WORD, ROOMY = 18, 12, 40
"""Cells of a word; fewer where there are less than `ROOMY` in all: a bar needs some too."""
UNKNOWN = "<unk>"


class LikelyWords(Widget):
    """A heading that says which place, and a line a word: word, bar, percent."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._heading = Content("")
        self._likeliest: tuple[Likely, ...] = ()
        self._there = ""

    def show(self, answer: SurprisalList | None, here: Surprise | None) -> None:
        """Show the place of a token, or where the sentence is open."""
        if answer is None:
            self._heading, self._likeliest, self._there = Content(""), (), ""
        elif here is None:
            side = "before the first word" if answer.direction == "backward" else "after the last word"
            self._heading = Content.assemble(("likeliest ", "$muted"), (side, "bold"))
            self._likeliest, self._there = answer.open, ""
        else:
            known = here.token.known
            self._heading = Content.assemble(
                (safetext.fit(here.token.text, SHORT_WORD), "bold" if known else "bold underline italic"),
                (f"  {here.bits:.1f} bits, {_describe_rank(here)}", "$muted"),
            )
            self._likeliest, self._there = here.likeliest, here.token.text if known else UNKNOWN
        self.refresh()

    def render(self) -> Content:
        """Heading and as many words as there is room for."""
        cells, lines = self.content_size.width, self.content_size.height
        heading = self._heading.truncate(cells, ellipsis=True) if self._heading.cell_length > cells else self._heading
        return Content("\n").join(
            [heading, *(self._line(each, cells) for each in self._likeliest[: max(0, lines - 1)])]
        )

    def _line(self, likely: Likely, cells: int) -> Content:
        word = WORD if cells >= ROOMY else SHORT_WORD
        bar = max(0, cells - word - PERCENT)
        halves = round(min(max(likely.probability, 0.0), 1.0) * bar * 2)
        drawn = "━" * (halves // 2) + "╸" * (halves % 2)
        return Content.assemble(
            (safetext.column(likely.word, word - 1) + " ", "bold $accent" if likely.word == self._there else ""),
            (drawn, "$origin-language-model"),
            ("─" * (bar - len(drawn)), "$faint"),
            f"{format_percent(likely.probability):>{PERCENT}}",
        )


def format_percent(probability: float) -> str:
    """A probability in percent with one decimal; what would round to nothing is below it."""
    return f"{100 * probability:.1f} %" if probability >= 0.0005 else "< 0.1 %"


def _describe_rank(here: Surprise) -> str:
    if here.rank is None:
        return "of several pieces"
    return f"rank {here.rank:,}:" if here.token.known else "as any unknown"
