"""Labelled data in one word, with how it is to be read: `tickets.csv?text=body&label=kind`. Imports nothing heavy."""

from __future__ import annotations

import os
from urllib.parse import parse_qsl, urlencode

from core.errors import UserError

SAID = ("text", "label", "encoding", "no_header", "fold_labels")
"""What can be said of the data: its columns, its encoding, and (with any value) the two that are said or not."""


def write_spec(data: str, **said: str | bool | None) -> str:
    """The data, and after a question mark what is said of it: what is None or False is not said."""
    query = urlencode({name: "1" if value is True else value for name, value in said.items() if value})
    return f"{data}?{query}" if query else data


def split_spec(spec: str) -> tuple[str, dict[str, str]]:
    """The data's own name, and what is said of it by the names of `SAID`. Raises UserError for another name."""
    data, mark, query = spec.rpartition("?")
    if not mark or "=" not in query or os.path.isfile(spec):  # noqa: PTH113 - a path that can be none is not there
        return spec, {}
    said = dict(parse_qsl(query))
    if unknown := [name for name in said if name not in SAID]:
        raise UserError(f"{spec} says {unknown[0]!r} of the data.", f"What can be said is {', '.join(SAID)}.")
    return data, said
