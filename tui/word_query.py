"""What Words asks about: a word, or its place in a sentence, in the eyes of a model."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core import api


@dataclass(frozen=True)
class SentenceToken:
    """A token of a sentence, and the sentence as it was read."""

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
class WordQuery:
    """One look: `token` is None for a word by itself. `labels` are the model's, in order, for their colours."""

    model: str
    word: str
    token: SentenceToken | None = None
    pinned: SentenceToken | None = None
    layer: str = ""
    vectors: str = ""
    centring: str = "mean"
    corpus: str = ""
    """The one text whose places are asked for; empty for all that are indexed."""
    labels: tuple[str, ...] = ()
    reads_sentences: bool = True
    """Whether the model's states at a place say more than what the labels taught them."""

    def to_model(self, model: str) -> WordQuery:
        """The same place, in the eyes of another model's best layer."""
        return replace(self, model=model, layer="", vectors="", reads_sentences=True)

    @property
    def sentence(self) -> str | None:
        """The sentence that the word stands in, if any."""
        return self.token.sentence if self.token else None

    @property
    def position(self) -> int | None:
        """Where in it."""
        return self.token.position if self.token else None
