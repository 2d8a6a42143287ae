"""Lettering for the back row: a small pixel font, drawn with half blocks or, larger, with whole ones."""

from __future__ import annotations

_GLYPHS = {
    "A": ".#. #.# ### #.# #.#",
    "B": "##. #.# ##. #.# ##.",
    "C": ".## #.. #.. #.. .##",
    "D": "##. #.# #.# #.# ##.",
    "E": "### #.. ##. #.. ###",
    "F": "### #.. ##. #.. #..",
    "G": ".## #.. #.# #.# .##",
    "H": "#.# #.# ### #.# #.#",
    "I": "### .#. .#. .#. ###",
    "J": "..# ..# ..# #.# .#.",
    "K": "#.# #.# ##. #.# #.#",
    "L": "#.. #.. #.. #.. ###",
    "M": "#...# ##.## #.#.# #...# #...#",
    "N": "#..# ##.# #.## #..# #..#",
    "O": ".#. #.# #.# #.# .#.",
    "P": "##. #.# ##. #.. #..",
    "Q": ".#. #.# #.# .## ..#",
    "R": "##. #.# ##. #.# #.#",
    "S": ".## #.. .#. ..# ##.",
    "T": "### .#. .#. .#. .#.",
    "U": "#.# #.# #.# #.# ###",
    "V": "#.# #.# #.# #.# .#.",
    "W": "#...# #...# #.#.# ##.## #...#",
    "X": "#.# #.# .#. #.# #.#",
    "Y": "#.# #.# .#. .#. .#.",
    "Z": "### ..# .#. #.. ###",
    "0": "### #.# #.# #.# ###",
    "1": ".#. ##. .#. .#. ###",
    "2": "##. ..# .#. #.. ###",
    "3": "##. ..# .#. ..# ##.",
    "4": "#.# #.# ### ..# ..#",
    "5": "### #.. ##. ..# ##.",
    "6": ".## #.. ### #.# ###",
    "7": "### ..# .#. .#. .#.",
    "8": "### #.# ### #.# ###",
    "9": "### #.# ### ..# ##.",
    "%": "#.# ..# .#. #.. #.#",
    ".": ". . . . #",
    ",": ".. .. .. .# #.",
    ":": ". # . # .",
    "'": "# # . . .",
    "!": "# # # . #",
    "?": "##. ..# .#. ... .#.",
    "-": "... ... ### ... ...",
    "_": "... ... ... ... ###",
    "✓": "....# ...#. #.#.. .#... .....",
    "✗": "#...# .#.#. ..#.. .#.#. #...#",
    " ": ".. .. .. .. ..",
}
ROWS = 5
LARGE, HUGE = 1, 2
"""Cells of one pixel from side to side; a large one is half a cell high, a huge one a whole."""
HEIGHTS = {LARGE: 3, HUGE: 6}
"""Rows of a line, the space to the next one included."""
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def can_letter(text: str) -> bool:
    """Whether there is a glyph for every character."""
    return all(character in _GLYPHS for character in text.upper())


def letter(text: str, cells: int, size: int) -> list[str] | None:
    """The text in block letters, broken between words into lines of at most `cells` cells.

    None where a character has no glyph, or a word is too wide.
    """
    if not can_letter(text):
        return None
    lines: list[str] = []
    for word in text.upper().split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and _measure(joined) * size <= cells:
            lines[-1] = joined
        elif _measure(word) * size <= cells:
            lines.append(word)
        else:
            return None
    return [row for line in lines for row in _draw(line, size)]


def _measure(line: str) -> int:
    """How many pixels wide."""
    return sum(len(_GLYPHS[character].split()[0]) + 1 for character in line) - 1


def _draw(line: str, size: int) -> list[str]:
    glyphs = [_GLYPHS[character].split() for character in line]
    pixels = [".".join(glyph[row] for glyph in glyphs) for row in range(ROWS)] + [""]
    pixels[ROWS] = "." * len(pixels[0])
    if size == HUGE:
        return ["".join("██" if pixel == "#" else "  " for pixel in row) for row in pixels]
    pairs = zip(pixels[::2], pixels[1::2], strict=True)
    return [
        "".join(_HALVES[up == "#", low == "#"] for up, low in zip(upper, lower, strict=True)) for upper, lower in pairs
    ]
