"""What Words asks about: a word, or its place in a sentence, in the eyes of a model, looked at in one way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core import api
from core.catalog.language_models import MASKED
from core.eras.table import Reads
from core.machine.extras import MINILM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui.lineup import Contender

PRETRAINED = {
    "lm": ("lm", "the pretrained language models"),
    "lm:forward": ("lm forward", "the forward language model alone"),
    "lm:backward": ("lm backward", "the backward language model alone"),
    MASKED: ("mlm", "the transformer that guesses masked words, before any label"),
    MINILM: ("minilm", "the pretrained transformer, before it is tuned"),
    "vectors:word2vec": ("word2vec vectors", "pretrained, no task"),
}
"""What can be asked although no classifier stands on it: what it is called, and what it is."""


@dataclass(frozen=True)
class Spot:
    """A token of a sentence."""

    sentence: str
    position: int
    tokens: tuple[str, ...]

    @property
    def word(self) -> str:
        """The token."""
        return self.tokens[self.position]

    @property
    def place(self) -> api.Place:
        """As the engine is asked about it."""
        return api.Place(self.word, self.sentence, self.position)


@dataclass(frozen=True)
class Asked:
    """One look: `spot` is None for a word by itself. `labels` are the model's, in order, for their colours."""

    model: str
    word: str
    spot: Spot | None = None
    pinned: Spot | None = None
    layer: str = ""
    vectors: str = ""
    centring: str = "mean"
    labels: tuple[str, ...] = ()

    @property
    def sentence(self) -> str | None:
        """The sentence that the word stands in, if any."""
        return self.spot.sentence if self.spot else None

    @property
    def position(self) -> int | None:
        """Where in it."""
        return self.spot.position if self.spot else None


@dataclass(frozen=True)
class Subject:
    """One thing whose words can be looked at. `key` is the contender's, empty for what is only pretrained."""

    spec: str
    key: str
    name: str
    title: str
    year: str = ""
    labels: tuple[str, ...] = ()


def subject_of(contender: Contender) -> Subject | None:
    """A line of the comparison as a subject; None where it has no model."""
    if contender.entry is None:
        return None
    title = "" if contender.is_added else contender.era.title
    year = str(contender.era.year)
    return Subject(contender.entry.spec, contender.key, contender.name, title, year, tuple(contender.entry.labels))


def subjects_of(contenders: Iterable[Contender]) -> list[Subject]:
    """What there is to ask among them; what only counts words has neither vectors nor states to look at."""
    looked_at = (each for each in contenders if each.era.reads is not Reads.NGRAMS)
    return [subject for each in looked_at if (subject := subject_of(each)) is not None]


def pretrained(directions: Iterable[str], vectors: bool, transformers: Iterable[str] = ()) -> list[Subject]:
    """What there is that no classifier has touched."""
    ways = set(directions)
    specs = (["lm"] if len(ways) > 1 else []) + [f"lm:{way}" for way in ("forward", "backward") if way in ways]
    specs += [spec for spec in transformers if spec in PRETRAINED]
    specs += ["vectors:word2vec"] if vectors else []
    return [Subject(spec, "", *PRETRAINED[spec]) for spec in specs]
