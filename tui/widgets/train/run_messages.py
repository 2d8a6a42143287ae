"""What is to be said of a run in words: warnings, what came out or went wrong, and what can be done now."""

from __future__ import annotations

import math

from textual.content import Content
from textual.widgets import Static

from core.runs import RunView
from core.runs.wording import describe_changes
from tui import safetext
from tui.widgets.train.run_ending import describe_judged
from tui.widgets.train.run_status import RESUMABLE

_WARNINGS_SHOWN = 3
_UNSAID = "The run failed and did not say why; its folder has a file stderr.log."


class RunMessages(Static):
    """A few lines, or none. Laid out again only when they change."""

    _said = Content()

    def show(
        self, view: RunView, status: str, *, trains: bool, has_model: bool, reuse: str = "", lines: int = 0
    ) -> None:
        """Say what there is to say of a run in that status. `trains`: it keeps checkpoints.

        `reuse`: what starts from what it left, in a sentence; `lines`: room for what the model gets wrong.
        """
        said = list_messages(view, status, trains=trains, has_model=has_model, reuse=reuse)
        if view.watched.judged is not None and status == "done":
            wrong = describe_judged(view.watched.judged, self.size.width or 80, lines)
            said = Content("\n").join([said, *wrong]) if wrong else said
        if said.plain != self._said.plain:
            self._said = said
            self.update(said)
        self.display = self.has_words

    @property
    def has_words(self) -> bool:
        """Whether there is anything to say."""
        return bool(self._said.plain)


def list_messages(view: RunView, status: str, *, trains: bool, has_model: bool, reuse: str = "") -> Content:
    """The lines, oldest first."""
    warned = [Content.assemble(("! ", "$warning"), safetext.content(text)) for text in view.warnings]
    if len(warned) > _WARNINGS_SHOWN:
        more = Content.styled(f"  and {len(warned) - _WARNINGS_SHOWN} warnings before", "$muted")
        warned = [*warned[-_WARNINGS_SHOWN:], more]
    steered = [safetext.content(describe_changes(view.changes, math.inf)[-1], "$muted")] if view.changes else []
    lines = [*warned, *steered, *_outcome(view, status)]
    if has_model:
        said = "u uses this model in Read, F9 there lists its errors"
        again = " · n trains another seed" if status == "done" else ""
        lines.append(Content.styled(said + again, "$muted"))
    if reuse:
        lines.append(Content.styled(reuse, "$muted"))
    if status in RESUMABLE and (view.resumable or view.whole):  # else nobody knows yet
        goes_on = trains and view.resumable
        lines.append(Content.styled("r goes on from the last checkpoint" if goes_on else "r starts it again", "$muted"))
    return Content("\n").join(lines)


def _outcome(view: RunView, status: str) -> list[Content]:
    match status:
        case "failed":
            said = [Content.assemble(("✗ ", "$error"), safetext.content(view.message or _UNSAID, "bold"))]
            return [*said, safetext.content(view.hint)] if view.hint else said
        case "lost":
            return [Content.assemble(("? ", "$error"), ("The run's process ended without a last word.", "bold"))]
        case "paused":
            return [Content.styled("Paused: p goes on", "$warning")]
    said = [safetext.content(view.result, "bold")] if view.result else []
    return [*said, safetext.content(view.ending)] if view.ending else said
