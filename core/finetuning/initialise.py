"""Where a classifier's parameters start: each from where the era table says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import torch
from torch import nn

from core.data.lexicon import Lexicon
from core.data.vocabulary import Vocabulary
from core.eras.table import Composition
from core.finetuning.prepare import Training
from core.finetuning.prompting import choose_prompt
from core.models.bidirectional import BidirectionalEnsemble
from core.models.contextual import ContextualClassifier
from core.models.frozen_language_model import FrozenLanguageModel
from core.models.language_model import LanguageModel
from core.models.masked_prompt import MaskedPromptClassifier, MaskedPromptConfig
from core.models.prompted import PromptClassifier
from core.models.protocol import TextModel, Tunable
from core.models.rnn import RNNClassifier, RNNConfig
from core.models.transformer import TransformerClassifier, TransformerConfig
from core.pretrained import language_model as frozen
from core.pretrained import vectors
from core.pretrained.masked_encoder import MaskedEncoder
from core.storage.store import Artifact

LARGEST_VOCABULARY = 50_000

Model_co = TypeVar("Model_co", bound=TextModel, covariant=True)


@dataclass(frozen=True)
class Start(Generic[Model_co]):
    """A classifier before training, and how it numbers words.

    `frozen`: the letters of the formula that stay as they are. `starts`: the key of what each C starts from, by the
    name of its weight, where the model cannot do without it.
    """

    model: Model_co
    lexicon: Lexicon
    frozen: tuple[str, ...] = ()
    starts: Mapping[str, str] = field(default_factory=dict)


def initialise(
    training: Training, language_models: Mapping[str, Artifact], texts: Sequence[list[str]]
) -> Start[Tunable]:
    """The network before training; `texts` are the labelled training texts' words.

    Without pretrained vectors the words it knows are those of these texts: nothing else was ever read. With them, words
    of the texts that have no vector get a row too, random (Kim 2014) or a copy of a language model's `<unk>`, unless C
    stays as it is. Raises KeyError where the era's classifier is no network (`core.finetuning.regressions`).
    """
    torch.manual_seed(training.job.seed)
    return _NETWORKS[training.era.composition](training, language_models, texts)


def _task_rnn(training: Training, below: Mapping[str, Artifact], texts: Sequence[list[str]]) -> Start[Tunable]:
    """A random RNN over word vectors, and over the states of the language models below, if there are any."""
    job, start = training.job, vectors.load(training.vectors.path) if training.vectors else None
    counts = Counter(word for text in texts for word in text)
    vocabulary = start.vocabulary if start else Vocabulary.from_counts(counts, size=LARGEST_VOCABULARY)
    if start and not job.freeze_c:
        vocabulary = vocabulary.extended(counts, len(vocabulary) + LARGEST_VOCABULARY)
    models = {way: frozen.load(artifact.path) for way, artifact in below.items()}
    config = RNNConfig(
        vocabulary=len(vocabulary),
        dimension=job.dimension,
        hidden=job.hidden,
        classes=len(training.task.labels),
        cell=job.cell,
        dropout=job.dropout,
        beside=sum(each.model.config.hidden for each in models.values()),
    )
    model = ContextualClassifier(config, models, vocabulary) if models else RNNClassifier(config)
    if start:
        model.C.weight.data[: len(start.matrix)] = torch.from_numpy(start.matrix)
    if job.freeze_c:
        model.C.weight.requires_grad_(False)
    # Over language models it needs artifacts in any case: then its C is kept as what differs from its start.
    kept = [training.vectors.key] if models and training.vectors and training.era.pretrained else []
    return Start(model, vocabulary, ("C",) if job.freeze_c else (), _starts(model, kept))


def _language_models(training: Training, below: Mapping[str, Artifact], texts: Sequence[list[str]]) -> Start[Tunable]:
    """The architecture of the language models: their parameters, or for the control only their sizes."""
    job, bases = training.job, [frozen.load(each.path) for each in below.values()]
    counts = Counter(word for text in texts for word in text)
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

    model: RNNClassifier | BidirectionalEnsemble
    members: Sequence[RNNClassifier]
    if len(bases) == 1:
        members = [model := RNNClassifier(config(bases[0]))]
    else:
        members = (model := BidirectionalEnsemble(*map(config, bases))).members
    if not training.era.pretrained:
        return Start(model, vocabulary)
    for member, base in zip(members, bases, strict=True):
        take_over(member, base.model)
    return Start(model, vocabulary, starts=_starts(model, [artifact.key for artifact in below.values()]))


def _transformer(training: Training, below: Mapping[str, Artifact], texts: Sequence[list[str]]) -> Start[Tunable]:  # noqa: ARG001 - it brings its words along
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
    model = TransformerClassifier(config, encoder.model(job.dropout))
    return Start(model, lexicon, tuple(model.frozen))


def _prompt(training: Training, below: Mapping[str, Artifact], texts: Sequence[list[str]]) -> Start[Tunable]:  # noqa: ARG001 - it knows the words of its language models
    """The language models, or the transformer that guesses masked words, asked; nothing in it is random."""
    if training.masked:
        return _masked_prompt(training, training.masked)
    models = {way: frozen.load(artifact.path) for way, artifact in below.items()}
    vocabulary = next(iter(models.values())).vocabulary
    model = PromptClassifier(choose_prompt(training, tuple(models), vocabulary), models, vocabulary)
    if not model.config.tuned:
        return Start(model, vocabulary, ("C", "W_e", "W_h", "W_o"))
    names = [f"vectors.{place}" for place, _ in enumerate(model.vectors)]
    keys = [below[way].key for way in model.questions]
    return Start(model, vocabulary, starts=dict(zip(names, keys, strict=True)))


def _masked_prompt(training: Training, masked: MaskedEncoder) -> Start[Tunable]:
    lexicon = masked.encoder.lexicon(MaskedPromptClassifier.beside)
    chosen = choose_prompt(training, (), lexicon)
    tuned = training.job.tuned_layers if chosen.tuned else 0
    config = MaskedPromptConfig(**{**vars(chosen), "tuned_layers": tuned})
    model = MaskedPromptClassifier(config, masked.model(tuned, config.dropout), lexicon)
    return Start(model, lexicon, ("C",) if chosen.tuned else ("C", "W_o"))


_NETWORKS: dict[Composition, Callable[[Training, Mapping[str, Artifact], Sequence[list[str]]], Start[Tunable]]] = {
    Composition.TASK_RNN: _task_rnn,
    Composition.LANGUAGE_MODEL: _language_models,
    Composition.TRANSFORMER: _transformer,
    Composition.PROMPT: _prompt,
}


def _starts(model: nn.Module, keys: Sequence[str]) -> dict[str, str]:
    """The keys of what each C of the model starts from, by the names of their weights; none for no keys."""
    names = [name for name, _ in model.named_parameters() if name.endswith("C.weight")] if keys else []
    return dict(zip(names, keys, strict=True))


@torch.no_grad()
def take_over(classifier: RNNClassifier, model: LanguageModel) -> None:
    """C, W_e and W_h of the language model; words it does not have start as its `<unk>`."""
    known = len(model.C)
    classifier.C.weight[:known] = model.C
    classifier.C.weight[known:] = model.C[Vocabulary.UNKNOWN]
    for layer, cell in enumerate(model.rnn):
        for name, theirs in cell.named_parameters():
            getattr(classifier.rnn, name.removesuffix("0") + str(layer)).copy_(theirs)
