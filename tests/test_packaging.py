"""The built wheel, installed elsewhere, carries its assets and works from an empty folder. Needs no network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from core.eras.table import BASELINES, ERAS

ROOT = Path(__file__).resolve().parent.parent
DEADLINE = 150.0

pytestmark = pytest.mark.slow


def run(command: list[str], folder: Path, home: Path) -> str:
    """What the command prints, run with nothing of ours on its path."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    ran = subprocess.run(
        command,
        cwd=folder,
        env={**environment, "NLP_TUI_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without the network."""
    out = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)], out, out)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs' folder of a fresh virtual environment with the wheel in it, and our dependencies beside it."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    run(pip, folder, folder)
    # The dependencies are those of this environment, which an editable nlp-tui must not come along with: a plain path
    # in a .pth file is searched after the wheel's own folder, and .pth files in it are not read.
    site = Path(
        run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder, folder).strip()
    )
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


def test_the_wheel_carries_the_assets(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    kept = {path for path in (ROOT / "assets").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    kept = {path for path in kept if "pictures" not in path.parts}  # README's alone
    missing = {str(path.relative_to(ROOT)) for path in kept} - inside
    assert missing == set()
    assert not any(name.startswith("assets/pictures/") for name in inside)
    assert any(name.endswith(".tcss") for name in inside)
    assert "assets/presets.json" in inside
    assert not any(name.startswith("tests/") for name in inside)


def test_the_command_works_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    here = tmp_path / "empty"
    here.mkdir()
    command = str(installed / "nlp-tui")
    assert "nlp-tui train --era scratch" in run([command, "--help"], here, tmp_path / "home")
    listed = run([command, "eras", "--json"], here, tmp_path / "home")
    eras = [json.loads(line) for line in listed.splitlines()]
    assert [era["era"] for era in eras][:2] == ["scratch", "word2vec"]
    for era in eras:
        if era["model"] is not None:
            assert Path(era["model"]["path"]).is_relative_to(installed.parent)
    assert list(here.iterdir()) == []


def test_the_app_finds_its_stylesheets_where_it_was_installed(installed: Path, tmp_path: Path) -> None:
    script = (
        "import asyncio, core, tui.app\n"
        f"assert core.__file__.startswith({str(installed.parent)!r}), core.__file__\n"
        "async def frame():\n"
        "    async with tui.app.NlpTui().run_test(size=(120, 36)) as pilot:\n"
        "        await pilot.pause()\n"
        "asyncio.run(frame())\n"
    )
    run([str(installed / "python"), "-P", "-c", script], tmp_path, tmp_path / "home")


def test_shipped_models_answer_where_they_were_installed(installed: Path, tmp_path: Path) -> None:
    command = [str(installed / "nlp-tui"), "predict", "--json", "The cast is wonderful."]
    answers = [json.loads(line) for line in run(command, tmp_path, tmp_path / "home").splitlines()]
    assert {answer["model"] for answer in answers} == {era.id for era in (*ERAS, *BASELINES)}
