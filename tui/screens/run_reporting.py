"""What Train does about reports: it has every era measured on the file that is looked at, and opens what was made."""

from __future__ import annotations

import asyncio

from textual import work
from textual.binding import Binding

from core import api
from core.appraisal.report_runs import find_report
from core.jobs import ReportJob
from core.jobs.reading import FIELDS as READING
from core.runs import start_run
from tui.screens.run_listing import RunListing
from tui.widgets.train.first_look import FirstLook
from tui.widgets.train.run_list import RunList
from tui.widgets.train.train_form import TrainForm

INVITATION = "ctrl+r: which era to use?"


class RunReporting(RunListing):
    """A screen with a form that may be about a file, and a list that may hold reports."""

    BINDINGS = [
        Binding("ctrl+r", "measure", "Report: which era?", id="train.measure", priority=True),
        # Before the list, which would take it.
        Binding("enter", "report", "Open report", key_display="⏎", id="train.report", priority=True),
    ]

    @property
    def measurable(self) -> ReportJob | None:
        """The report on the file that the form is about; None where it is none to learn from, or not looked at yet."""
        form = self.query_one(TrainForm)
        question, look = form.fields.look, form.look
        if question is None or not isinstance(look, api.FileLook) or look.fault is not None:
            return None
        reading = {name: getattr(question, name) for name in READING}
        answers = form.fields.typed("answers") if "answers" in form.fields.asked else ""
        return ReportJob(question.path, question.text_column, question.label_column, answers=answers or None, **reading)

    @property
    def on_report(self) -> bool:
        """Whether the cursor of the list is on a report."""
        return self.chosen is not None and isinstance(self.chosen.job, ReportJob) and self.query_one(RunList).has_focus

    def invite_to_measure(self) -> None:
        """Say the key under the first look, where it does something."""
        self.query_one(FirstLook).border_subtitle = INVITATION if self.measurable else ""
        self.refresh_bindings()

    @work(exclusive=True, group="report")
    async def action_measure(self) -> None:
        """Measure every era on the file, or open the report that was made of it as it is now."""
        from tui.screens.report import ReportScreen

        if (job := self.measurable) is None:
            return
        with self.say_errors():
            run = await asyncio.to_thread(find_report, job, self.app.home)
            if run is None:
                run = await asyncio.to_thread(start_run, job, self.app.home)
            self.poll()
            self.app.push_screen(ReportScreen(run))

    def action_report(self) -> None:
        """Open the chosen report."""
        from tui.screens.report import ReportScreen

        if (run := self.chosen) is not None:
            self.app.push_screen(ReportScreen(run))
