"""The bert era: a pretrained transformer whose states are averaged over the text, and a new W_o (Devlin et al. 2019).

Only the upper layers are tuned; what lies below them stays as it was pretrained and is nobody's parameter, so that a
trained model is as small as what it changed. The mean of the states, not `[CLS]`, is what W_o sees: that is how
MiniLM was tuned for sentences (Reimers and Gurevych 2019).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.data.batches import Encoded, collate, in_order
from core.models.network import Network, answer_prefixes, without
from core.models.protocol import Head, Parts

if TYPE_CHECKING:
    from transformers.models.bert.modeling_bert import BertModel


PREFIXES = 8
"""Prefixes of a text that are read at a time: of about one length, so that little is padding."""
READ_BATCH = 64
BOUNDARIES = 2
"""Places of a text that its beginning and its end take up."""
NUMBER = 4
"""Bytes of a number that is kept."""


@dataclass(frozen=True)
class TransformerConfig:
    """`width`: of a state; `layers`: how many are read, from the embeddings up.

    `tuned`: how many of them may move, from the top, and with more than there are the embeddings too.
    `first`, `last`: the rows of C that every text begins and ends with.
    """

    width: int
    layers: int
    classes: int
    tuned: int
    first: int
    last: int
    dropout: float = 0.1

    def to_json(self) -> dict[str, Any]:
        """The sizes as a JSON object."""
        return asdict(self)


@dataclass(frozen=True)
class Stack:
    """A transformer's embeddings and layers, from the bottom up, only read.

    `first`, `last`: the rows of C that every text begins and ends with.
    """

    embeddings: nn.Module
    layers: tuple[nn.Module, ...]
    first: int
    last: int

    @torch.inference_mode()
    def states(self, ids: Tensor, lengths: Tensor, depth: int) -> Tensor:
        """(batch, pieces + 2, width): the states after the lowest `depth` layers, those of the boundaries among them.

        `ids` are padded rows of C, (batch, pieces), with `lengths`, (batch,), of them each; a text's states do not
        depend on what it is batched with.
        """
        embedded = self.embeddings(bounded(ids, lengths, self.first, self.last))
        return through(self.layers[:depth], embedded, lengths_mask(ids, lengths))

    @torch.inference_mode()
    def each(self, ids: Tensor, lengths: Tensor) -> Iterator[Tensor]:
        """The embeddings, then what each layer makes of what is below it, as `states` gives them."""
        states, mask = self.embeddings(bounded(ids, lengths, self.first, self.last)), lengths_mask(ids, lengths)
        yield states
        for layer in self.layers:
            states = through([layer], states, mask)
            yield states


class TransformerClassifier(Network):
    """A transformer's layers over its wordpiece embeddings C (V×d), mean pooling, W_o (classes × d).

    Batches are rows of C without the boundaries, padded on the right; pads are never attended to nor pooled, so an
    answer does not depend on what it was batched with.
    """

    kind: ClassVar[str] = "transformer"
    differs: ClassVar[bool] = True

    def __init__(self, config: TransformerConfig, encoder: BertModel) -> None:
        super().__init__()
        self.config = config
        own = max(0, config.layers - config.tuned)
        layers = list(encoder.encoder.layer)[: config.layers]
        encoder.requires_grad_(False)
        self._embeddings = (encoder.embeddings,)  # in a tuple, so that it is not among the parameters
        self._below = tuple(layers[:own])
        self.layers = nn.ModuleList(layers[own:]).requires_grad_(True)
        if config.tuned > config.layers:
            self.embeddings = encoder.embeddings.requires_grad_(True)
        for frozen in (encoder.embeddings, *self._below):
            frozen.eval()
        self.W_o = nn.Linear(config.width, config.classes)
        self.dropout = nn.Dropout(config.dropout)
        self._kept: dict[tuple[int, ...], Tensor] = {}

    @classmethod
    def from_config(cls, config: Mapping[str, Any], parts: Parts) -> TransformerClassifier:
        """A classifier of sizes that `TransformerConfig.to_json` gave, over a pretrained transformer.

        Raises TypeError for other sizes.
        """
        sizes = TransformerConfig(**without(config, "cell"))
        return cls(sizes, parts.transformer(sizes.dropout))

    @property
    def C(self) -> nn.Embedding:  # noqa: N802 - the letter of the formula
        """The wordpiece vectors."""
        vectors = self._embeddings[0].word_embeddings
        assert isinstance(vectors, nn.Embedding)
        return vectors

    @property
    def frozen(self) -> list[str]:
        """The letters of the formula that stay as they were pretrained."""
        return [] if self.config.tuned > self.config.layers else ["C"]

    @property
    def size(self) -> int:
        """How many numbers the whole model is made of."""
        parts = (self._embeddings[0], *self._below, self.layers, self.W_o)
        return sum(parameter.numel() for part in parts for parameter in part.parameters())

    @property
    def heads(self) -> list[Head]:
        """W_o and what it sees."""
        return [Head(self.W_o, self.pooled)]

    @property
    def groups(self) -> dict[str, list[nn.Parameter]]:
        """The parameters that may move, from the top down: W_o, the layers, the embeddings."""
        number = self.config.layers
        layers = {f"layer {number - i}": list(layer.parameters()) for i, layer in enumerate(reversed(self.layers))}
        below = {} if self.frozen else {"C": list(self.embeddings.parameters())}
        return {"W_o": list(self.W_o.parameters()), **layers, **below}

    def forward(self, ids: Tensor, lengths: Tensor, gates: Tensor | None = None) -> Tensor:
        """Logits, (batch, classes), of padded rows of C, (batch, pieces), with `lengths`, (batch,), of them each.

        `gates`, (batch, pieces), scale the pieces' rows of C.
        """
        logits = self.W_o(self.dropout(self.pooled(ids, lengths, gates)))
        assert isinstance(logits, Tensor)
        return logits

    def pooled(self, ids: Tensor, lengths: Tensor, gates: Tensor | None = None) -> Tensor:
        """(batch, width): the mean of each text's states, its boundaries' among them."""
        mask = lengths_mask(ids, lengths).unsqueeze(-1)
        return (self._read(ids, lengths, gates) * mask).sum(dim=1) / mask.sum(dim=1)

    def running(self, prefixes: Sequence[Sequence[int]]) -> Tensor:
        """Logits after each word of one text, (words, classes): attention looks both ways, so each is read anew."""
        return answer_prefixes(self, prefixes, PREFIXES)

    def states(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """(batch, pieces, width): the top layer's states, without those of the boundaries."""
        return self._read(ids, lengths)[:, 1:-1]

    def stack(self) -> Stack:
        """All its layers, frozen or tuned, to be read one by one."""
        return Stack(self._embeddings[0], (*self._below, *self.layers), self.config.first, self.config.last)

    def remember(self, room: int, texts: Sequence[Encoded]) -> Iterator[int]:
        """Keep what the frozen layers make of all these texts, if it fits in `room` bytes; else of none.

        They are read beforehand in the order of their lengths, so that a run that was interrupted keeps the very same
        numbers, to the last bit, when it goes on. Yields how many pieces each batch had.
        """
        if not self.frozen or NUMBER * self.config.width * sum(map(positions, texts)) > room:
            return
        self.eval()
        for some in texts:
            for rows in in_order(some, READ_BATCH):
                batch = collate(some, rows).to(self.W_o.weight.device)
                self._remember(batch.ids, batch.lengths)
                yield int(batch.lengths.sum())

    def forget(self) -> None:
        """Drop what `remember` kept."""
        self._kept.clear()

    def shapes(self) -> dict[str, list[int]]:
        """The shapes of C and W_o."""
        return {"C": list(self.C.weight.shape), "W_o": list(self.W_o.weight.shape)}

    @torch.no_grad()
    def _remember(self, ids: Tensor, lengths: Tensor) -> None:
        states = self._lower(ids, lengths_mask(ids, lengths), lengths).cpu()
        for text, state in zip(_texts(ids, lengths), states, strict=True):
            self._kept[text] = state[: len(text) + BOUNDARIES].clone()

    def _read(self, ids: Tensor, lengths: Tensor, gates: Tensor | None = None) -> Tensor:
        """(batch, pieces + 2, width): the top layer's states, those of the boundaries among them."""
        mask = lengths_mask(ids, lengths)
        kept = [self._kept.get(text) for text in _texts(ids, lengths)] if self._kept and gates is None else []
        known = [state for state in kept if state is not None]
        if known and len(known) == len(kept):
            states = nn.utils.rnn.pad_sequence(known, batch_first=True).to(ids.device)
            states = functional.pad(states, (0, 0, 0, mask.shape[1] - states.shape[1]))
        else:
            states = self._lower(ids, mask, lengths, gates)
        return through(self.layers, states, mask)

    def _lower(self, ids: Tensor, mask: Tensor, lengths: Tensor, gates: Tensor | None = None) -> Tensor:
        """What the tuned layers read: (batch, pieces + 2, width)."""
        embeddings = self._embeddings[0]
        if self.C.weight.device != ids.device:
            for part in (embeddings, *self._below):
                part.to(ids.device)
        whole = bounded(ids, lengths, self.config.first, self.config.last)
        return through(self._below, embed(embeddings, whole, gates), mask)


def positions(texts: Encoded) -> int:
    """How many places all these texts take, their boundaries' among them."""
    return texts.tokens() + BOUNDARIES * len(texts)


def bounded(ids: Tensor, lengths: Tensor, first: int, last: int) -> Tensor:
    """(batch, pieces + 2): the texts with the rows that they begin and end with."""
    whole = functional.pad(ids, (1, 1))
    whole[:, 0] = first
    return whole.scatter_(1, (lengths + 1)[:, None], last)


def embed(embeddings: nn.Module, whole: Tensor, gates: Tensor | None) -> Tensor:
    """What the lowest layer reads of `bounded` rows of C, (batch, pieces + 2): the rows, where they stand, normalised.

    `gates`, (batch, pieces), scale the rows, never those of the boundaries.
    """
    if gates is None:
        embedded = embeddings(whole)
    else:
        rows = embeddings.get_submodule("word_embeddings")(whole)
        embedded = embeddings(inputs_embeds=rows * functional.pad(gates, (1, 1), value=1.0).unsqueeze(-1))
    assert isinstance(embedded, Tensor)
    return embedded


def through(layers: Sequence[nn.Module] | nn.ModuleList, states: Tensor, mask: Tensor) -> Tensor:
    """What the layers make of states, (batch, pieces + 2, width), of which those in the `mask` are attended to."""
    unseen = torch.zeros(mask.shape, dtype=states.dtype, device=states.device)
    unseen = unseen.masked_fill(~mask, torch.finfo(states.dtype).min)[:, None, None, :]
    for layer in layers:
        states = layer(states, unseen)
    return states


def lengths_mask(ids: Tensor, lengths: Tensor) -> Tensor:
    """(batch, pieces + 2): which places hold a piece or a boundary."""
    return torch.arange(ids.shape[1] + 2, device=ids.device)[None, :] < (lengths + 2)[:, None]


def _texts(ids: Tensor, lengths: Tensor) -> list[tuple[int, ...]]:
    return [tuple(row[:n]) for row, n in zip(ids.tolist(), lengths.tolist(), strict=True)]
