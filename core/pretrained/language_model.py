"""A language model as an artifact: lm.json, weights.safetensors, vocabulary.tsv; read back, it gives states."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.catalog.language_models import FILE, KIND
from core.data.vocabulary import Vocabulary
from core.errors import UserError
from core.models.frozen_language_model import FrozenLanguageModel
from core.models.language_model import LanguageModel, LanguageModelConfig
from core.pretrained.parents import went_on
from core.storage.store import Artifact, Store
from core.storage.weights import load_compact, save_compact

UNTRAINED = "untrained_language_model"


class NoLanguageModel(UserError):
    """No language model fits what was asked. `message` and `hint` are for a person."""

    def __init__(self, direction: str, wanted: str | None) -> None:
        which = f" with a key starting {wanted!r}" if wanted else ""
        super().__init__(
            f"There is no {direction} language model{which} yet.",
            "Make the pair with `nlp-tui pretrain lm --direction both`.",
        )


def save(folder: Path, model: LanguageModel, vocabulary: Vocabulary) -> None:
    """Write weights and vocabulary: matrices in 8 bits a number, biases in 16."""
    weights = model.state_dict()
    save_compact(folder / "weights.safetensors", weights, frozenset(n for n, w in weights.items() if w.dim() == 2))
    vocabulary.save(folder)


def describe(folder: Path, info: dict[str, Any]) -> None:
    """Write lm.json. `info` must hold `config` and `direction`."""
    (folder / FILE).write_text(json.dumps(info, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(folder: Path) -> FrozenLanguageModel:
    """Read a whole artifact. Raises OSError, KeyError or ValueError when the folder does not hold one."""
    info: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    model = load_weights(folder, LanguageModelConfig(**info["config"]))
    return FrozenLanguageModel(model, Vocabulary.load(folder), info)


def find(store: Store, directions: Sequence[str], wanted: str | None = None) -> dict[str, Artifact]:
    """A trained language model for each direction: by the first characters of keys, comma between, or the best.

    The best has the lowest perplexity on held-out text; a pair is of one size and one vocabulary. One that went on with
    a text of its own is found by key alone: its perplexity is that text's. Raises NoLanguageModel.
    """
    prefixes = [part.strip() for part in wanted.split(",")] if wanted else [""]
    known: dict[str, list[tuple[float, tuple[Any, ...], Artifact]]] = {way: [] for way in directions}
    for artifact in store.all(KIND):
        if went_on(artifact) and not wanted:
            continue
        info = json.loads((artifact.path / FILE).read_text(encoding="utf-8"))
        if info["direction"] in known and any(artifact.key.startswith(prefix) for prefix in prefixes):
            config = info["config"]
            alike = (config["hidden"], config["layers"], config["dimension"], *artifact.manifest["parents"][:1])
            known[info["direction"]].append((info["scores"]["held-out"]["perplexity"], alike, artifact))
    for way in directions:
        if not known[way]:
            raise NoLanguageModel(way, wanted)
    kinds = set.intersection(*({alike for _, alike, _ in found} for found in known.values()))
    if not kinds:
        raise NoLanguageModel(" and a ".join(directions), wanted)

    def best(way: str, kind: tuple[Any, ...]) -> tuple[float, Artifact]:
        return min(((score, each) for score, alike, each in known[way] if alike == kind), key=lambda pair: pair[0])

    chosen = min(sorted(kinds), key=lambda kind: sum(best(way, kind)[0] for way in directions))
    return {way: best(way, chosen)[1] for way in directions}


def load_weights(folder: Path, config: LanguageModelConfig) -> LanguageModel:
    """The model of those sizes with the folder's weights, ready to be read on the CPU."""
    model = LanguageModel(config)
    model.load_state_dict(load_compact(folder / "weights.safetensors"))
    model.eval()
    model.requires_grad_(False)
    return model
