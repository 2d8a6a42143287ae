"""One training over several processes, one of which torchrun calls rank 0: each reads its part of every batch.

A batch is lanes of text side by side, and a process reads an equal part of them. What depends on the whole batch
(negatives, dropout, which rows of C are met) every process works out for itself from the same seed and the same text;
gradients are added up. So all make the step that one process would make, to rounding, and hold the same parameters.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch import distributed as dist

from core.errors import UserError
from core.machine import torchrun

if TYPE_CHECKING:
    from torch.distributed import Store  # type: ignore[attr-defined]  # torch's stubs forget it

_STATES = ("running", "paused", "stopped")
_READY, _HERE, _OVER = "ready", "here", "over"
LOOK_SECONDS = 0.2
_RESUME = (
    "The end of the run's stderr.log may say why. Resume the run: it goes on from its last checkpoint, if it had one, "
    "over as many processes as it is then given."
)


class RanksError(UserError):
    """The processes of a training cannot go on together. `message` and `hint` are for a person."""


class Ranks:
    """The processes of one training: here only this one, so that nothing is shared and nothing waited for."""

    rank, count = 0, 1

    @property
    def first(self) -> bool:
        """Whether this process is the one that writes, evaluates and hears what the person wants."""
        return self.rank == 0

    def check_batch(self, size: int) -> None:
        """Raises RanksError unless a batch of so many lanes can be shared out in equal parts."""
        if size % self.count:
            raise RanksError(
                f"{size} streams of text cannot be shared out equally over {self.count} processes.",
                f"Give a --batch-size that {self.count} divides.",
            )

    def is_wanted(self) -> bool:
        """Wait for the first process to get ready; whether it then trains, or has no need to. Raises RanksError."""
        return True

    def dismiss(self) -> None:
        """Said by the first process, however it ends: nobody has to wait for it any more."""

    @contextmanager
    def together(self, _wait: Callable[[], None]) -> Iterator[None]:
        """All processes are connected while the block lasts; `wait` is called now and then until they are.

        Raises RanksError.
        """
        yield

    def check_alike(self, _tensors: Iterable[Tensor]) -> None:
        """Raises RanksError unless every process holds the same numbers in these tensors."""

    def share(self, lanes: Tensor) -> Tensor:
        """This process's part of a whole batch, (any, batch, ...)."""
        return lanes

    def gather(self, part: Tensor) -> Tensor:
        """The whole batch, (any, batch, ...), of which `share` gives each process its part."""
        return part

    def add(self, tensors: Sequence[Tensor]) -> None:
        """Make each tensor the sum of those of all processes, in place."""

    def obey(self, state: str) -> str:
        """The desired state that the first process has heard of: `running`, `paused` or `stopped`."""
        return state

    def agree(self, is_time: bool) -> bool:
        """What the first process says: clocks differ."""
        return is_time


class Group(Ranks):
    """One of several processes, which are connected by gloo."""

    def __init__(self, store: Store, rank: int, count: int) -> None:
        """`store`: where all `count` of them find one another."""
        self._store, self.rank, self.count = store, rank, count

    def is_wanted(self) -> bool:
        """Wait for the first process to get ready; whether it then trains, or has no need to. Raises RanksError."""
        with _plain_errors():
            # For as long as that takes: torchrun ends this process when the first one dies.
            while not self.first and not self._store.check([_OVER]):
                if self._store.check([_READY]):
                    return True
                time.sleep(LOOK_SECONDS)
        return self.first

    def dismiss(self) -> None:
        """Said by the first process, however it ends: nobody has to wait for it any more."""
        with suppress(RuntimeError):  # then nobody is there
            if self.first:
                self._store.set(_OVER, "")

    @contextmanager
    def together(self, wait: Callable[[], None]) -> Iterator[None]:
        """All processes are connected while the block lasts; `wait` is called now and then until they are.

        Raises RanksError.
        """
        with _plain_errors():
            self._meet(wait)
            dist.init_process_group(
                "gloo", store=self._store, rank=self.rank, world_size=self.count, timeout=torchrun.SILENCE
            )
        if not self.first:
            # torchrun tells all of them to end. The first one stops in order and takes the others along.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)
        try:
            yield
        finally:
            dist.destroy_process_group()

    def check_alike(self, tensors: Iterable[Tensor]) -> None:
        """Raises RanksError unless every process holds the same numbers in these tensors."""
        digest = sha256()
        for tensor in tensors:
            digest.update(tensor.detach().contiguous().numpy().tobytes())
        mine = torch.frombuffer(bytearray(digest.digest()), dtype=torch.uint8)
        if any(not torch.equal(mine, other) for other in self._collect(mine)):
            raise RanksError(
                "The processes do not begin with the same model.",
                "Give all of them the same version of nlp-tui, and one NLP_TUI_HOME on a path that all of them see.",
            )

    def share(self, lanes: Tensor) -> Tensor:
        """This process's part of a whole batch, (any, batch, ...)."""
        return lanes.chunk(self.count, dim=1)[self.rank].contiguous()

    def gather(self, part: Tensor) -> Tensor:
        """The whole batch, (any, batch, ...), of which `share` gives each process its part."""
        return torch.cat(self._collect(part), dim=1)

    def add(self, tensors: Sequence[Tensor]) -> None:
        """Make each tensor the sum of those of all processes, in place."""
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        with _plain_errors():
            dist.all_reduce(flat)
        for tensor, total in zip(tensors, flat.split_with_sizes([tensor.numel() for tensor in tensors]), strict=True):
            tensor.copy_(total.view_as(tensor))

    def obey(self, state: str) -> str:
        """The desired state that the first process has heard of: `running`, `paused` or `stopped`."""
        return _STATES[self._tell(_STATES.index(state))]

    def agree(self, is_time: bool) -> bool:
        """What the first process says: clocks differ."""
        return bool(self._tell(is_time))

    def _meet(self, wait: Callable[[], None]) -> None:
        """The first one calls the others and waits until they are there; it can still be stopped meanwhile."""
        if not self.first:
            self._store.set(f"{_HERE} {self.rank}", "")
            return
        self._store.set(_READY, "")
        deadline = time.monotonic() + torchrun.SILENCE.total_seconds()
        while not self._store.check([f"{_HERE} {rank}" for rank in range(1, self.count)]):
            if time.monotonic() > deadline:
                raise RanksError(_lost(), _RESUME)
            wait()
            time.sleep(LOOK_SECONDS)

    def _tell(self, number: int) -> int:
        told = torch.tensor([number])
        with _plain_errors():
            dist.broadcast(told, src=0)
        return int(told.item())

    def _collect(self, part: Tensor) -> list[Tensor]:
        parts = [torch.empty_like(part, memory_format=torch.contiguous_format) for _ in range(self.count)]
        with _plain_errors():
            dist.all_gather(parts, part.contiguous())
        return parts


def ranks_of_torchrun() -> Ranks:
    """The processes that torchrun started, of which this is one; else this one alone. Raises RanksError."""
    if torchrun.count() == 1:
        return Ranks()
    with _plain_errors():
        return Group(torchrun.agent_store(), torchrun.rank(), torchrun.count())


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Say in words that the others do not answer. gloo's own errors are of no narrower kind."""
    try:
        yield
    except RuntimeError as error:
        raise RanksError(_lost(), _RESUME) from error


def _lost() -> str:
    minutes = int(torchrun.SILENCE.total_seconds() / 60)
    return f"Another process of this training is gone, or has not answered for {minutes} minutes."
