"""The prompt era over a transformer: the template is read on both sides of the blank, which is `[MASK]`.

That is how Schick and Schütze (2021) and Gao et al. (2021) asked. C, the lower layers and the head that guesses words
are those that have read text with words masked; with labels the upper layers and the head are tuned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Self

import torch
from torch import Tensor, nn

from core.data.batches import pad
from core.data.text import words
from core.data.wordpieces import WordPieces
from core.eras.prompts import PromptError, Template
from core.models.asked import AskedClassifier, PromptConfig, follows_stop, read_settings
from core.models.masked import MaskedLanguageModel
from core.models.network import answer_prefixes
from core.models.protocol import Parts

PREFIXES = 8
"""Prefixes of a text that are read at a time: of about one length, so that little is padding."""


@dataclass(frozen=True)
class MaskedPromptConfig(PromptConfig):
    """`tuned_layers`: how many layers may move, from the top, where it is tuned."""

    tuned_layers: int = 0


class Question(NamedTuple):
    """A template as rows of C: what stands before, between and behind text and blank."""

    template: Template
    before: tuple[int, ...]
    between: tuple[int, ...]
    behind: tuple[int, ...]
    stopped: bool
    """Whether a full stop follows the text."""

    @property
    def start(self) -> int:
        """The place of a text's first piece."""
        return len(self.before) + (1 + len(self.between) if self.template.blank_first else 0)

    def around(self, text: Sequence[int], mask: int) -> tuple[list[int], int]:
        """(the template with a text in it, the place of its blank)."""
        if self.template.blank_first:
            return [*self.before, mask, *self.between, *text, *self.behind], len(self.before)
        place = len(self.before) + len(text) + len(self.between)
        return [*self.before, *text, *self.between, mask, *self.behind], place


class MaskedPromptClassifier(AskedClassifier):
    """A transformer that guesses masked words, asked.

    Batches are rows of C without the boundaries, padded on the right; an answer does not depend on what it was batched
    with.
    """

    kind: ClassVar[str] = "masked"
    one_word: ClassVar[str] = "one wordpiece of the transformer"
    beside: ClassVar[int] = 32
    config: MaskedPromptConfig
    vocabulary: WordPieces

    def __init__(self, config: MaskedPromptConfig, model: MaskedLanguageModel, vocabulary: WordPieces) -> None:
        super().__init__(config, vocabulary)
        assert vocabulary.mask is not None
        self._mask = vocabulary.mask
        self._model = (model,)  # in a tuple, so that it is not among the parameters
        self.questions = [self._question(Template(shown)) for shown in config.templates]
        if config.tuned:
            self.layers = model.layers.requires_grad_(True)
            self.head = model.head.requires_grad_(True)

    @classmethod
    def from_config(cls, config: Mapping[str, Any], parts: Parts) -> MaskedPromptClassifier:
        """A classifier of what `MaskedPromptConfig.to_json` gave, over a transformer that guesses masked words.

        Raises TypeError for other settings, PromptError where the transformer does not have the words.
        """
        settings = MaskedPromptConfig(**read_settings(config))
        assert isinstance(parts.lexicon, WordPieces)
        tuned = settings.tuned_layers if settings.tuned else 0
        return cls(settings, parts.masked(tuned, settings.dropout), parts.lexicon)

    @property
    def model(self) -> MaskedLanguageModel:
        """What is asked."""
        return self._model[0]

    @property
    def C(self) -> nn.Embedding:  # noqa: N802 - the letter of the formula
        """The wordpiece vectors."""
        return self.model.embedding

    @property
    def groups(self) -> dict[str, list[nn.Parameter]]:
        """What may move, from the top down: the classes' bias with the head that guesses words, then the layers."""
        if not self.config.tuned:
            return {"W_o": [self.bias]}
        number = self.model.own + len(self.layers)
        layers = {f"layer {number - i}": list(layer.parameters()) for i, layer in enumerate(reversed(self.layers))}
        return {"W_o": [self.bias, *self.head.parameters()], **layers}

    @property
    def size(self) -> int:
        """How many numbers answer: the transformer's, those of its head, and the bias."""
        return self.bias.numel() + self.model.size

    def running(self, prefixes: Sequence[Sequence[int]]) -> Tensor:
        """Logits after each word of one text, (words, classes): every prefix is asked about anew."""
        return answer_prefixes(self, prefixes, PREFIXES)

    def states(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """(batch, pieces, width): the top layer's states of the text alone, without those of the boundaries."""
        stack = self.model.stack()
        return stack.states(ids, lengths, len(stack.layers))[:, 1:-1]

    def shapes(self) -> dict[str, list[int]]:
        """The shape of C; W_o is the rows of it of the answer words."""
        shape = list(self.C.weight.shape)
        return {"C": shape, "W_o": [len(self._rows), shape[1]]}

    @property
    def shown(self) -> Tensor:
        """(V,) bool: the wordpieces that are words by themselves."""
        return torch.from_numpy(self.vocabulary.whole)

    def direction(self, template: Template) -> str:  # noqa: ARG002 - attention looks both ways
        """Both sides of every blank are read."""
        return "both"

    def unread(self, template: Template) -> str:  # noqa: ARG002 - attention looks both ways
        """Nothing is left unread."""
        return ""

    def _with(self, config: PromptConfig) -> Self:
        assert isinstance(config, MaskedPromptConfig)
        return type(self)(config, self.model, self.vocabulary)

    def _question(self, template: Template) -> Question:
        """Raises PromptError where a template leaves a text less room than it was promised."""
        before, between, behind = (tuple(self.vocabulary.encode(words(part))) for part in template.around)
        if (pieces := len(before) + len(between) + len(behind) + 1) > self.beside:
            raise PromptError(
                f"The template {template.shown!r} is too long: {pieces} wordpieces with its blank.",
                f"The transformer has room for {self.beside} beside a text.",
            )
        return Question(template, before, between, behind, follows_stop(template))

    def _queries(
        self, ids: Tensor, lengths: Tensor, gates: Tensor | None = None
    ) -> Iterator[tuple[Template, Tensor, MaskedLanguageModel]]:
        stopless = self._without_last_stop(ids, lengths)
        for question in self.questions:
            some = stopless if question.stopped else lengths
            texts = [row[:length] for row, length in zip(ids.tolist(), some.tolist(), strict=True)]
            read, places = zip(*(question.around(text, self._mask) for text in texts), strict=True)
            whole, ends = (each.to(ids.device) for each in pad(read))
            wanted = torch.zeros_like(whole, dtype=torch.bool)
            wanted[torch.arange(len(places)), list(places)] = True
            scales = None if gates is None else _placed(gates, question.start, some, whole)
            yield question.template, self.model.queries(whole, ends, wanted, scales), self.model


def _placed(gates: Tensor, start: int, lengths: Tensor, whole: Tensor) -> Tensor:
    """The gates of texts, (batch, pieces), at the places that they have in templates: 1 at all others."""
    placed = torch.ones(whole.shape, dtype=gates.dtype, device=gates.device)
    for row, length in enumerate(lengths.tolist()):
        placed[row, start : start + length] = gates[row, :length]
    return placed
