"""An LSTM language model of one direction: C, W_e, W_h, and a softmax whose weights are C again.

h_n = f(W_h h_{n-1} + W_e c_n); the next word's probability is the softmax of C q_n + b, where q_n is h_n, projected to
the width of C if it has another (tied weights: Press and Wolf 2017, Inan et al. 2017). A backward model is the same
model over reversed text.

Row 0 of C, `<pad>` to a classifier, stands for the boundary of a document: it is read before the first word and never
predicted.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.data.vocabulary import Vocabulary

BOUNDARY = Vocabulary.PAD

State = tuple[Tensor, Tensor]
"""The LSTM's h and c between two windows of text, each (layers, batch, hidden)."""


@dataclass(frozen=True)
class LanguageModelConfig:
    """Sizes and regularisation.

    `dropout` is variational: one mask a sequence for the input, between layers and for the output (Gal and Ghahramani
    2016); `embedding_dropout` drops words wherever a step reads them, `weight_drop` entries of W_h (Merity et al.
    2018).
    """

    vocabulary: int
    dimension: int
    hidden: int
    layers: int = 1
    dropout: float = 0.0
    embedding_dropout: float = 0.0
    weight_drop: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The configuration as a JSON object."""
        return asdict(self)


class LanguageModel(nn.Module):
    """C (V×d) and bias (V), `layers` LSTMs of `hidden` units, a projection to d if `hidden` is not d."""

    def __init__(self, config: LanguageModelConfig) -> None:
        super().__init__()
        self.config = config
        self.C = nn.Parameter(torch.empty(config.vocabulary, config.dimension))
        self.bias = nn.Parameter(torch.zeros(config.vocabulary))
        widths = [config.dimension] + [config.hidden] * (config.layers - 1)
        self.rnn = nn.ModuleList(nn.LSTM(width, config.hidden) for width in widths)
        tied = config.hidden == config.dimension
        self.projection = nn.Identity() if tied else nn.Linear(config.hidden, config.dimension, bias=False)
        self.arithmetic = torch.float32
        """What the LSTMs compute in while training; parameters, states and all else stay float32."""
        self.part, self.parts = 0, 1
        """Which of how many equal parts of a batch it reads while training: dropout is drawn for all of the batch."""
        nn.init.normal_(self.C, std=0.1)
        with torch.no_grad():
            for cell in self.rnn:
                assert isinstance(cell, nn.LSTM)
                # An open forget gate at the start lets gradients reach the first words (Jozefowicz et al. 2015).
                cell.all_weights[0][2][config.hidden : 2 * config.hidden].fill_(1.0)

    @property
    def dense(self) -> list[nn.Parameter]:
        """Every parameter but C and bias, of which a step moves only the rows it meets."""
        return [p for name, p in self.named_parameters() if name not in ("C", "bias")]

    def start(self, batch: int) -> State:
        """The state before the first word: zeros."""
        shape = (self.config.layers, batch, self.config.hidden)
        return self.C.new_zeros(shape), self.C.new_zeros(shape)

    def read(self, vectors: Tensor, state: State) -> tuple[list[Tensor], State]:
        """Each layer's states, (time, batch, hidden), of word vectors, (time, batch, d), and the state after them."""
        inputs, layers = vectors, list[Tensor]()
        last: list[State] = []
        kind = self.arithmetic if self.training else torch.float32
        for number, cell in enumerate(self.rnn):
            assert isinstance(cell, nn.LSTM)
            w_e, w_h, *biases = cell.all_weights[0]
            dropped = functional.dropout(w_h, self.config.weight_drop, self.training)
            weights = [weight.to(kind) for weight in (w_e, dropped, *biases)]
            before = [part[number : number + 1].to(kind) for part in state]
            # What nn.LSTM itself calls, with a W_h of our own.
            outputs, h, c = torch.lstm(
                self._drop(inputs).to(kind), before, weights, True, 1, 0.0, self.training, False, False
            )
            inputs = outputs.float()
            layers.append(inputs)
            last.append((h.float(), c.float()))
        return layers, (torch.cat([h for h, _ in last]), torch.cat([c for _, c in last]))

    def query(self, states: Tensor) -> Tensor:
        """What is compared with each row of C, (time, batch, d), from the top layer's states, (time, batch, hidden)."""
        query = self.projection(self._drop(states))
        assert isinstance(query, Tensor)
        return query

    def drop_words(self, rows: Tensor) -> Tensor:
        """Rows of C as a training step reads them: some words are nothing in all their places."""
        if not self.training or not self.config.embedding_dropout:
            return rows
        return rows * functional.dropout(torch.ones(len(rows), 1), self.config.embedding_dropout)

    def log_probabilities(self, queries: Tensor) -> Tensor:
        """Exact log probabilities, (n, V), of the word after each query, (n, d); the boundary's is -inf."""
        logits = torch.addmm(self.bias, queries, self.C.t())
        logits[:, BOUNDARY] = -torch.inf
        return logits.log_softmax(dim=1)

    def shapes(self) -> dict[str, list[int]]:
        """The shape of each letter of the formula; W_e and W_h of the first layer."""
        first = self.rnn[0]
        assert isinstance(first, nn.LSTM)
        letters = dict(zip(("C", "W_e", "W_h"), [self.C, *first.all_weights[0][:2]], strict=True))
        return {name: list(tensor.shape) for name, tensor in letters.items()}

    def _drop(self, values: Tensor) -> Tensor:
        if not self.training or not self.config.dropout:
            return values
        _, batch, width = values.shape
        masks = functional.dropout(torch.ones(1, batch * self.parts, width), self.config.dropout)
        return values * masks.chunk(self.parts, dim=1)[self.part]
