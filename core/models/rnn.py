"""The one recurrent classifier of every RNN era: C, W_e, W_h, pooling, W_o.

h_n = f(W_h h_{n-1} + W_e c_n), softmax over W_o applied to the pooled states. With `cell="lstm"` (Hochreiter and
Schmidhuber 1997) W_e and W_h stack the matrices of the four gates, with `"gru"` (Cho et al. 2014) of three; with
`"rnn"` they are the lecture's own (Elman 1990). Concat pooling is Howard and Ruder's (2018): the last state, the
largest and the mean of each coordinate over the sentence.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from core.data.vocabulary import Vocabulary

CELLS: dict[str, type[nn.LSTM] | type[nn.GRU] | type[nn.RNN]] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


@dataclass(frozen=True)
class RNNConfig:
    """Sizes of one classifier. `vocabulary`, `dimension`: rows and columns of C; `hidden`: width of a state."""

    vocabulary: int
    dimension: int
    hidden: int
    classes: int
    cell: str = "lstm"
    dropout: float = 0.3
    word_dropout: float = 0.05

    def to_json(self) -> dict[str, Any]:
        """The sizes as a JSON object."""
        return asdict(self)


class RNNClassifier(nn.Module):
    """C (V×d), an RNN (W_e, W_h), concat pooling, W_o (classes × 3·hidden).

    Batches are padded on the right with `Vocabulary.PAD`; pads never reach a state that is pooled, so an answer does
    not depend on what it was batched with.
    """

    def __init__(self, config: RNNConfig) -> None:
        super().__init__()
        if config.cell not in CELLS:
            raise ValueError(f"unknown cell {config.cell!r}: one of {', '.join(CELLS)}")
        self.config = config
        self.C = nn.Embedding(config.vocabulary, config.dimension, padding_idx=Vocabulary.PAD)
        self.rnn = CELLS[config.cell](config.dimension, config.hidden, batch_first=True)
        self.W_o = nn.Linear(3 * config.hidden, config.classes)
        self.dropout = nn.Dropout(config.dropout)
        nn.init.normal_(self.C.weight, std=0.1)
        with torch.no_grad():
            self.C.weight[Vocabulary.PAD].zero_()
            if config.cell == "lstm":
                # An open forget gate at the start lets gradients reach the first words (Jozefowicz et al. 2015).
                self._parameter("bias_ih_l0")[config.hidden : 2 * config.hidden].fill_(1.0)

    def states(self, ids: Tensor) -> Tensor:
        """Hidden states, (batch, time, hidden), of padded word numbers, (batch, time). The state starts at zero."""
        if self.training and self.config.word_dropout > 0:
            # Words turned into <unk> now and then, so that <unk> itself is trained and no single word is relied on.
            drop = (torch.rand(ids.shape, device=ids.device) < self.config.word_dropout) & (ids != Vocabulary.PAD)
            ids = ids.masked_fill(drop, Vocabulary.UNKNOWN)
        states, _ = self.rnn(self.dropout(self.C(ids)))
        assert isinstance(states, Tensor)
        return states

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """Logits, (batch, classes). `lengths`, (batch,), counts each row's words; an empty text has length 0."""
        states = self.states(ids)
        mask = (torch.arange(ids.shape[1], device=ids.device)[None, :] < lengths[:, None]).unsqueeze(-1)
        count = lengths.clamp(min=1)
        last = states.gather(1, (count - 1)[:, None, None].expand(-1, 1, states.shape[2])).squeeze(1)
        largest = states.masked_fill(~mask, -torch.inf).amax(dim=1)
        mean = states.masked_fill(~mask, 0.0).sum(dim=1) / count[:, None]
        pooled = torch.cat([last, largest, mean], dim=1)
        # Nothing to pool: the answer to an empty text is the bias alone.
        pooled = torch.where((lengths > 0)[:, None], pooled, torch.zeros_like(pooled))
        logits = self.W_o(self.dropout(pooled))
        assert isinstance(logits, Tensor)
        return logits

    def running(self, ids: Tensor) -> Tensor:
        """Logits after each word of one text, (time, classes): the head applied to every prefix. ids: (time,)."""
        states = self.states(ids[None, :]).squeeze(0)
        steps = torch.arange(1, len(ids) + 1, device=ids.device)[:, None]
        pooled = torch.cat([states, states.cummax(dim=0).values, states.cumsum(dim=0) / steps], dim=1)
        logits = self.W_o(self.dropout(pooled))
        assert isinstance(logits, Tensor)
        return logits

    def shapes(self) -> dict[str, list[int]]:
        """The shape of each letter of the formula, as the provenance strip shows it."""
        return {
            "C": list(self.C.weight.shape),
            "W_e": list(self._parameter("weight_ih_l0").shape),
            "W_h": list(self._parameter("weight_hh_l0").shape),
            "W_o": list(self.W_o.weight.shape),
        }

    def _parameter(self, name: str) -> Tensor:
        parameter = getattr(self.rnn, name)
        assert isinstance(parameter, Tensor)
        return parameter
