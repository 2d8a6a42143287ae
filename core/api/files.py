"""What is asked of a labelled file before anything is trained on it, and what is answered. Imports nothing heavy."""

from __future__ import annotations

from msgspec import Struct

from core.api.parts import AnyAnswer, AnyQuestion


class LookAtFile(AnyQuestion, frozen=True, tag="look_at_file"):
    """Read a labelled file and say what was understood. Answered by one `FileLook` or `FileFault`.

    What is None is found out, as `nlp-tui data` does.
    """

    path: str
    text_column: str | None = None
    label_column: str | None = None
    encoding: str | None = None
    no_header: bool = False
    fold_labels: bool = False


class FileLook(AnyAnswer, frozen=True, tag="file_look"):
    """A labelled file as it was understood. Everything in it but the numbers is text from outside.

    `read` counts its rows, `kept` those that are left to learn from; the others are in `left_out`.
    """

    name: str
    read_as: str
    """Dialect, encoding and header, in words."""
    columns: tuple[str, ...]
    text: str
    label: str
    read: int
    kept: int
    left_out: tuple[Left, ...]
    classes: dict[str, int]
    """Examples by class, in the order of the classes."""
    notes: tuple[str, ...]
    """What was guessed or is suspicious, a sentence each."""
    examples: tuple[Example, ...]
    splits: dict[str, int]
    """Examples by split; empty where the file cannot be split."""
    lengths: Lengths
    unseen: float | None = None
    """Share, 0 to 1, of the test split's tokens that no training text has; None where the file cannot be split."""
    budget: Budget | None = None
    """None where no number of labels can be drawn, but all of them may do."""
    fault: FileFault | None = None
    """Why nothing can be trained on it, although it was read."""


class Left(Struct, frozen=True):
    """Why some rows were left out: how many, and the line of the first."""

    reason: str
    count: int
    first_line: int


class Example(Struct, frozen=True):
    """One text, cut where it is long, and its label."""

    text: str
    label: str


class Lengths(Struct, frozen=True):
    """Tokens of a text: the fewest, the median, the 95th percentile, the most; of how many texts they were counted."""

    fewest: int
    median: float
    long: float
    most: int
    texts: int


class Budget(Struct, frozen=True):
    """How many labels may be asked for, validation included."""

    fewest: int
    most: int


class FileFault(AnyAnswer, frozen=True, tag="file_fault"):
    """Why a file cannot be learned from, and what to do; `column` is the option it is about, if it is one's."""

    message: str
    hint: str = ""
    column: str = ""
