"""What the app remembers about the person: the chosen theme and where the tour was left, in one small file."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from platformdirs import user_config_path


@dataclass
class TourPlace:
    """Where the tour is: the step's id, the guesses by step, and whether it is shown for a hall."""

    step: str | None = None
    guesses: dict[str, str] = field(default_factory=dict)
    hall: bool = False


def settings_path() -> Path:
    """Where the settings are kept: in `NLP_TUI_HOME` if it is set, else in the platform's configuration folder."""
    if override := os.environ.get("NLP_TUI_HOME"):
        return Path(override).expanduser().absolute() / "settings.json"
    return user_config_path("nlp-tui") / "settings.json"


def remembered_theme(path: Path) -> str | None:
    """The theme chosen last time; None when there is none, or the file cannot be read."""
    theme = _read(path).get("theme")
    return theme if isinstance(theme, str) else None


def remember_theme(path: Path, theme: str) -> None:
    """Write the chosen theme. Raises OSError where the folder cannot be written."""
    _write(path, theme=theme)


def remembered_tour(path: Path) -> TourPlace:
    """Where the tour was left; its beginning when that is not known."""
    found = _read(path).get("tour")
    if not isinstance(found, dict):
        return TourPlace()
    step, guesses = found.get("step"), found.get("guesses")
    kept = guesses.items() if isinstance(guesses, dict) else ()
    return TourPlace(
        step if isinstance(step, str) else None,
        {id: label for id, label in kept if isinstance(label, str)},
        found.get("hall") is True,
    )


def remember_tour(path: Path, place: TourPlace) -> None:
    """Write where the tour is. Raises OSError where the folder cannot be written."""
    _write(path, tour=asdict(place))


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, **changed: Any) -> None:
    """Change one thing; the others stay as they are in the file now."""
    from core.storage import atomic

    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_json(path, {**_read(path), "v": 1, **changed})
