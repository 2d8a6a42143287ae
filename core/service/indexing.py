"""The run that builds an index: a session finds the model, whatever it is named by."""

from __future__ import annotations

from pathlib import Path

from core.jobs import IndexJob
from core.runs.events import Done
from core.runs.logger import RunLogger
from core.service.session import Session
from core.storage.store import Store
from core.words import index


def build_index(job: IndexJob, _run: Path, store: Store, logger: RunLogger) -> Done:
    """Build the index, or find it already built. Raises Stopped, ModelError, DataError."""
    return Done(artifact=index.build(job, store, logger, Session().word_models).key)
