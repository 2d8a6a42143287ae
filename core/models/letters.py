"""Where the letters of the formula are in each kind of model: C, W_e, W_h and W_o as matrices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from torch import Tensor, nn

from core.catalog.language_models import DIRECTIONS
from core.models.asked import AskedClassifier
from core.models.bidirectional import BidirectionalEnsemble
from core.models.contextual import ContextualClassifier
from core.models.masked_prompt import MaskedPromptClassifier
from core.models.mean_vectors import MeanVectorClassifier
from core.models.prompted import PromptClassifier
from core.models.protocol import TextModel
from core.models.rnn import RNNClassifier
from core.models.tfidf import TfidfClassifier
from core.models.transformer import TransformerClassifier

GATES: dict[str, tuple[str, ...]] = {
    "lstm": ("input gate", "forget gate", "cell", "output gate"),
    "gru": ("reset gate", "update gate", "new"),
    "rnn": (),
}
"""What the rows of W_e and W_h are stacked of, in torch's order."""


class Letter(NamedTuple):
    """A matrix. `reader`: the direction it reads in, where there are several. `gates`: what its rows are stacked of."""

    symbol: str
    weight: Tensor
    reader: str = ""
    gates: Sequence[str] = ()
    layers: int = 1
    """How many RNNs stand on one another; the matrix is the first one's."""


def letters(model: TextModel) -> list[Letter]:
    """The letters that the model has, forward before backward."""
    return list(_letters(model))


def layers(model: TextModel) -> list[tuple[nn.Module, bool]]:
    """A transformer's layers from the bottom up, and whether each is tuned; none of other models."""
    if isinstance(model, TransformerClassifier):
        stack, tuned = model.stack().layers, len(model.layers)
    elif isinstance(model, MaskedPromptClassifier):
        stack, tuned = model.model.stack().layers, len(model.model.layers) if model.config.tuned else 0
    else:
        return []
    return [(layer, number >= len(stack) - tuned) for number, layer in enumerate(stack)]


def _letters(model: TextModel) -> Iterator[Letter]:
    match model:
        case BidirectionalEnsemble():
            for reader, member in zip(DIRECTIONS, model.members, strict=True):
                yield from _of_rnn(member, reader)
        case ContextualClassifier():
            yield from _of_rnn(model.task)
        case RNNClassifier():
            yield from _of_rnn(model)
        case PromptClassifier():
            several = len(model.asked_models) > 1
            for way, asked in model.asked_models.items():
                reader = way if several else ""
                rnn = asked.rnn[0]
                assert isinstance(rnn, nn.LSTM)
                yield Letter("C", asked.C, reader)
                for symbol, weight in zip(("W_e", "W_h"), rnn.all_weights[0][:2], strict=True):
                    yield Letter(symbol, weight, reader, GATES["lstm"], len(asked.rnn))
                yield Letter("W_o", asked.C[_answers(model)], reader)
        case MaskedPromptClassifier():
            yield Letter("C", model.C.weight)
            yield Letter("W_o", model.C.weight[_answers(model)])
        case TransformerClassifier() | MeanVectorClassifier():
            yield Letter("C", model.C.weight)
            yield Letter("W_o", model.W_o.weight)
        case TfidfClassifier():
            yield Letter("W_o", model.W_o.weight)


def _of_rnn(model: RNNClassifier, reader: str = "") -> Iterator[Letter]:
    first, gates = model.rnn.all_weights[0], GATES[model.config.cell]
    yield Letter("C", model.C.weight, reader)
    yield Letter("W_e", first[0], reader, gates, model.config.layers)
    yield Letter("W_h", first[1], reader, gates, model.config.layers)
    yield Letter("W_o", model.W_o.weight, reader)


def _answers(model: AskedClassifier) -> list[int]:
    return [row for row, _ in model.answer_rows()]
