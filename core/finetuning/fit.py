"""One training from its texts to its last step: a network tuned in the loop, or a regression fitted at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import torch
from torch import Tensor

from core.catalog.model_info import EncoderName, ModelInfo
from core.data.batches import Encoded
from core.data.lexicon import Lexicon
from core.data.text import words
from core.errors import UserError
from core.finetuning.branching import branch_off
from core.finetuning.embedding_snapshots import EmbeddingSnapshots
from core.finetuning.forgetting import Forgetting
from core.finetuning.heads import fit_heads
from core.finetuning.initialise import Start, initialise
from core.finetuning.letter_moves import LetterMoves
from core.finetuning.loop import Outcome, Progress, Settings, Trainer
from core.finetuning.pinned_answers import PinnedAnswers
from core.finetuning.prepare import Training, reused
from core.finetuning.prompting import CALIBRATION_TEXTS, balance, describe_prompt
from core.finetuning.regressions import REGRESSIONS, Regression
from core.finetuning.scoring import score
from core.finetuning.teaching import teach
from core.finetuning.watching import Measure, Watcher
from core.jobs import TUNINGS, schedule, unused
from core.machine.device import resolve
from core.models.asked import AskedClassifier
from core.models.bidirectional import BidirectionalEnsemble
from core.models.protocol import TextModel, Tunable
from core.models.rnn import RNNClassifier
from core.optim.checkpoint import Origin, claim
from core.pretrained import classifier, vectors
from core.runs import events
from core.runs.branching import FOLDER as BRANCH
from core.runs.logger import Diverged, RunLogger, Work
from core.storage.store import Artifact, Store

ROOM = 1 << 30
"""Bytes that the states of frozen parts may take while training; beyond it they are computed again."""


@dataclass(frozen=True)
class Fitted:
    """A training that came to its end, or was stopped: `weights` are the best so far."""

    training: Training
    below: Mapping[str, Artifact]
    outcome: Outcome
    start: Start[TextModel]
    total: int

    @property
    def weights(self) -> dict[str, Tensor]:
        """The best parameters, by name."""
        return self.outcome.best

    def save(self, folder: Path, store: Store, scores: Mapping[str, Mapping[str, float]] | None = None) -> None:
        """Write the model's folder, which is there already, with the `scores` by split that are known."""
        info = msgspec.structs.replace(self.info, scores=dict(scores)) if scores else self.info
        classifier.save(folder, self.weights, self.start.lexicon, info, store)

    @property
    def info(self) -> ModelInfo:
        """model.json, but for the scores."""
        training, model = self.training, self.start.model
        job = training.job
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
            label_budget=training.taught.labels if training.taught else job.labels,
            teacher=training.taught,
            sizes={
                "train": len(training.train),
                "validation": len(training.validation),
                "test": len(training.task.test),
            },
            vectors=training.vectors.key if training.vectors else None,
            variant=training.variant,
            starts=dict(self.start.starts),
            encoder=EncoderName(training.encoder.name, training.encoder.key) if training.encoder else None,
            language_models={way: artifact.key for way, artifact in self.below.items()},
            mix=model.mixture(),
            seed=job.seed,
            job=asdict(job),
            best={"epoch": self.outcome.progress.best_epoch, **self.outcome.progress.best},
        )


def fit(
    training: Training,
    run: Path,
    store: Store,
    logger: RunLogger,
    epochs: Path | None = None,
    retreats: bool = False,
) -> Fitted:
    """Train from the run's checkpoint on; in `epochs` C is kept as it is at the ends of epochs, where it has a start.

    Without `epochs` nobody watches: nothing is measured but the scores.

    With `retreats` a training that diverges goes back to its last checkpoint once, with half the rate. The training of
    what is returned says what was changed by hand, or so, on the way: what it made is no longer the job's alone.
    Raises Stopped when the person stops it before the first step, Diverged, and NoTeacher.
    """
    for note in (*training.task.notes, *(vectors.notes(training.vectors) if training.vectors else ())):
        logger.log(events.Warned(message=note))
    if training.teacher:
        train, taught = teach(training.teacher, training.task, store, logger)
        training = replace(training, train=train, taught=taught)
    texts = [words(text)[: training.job.max_tokens] for text in training.train.texts]
    if training.era.composition in REGRESSIONS:
        return _regress(training, REGRESSIONS[training.era.composition](training, texts), texts, logger)
    below = reused(training, store)
    start = initialise(training, below, texts)
    if isinstance(start.model, AskedClassifier):
        _ask(training, start.model, start.lexicon, logger)
        if not texts:
            return _take_as_it_is(training, below, start, logger)
    return _tune(training, below, start, texts, run, store, logger, epochs, retreats)


def _ask(training: Training, model: AskedClassifier, lexicon: Lexicon, logger: RunLogger) -> None:
    """Say how a language model is asked, and calibrate it as far as the job wants that."""
    for said in describe_prompt(model, training):
        logger.log(events.Warned(message=said))
    if training.job.calibration == "balanced":
        unread = list(training.task.train.texts[:CALIBRATION_TEXTS])
        rows = [lexicon.encode(words(text)[: training.job.max_tokens]) for text in unread]
        balance(model, Encoded(rows, [0] * len(rows)), logger)


def _take_as_it_is(
    training: Training, below: Mapping[str, Artifact], start: Start[Tunable], logger: RunLogger
) -> Fitted:
    """A model that needs no label, in what counts as one step: it is measured on validation texts, and that is all."""
    held = _encoded(training, start.lexicon, [])[1]
    opening = _opening(training, start.model, Encoded([], []), held)
    logger.log(events.Start(step=0, total=1, steps_per_epoch=1, epochs=1, resumed=False, **opening))
    best = score(start.model, held, torch.device("cpu"))[0]
    logger.log(events.Eval(step=1, epoch=1, split="validation", best=True, **asdict(best)))
    progress = Progress(step=1, epoch=1, best_epoch=1, best=asdict(best))
    return Fitted(training, below, Outcome(True, progress, dict(start.model.state_dict())), start, 1)


def _regress(training: Training, regression: Regression, texts: Sequence[list[str]], logger: RunLogger) -> Fitted:
    """Fit a classifier at once, in what counts as one step."""
    start = regression.start
    taught, held = _encoded(training, start.lexicon, texts)
    opening = _opening(training, start.model, taught, held)
    logger.log(events.Start(step=0, total=1, steps_per_epoch=1, epochs=1, resumed=False, **opening))
    best = asdict(regression.fit(taught, logger))
    if training.taught:  # it is cross-validated: that would say how well the teacher is imitated
        best = {}
    else:
        logger.log(events.Eval(step=1, epoch=1, split="validation", best=True, **best))
    progress = Progress(step=1, epoch=1, best_epoch=1, best=best)
    return Fitted(training, {}, Outcome(True, progress, dict(start.model.state_dict())), start, 1)


def _tune(
    training: Training,
    below: Mapping[str, Artifact],
    start: Start[Tunable],
    texts: Sequence[list[str]],
    run: Path,
    store: Store,
    logger: RunLogger,
    epochs: Path | None,
    retreats: bool,
) -> Fitted:
    """Tune a classifier step by step, from the run's checkpoint if there is one."""
    job, model = training.job, start.model
    taught, held = _encoded(training, start.lexicon, texts)
    # People's labels choose nothing where a teacher stands in for them: the schedule is run to its end.
    choosing = Encoded([], []) if training.teacher else held
    plan = schedule(job, len(taught))
    seed = job.seed if job.order_seed is None else job.order_seed
    settings = Settings(
        plan.epochs, job.batch_size, job.learning_rate, plan.patience, seed, **asdict(TUNINGS[job.recipe])
    )
    claim(run / "checkpoints", Origin(training.task.digest, tuple(training.task.labels)))
    moves = LetterMoves(model) if epochs else None
    trainer = Trainer(model, taught, choosing, settings, resolve(job.device), run / "checkpoints")
    kept = None
    if epochs and _drifts(training, below):
        kept = EmbeddingSnapshots(epochs, model.C.weight, plan.epochs, len(set().union(*taught.ids)))
    resumed = trainer.restore()
    if job.branch and not resumed:
        branch_off(trainer, run / BRANCH, job.branch)
        resumed = True
    _remember(model, (taught, choosing), logger)
    if job.head_first and "head_first" not in unused(job) and not resumed:
        model.eval()
        fit_heads(model.heads, taught, logger)
    measures: list[Measure] = []
    if moves:
        moves.follow(trainer)
        pinned = PinnedAnswers(model, start.lexicon, job.max_tokens, run, trainer.device)
        measures = [pinned, moves, *_forgetting(training, below, model, store, trainer.device, logger)]
    watcher = Watcher(model, measures, trainer.steps_per_epoch, logger)

    def after_epoch(epoch: int) -> None:
        if kept:
            kept.keep(epoch, model.C.weight)
        watcher.measure(trainer.progress.step)

    while True:
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
        watcher.measure(trainer.progress.step)
        try:
            outcome = trainer.fit(logger, watcher.after_step, after_epoch)
        except Diverged as diverged:
            if not retreats or not trainer.retreat(diverged, logger):
                raise
            resumed = True
        else:
            break
    model.forget()
    if outcome.best:
        model.load_state_dict(outcome.best)
    steered = replace(training, steered=tuple(trainer.steering.made))
    return Fitted(steered, below, outcome, start, trainer.total)


def _forgetting(
    training: Training,
    below: Mapping[str, Artifact],
    model: Tunable,
    store: Store,
    device: torch.device,
    logger: RunLogger,
) -> list[Measure]:
    """The measure of what the tuned language models forget; none where nothing is tuned that could be asked."""
    tuned = isinstance(model, RNNClassifier | BidirectionalEnsemble) and training.era.pretrained and bool(below)
    if not tuned or device.type != "cpu":
        return []
    assert isinstance(model, RNNClassifier | BidirectionalEnsemble)
    try:
        return [Forgetting(model, below, store)]
    except UserError as error:
        logger.log(events.Warned(message=f"What the language model forgets is not measured: {error.message}."))
        return []


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
    return pretrained and training.era.parameter("C").tuned and not training.job.freeze_c
