"""A key that changes or ends something means the same wherever it is pressed, and Help lists a key once."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

import tui
from tui.screens.help import keys

MEANINGS = {
    "x": {"Save"},
    # What stands in a list goes. Words has no such list; a run that goes in Train by mistake comes back with z.
    "d": {"Delete", "Remove the focused added model", "All options"},
    "delete": {"Delete", "Remove the focused added model"},
    "l": {"Log axis", "Layer"},  # Words has neither a loss nor an axis
    "s": {"Stop", "Validation/test", "Sort the places"},  # where a table is, it turns the table; nothing is lost by it
    "z": {"Bring back what was deleted"},
    "g": {"Steer", "All models", "Close"},  # each opens a screen over this one, which changes nothing by itself
    "u": {"Use"},
    "r": {"Resume", "Restart"},  # of a run, with a checkpoint or without; the engine is started again by F10
    "y": {"Copy"},
    "f6": {"Era card", "Close"},  # the card closes by the key that opened it
    "f1": {"Help"},
}
"""All that a key does, on any screen; with more than one use, why that harms nobody."""


def nodes(of: type[DOMNode] = DOMNode) -> Iterator[type[DOMNode]]:
    """Every screen and widget of this app, and the app."""
    for node in of.__subclasses__():
        if node.__module__.startswith("tui."):
            yield node
        yield from nodes(node)


def uses() -> dict[str, set[str]]:
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: dict[str, set[str]] = {}
    for node in set(nodes()):
        for binding in Binding.make_bindings(vars(node).get("BINDINGS", [])):
            found.setdefault(binding.key, set()).add(binding.description)
    return found


@pytest.mark.parametrize("key", MEANINGS)
def test_a_key_means_the_same_on_every_screen(key: str) -> None:
    assert uses()[key] == MEANINGS[key]


def test_help_lists_a_key_once() -> None:
    for node in set(nodes()):
        listed = [key for row, _ in keys(App(), vars(node).get("BINDINGS", []), set()) for key in row.split(", ")]
        assert len(listed) == len(set(listed)), node
