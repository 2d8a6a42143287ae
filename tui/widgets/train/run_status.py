"""How the state of a run reads: a glyph, a word and a colour for each status, and what came out of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from textual.content import Content

from core.runs import RunView
from core.runs.wording import chance, percent


@dataclass(frozen=True)
class Look:
    """One status as it is shown: never by colour alone."""

    glyph: str
    word: str
    style: str


LOOKS: dict[str, Look] = {
    "waiting": Look("◌", "starting…", "$muted"),
    "running": Look("●", "running", "$accent"),
    "paused": Look("‖", "paused", "$warning"),
    "stopped": Look("■", "stopped", "$warning"),
    "done": Look("✓", "done", "$success"),
    "failed": Look("✗", "failed", "$error"),
    "lost": Look("?", "lost", "$error"),
}
LIVING = frozenset({"waiting", "running", "paused"})
FINAL = frozenset({"done", "stopped", "failed"})
RESUMABLE = frozenset({"stopped", "lost", "failed"})


def list_actions(status: str, has_model: bool) -> set[str]:
    """What can be done to a run in that status."""
    answers = {
        "log": True,
        "stop": status in LIVING,
        "pause": status in ("waiting", "running"),
        "unpause": status == "paused",
        "resume": status in RESUMABLE,
        "use": has_model,
        "delete": status not in LIVING,
    }
    return {action for action, yes in answers.items() if yes}


def badge(status: str) -> Content:
    """The status as glyph and word."""
    look = LOOKS[status]
    return Content.styled(f"{look.glyph} {look.word}", look.style)


def describe_outcome(view: RunView) -> str:
    """What a run came to: its scores with the number of texts, the test's with its 95 % half-width.

    And what always answering the largest class would score. The view's own sentence where there are no scores.
    """
    parts = []
    for split in ("validation", "test"):
        score = view.scores.get(split, {})
        accuracy, n = score.get("accuracy"), score.get("n", 0)
        if accuracy is None:
            continue
        spread = 1.96 * math.sqrt(accuracy * (1 - accuracy) / n) if split == "test" and _sound(score) else None
        error = "" if spread is None else f" ± {100 * spread:.1f}"
        parts.append(f"{split} {percent(accuracy)}{error}" + (f" (n {n:,.0f})" if n else ""))
    if beside := chance(view.scores.get("test", {})):
        parts.append(beside)
    return " · ".join(parts) if parts and view.final == "done" else view.result


def _sound(score: Mapping[str, float]) -> bool:
    return score.get("n", 0) > 0 and 0 <= score["accuracy"] <= 1
