"""What a language model forgets while it is fine-tuned: its perplexity on held-out text, with its own softmax.

C, W_e and W_h are the classifier's, as they are now; the softmax over them is the language model's, which nothing
tunes. The text is a small sample of what the language model itself was held out from; it is made once and kept.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch
from torch import nn

from core.data.corpora import DataError
from core.data.leaving_out import unlabelled_without
from core.data.text import words
from core.jobs import LanguageModelJob
from core.jobs.reading import reading_of
from core.models.bidirectional import BidirectionalEnsemble
from core.models.frozen_language_model import FrozenLanguageModel
from core.models.language_model import LanguageModel
from core.models.perplexity import held_out
from core.models.rnn import RNNClassifier
from core.pretrained import language_model as frozen
from core.runs.events import Forgotten
from core.storage.store import Artifact, Spec, Store

KIND = "held-out"
RECIPE = "held-out.v1"
FILE = "documents.json"
WORDS = 600
"""Words of the sample, about: read in a tenth of a second."""
DOCUMENT = 60
"""Words of each document that are in the sample: of many documents, not of a few."""


class Forgetting:
    """The perplexity of the language models `below` on what they are held out from, as `model` tunes them.

    Raises DataError where the text that they were pretrained on is no longer there, StoreError.
    """

    def __init__(self, model: RNNClassifier | BidirectionalEnsemble, below: Mapping[str, Artifact], store: Store):
        members = model.members if isinstance(model, BidirectionalEnsemble) else (model,)
        with torch.random.fork_rng(devices=[]):  # a new language model draws its parameters before it reads them
            bases = [frozen.load(artifact.path) for artifact in below.values()]
        self._models = [
            (_with_own_softmax(member, base), _sample(base, artifact, store), base.backward)
            for member, base, artifact in zip(members, bases, below.values(), strict=True)
        ]

    def measure(self, step: int, epoch: float, evaluated: bool) -> Forgotten | None:
        """The perplexity now, at evaluations only: of two directions, of the mean of their losses."""
        if not evaluated:
            return None
        scored = [held_out(model, documents, backward) for model, documents, backward in self._models]
        loss = sum(each.loss for each in scored) / len(scored)
        return Forgotten(step=step, epoch=epoch, perplexity=math.exp(loss), n=scored[0].n)


def _with_own_softmax(classifier: RNNClassifier, base: FrozenLanguageModel) -> LanguageModel:
    """The language model over the classifier's own C, W_e and W_h: it sees what training does to them.

    Rows of C that the labelled texts added are not words of the language model.
    """
    model = base.model
    model.C = nn.Parameter(classifier.C.weight.detach()[: len(model.C)], requires_grad=False)
    for layer, cell in enumerate(model.rnn):
        for name, _ in list(cell.named_parameters()):
            setattr(cell, name, getattr(classifier.rnn, name.removesuffix("0") + str(layer)))
    return model


def _sample(base: FrozenLanguageModel, artifact: Artifact, store: Store) -> Sequence[list[int]]:
    """The documents as word numbers: made once for each language model, for the whole text takes seconds to read."""
    spec = Spec(KIND, RECIPE, {"words": WORDS, "document": DOCUMENT}, artifact.manifest["data"], (artifact.key,))

    def build(folder: Path) -> None:
        told: dict[str, Any] = base.info["job"]
        known = {option.name: told[option.name] for option in fields(LanguageModelJob) if option.name in told}
        job = LanguageModelJob(**known)
        text = unlabelled_without(job.data, job.leave_out, job.text_column, job.offline, reading_of(job))
        if text.digest != artifact.manifest["data"]:
            raise DataError(f"{text.name} is no longer the text that the language model learned from", "put it back")
        documents, found = list[list[int]](), 0
        for document in text.held_out:
            if found >= WORDS:
                break
            if ids := base.vocabulary.encode(words(document)[:DOCUMENT]):
                documents.append(ids)
                found += len(ids)
        (folder / FILE).write_text(json.dumps(documents), encoding="utf-8")

    kept = store.get_or_build(spec, build)
    documents: list[list[int]] = json.loads((kept.path / FILE).read_text(encoding="utf-8"))
    return documents
