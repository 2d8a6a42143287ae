"""Training one era's classifier: the loop, and the artifact scored as it is read back from disk."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from msgspec.structs import replace
from numpy.typing import NDArray
from torch import Tensor

from core.catalog.model_info import EncoderName, Mix, ModelInfo, write_info
from core.data.batches import Encoded
from core.data.corpora import Split
from core.data.lexicon import Lexicon
from core.data.text import words
from core.finetuning.embedding_snapshots import FOLDER, EmbeddingSnapshots
from core.finetuning.heads import fit_heads
from core.finetuning.initialise import Start, initialise
from core.finetuning.loop import Outcome, Progress, Score, Settings, Trainer, score
from core.finetuning.prepare import KIND, Training, prepare, reused
from core.finetuning.regressions import REGRESSIONS, Regression
from core.jobs import TUNINGS, TrainJob, schedule, unused
from core.machine.device import resolve
from core.models.protocol import TextModel, Tunable
from core.optim.checkpoint import Origin, claim
from core.pretrained import classifier, vectors
from core.runs import events
from core.runs.logger import RunLogger, Stopped, Work
from core.storage.store import Artifact, Store

__all__ = ["KIND", "Measurement", "measure", "prepare", "train"]

ROOM = 1 << 30
"""Bytes that the states of frozen parts may take while training; beyond it they are computed again."""


@dataclass(frozen=True)
class Measurement:
    """One training without its weights: the key of the classifier it made, scores by split, and what it got right.

    `right`: (texts,) of the task's own split, in order.
    """

    key: str
    scores: Mapping[str, Score]
    right: Mapping[str, NDArray[np.bool_]]


def train(job: TrainJob, run: Path, name: str, store: Store, logger: RunLogger) -> None:
    """Train a job in its run directory, continuing from its checkpoint, and say how it ended.

    A finished model goes to the store; a stopped run's best model so far goes to `run/model`. Raises DeviceError
    before anything is read if the device is not there, and what `prepare` raises.
    """
    _settle(job, logger)
    built = False

    def build(folder: Path) -> None:
        nonlocal built
        built = True
        try:
            fitted = _fit(training, run, store, logger, run / FOLDER)
        except Stopped:  # before the classifier's first step
            logger.log(events.Stopped())
            raise
        if not fitted.outcome.finished:
            _stopped(fitted, run, store, logger)
            raise Stopped
        _write(folder, fitted, store, logger)

    def waiting() -> None:
        if logger.wait_while_paused(0) == "stopped":
            logger.log(events.Stopped())
            raise Stopped
        if logger.progress_is_due():
            logger.log(events.Progress(phase="waiting", step=0, total=0))

    training = prepare(job, store)
    try:
        artifact = store.get_or_build(training.spec, build, waiting)
    except Stopped:
        return
    info = classifier.load(artifact.path, store).info
    logger.log(
        events.Done(artifact=artifact.key, model=f"run:{name}", best=info.best, scores=info.scores, cached=not built)
    )


def measure(job: TrainJob, run: Path, store: Store, logger: RunLogger, test: bool) -> Measurement:
    """Train as `train` does, but keep only what was measured on the task's validation split, and on its test split.

    Raises Stopped with a checkpoint left in `run`, and what `train` raises.
    """
    _settle(job, logger)
    training = prepare(job, store)
    found = store.find(training.spec.key)
    folder = run / "measured"
    if found is None:
        fitted = _fit(training, run, store, logger)
        if not fitted.outcome.finished:
            raise Stopped
        folder.mkdir(parents=True, exist_ok=True)
        classifier.save(folder, fitted.weights, fitted.start.lexicon, fitted.info, store)
    model = classifier.load(found.path if found else folder, store)
    task = training.task
    splits = {"validation": task.validation} | ({"test": task.test} if test else {})
    scores, right = {}, {}
    for name, split in splits.items():
        scores[name], probabilities = score(model.model, encode(model, split), torch.device("cpu"))
        right[name] = probabilities.argmax(dim=1).numpy() == np.array(split.labels)
    shutil.rmtree(folder, ignore_errors=True)
    return Measurement(training.spec.key, scores, right)


def encode(model: classifier.Classifier, split: Split) -> Encoded:
    """A split as the model reads it."""
    return Encoded([model.encode(words(text)) for text in split.texts], list(split.labels))


def _settle(job: TrainJob, logger: RunLogger) -> None:
    if job.threads:
        torch.set_num_threads(job.threads)
    resolve(job.device)
    logger.log(events.Progress(phase="data", step=0, total=0))


@dataclass(frozen=True)
class _Fitted:
    """A training that came to its end, or was stopped: `weights` are the best so far."""

    training: Training
    below: Mapping[str, Artifact]
    outcome: Outcome
    start: Start[TextModel]
    total: int

    @property
    def weights(self) -> dict[str, Tensor]:
        return self.outcome.best

    @property
    def info(self) -> ModelInfo:
        """model.json, but for the scores."""
        training, model = self.training, self.start.model
        job = training.job
        mix = model.mixture()
        return ModelInfo(
            era=training.era.id,
            model=model.kind,
            labels=tuple(training.task.labels),
            config=model.config.to_json(),
            directions=tuple(self.below),
            parameters={name: tuple(shape) for name, shape in model.shapes().items()},
            size=model.size,
            frozen=tuple(self.start.frozen),
            max_tokens=job.max_tokens,
            data=training.task.name,
            data_digest=training.task.digest,
            label_budget=job.labels,
            sizes={
                "train": len(training.train),
                "validation": len(training.validation),
                "test": len(training.task.test),
            },
            vectors=training.vectors.key if training.vectors else None,
            variant=vectors.variant(training.vectors) if training.vectors else "",
            starts=dict(self.start.starts),
            encoder=EncoderName(training.encoder.name, training.encoder.key) if training.encoder else None,
            language_models={way: artifact.key for way, artifact in self.below.items()},
            mix=Mix(**mix) if mix else None,
            seed=job.seed,
            job=asdict(job),
            best={"epoch": self.outcome.progress.best_epoch, **self.outcome.progress.best},
        )


def _fit(training: Training, run: Path, store: Store, logger: RunLogger, epochs: Path | None = None) -> _Fitted:
    """Train; in `epochs` C is kept as it is at the ends of epochs, where it starts from something."""
    for note in training.task.notes:
        logger.log(events.Warned(message=note))
    texts = [words(text)[: training.job.max_tokens] for text in training.train.texts]
    if training.era.composition in REGRESSIONS:
        return _regress(training, REGRESSIONS[training.era.composition](training, texts), texts, logger)
    below = reused(training, store)
    return _tune(training, below, initialise(training, below, texts), texts, run, logger, epochs)


def _regress(training: Training, regression: Regression, texts: Sequence[list[str]], logger: RunLogger) -> _Fitted:
    """Fit a classifier at once, in what counts as one step."""
    start = regression.start
    taught, held = _encoded(training, start.lexicon, texts)
    opening = _opening(training, start.model, taught, held)
    logger.log(events.Start(step=0, total=1, steps_per_epoch=1, epochs=1, resumed=False, **opening))
    best = regression.fit(taught, logger)
    logger.log(events.Eval(step=1, epoch=1, split="validation", best=True, **asdict(best)))
    progress = Progress(step=1, epoch=1, best_epoch=1, best=asdict(best))
    return _Fitted(training, {}, Outcome(True, progress, dict(start.model.state_dict())), start, 1)


def _tune(
    training: Training,
    below: Mapping[str, Artifact],
    start: Start[Tunable],
    texts: Sequence[list[str]],
    run: Path,
    logger: RunLogger,
    epochs: Path | None,
) -> _Fitted:
    """Tune a classifier step by step, from the run's checkpoint if there is one."""
    job, model = training.job, start.model
    taught, held = _encoded(training, start.lexicon, texts)
    plan = schedule(job, len(taught))
    settings = Settings(
        plan.epochs, job.batch_size, job.learning_rate, plan.patience, job.seed, **asdict(TUNINGS[job.recipe])
    )
    claim(run / "checkpoints", Origin(training.task.digest, tuple(training.task.labels)))
    trainer = Trainer(model, taught, held, settings, resolve(job.device), run / "checkpoints")
    kept = None
    if epochs and _drifts(training, below):
        kept = EmbeddingSnapshots(epochs, model.C.weight, plan.epochs, len(set().union(*taught.ids)))
    resumed = trainer.restore()
    _remember(model, (taught, held), logger)
    if job.head_first and "head_first" not in unused(job) and not resumed:
        model.eval()
        fit_heads(model.heads, taught, logger)
    logger.log(
        events.Start(
            step=trainer.progress.step,
            total=trainer.total,
            steps_per_epoch=trainer.steps_per_epoch,
            epochs=settings.epochs,
            resumed=resumed,
            groups=[events.ParameterGroup(g.name, g.factor, g.joins) for g in trainer.groups],
            **_opening(training, model, taught, held),
        )
    )
    outcome = trainer.fit(logger, after_epoch=lambda n: kept.keep(n, model.C.weight) if kept else None)
    model.forget()
    if outcome.best:
        model.load_state_dict(outcome.best)
    return _Fitted(training, below, outcome, start, trainer.total)


def _encoded(training: Training, lexicon: Lexicon, texts: Sequence[list[str]]) -> tuple[Encoded, Encoded]:
    """The training texts, whose words are `texts`, and the validation texts."""
    held = [words(text)[: training.job.max_tokens] for text in training.validation.texts]
    return (
        Encoded([lexicon.encode(text) for text in texts], list(training.train.labels)),
        Encoded([lexicon.encode(text) for text in held], list(training.validation.labels)),
    )


def _opening(training: Training, model: TextModel, taught: Encoded, held: Encoded) -> dict[str, Any]:
    """What a run says of itself before its first step."""
    return {
        "title": training.job.title,
        "sizes": {"train": len(taught), "validation": len(held), "test": len(training.task.test)},
        "labels": list(training.task.labels),
        "parameters": sum(p.numel() for p in model.parameters()),
    }


def _remember(model: Tunable, texts: Sequence[Encoded], logger: RunLogger) -> None:
    """Have the model keep what its frozen parts make of the texts. Raises Stopped: nothing was trained yet."""
    # Counted in tokens: the texts come from the shortest to the longest.
    work = Work("lower layers", sum(each.tokens() for each in texts), "tokens/s", logger)
    for tokens in model.remember(ROOM, texts):
        work.did(tokens)


def _drifts(training: Training, below: Mapping[str, Artifact]) -> bool:
    """Whether C starts from vectors or from a language model, and is tuned: then it can be compared with its start."""
    pretrained = training.vectors is not None or (bool(below) and training.era.pretrained)
    return pretrained and not training.job.freeze_c


def _write(folder: Path, fitted: _Fitted, store: Store, logger: RunLogger) -> None:
    """Write the artifact and the scores of the model as it is read back from disk."""
    classifier.save(folder, fitted.weights, fitted.start.lexicon, fitted.info, store)
    step, epoch = fitted.outcome.progress.step, fitted.outcome.progress.best_epoch
    logger.log(events.Progress(phase="score", step=step, total=fitted.total))
    shipped = classifier.load(folder, store)
    task = fitted.training.task
    scores: dict[str, Score] = {}
    for name, split in (("validation", fitted.training.validation), ("test", task.test)):
        if not len(split):  # the whole budget was trained on
            continue
        scores[name], _ = score(shipped.model, encode(shipped, split), torch.device("cpu"))
        logger.log(events.Eval(step=step, epoch=epoch, split=name, best=True, final=True, **asdict(scores[name])))
    write_info(folder, replace(fitted.info, scores={name: asdict(value) for name, value in scores.items()}))


def _stopped(fitted: _Fitted, run: Path, store: Store, logger: RunLogger) -> None:
    """Keep the best model so far beside the run, scored on validation only: the test is read when training is done."""
    outcome = fitted.outcome
    if outcome.best:
        folder = run / "model"
        folder.mkdir(exist_ok=True)
        scores = {"validation": outcome.progress.best}
        classifier.save(folder, fitted.weights, fitted.start.lexicon, replace(fitted.info, scores=scores), store)
    logger.log(
        events.Stopped(
            step=outcome.progress.step,
            artifact=None,
            has_model=bool(outcome.best),
            best={"epoch": outcome.progress.best_epoch, **outcome.progress.best},
        )
    )
