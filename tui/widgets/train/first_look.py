"""The first look at a person's file, beside the form: what was understood of it, before anything starts."""

from __future__ import annotations

import time
from pathlib import PurePath

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Label, Static

from core import api
from core.runs.wording import clock, percent
from tui import safetext
from tui.widgets.train.train_problems import word_for_form

_INVITATION = (
    "Type the path of a table of labelled texts: one row a text, with its label in another column. CSV, TSV, JSON "
    "lines, Parquet and workbooks are read, also in .gz or .zip.\n\n"
    "What was understood of it will stand here: its columns, its classes, every row that is left out and why. Nothing "
    "is trained before you press Start."
)
_TICK_SECONDS = 1.0
"""How often it says how long it has been reading."""
_MOST_CLASSES = 12
_FACTS = ("read as", "columns", "text", "label", "rows", "splits", "length", "unseen")
_SECTIONS = {"classes": "classes", "left": "left out", "notes": "worth knowing", "examples": "examples"}
_WIDEST_NAME, _WIDEST_BAR = 24, 40
_EXAMPLE_LINES = 2
_FULL, _HALF, _EMPTY = "━", "╸", "─"


class FirstLook(VerticalScroll):
    """Invites to name a file, says that it is being read, and then what stands in it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = "First look"
        self._look: api.FileLook | None = None
        self._since = 0.0
        self._reading = ""
        self._clock: Timer | None = None

    def compose(self) -> ComposeResult:
        """What is said in a sentence, the facts, and the sections below them."""
        yield Static(id="look-said")
        for fact in _FACTS:
            name = fact.replace(" ", "-")
            yield Horizontal(Label(fact, classes="look--label"), Static(id=f"look-{name}"), classes="look--fact")
        for name, title in _SECTIONS.items():
            yield Static(Content.styled(title, "$muted"), classes="look--title", id=f"look-{name}-title")
            yield Static(id=f"look-{name}", classes="look--section")

    def on_mount(self) -> None:
        """Nothing is named yet."""
        self._clock = self.set_interval(_TICK_SECONDS, self._tell_time, pause=True)
        self.invite()

    def invite(self) -> None:
        """Say what to do while no file is named."""
        self._say(Content.styled(_INVITATION, "$muted"))

    def wait_for(self, path: str, size: int) -> None:
        """Say that a file of that many bytes is being read."""
        self._reading = f"Reading {PurePath(path).name} ({_megabytes(size)})"
        self._since = time.monotonic()
        self._say(self._waiting())
        if self._clock is not None:
            self._clock.reset()
            self._clock.resume()

    def show(self, answer: api.FileLook | api.FileFault) -> None:
        """Show what was understood, or why nothing was: then the form says it beside the field."""
        if isinstance(answer, api.FileLook):
            self._say(safetext.content(safetext.one_line(answer.name), "bold"), answer)
        else:
            self._say(_fault(answer))

    def on_resize(self) -> None:
        """Bars and columns are as wide as there is room."""
        if self._look is not None:
            self._draw(self._look)

    def _say(self, said: Content, look: api.FileLook | None = None) -> None:
        if self._clock is not None and not said.plain.startswith(self._reading or "\0"):
            self._clock.pause()
        self._look = look
        self.query_one("#look-said", Static).update(said)
        for part in self.query(".look--fact, .look--title, .look--section").results(Widget):
            part.display = look is not None
        if look is not None:
            self._draw(look)
        self.scroll_home(animate=False)

    def _tell_time(self) -> None:
        self.query_one("#look-said", Static).update(self._waiting())

    def _waiting(self) -> Content:
        passed = time.monotonic() - self._since
        so_far = f" · {clock(passed)}" if passed >= 1 else ""
        return Content.assemble(("◌ ", "$accent"), safetext.content(self._reading), (so_far, "$muted"))

    def _draw(self, look: api.FileLook) -> None:
        width = max(20, self.scrollable_content_region.width)
        for fact, said in _facts(look).items():
            self.query_one(f"#look-{fact.replace(' ', '-')}", Static).update(said)
        sections = {
            "classes": list_classes(look.classes, width),
            "left": list_left_out(look.left_out),
            "notes": [*([_fault(look.fault)] if look.fault else []), *map(_note, look.notes)],
            "examples": [_example(each, width) for each in look.examples],
        }
        for name, lines in sections.items():
            self.query_one(f"#look-{name}-title").display = bool(lines)
            section = self.query_one(f"#look-{name}", Static)
            section.display = bool(lines)
            section.update(Content("\n").join(lines))


def _facts(look: api.FileLook) -> dict[str, Content]:
    """What was understood, by what it is called."""
    left_out = look.read - look.kept
    rows = f"{look.read:,} read · {look.kept:,} kept" + (f" · {left_out:,} left out" if left_out else "")
    splits = " · ".join(f"{size:,} {name}" for name, size in look.splits.items())
    return {
        "read as": safetext.content(look.read_as),
        "columns": safetext.content(safetext.fit(", ".join(map(safetext.one_line, look.columns)), 240)),
        "text": _column(look.text),
        "label": _column(look.label),
        "rows": Content(rows),
        "splits": Content(splits or "none"),
        "length": Content(describe_lengths(look)),
        "unseen": Content(
            "unknown: the file cannot be split"
            if look.unseen is None
            else f"{percent(look.unseen)} of the test's words are in no training text"
        ),
    }


def describe_lengths(look: api.FileLook) -> str:
    """How long the texts are; of very many, how many were counted."""
    found = look.lengths
    counted = f" · of {found.texts:,} texts" if found.texts < look.kept - look.splits.get("validation", 0) else ""
    return (
        f"{found.fewest:,} to {found.most:,} words · median {found.median:.0f} · 95 % have at most {found.long:.0f}"
        f"{counted}"
    )


def _column(name: str) -> Content:
    return safetext.content(safetext.fit(safetext.one_line(name), 60), "bold")


def list_classes(classes: dict[str, int], width: int) -> list[Content]:
    """A line a class, the largest first: name, bar, count and share; of very many classes the largest."""
    ranked = sorted(classes.items(), key=lambda each: -each[1])
    shown, rest = ranked[:_MOST_CLASSES], ranked[_MOST_CLASSES:]
    total, most = max(1, sum(classes.values())), max((count for _, count in ranked), default=1)
    names = [safetext.one_line(name) for name, _ in shown]
    room = min(_WIDEST_NAME, max(8, width // 3), max((safetext.width(name) for name in names), default=0))
    counts = len(f"{most:,}")
    cells = min(_WIDEST_BAR, max(0, width - room - counts - 11))
    lines = [
        Content.assemble(
            safetext.column(name, room), " ", *_bar(count / total, cells), f" {count:>{counts},}", _share(count / total)
        )
        for name, (_, count) in zip(names, shown, strict=True)
    ]
    if rest:
        examples = sum(count for _, count in rest)
        lines.append(Content.styled(f"and {len(rest):,} smaller classes with {examples:,} texts", "$muted"))
    return lines


def _bar(share: float, cells: int) -> tuple[tuple[str, str], tuple[str, str]]:
    halves = max(1, round(2 * cells * share)) if cells else 0
    full = _FULL * (halves // 2) + _HALF * (halves % 2)
    return (full, "$accent"), (_EMPTY * (cells - len(full)), "$faint")


def _share(share: float) -> tuple[str, str]:
    return f"  {percent(share):>7}", "$muted"


def list_left_out(left_out: tuple[api.Left, ...]) -> list[Content]:
    """A line a reason: how many rows, why, and where the first of them stands."""
    digits = max((len(f"{each.count:,}") for each in left_out), default=0)
    return [
        Content.assemble(
            f"{each.count:>{digits},}  ",
            safetext.content(each.reason),
            (f" · {'line' if each.count == 1 else 'the first at line'} {each.first_line:,}", "$muted"),
        )
        for each in left_out
    ]


def _note(note: str) -> Content:
    return Content.assemble(("! ", "$warning"), safetext.content(word_for_form(safetext.one_line(note))))


def _fault(fault: api.FileFault) -> Content:
    said = safetext.content(safetext.one_line(fault.message), "bold")
    hint = safetext.content(word_for_form(safetext.one_line(fault.hint)), "$muted")
    return Content.assemble(("✗ ", "$error"), said, "\n" if fault.hint else "", hint)


def _example(example: api.Example, width: int) -> Content:
    """A label and the beginning of its text."""
    label = safetext.fit(safetext.one_line(example.label), _WIDEST_NAME)
    text = safetext.fit(safetext.one_line(example.text), max(20, _EXAMPLE_LINES * width - safetext.width(label) - 12))
    return Content.assemble((label, "bold $accent"), "  ", text)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.1f} kB"
