"""What is made of trained models: the index that places are searched in, and the ladder that compares the eras."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.jobs.naming import DEFAULT_DATA, short


@dataclass(frozen=True)
class IndexJob:
    """Build the index that contextual neighbours of `model` are searched in: places in text, each with its state."""

    kind: ClassVar[str] = "index"
    model: str = "scratch"
    layer: str = ""
    """Which states: a layer's name; empty means the one that tells senses apart best."""
    vectors: str = ""
    """`token` (states that have read the word), `slot` (states that never saw it), ...; empty means the best."""
    occurrences: int = 50_000
    """Places in text that are kept."""
    documents: int | None = None
    """Texts they are drawn from, half of them labelled; None means as many as the occurrences ask for."""
    data: str | None = None
    """The labelled text; None means what the model was trained on."""
    text_column: str | None = None
    label_column: str | None = None
    unlabelled: str = "imdb"
    """The text whose labels are unread; `none` leaves it out."""
    threads: int = 2
    offline: bool = False

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        what = " ".join(["index of occurrences ·", self.model, *filter(None, (self.layer, self.vectors))])
        return f"{what} · {self.occurrences:,} places"


@dataclass(frozen=True)
class LadderJob:
    """Measure eras side by side: each at every label budget with several seeds, a *trial* each, never twice.

    `data`, `eras` and `labels` are lists with a comma between. `seeds` is how many there are at every budget; None
    means three, and five at 100 and 500 labels, where the eras are furthest apart and luck weighs most. The test
    split is read only when it is asked for, because recipes are chosen on validation texts.
    """

    kind: ClassVar[str] = "ladder"
    data: str = DEFAULT_DATA
    eras: str = "all"
    labels: str = "20,100,500,2000,all"
    seeds: int | None = None
    split: str = "validation"
    """`validation`, or `test`, which measures both."""
    workers: int = 2
    """Trials trained side by side, each in a process of its own with one thread."""
    offline: bool = False

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        data = ", ".join(short(name) for name in self.data.split(","))
        eras = "all eras" if self.eras == "all" else self.eras.replace(",", ", ")
        return f"ladder · {data} · {eras} · {self.labels.replace(',', ', ')} labels · {self.split}"
