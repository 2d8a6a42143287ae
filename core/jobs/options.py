"""An option, declared once on the field of a job: what it means, what it may be, how it is called.

The command line and the form read it from there, and both read what is typed by `Declared.read`, so that what one of
them refuses the other does too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, get_args, get_type_hints

_UNSAID = 1_000_000
"""A bound beyond this is not worth a word: nobody meets it."""


@dataclass(frozen=True)
class Option:
    """What stands on a field, as `Annotated[int, Option("how many ...")]`."""

    help: str
    metavar: str = "N"
    flag: str = ""
    """What it is called on the command line; the field's name unless it says otherwise."""
    also: tuple[str, ...] = ()
    """Other names for it on the command line."""
    form: str = ""
    """What it is called in the form; empty where it is none of the essentials."""
    choices: tuple[str, ...] = ()
    low: int = 1
    """Of a whole number: the least it may be."""
    high: float = math.inf
    """Of any number: the most it may be."""
    share: bool = False
    """Of a fraction: whether it is from 0 to below 1; else it is above 0."""
    none: str = ""
    """The word that is typed for None."""
    items: Callable[[str], object] | None = None
    """For a list with a comma between: raises ValueError, in plain words, for one that cannot be."""
    path: bool = False
    """Whether it may be a file or a folder: a run works in a folder of its own and needs the whole path."""
    several: bool = False
    """Of a path: whether it may be several, with a comma between."""
    known: tuple[str, ...] = ()
    """Of a path: names that have a meaning of their own, whatever files are called so."""
    part: str = ""
    """The part of a classifier that it is a setting of: it means nothing to an era without that part."""


@dataclass(frozen=True)
class Declared:
    """A field of a job that can be typed."""

    name: str
    type: type
    """`int`, `float`, `bool` or `str`; the field may be None besides."""
    default: Any
    required: bool
    option: Option

    @property
    def flag(self) -> str:
        """Its name on the command line."""
        return self.option.flag or "--" + self.name.replace("_", "-")

    @property
    def wanted(self) -> str:
        """What a number must be, in words: `a whole number from 1 to 1,000`."""
        low, high = self.option.low, self.option.high
        if self.type is float:
            return "a number from 0 to below 1" if self.option.share else f"a number above 0{self._most()}"
        return f"a whole number, {low} or more" if high > _UNSAID else f"a whole number from {low} to {high:,}"

    def _most(self) -> str:
        return "" if self.option.high > _UNSAID else f" and at most {self.option.high:g}"

    def read(self, text: str) -> Any:
        """The value of what was typed. Raises ValueError in plain words.

        `10,000` is a whole number too.
        """
        if self.option.none and text.strip() == self.option.none:
            return None
        if self.option.items is not None:
            self.option.items(text)
            return ",".join(split_list(text))
        if self.type is str:
            return text
        value = _whole(text) if self.type is int else _finite(text)
        if problem := self._problem(value, text.strip()):
            raise ValueError(problem)
        return value

    def _problem(self, value: float, text: str) -> str:
        if self.type is float and self.option.share:
            return "" if 0 <= value < 1 else f"{text} is not from 0 to below 1"
        if self.type is float and value <= 0:
            return f"{text} is not above 0"
        if self.type is int and value < self.option.low:
            return f"{text} is less than {self.option.low}"
        return "" if value <= self.option.high else f"{text} is more than {self.option.high:,}"


def split_list(text: str) -> tuple[str, ...]:
    """The items of a list with a comma between, each once, in order."""
    return tuple(dict.fromkeys(item.strip() for item in text.split(",") if item.strip()))


def options_of(job: type) -> dict[str, Declared]:
    """The options of a job's class by the names of their fields, in order; a field without one cannot be typed."""
    return _read_declarations(job)


@cache
def _read_declarations(job: Any) -> dict[str, Declared]:
    hints = get_type_hints(job, include_extras=True)
    found = {}
    for field in fields(job):
        declared, *rest = get_args(hints[field.name]) or (None,)
        option = next((each for each in rest if isinstance(each, Option)), None)
        if option is None:
            continue
        (kind,) = [each for each in get_args(declared) or (declared,) if each is not type(None)]
        required = field.default is MISSING
        found[field.name] = Declared(field.name, kind, None if required else field.default, required, option)
    return found


def _whole(text: str) -> int:
    try:
        return int(text.replace(",", "").replace("_", ""))
    except ValueError:
        raise ValueError(f"{text!r} is not a whole number") from None


def _finite(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None
    if not math.isfinite(value):
        raise ValueError(f"{text} is not a finite number")
    return value
