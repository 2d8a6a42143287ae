"""Whose hidden states h are: each kind of model as a function of words to one vector a word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from core.catalog.language_models import DIRECTIONS
from core.data.batches import pad
from core.models.bidirectional import BidirectionalEnsemble
from core.models.contextual import ContextualClassifier
from core.models.language_model import BOUNDARY
from core.models.mean_vectors import MeanVectorClassifier
from core.models.prompted import PromptClassifier
from core.models.rnn import RNNClassifier
from core.models.tfidf import TfidfClassifier
from core.pretrained.classifier import Classifier


class Edge(NamedTuple):
    """What an RNN's state is before it has read a word, (width,), and whether it reads from the last word on."""

    state: Tensor
    backward: bool


class Reader:
    """h of a classifier.

    `names`: the directions that answer side by side, none where there is one; `name`: the one whose h it is, the first
    of them where none of that name is asked for; `edge`: None of no RNN.
    """

    def __init__(self, classifier: Classifier, name: str = "") -> None:
        self._classifier, self._model = classifier, classifier.model
        self.names: tuple[str, ...] = ()
        self.name, self.edge = "", None
        self._first = 0
        match self._model:
            case BidirectionalEnsemble(members=members):
                self.names = DIRECTIONS
                self.name = name if name in DIRECTIONS else DIRECTIONS[0]
                self._model = members[DIRECTIONS.index(self.name)]
                self.edge = _edge(self._model)
            case ContextualClassifier(task=task):
                self.edge = _edge(task)
            case RNNClassifier():
                self.edge = _edge(self._model)
            case PromptClassifier(asked_models=asked):
                way = name if name in asked else next(iter(asked))
                if len(asked) > 1:
                    self.names, self.name = tuple(asked), way
                self._asked = language_model = asked[way]
                ways = list(asked)
                self._first = sum(asked[each].config.hidden for each in ways[: ways.index(way)])
                boundary = language_model.C[torch.tensor([[BOUNDARY]])]
                read = language_model.read(boundary, language_model.start(1))[0]
                self.edge = Edge(read[-1][0, 0], way == "backward")

    @property
    def model(self) -> object:
        """The model, or of several that answer together the one whose states are shown."""
        return self._model

    @property
    def vectors(self) -> Tensor:
        """C of whose states are shown, (vocabulary, d)."""
        if isinstance(self._model, PromptClassifier):
            return self._asked.C
        assert self._model.C is not None
        return self._model.C.weight

    def __bool__(self) -> bool:
        """Whether there are any states: not where words are only counted, or averaged."""
        return not isinstance(self._model, TfidfClassifier | MeanVectorClassifier)

    @torch.inference_mode()
    def states(self, texts: Sequence[Sequence[str]]) -> list[Tensor]:
        """One (words, width) tensor a text, in the order of its words. Texts of no words have none."""
        match self._model:
            case RNNClassifier() | ContextualClassifier() | PromptClassifier():
                ids, lengths = pad([self._classifier.vocabulary.encode(text) for text in texts])
                if isinstance(self._model, ContextualClassifier):
                    found = self._model.task_states(ids, lengths)
                else:
                    found = self._model.states(ids, lengths)
                if isinstance(self._model, PromptClassifier):
                    found = found[:, :, self._first : self._first + self._asked.config.hidden]
                return [lane[:length] for lane, length in zip(found, lengths.tolist(), strict=True)]
        return [each[: len(text)] for each, text in zip(self._classifier.states(texts), texts, strict=True)]


def _edge(model: RNNClassifier) -> Edge:
    return Edge(model.edge(), model.config.backward)
