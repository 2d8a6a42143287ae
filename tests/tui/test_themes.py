"""Every theme: text in the app's own colours can be read on what it stands on."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from tui import themes

ALL = {**BUILTIN_THEMES, **{theme.name: theme for theme in themes.THEMES}}
KNOWN = {name: theme for name, theme in ALL.items() if not theme.ansi}
READ_ON_WHITE = {"ansi_default", "ansi_black", "ansi_red", "ansi_blue", "ansi_magenta", "ansi_bright_black"}


@pytest.mark.parametrize("theme", KNOWN.values(), ids=KNOWN.keys())
def test_text_can_be_read_on_every_ground(theme: Theme) -> None:
    colours = {**themes.variables(theme), **theme.variables}
    generated = theme.to_color_system().generate()
    grounds = [Color.parse(ground) for ground in (generated["background"], generated["surface"], colours["row-focus"])]
    for name in set(themes.variables(theme)) - {"faint", "row-focus"}:
        for ground in grounds:
            assert themes.contrast(Color.parse(colours[name]), ground) >= 4.5, (name, ground.hex)


def test_a_terminals_own_light_theme_has_no_colour_that_fades_on_white() -> None:
    light = [theme for theme in ALL.values() if theme.ansi and not theme.dark]
    assert light
    for theme in light:
        assert set(themes.variables(theme).values()) <= READ_ON_WHITE


def test_contrast_is_the_standards() -> None:
    assert themes.contrast(Color.parse("white"), Color.parse("black")) == pytest.approx(21)
    assert themes.contrast(Color.parse("#777777"), Color.parse("white")) == pytest.approx(4.48, abs=0.01)
