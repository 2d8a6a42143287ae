"""Where a classifier's parameters start: each from where the era table says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import torch

from core.data.lexicon import Lexicon
from core.data.vocabulary import Vocabulary
from core.eras.table import Reads
from core.finetuning.prepare import Training
from core.finetuning.tfidf import bag
from core.models.bidirectional import BidirectionalEnsemble
from core.models.contextual import ContextualClassifier
from core.models.frozen_language_model import FrozenLanguageModel
from core.models.language_model import LanguageModel
from core.models.mean_vectors import MeanVectorClassifier, MeanVectorConfig
from core.models.rnn import RNNClassifier, RNNConfig
from core.models.transformer import TransformerClassifier, TransformerConfig
from core.pretrained import language_model as frozen
from core.pretrained import vectors
from core.pretrained.classifier import TextModel
from core.storage.store import Artifact

LARGEST_VOCABULARY = 50_000
ROOM = 1 << 30
"""Bytes that the states of frozen language models may take while training; beyond it they are computed again."""


def initialise(
    training: Training, language_models: Mapping[str, Artifact], texts: Sequence[list[str]]
) -> tuple[TextModel, Lexicon]:
    """The classifier before training, and the words it knows; `texts` are the labelled training texts' words.

    Without pretrained vectors the words are those of these texts: nothing else was ever read. With them, words of the
    texts that have no vector get a row too, random (Kim 2014) or a copy of a language model's `<unk>`, unless C stays
    as it is.
    """
    torch.manual_seed(training.job.seed)
    if training.era.reads is Reads.WORDPIECES:
        return _transformer(training)
    counts = Counter(word for text in texts for word in text)
    if training.era.fine_tuned:
        return _fine_tuned(training, [frozen.load(each.path) for each in language_models.values()], counts)
    if training.era.reads is Reads.NGRAMS:
        return bag(texts, len(training.task.labels))
    start = vectors.load(training.vectors.path) if training.vectors else None
    vocabulary = start.vocabulary if start else Vocabulary.from_counts(counts, size=LARGEST_VOCABULARY)
    classes = len(training.task.labels)
    if training.era.id == "average":
        assert start is not None
        average = MeanVectorClassifier(MeanVectorConfig(len(vocabulary), training.job.dimension, classes))
        average.C.weight.data.copy_(torch.from_numpy(start.matrix))
        return average, vocabulary
    if start and not training.job.freeze_c:
        vocabulary = vocabulary.extended(counts, len(vocabulary) + LARGEST_VOCABULARY)
    job = training.job
    below = {way: frozen.load(artifact.path) for way, artifact in language_models.items()}
    config = RNNConfig(
        vocabulary=len(vocabulary),
        dimension=job.dimension,
        hidden=job.hidden,
        classes=classes,
        cell=job.cell,
        dropout=job.dropout,
        beside=sum(each.model.config.hidden for each in below.values()),
    )
    model: RNNClassifier | ContextualClassifier
    if below:
        model = contextual = ContextualClassifier(config, below, vocabulary)
        contextual.remember(ROOM)
    else:
        model = RNNClassifier(config)
    if start:
        model.C.weight.data[: len(start.matrix)] = torch.from_numpy(start.matrix)
    if job.freeze_c:
        model.C.weight.requires_grad_(False)
    return model, vocabulary


def _transformer(training: Training) -> tuple[TextModel, Lexicon]:
    """The pretrained layers and a random W_o; the words are spelled as the transformer learned to."""
    job, encoder = training.job, training.encoder
    assert encoder is not None
    lexicon, sizes = encoder.lexicon(), encoder.config
    first, last = lexicon.boundaries()
    config = TransformerConfig(
        width=int(sizes["hidden_size"]),
        layers=encoder.kept(job.dropped_layers),
        classes=len(training.task.labels),
        tuned=job.tuned_layers,
        first=first,
        last=last,
        dropout=job.dropout,
    )
    return TransformerClassifier(config, encoder.model(job.dropout)), lexicon


def _fine_tuned(
    training: Training, bases: Sequence[FrozenLanguageModel], counts: Counter[str]
) -> tuple[TextModel, Vocabulary]:
    """The architecture of the language models: their parameters, or for the control only their sizes."""
    job = training.job
    if training.era.pretrained:
        vocabulary = bases[0].vocabulary.extended(counts, len(bases[0].vocabulary) + LARGEST_VOCABULARY)
    else:
        vocabulary = Vocabulary.from_counts(counts, size=LARGEST_VOCABULARY)

    def config(base: FrozenLanguageModel) -> RNNConfig:
        return RNNConfig(
            vocabulary=len(vocabulary),
            dimension=base.model.config.dimension,
            hidden=base.model.config.hidden,
            layers=base.model.config.layers,
            classes=len(training.task.labels),
            dropout=job.dropout,
            backward=base.backward,
            boundary=True,
        )

    configs = [config(base) for base in bases]
    model = RNNClassifier(configs[0]) if len(bases) == 1 else BidirectionalEnsemble(*configs)
    members = model.members if isinstance(model, BidirectionalEnsemble) else [model]
    if training.era.pretrained:
        for member, base in zip(members, bases, strict=True):
            _take_over(member, base.model)
    return model, vocabulary


@torch.no_grad()
def _take_over(classifier: RNNClassifier, model: LanguageModel) -> None:
    """C, W_e and W_h of the language model; words it does not have start as its `<unk>`."""
    known = len(model.C)
    classifier.C.weight[:known] = model.C
    classifier.C.weight[known:] = model.C[Vocabulary.UNKNOWN]
    for layer, cell in enumerate(model.rnn):
        for name, theirs in cell.named_parameters():
            getattr(classifier.rnn, name.removesuffix("0") + str(layer)).copy_(theirs)
