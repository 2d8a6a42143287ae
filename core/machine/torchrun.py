"""Whether this process is one of several that torchrun started for one job, and which of them. Imports torch late."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch.distributed import Store  # type: ignore[attr-defined]  # torch's stubs forget it

SILENCE = timedelta(minutes=10)
"""How long one process may keep the others waiting before they take it for lost."""


def count() -> int:
    """How many processes there are; 1 where torchrun started none or only this one."""
    return int(os.environ.get("WORLD_SIZE", "1")) if "TORCHELASTIC_RUN_ID" in os.environ else 1


def rank() -> int:
    """Which of them this one is, from 0."""
    return int(os.environ.get("RANK", "0")) if count() > 1 else 0


def agent_store() -> Store:
    """What torchrun itself keeps for its processes to find one another by: small values by name.

    Raises torch.distributed.DistError if torchrun cannot be reached.
    """
    from torch.distributed import PrefixStore, TCPStore  # type: ignore[attr-defined]  # torch's stubs forget them

    host, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    # What an attempt before this one left there under `torchrun --max-restarts` is not ours.
    attempt = os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")
    store: Store = PrefixStore(f"nlp-tui/{attempt}", TCPStore(host, port, is_master=False, timeout=SILENCE))
    return store
