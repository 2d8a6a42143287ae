"""What is imported, and what never is: light starts, and no folder of the person's in place of ours."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.eras.table import BY_ID
from core.jobs import TrainJob
from core.runs import create_run, launch
from core.storage.paths import Home
from tui.engine_client import EngineClient, EngineState

HEAVY = {"torch", "gensim", "datasets", "pandas", "transformers", "pyarrow", "scipy", "numpy", "safetensors"}
SCREEN = {"textual", "plotext", "textual_plotext", "rich"}
DEADLINE = 60.0

REPORT = "import sys; print('\\n'.join(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr)"

VERB = f"""
from tui.__main__ import main
code = main(ARGUMENTS)
{REPORT}
raise SystemExit(code)
"""

APP = f"""
import asyncio
from tui.app import NlpTui

async def first_frame() -> None:
    async with NlpTui().run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        for key in ("f3", "f4", "f2"):
            await pilot.press(key)
            await pilot.pause()

asyncio.run(first_frame())
{REPORT}
"""


def imported_by(script: str, home: Path) -> set[str]:
    """The top-level modules in memory after the script."""
    ran = subprocess.run(
        [sys.executable, "-P", "-c", script],
        env={**os.environ, "NLP_TUI_HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    modules = set(ran.stderr.splitlines())
    assert {"core", "tui"} <= modules
    return modules


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["train", "--help"], ["ladder", "--help"], ["--version"], ["eras", "--json"], ["runs", "--json"]],
)
def test_a_light_verb_imports_neither_torch_nor_the_terminal(arguments: list[str], tmp_path: Path) -> None:
    assert imported_by(VERB.replace("ARGUMENTS", repr(arguments)), tmp_path) & (HEAVY | SCREEN) == set()


def test_a_printed_table_needs_nothing_of_the_app(tmp_path: Path) -> None:
    assert imported_by(VERB.replace("ARGUMENTS", "['eras']"), tmp_path) & (HEAVY | SCREEN) == {"rich"}


@pytest.mark.slow
def test_the_app_shows_its_screens_without_importing_what_computes(tmp_path: Path) -> None:
    modules = imported_by(APP, tmp_path)
    assert modules & HEAVY == set()
    assert "textual" in modules


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    """Puts folders named like ours into a folder; returns the file that exists once one was imported."""
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    marker = tmp_path / "imported"

    def set_up(folder: Path) -> Path:
        for room in ("core", "tui", "assets"):
            (folder / room).mkdir(parents=True)
            (folder / room / "__init__.py").write_text(f"open({str(marker)!r}, 'w').close()\nraise SystemExit(9)\n")
        return marker

    return set_up


def test_the_command_never_imports_the_persons_folders(trap: Callable[[Path], Path], tmp_path: Path) -> None:
    marker = trap(tmp_path / "here")
    installed = Path(sys.executable).parent / "nlp-tui"
    ran = subprocess.run(
        [str(installed), "eras", "--json"], cwd=tmp_path / "here", capture_output=True, timeout=DEADLINE, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count(b"\n") == len(BY_ID)
    assert not marker.exists()


@pytest.mark.slow
async def test_the_engine_never_imports_the_persons_folders(
    trap: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = trap(tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    engine = EngineClient()
    await engine.start()
    deadline = time.monotonic() + DEADLINE
    while engine.state is EngineState.STARTING and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    state = engine.state
    await engine.close()
    assert state is EngineState.READY
    assert not marker.exists()


@pytest.mark.slow
def test_a_runs_worker_never_imports_the_persons_folders(
    trap: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = trap(tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    run = create_run(TrainJob("scratch", data=str(tmp_path / "missing.csv")), Home.locate())
    trap(run.path)
    launch(run)
    deadline = time.monotonic() + DEADLINE
    while run.alive() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert run.view().status(alive=False) == "failed", run.stderr_tail(20)
    assert not marker.exists()
