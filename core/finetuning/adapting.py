"""A classifier's pretrained parts go on with a person's own text: which runs that takes, and the classifier over them.

Each part goes on from what the classifier would have started from otherwise, so that its text is all that differs. The
exception is bert's transformer: MiniLM as published guesses no masked word, so `mlm` goes on, which is MiniLM after it
has read reviews.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.catalog.language_models import MASKED
from core.data.labelled_spec import split_spec, write_spec
from core.eras.table import Era
from core.finetuning.prepare import Training
from core.jobs import VECTORS, LanguageModelJob, MaskedJob, Pretraining, TrainJob, going_on
from core.pretrained import masked_encoder
from core.pretrained.encoder import NoEncoder
from core.storage.store import Store

VECTORS_PART, MASKED_PART = "vectors", "transformer"
"""Parts by name; a language model is called by its direction."""
_NAMED = 12
"""So many characters of a key are enough."""


@dataclass(frozen=True)
class OwnText:
    """`text`: a person's text without labels, a file or several, as `core.data.labelled_spec` writes data."""

    text: str
    leave_out: str
    """The labelled data whose validation and test texts are not read."""

    @classmethod
    def beside(cls, job: TrainJob, text: str) -> OwnText:
        """The text beside the labelled data of a job."""
        said = {"text": job.text_column, "label": job.label_column, "encoding": job.encoding}
        return cls(text, write_spec(job.data, **said, no_header=job.no_header, fold_labels=job.fold_labels))


def list_adaptations(training: Training, own: OwnText, store: Store) -> dict[str, Pretraining]:
    """The runs that have each part of the classifier read the text, by the part's name; none where it has no such part.

    Raises UserError where the text is named with a word that says nothing.
    """
    data, said = split_spec(own.text)
    shared: dict[str, Any] = {
        "data": data,
        "text_column": said.get("text"),
        "encoding": said.get("encoding"),
        "no_header": "no_header" in said,
        "leave_out": own.leave_out,
        "offline": training.job.offline,
    }
    found: dict[str, Pretraining] = {}
    if training.vectors:
        config = training.vectors.manifest["config"]
        more = {name: config[name] for name in ("architecture",) if name in config}
        kind = VECTORS[config["objective"]]
        found[VECTORS_PART] = kind(**shared, **more, goes_on=training.vectors.key[:_NAMED], threads=1)
    if training.era.pretrained and not training.era.untrained:
        for way, artifact in training.language_models.items():
            found[way] = LanguageModelJob(way, **shared, goes_on=artifact.key[:_NAMED], **going_on("lm"))
    if training.encoder and (parent := _find_masked(training, store)):
        found[MASKED_PART] = MaskedJob(**shared, goes_on=parent[:_NAMED], **going_on("mlm"))
    return found


def start_from(job: TrainJob, made: Mapping[str, str]) -> TrainJob:
    """The job over what its parts became: their keys by the names of `list_adaptations`."""
    models = [key[:_NAMED] for part, key in made.items() if part not in (VECTORS_PART, MASKED_PART)]
    return replace(
        job,
        vectors=made[VECTORS_PART][:_NAMED] if VECTORS_PART in made else job.vectors,
        language_model=",".join(models) or job.language_model,
        encoder=f"{MASKED}:{made[MASKED_PART][:_NAMED]}" if MASKED_PART in made else job.encoder,
    )


def say_nothing_goes_on(era: Era) -> str:
    """Why an era that is asked for reads no text without labels, in a sentence."""
    if era.pretrained:
        return f"{era.id} has nothing here that could go on reading: `nlp-tui pretrain mlm` makes it; trained as it is."
    return f"{era.id} starts from nothing and reads no text without labels: it is trained as it is."


def _find_masked(training: Training, store: Store) -> str | None:
    """The key of the transformer that guesses masked words, and is the classifier's or was made of it."""
    encoder = training.encoder
    assert encoder is not None
    if masked_encoder.is_named(encoder.name):
        return encoder.key
    try:
        known = masked_encoder.find(store)
    except NoEncoder:
        return None
    return known.encoder.key if known.info["encoder"]["key"] == encoder.key else None
