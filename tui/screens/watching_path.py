"""What other programs write of their runs, live: the runs under a path, and the curves of those that are chosen."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from core.runs import RunError, RunView
from core.runs.foreign.finding import Finder
from core.runs.foreign.watched import Watched
from core.storage.paths import ASSETS
from tui import safetext
from tui.host import HostApp
from tui.screens.turning_measures import TurningMeasures
from tui.widgets.shared.key_footer import KeyFooter
from tui.widgets.shared.looks import looks
from tui.widgets.shared.top_bar import TopBar
from tui.widgets.train.run_overlay import RunOverlay

_SECONDS_A_LOOK = 1.0
_SECONDS_A_RUN = 0.2
"""How long one look reads on in one run: of a long log the newest is shown, and the rest is read look by look."""
_NAME, _CELLS = 28, 12
_READING = 2
"""Runs of which it is said how far their long logs are read."""


class WatchingPath(TurningMeasures):
    """Opened by `nlp-tui watch PATH`."""

    app = getters.app(HostApp)

    TITLE = "Watch"
    CSS_PATH = ASSETS / "watching-path.tcss"
    AUTO_FOCUS = "#watched"
    HELP = (
        "Every run that is understood under the path is in the list: run folders of nlp-tui, metrics as JSON lines or "
        "CSV, TensorBoard's event files, trainer_state.json. The plot has the one at the cursor, and those that "
        "are marked with space. Left and right go through what was measured; l is for a logarithmic axis.\n"
        "Nobody says that a run of another program is over: quiet means that nothing new came for two minutes. Lines "
        "that cannot be read are counted, and so are pictures, histograms and texts, of which no curve can be made. "
        "`nlp-tui watch PATH --once --json` says the same to a script."
    )
    BINDINGS = [Binding("space", "mark", "Mark", id="watch.mark")]

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._finder = Finder(path)
        self._runs: list[Watched] = []
        self._marked: set[Path] = set()

    def compose(self) -> ComposeResult:
        """The runs, then the plot and the latest numbers."""
        yield TopBar("train")
        with Horizontal(id="watch-body"):
            yield OptionList(id="watched", markup=False)
            with Vertical(id="watch-right"):
                yield Static(id="watch-title")
                yield RunOverlay()
                with VerticalScroll(id="watch-numbers"):
                    yield Static(id="watch-latest")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Look at once, and then every second."""
        self.query_one("#watched").border_title = safetext.content(
            safetext.fit_end(safetext.one_line(self._finder.path.name), 34)
        )
        self._follow()

    @work(exclusive=True, group="watch")
    async def _follow(self) -> None:
        """Read off the event loop, one look after the other: nothing is read by two at a time."""
        while True:
            try:
                self._list(await asyncio.to_thread(self._look))
            except (RunError, OSError) as error:
                self.query_one("#watch-title", Static).update(safetext.content(str(error), "$error"))
            if not any(run.behind for run in self._runs):
                await asyncio.sleep(_SECONDS_A_LOOK)

    def _look(self) -> list[Watched]:
        runs = self._finder.find()
        for run in runs:
            run.read(_SECONDS_A_RUN)
        return runs

    def _list(self, runs: list[Watched]) -> None:
        listed = self.query_one("#watched", OptionList)
        if runs != self._runs:
            self._runs = runs
            here = listed.highlighted or 0
            listed.set_options(Option(self._line(run)) for run in runs)
            listed.highlighted = min(here, len(runs) - 1)
        else:
            for number, run in enumerate(runs):
                listed.replace_option_prompt_at_index(number, self._line(run))
        listed.border_subtitle = f"{self._finder.left_out:,} more are left out" if self._finder.left_out else ""
        self._show()

    def _line(self, run: Watched) -> Content:
        said = run.problem or f"{run.format} · {run.status}" + (f" · {run.bad:,} unread" if run.bad else "")
        if run.skipped:
            said += f"\n  no curves: {run.skipped}"
        mark = "▪" if run.path in self._marked else " "
        style = "$error" if run.problem else "$muted"
        return Content.assemble(
            (f"{mark} ", "bold $accent"), safetext.one_line(run.name), (f"\n  {safetext.one_line(said)}", style)
        )

    @property
    def _here(self) -> Watched | None:
        number = self.query_one("#watched", OptionList).highlighted
        return self._runs[number] if number is not None and number < len(self._runs) else None

    @property
    def _chosen(self) -> list[Watched]:
        """The one at the cursor first, then the marked ones; only those of its axis can share its plot."""
        if (here := self._here) is None:
            return []
        others = [run for run in self._runs if run.path in self._marked and run is not here]
        return [here, *(run for run in others if run.axis == here.axis)]

    def _views(self) -> list[RunView]:
        return [run.view for run in self._chosen]

    @on(OptionList.OptionHighlighted, "#watched")
    def _highlighted(self) -> None:
        self._show()

    def _show(self) -> None:
        if not (chosen := self._chosen):
            return
        there = self._settle()
        curves = [run.view.series.get(self._measure, ()) for run in chosen]
        axis = chosen[0].axis or "step"
        living = any(run.status == "running" for run in chosen)
        self.query_one(RunOverlay).show(self._measure, curves, not living, self._log, axis)
        reading = [run for run in chosen if run.reading][:_READING]
        title = Content.assemble(
            (safetext.one_line(self._measure) or "nothing to draw yet", "bold"),
            (f"{' (log)' if self._log else ''}  over {axis}s", "$muted"),
            *((f"\n{safetext.fit(run.name, 24)}: {run.reading}", "$warning") for run in reading),
        )
        self.query_one("#watch-title", Static).update(title)
        self.query_one("#watch-latest", Static).update(self._numbers(chosen, there))

    def _numbers(self, chosen: list[Watched], there: list[str]) -> Content:
        """The latest value of everything measured, a column a run, under its mark."""
        theme = self.app.current_theme
        own = looks(len(chosen), theme.dark, theme.ansi)
        lines = [Content.assemble(" " * _NAME, *(Content.assemble(" " * _CELLS, look.content) for look in own))]
        for name in there:
            cells = []
            for run in chosen:
                points = run.view.series.get(name, ())
                cells.append(f"{points[-1][1]:>{_CELLS + 1}.4g}" if points else " " * (_CELLS + 1))
            style = "bold" if name == self._measure else "$muted"
            lines.append(Content.assemble((safetext.column(safetext.one_line(name), _NAME), style), "".join(cells)))
        return Content("\n").join(lines)

    def action_mark(self) -> None:
        """Keep the run in the plot, or let it go."""
        if (here := self._here) is not None:
            self._marked ^= {here.path}
            self._list(self._runs)
