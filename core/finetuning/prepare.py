"""One training job with everything it needs before its first step: data, labels, and the pretrained parts it reuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from core.catalog.language_models import DIRECTIONS
from core.catalog.model_info import TaughtBy
from core.data.corpora import Split, Task, draw, load_task
from core.eras.table import BY_ID, Era, Reads
from core.errors import UserError
from core.finetuning.teaching import TEACHING, NoTeacher, Teacher, teacher_named, usual_teacher
from core.finetuning.untrained import untrained
from core.jobs import MASKED, TUNINGS, TrainJob, command, unused
from core.jobs.reading import FIELDS as READING
from core.jobs.reading import reading_of
from core.pretrained import language_model as frozen
from core.pretrained import masked_encoder, vectors
from core.pretrained.encoder import Encoder
from core.pretrained.masked_encoder import MaskedEncoder
from core.pretrained.published import starting_vectors
from core.runs.events import Steered
from core.storage.store import Artifact, Spec, Store

KIND = "classifier"
RECIPE = "classifier.v1"
ELSEWHERE = frozenset(
    {
        "data",
        "text_column",
        "label_column",
        "vectors",
        "language_model",
        "encoder",
        "teacher",
        "branch",
        "device",
        "threads",
        "offline",
    }
)
"""Fields of a job that are not part of what a model is: said by digests and parents, or by the machine."""
NO_LABEL = (
    "Ask for some with --labels, or ask a language model: `nlp-tui train --era prompt --labels 0`. "
    "With --teacher prompt that one stands in for people."
)


@dataclass
class Training:
    """`vectors`: what C starts from; `language_models`: what is reused of each direction, as it was pretrained.

    `encoder`: the pretrained transformer, where the era has one; `masked`: the same with the head that guesses words,
    where that is asked. `teacher`: who labels the training texts in place of people: there are none in `train` before
    it has, and what it did is `taught` then; the validation texts choose nothing. `begins`: what a
    branch begins with. `steered`: what was changed while it was tuned, by hand or by itself.
    """

    job: TrainJob
    era: Era
    task: Task
    train: Split
    validation: Split
    vectors: Artifact | None = None
    language_models: Mapping[str, Artifact] = field(default_factory=dict)
    encoder: Encoder | None = None
    masked: MaskedEncoder | None = None
    teacher: Teacher | None = None
    taught: TaughtBy | None = None
    begins: str | None = None
    steered: tuple[Steered, ...] = ()

    @property
    def spec(self) -> Spec:
        """What the finished model is, for the store."""
        leave_out = ELSEWHERE | READING | unused(self.job) | {"recipe"}
        config = {k: v for k, v in asdict(self.job).items() if k not in leave_out} | {"tokenizer": self.task.tokenizer}
        config |= _retired(self.job)
        if self.begins:
            config["begins"] = self.begins
        if self.steered:
            config["steered"] = [[each.step, each.learning_rate, each.frozen, each.finish] for each in self.steered]
        # What `reused` makes of the language models follows from these and from the job.
        alone = [part for part in (self.vectors, self.encoder) if part is not None]
        parents = tuple(parent.key for parent in (*alone, *self.language_models.values()))
        if self.teacher:
            config["teacher"] = TEACHING
            parents = (*parents, self.teacher.key)
        return Spec(KIND, RECIPE, config, self.task.digest, parents)

    @property
    def variant(self) -> str:
        """Which of the era's kinds it is, where it is not the one that ships: its vectors, or what is asked."""
        if self.vectors:
            return vectors.variant(self.vectors)
        if not self.era.asked:
            return ""
        return MASKED if self.masked else "" if len(self.language_models) > 1 else next(iter(self.language_models))


def prepare(job: TrainJob, store: Store, task: Task | None = None) -> Training:
    """Load the data and find the pretrained parts; the job's dimension becomes that of the vectors.

    `task`: the job's data, where it is loaded already. Raises DataError, NoVectors, VectorsError, NoLanguageModel,
    NoEncoder, NoExtra, NoTeacher, ModelError.
    """
    era = BY_ID[job.era]
    if job.teacher and job.labels != 0:
        raise UserError("A teacher stands in for people: there is nothing to label beside it.", "Say --labels 0, too.")
    if job.labels == 0 and not era.asked and not job.teacher:
        raise UserError(f"{era.id} learns from labels: with none there is nothing to train.", NO_LABEL)
    found = starting_vectors(store, era.vectors, job.dimension, job.vectors, job.offline) if era.vectors else None
    if found and job.vectors:
        job = replace(job, dimension=vectors.dimension(found))
    masked = None
    if era.asked and job.asks == MASKED:
        masked = masked_encoder.find(store, job.encoder if masked_encoder.is_named(job.encoder) else MASKED)
    encoder = masked.encoder if masked else None
    if era.reads is Reads.WORDPIECES:
        encoder = masked_encoder.named(job.encoder, store, job.offline)
    models: dict[str, Artifact] = {}
    if era.reuses_language_models and not masked:
        models = frozen.find(store, directions(job), job.language_model)
    task = task or load_task(job.data, job.text_column, job.label_column, job.offline, reading_of(job))
    teacher = _find_teacher(job, job.teacher, task, store) if job.teacher else None
    train, validation = draw(task, job.labels, job.seed)
    if job.whole_budget and job.labels:
        train = Split([*train.texts, *validation.texts], [*train.labels, *validation.labels])
        validation = Split([], [])
    return Training(
        job, era, task, train, validation, found, models, masked.encoder if masked else encoder, masked, teacher
    )


def reused(training: Training, store: Store) -> dict[str, Artifact]:
    """The language models as the classifier meets them: as they are, or for the control their untrained twins."""
    models = dict(training.language_models)
    if not training.era.untrained:
        return models
    return {way: untrained(parent, training.job.seed, store) for way, parent in models.items()}


def directions(job: TrainJob) -> tuple[str, ...]:
    """The directions that the job's language models read in."""
    return DIRECTIONS if job.direction == "both" else (job.direction,)


def _find_teacher(job: TrainJob, name: str, task: Task, store: Store) -> Teacher:
    """The teacher of that name. Raises NoTeacher, ModelError."""
    if (usual := usual_teacher(job)) is None:
        return teacher_named(name, task, store)
    artifact = store.find(prepare(usual, store, task).spec.key)
    if artifact is None:
        raise NoTeacher(
            f"There is no {name} yet that has read no label of {task.name}.",
            f"Make it, in seconds or minutes: `{command(usual)}`. Or name another: --teacher run:ID.",
        )
    return Teacher(name, artifact.key, artifact.path, 0)


def _retired(job: TrainJob) -> dict[str, Any]:
    # Options of earlier versions, at the only values they have left: keys are made of them, and what was trained with
    # those versions must be found again.
    idle = unused(job)
    reads_language_models, is_tuned = "direction" not in idle, "recipe" not in idle
    return {
        **({"lm_epochs": 0} if reads_language_models else {}),
        **(asdict(TUNINGS[job.recipe]) if is_tuned else {}),
        **({"weight_drop": 0.0, "skip": False} if reads_language_models and is_tuned else {}),
    }
