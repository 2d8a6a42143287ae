"""Every class of classifier by the name that model.json has for it."""

from __future__ import annotations

from core.models.bidirectional import BidirectionalEnsemble
from core.models.contextual import ContextualClassifier
from core.models.masked_prompt import MaskedPromptClassifier
from core.models.mean_vectors import MeanVectorClassifier
from core.models.prompted import PromptClassifier
from core.models.protocol import TextModel
from core.models.rnn import RNNClassifier
from core.models.tfidf import TfidfClassifier
from core.models.transformer import TransformerClassifier

CLASSES: tuple[type[TextModel], ...] = (
    RNNClassifier,
    BidirectionalEnsemble,
    ContextualClassifier,
    MeanVectorClassifier,
    TransformerClassifier,
    PromptClassifier,
    MaskedPromptClassifier,
    TfidfClassifier,
)
KINDS: dict[str, type[TextModel]] = {each.kind: each for each in CLASSES}


def class_of(kind: str) -> type[TextModel]:
    """The class of that name. Raises ValueError where there is none."""
    if kind not in KINDS:
        raise ValueError(f"model.json names an unknown kind of model: {kind!r}")
    return KINDS[kind]
