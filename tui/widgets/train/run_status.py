"""How the state of a run reads: a glyph, a word and a colour for each status."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from core.runs.summaries import LIVING


@dataclass(frozen=True)
class Look:
    """One status as it is shown: never by colour alone."""

    glyph: str
    word: str
    style: str


LOOKS: dict[str, Look] = {
    "queued": Look("◷", "queued", "$muted"),
    "waiting": Look("◌", "starting…", "$muted"),
    "running": Look("●", "running", "$accent"),
    "paused": Look("‖", "paused", "$warning"),
    "stopped": Look("■", "stopped", "$warning"),
    "done": Look("✓", "done", "$success"),
    "failed": Look("✗", "failed", "$error"),
    "lost": Look("?", "lost", "$error"),
}
__all__ = ["LIVING", "LOOKS", "RESUMABLE", "Look", "badge", "list_actions"]

RESUMABLE = frozenset({"stopped", "lost", "failed"})


def list_actions(status: str, has_model: bool, goes_on: bool = True) -> set[str]:
    """What can be done to a run in that status. `goes_on`: whether it has a checkpoint to go on from."""
    answers = {
        "log": True,
        "stop": status in LIVING,
        "pause": status in ("waiting", "running"),
        "unpause": status == "paused",
        "resume": status in RESUMABLE and goes_on,
        "repeat": status in RESUMABLE and not goes_on,
        "use": has_model,
        "delete": status not in LIVING,
    }
    return {action for action, yes in answers.items() if yes}


def badge(status: str) -> Content:
    """The status as glyph and word."""
    look = LOOKS[status]
    return Content.styled(f"{look.glyph} {look.word}", look.style)
