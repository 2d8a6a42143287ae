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
    """h of a classifier. `name`: the direction it reads in, where others answer beside it; `edge`: None of no RNN."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier, self._model = classifier, classifier.model
        self.name, self.edge = "", None
        match self._model:
            case BidirectionalEnsemble(members=members):
                self._model = members[0]
                self.name, self.edge = DIRECTIONS[0], _edge(members[0])
            case ContextualClassifier(task=task):
                self.edge = _edge(task)
            case RNNClassifier():
                self.edge = _edge(self._model)
            case PromptClassifier(asked_models=asked):
                way, language_model = next(iter(asked.items()))
                self.name = way if len(asked) > 1 else ""
                first = language_model.C[torch.tensor([[BOUNDARY]])]
                self.edge = Edge(language_model.read(first, language_model.start(1))[0][-1][0, 0], way == "backward")

    @property
    def model(self) -> object:
        """The model, or of several that answer together the one whose states are shown."""
        return self._model

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
                    found = found[:, :, : next(iter(self._model.asked_models.values())).config.hidden]
                return [lane[:length] for lane, length in zip(found, lengths.tolist(), strict=True)]
        return [each[: len(text)] for each, text in zip(self._classifier.states(texts), texts, strict=True)]


def _edge(model: RNNClassifier) -> Edge:
    return Edge(model.edge(), model.config.backward)
