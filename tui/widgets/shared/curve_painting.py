"""Learning curves in the colours of the theme: `core.drawing.learning_curves` names what each piece is."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.theme import Theme

from core.drawing.learning_curves import Curve
from core.drawing.looks import DARK
from core.drawing.spans import Line
from tui.widgets.shared.looks import looks

_GROUNDS = {"band": 14, "deep": 32}
"""Percent of its colour behind a band, and behind that of the curve looked at."""
_STYLES = {"muted": "$muted", "faint": "$faint", "cursor": "$accent", "bold": "bold", "chosen": "reverse"}


def paint_curves(lines: Iterable[Line], theme: Theme) -> Content:
    """Lines beneath one another. A terminal's own colours cannot be mixed: there bands are a texture."""
    palette = [look.style for look in looks(len(DARK), theme.dark, theme.ansi)]

    def style(roles: str) -> str:
        # What comes later counts: a texture gives way to what is drawn over it, a ground stands behind everything.
        some = sorted(roles.split(), key=lambda role: _kind(role) in _GROUNDS, reverse=theme.ansi)
        return " ".join(_style(role, palette, theme.ansi) for role in some)

    return Content("\n").join(Content.assemble(*((span.text, style(span.roles)) for span in line)) for line in lines)


def style_of(curve: Curve, theme: Theme) -> str:
    """The style of a curve's mark and name."""
    if curve.control:
        return "$muted"
    styles = looks(len(DARK), theme.dark, theme.ansi)
    return styles[curve.number % len(styles)].style


def _kind(role: str) -> str:
    return role.rstrip("0123456789")


def _style(role: str, palette: list[str], ansi: bool) -> str:
    if (kind := _kind(role)) in _STYLES:
        return _STYLES[kind]
    colour = palette[int(role.removeprefix(kind)) % len(palette)]
    if kind in _GROUNDS and not ansi:
        return f"on {colour} {_GROUNDS[kind]}%"
    return colour
