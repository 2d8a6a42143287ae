"""A verb about words: what can be typed after it, and who asks its question and prints the answer."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from core.cli.words.asker import Asker


@dataclass(frozen=True)
class WordVerb:
    """One verb. Its module is read for `--help` too: what is heavy comes with the asker."""

    name: str
    positional: str
    """What stands after it in its usage."""
    summary: str
    """What it does, in a line of the help of all verbs."""
    add_arguments: Callable[[ArgumentParser], None]
    ask: Callable[[Namespace, Asker], None]
    """Ask what was typed and print the answer. Raises UserError."""
    json_help: str = "one JSON object a line"
    mistake: Callable[[Namespace], str] = lambda _: ""
    """What was typed that cannot be meant, in a sentence; empty where all can."""
    other_help: str = ""
    """What it does, in its own help where it is worded otherwise there; empty where it is not."""

    @property
    def help(self) -> str:
        """What it does, in its own help."""
        return self.other_help or self.summary


class AddVerb(Protocol):
    """Adds a verb to the command line: its name, what stands after it, and what it does."""

    def __call__(self, name: str, positional: str, help: str, json_help: str = ..., among: Any = ...) -> ArgumentParser:
        """The verb's parser, with `--json`; `among` the verbs of another verb, as `pretrain` has them."""
