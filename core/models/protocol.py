"""What a classifier is to those who use it: one that answers (`TextModel`), and one that the loop tunes (`Tunable`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, Self

import torch
from torch import Tensor, nn

from core.catalog.model_info import Mix
from core.data.batches import Encoded
from core.data.lexicon import Lexicon
from core.data.vocabulary import Vocabulary
from core.models.frozen_language_model import FrozenLanguageModel

if TYPE_CHECKING:
    from transformers.models.bert.modeling_bert import BertModel

    from core.models.masked import MaskedLanguageModel


@dataclass(frozen=True)
class Parts:
    """What a classifier may be built over beyond its sizes. None of it is among its parameters.

    `language_models`, one a direction, `transformer`, at a share of dropout, and `masked`, one that guesses words, with
    so many layers tuned at such a share, are loaded for those that ask.
    """

    lexicon: Lexicon
    language_models: Callable[[], Mapping[str, FrozenLanguageModel]]
    transformer: Callable[[float], BertModel]
    masked: Callable[[int, float], MaskedLanguageModel]


class Head(NamedTuple):
    """A softmax's weights, and what they see of padded texts, (batch, time), with lengths, (batch,): (batch, width)."""

    W_o: nn.Linear
    pooled: Callable[[Tensor, Tensor], Tensor]


@dataclass
class FirstReading:
    """What reading texts for the first time has taken, that later epochs need not do again.

    `texts` were kept in `seconds`; `complete` once no more of them will be.
    """

    seconds: float = 0.0
    texts: int = 0
    complete: bool = False


class Sizes(Protocol):
    """What a model's class and its sizes make again, but for the weights."""

    def to_json(self) -> dict[str, Any]:
        """The sizes as a JSON object."""


class _Module(Protocol):
    """What is asked of a model as a torch module."""

    def train(self, mode: bool = True) -> object: ...
    def eval(self) -> object: ...
    def to(self, device: torch.device, /) -> object: ...
    def requires_grad_(self, requires_grad: bool = True) -> object: ...
    def parameters(self) -> Iterator[nn.Parameter]: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: Mapping[str, Any]) -> object: ...


class TextModel(_Module, Protocol):
    """What answers. Texts are padded word numbers, (batch, time), with lengths, (batch,)."""

    kind: ClassVar[str]
    """What model.json calls the class."""
    lexicon: ClassVar[type[Vocabulary]]
    """What reads the words that lie beside its weights, where no transformer brings them."""
    differs: ClassVar[bool]
    """Whether it is kept as how it differs from what it started from."""
    beside: ClassVar[int]
    """How many of the pieces that a transformer can read are kept free for what stands beside a text."""

    @property
    def config(self) -> Sizes:
        """Its sizes."""

    @property
    def C(self) -> nn.Embedding | None:  # noqa: N802 - the letter of the formula
        """The word vectors; None where words are only counted."""

    @property
    def size(self) -> int:
        """How many numbers it is made of; the language models beneath it are models of their own."""

    @classmethod
    def from_config(cls, config: Mapping[str, Any], parts: Parts) -> Self:
        """A model of the sizes that `config.to_json` gave, in this version or an earlier one.

        Raises ValueError or TypeError for sizes that are not of this class.
        """

    def __call__(self, ids: Tensor, lengths: Tensor, *, gates: Tensor | None = None) -> Tensor:
        """Logits, (batch, classes).

        `gates`, (batch, time), 1 at pads: what each place's row of C is multiplied by before it is read. The gradient
        of an answer by a gate is that by the row times the row. Only where there is a C.
        """

    def running(self, prefixes: Sequence[Sequence[int]]) -> Tensor:
        """Logits after each word of one text, (words, classes), as if it ended there.

        `prefixes`: the numbers of the text up to each of its words, at least one; the last is the whole text.
        """

    def states(self, ids: Tensor, lengths: Tensor) -> Tensor | None:
        """(batch, time, width): what stands for each place; None where words are only counted."""

    def shapes(self) -> dict[str, list[int]]:
        """The shapes of the letters that it has of the formula."""

    def mixture(self) -> Mix | None:
        """What it reads of the language models beneath it, if any."""


class Tunable(TextModel, Protocol):
    """What the training loop tunes."""

    first_reading: FirstReading

    @property
    def C(self) -> nn.Embedding:  # noqa: N802 - the letter of the formula
        """The word vectors."""

    @property
    def groups(self) -> Mapping[str, list[nn.Parameter]]:
        """The parameters that may move, from the top down: the order in which fine-tuning frees them."""

    @property
    def heads(self) -> Sequence[Head]:
        """Each W_o with what it sees: what can be fitted before anything else moves."""

    def loss(self, ids: Tensor, lengths: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """(mean cross-entropy in nats, logits (batch, classes))."""

    def remember(self, room: int, texts: Sequence[Encoded]) -> Iterator[int]:
        """Keep what frozen parts make of these texts, in at most `room` bytes, until `forget`.

        Yields how many places of text it has read, as it goes: nothing where it reads none beforehand.
        """

    def forget(self) -> None:
        """Drop what is kept."""
