"""A neighbourhood in two dimensions, drawn in cells: points and the names there is room for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from core.api import Point
from tui import safetext
from tui.widgets.words.concordance_line import label_colour
from tui.widgets.words.map_layout import Placed, lay_out

LONGEST = 24
FEWEST = 6
"""Points that are left when nothing more is made larger."""
MARKS = {"neighbor": "●▲■▼★", "same": "●▲■▼★", "other": "○△□▽☆"}
"""The mark of each cluster, the first also where there are none: full, or empty for another word's place."""
GROUP_STYLES = ("$origin-vectors", "$origin-language-model", "$origin-transformer", "$negative", "$positive")


class WordMap(Widget, can_focus=True):
    """The asked word is a diamond, each cluster a shape; arrows walk from point to point, nearest to it first."""

    HELP = (
        "Arrows walk from point to point, in the order of their cosine with the asked one. + makes what is around the "
        "point you are at larger, and the map then goes with you; - shows more again. Enter looks a word up."
    )
    BINDINGS = [
        Binding("right,down", "walk(1)", "Next point", key_display="←→", id="words.map_next"),
        Binding("left,up", "walk(-1)", "Point before", show=False),
        Binding("plus,equals_sign", "zoom(1)", "Larger", key_display="+", id="words.map_larger"),
        Binding("minus", "zoom(-1)", "All", key_display="-", id="words.map_smaller"),
        Binding("enter", "follow", "Look up", id="words.map_follow"),
    ]

    at: reactive[int] = reactive(0)

    @dataclass
    class Walked(Message):
        """Another point is looked at."""

        point: Point

    @dataclass
    class Followed(Message):
        """A point's word is to be looked up."""

        point: Point

    def __init__(self) -> None:
        super().__init__()
        self._points: list[Point] = []
        self._labels: tuple[str, ...] = ()
        self._placed: list[Placed | None] = []
        self._laid_for = (0, 0)
        self._zoom = 0

    def show(self, points: Sequence[Point], labels: tuple[str, ...]) -> None:
        """Show these points, the asked one first."""
        asked, *others = points or (None,)
        ordered = sorted((p for p in others if p is not None), key=lambda p: -p.score)
        self._points = [*([asked] if asked else []), *ordered]
        self._labels = labels
        self._laid_for, self._zoom = (0, 0), 0
        self.set_reactive(WordMap.at, 0)
        self.watch_at()
        self.refresh()
        self.call_after_refresh(self._count)

    def on_resize(self) -> None:
        """More names may fit now."""
        self.call_after_refresh(self._count)

    def _count(self) -> None:
        """Say how many points have no room for their name."""
        self._lay_out()
        unnamed = sum(place is None or place.label is None for place in self._placed)
        shown = f"{len(self._near())} of {len(self._points)} points · - shows more" if self._zoom else ""
        unnamed = 0 if self._zoom else unnamed
        more = f"{unnamed} without room for a name · ↓ then ←→ walk through all, + enlarges" if unnamed else ""
        self.border_subtitle = shown or more or None

    def _lay_out(self) -> None:
        size = (self.content_size.width, self.content_size.height)
        if size != self._laid_for:
            self._laid_for = size
            near = self._near()
            points = [self._points[n] for n in near]
            widths = [safetext.width(name(point)) for point in points]
            laid = lay_out([(p.x, p.y) for p in points], widths, max(1, size[0]), max(1, size[1]))
            placed = dict(zip(near, laid, strict=True))
            self._placed = [placed.get(n) for n in range(len(self._points))]

    def _near(self) -> list[int]:
        """The points that are shown: half as many a step of the zoom, those nearest to the one that is looked at."""
        many = max(FEWEST, len(self._points) >> self._zoom)
        if many >= len(self._points):
            return list(range(len(self._points)))
        here = self._points[self.at]
        nearest = sorted(range(len(self._points)), key=lambda n: math.dist(_xy(self._points[n]), _xy(here)))[:many]
        return sorted(nearest, key=lambda n: (n != self.at, n))

    def render(self) -> Content:
        """The grid, row by row."""
        self._lay_out()
        rows: dict[int, list[tuple[int, str, str]]] = {}
        for n, (point, place) in enumerate(zip(self._points, self._placed, strict=True)):
            if place is None:
                continue
            here = n == self.at and self.has_focus
            style = self._style(point)
            rows.setdefault(place.y, []).append((place.x, mark(point), f"{style} reverse" if here else style))
            if place.label is not None:
                x, y = place.label
                named = "bold reverse" if here else "bold $accent" if point.role == "asked" else _faint(point)
                rows.setdefault(y, []).append((x, name(point), named))
        return Content("\n").join(_row(rows.get(y, [])) for y in range(max(1, self._laid_for[1])))

    def _style(self, point: Point) -> str:
        if point.role == "asked":
            return "bold $accent"
        if point.role == "same":
            return label_colour(point.label, self._labels)
        return group_style(point.cluster) if point.role == "neighbor" else "$muted"

    def watch_at(self) -> None:
        """Say which point it is; what is enlarged goes along."""
        if self._zoom:
            self._laid_for = (0, 0)
            self._count()
        if self.at < len(self._points):
            self.post_message(self.Walked(self._points[self.at]))

    def action_walk(self, step: int) -> None:
        """Go to the next point, round and round."""
        if self._points:
            self.at = (self.at + step) % len(self._points)

    def action_zoom(self, step: int) -> None:
        """Make what is around the point larger, or show more again."""
        most = max(0, len(self._points) // FEWEST).bit_length() - 1
        self._zoom = max(0, min(max(0, most), self._zoom + step))
        self._laid_for = (0, 0)
        self._count()
        self.refresh()

    def action_follow(self) -> None:
        """Look the point's word up."""
        if self.at < len(self._points):
            self.post_message(self.Followed(self._points[self.at]))

    def on_click(self, event: events.Click) -> None:
        """Go to the point under the mouse, or to the one whose name is."""
        event.stop()
        offset = event.get_content_offset(self)
        if offset is None:
            return
        for n, (point, place) in enumerate(zip(self._points, self._placed, strict=True)):
            if place is None:
                continue
            on_name = place.label is not None and offset.y == place.label[1]
            on_name = (
                on_name and place.label is not None and 0 <= offset.x - place.label[0] < safetext.width(name(point))
            )
            if (offset.x, offset.y) == (place.x, place.y) or on_name:
                self.at = n


def mark(point: Point) -> str:
    """What stands where a point is: a diamond for the asked one, another shape for each cluster."""
    return "◆" if point.role == "asked" else MARKS.get(point.role, "●")[_place(point.cluster)]


def group_style(cluster: int | None) -> str:
    """The colour of a cluster of words; places have that of their label."""
    return GROUP_STYLES[_place(cluster)]


def _place(cluster: int | None) -> int:
    return (cluster or 0) % len(GROUP_STYLES)


def name(point: Point) -> str:
    """What stands beside a point: the word; of the asked word's other places, it between its neighbours."""
    if point.role != "same":
        return safetext.fit(safetext.one_line(point.text), LONGEST)
    phrase = " ".join((*point.left.split()[-1:], point.text, *point.right.split()[:1]))
    letter = f"{point.label[:1].upper()} " if point.label else ""
    return safetext.fit(safetext.one_line(letter + phrase), LONGEST)


def _xy(point: Point) -> tuple[float, float]:
    return point.x, point.y


def _faint(point: Point) -> str:
    return "$muted" if point.role == "same" else ""


def _row(parts: list[tuple[int, str, str]]) -> Content:
    line: list[Content] = []
    column = 0
    for x, text, style in sorted(parts):
        line += [Content(" " * (x - column)), Content.styled(text, style) if style else Content(text)]
        column = x + safetext.width(text)
    return Content("").join(line)
