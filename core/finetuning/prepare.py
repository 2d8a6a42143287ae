"""One training job with everything it needs before its first step: data, labels, and the pretrained parts it reuses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from core.catalog.language_models import DIRECTIONS
from core.data.corpora import Split, Task, draw, load_task
from core.data.text import TOKENIZER, words
from core.eras.table import BY_ID, Era, Reads
from core.jobs import TrainJob, unused
from core.pretrained import language_model as frozen
from core.pretrained import masked_encoder, vectors
from core.pretrained.encoder import Encoder
from core.pretrained.published import starting_vectors
from core.pretraining.adapt import Adaptation, adapt, untrained
from core.runs.logger import RunLogger
from core.storage.store import Artifact, Spec, Store

KIND = "classifier"
RECIPE = "classifier.v1"
ELSEWHERE = frozenset(
    {"data", "text_column", "label_column", "vectors", "language_model", "encoder", "device", "threads", "offline"}
)
"""Fields of a job that are not part of what a model is: said by digests and parents, or by the machine."""


class NotTrainable(Exception):
    """This version cannot train the era. `message` and `hint` are for a person."""

    def __init__(self, era: str) -> None:
        self.message = f"This version cannot train {era!r} yet."
        trainable = ", ".join(e.id for e in BY_ID.values() if e.trainable)
        self.hint = f"It trains {trainable}."
        super().__init__(self.message)


@dataclass
class Training:
    """`vectors`: what C starts from; `language_models`: what is reused of each direction, as it was pretrained.

    `encoder`: the pretrained transformer, where the era has one.
    """

    job: TrainJob
    era: Era
    task: Task
    train: Split
    validation: Split
    vectors: Artifact | None = None
    language_models: Mapping[str, Artifact] = field(default_factory=dict)
    encoder: Encoder | None = None

    @property
    def spec(self) -> Spec:
        """What the finished model is, for the store."""
        leave_out = ELSEWHERE | unused(self.job)
        config = {k: v for k, v in asdict(self.job).items() if k not in leave_out} | {"tokenizer": TOKENIZER}
        # What `reused` makes of the language models follows from these and from the job.
        alone = [part for part in (self.vectors, self.encoder) if part is not None]
        parents = tuple(parent.key for parent in (*alone, *self.language_models.values()))
        return Spec(KIND, RECIPE, config, self.task.digest, parents)


def prepare(job: TrainJob, store: Store) -> Training:
    """Load the data and find the pretrained parts; the job's dimension becomes that of the vectors.

    Raises DataError, NoVectors, VectorsError, NoLanguageModel, NoEncoder, NoExtra, NotTrainable.
    """
    era = BY_ID.get(job.era)
    if era is None or not era.trainable:
        raise NotTrainable(job.era)
    found = starting_vectors(store, era.vectors, job.dimension, job.vectors, job.offline) if era.vectors else None
    if found and job.vectors:
        job = replace(job, dimension=vectors.dimension(found))
    encoder = masked_encoder.named(job.encoder, store, job.offline) if era.reads is Reads.WORDPIECES else None
    models: dict[str, Artifact] = {}
    if era.reads_states or era.fine_tuned:
        models = frozen.find(store, directions(job), job.language_model)
    task = load_task(job.data, job.text_column, job.label_column, offline=job.offline)
    train, validation = draw(task, job.labels, job.seed)
    if job.whole_budget and job.labels is not None:
        train = Split([*train.texts, *validation.texts], [*train.labels, *validation.labels])
        validation = Split([], [])
    return Training(job, era, task, train, validation, found, models, encoder)


def reused(training: Training, run: Path, store: Store, logger: RunLogger) -> dict[str, Artifact]:
    """The language models as the classifier meets them: after reading the task's texts, or their untrained twins.

    Raises Stopped when the person stops it; the run's checkpoints stay.
    """
    job, models = training.job, dict(training.language_models)
    if training.era.untrained:
        return {way: untrained(parent, job.seed, store) for way, parent in models.items()}
    if not models or not training.era.pretrained or not job.lm_epochs:
        return models
    texts = [words(text)[: job.max_tokens] for text in training.task.train.texts]
    digest, plan = _digest(texts), Adaptation(job.lm_epochs)
    return {way: adapt(parent, texts, digest, plan, run, store, logger) for way, parent in models.items()}


def directions(job: TrainJob) -> tuple[str, ...]:
    """The directions that the job's language models read in."""
    return DIRECTIONS if job.direction == "both" else (job.direction,)


def _digest(texts: list[list[str]]) -> str:
    content = hashlib.sha256(TOKENIZER.encode())
    for text in texts:
        content.update(" ".join(text).encode("utf-8", "surrogatepass") + b"\n")
    return content.hexdigest()
