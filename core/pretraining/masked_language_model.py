"""A pretrained transformer reads unlabelled text before it sees a label: text, the loop, the artifact as read back.

What BERT was pretrained with, masked words (Devlin et al. 2019), gone on with on text of the task's own kind, which
Gururangan et al. (2020) call domain-adaptive pretraining. MiniLM's last authors tuned it on whole sentences, after
which `[MASK]` meant nothing to it any more; here it learns that again.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.catalog.language_models import MASKED_KIND
from core.data.corpora import DataError, Unlabelled, load_task
from core.data.leaving_out import unlabelled_without
from core.data.wordpieces import WordPieces
from core.jobs import MaskedJob
from core.jobs.reading import FIELDS as READING
from core.jobs.reading import reading_of
from core.machine.device import arithmetic
from core.models.masked import MaskedLanguageModel
from core.optim.checkpoint import Origin, claim
from core.pretrained import encoder as encoders
from core.pretrained import masked_encoder
from core.pretrained.encoder import Encoder, NoEncoder
from core.pretrained.masked_encoder import MaskedEncoder
from core.pretrained.parents import find_parent
from core.pretraining import going_on, pieces
from core.pretraining import probe as probes
from core.pretraining.language_model_scores import BEFORE
from core.pretraining.masked_loop import MaskedTrainer, Settings
from core.pretraining.masked_scores import LENGTH, SHARE, held_out, mean_states
from core.pretraining.masking import Masker, Pieces, passages
from core.pretraining.probe import Probe
from core.runs import events
from core.runs.logger import RunLogger, Stopped, counted, waiting
from core.storage.store import Spec, Store

RECIPE = "mlm.v1"
ELSEWHERE = frozenset({"data", "text_column", "encoder", "threads", "offline"}) | READING | going_on.FIELDS
"""Fields of a job that are not part of what a model is: said by digests and parents, or by the machine."""
GLANCE = 400
"""Held-out passages that are scored while training; at the end it is all of them, up to `MOST`."""
MOST = 2_000
HELD_OUT = 1_000
"""Held-out documents that are spelled, at most."""


def pretrain(job: MaskedJob, run: Path, store: Store, logger: RunLogger) -> events.Done:
    """Train in the run directory, from its checkpoint on, or find it already trained.

    Raises Stopped when the person stops it (the checkpoint stays), DataError, NoEncoder, NoExtra, NoParent,
    PrecisionError.
    """
    if job.threads:
        torch.set_num_threads(job.threads)
    arithmetic(job.precision)
    logger.log(events.Progress(phase="data", step=0, total=0))
    parent = find_parent(store, MASKED_KIND, job.goes_on, "mlm transformers", lambda _: True) if job.goes_on else None
    base = masked_encoder.load(parent.path, parent.key) if parent else None
    if base is not None:
        job = going_on.keep_sizes(job, _sizes(base))
    start = _start(job)
    material = going_on.read_material(job, parent, logger)
    text = material.text

    corpus = pieces.build(store, text, start, counted(logger), waiting(logger))
    elsewhere = ELSEWHERE | ({"tuned_layers", "dropped_layers"} if base else set())
    config = {name: value for name, value in asdict(job).items() if name not in elsewhere} | material.settings
    spec = Spec(MASKED_KIND, RECIPE, config, text.digest, (corpus.key, parent.key if parent else start.key))
    built = False

    def write(folder: Path) -> None:
        nonlocal built
        built = True
        claim(run / "checkpoints", Origin(text.digest))
        _train(job, start, base, pieces.load(corpus), material, run, folder, logger)

    artifact = store.get_or_build(spec, write, waiting(logger))
    scores = masked_encoder.load(artifact.path, artifact.key).info["scores"]
    return events.Done(artifact=artifact.key, scores=scores, cached=not built)


def scores(folder: Path) -> dict[str, dict[str, Any]]:
    """How well held-out words are guessed, and the probe, as mlm.json and the cards hold them.

    The text must be where the model's job says. Raises DataError, NoEncoder, NoExtra.
    """
    found = masked_encoder.load(folder, "")
    job = MaskedJob(**found.info["job"])
    text = unlabelled_without(job.data, job.leave_out, job.text_column, job.offline, reading_of(job))
    return _yardstick(job, found.encoder.lexicon(), text).measure(found.model(), MOST)


def _start(job: MaskedJob) -> Encoder:
    """The published encoder without its top layers. Raises NoEncoder where words cannot be masked."""
    encoder = encoders.find(job.encoder, job.offline)
    depth = encoder.kept(job.dropped_layers)
    lexicon = encoder.lexicon()
    if lexicon.mask is None:
        raise NoEncoder(f"The encoder {encoder.name!r} knows no [MASK].", "Choose one of BERT's kind.")
    if job.length > lexicon.limit:
        raise NoEncoder(
            f"The encoder {encoder.name!r} reads no {job.length:,} pieces at once.",
            f"Take passages of at most {lexicon.limit:,}: --length {lexicon.limit}.",
        )
    return replace(encoder, depth=depth)


def _masker(lexicon: WordPieces, text: Pieces, share: float) -> Masker:
    assert lexicon.mask is not None
    return Masker(text, lexicon.mask, share)


@dataclass(frozen=True)
class _Yardstick:
    """Held-out text with passages of it, (n, 2), and the probe: what a model is measured by."""

    masker: Masker
    passages: NDArray[np.int64]
    probe: Probe

    def measure(self, model: MaskedLanguageModel, most: int) -> dict[str, dict[str, Any]]:
        """How well the words of at most so many passages are guessed, and the probe, as mlm.json holds them."""
        guessed = held_out(model, self.masker, self.passages[:most])
        return {"held-out": guessed.fields(), "probe": self.probe.measure(partial(mean_states, model)).fields()}


def _yardstick(job: MaskedJob, lexicon: WordPieces, text: Unlabelled) -> _Yardstick:
    spelled = pieces.spelled(text.held_out[:HELD_OUT], lexicon)
    found = passages(spelled, min(LENGTH, lexicon.limit))
    if not len(found):
        raise DataError(
            f"{text.name} is too little text to learn from and to hold some of it out", "take a larger file, or imdb"
        )
    probe = Probe(load_task(probes.TASK, offline=job.offline), lexicon.encode, job.seed)
    return _Yardstick(_masker(lexicon, spelled, SHARE), found, probe)


def _sizes(base: MaskedEncoder) -> dict[str, Any]:
    """What one that goes on has from the one that it goes on from: which transformer, and which of its layers."""
    names = ("encoder", "tuned_layers", "dropped_layers")
    return {name: base.info["job"][name] for name in names}


def _begin(job: MaskedJob, start: Encoder, base: MaskedEncoder | None, corpus: Pieces) -> MaskedLanguageModel:
    """The model before its first step: the published layers under a new head, or one that has read before."""
    torch.manual_seed(job.seed)
    if base is not None:
        model = base.model(job.tuned_layers, job.dropout)
        return model.requires_grad_(True)
    lexicon = start.lexicon()
    model = MaskedLanguageModel(start.model(job.dropout), job.tuned_layers, *lexicon.boundaries())
    seen = np.bincount(corpus.rows, minlength=len(lexicon)) + 1
    model.head.bias.data.copy_(torch.from_numpy(np.log(seen / seen.sum())))
    return model


def _train(
    job: MaskedJob,
    start: Encoder,
    base: MaskedEncoder | None,
    corpus: Pieces,
    material: going_on.Material,
    run: Path,
    folder: Path,
    logger: RunLogger,
) -> None:
    lexicon = start.lexicon()
    model = _begin(job, start, base, corpus)
    model.arithmetic = arithmetic(job.precision)
    yardstick = _yardstick(job, lexicon, material.text)
    before = {BEFORE: yardstick.measure(model, MOST)["held-out"]} if base else {}

    def evaluate(step: int, epoch: float) -> None:
        measured = yardstick.measure(model, GLANCE)
        logger.log(events.Eval(step=step, epoch=epoch, split="held-out", **measured["held-out"]))
        logger.log(events.Probe(step=step, epoch=epoch, **measured["probe"]))

    read = passages(corpus, job.length)
    head = 1.0 if base else Settings.head
    settings = Settings(job.steps, job.batch_size, job.learning_rate, job.seed, head)
    trainer = MaskedTrainer(model, _masker(lexicon, corpus, job.share), read, settings, run / "checkpoints", evaluate)
    resumed = trainer.restore()
    logger.log(
        events.Start(
            title=job.title,
            step=trainer.step,
            total=trainer.total,
            steps_per_epoch=trainer.steps_per_epoch,
            epochs=math.ceil(trainer.total / trainer.steps_per_epoch),
            resumed=resumed,
            sizes={"documents": len(corpus.offsets) - 1, "pieces": len(corpus.rows), "passages": len(read)},
            labels=[],
            parameters=sum(p.numel() for p in model.parameters() if p.requires_grad),
        )
    )
    if base is not None and not resumed:
        evaluate(0, 0.0)
    if not trainer.fit(logger):
        raise Stopped
    logger.log(events.Progress(phase="score", step=trainer.step, total=trainer.total))
    masked_encoder.save(folder, model, start)
    info: dict[str, Any] = {
        "encoder": {"name": start.name, "key": start.key},
        "layers": start.depth,
        "tuned": len(model.layers),
        "data": material.text.name,
        "pieces": len(corpus.rows),
        "passages": len(read),
        "job": asdict(job),
        **material.info,
    }
    masked_encoder.describe(folder, info)
    measured = yardstick.measure(masked_encoder.load(folder, "").model(), MOST)
    epoch = trainer.total / trainer.steps_per_epoch
    logger.log(events.Eval(step=trainer.step, epoch=epoch, split="held-out", final=True, **measured["held-out"]))
    logger.log(events.Probe(step=trainer.step, epoch=epoch, final=True, **measured["probe"]))
    masked_encoder.describe(folder, {**info, "scores": measured | before})
