"""Files that are there completely or not at all, and processes that are who they were."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.machine.process import Process, child_environment, start_time
from core.storage.atomic import staging_folder, sweep, write_json, write_text


def test_a_file_is_replaced_with_an_ordinary_mode(tmp_path: Path) -> None:
    path = tmp_path / "control.json"
    umask = os.umask(0o027)
    try:
        write_json(path, {"state": "running"})
        write_json(path, {"state": "paused"})
    finally:
        os.umask(umask)
    assert json.loads(path.read_text()) == {"state": "paused"}
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_leaves_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_text(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\ud800")
    with pytest.raises(ValueError, match="JSON"):
        write_json(path, float("nan"))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_sweeping_spares_the_living_and_the_unknown(tmp_path: Path) -> None:
    mine = staging_folder(tmp_path)
    (tmp_path / ".staging-notes").mkdir()
    host = mine.name.split("-")[1]
    dead, recycled, foreign, old = (
        tmp_path / name
        for name in (
            f".staging-{host}-999999999-5-00000000",
            f".staging-{host}-{os.getpid()}-5-00000000",
            ".staging-ffffffff-999999999-5-00000000",
            ".staging-ffffffff-999999999-6-00000000",
        )
    )
    for folder in (dead, recycled, foreign, old):
        folder.mkdir()
    os.utime(old, (0, 0))
    sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([mine, foreign, tmp_path / ".staging-notes"])


def test_a_process_is_alive_until_it_ends_even_as_a_zombie() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        process = Process.of(child.pid)
        assert process is not None
        assert process.alive
        assert not Process(process.pid, process.started + 10).alive, "another process under the same number"
        child.kill()
        deadline = time.monotonic() + 60
        while Process.of(child.pid) is not None and time.monotonic() < deadline:
            time.sleep(0.01)
        assert Process.of(child.pid) is None, "a zombie that nobody has waited for"
    assert Process.of(child.pid) is None


@pytest.mark.parametrize("pid", [0, -1, 10**30])
def test_a_senseless_number_is_no_process(pid: int) -> None:
    assert start_time(pid) is None
    assert not Process(pid, 0).alive


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there were they clock ticks")
def test_what_an_earlier_version_wrote_of_a_process_still_names_it() -> None:
    fields = Path(f"/proc/{os.getpid()}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    ticks = int(fields[19])
    assert Process(os.getpid(), ticks).alive
    assert not Process(os.getpid(), max(0, ticks - 100 * os.sysconf("SC_CLK_TCK"))).alive


def test_children_keep_their_memory_and_what_the_person_set() -> None:
    plain = child_environment({"PATH": "/bin"})
    assert {"MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_", "PATH"} == set(plain)
    assert child_environment({"MALLOC_TOP_PAD_": "1", "OMP_NUM_THREADS": "1"})["MALLOC_TOP_PAD_"] == "1"


def test_a_relative_home_means_the_same_folder_to_a_child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert child_environment({"NLP_TUI_HOME": "home"})["NLP_TUI_HOME"] == str(tmp_path / "home")
