"""Where things live: the person's store and runs, and the assets that ship beside the code."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

ASSETS = Path(__file__).resolve().parents[2] / "assets"


@dataclass(frozen=True)
class Home:
    """The person's folders. `NLP_TUI_HOME` moves them all; nothing is created before it is written to."""

    store: Path
    runs: Path

    @classmethod
    def locate(cls) -> Home:
        """The folders in force now: under `NLP_TUI_HOME` if it is set, else the platform's own.

        Of a person without a home they are among the temporary files.
        """
        if override := os.environ.get("NLP_TUI_HOME"):
            root = Path(override).expanduser().absolute()
            return cls(store=root / "store", runs=root / "runs")
        if not has_home():
            root = Path(tempfile.gettempdir()) / f"nlp-tui-{os.getuid()}"
            return cls(store=root / "store", runs=root / "runs")
        return cls(store=user_cache_path("nlp-tui") / "store", runs=user_data_path("nlp-tui") / "runs")


def has_home() -> bool:
    """Whether the person has a home folder. Without HOME and without an entry in the list of users there is none."""
    try:
        Path.home()
    except RuntimeError:
        return False
    return True
