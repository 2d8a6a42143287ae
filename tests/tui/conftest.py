"""Every test of the app has a home of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.storage.paths import Home


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """NLP_TUI_HOME points into the test's folder."""
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parameters are asked for at once."""
    monkeypatch.setattr("tui.parameter_reader.LINGER", 0.0)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    return Home.locate()
