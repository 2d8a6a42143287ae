"""Trials on the workers of a dask cluster, over a home on a path that all of them share.

A task starts our training child on its worker and waits for it, so that the worker stays alive to the scheduler while
the child computes. dask cannot end a running task: a file in the trial's folder does. When a worker dies, so does its
child, and the scheduler gives the task to another; what was trained is in the store, and is found there.
"""

from __future__ import annotations

import ipaddress
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from core.benchmark import trial_process
from core.benchmark.at_work import AtWork, close_input, start_child
from core.errors import UserError
from core.machine.extras import CLUSTER, has_distributed
from core.storage.paths import Home

if TYPE_CHECKING:
    from distributed import Client, Future

CERTIFICATES = "use tls:// with certificates (https://distributed.dask.org/en/stable/tls.html)."
LET_GO = "let-go"
"""The file in a trial's folder that asks its child to stop."""
LOOK_SECONDS = 0.2
STOP_SECONDS = 10.0
CONNECT_SECONDS = 10.0


def check_address(address: str) -> None:
    """Raises UserError for an address that is none, or that would carry tasks over a network in the open."""
    parts = urlsplit(address)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme not in ("tcp", "tls") or not host or port is None:
        raise UserError(f"{address!r} is no scheduler's address.", "One is tcp://127.0.0.1:8786.")
    if parts.scheme == "tcp" and not _is_here(host):
        raise UserError(
            f"{address} is another machine, and over tcp:// whoever can reach it runs there what they like.",
            f"Use tcp://127.0.0.1 here. For other machines: {CERTIFICATES}",
        )


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def attend(folder: str, module: str, store: str) -> int:
    """On a worker: start the child of a trial's folder and wait for it. Returns its exit code.

    Raises UserError where this worker has another store than the ladder: what it trained would not be found.
    """
    here = str(Home.locate().store)
    if here != store:
        raise UserError(
            f"A worker keeps its models in {here}, the ladder in {store}.",
            "Start every worker with the same NLP_TUI_HOME, on a path that all of them share.",
        )
    process = start_child(Path(folder), module)
    asked = 0.0
    while (code := process.poll()) is None:
        if not asked and (Path(folder) / LET_GO).exists():
            close_input(process)
            asked = time.monotonic()
        if asked and time.monotonic() - asked > STOP_SECONDS:
            process.kill()
        time.sleep(LOOK_SECONDS)
    if not asked:
        close_input(process)
    return code


class ClusterTrial(AtWork):
    """One trial at work on some worker."""

    def __init__(self, folder: Path, spec: trial_process.TrialSpec, client: Client, module: str) -> None:
        super().__init__(folder, spec)
        (folder / LET_GO).unlink(missing_ok=True)
        self._code: int | None = None
        self._future: Future = client.submit(
            attend,
            str(folder),
            module,
            str(Home.locate().store),
            key=f"{folder.name}-{uuid.uuid4().hex[:8]}",
            pure=False,
        )

    @property
    def code(self) -> int | None:
        """Its exit code; None while it runs or waits; FAILED where no worker could bring it to an end.

        Once known it stays: dask computes a task again whose result died with its worker.
        """
        if self._code is None and (status := self._future.status) != "pending":
            self._code = int(self._future.result()) if status == "finished" else trial_process.FAILED
        return self._code

    def let_go(self) -> None:
        """Ask it to stop: it keeps a checkpoint. Also where nobody answers for it any more, for it may still run."""
        if self._future.status != "finished":
            (self.folder / LET_GO).touch()

    def end(self, seconds: float) -> None:
        """Wait for its end; its worker kills it if that takes longer."""
        deadline = time.monotonic() + max(0.0, seconds)
        while self._future.status == "pending" and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        self._future.cancel()

    def complaint(self) -> str:
        """Why it failed, in words."""
        error: Any = self._future.exception() if self._future.status == "error" else None
        if isinstance(error, UserError):
            return str(error)
        if self._future.status in ("lost", "cancelled"):
            return "The scheduler was lost."
        return f"The workers that had it died: {error}" if error is not None else super().complaint()


class Cluster:
    """Trials on the workers of a scheduler: as many at a time as they have threads."""

    def __init__(self, address: str, module: str) -> None:
        """Raises UserError where the scheduler cannot be reached, or must not be."""
        check_address(address)
        if not has_distributed():
            raise UserError("A ladder over several machines needs dask.", f"Install it: {CLUSTER}.")
        from distributed import Client

        try:
            self._client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except OSError as error:
            raise UserError(
                f"There is no scheduler at {address}.",
                "Start one with `dask scheduler --host 127.0.0.1`, and workers: `dask worker ADDRESS --nthreads 1`.",
            ) from error
        except TypeError as error:  # what dask raises where its settings name no certificates
            raise UserError(f"{address} needs certificates, and dask is set up with none.", CERTIFICATES) from error
        self._address, self._module = address, module
        listens = str(self._client.scheduler_info()["address"])
        if listens.startswith("tcp:") and not _is_here(urlsplit(listens).hostname or ""):
            self.close()
            raise UserError(
                f"The scheduler listens at {listens}, and whoever can reach that runs here what they like.",
                f"Start it with `dask scheduler --host 127.0.0.1`. For other machines: {CERTIFICATES}",
            )

    @property
    def workers(self) -> int:
        """Their threads; one while none is there yet, so that a trial waits for the first. Raises UserError."""
        return max(1, self._threads())

    @property
    def lacks(self) -> str:
        """That no worker is there, in a sentence; empty where one is. Raises UserError."""
        if self._threads():
            return ""
        return f"No worker is there yet, so nothing is trained: `dask worker {self._address} --nthreads 1` starts one."

    def _threads(self) -> int:
        try:
            threads: dict[str, int] = self._client.nthreads() if self._client.status == "running" else {}
        except OSError:
            threads = {}
        if self._client.status != "running":
            raise UserError(
                f"The scheduler at {self._address} is gone.",
                "Start it again, and its workers, and resume the run: what is measured is kept.",
            )
        return sum(threads.values())

    def begin(self, folder: Path, spec: trial_process.TrialSpec) -> AtWork:
        """Give one to the scheduler."""
        return ClusterTrial(folder, spec, self._client, self._module)

    def close(self) -> None:
        """Take leave of the scheduler."""
        self._client.close()
