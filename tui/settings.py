"""What the app remembers about the person: the chosen theme, in one small file."""

from __future__ import annotations

import json
import os
from pathlib import Path

from platformdirs import user_config_path


def settings_path() -> Path:
    """Where the settings are kept: in `NLP_TUI_HOME` if it is set, else in the platform's configuration folder."""
    if override := os.environ.get("NLP_TUI_HOME"):
        return Path(override).expanduser().absolute() / "settings.json"
    return user_config_path("nlp-tui") / "settings.json"


def remembered_theme(path: Path) -> str | None:
    """The theme chosen last time; None when there is none, or the file cannot be read."""
    try:
        theme = json.loads(path.read_text("utf-8")).get("theme")
    except (OSError, ValueError, AttributeError):
        return None
    return theme if isinstance(theme, str) else None


def remember_theme(path: Path, theme: str) -> None:
    """Write the chosen theme. Raises OSError where the folder cannot be written."""
    from core.storage import atomic

    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_json(path, {"v": 1, "theme": theme})
