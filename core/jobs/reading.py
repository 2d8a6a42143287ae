"""How a job wants a file to be read, where that is not to be found out."""

from __future__ import annotations

from typing import Protocol

from core.data.tables.table import Reading

FIELDS = frozenset({"encoding", "no_header", "fold_labels"})
"""Fields of a job that say so: what they change is the content, whose digest is in the key."""


class ReadsFiles(Protocol):
    """A job over a file, or what was typed for one."""

    @property
    def encoding(self) -> str | None:
        """As Python knows it; None to find it out."""

    @property
    def no_header(self) -> bool:
        """Whether the first row is a row; else it is found out."""


def reading_of(job: ReadsFiles) -> Reading:
    """What the job says of its file; labels are made one where it has labels and says so."""
    return Reading(job.encoding, False if job.no_header else None, getattr(job, "fold_labels", False))
