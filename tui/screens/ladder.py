"""Ladder: accuracy against the number of labels, a line an era; a cursor reads each point, gain, and labels saved."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from core.benchmark.ladder_runs import LadderReader, LadderSource
from core.benchmark.ladder_words import describe_point
from core.eras.table import BY_ID
from core.jobs.naming import short
from core.runs import RunError, resume, start_run
from core.storage.paths import ASSETS
from tui import safetext
from tui.host import HostApp
from tui.model_comparison import ComparedModel
from tui.screens.own_workers import OwnWorkers
from tui.widgets.ladder.ladder_legend import LadderLegend
from tui.widgets.ladder.ladder_plot import LadderPlot
from tui.widgets.shared.key_footer import KeyFooter
from tui.widgets.shared.top_bar import TopBar

_LONGEST_NAME = 24
_SECONDS_A_LOOK = 1.0
_RESUMABLE = ("stopped", "failed", "lost")
NOTHING = "No ladder came with this version, and none was measured here. `nlp-tui ladder` measures one."


class LadderScreen(OwnWorkers):
    """The shipped ladder, full at first sight; those that were measured in this home beside it."""

    app = getters.app(HostApp)

    TITLE = "Ladder"
    CSS_PATH = ASSETS / "ladder.tcss"
    AUTO_FOCUS = "LadderPlot"
    HELP = (
        "What do labels buy, and what does pretraining save? Each line is a row of the history: its accuracy on texts "
        "that it never learned from, by how many labelled texts it was given. The axis of labels is logarithmic; 0 "
        "stands by itself at its left, where only a language model that is asked can answer. Controls are dim and "
        "broken, their marks hollow: what is simple, untrained or from nothing, to hold the eras against.\n"
        "± is the standard deviation over seeds: how much luck there is in one training. The gain is on the row before "
        "it in history, on the same texts and seeds; in brackets stands where it lies with 95 %. Where that holds "
        "zero, it is within the noise.\n"
        "Labels saved are how many labels the row before needs for the same accuracy, less those that were given: "
        "its line is straight between measured numbers, on the logarithmic axis. In brackets are the numbers at which "
        "the two cannot be told apart with 95 %.\n"
        "space goes to the next data set, o to the next ladder: the one that came with the app, then those measured "
        "here, the newest first. n measures a new one, or more of the one that is shown: other rows, labels, seeds. "
        "It fills while it is measured, the cheapest cells first; s stops it, r goes on with it, and what is measured "
        "is kept. y copies the command. `nlp-tui ladder --shipped --svg FILE` draws the same into a file."
    )
    BINDINGS = [
        Binding("space", "data", "Data set", id="ladder.data"),
        Binding("o", "ladder", "Other ladder", id="ladder.other"),
        Binding("n", "new", "New ladder", id="ladder.new"),
        Binding("s", "stop", "Stop", id="ladder.stop"),
        Binding("r", "resume", "Resume", id="ladder.resume"),
        Binding("f6", "card", "Era card", show=False, id="ladder.card"),
        Binding("y,c", "copy", "Copy", show=False, id="ladder.copy"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._sources: list[LadderSource] = []
        self._reader = LadderReader(self.app.home)
        self._looking = False
        self._awaited = ""
        """The run that is to be shown as soon as it is there."""
        self._shown = ""
        """The name of the ladder that is shown."""
        self._data = ""
        self._drawn = False

    def compose(self) -> ComposeResult:
        """What is shown; the plot with its rows beside it; the point at the cursor in words."""
        yield TopBar("ladder")
        yield Static(id="ladder-head")
        yield Static(id="ladder-progress")
        with Horizontal(id="ladder-body"):
            yield LadderPlot()
            yield LadderLegend()
        yield Static(id="ladder-point")
        yield KeyFooter()

    def on_mount(self) -> None:
        """What ships is there at once; what is measured here is looked for every second."""
        self._offer([LadderSource.shipped(self.app.catalog.measured)])
        self.set_interval(_SECONDS_A_LOOK, self._look_if_seen)

    def on_screen_resume(self) -> None:
        """Another ladder may have been measured meanwhile."""
        self._look()

    def _look_if_seen(self) -> None:
        if self.is_active:
            self._look()

    @work(group="ladders")
    async def _look(self) -> None:
        """Read off the event loop, one look after the other: a slow disk must not hold the keyboard."""
        if self._looking:
            return
        self._looking = True
        try:
            found = await asyncio.to_thread(self._reader.read)
        except (RunError, OSError) as error:
            self.app.notify_safe(str(error), "error")
            return
        finally:
            self._looking = False
        if self.is_mounted:
            self._offer([LadderSource.shipped(self.app.catalog.measured), *found])

    def _offer(self, sources: list[LadderSource]) -> None:
        """These ladders are there; an empty one that nobody measures is none."""
        sources = [source for source in sources if source.ladder.means or source.living]
        new = next((source for source in sources if source.summary and source.summary.id == self._awaited), None)
        if new is not None:
            self._shown, self._awaited = new.name, ""
        elif sources == self._sources and self._drawn:
            return
        self._sources = sources
        self._show()

    @property
    def source(self) -> LadderSource | None:
        """The ladder that is shown."""
        chosen = (source for source in self._sources if source.name == self._shown)
        return next(chosen, self._sources[0] if self._sources else None)

    def _show(self) -> None:
        plot, source = self.query_one(LadderPlot), self.source
        self._drawn = True
        self.refresh_bindings()
        self._say("progress", safetext.content(source.progress if source else "", "$accent"))
        if source is None:
            self._say("head", Content.styled(NOTHING, "$muted"))
            return
        data = source.ladder.data
        self._shown, self._data = source.name, self._data if self._data in data else next(iter(data), "")
        plot.show(source.ladder, self._data)

    def _say(self, what: str, said: Content) -> None:
        line = self.query_one(f"#ladder-{what}", Static)
        line.display = what != "progress" or bool(said)
        line.update(said)

    @on(LadderPlot.Moved)
    def _tell(self) -> None:
        """Say what the cursor is on."""
        plot, source = self.query_one(LadderPlot), self.source
        if source is None:
            return
        self.query_one(LadderLegend).tell(plot)
        self._say("head", self._head(source))
        if plot.point is None:
            self._say("point", Content(""))
            return
        first, *others = describe_point(source.ladder, self._data, *plot.point)
        said = [safetext.content(first, "bold"), *map(safetext.content, others)]
        self._say("point", Content("\n").join(said))

    def _head(self, source: LadderSource) -> Content:
        """The data sets, the one that is shown in bold, and whose ladder it is."""
        named = [
            safetext.content(safetext.fit(short(data), _LONGEST_NAME), "bold" if data == self._data else "$muted")
            for data in source.ladder.data
        ]
        which = "" if len(self._sources) < 2 else f", {self._sources.index(source) + 1} of {len(self._sources)}"
        if source.run is not None and not named:
            return safetext.content(safetext.one_line(f"{source.run.title}{which}"), "$muted")
        return Content.assemble(
            Content("  ").join(named),
            safetext.content(f" · {source.ladder.split} accuracy by labels · {source.name}{which}", "$muted"),
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Only what can be done now is offered."""
        source = self.source
        match action:
            case "ladder":
                return len(self._sources) > 1
            case "data":
                return source is not None and len(source.ladder.data) > 1
            case "stop":
                return source is not None and source.living
            case "resume":
                return source is not None and source.summary is not None and source.summary.status in _RESUMABLE
        return True

    def action_data(self) -> None:
        """Go to the next data set."""
        if (source := self.source) is not None:
            data = source.ladder.data
            self._data = data[(data.index(self._data) + 1) % len(data)]
            self._show()

    def action_ladder(self) -> None:
        """Go to the next ladder."""
        if (source := self.source) is not None:
            self._shown = self._sources[(self._sources.index(source) + 1) % len(self._sources)].name
            self._show()

    def action_new(self) -> None:
        """Ask what is to be measured; of a ladder that was measured here, more of it."""
        self._ask_new()

    @work(exclusive=True, group="new")
    async def _ask_new(self) -> None:
        from tui.screens.new_ladder import NewLadder
        from tui.widgets.ladder.ladder_fields import USUAL

        before = self.source.job if self.source is not None else None
        job = await self.app.push_screen_wait(NewLadder(before or USUAL, self.app.catalog.measured))
        if job is not None:
            with self._say_errors():
                run = await asyncio.to_thread(start_run, job, self.app.home)
                self._awaited = run.id
                self.app.notify_safe(f"Started {run.title}; s stops it, and what is measured is kept.")
                self._look()

    def action_stop(self) -> None:
        """Stop measuring; what is measured is kept."""
        if self.source is not None and (run := self.source.run) is not None:
            with self._say_errors():
                run.set_state("stopped")
                self.app.notify_safe("Stopping: the cells measured so far are kept, r goes on.")

    @work(exclusive=True, group="resume")
    async def action_resume(self) -> None:
        """Go on measuring."""
        if self.source is not None and (run := self.source.run) is not None:
            with self._say_errors():
                await asyncio.to_thread(resume, run)
                self.app.notify_safe("It goes on with the cells that are missing.")
                self._look()

    @contextmanager
    def _say_errors(self) -> Iterator[None]:
        """Say what cannot be done to a run, instead of failing."""
        try:
            yield
        except RunError as error:
            self.app.notify_safe(f"{error.message}. {error.hint}.", "error")
        except OSError as error:
            self.app.notify_safe(f"{error}.", "error")

    def action_card(self) -> None:
        """The card of the era at the cursor."""
        from tui.screens.era_card import EraCard

        point = self.query_one(LadderPlot).point
        if point is not None and (era := BY_ID.get(point[0])) is not None:
            model = next((each for each in self.app.comparison if each.key == era.id), None)
            card = model or ComparedModel(era.id, era, None, searched=False)
            self.app.push_screen(EraCard(card, self.app.catalog.measured))

    def action_copy(self) -> None:
        """Copy the command that measures this ladder."""
        if (source := self.source) is not None:
            self.app.copy_to_clipboard(source.command)
            self.app.notify_safe(f"Copied: {source.command}")
