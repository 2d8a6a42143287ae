"""The looks of curves that share a plot, in the theme in force: a colour and a mark each, so that neither is needed."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from core.drawing.looks import DARK, LIGHT, MARKS

_ANSI = {True: (6, 3, 2, 11, 5, 7, 1, 4), False: (4, 1, 2, 3, 5, 0, 6, 8)}
"""By whether the theme is dark: the terminal's own colours."""
_ANSI_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright_black")


@dataclass(frozen=True)
class Look:
    """How a curve is shown: its mark, and its colour as the plot and as a style know it."""

    mark: str
    colour: tuple[int, int, int] | int
    style: str

    @property
    def content(self) -> Content:
        """The mark in its colour."""
        return Content.styled(self.mark, f"bold {self.style}")


def looks(count: int, dark: bool, ansi: bool) -> list[Look]:
    """The looks of so many curves, in a theme; one keeps its own while others follow it."""
    found = []
    for number in range(count):
        mark = MARKS[number % len(MARKS)]
        if ansi:
            colour = _ANSI[dark][number % len(_ANSI[dark])]
            name = "ansi_bright_yellow" if colour == 11 else f"ansi_{_ANSI_NAMES[colour]}"
            found.append(Look(mark, colour, name))
        else:
            palette = DARK if dark else LIGHT
            style = palette[number % len(palette)]
            red, green, blue = (int(style[at : at + 2], 16) for at in (1, 3, 5))
            found.append(Look(mark, (red, green, blue), style))
    return found
