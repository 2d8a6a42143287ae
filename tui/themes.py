"""The app's own colours: two themes, and what every other theme needs to draw the eras.

Negative and positive are orange and blue (Okabe and Ito, 2008), which no common colour blindness confuses; where a
parameter comes from has a colour of its own. Everything coloured also carries a word, a number or a texture.
"""

from __future__ import annotations

from textual.color import BLACK, WHITE, Color
from textual.theme import Theme

DARK = "nlp-dark"
LIGHT = "nlp-light"

_DARK_VARIABLES = {
    "negative": "#f0a13a",
    "positive": "#62b6f5",
    "origin-random": "#8f96a3",
    "origin-vectors": "#4fd1a5",
    "origin-language-model": "#c79bf2",
    "origin-transformer": "#f2d45c",
    "muted": "#8b93a1",
    "faint": "#4a515e",
    "row-focus": "#232a36",
}
_LIGHT_VARIABLES = {
    "negative": "#a04a08",
    "positive": "#0b5da9",
    "origin-random": "#656c79",
    "origin-vectors": "#077856",
    "origin-language-model": "#7b3fb5",
    "origin-transformer": "#836400",
    "muted": "#5f6875",
    "faint": "#b9bfc9",
    "row-focus": "#e9eef6",
}
_ANSI_DARK_VARIABLES = {
    "negative": "ansi_yellow",
    "positive": "ansi_bright_blue",
    "origin-random": "ansi_default",
    "origin-vectors": "ansi_green",
    "origin-language-model": "ansi_magenta",
    "origin-transformer": "ansi_cyan",
    "muted": "ansi_default",
    "faint": "ansi_bright_black",
    "row-focus": "ansi_default",
}
# Of a terminal's own colours only these can be read on white wherever they are as usual.
_ANSI_LIGHT_VARIABLES = {
    **_ANSI_DARK_VARIABLES,
    "negative": "ansi_red",
    "positive": "ansi_blue",
    "origin-vectors": "ansi_blue",
    "origin-transformer": "ansi_red",
}

READABLE = 4.5
"""The least contrast of text with what it stands on, as a ratio of luminances (WCAG 2.1, AA)."""
_FADED = ("faint", "row-focus")
"""What is no text: lines and grounds."""
_STEP = 0.05

THEMES = (
    Theme(
        name=DARK,
        primary="#7aa2f7",
        secondary="#4fd1a5",
        accent="#7dcfff",
        warning="#f0a13a",
        error="#ff7b8a",
        success="#4fd1a5",
        foreground="#dfe4ec",
        background="#12151b",
        surface="#171b23",
        panel="#1f2530",
        dark=True,
        variables={
            **_DARK_VARIABLES,
            "border": "#56627a",
            "border-blurred": "#2c3442",
            "input-selection-background": "#3a5b94 60%",
            "footer-background": "#171b23",
            "footer-key-foreground": "#7dcfff",
            "footer-description-foreground": "#9aa3b2",
            "scrollbar": "#3a4352",
            "scrollbar-background": "#12151b",
            "scrollbar-background-hover": "#12151b",
            "scrollbar-background-active": "#12151b",
        },
    ),
    Theme(
        name=LIGHT,
        primary="#2456a6",
        secondary="#087f5b",
        accent="#0b63b5",
        warning="#b45309",
        error="#b3213c",
        success="#087f5b",
        foreground="#1b2330",
        background="#fbfaf7",
        surface="#f3f2ee",
        panel="#e9e8e3",
        dark=False,
        variables={
            **_LIGHT_VARIABLES,
            "border": "#8a94a6",
            "border-blurred": "#cfd3da",
            "footer-background": "#f3f2ee",
            "footer-key-foreground": "#0b63b5",
            "footer-description-foreground": "#5f6875",
            "scrollbar": "#c3c8d0",
            "scrollbar-background": "#fbfaf7",
            "scrollbar-background-hover": "#fbfaf7",
            "scrollbar-background-active": "#fbfaf7",
        },
    ),
)


def variables(theme: Theme) -> dict[str, str]:
    """The colours of this app in a theme that does not define them, as pale or as deep as its ground needs."""
    if theme.ansi:
        return _ANSI_DARK_VARIABLES if theme.dark else _ANSI_LIGHT_VARIABLES
    usual = _DARK_VARIABLES if theme.dark else _LIGHT_VARIABLES
    if usual.keys() <= theme.variables.keys():  # one of the app's own: asked at every start, before the first frame
        return {name: theme.variables[name] for name in usual}
    grounds = [Color.parse(ground) for ground in (*_grounds(theme), usual["row-focus"])]
    return {
        name: colour if name in _FADED else _make_readable(Color.parse(colour), grounds, WHITE if theme.dark else BLACK)
        for name, colour in usual.items()
    }


def contrast(text: Color, ground: Color) -> float:
    """The ratio of their luminances, from 1 to 21 (WCAG 2.1)."""
    low, high = sorted((_luminance(text), _luminance(ground)))
    return (high + 0.05) / (low + 0.05)


def _grounds(theme: Theme) -> tuple[str, ...]:
    """What text stands on in a theme."""
    generated = theme.to_color_system().generate()
    return generated["background"], generated["surface"]


def _make_readable(text: Color, grounds: list[Color], end: Color) -> str:
    share = 0.0
    while share < 1 and min(contrast(text.blend(end, share), ground) for ground in grounds) < READABLE:
        share += _STEP
    return text.blend(end, min(1.0, share)).hex


def _luminance(colour: Color) -> float:
    def linear(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(value) for value in colour.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
