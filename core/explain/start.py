"""A classifier as it was before training, made again: pretrained parts from their artifacts, random ones by the seed.

What a run drew at random is kept nowhere, but it was drawn from a seed in a fixed order. That order is that of
`core.finetuning.initialise`, which a test holds this module to, to the last bit.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.eras.table import BY_ID, Composition
from core.finetuning.initialise import take_over
from core.models.bidirectional import BidirectionalEnsemble
from core.models.protocol import TextModel
from core.models.rnn import RNNClassifier
from core.pretrained import vectors
from core.pretrained.classifier import Classifier, build, load_language_model
from core.storage.store import Store


def make_start(classifier: Classifier, store: Store) -> TextModel:
    """The model before training, as far as that can be known. Raises ValueError where a pretrained part is gone.

    It draws at random, and leaves the state of the generator as it was. Whether what was drawn is what the run drew
    is for `is_start` to say: another version of torch may draw otherwise.
    """
    info = classifier.info
    era = BY_ID[info.era]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(info.seed)
        bases = []
        if era.fine_tuned:
            # They come before the classifier's own parameters, and draw too while they are loaded.
            bases = [load_language_model(key, store).model for key in info.language_models.values()]
        model = build(info, classifier.vocabulary, store)
    if info.vectors and model.C is not None:
        known = _vectors(info.vectors, store)
        model.C.weight.data[: len(known)] = known
    if era.fine_tuned and era.pretrained:
        assert isinstance(model, RNNClassifier | BidirectionalEnsemble)
        members = model.members if isinstance(model, BidirectionalEnsemble) else (model,)
        for member, base in zip(members, bases, strict=True):
            take_over(member, base)
    model.eval()
    model.requires_grad_(False)
    return model


def is_start(before: Tensor, after: Tensor) -> bool:
    """Whether values drawn at random are those that training went out from, by how they correlate.

    Unrelated values of that number correlate by 0 ± 1/√n: six of these come by luck once in a billion times.
    """
    a, b = before.flatten() - before.mean(), after.flatten() - after.mean()
    scale = a.norm() * b.norm()
    return bool(scale > 0) and float(a @ b / scale) > 6 / len(a) ** 0.5


def fitted_first(classifier: Classifier) -> str:
    """Why W_o has no start that could be shown, in words; empty where it has one."""
    composition = BY_ID[classifier.info.era].composition
    if composition in (Composition.MEAN, Composition.COUNTS):
        return "fitted at once, by regression: it has no start"
    if composition in (Composition.LANGUAGE_MODEL, Composition.TRANSFORMER) and classifier.info.job.get("head_first"):
        return "fitted by regression before all else moved: what it was then is not kept"
    return ""


def pretrained_rows(classifier: Classifier, store: Store) -> int:
    """How many rows of C, from the first on, come from word vectors; 0 where none do."""
    return len(_vectors(classifier.info.vectors, store)) if classifier.info.vectors else 0


def _vectors(key: str, store: Store) -> Tensor:
    if (artifact := store.find(key)) is None:
        raise ValueError(f"the vectors that C started from ({key[:12]}) are not here")
    return torch.from_numpy(vectors.load(artifact.path).matrix)
