"""Steer: a run's rate, what of it is frozen, its end; a branch of it, and the same again with another seed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from core.errors import UserError, in_sentences
from core.jobs import Job
from core.runs import RunDirectory, RunView, start_run
from core.runs.branching import branch_job
from core.runs.event_log import RunError
from core.runs.pins import read_pins
from core.runs.steered_marks import asked_rate
from core.runs.wishes import again_job, read_rate, steer_run
from core.runs.wording import describe_changes
from tui import safetext
from tui.host import HostApp
from tui.widgets.shared.sentence_input import SentenceInput

_CHANGES_SHOWN, _ON_SMALL, _SMALL = 4, 2, 30
"""Lines of what was changed before: fewer on a screen that has not so many lines."""
TITLE_CELLS = 17
_LABELS = {"waits": "waits for it"}
"""What a field is called, where that is not its name."""


@dataclass(frozen=True)
class Deed:
    """One thing that can be done, and the fields that it reads."""

    name: str
    title: str
    about: str
    fields: tuple[str, ...] = ()


DEEDS = (
    Deed("change", "Change", "rate and what is frozen, from the next step on", ("rate", "frozen")),
    Deed("finish", "Finish now", "the best is kept and tested, as at its end"),
    Deed("branch", "Branch", "a new run from its newest checkpoint", ("rate", "epochs", "seed", "waits")),
    Deed("best", "Branch the best", "a new run from its best parameters", ("rate", "epochs", "seed", "waits")),
    Deed("again", "Again", "the same from its start with another seed", ("seed", "waits")),
)
LIVE = ("change", "finish")
"""What only a run that is not over can still be told."""
FIELDS = tuple(dict.fromkeys(name for deed in DEEDS for name in deed.fields))


class SteeringRun(ModalScreen[str]):
    """What can be done, its fields, and what became of it. Leaves with the id of the run it started, if any."""

    app = getters.app(HostApp)

    TITLE = "Steer"
    HELP = (
        "Up and down choose what is done, Tab goes through what can be said of it, Enter does it. "
        "A rate is a number, 0.0005, or a factor of the one in force, x0.5. Frozen are groups of parameters by their "
        "letters, C, W_e, W_o: what stands there is what is frozen afterwards. A change is made once, from the next "
        "step on, and the run's log has it with that step: killed and resumed, the run makes it there again.\n"
        "A branch begins where this run is, or was best, and goes on with what is asked here; both are kept. A run "
        "that starts while this one is at work waits until it is over, unless “waits for it” says no."
    )
    BINDINGS = [
        Binding("up", "choose(-1)", "What is done", show=False, id="steer.up"),
        Binding("down", "choose(1)", "What is done", show=False, id="steer.down"),
        Binding("escape", "close", "Close", id="steer.close"),
    ]

    def __init__(self, run: RunDirectory, view: RunView) -> None:
        super().__init__()
        self._steered, self._view = run, view
        self._frozen = view.changes[-1].frozen if view.changes else []

    def compose(self) -> ComposeResult:
        """What is in force, the deeds, the fields of the chosen one, the last word."""
        with Vertical(id="steer"):
            yield Static(id="steer-now")
            deeds = [Option(_line(deed), id=deed.name, disabled=self._is_over and deed.name in LIVE) for deed in DEEDS]
            yield OptionList(*deeds, markup=False)
            for name in FIELDS:
                with Horizontal(id=f"steer-row-{name}", classes="steer--row"):
                    yield Static(_LABELS.get(name, name), classes="steer--label")
                    yield SentenceInput(id=f"steer-{name}")
            yield Static(id="steer-says")

    def on_mount(self) -> None:
        """The first that can be done."""
        dialog = self.query_one("#steer")
        dialog.border_title = safetext.content(f"Steer {safetext.one_line(self._steered.title)}")
        dialog.border_subtitle = "↑↓ what is done · Tab fields · Enter does it · Esc closes"
        self._field("frozen").value = ", ".join(self._frozen)
        self._field("waits").value = "yes"
        self.query_one("#steer-now", Static).update(self._describe())
        self.query_one(OptionList).highlighted = len(LIVE) if self._is_over else 0
        self._show_fields()  # at once, so that what is typed at once arrives

    def _field(self, name: str) -> SentenceInput:
        return self.query_one(f"#steer-{name}", SentenceInput)

    @property
    def _chosen(self) -> Deed:
        return DEEDS[self.query_one(OptionList).highlighted or 0]

    @on(OptionList.OptionHighlighted)
    def _choose(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show_fields()
        self._say(Content(""))

    def _show_fields(self) -> None:
        """Show only what the deed reads, with what holds where it is left empty, and put the cursor there."""
        deed = self._chosen
        shown = [name for name in deed.fields if name != "waits" or self._steered.alive()]
        for name in FIELDS:
            self.query_one(f"#steer-row-{name}").display = name in shown
            self._field(name).placeholder = self._placeholder(name, deed)
        (self._field(shown[0]) if shown else self.query_one(OptionList)).focus()

    def _placeholder(self, name: str, deed: Deed) -> str:
        """What an empty field stands for, and what can be typed."""
        groups = " · ".join(group.name for group in self._view.groups) or "what is known once it trains"
        rate = self._view.changes[-1].learning_rate if self._view.changes else asked_rate(self._steered.job)
        return {
            "rate": f"{rate:g}, as now; or another, or x0.5 for half of it",
            "frozen": safetext.one_line(f"nothing; with commas, of {groups}"),
            "epochs": f"{self._view.epochs}, as now; the past counts" if self._view.epochs else "as now",
            "seed": "the next that it has not had" if deed.name == "again" else "as now",
            "waits": "yes or no",
        }[name]

    @property
    def _is_over(self) -> bool:
        """Whether it came to its end; one that was stopped or failed can go on."""
        return self._view.final == "done"

    def _describe(self) -> Content:
        """What was changed until now, what is still to be made, and whether anybody is there to hear."""
        asked = asked_rate(self._steered.job)
        lines = describe_changes(self._view.changes, asked)
        most = _ON_SMALL if self.size.height < _SMALL else _CHANGES_SHOWN
        if len(lines) > most:
            lines = [f"and {len(lines) - most + 1} changes before", *lines[1 - most :]]
        said = [safetext.content(line) for line in lines or [f"As it was asked for: rate {asked:g}, nothing frozen"]]
        heard = self._view.changes[-1].wish if self._view.changes else 0
        if waiting := [change for change in self._steered.control().changes if change.number > heard]:
            said.append(Content.styled(f"not made yet: {len(waiting)} of the changes wanted", "$warning"))
        if self._is_over:
            said.append(Content.styled("It is done: it can be branched, or repeated with another seed", "$warning"))
        elif not self._steered.alive():
            said.append(Content.styled("Its process is not there: a change is made when the run goes on", "$warning"))
        return Content("\n").join(said)

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _entered(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        event.stop()
        self._do(self._chosen.name)

    @work(exclusive=True, group="steer")
    async def _do(self, deed: str) -> None:
        """Do it off the event loop: a slow disk must not hold the keyboard."""
        act = self._steer if deed in LIVE else self._start
        try:
            said, started = await asyncio.to_thread(act, deed)
        except (UserError, OSError) as error:
            self._say(Content.assemble(("✕ ", "bold $error"), safetext.content(in_sentences(error))))
            return
        self.app.notify_safe(said)
        self.dismiss(started)

    def _steer(self, deed: str) -> tuple[str, str]:
        run, rate = self._steered, self._typed("rate")
        if deed == "finish":
            change = steer_run(run, finish=True)
        else:
            wanted = [each.strip() for each in self._typed("frozen").split(",") if each.strip()]
            kept = [group for group in self._frozen if any(each in (group, *group.split(", ")) for each in wanted)]
            change = steer_run(run, rate, wanted, [group for group in self._frozen if group not in kept])
        when = "from its next step on" if run.alive() else "when it goes on"
        return f"Change {change.number} of {run.title} is made {when}.", ""

    def _start(self, deed: str) -> tuple[str, str]:
        run, job = self._steered, self._job(deed)
        waits = self._typed("waits")
        if waits not in ("yes", "no"):
            raise RunError("whether it waits: yes or no", f"{waits!r} is neither")
        after = run.id if waits == "yes" and run.alive() else ""
        started = start_run(job, self.app.home, after, read_pins(run.path))
        return f"{'Queued' if after else 'Started'} {started.title}.", started.id

    def _job(self, deed: str) -> Job:
        seed = self._number("seed", int)
        if deed == "again":
            return again_job(self._steered, seed, self.app.home)
        return branch_job(
            self._steered,
            best=deed == "best",
            rate=read_rate(self._typed("rate")),
            epochs=self._number("epochs", _positive),
            seed=seed,
        )

    def _number(self, name: str, read: Callable[[str], int]) -> int | None:
        typed = self._typed(name)
        try:
            number = read(typed) if typed else None
        except ValueError:
            raise RunError(f"{name}: {typed!r} is not a whole number that it could have") from None
        if number is not None and number < 0:
            raise RunError(f"{name}: {typed} is less than 0")
        return number

    def _typed(self, name: str) -> str:
        return self._field(name).value.strip()

    def _say(self, words: Content) -> None:
        self.query_one("#steer-says", Static).update(words)

    def action_choose(self, step: int) -> None:
        """What Enter does, chosen from wherever one types."""
        deeds = self.query_one(OptionList)
        (deeds.action_cursor_up if step < 0 else deeds.action_cursor_down)()

    def action_close(self) -> None:
        """Leave with nothing done."""
        self.dismiss("")


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise ValueError(text)
    return number


def _line(deed: Deed) -> Content:
    return Content.assemble((f"{deed.title:<{TITLE_CELLS}}", "bold"), (deed.about, "$muted"))
