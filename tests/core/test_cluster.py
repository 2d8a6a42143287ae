"""A ladder over a dask cluster: the same table as at home, also when a worker dies; other machines only with TLS."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, cast

import pytest

from core.benchmark import cluster, trials
from core.benchmark.at_work import Processes
from core.benchmark.cluster import Cluster, check_address
from core.benchmark.runner import run_ladder
from core.benchmark.trial_process import TrialSpec
from core.errors import UserError
from core.jobs import LadderJob, TrainJob
from core.runs import create_run
from core.runs.logger import RunLogger
from core.storage.paths import ASSETS, Home
from core.storage.store import Store
from tests.core.conftest import Events
from tests.core.ladder_child import MODULE
from tests.core.test_ladder import begun, climbed, until

JOB = LadderJob(data="made-up", labels="20,100", eras="scratch,word2vec", seeds=2)
"""Eight cells."""
BOTH = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, protocol="tcp") as here:
        print(here.scheduler_address, *(worker.pid for worker in here.workers.values()), flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LADDER_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("PYTHONPATH", str(ASSETS.parent))  # workers and children find the tests
    return Home.locate()


@pytest.fixture
def workers(home: Home, tmp_path: Path) -> Iterator[tuple[str, list[int]]]:
    """A scheduler's address, and the processes of its two workers."""
    script = tmp_path / "cluster.py"
    script.write_text(BOTH, encoding="utf-8")
    running = subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert running.stdout is not None
    address, *pids = running.stdout.readline().split()
    yield address, list(map(int, pids))
    running.communicate(timeout=60)


def table(run_folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((run_folder / "ladder.json").read_text("utf-8"))["table"]
    return found


@pytest.mark.slow
def test_the_table_is_that_of_one_machine_also_when_a_worker_is_killed(
    workers: tuple[str, list[int]], home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, pids = workers
    store = Store(home.store)
    run = create_run(JOB)

    def kill() -> None:
        until(lambda: len(begun(tmp_path)) >= 2)
        os.kill(pids[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    job = LadderJob(**{**vars(JOB), "scheduler": address})
    said = climbed(run, store, job)
    killer.join()
    assert said[-1]["kind"] == "done"
    trained = [(each["era"], each["labels"], each["seed"]) for each in begun(tmp_path)]
    assert len(set(trained)) == 8
    assert len(trained) <= 9  # the one that died with its worker

    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "other"))
    alone = create_run(JOB)
    assert climbed(alone, Store(Home.locate().store))[-1]["kind"] == "done"
    assert table(run.path) == table(alone.path)


@pytest.mark.slow
def test_real_trainings_give_the_same_numbers_to_the_last_digit_on_both(
    workers: tuple[str, list[int]], home: Home, reviews: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = LadderJob(data=str(reviews), labels="20", eras="scratch", seeds=1)

    def measure(job: LadderJob) -> list[tuple[str, Any, Any, list[bool]]]:
        store, said = Store(Home.locate().store), Events()
        said.write(run_ladder(job, create_run(job).path, store, RunLogger(said)))
        assert said[-1]["kind"] == "done", said
        found = [trials.read(artifact) for artifact in store.all(trials.KIND)]
        split = "validation"
        return sorted((each.model, each.key, each.scores[split], each.right[split].tolist()) for each in found)

    on_dask = measure(replace(job, scheduler=workers[0]))
    assert len(on_dask) == 1
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "other"))
    assert measure(job) == on_dask


@pytest.mark.slow
def test_stopped_it_keeps_what_is_done_and_goes_on(workers: tuple[str, list[int]], home: Home, tmp_path: Path) -> None:
    job = LadderJob(**{**vars(JOB), "scheduler": workers[0]})
    run = create_run(job)
    store = Store(home.store)

    def desired() -> str:
        return "stopped" if len(begun(tmp_path)) >= 3 else "running"

    assert climbed(run, store, job, desired)[-1]["kind"] == "stopped"
    before = len(begun(tmp_path))
    assert before < 8
    assert climbed(run, store, job)[-1]["kind"] == "done"
    assert len(begun(tmp_path)) <= 8 + 2  # those that were at work when it was stopped


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:8786", "tcp://localhost:1", "tcp://[::1]:9", "tls://far.example:8786"]
)
def test_addresses_that_may_be_used(address: str) -> None:
    check_address(address)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://10.0.0.7:8786", "use tls://"),
        ("tcp://far.example:8786", "use tls://"),
        ("127.0.0.1:8786", "no scheduler's address"),
        ("tcp://127.0.0.1", "no scheduler's address"),
        ("tcp://127.0.0.1:many", "no scheduler's address"),
        ("http://127.0.0.1:80", "no scheduler's address"),
    ],
)
def test_addresses_that_may_not(address: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        check_address(address)


def test_without_the_extra_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "has_distributed", lambda: False)
    with pytest.raises(UserError, match=r"pip install 'nlp-tui\[cluster\]'"):
        Cluster("tcp://127.0.0.1:8786", MODULE)


def test_a_scheduler_that_is_not_there_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.2)
    with pytest.raises(UserError, match=r"There is no scheduler at tcp://127.0.0.1:9. Start one with"):
        Cluster("tcp://127.0.0.1:9", MODULE)


def test_tls_without_certificates_is_said(home: Home) -> None:
    with pytest.raises(UserError, match="needs certificates, and dask is set up with none"):
        Cluster("tls://127.0.0.1:9", MODULE)


class FakeClient:
    """A scheduler's client. `listens`: where the scheduler says it is."""

    listens, status = "tcp://127.0.0.1:8786", "running"
    threads: ClassVar[dict[str, int]] = {"tcp://127.0.0.1:1": 2, "tcp://127.0.0.1:2": 1}

    def __init__(self, *_: object, **__: object) -> None:
        self.closed = False

    def scheduler_info(self) -> dict[str, str]:
        return {"address": self.listens}

    def nthreads(self) -> dict[str, int]:
        if self.status != "running":
            raise AttributeError("ncores")
        return self.threads

    def close(self) -> None:
        self.closed = True


def test_a_scheduler_that_other_machines_reach_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("distributed.Client", FakeClient)
    assert Cluster("tcp://127.0.0.1:8786", MODULE).workers == 3
    monkeypatch.setattr(FakeClient, "listens", "tcp://10.0.0.7:8786")
    with pytest.raises(UserError, match=r"listens at tcp://10.0.0.7:8786.*dask scheduler --host 127.0.0.1"):
        Cluster("tcp://127.0.0.1:8786", MODULE)
    monkeypatch.setattr(FakeClient, "listens", "tls://10.0.0.7:8786")
    assert Cluster("tls://10.0.0.7:8786", MODULE).workers == 3


def test_a_scheduler_without_a_worker_is_said_and_one_trial_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("distributed.Client", FakeClient)
    pool = Cluster("tcp://127.0.0.1:8786", MODULE)
    assert pool.lacks == ""
    monkeypatch.setattr(FakeClient, "threads", {})
    assert pool.workers == 1
    assert "`dask worker tcp://127.0.0.1:8786 --nthreads 1` starts one" in pool.lacks


@pytest.mark.parametrize("status", ["connecting", "closed"])
def test_a_scheduler_that_is_lost_on_the_way_is_said(monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    monkeypatch.setattr("distributed.Client", FakeClient)
    pool = Cluster("tcp://127.0.0.1:8786", MODULE)
    monkeypatch.setattr(FakeClient, "status", status)
    with pytest.raises(UserError, match=r"The scheduler at tcp://127.0.0.1:8786 is gone.*resume the run"):
        assert pool.workers


def test_a_worker_with_another_home_says_so(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Start every worker with the same NLP_TUI_HOME"):
        cluster.attend(str(tmp_path), MODULE, "/elsewhere/store")


class FakeFuture:
    """A task whose worker dies when it was done: dask computes it again."""

    status = "pending"

    def result(self) -> int:
        return 0


class Submits:
    """A client that gives that task."""

    future = FakeFuture()

    def submit(self, *_: object, **__: object) -> FakeFuture:
        return self.future


def test_what_was_done_stays_done_when_its_worker_dies_afterwards(home: Home, tmp_path: Path) -> None:
    trial = cluster.ClusterTrial(
        tmp_path, TrialSpec(TrainJob("scratch"), "key", test=False), cast("Any", Submits()), MODULE
    )
    codes = list[int | None]()
    for status in ("pending", "finished", "pending"):
        Submits.future.status = status
        codes.append(trial.code)
    assert codes == [None, 0, 0]
    trial.let_go()
    assert (tmp_path / cluster.LET_GO).exists(), "what dask has begun again is asked to stop"


def test_what_holds_everything_up_is_said_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Processes, "lacks", "No worker is there yet.")
    said = climbed(create_run(JOB), Store(home.store))
    assert [event["message"] for event in said.kinds("warning")] == ["No worker is there yet."]
