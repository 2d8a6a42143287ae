"""Train: start a run, watch its curves, stop it, use its model. Runs are processes of their own; this only looks."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from core import api
from core.jobs import Job, Keeps, kind_of
from core.runs import RunDirectory, resume, start_run
from core.runs.summaries import RunSummary
from core.storage.paths import ASSETS
from tui.file_look import look_at_file
from tui.host import HostApp
from tui.model_comparison import list_eras
from tui.screens.estimating import Estimating
from tui.screens.run_reporting import RunReporting
from tui.screens.run_steering import RunSteering
from tui.screens.watching_runs import WatchingRuns
from tui.widgets.shared.key_footer import KeyFooter
from tui.widgets.shared.top_bar import TopBar
from tui.widgets.train.first_look import FirstLook
from tui.widgets.train.run_list import RunFilter, RunList
from tui.widgets.train.run_monitor import RunMonitor
from tui.widgets.train.run_status import list_actions
from tui.widgets.train.train_fields import OWN_FILE
from tui.widgets.train.train_form import Choice, TrainForm
from tui.widgets.train.train_lesson import TrainLesson

_SECONDS_BEFORE_LOOK = 0.3
"""How long nothing must be typed before a file is looked at."""
_KEPT = {
    Keeps.NOTHING: "r starts it again",
    Keeps.CHECKPOINT: "its checkpoint is kept, r goes on",
    Keeps.MODEL: "the best model so far is kept",
    Keeps.MEASUREMENTS: "what is measured so far is kept, r goes on",
}
"""What stopping a run leaves of it."""


class TrainScreen(WatchingRuns, RunSteering, RunReporting, Estimating):
    """The form, the list of runs, and the monitor of the selected one."""

    app = getters.app(HostApp)

    TITLE = "Train"
    CSS_PATH = ASSETS / "train.tcss"
    AUTO_FOCUS = ""
    HELP = (
        "Choose what to train and press ctrl+s. The run is a process of its own: close the app and it goes on; open it "
        "again and it is in the list, whoever started it.\n"
        "Of a file of yours there is a first look before anything starts: how it was read, its columns and classes, "
        "every row that is left out and why, and what to beware of. ctrl+r then measures every era "
        "on these texts and says in a report which to use, where it is wrong, and which labels may be. Enter on a "
        "report in the list opens it.\n"
        "The curves are live: blue is what it learns from, orange with dots is held back from it, the diamond is the "
        "best epoch. Of more than about 8,000 points a curve keeps its ends, its extremes and evenly many "
        "between. When orange rises while blue falls, the model learns by heart; the best epoch is what is kept.\n"
        "A language model's held-out loss is the logarithm of its perplexity; the probe says what its states are worth "
        "to a classifier. Where parameters join one group after the other, an upright line stands at the epoch.\n"
        "s stops a run and keeps its best model, p pauses, r goes on, u uses the model in Read, l shows the loss on a "
        "logarithmic axis, y copies the command that does the same. g steers a run: its rate, what is frozen, its end, "
        "a branch of it, the same again with another seed.\n"
        "v goes into the charts, where Help says their keys: crosshair, zoom, replay. i pins sentences to a run that "
        "is at work. The form's last line pins to a new one: at first what is pinned to the run that is shown, or the "
        "sentence in Read; Enter adds one, backspace in the empty line takes the last back. Beneath the charts stand "
        "their answers at that moment, how far C, W_e, W_h and W_o have moved from where they started, and what "
        "ulmfit's language model forgets: its perplexity on text that it never learned from.\n"
        "In the list space marks runs, and m compares the marked ones; where none is, all that wait for one another. "
        "/ looks for names, eras, statuses and #tags, o sorts, e gives a run a name and tags. d deletes the marked "
        "runs, or the one at the cursor; z brings back what was deleted within the last day. x writes the run's curves "
        "into a file: CSV, JSON, a picture, or TensorBoard's event files. A score says whether it is of the test or of "
        "the validation (val.) texts.\n"
        "Of a log of millions of events the newest are shown at once, under a line that says so, while the rest is "
        "read. Under the list stands how many folders are unreadable, damaged or of another version: `nlp-tui runs` "
        "names them."
    )
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (104, "-wide"), (150, "-broad")]
    BINDINGS = [
        Binding("ctrl+s", "start", "Start", id="train.start", priority=True),
        Binding("n", "new", "New", id="train.new"),
        Binding("s", "stop", "Stop", id="train.stop"),
        Binding("p", "pause", "Pause", id="train.pause"),
        Binding("p", "unpause", "Go on", id="train.unpause"),
        Binding("r", "resume", "Resume", id="train.resume"),
        Binding("r", "repeat", "Restart", id="train.repeat"),
        Binding("u", "use", "Use", id="train.use"),
        # Help has them all; the foot of a small terminal has no room for more than the keys above.
        Binding("g", "steer", "Steer", show=False, id="train.steer"),
        Binding("l", "log", "Log axis", show=False, id="train.log"),
        Binding("y,c", "copy", "Copy", show=False, id="train.copy"),
        Binding("x", "save", "Save", show=False, id="train.save"),
        Binding("d,delete", "delete", "Delete", show=False, id="train.delete"),
        # Of the screen: the last run of the list takes the list with it.
        Binding("z,ctrl+z", "undelete", "Bring back what was deleted", show=False, id="train.undelete"),
        Binding("f6", "card", "Era card", show=False, id="train.card"),
        Binding("escape", "leave", "Back", id="train.leave"),
    ]

    def compose(self) -> ComposeResult:
        """Form and list at the left (the list on top of a narrow screen), the monitor in the rest."""
        yield TopBar("train")
        with Horizontal(id="train-body"):
            with Vertical(id="train-side"):
                yield TrainForm(id="form")
                yield RunList(id="runs")
                yield RunFilter()
            yield RunMonitor(id="monitor")
            yield FirstLook(id="look")
            yield TrainLesson(id="train-empty")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Look for runs now and then every second, whoever starts them."""
        self.add_class("-no-runs")
        self.begin_listing()
        self._look_for_language_models()
        self.suggest_pins()

    def on_screen_resume(self) -> None:
        """What happened while another screen was shown."""
        if self.listing:
            self.poll()
            self._look_for_language_models()
            self.suggest_pins()

    @work(exclusive=True, group="language models")
    async def _look_for_language_models(self) -> None:
        """The form says when an era has to wait for one; the store is read off the event loop."""
        found = await asyncio.to_thread(self.app.catalog.language_models)
        if self.query(TrainForm):
            self.query_one(TrainForm).language_models = found

    # ------------------------------------------------------------ a first look at a file

    @on(TrainForm.FileNamed)
    def _file_named(self, event: TrainForm.FileNamed) -> None:
        self._place_look()
        self._look_at(event.question)

    @work(exclusive=True, group="look")
    async def _look_at(self, question: api.LookAtFile | None) -> None:
        """Have a process look at the file once the typing has paused; a newer question ends the older one."""
        look = self.query_one(FirstLook)
        if question is None:
            look.invite()
            self.invite_to_measure()
            return
        await asyncio.sleep(_SECONDS_BEFORE_LOOK)
        look.wait_for(question.path, await asyncio.to_thread(_size, question.path))
        answer = await look_at_file(question)
        look.show(answer)
        self.query_one(TrainForm).take_look(question, answer)
        self.invite_to_measure()

    def _place_look(self) -> None:
        """The first look stands beside the form, in place of a run, as long as the form is about a file."""
        form = self.query_one(TrainForm)
        self.set_class(form.names_file and (self._in_form or self.has_class("-no-runs")), "-looking")

    def listed(self, before: tuple[RunSummary, ...], rows: tuple[RunSummary, ...]) -> None:
        """The list was read: see what else it changes."""
        if {row.id for row in before if row.status == "done"} != {row.id for row in rows if row.status == "done"}:
            self._look_for_language_models()
        if not before and rows and not self._in_form:
            self.query_one(RunList).focus()
        elif not rows and self.focused is None and self.has_class("-wide"):
            self.query_one("#kind").focus()
        self.query_one(RunMonitor).recheck()

    @on(RunMonitor.Changed)
    def _monitor_changed(self) -> None:
        self.refresh_bindings()
        self.suggest_pins()

    # ------------------------------------------------------------ what can be done now

    @property
    def _in_form(self) -> bool:
        focused = self.focused
        parts = (self.query_one(TrainForm), self.query_one(FirstLook))  # the look belongs to the form
        return focused is not None and any(part in focused.ancestors_with_self for part in parts)

    def on_descendant_focus(self) -> None:
        """The keys of the form are not the keys of the list."""
        self.refresh_bindings()
        self._place_look()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Only what can be done to the selected run, now, is offered."""
        if not self.is_mounted:
            return True
        monitor = self.query_one(RunMonitor)
        match action:
            case "start":
                return self._in_form or self._form_shown
            case "measure":
                return self.measurable is not None and self.has_class("-looking")
            case "report":
                return self.on_report
            case "new":
                return not self._in_form
            case "copy":
                return self.chosen is not None or self._in_form
            case "leave":
                return self._in_form
            case "delete" if self.query_one(RunList).marked:
                return not self._in_form
            case "stop" | "pause" | "unpause" | "resume" | "repeat" | "use" | "log" | "delete":
                chosen = self.chosen is not None and not self._in_form
                return chosen and action in list_actions(monitor.status, monitor.has_model, self._goes_on)
            case "compare":
                return self.comparable
            case "charts" | "pins" | "save":
                return self.chosen is not None and not self._in_form
            case "steer":
                return self.steerable and not self._in_form
        return True

    @property
    def _goes_on(self) -> bool:
        """Whether the chosen run has a checkpoint to go on from."""
        run = self.chosen
        return run is not None and kind_of(run.job).keeps.resumable and self.query_one(RunMonitor).view.resumable

    @property
    def _form_shown(self) -> bool:
        return not self.has_class("-narrow") or self.has_class("-form")

    def action_new(self) -> None:
        """Go to the form; a narrow screen shows it in place of the runs."""
        self.add_class("-form")
        self.query_one("#kind").focus()

    def begin_with(self, path: str) -> None:
        """The form is about a file of the person's: its first look begins."""
        self.action_new()
        self.query_one("#data", Choice).value = OWN_FILE
        self.query_one("#source", Input).value = path
        self.query_one("#source").focus()

    def action_leave(self) -> None:
        """Leave the form."""
        if self._in_form:
            self.remove_class("-form")
            if not self.has_class("-no-runs"):
                self.query_one(RunList).focus()
            else:
                self.set_focus(None)
        self.refresh_bindings()

    def action_start(self) -> None:
        """Start what the form says."""
        self.query_one(TrainForm).submit()

    @on(TrainForm.Start)
    def _start(self, event: TrainForm.Start) -> None:
        self._launch(event.jobs, event.pins)

    @work(group="launch")
    async def _launch(self, jobs: tuple[Job, ...], pins: tuple[str, ...]) -> None:
        """Start them: two directions side by side, else each waits for the one before.

        What was started goes on when a later one cannot start.
        """
        started: list[RunDirectory] = []
        with self.say_errors():
            for job in jobs:
                after = (started[-1].id,) if started and not kind_of(job).side_by_side else ()
                started.append(await asyncio.to_thread(start_run, job, self.app.home, *after))
                await self.pin_from_the_start(started[-1], pins)
        if not started:
            return
        self.remove_class("-form")
        self.go_to(started[0].id)
        self.app.notify_safe(_say_started(started))
        self.poll()

    def action_card(self) -> None:
        """The card of the era that the form is about; vectors and language models have none."""
        from tui.screens.era_card import EraCard

        kind = self.query_one(TrainForm).kind
        era = next((model for model in (*self.app.comparison, *list_eras()) if model.era.id == kind), None)
        if era is None:
            self.app.notify_safe("This is no era, so it has no card: choose one in the form.", "warning")
        else:
            self.app.push_screen(EraCard(era, self.app.catalog.measured))

    def action_stop(self) -> None:
        """Stop the run; what it has so far is kept."""
        run = self.chosen
        if run is not None and self._want("stopped"):
            self.app.notify_safe(f"Stopping: {_KEPT[kind_of(run.job).keeps]}.")

    def action_pause(self) -> None:
        """Pause the run."""
        if self._want("paused"):
            self.app.notify_safe("Pausing after this step; p goes on.")

    def action_unpause(self) -> None:
        """Let a paused run go on."""
        self._want("running")

    def _want(self, state: str) -> bool:
        if (run := self.chosen) is not None:
            with self.say_errors():
                run.set_state(state)
                return True
        return False

    @work(group="launch")
    async def action_resume(self) -> None:
        """Let a stopped, failed or lost run go on from its last checkpoint; without one it starts again."""
        if (run := self.chosen) is not None:
            how = "goes on from its last checkpoint" if self._goes_on else "starts again: it had no checkpoint yet"
            if kind_of(run.job).keeps is Keeps.MEASUREMENTS:
                how = "goes on with what is missing"
            with self.say_errors():
                await asyncio.to_thread(resume, run)
                self.app.notify_safe(f"{run.title} {how}.")
                self.poll()

    def action_repeat(self) -> None:
        """Start a run again that has no checkpoint."""
        self.action_resume()

    def action_use(self) -> None:
        """Use the run's model in Read."""
        if (run := self.chosen) is not None:
            self.app.use_model(f"run:{run.id}")

    def action_log(self) -> None:
        """Show the loss on a logarithmic axis, or on a plain one."""
        self.query_one(RunMonitor).toggle_log()

    @on(TrainForm.CopyCommand)
    def action_copy(self) -> None:
        """Copy the command that does the same: of the form when it has the focus, else of the selected run."""
        text = self.query_one(TrainForm).command if self._in_form or self.chosen is None else self.chosen.command
        if text is None:
            self.app.notify_safe("There is no command yet: a field is not right.", "warning")
            return
        self.app.copy_to_clipboard(text)
        self.app.notify_safe(f"Copied: {text}")


def _say_started(started: list[RunDirectory]) -> str:
    if len(started) == 1:
        return f"Started {started[0].title}. It goes on when you close the app."
    if started[-1].after:
        return f"Started {len(started)} runs, one after the other. m compares them. They go on when you close the app."
    titles = " and ".join(run.title for run in started)
    return f"Started {titles}. They go on when you close the app."


def _size(path: str) -> int:
    """Bytes of a file; none where it has just gone."""
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0
