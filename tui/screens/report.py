"""Report: which era for one's own texts, what it gets wrong, and which labels may be wrong; live while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import ContentSwitcher, OptionList, Static

from core.appraisal.report_runs import ReportReader, ReportState, list_reports
from core.appraisal.second_rows import era_of
from core.eras.table import BY_ID
from core.errors import in_sentences
from core.runs import RunDirectory, RunError, resume
from core.runs.notes import name_of
from core.storage.paths import ASSETS
from tui import safetext
from tui.host import HostApp
from tui.model_comparison import ComparedModel
from tui.screens.own_workers import OwnWorkers
from tui.widgets.report.era_table import EraTable
from tui.widgets.report.found_wrong import list_mistakes, list_suspects
from tui.widgets.report.more_labels import MoreLabels
from tui.widgets.report.part_tabs import PartTabs
from tui.widgets.report.report_words import (
    tell_advice,
    tell_beneath,
    tell_data,
    tell_measured,
    tell_mistakes,
    tell_suspects,
)
from tui.widgets.shared.confusion_table import ConfusionTable
from tui.widgets.shared.error_texts import ErrorTexts
from tui.widgets.shared.key_footer import KeyFooter
from tui.widgets.shared.sentence_input import LIMIT, clean
from tui.widgets.shared.top_bar import TopBar
from tui.widgets.train.run_status import RESUMABLE, badge

_SECONDS_A_LOOK = 1.0
_SHORTEST = 200
"""Characters of the chosen text that are told at least."""
PARTS = {
    "eras": "Which era",
    "more": "More labels",
    "errors": "What is wrong",
    "labels": "Suspected labels",
    "data": "The data",
}
"""The parts, by what holds them, in their order."""
NOTHING = (
    "No report was made here yet.\n\n"
    "F4 leads to Train: choose “a file of mine…” for the data, name a table of labelled texts, and ctrl+r measures "
    "every era on them and says which to use, where it is wrong, and which labels may be.\n\n"
    "`nlp-tui --data FILE` opens the app on that file."
)
STOPPED = "It ended before the first era was measured. r goes on with it: what is trained is kept."
WAITING = "The table fills era by era. The run is a process of its own: close the app and it goes on."


class ReportScreen(OwnWorkers):
    """One report's run, from its first era to its last word; without one the newest of this home."""

    app = getters.app(HostApp)

    TITLE = "Report"
    CSS_PATH = ASSETS / "report.tcss"
    HELP = (
        "Which era for these texts? Every era and two plain baselines are trained on them, and asked about texts that "
        "they did not learn from: up to 1,000 texts by repeated cross-validation, each text answered by models that "
        "have learned from others only; more on their test split. The table is ranked by accuracy, with its 95 % "
        "interval; beside it the seconds to train once, to read 1,000 texts, and the megabytes of the model's own "
        "folder. Where there is room the intervals are drawn, and ┊ where always answering the largest class is.\n"
        "The recommendation is the cheapest of those that cannot be told apart from the best: counted words (tfidf) "
        "first, then the mean of word vectors (average), then what trains fastest.\n"
        "Left and right turn the parts. More labels: what the recommended era and the best of the other kind have "
        "with a quarter and half of the labels. What is wrong: who is taken for whom, and the mistakes that the "
        "recommended era is surest of. Suspected labels: where models that have not seen a text give another class "
        "more than that class's own texts have on the mean (confident learning); look at them before you train again. "
        "Enter opens the chosen text in Read, with its label.\n"
        "It fills while it is measured, baselines first. s stops it, r goes on with it; what is trained is kept. x "
        "writes it into a file: HTML, Markdown or JSON. o goes to the next report of this home, y copies the command."
    )
    BINDINGS = [
        # Before the lists, which would scroll sideways with them if they had anything there.
        Binding("left", "turn(-1)", "Part", key_display="←→", id="report.previous", priority=True),
        Binding("right", "turn(1)", "Next part", show=False, id="report.next", priority=True),
        Binding("enter", "open", "Open in Read", key_display="⏎", id="report.open", priority=True),
        Binding("s", "stop", "Stop", id="report.stop"),
        Binding("r", "resume", "Resume", id="report.resume"),
        Binding("x", "save", "Save", id="report.save"),
        Binding("o", "other", "Other report", id="report.other"),
        Binding("f6", "card", "Era card", show=False, id="report.card"),
        Binding("y,c", "copy", "Copy", show=False, id="report.copy"),
        Binding("escape", "dismiss", "Back", key_display="esc", id="report.leave"),
    ]

    def __init__(self, run: RunDirectory | None = None) -> None:
        super().__init__()
        self._run = run
        self._others: list[RunDirectory] = []
        """The reports of this home, the newest first."""
        self._state: ReportState | None = None
        self._reader = ReportReader()
        self._looking = False

    def compose(self) -> ComposeResult:
        """Which report, how far it is, its parts."""
        yield TopBar("train")
        with Horizontal(id="report-head"):
            yield Static(id="report-title")
            yield Static(id="report-status")
        yield Static(id="report-progress")
        yield PartTabs(tuple(PARTS.values()))
        with ContentSwitcher(initial="eras"):
            with VerticalScroll(id="eras"):
                yield Static(id="report-advice")
                yield EraTable()
                yield Static(id="report-measured")
                yield Static(id="report-beneath")
            with VerticalScroll(id="more"):
                yield MoreLabels()
            with Vertical(id="errors"):
                with VerticalScroll(id="report-confusion"):
                    yield ConfusionTable()
                yield Static(id="report-mistakes", classes="report--said")
                yield ErrorTexts(id="mistakes")
                yield Static(classes="report--text")
            with Vertical(id="labels"):
                yield Static(id="report-suspects", classes="report--said")
                yield ErrorTexts(id="suspects")
                yield Static(classes="report--text")
            with VerticalScroll(id="data"):
                yield Static(id="report-data")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Read it now and then every second."""
        self.query_one(PartTabs).show(0)
        self._focus_part()
        self._begin()
        self.set_interval(_SECONDS_A_LOOK, self._look_if_seen)

    @work(exclusive=True, group="reports")
    async def _begin(self) -> None:
        """See which reports there are; a slow disk must not hold the keyboard."""
        with self._say_errors():
            self._others = await asyncio.to_thread(list_reports, self.app.home)
        if self._run is None and self._others:
            self._run = self._others[0]
        self._look()

    def _look_if_seen(self) -> None:
        if self.is_active and self._run is not None:
            self._look()

    @work(group="look")
    async def _look(self) -> None:
        if self._looking:
            return
        run = self._run
        if run is None:
            self._say_nothing()
            return
        self._looking = True
        try:
            with self._say_errors():
                state = await asyncio.to_thread(self._reader.read, run)
                title = await asyncio.to_thread(name_of, run)
                if run is self._run:
                    self._show(title, state)
        finally:
            self._looking = False

    def _say_nothing(self) -> None:
        self.query_one("#report-advice", Static).update(Content.styled(NOTHING, "$muted"))
        self.query_one(PartTabs).display = False
        self.refresh_bindings()

    # ------------------------------------------------------------ what is shown

    def _show(self, title: str, state: ReportState) -> None:
        if state == self._state:
            return
        before, self._state = self._state, state
        which = ""
        if (ids := [run.id for run in self._others]) and self._run is not None and self._run.id in ids and len(ids) > 1:
            which = f", {ids.index(self._run.id) + 1} of {len(ids)}"
        self.query_one("#report-title", Static).update(safetext.content(f"{safetext.one_line(title)}{which}", "bold"))
        self.query_one("#report-status", Static).update(badge(state.status))
        progress = self.query_one("#report-progress", Static)
        progress.update(_tell_progress(state))
        progress.display = bool(state.progress or state.message)
        self.refresh_bindings()
        if before is None or before.report is not state.report or before.living != state.living:
            self._show_report(state)

    def _show_report(self, state: ReportState) -> None:
        report = state.report
        self.query_one(PartTabs).display = report is not None
        said = dict.fromkeys(("advice", "measured", "beneath", "mistakes", "suspects", "data"), Content(""))
        if report is not None:
            said = {
                "advice": tell_advice(report),
                "measured": tell_measured(report),
                "beneath": tell_beneath(report),
                "mistakes": tell_mistakes(report),
                "suspects": tell_suspects(report),
                "data": tell_data(report),
            }
        elif state.status in RESUMABLE:
            said["advice"] = Content.styled(STOPPED, "$muted")
        elif state.living:
            said["advice"] = Content.styled(WAITING, "$muted")
        for name, words in said.items():
            self.query_one(f"#report-{name}", Static).update(words)
        mistakes = list_mistakes(report) if report is not None else None
        self.query_one(EraTable).show(report)
        self.query_one(MoreLabels).show(report)
        self.query_one(ConfusionTable).show(mistakes)
        self.query_one("#mistakes", ErrorTexts).show(mistakes)
        self.query_one("#suspects", ErrorTexts).show(list_suspects(report) if report is not None else None)
        self._tell_chosen()

    @property
    def _part(self) -> str:
        return self.query_one(ContentSwitcher).current or "eras"

    @property
    def _list(self) -> ErrorTexts | None:
        """The list of the part that is shown, if it has one."""
        found = self.query_one(f"#{self._part}").query(ErrorTexts)
        return found.first() if found else None

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._tell_chosen()

    def _tell_chosen(self) -> None:
        """The chosen text of the list in full, as far as there is room."""
        texts = self._list
        if texts is None:
            return
        text, said = texts.chosen, Content("")
        if text is not None:
            shown = safetext.one_line(text.text[: max(_SHORTEST, 6 * self.size.width)])
            said = Content.assemble((f"{safetext.one_line(text.label)}: ", "bold"), shown)
        self.query_one(f"#{self._part} .report--text", Static).update(said)

    # ------------------------------------------------------------ keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Only what can be done now is offered."""
        state = self._state
        there = state is not None and state.report is not None
        match action:
            case "turn" | "save":
                return there
            case "card":
                return there or None  # else the app's own key would be offered
            case "open":
                return there and self._list is not None and self._list.chosen is not None and self._list.has_focus
            case "stop":
                return state is not None and state.living
            case "resume":
                return state is not None and state.status in RESUMABLE
            case "other":
                return len(self._others) > 1
            case "copy":
                return self._run is not None
        return True

    def action_turn(self, step: int) -> None:
        """Go to the part before or after."""
        self._go_to((list(PARTS).index(self._part) + step) % len(PARTS))

    @on(PartTabs.Chosen)
    def _clicked(self, event: PartTabs.Chosen) -> None:
        event.stop()
        self._go_to(event.place)

    def _go_to(self, place: int) -> None:
        self.query_one(ContentSwitcher).current = list(PARTS)[place]
        self.query_one(PartTabs).show(place)
        self._tell_chosen()
        self._focus_part()

    def _focus_part(self) -> None:
        """The list of the part has the keys; a part without one scrolls."""
        texts = self._list
        (texts if texts is not None else self.query_one(f"#{self._part}")).focus()
        self.refresh_bindings()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Put the chosen text into Read's sentence, with its label, and go there."""
        texts = self._list
        if texts is None or (text := texts.chosen) is None:
            return
        if len(text.text) > LIMIT:
            self.app.notify_safe(
                f"The text is longer than a sentence holds: its first {LIMIT:,} characters.", "warning"
            )
        self.app.sentence, self.app.truth = clean(text.text), text.label
        self.app.history.note(self.app.sentence)
        self.app.call_later(self.app.action_go, "read")

    def action_stop(self) -> None:
        """Stop measuring; what is trained is kept."""
        if self._run is not None:
            with self._say_errors():
                self._run.set_state("stopped")
                self.app.notify_safe("Stopping: what is trained so far is kept, r goes on.")

    @work(exclusive=True, group="resume")
    async def action_resume(self) -> None:
        """Go on measuring."""
        if self._run is not None:
            with self._say_errors():
                await asyncio.to_thread(resume, self._run)
                self.app.notify_safe("It goes on with what is missing.")
                self._look()

    def action_save(self) -> None:
        """Write it into a file."""
        from tui.screens.saving_report import SavingReport

        if self._state is not None and self._state.report is not None:
            self.app.push_screen(SavingReport(self._state.report))

    def action_other(self) -> None:
        """Go to the next report of this home."""
        ids = [run.id for run in self._others]
        place = ids.index(self._run.id) + 1 if self._run is not None and self._run.id in ids else 0
        self._run, self._state = self._others[place % len(ids)], None
        self._look()

    def action_card(self) -> None:
        """The card of the recommended era."""
        from tui.screens.era_card import EraCard

        report = self._state.report if self._state is not None else None
        if report is not None and (era := BY_ID.get(era_of(report["recommended"]))) is not None:
            model = next((each for each in self.app.comparison if each.key == era.id), None)
            card = model or ComparedModel(era.id, era, None, searched=False)
            self.app.push_screen(EraCard(card, self.app.catalog.measured))

    def action_copy(self) -> None:
        """Copy the command that makes this report."""
        if self._run is not None:
            self.app.copy_to_clipboard(self._run.command)
            self.app.notify_safe(f"Copied: {self._run.command}")

    @contextmanager
    def _say_errors(self) -> Iterator[None]:
        """Say what cannot be done to a run, instead of failing."""
        try:
            yield
        except (RunError, OSError) as error:
            self.app.notify_safe(in_sentences(error), "error")


def _tell_progress(state: ReportState) -> Content:
    """How far it is; of one that failed, why and what to do."""
    if not state.message:
        return safetext.content(safetext.one_line(state.progress), "$accent")
    said = safetext.content(safetext.one_line(state.message), "bold")
    return Content.assemble(("✗ ", "$error"), said, " ", safetext.content(safetext.one_line(state.hint), "$muted"))
