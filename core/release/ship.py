"""What ships, copied from the store into assets/, with a card each."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.catalog.language_models import DIRECTIONS, MASKED
from core.catalog.model_info import read_info
from core.eras.table import BASELINES, ERAS, Reads
from core.finetuning.train import KIND
from core.jobs import VECTORS, TrainJob, command
from core.pretrained import language_model as frozen
from core.pretrained import masked_encoder, vectors
from core.release.cards import CARDS, MODELS, CardError, era_card, language_model_card, masked_card, vectors_card
from core.storage.store import Artifact, Store

SEEDS = (0,)
"""Seeds that are shipped: all ten rows in 45 MB leave room for one of each. The others' scores are in the ladder."""


def ship(store: Store, models: Path = MODELS, cards: Path = CARDS) -> Iterator[str]:
    """Copy every era's default models (one a seed) and their vectors; yields what was done.

    Raises CardError when one was not trained yet.
    """
    models.mkdir(parents=True, exist_ok=True)
    cards.mkdir(parents=True, exist_ok=True)
    shipped = (*ERAS, *BASELINES)
    for objective in dict.fromkeys(era.vectors for era in shipped if era.vectors):
        artifact = vectors.find(store, objective, VECTORS[objective]().dimension)
        _copy(artifact, models / f"{objective}-vectors")
        write_card(cards / f"{objective}-vectors.json", vectors_card(artifact, objective))
        yield f"{objective}-vectors"
    if any(era.reuses_language_models for era in shipped):
        for way, artifact in frozen.find(store, DIRECTIONS).items():
            _copy(artifact, models / f"lm-{way}")
            write_card(cards / f"lm-{way}.json", language_model_card(artifact))
            yield f"lm-{way}"
    if any(era.reads is Reads.WORDPIECES for era in shipped):
        masked = store.find(masked_encoder.find(store).encoder.key)
        assert masked is not None
        _copy(masked, models / MASKED)
        write_card(cards / f"{MASKED}.json", masked_card(masked))
        yield MASKED
    for era in shipped:
        chosen = [_trained(store, TrainJob.of(era.id, seed=seed)) for seed in SEEDS]
        for seed, artifact in zip(SEEDS, chosen, strict=True):
            _copy(artifact, models / f"{era.id}-seed{seed}")
        write_card(cards / f"{era.id}.json", era_card(era.id, models, chosen))
        yield era.id


def _trained(store: Store, job: TrainJob) -> Artifact:
    """The store's model of a job with default settings: compared field by field, whatever data digest it has."""
    wanted = vars(job)
    for artifact in store.all(KIND):
        config = artifact.manifest["config"]
        info = read_info(artifact.path)
        theirs = info.encoder.name if info.encoder else job.encoder
        alike = info.data == job.data and theirs == job.encoder
        if alike and all(config[name] == wanted[name] for name in config if name in wanted):
            return artifact
    raise CardError(f"Not trained yet: {job.title}.", f"Train it with `{command(job)}`.")


def _copy(artifact: Artifact, target: Path) -> None:
    if artifact.path == target:
        return
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(artifact.path, target)


def write_card(path: Path, card: dict[str, Any]) -> None:
    """Write a card as JSON that a person can read."""
    path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
