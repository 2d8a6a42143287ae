"""Corpora as they are typed: names, files, data sets of the hub, with a comma between. Imports nothing heavy."""

from __future__ import annotations

import os
from pathlib import PurePath

HUB = "hf:"


def split_corpora(listed: str) -> tuple[str, ...]:
    """The corpora of a list, each once, in order; a file with a comma in its name is one."""
    if os.path.exists(os.path.expanduser(listed)):  # noqa: PTH110, PTH111 - a path that can be none is not there
        return (listed,)
    return tuple(dict.fromkeys(item.strip() for item in listed.split(",") if item.strip()))


def name_corpora(listed: str) -> tuple[str, ...]:
    """What each corpus of a list is called where a text is said to be from it: files without their folders."""
    return tuple(each if each.startswith(HUB) else PurePath(each).name for each in split_corpora(listed))


def shorten(listed: str) -> str:
    """The list as a title names it."""
    return ", ".join(name_corpora(listed))
