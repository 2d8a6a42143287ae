"""A transformer that guesses masked words: its layers over C, and a head over the vocabulary (Devlin et al. 2019).

The upper layers are tuned. C and what lies below them stay as they were pretrained: a guess is scored against the very
rows of C that are read (tied weights), moved by a small transformation and a bias of each piece.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.models.transformer import Stack, bounded, embed, lengths_mask, through

if TYPE_CHECKING:
    from transformers.models.bert.modeling_bert import BertModel


class MaskedHead(nn.Module):
    """A state to a query, (..., width), that is compared with the rows of C; `bias`: (V,), how frequent a piece is."""

    def __init__(self, width: int, vocabulary: int) -> None:
        super().__init__()
        # Nothing moves before the first step: the states of the top layer lie in the space of C already.
        self.dense = nn.Linear(width, width)
        nn.init.eye_(self.dense.weight)
        nn.init.zeros_(self.dense.bias)
        self.norm = nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(vocabulary))

    def forward(self, states: Tensor) -> Tensor:
        """The queries of states, (..., width)."""
        query = self.norm(functional.gelu(self.dense(states)))
        assert isinstance(query, Tensor)
        return query


class MaskedLanguageModel(nn.Module):
    """The layers of `encoder`, of which the upper `tuned` are its parameters, and the head.

    `first`, `last`: the rows of C that every text begins and ends with.
    """

    def __init__(self, encoder: BertModel, tuned: int, first: int, last: int) -> None:
        super().__init__()
        layers = list(encoder.encoder.layer)
        self.own = max(0, len(layers) - tuned)
        """How many layers lie below those that are tuned."""
        encoder.requires_grad_(False)
        self._embeddings = (encoder.embeddings.eval(),)  # in a tuple, so that it is not among the parameters
        self._below = tuple(layer.eval() for layer in layers[: self.own])
        self.layers = nn.ModuleList(layers[self.own :]).requires_grad_(True)
        self.first, self.last = first, last
        self.head = MaskedHead(self.C.shape[1], len(self.C))
        self.arithmetic = torch.float32
        """What matrices are multiplied in while training."""

    @property
    def C(self) -> Tensor:  # noqa: N802 - the letter of the formula
        """The wordpiece vectors, (V, width)."""
        return self.embedding.weight

    @property
    def embedding(self) -> nn.Embedding:
        """C as the table that it is read from."""
        table = self._embeddings[0].word_embeddings
        assert isinstance(table, nn.Embedding)
        return table

    @property
    def bias(self) -> Tensor:
        """How frequent each piece is, (V,), added to what a query is compared with."""
        return self.head.bias

    @property
    def size(self) -> int:
        """How many numbers it is made of, the frozen ones too."""
        parts = (self._embeddings[0], *self._below, self.layers, self.head)
        return sum(parameter.numel() for part in parts for parameter in part.parameters())

    def stack(self) -> Stack:
        """All its layers, to be read one by one."""
        return Stack(self._embeddings[0], (*self._below, *self.layers), self.first, self.last)

    def logits(self, ids: Tensor, lengths: Tensor, wanted: Tensor) -> Tensor:
        """(places, V): what each wanted place is guessed to be, float32.

        `ids`: padded rows of C without the boundaries, (batch, pieces); `lengths`: (batch,); `wanted`: (batch, pieces)
        bool.
        """
        with torch.autocast("cpu", torch.bfloat16, enabled=self.arithmetic is torch.bfloat16):
            return functional.linear(self.queries(ids, lengths, wanted), self.C, self.head.bias).float()

    def queries(self, ids: Tensor, lengths: Tensor, wanted: Tensor, gates: Tensor | None = None) -> Tensor:
        """(places, width): what is compared with each row of C to guess the wanted places of texts as in `logits`.

        `gates`, (batch, pieces), scale the pieces' rows of C.
        """
        if self.C.device != ids.device:
            for part in (self._embeddings[0], *self._below):
                part.to(ids.device)
        mask = lengths_mask(ids, lengths)
        with torch.set_grad_enabled(gates is not None and torch.is_grad_enabled()):
            embedded = embed(self._embeddings[0], bounded(ids, lengths, self.first, self.last), gates)
            states = through(self._below, embedded, mask)
        states = through(self.layers, states, mask)[:, 1:-1]
        query = self.head(states[wanted])
        assert isinstance(query, Tensor)
        return query

    def log_probabilities(self, queries: Tensor) -> Tensor:
        """(n, V), of queries, (n, width)."""
        return functional.linear(queries, self.C, self.head.bias).log_softmax(dim=1)

    @torch.inference_mode()
    def means(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """(batch, width): the mean of the top layer's states of each text, those of its boundaries among them."""
        mask = lengths_mask(ids, lengths).unsqueeze(-1)
        states = self.stack().states(ids, lengths, self.own + len(self.layers))
        return (states * mask).sum(dim=1) / mask.sum(dim=1)
