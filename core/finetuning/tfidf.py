"""Fitting the linear control: tf-idf, or tf-idf with naive Bayes ratios, whichever cross-validation prefers.

Variant and weight decay are chosen inside the label budget; the texts that choose are never those that are scored.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from core.data.batches import Encoded, pad
from core.data.ngrams import Ngrams, ngrams
from core.data.vocabulary import Vocabulary
from core.finetuning.heads import FOLDS, folds
from core.finetuning.scoring import Score, scored
from core.models.logistic_regression import fit
from core.models.tfidf import TfidfClassifier, TfidfConfig
from core.runs.logger import RunLogger, Work

LARGEST = 50_000
"""Words and pairs that are kept, the most frequent ones."""
FEWEST, MANY = 2, 1000
"""With many texts, how often a word or pair must stand in them to be kept: half of all stand there once."""
DECAYS = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2)


def count_ngrams(texts: Sequence[list[str]], classes: int) -> tuple[TfidfClassifier, Ngrams]:
    """The classifier before fitting, and what it counts: words and pairs of the training texts alone."""
    counts = Counter(gram for text in texts for gram in ngrams(text))
    table = Vocabulary.from_counts(counts, size=LARGEST, min_count=FEWEST if len(texts) > MANY else 1)
    vocabulary = Ngrams(table.words, table.counts.tolist())
    model = TfidfClassifier(TfidfConfig(len(vocabulary), classes))
    holding = Counter(row for text in texts for row in set(vocabulary.encode(text)))
    document_counts = torch.tensor([float(holding[row]) for row in range(len(vocabulary))])
    model.idf.data = ((1 + len(texts)) / (1 + document_counts)).log() + 1
    return model, vocabulary


@torch.no_grad()
def fit_tfidf(model: TfidfClassifier, train: Encoded, logger: RunLogger) -> Score:
    """Fit W_o; returns the cross-validated score that variant and decay were chosen by.

    Raises Stopped when the person stops it.
    """
    features = model.features(pad(train.ids)[0])
    labels = torch.tensor(list(train.labels))
    classes = model.config.classes
    work = Work("head", 2 * len(DECAYS) * FOLDS + 1, "fits/s", logger)
    tried = {
        (naive_bayes, decay): _cross_validated(features, labels, classes, naive_bayes, decay, work)
        for naive_bayes in (False, True)
        for decay in DECAYS
    }
    naive_bayes, decay = best = min(tried, key=lambda choice: tried[choice].loss)
    model.config = replace(model.config, naive_bayes=naive_bayes, decay=decay)
    weights, bias = _fitted(features, labels, classes, naive_bayes, decay)
    work.did()
    model.W_o.weight.copy_(weights)
    model.W_o.bias.copy_(bias)
    return tried[best]


def ratios(features: Tensor, labels: Tensor, classes: int) -> Tensor:
    """(classes, features): in how many more of a class' texts than of the others a feature stands, as a logarithm."""
    counts = torch.stack([_column_sums(features, labels == label) for label in range(classes)])
    mine, others = counts + 1.0, counts.sum(dim=0) - counts + 1.0  # as if each had been seen once more
    return (mine / mine.sum(dim=1, keepdim=True)).log() - (others / others.sum(dim=1, keepdim=True)).log()


def _column_sums(features: Tensor, chosen: Tensor) -> Tensor:
    present = features.indices()[:, chosen[features.indices()[0]]][1]
    return torch.bincount(present, minlength=features.shape[1]).float()


def _fitted(features: Tensor, labels: Tensor, classes: int, naive_bayes: bool, decay: float) -> tuple[Tensor, Tensor]:
    scale = ratios(features, labels, classes) if naive_bayes else None
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sparse CSR")  # in beta since 2021; a third of the time of COO
        weights, bias = fit(features.to_sparse_csr(), labels, classes, decay, scale)
    return (weights if scale is None else weights * scale), bias


def _cross_validated(
    features: Tensor, labels: Tensor, classes: int, naive_bayes: bool, decay: float, work: Work
) -> Score:
    logits = torch.zeros(len(labels), classes)
    for held in folds(labels, classes):
        rest, apart = (~held).nonzero().squeeze(1), held.nonzero().squeeze(1)
        taught = features.index_select(0, rest).coalesce()
        weights, bias = _fitted(taught, labels[rest], classes, naive_bayes, decay)
        asked = features.index_select(0, apart).coalesce()
        logits[apart] = torch.sparse.mm(asked, weights.t()) + bias
        work.did()
    return scored(logits, labels)
