"""Training one era's classifier: data and labels, where the parameters start, the loop, the scored artifact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.data.corpora import Split, Task, draw, load_task
from core.data.text import TOKENIZER, words
from core.data.vocabulary import Vocabulary
from core.device import resolve
from core.eras import BY_ID, Era
from core.jobs import TrainJob, schedule
from core.models import classifier
from core.models.rnn import RNNClassifier, RNNConfig
from core.pretraining import vectors
from core.store import Artifact, Spec, Store
from core.training.batches import Encoded
from core.training.loop import Outcome, Score, Settings, Trainer, score
from core.training.narration import Narrator, Stopped

KIND = "classifier"
RECIPE = "classifier.v1"
LARGEST_VOCABULARY = 50_000
ELSEWHERE = frozenset({"data", "text_column", "label_column", "vectors", "device", "threads", "offline"})
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
    """One job with everything it needs, before its first step."""

    job: TrainJob
    era: Era
    task: Task
    train: Split
    validation: Split
    parent: Artifact | None

    @property
    def spec(self) -> Spec:
        """What the finished model is, for the store."""
        config = {k: v for k, v in asdict(self.job).items() if k not in ELSEWHERE} | {"tokenizer": TOKENIZER}
        parents = (self.parent.key,) if self.parent else ()
        return Spec(KIND, RECIPE, config, self.task.digest, parents)


def prepare(job: TrainJob, store: Store) -> Training:
    """Load the data and find the pretrained parts. Raises DataError, NoVectors, NotTrainable."""
    era = BY_ID.get(job.era)
    if era is None or not era.trainable:
        raise NotTrainable(job.era)
    parent = vectors.find(store, era.vectors, job.dimension, job.vectors) if era.vectors else None
    task = load_task(job.data, job.text_column, job.label_column, offline=job.offline)
    train, validation = draw(task, job.labels, job.seed)
    return Training(job, era, task, train, validation, parent)


def initialise(training: Training, texts: Sequence[list[str]]) -> tuple[RNNClassifier, Vocabulary]:
    """The classifier before training, each parameter from where the era table says, and the words it knows.

    Without pretrained vectors the words are those of the labelled training texts: nothing else was ever read. With
    them, words of those texts that have no vector get a random row (Kim 2014), unless C stays as it is.
    """
    job = training.job
    torch.manual_seed(job.seed)
    counts = Counter(word for text in texts for word in text)
    start: Tensor | None = None
    if training.parent is not None:
        pretrained = vectors.load(training.parent.path)
        start = torch.from_numpy(pretrained.matrix)
        vocabulary = pretrained.vocabulary
        if not job.freeze_c:
            vocabulary = vocabulary.extended(counts, len(vocabulary) + LARGEST_VOCABULARY)
    else:
        vocabulary = Vocabulary.from_counts(counts, size=LARGEST_VOCABULARY)
    config = RNNConfig(
        vocabulary=len(vocabulary),
        dimension=job.dimension,
        hidden=job.hidden,
        classes=len(training.task.labels),
        cell=job.cell,
        dropout=job.dropout,
    )
    model = RNNClassifier(config)
    if start is not None:
        model.C.weight.data[: len(start)] = start
    if job.freeze_c:
        model.C.weight.requires_grad_(False)
    return model, vocabulary


def train(job: TrainJob, run: Path, name: str, store: Store, narrator: Narrator) -> None:
    """Train a job in its run directory, continuing from its checkpoint, and say how it ended.

    A finished model goes to the store; a stopped run's best model so far goes to `run/model`. Raises DeviceError
    before anything is read if the device is not there, and what `prepare` raises.
    """
    if job.threads:
        torch.set_num_threads(job.threads)
    resolve(job.device)
    narrator.say("progress", phase="data", step=0, total=0)
    training = prepare(job, store)
    built = False

    def build(folder: Path) -> None:
        nonlocal built
        built = True
        outcome, trainer, encoded = _fit(training, run, narrator)
        if not outcome.finished:
            _stopped(training, trainer, outcome, encoded, run, narrator)
            raise Stopped
        _write(folder, training, trainer, outcome, encoded, narrator)

    def waiting() -> None:
        if narrator.hold(0) == "stopped":
            narrator.say("stopped", step=0, artifact=None, has_model=False)
            raise Stopped
        if narrator.due():
            narrator.say("progress", phase="waiting", step=0, total=0)

    try:
        artifact = store.get_or_build(training.spec, build, waiting)
    except Stopped:
        return
    info = classifier.load(artifact.path).info
    narrator.say(
        "done", artifact=artifact.key, model=f"run:{name}", best=info["best"], scores=info["scores"], cached=not built
    )


@dataclass(frozen=True)
class _Data:
    vocabulary: Vocabulary
    train: Encoded
    validation: Encoded
    test: Encoded


def _fit(training: Training, run: Path, narrator: Narrator) -> tuple[Outcome, Trainer, _Data]:
    job = training.job
    texts = [words(text)[: job.max_tokens] for text in training.train.texts]
    model, vocabulary = initialise(training, texts)

    def encode(split: Split) -> Encoded:
        return Encoded([vocabulary.encode(words(text)[: job.max_tokens]) for text in split.texts], list(split.labels))

    data = _Data(
        vocabulary,
        Encoded([vocabulary.encode(text) for text in texts], list(training.train.labels)),
        encode(training.validation),
        encode(training.task.test),
    )
    plan = schedule(job, len(data.train))
    settings = Settings(plan.epochs, job.batch_size, job.learning_rate, plan.patience, job.seed)
    trainer = Trainer(model, data.train, data.validation, settings, resolve(job.device), run / "checkpoints")
    resumed = trainer.restore()
    narrator.say(
        "start",
        title=job.title,
        step=trainer.progress.step,
        total=trainer.total,
        steps_per_epoch=trainer.steps_per_epoch,
        epochs=settings.epochs,
        resumed=resumed,
        sizes={"train": len(data.train), "validation": len(data.validation), "test": len(data.test)},
        labels=list(training.task.labels),
        parameters=sum(p.numel() for p in model.parameters()),
    )
    for note in training.task.notes:
        narrator.say("warning", message=note)
    return trainer.fit(narrator), trainer, data


def _info(training: Training, trainer: Trainer, outcome: Outcome) -> dict[str, Any]:
    job = training.job
    model = trainer.model
    assert isinstance(model, RNNClassifier)
    return {
        "era": training.era.id,
        "labels": list(training.task.labels),
        "config": model.config.to_json(),
        "parameters": model.shapes(),
        "frozen": ["C"] if job.freeze_c else [],
        "max_tokens": job.max_tokens,
        "data": training.task.name,
        "data_digest": training.task.digest,
        "label_budget": job.labels,
        "sizes": {
            "train": len(training.train),
            "validation": len(training.validation),
            "test": len(training.task.test),
        },
        "vectors": training.parent.key if training.parent else None,
        "seed": job.seed,
        "job": asdict(job),
        "best": {"epoch": outcome.progress.best_epoch, **outcome.progress.best},
    }


def _write(
    folder: Path, training: Training, trainer: Trainer, outcome: Outcome, data: _Data, narrator: Narrator
) -> None:
    """Write the artifact and the scores of the model as it is read back from disk."""
    info = _info(training, trainer, outcome)
    classifier.save(folder, outcome.best, data.vocabulary, info)
    narrator.say("progress", phase="score", step=outcome.progress.step, total=trainer.total)
    shipped = classifier.load(folder)
    scores: dict[str, Score] = {}
    for split, encoded in (("validation", data.validation), ("test", data.test)):
        scores[split], _ = score(shipped.model, encoded, torch.device("cpu"))
        narrator.say(
            "eval",
            step=outcome.progress.step,
            epoch=outcome.progress.best_epoch,
            split=split,
            best=True,
            final=True,
            **asdict(scores[split]),
        )
    classifier.describe(folder, {**info, "scores": {split: asdict(value) for split, value in scores.items()}})


def _stopped(
    training: Training, trainer: Trainer, outcome: Outcome, data: _Data, run: Path, narrator: Narrator
) -> None:
    """Keep the best model so far beside the run, scored on validation only: the test is read when training is done."""
    if outcome.best:
        folder = run / "model"
        folder.mkdir(exist_ok=True)
        scores = {"validation": outcome.progress.best}
        classifier.save(folder, outcome.best, data.vocabulary, {**_info(training, trainer, outcome), "scores": scores})
    narrator.say(
        "stopped",
        step=outcome.progress.step,
        artifact=None,
        has_model=bool(outcome.best),
        best={"epoch": outcome.progress.best_epoch, **outcome.progress.best},
    )
