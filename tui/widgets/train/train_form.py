"""The form of a new run: what to train, on what, and the command that does the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields as dataclass_fields
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Select, Static

from core.eras.table import BY_ID
from core.jobs import Job, TrainJob
from tui import safetext
from tui.widgets.train import train_fields
from tui.widgets.train.train_fields import (
    ALL,
    ARCHITECTURES,
    BUDGETS,
    CELLS,
    DIRECTIONS,
    FINE_TUNING,
    GLOVE,
    HUB,
    KINDS,
    LANGUAGE_MODEL,
    MASKED,
    NAMED,
    OF_VECTORS,
    OTHER,
    OWN_FILE,
    PRESETS,
    PRETRAIN,
    REUSING,
    STARTS,
    VECTORS,
    Fields,
)

_TASKS = ((TrainJob(era="").data, "sentences"), ("imdb", "documents"))
_PROBLEM_ROWS = {
    "kind": "kind",
    "vectors": "vectors",
    "source": "source",
    "budget": "labels",
    "epochs": "epochs",
    "learning_rate": "epochs",
    "dimension": "epochs",
    "seed": "seed",
}


class Choice(Select[str]):
    """A one-line choice."""

    def __init__(self, options: Iterable[tuple[Content, str]], value: str, *, id: str) -> None:
        super().__init__(options, value=value, allow_blank=False, compact=True, id=id)


class TrainForm(VerticalScroll):
    """Fields for one run. Posts `Start` with the jobs; says beside a field what is wrong with it."""

    can_focus = False
    language_models: var[frozenset[str] | None] = var(None)
    """The directions there is a language model for; None while nobody has looked."""

    class Start(Message):
        """The person wants these jobs run, side by side."""

        def __init__(self, jobs: tuple[Job, ...]) -> None:
            super().__init__()
            self.jobs = jobs

    class CopyCommand(Message):
        """The person clicked the command."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = "New run"

    def compose(self) -> ComposeResult:
        """One row a field, its problem under it, the command and the button at the end."""
        start = Fields()
        yield from self._row("kind", "era", Choice(_kinds(), start.kind, id="kind"))
        yield Static(id="idea", classes="form--note")
        yield from self._row("vectors", "C from", Input(id="vectors", compact=True))
        ways = Choice(((Content(way), way) for way in ARCHITECTURES), start.architecture, id="architecture")
        yield from self._row("architecture", "method", ways)
        yield from self._row("data", "data", Choice(_data(), start.data, id="data"))
        yield from self._row("source", "file", Input(id="source", compact=True))
        yield from self._row(
            "columns",
            "columns",
            Input(id="text_column", placeholder="text: guessed", compact=True),
            Input(id="label_column", placeholder="label: guessed", compact=True),
        )
        budgets = Choice(_budgets(), start.labels, id="labels")
        yield from self._row("labels", "labels", budgets, Input(id="budget", placeholder="how many", compact=True))
        yield from self._row("preset", "preset", Choice(_presets(), start.preset, id="preset"))
        yield from self._row(
            "direction",
            "reads",
            Choice(((Content(way), way) for way in DIRECTIONS), start.direction, id="direction"),
            Label("C from", id="start-label", classes="form--second"),
            Choice(((Content(name), name) for name in STARTS), start.start, id="start"),
        )
        yield from self._row(
            "epochs",
            "epochs",
            Input(start.epochs, id="epochs", compact=True),
            Label("rate", id="rate-label", classes="form--second"),
            Input(start.learning_rate, id="learning_rate", compact=True),
            Label("size", id="size-label", classes="form--second"),
            Input(start.dimension, id="dimension", compact=True),
        )
        yield from self._row(
            "seed",
            "seed",
            Input(start.seed, id="seed", compact=True),
            Label("cell", id="cell-label", classes="form--second"),
            Choice(((Content(cell), cell) for cell in CELLS), start.cell, id="cell"),
        )
        yield Static(id="command")
        yield Button("Start  ctrl+s", variant="primary", id="begin", compact=True)

    def _row(self, name: str, label: str, *widgets: Widget) -> Iterable[Widget]:
        yield Horizontal(Label(label, classes="form--label"), *widgets, id=f"row-{name}", classes="form--row")
        yield Static(id=f"problem-{name}", classes="form--problem")

    def on_mount(self) -> None:
        """Show what belongs to the first choice."""
        self._shown = Fields()
        self._refresh()

    @property
    def fields(self) -> Fields:
        """The fields as they stand."""
        values: dict[str, Any] = {}
        for field in dataclass_fields(Fields):
            widget = self.query_one(f"#{field.name}")
            values[field.name] = widget.value if isinstance(widget, Input | Select) else field.default
        return Fields(**values)

    @property
    def command(self) -> str | None:
        """The command that starts the same run; None while something is wrong."""
        fields = self.fields
        return None if self._problems(fields) else train_fields.command(fields)

    def _problems(self, fields: Fields) -> dict[str, str]:
        return train_fields.problems(fields, self.language_models)

    def submit(self) -> None:
        """Post `Start`, or go to the first field that is wrong."""
        fields = self.fields
        wrong = self._problems(fields)
        if wrong:
            self._refresh()
            self.query_one(f"#{next(iter(wrong))}").focus()
            return
        self.post_message(self.Start(train_fields.jobs_of(fields)))

    @on(Select.Changed, "#kind")
    def _kind_chosen(self, event: Select.Changed) -> None:
        before, after = self._shown, self._shown.of_kind(str(event.value))
        for name in ("epochs", "learning_rate", "direction", "data", "vectors"):
            if (value := getattr(after, name)) != getattr(before, name):
                widget = self.query_one(f"#{name}")
                assert isinstance(widget, Input | Select)
                widget.value = value
        self._refresh()

    @on(Select.Changed)
    @on(Input.Changed)
    def _changed(self) -> None:
        self._refresh()

    def watch_language_models(self) -> None:
        """What could not be trained may be possible now."""
        if self.is_mounted:
            self._refresh()

    @on(Input.Submitted)
    @on(Button.Pressed, "#begin")
    def _submitted(self) -> None:
        self.submit()

    def on_click(self, event: Any) -> None:
        """A click on the command copies it."""
        if getattr(event.widget, "id", None) == "command":
            self.post_message(self.CopyCommand())

    def _refresh(self) -> None:
        """Show the fields that matter, what is wrong with them, and the command."""
        fields = self._shown = self.fields
        wrong = self._problems(fields)
        pretrains, model = fields.pretrains, fields.kind == LANGUAGE_MODEL
        has_cell = not pretrains and fields.kind not in FINE_TUNING
        shown = {
            "row-vectors": fields.kind in OF_VECTORS,
            "row-architecture": fields.kind == PRETRAIN,
            "row-source": fields.own,
            "row-columns": fields.own,
            "label_column": not pretrains,
            "row-labels": not pretrains,
            "budget": fields.labels == OTHER,
            "rate-label": not pretrains,
            "learning_rate": not pretrains,
            "size-label": fields.kind in VECTORS,
            "dimension": fields.kind in VECTORS,
            "cell-label": has_cell,
            "cell": has_cell,
            "row-preset": fields.has_presets,
            "row-direction": model or fields.kind in REUSING,
            "start-label": model,
            "start": model,
        }
        for name, visible in shown.items():
            self.query_one(f"#{name}").display = visible
        self._name_source(fields)
        self.query_one("#row-epochs .form--label", Label).update("steps" if fields.kind == MASKED else "epochs")
        epochs = fields.default_epochs
        self.query_one("#epochs", Input).placeholder = "auto" if epochs is None else str(epochs)
        self.query_one("#learning_rate", Input).placeholder = "" if pretrains else f"{fields.default_rate:g}"
        if fields.kind in OF_VECTORS:
            name = NAMED[OF_VECTORS[fields.kind]][0]
            self.query_one("#vectors", Input).placeholder = f"its own · or {name}, NAME, FILE"
        self.query_one("#idea", Static).update(Content.styled(_idea(fields.kind), "$muted"))
        for row in dict.fromkeys(_PROBLEM_ROWS.values()):
            said = [text for name, text in wrong.items() if _PROBLEM_ROWS[name] == row]
            line = self.query_one(f"#problem-{row}", Static)
            line.display = bool(said)
            line.update(safetext.content("; ".join(said), "$error"))
        for name in _PROBLEM_ROWS:
            self.query_one(f"#{name}").set_class(name in wrong, "-invalid")
        self.query_one("#begin", Button).disabled = bool(wrong)
        self._show_command(None if wrong else train_fields.command(fields))

    def _name_source(self, fields: Fields) -> None:
        hub = fields.data == HUB
        self.query_one("#row-source Label", Label).update("name" if hub else "file")
        source = self.query_one("#source", Input)
        source.placeholder = "stanfordnlp/sst2" if hub else "reviews.csv, .tsv, .jsonl, .parquet"

    def _show_command(self, text: str | None) -> None:
        line = self.query_one("#command", Static)
        if text is None:
            line.update(Content.styled("the command appears when every field is right", "$muted"))
        else:
            line.update(Content.assemble(("$ ", "$muted"), safetext.content(text)))


def _kinds() -> list[tuple[Content, str]]:
    return [(Content(_short(kind, title)), kind) for kind, title in KINDS]


def _short(kind: str, title: str) -> str:
    return title if kind not in BY_ID else f"{kind:<9} {BY_ID[kind].year}"


def _data() -> list[tuple[Content, str]]:
    known = [(Content.assemble(name, (f"  {what}", "$muted")), name) for name, what in _TASKS]
    return [*known, (Content("a file of mine…"), OWN_FILE), (Content("from the Hugging Face hub…"), HUB)]


def _budgets() -> list[tuple[Content, str]]:
    numbers = [(Content(f"{number:,}"), str(number)) for number in BUDGETS]
    return [(Content("all"), ALL), *numbers, (Content("other…"), OTHER)]


def _presets() -> list[tuple[Content, str]]:
    return [
        (Content.assemble(name, ("  larger and longer" if name != PRESETS[0] else "", "$muted")), name)
        for name in PRESETS
    ]


def _idea(kind: str) -> str:
    if kind == LANGUAGE_MODEL:
        return "Learn to guess the next word of unlabelled text (backward: the one before); elmo and ulmfit reuse it."
    if kind == MASKED:
        return "MiniLM reads unlabelled text: its upper layers learn to guess masked words: for F3, Words."
    if kind in VECTORS:
        learn = "Fit word vectors to the co-occurrence counts of" if kind == GLOVE else "Learn word vectors from"
        return f"{learn} unlabelled text ({VECTORS[kind].data} by default); later runs start from them."
    return BY_ID[kind].idea
