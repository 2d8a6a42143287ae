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

from core.api import FileFault, FileLook, LookAtFile
from core.eras.prompts import TEMPLATES
from core.eras.table import BY_ID
from core.jobs import GloveJob, Job, LanguageModelJob, PretrainJob, TrainJob
from tui import safetext
from tui.widgets.train import train_fields
from tui.widgets.train.pin_field import PinField, add_pins
from tui.widgets.train.train_choices import (
    called,
    list_budgets,
    list_choices,
    list_data,
    list_kinds,
    list_presets,
    name_choices,
    say_idea,
    set_beside,
)
from tui.widgets.train.train_fields import (
    ALIKE,
    AS_WRITTEN,
    DIRECTIONS,
    GUESSED,
    HUB,
    NO_HEADER,
    OTHER,
    OWN_FILE,
    Fields,
)
from tui.widgets.train.train_problems import NAMED, fit_labels, problems

_PROBLEM_ROWS = {
    "kind": "kind",
    "vectors": "vectors",
    "source": "source",
    "text_column": "columns",
    "label_column": "columns",
    "encoding": "encoding",
    "labels": "labels",
    "budget": "labels",
    "template": "template",
    "answers": "answers",
    "epochs": "epochs",
    "learning_rate": "epochs",
    "dimension": "epochs",
    "seed": "seed",
}
_CALIBRATED = {
    "empty": "What it says of no text.",
    "balanced": "That, and its mean over the texts: for classes about equally frequent.",
    "none": "Nothing is taken off.",
}
"""What each way of calibrating takes off an answer."""
_BESIDE = ("learning_rate", "dimension", "cell", "start", "no_header")
"""Fields that stand beside another, each with a label of its own."""


class Choice(Select[str]):
    """A one-line choice."""

    def __init__(self, options: Iterable[tuple[Content, str]], value: str, *, id: str) -> None:
        super().__init__(options, value=value, allow_blank=False, compact=True, id=id)


class TrainForm(VerticalScroll):
    """Fields for one run. Posts `Start` with the jobs; says beside a field what is wrong with it.

    Posts `FileNamed` when the file, or how it is to be read, is another: who looks at it sets `look`.
    """

    can_focus = False
    language_models: var[frozenset[str] | None] = var(None)
    """The directions there is a language model for; None while nobody has looked."""

    class Start(Message):
        """The person wants these jobs run, side by side, with these sentences pinned."""

        def __init__(self, jobs: tuple[Job, ...], pins: tuple[str, ...]) -> None:
            super().__init__()
            self.jobs, self.pins = jobs, pins

    class FileNamed(Message):
        """Another file is to be looked at, or the same in another way; None: there is none to look at."""

        def __init__(self, question: LookAtFile | None) -> None:
            super().__init__()
            self.question = question

    class Considered(Message):
        """The form asks for other jobs than before, or for none while something is wrong."""

        def __init__(self, jobs: tuple[Job, ...], texts: int | None) -> None:
            super().__init__()
            self.jobs = jobs
            self.texts = texts
            """To train on, of a file of one's own, as far as that is known."""

    class CopyCommand(Message):
        """The person clicked the command."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = "New run"
        self.look: FileLook | FileFault | None = None
        """What is known of the file; None while nobody has looked."""
        self._lowered = ""
        """The number of labels that stands for the usual one, which the file cannot give."""

    def compose(self) -> ComposeResult:
        """One row a field, its problem under it, the command and the button at the end."""
        start = Fields()
        yield from self._row("kind", "era", Choice(list_kinds(), start.kind, id="kind"))
        yield Static(id="idea", classes="form--note")
        yield from self._row("vectors", called(TrainJob, "vectors"), Input(id="vectors", compact=True))
        ways = list_choices(PretrainJob, "architecture")
        yield from self._row(
            "architecture", called(PretrainJob, "architecture"), Choice(ways, start.architecture, id="architecture")
        )
        yield from self._row("data", called(TrainJob, "data"), Choice(list_data(), start.data, id="data"))
        yield from self._row("source", "file", Input(id="source", compact=True))
        yield from self._row(
            "columns",
            called(TrainJob, "text_column"),
            Input(id="text_column", placeholder="text: guessed", compact=True),
            Input(id="label_column", placeholder="label: guessed", compact=True),
        )
        yield from self._row(
            "encoding",
            called(TrainJob, "encoding"),
            Input(id="encoding", placeholder=GUESSED, compact=True),
            *set_beside(
                TrainJob, "no_header", Choice(name_choices(GUESSED, NO_HEADER), start.no_header, id="no_header")
            ),
        )
        yield from self._row(
            "fold",
            called(TrainJob, "fold_labels"),
            Choice(name_choices(AS_WRITTEN, ALIKE), start.fold_labels, id="fold_labels"),
        )
        budgets = Choice(list_budgets(), start.labels, id="labels")
        budget = Input(id="budget", placeholder="how many", compact=True)
        yield from self._row("labels", called(TrainJob, "labels"), budgets, budget)
        yield from self._row(
            "template",
            called(TrainJob, "template"),
            Input(id="template", placeholder=f"its own six · or {TEMPLATES[0]}", compact=True),
        )
        yield from self._row(
            "answers",
            called(TrainJob, "answers"),
            Input(id="answers", placeholder="its own · or negative=bad positive=good", compact=True),
        )
        yield from self._row(
            "calibration",
            called(TrainJob, "calibration"),
            Choice(list_choices(TrainJob, "calibration"), start.calibration, id="calibration"),
        )
        yield Static(id="calibrated", classes="form--note")
        yield from self._row("preset", "preset", Choice(list_presets(), start.preset, id="preset"))
        yield from self._row(
            "direction",
            called(LanguageModelJob, "direction"),
            Choice(((Content(way), way) for way in DIRECTIONS), start.direction, id="direction"),
            *set_beside(
                LanguageModelJob, "start", Choice(list_choices(LanguageModelJob, "start"), start.start, id="start")
            ),
        )
        yield from self._row(
            "epochs",
            called(TrainJob, "epochs"),
            Input(start.epochs, id="epochs", compact=True),
            *set_beside(TrainJob, "learning_rate", Input(start.learning_rate, id="learning_rate", compact=True)),
            *set_beside(GloveJob, "dimension", Input(start.dimension, id="dimension", compact=True)),
        )
        yield from self._row(
            "seed",
            called(TrainJob, "seed"),
            Input(start.seed, id="seed", compact=True),
            *set_beside(TrainJob, "cell", Choice(list_choices(TrainJob, "cell"), start.cell, id="cell")),
        )
        yield PinField(id="pins")
        yield Static(id="command")
        yield Static(id="estimate")
        yield Button("Start  ctrl+s", variant="primary", id="begin", compact=True)

    def _row(self, name: str, label: str, *widgets: Widget) -> Iterable[Widget]:
        yield Horizontal(Label(label, classes="form--label"), *widgets, id=f"row-{name}", classes="form--row")
        yield Static(id=f"problem-{name}", classes="form--problem")

    def on_mount(self) -> None:
        """Show what belongs to the first choice."""
        self._shown = Fields()
        self._named: tuple[bool, LookAtFile | None] = (False, None)
        self._considered: tuple[tuple[Job, ...], int | None] = ((), None)
        self._refresh()

    @property
    def kind(self) -> str:
        """The era that is chosen, or what else is to be trained."""
        return str(self.query_one("#kind", Choice).value)

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
        return None if self._problems(fields) else self._command_of(fields)

    def _command_of(self, fields: Fields) -> str:
        return add_pins(train_fields.command(fields), self._pins_of(fields))

    def _pins_of(self, fields: Fields) -> tuple[str, ...]:
        """What is pinned to the run; only a classifier answers sentences."""
        return () if fields.pretrains else self.query_one(PinField).pins

    def _problems(self, fields: Fields) -> dict[str, str]:
        return problems(fields, self.language_models, self.look)

    @property
    def names_file(self) -> bool:
        """Whether it is about a file of labelled texts."""
        return self._shown.data == OWN_FILE and not self._shown.pretrains

    def take_look(self, question: LookAtFile, look: FileLook | FileFault) -> None:
        """Fit the form to what the file is: the usual number of labels is lowered to what it can give.

        An answer to what is no longer asked is passed over.
        """
        if question != self._named[1]:
            return
        self.look = look
        labels = self.query_one("#labels", Choice)
        usual = Fields().labels
        if isinstance(look, FileLook) and not look.fault and labels.value in (usual, self._lowered):
            fitting = fit_labels(usual, look)
            self._lowered = fitting if fitting != usual else ""
            labels.value = fitting
        self._refresh()

    def submit(self) -> None:
        """Post `Start`, or go to the first field that is wrong."""
        fields = self.fields
        wrong = self._problems(fields)
        if wrong:
            self._refresh()
            self.query_one(f"#{next(iter(wrong))}").focus()
            return
        self.post_message(self.Start(train_fields.jobs_of(fields), self._pins_of(fields)))

    @on(Select.Changed, "#kind")
    def _kind_chosen(self, event: Select.Changed) -> None:
        before, after = self._shown, self._shown.of_kind(str(event.value))
        for name in ("epochs", "learning_rate", "direction", "data", "vectors", "labels"):
            if (value := getattr(after, name)) != getattr(before, name):
                widget = self.query_one(f"#{name}")
                assert isinstance(widget, Input | Select)
                widget.value = value
        self._refresh()

    @on(Select.Changed)
    @on(Input.Changed)
    @on(PinField.Changed)
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
        if (named := (self.names_file, fields.look)) != self._named:
            self._named, self.look = named, None
            self.post_message(self.FileNamed(fields.look))
        wrong = self._problems(fields)
        asked = fields.asked
        shown = {
            "row-vectors": "vectors" in asked,
            "row-architecture": "architecture" in asked,
            "row-source": fields.own,
            "row-columns": fields.own,
            "label_column": "label_column" in asked,
            "row-encoding": fields.data == OWN_FILE,
            "row-fold": fields.data == OWN_FILE and "fold_labels" in asked,
            "row-labels": "labels" in asked,
            "budget": fields.labels == OTHER,
            "row-template": "template" in asked,
            "row-answers": "answers" in asked,
            "row-calibration": "calibration" in asked,
            "calibrated": "calibration" in asked,
            "row-epochs": "epochs" in asked,
            "row-preset": bool(fields.row.presets),
            "row-direction": "direction" in asked,
            "pins": not fields.pretrains,
            **{part: name in asked for name in _BESIDE for part in (name, f"{name}-label")},
        }
        for name, visible in shown.items():
            self.query_one(f"#{name}").display = visible
        self._name_source(fields)
        if "epochs" in asked:
            self.query_one("#row-epochs .form--label", Label).update(asked["epochs"].option.form)
            self.query_one("#epochs", Input).placeholder = fields.default("epochs") or "auto"
        rate = fields.default("learning_rate") if "learning_rate" in asked else ""
        self.query_one("#learning_rate", Input).placeholder = rate
        if "vectors" in asked:
            name = NAMED[BY_ID[fields.kind].vectors or ""][0]
            self.query_one("#vectors", Input).placeholder = f"its own · or {name}, NAME, FILE"
        self.query_one("#calibrated", Static).update(Content.styled(_CALIBRATED[fields.calibration], "$muted"))
        self.query_one("#idea", Static).update(Content.styled(say_idea(fields), "$muted"))
        for row in dict.fromkeys(_PROBLEM_ROWS.values()):
            said = [text for name, text in wrong.items() if _PROBLEM_ROWS[name] == row]
            line = self.query_one(f"#problem-{row}", Static)
            lowered = self._lowered_note if row == "labels" and not said and fields.labels == self._lowered else ""
            line.display = bool(said or lowered)
            line.update(
                safetext.content("; ".join(said), "$error") if said else Content.styled(lowered or "", "$muted")
            )
        for name in _PROBLEM_ROWS:
            self.query_one(f"#{name}").set_class(name in wrong, "-invalid")
        self.query_one("#begin", Button).disabled = bool(wrong)
        self._show_command(None if wrong else self._command_of(fields))
        self._consider(() if wrong else train_fields.jobs_of(fields))

    def _consider(self, jobs: tuple[Job, ...]) -> None:
        """Have it found out how long they take; until then nothing is said of it."""
        texts = self.look.splits.get("train") if isinstance(self.look, FileLook) else None
        if (jobs, texts) != self._considered:
            self._considered = jobs, texts
            self.say_estimate("")
            self.post_message(self.Considered(jobs, texts))

    def say_estimate(self, text: str) -> None:
        """Say how long it will take, under the command."""
        line = self.query_one("#estimate", Static)
        line.display = bool(text)
        line.update(Content.styled(text, "$muted"))

    @property
    def _lowered_note(self) -> str:
        """Why fewer labels stand there than usual."""
        if not isinstance(self.look, FileLook):
            return ""
        budget = self.look.budget
        given = f"this file has {budget.most:,} texts" if budget else "a class has a single text"
        return f"not {Fields().labels}: {given} to train on"

    def _name_source(self, fields: Fields) -> None:
        hub = fields.data == HUB
        self.query_one("#row-source Label", Label).update("name" if hub else "file")
        source = self.query_one("#source", Input)
        source.placeholder = "stanfordnlp/sst2" if hub else "a path such as reviews.csv"

    def _show_command(self, text: str | None) -> None:
        line = self.query_one("#command", Static)
        if text is None:
            line.update(Content.styled("the command appears when every field is right", "$muted"))
        else:
            line.update(Content.assemble(("$ ", "$muted"), safetext.content(text)))
