"""The elmo era: a task RNN that reads [c_i ; γ·mix of frozen language models' states] (Peters et al. 2018).

The mix is a softmax over the layers of every direction. With one layer a direction it weighs forward against backward;
ELMo's own has several layers and gives both directions the same weights.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.catalog.model_info import Mix
from core.data.batches import Encoded, pad
from core.data.lexicon import Lexicon
from core.data.vocabulary import Vocabulary
from core.models.frozen_language_model import FrozenLanguageModel
from core.models.language_model import BOUNDARY
from core.models.network import Network, answer_prefixes
from core.models.protocol import FirstReading, Head, Parts
from core.models.rnn import RNNClassifier, RNNConfig, reversed_rows


class ContextualClassifier(Network):
    """`task` reads beside each c_i the mixed states of `models`, one a direction, which stay as they are.

    The language models are not among the parameters: they are artifacts of their own. `vocabulary` is the classifier's;
    a word that a language model does not have is `<unk>` to it.
    """

    kind: ClassVar[str] = "contextual"

    def __init__(self, config: RNNConfig, models: Mapping[str, FrozenLanguageModel], vocabulary: Lexicon) -> None:
        super().__init__()
        sizes = [(each.model.config.layers, each.model.config.hidden) for each in models.values()]
        if config.beside != sum(hidden for _, hidden in sizes):
            raise ValueError("the task RNN does not read as much as the language models say")
        self.config = config
        self.task = RNNClassifier(config)
        self.mix = nn.ParameterList([torch.zeros(layers) for layers, _ in sizes])
        self.gamma = nn.Parameter(torch.ones(()))
        self._models = dict(models)
        self._theirs = {way: _translation(vocabulary, each.vocabulary) for way, each in models.items()}
        self._kept: dict[tuple[int, ...], tuple[Tensor, ...]] = {}
        self._room = 0

    @classmethod
    def from_config(cls, config: Mapping[str, Any], parts: Parts) -> ContextualClassifier:
        """A task RNN of sizes that `RNNConfig.to_json` gave, over language models.

        Raises ValueError or TypeError for other sizes.
        """
        return cls(RNNConfig.from_json(config), parts.language_models(), parts.lexicon)

    @property
    def C(self) -> nn.Embedding:  # noqa: N802 - the letter of the formula
        """The word vectors that the task RNN reads."""
        return self.task.C

    @property
    def groups(self) -> dict[str, list[nn.Parameter]]:
        """The parameters from the top down; the mix is the task RNN's, its language models are nobody's to tune."""
        groups = self.task.groups
        return {**groups, "W_e, W_h": [*groups["W_e, W_h"], *self.mix.parameters(), self.gamma]}

    @property
    def heads(self) -> list[Head]:
        """The task RNN's W_o and what it sees."""
        return [Head(self.task.W_o, lambda ids, lengths: self.task.pooled(ids, lengths, self.states(ids, lengths)))]

    def shares(self) -> dict[str, list[float]]:
        """How the mix is made up: a share for each layer of each direction, 1 together."""
        return {way: share.tolist() for way, share in zip(self._models, self._split(), strict=True)}

    def mixture(self) -> Mix:
        """γ, and the shares."""
        return Mix({way: tuple(share) for way, share in self.shares().items()}, self.gamma.item())

    def remember(self, room: int, texts: Sequence[Encoded]) -> Iterator[int]:  # noqa: ARG002 - not before they come
        """Keep the language models' states of whatever texts are read from now on, in half precision."""
        self._room = room
        self.first_reading = FirstReading()
        return iter(())

    def forget(self) -> None:
        """Drop the states that are kept, and keep no more."""
        self._kept.clear()
        self._room = 0
        self.first_reading = FirstReading(complete=True)

    def forward(self, ids: Tensor, lengths: Tensor, gates: Tensor | None = None) -> Tensor:
        """Logits, (batch, classes), of padded word numbers, (batch, time).

        `gates`, (batch, time), scale each word's vector in the task RNN's C and in the language models'.
        """
        mixed = self.states(ids, lengths) if gates is None else self._scaled(ids, lengths, gates)
        logits = self.task(ids, lengths, mixed, gates)
        assert isinstance(logits, Tensor)
        return logits

    def running(self, prefixes: Sequence[Sequence[int]]) -> Tensor:
        """Logits after each word of one text, (words, classes), as if the text ended there."""
        if "backward" in self._models:
            return answer_prefixes(self, prefixes, len(prefixes))
        return self.task.running(prefixes, self.states(*pad(prefixes[-1:]))[0])

    def states(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """γ·mix of the language models' states, (batch, time, width): [forward; backward], zeros at pads."""
        layers = self._read([tuple(row[:n]) for row, n in zip(ids.tolist(), lengths.tolist(), strict=True)])
        mixed: list[Tensor] = []
        for each, share in zip(layers, self._split(), strict=True):
            padded = nn.utils.rnn.pad_sequence(each, batch_first=True).to(ids.device, torch.float32)
            padded = functional.pad(padded, (0, 0, 0, 0, 0, ids.shape[1] - padded.shape[1]))
            mixed.append((padded * share[None, None, :, None]).sum(dim=2))
        return self._join(mixed)

    def task_states(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """The states of the task RNN itself, (batch, time, hidden)."""
        return self.task.states(ids, lengths, self.states(ids, lengths))

    def read_below(self, ids: Sequence[int]) -> dict[str, Tensor]:
        """Each language model's states at the words of one text, (words, layers, hidden), by direction, unmixed."""
        read = self._read([tuple(ids)])
        return {way: each[0].float() for way, each in zip(self._models, read, strict=True)}

    def shapes(self) -> dict[str, list[int]]:
        """The shape of each letter of the task RNN's formula."""
        return self.task.shapes()

    def _scaled(self, ids: Tensor, lengths: Tensor, gates: Tensor) -> Tensor:
        """What `states` gives of word vectors that are scaled, with the gradient of the gates."""
        mixed: list[Tensor] = []
        for (way, each), share in zip(self._models.items(), self._split(), strict=True):
            backward = way == "backward"
            theirs = torch.tensor(self._theirs[way], device=ids.device)[ids]
            read, scales = ((reversed_rows(part, lengths) if backward else part) for part in (theirs, gates))
            vectors = each.model.C[functional.pad(read, (1, 0), value=BOUNDARY).t()]
            layers, _ = each.model.read(
                vectors * functional.pad(scales, (1, 0), value=1.0).t().unsqueeze(-1), each.model.start(len(ids))
            )
            # In half precision, as the states that are kept.
            states = torch.stack(layers, dim=2)[1:].transpose(0, 1).to(torch.float16).to(torch.float32)
            own = (states * share[None, None, :, None]).sum(dim=2)
            mixed.append(reversed_rows(own, lengths) if backward else own)
        return self._join(mixed)

    def _join(self, mixed: list[Tensor]) -> Tensor:
        """γ·mix: scaled so that without training every direction is the plain mean of its layers."""
        return self.gamma * len(mixed) * torch.cat(mixed, dim=2)

    def _split(self) -> tuple[Tensor, ...]:
        """The shares of each direction's layers."""
        sizes = [len(each) for each in self.mix]
        return torch.split(torch.cat(list(self.mix)).softmax(dim=0), sizes)

    def _read(self, texts: Sequence[tuple[int, ...]]) -> list[list[Tensor]]:
        """For each direction one (words, layers, hidden) tensor a text, in half precision."""
        new = [text for text in dict.fromkeys(texts) if text not in self._kept]
        began, before = time.monotonic(), len(self._kept)
        read = dict(zip(new, self._ask(new), strict=True))
        for text, layers in read.items():
            if (size := sum(2 * each.numel() for each in layers)) <= self._room:
                self._kept[text] = layers
                self._room -= size
        first, kept = self.first_reading, len(self._kept) - before
        if not first.complete and new:
            first.seconds += (time.monotonic() - began) * kept / len(new)
            first.texts += kept
            first.complete = kept < len(new)
        found = [read.get(text) or self._kept[text] for text in texts]
        return [list(each) for each in zip(*found, strict=True)]

    def _ask(self, texts: Sequence[tuple[int, ...]]) -> list[tuple[Tensor, ...]]:
        if not texts:
            return []
        asked: list[list[Tensor]] = []
        for way, each in self._models.items():
            theirs = self._theirs[way]
            states = each.states([[theirs[word] for word in text] for text in texts])
            asked.append([layers.transpose(0, 1).to(torch.float16) for layers in states])
        return list(zip(*asked, strict=True))


def _translation(ours: Lexicon, theirs: Vocabulary) -> list[int]:
    """The number by which `theirs` knows each word of `ours`."""
    return [Vocabulary.PAD, Vocabulary.UNKNOWN, *theirs.encode(ours.words[2:])]
