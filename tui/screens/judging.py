"""What Read does beside answering: it marks who is right, where a sentence's right label is known."""

from __future__ import annotations

from textual import getters

from tui import safetext
from tui.host import HostApp
from tui.presets import find_preset
from tui.screens.own_workers import OwnWorkers
from tui.widgets.read.era_rows import EraRows
from tui.widgets.shared.sentence_input import SentenceInput

BORDER = 12
"""Columns of the input's border that are not its caption's."""


class Judging(OwnWorkers):
    """A screen with a sentence and rows that answer it."""

    app = getters.app(HostApp)

    def judge(self, truth: str) -> None:
        """Say the true label, and what the sentence teaches if it is an example; mark who is right."""
        self.query_one(EraRows).judge(truth)
        said = f"true label: {safetext.one_line(truth)}" if truth else ""
        preset = find_preset(self.app.sentence)
        if truth and preset and preset.label == truth:
            turn = f"{said} · {preset.turn}"
            whole = f"{turn}: {preset.lesson}"
            said = whole if len(whole) <= self.app.size.width - BORDER else turn
        said = safetext.fit(said, max(0, self.app.size.width - BORDER))
        self.query_one(SentenceInput).border_subtitle = safetext.content(said)  # a label is no markup

    def action_truth(self) -> None:
        """Give the sentence the next true label of the focused row's classes; after the last none."""
        entry = self.app.focused_model.entry
        if entry is None or not self.app.sentence.strip():
            return
        labels = ["", *entry.labels]
        place = labels.index(self.app.truth) if self.app.truth in labels else 0
        self.app.truth = labels[(place + 1) % len(labels)]
