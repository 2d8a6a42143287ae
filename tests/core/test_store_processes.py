"""The store among processes: two that ask for one artifact, and one that is killed at the worst moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.storage.store import Spec, Store

SPEC = Spec("toy", "toy.v1", {"size": 3})

BUILDER = """
import sys, time
from pathlib import Path
import core.storage.atomic, core.storage.store
from core.storage.store import Spec, Store

root, moment, locks = Path(sys.argv[1]), sys.argv[2], sys.argv[3]

class LyingLock:
    def __init__(self, path): pass
    def acquire(self, **options): pass
    def release(self): pass

if locks == "lie":
    core.storage.store.FileLock = LyingLock

def here(name):
    if name == moment:
        print("here", flush=True)
        sys.stdin.readline()

def build(folder):
    with (root / "builds").open("a") as file:
        file.write("built\\n")
    (folder / "first").write_text("1" * 1000)
    here("building")
    (folder / "second").write_text("2" * 1000)

def traced(module, name):
    original = getattr(module, name)
    def wrapper(*arguments):
        here("before " + name)
        result = original(*arguments)
        here("after " + name)
        return result
    setattr(module, name, wrapper)

traced(core.storage.store, "write_json")
traced(core.storage.store, "sync_tree")
traced(core.storage.store, "sync")
artifact = Store(root).get_or_build(Spec("toy", "toy.v1", {"size": 3}), build, lambda: print("waiting", flush=True))
artifact.verify()
print(artifact.path, flush=True)
"""


def start(root: Path, moment: str = "", locks: str = "hold") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", BUILDER, str(root), moment, locks]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def test_two_processes_asking_for_one_artifact_build_it_once(tmp_path: Path) -> None:
    place = str(tmp_path / "toy" / SPEC.key)
    with start(tmp_path, "building") as first:
        assert line(first) == "here"
        with start(tmp_path) as second:
            assert [line(second), line(second)] == ["waiting", "waiting"]
            first_out, _ = first.communicate("go on\n", timeout=120)
            second_out, _ = second.communicate(timeout=120)
    assert first_out.strip() == place
    assert second_out.split()[-1] == place
    assert (tmp_path / "builds").read_text() == "built\n"


def test_where_locks_lie_two_processes_leave_one_good_artifact(tmp_path: Path) -> None:
    with start(tmp_path, "after sync_tree", "lie") as first, start(tmp_path, "after sync_tree", "lie") as second:
        assert [line(first), line(second)] == ["here", "here"]
        outs = [process.communicate("go on\n", timeout=120)[0].strip() for process in (first, second)]
    assert outs == [str(tmp_path / "toy" / SPEC.key)] * 2
    assert (tmp_path / "builds").read_text() == "built\n" * 2
    assert [path.name for path in (tmp_path / "toy").iterdir()] == [SPEC.key]


@pytest.mark.parametrize(
    "moment", ["building", "before write_json", "after write_json", "before sync_tree", "after sync_tree"]
)
def test_a_kill_before_the_rename_leaves_no_half_artifact(tmp_path: Path, moment: str) -> None:
    with start(tmp_path, moment) as process:
        assert line(process) == "here"
        kill(process)
    store = Store(tmp_path)
    assert store.find(SPEC.key) is None
    assert store.all() == []
    assert len(list((tmp_path / "toy").glob(".staging-*"))) == 1

    def build(folder: Path) -> None:
        (folder / "x").write_text("x")

    store.get_or_build(SPEC, build, lambda: pytest.fail("a dead process's lock was waited for")).verify()
    assert [path.name for path in (tmp_path / "toy").iterdir()] == [SPEC.key], (
        "the dead process's folder is still there"
    )


def test_a_kill_right_after_the_rename_leaves_a_whole_artifact(tmp_path: Path) -> None:
    with start(tmp_path, "before sync") as process:
        assert line(process) == "here"
        kill(process)
    artifact = Store(tmp_path).find(SPEC.key)
    assert artifact is not None
    artifact.verify()


def test_a_living_process_keeps_its_folder_while_another_builds_beside_it(tmp_path: Path) -> None:
    with start(tmp_path, "building") as process:
        assert line(process) == "here"
        Store(tmp_path).get_or_build(Spec("toy", "toy.v1", {"size": 4}), lambda folder: None)
        out, _ = process.communicate("go on\n", timeout=120)
    assert out.strip() == str(tmp_path / "toy" / SPEC.key)


def test_the_light_rooms_import_nothing_heavy() -> None:
    code = (
        "import sys, core.runs, core.storage.store\n"
        "print(sorted({'torch', 'numpy', 'gensim', 'datasets', 'textual'} & {m.split('.')[0] for m in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
