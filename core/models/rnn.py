"""The one recurrent classifier of every RNN era: C, W_e, W_h, pooling, W_o.

h_n = f(W_h h_{n-1} + W_e c_n), softmax over W_o applied to the pooled states. With `cell="lstm"` (Hochreiter and
Schmidhuber 1997) W_e and W_h stack the matrices of the four gates, with `"gru"` (Cho et al. 2014) of three; with
`"rnn"` they are the lecture's own (Elman 1990). Concat pooling is Howard and Ruder's (2018): the last state, the
largest and the mean of each coordinate over the sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.data.vocabulary import Vocabulary
from core.models.language_model import BOUNDARY
from core.models.network import Network, answer_prefixes, without
from core.models.protocol import Head, Parts

CELLS: dict[str, type[nn.LSTM] | type[nn.GRU] | type[nn.RNN]] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


@dataclass(frozen=True)
class RNNConfig:
    """Sizes and regularisation of one classifier.

    `vocabulary`, `dimension`: rows and columns of C; `hidden`: width of a state; `beside`: width of what is read beside
    each c_i. `backward` reads from the last word to the first. `boundary` reads row 0 of C before the first word, as a
    language model does.
    """

    vocabulary: int
    dimension: int
    hidden: int
    classes: int
    cell: str = "lstm"
    dropout: float = 0.3
    word_dropout: float = 0.05
    layers: int = 1
    beside: int = 0
    backward: bool = False
    boundary: bool = False

    @classmethod
    def from_json(cls, sizes: Mapping[str, Any]) -> RNNConfig:
        """The sizes that `to_json` gave, of this version or an earlier one.

        Raises ValueError where W_o also sees the mean of the c_i, as it could once; TypeError for other sizes.
        """
        if sizes.get("skip"):
            raise ValueError("its W_o also sees the mean of the word vectors: this version cannot read it")
        # What was dropped is of training alone: the answers are the same without.
        return cls(**without(sizes, "skip", "weight_drop"))

    def to_json(self) -> dict[str, Any]:
        """The sizes as a JSON object."""
        return asdict(self)


class RNNClassifier(Network):
    """C (V×d), an RNN (W_e, W_h), concat pooling, W_o (classes × 3·hidden).

    Batches are padded on the right with `Vocabulary.PAD`; pads never reach a state that is pooled, so an answer does
    not depend on what it was batched with.
    """

    kind: ClassVar[str] = "rnn"

    def __init__(self, config: RNNConfig) -> None:
        super().__init__()
        if config.cell not in CELLS:
            raise ValueError(f"unknown cell {config.cell!r}: one of {', '.join(CELLS)}")
        self.config = config
        self.C = nn.Embedding(config.vocabulary, config.dimension, padding_idx=Vocabulary.PAD)
        self.rnn = CELLS[config.cell](
            config.dimension + config.beside, config.hidden, num_layers=config.layers, batch_first=True
        )
        self.W_o = nn.Linear(3 * config.hidden, config.classes)
        self.dropout = nn.Dropout(config.dropout)
        nn.init.normal_(self.C.weight, std=0.1)
        with torch.no_grad():
            self.C.weight[Vocabulary.PAD].zero_()
            if config.cell == "lstm":
                for layer in range(config.layers):
                    # An open forget gate at the start lets gradients reach the first words (Jozefowicz et al. 2015).
                    self._parameter(f"bias_ih_l{layer}")[config.hidden : 2 * config.hidden].fill_(1.0)

    @classmethod
    def from_config(cls, config: Mapping[str, Any], parts: Parts) -> RNNClassifier:  # noqa: ARG003 - it needs none
        """A classifier of sizes that `RNNConfig.to_json` gave. Raises ValueError or TypeError for others."""
        return cls(RNNConfig.from_json(config))

    @property
    def heads(self) -> list[Head]:
        """W_o and what it sees."""
        return [Head(self.W_o, self.pooled)]

    @property
    def groups(self) -> dict[str, list[nn.Parameter]]:
        """The parameters by the letter of the formula, from the top down: the order in which fine-tuning frees them."""
        return {
            "W_o": list(self.W_o.parameters()),
            "W_e, W_h": list(self.rnn.parameters()),
            "C": list(self.C.parameters()),
        }

    def states(self, ids: Tensor, lengths: Tensor, beside: Tensor | None = None) -> Tensor:
        """Hidden states, (batch, time, hidden), of padded word numbers, (batch, time), in the order of the words.

        A forward state has read the words up to its own, a backward one those from its own on.
        """
        states = self._read(ids, lengths, beside)
        return reversed_rows(states, lengths) if self.config.backward else states

    def edge(self) -> Tensor:
        """The state before the first word, (hidden,): at rest, or having read the boundary."""
        if not self.config.boundary:
            return self.C.weight.new_zeros(self.config.hidden)
        return self._recur(self.C(torch.tensor([[BOUNDARY]], device=self.C.weight.device)))[0, 0]

    def forward(
        self, ids: Tensor, lengths: Tensor, beside: Tensor | None = None, gates: Tensor | None = None
    ) -> Tensor:
        """Logits, (batch, classes). `lengths`, (batch,), counts each row's words; an empty text has length 0.

        `beside`, (batch, time, width), is read beside each c_i; `gates`, (batch, time), scale the c_i.
        """
        logits = self.W_o(self.dropout(self.pooled(ids, lengths, beside, gates)))
        assert isinstance(logits, Tensor)
        return logits

    def pooled(self, ids: Tensor, lengths: Tensor, beside: Tensor | None = None, gates: Tensor | None = None) -> Tensor:
        """What W_o sees of each text: (batch, 3·hidden)."""
        states = self._read(ids, lengths, beside, gates)
        mask = (torch.arange(ids.shape[1], device=ids.device)[None, :] < lengths[:, None]).unsqueeze(-1)
        count = lengths.clamp(min=1)
        last = states.gather(1, (count - 1)[:, None, None].expand(-1, 1, states.shape[2])).squeeze(1)
        largest = states.masked_fill(~mask, -torch.inf).amax(dim=1)
        mean = states.masked_fill(~mask, 0.0).sum(dim=1) / count[:, None]
        pooled = torch.cat([last, largest, mean], dim=1)
        # Nothing to pool: the answer to an empty text is the bias alone.
        return torch.where((lengths > 0)[:, None], pooled, torch.zeros_like(pooled))

    def running(self, prefixes: Sequence[Sequence[int]], beside: Tensor | None = None) -> Tensor:
        """Logits after each word of one text, (words, classes): the head applied to every prefix.

        What stands `beside`, (words, width), must not have read beyond its word.
        """
        if self.config.backward:
            return answer_prefixes(self, prefixes, len(prefixes))
        ids = torch.tensor(prefixes[-1], device=self.C.weight.device)
        length = torch.tensor([len(ids)], device=ids.device)
        states = self._read(ids[None, :], length, None if beside is None else beside[None])[0]
        steps = torch.arange(1, len(ids) + 1, device=ids.device)[:, None]
        pooled = torch.cat([states, states.cummax(dim=0).values, states.cumsum(dim=0) / steps], dim=1)
        logits = self.W_o(self.dropout(pooled))
        assert isinstance(logits, Tensor)
        return logits

    def shapes(self) -> dict[str, list[int]]:
        """The shape of each letter of the formula, as the provenance strip shows it; W_e and W_h of the first layer."""
        return {
            "C": list(self.C.weight.shape),
            "W_e": list(self._parameter("weight_ih_l0").shape),
            "W_h": list(self._parameter("weight_hh_l0").shape),
            "W_o": list(self.W_o.weight.shape),
        }

    def _read(self, ids: Tensor, lengths: Tensor, beside: Tensor | None, gates: Tensor | None = None) -> Tensor:
        """States, (batch, time, hidden), in the order of reading. The state starts at zero."""
        if self.config.backward:
            ids = reversed_rows(ids, lengths)
            beside = None if beside is None else reversed_rows(beside, lengths)
            gates = None if gates is None else reversed_rows(gates, lengths)
        if self.training and self.config.word_dropout > 0:
            # Words turned into <unk> now and then, so that <unk> itself is trained and no single word is relied on.
            drop = (torch.rand(ids.shape, device=ids.device) < self.config.word_dropout) & (ids != Vocabulary.PAD)
            ids = ids.masked_fill(drop, Vocabulary.UNKNOWN)
        if self.config.boundary:
            ids = functional.pad(ids, (1, 0), value=BOUNDARY)
            gates = None if gates is None else functional.pad(gates, (1, 0), value=1.0)
        vectors = self.C(ids) if gates is None else self.C(ids) * gates.unsqueeze(-1)
        inputs = vectors if beside is None else torch.cat([vectors, beside], dim=2)
        states = self._recur(self.dropout(inputs))
        return states[:, 1:] if self.config.boundary else states

    def _recur(self, inputs: Tensor) -> Tensor:
        states, _ = self.rnn(inputs)
        assert isinstance(states, Tensor)
        return states

    def _parameter(self, name: str) -> Tensor:
        parameter = getattr(self.rnn, name)
        assert isinstance(parameter, Tensor)
        return parameter


def reversed_rows(rows: Tensor, lengths: Tensor) -> Tensor:
    """(batch, time, ...) with the first `lengths` places of each row in reverse; pads stay where they are."""
    time = torch.arange(rows.shape[1], device=rows.device)[None, :]
    place = torch.where(time < lengths[:, None], lengths[:, None] - 1 - time, time)
    return rows.gather(1, place.reshape(*place.shape, *[1] * (rows.dim() - 2)).expand_as(rows))
