"""The session in which a verb asks models."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.service.session import Session


def open_session() -> Session:
    """Models of this home and the shipped ones, computed with one thread, as the app's engine does.

    Texts are asked in small batches: a second thread gains nothing on them, and where other programs keep the processor
    busy, the threads wait for one another (bert took 27 s for 2,000 texts with one, 60 s with two).
    """
    import torch

    from core.catalog.models import Catalog
    from core.service.session import Session

    torch.set_num_threads(1)
    return Session(Catalog())
