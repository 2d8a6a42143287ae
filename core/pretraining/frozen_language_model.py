"""A language model as an artifact: lm.json, weights.safetensors, vocabulary.tsv; read back, it gives states."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.data.vocabulary import Vocabulary
from core.language_models import FILE, KIND
from core.models.language_model import LanguageModel, LanguageModelConfig
from core.pretraining.perplexity import batches, padded
from core.store import Artifact, Store
from core.weights import load_compact, save_compact

ADAPTED = "adapted_language_model"
UNTRAINED = "untrained_language_model"


class NoLanguageModel(Exception):
    """No language model fits what was asked. `message` and `hint` are for a person."""

    def __init__(self, direction: str, wanted: str | None) -> None:
        which = f" with a key starting {wanted!r}" if wanted else ""
        self.message = f"There is no {direction} language model{which} yet."
        self.hint = "Make the pair with `nlp-tui pretrain lm --direction both`."
        super().__init__(self.message)


@dataclass(frozen=True)
class FrozenLanguageModel:
    """A trained language model that is only read. `info` is lm.json."""

    model: LanguageModel
    vocabulary: Vocabulary
    info: dict[str, Any]

    @property
    def direction(self) -> str:
        """`forward` or `backward`."""
        return str(self.info["direction"])

    @property
    def phase(self) -> str:
        """What a run calls the time it spends on this model."""
        return f"{self.direction} language model"

    @property
    def backward(self) -> bool:
        """Whether it reads from the last word to the first."""
        return self.direction == "backward"

    def states(self, ids: Sequence[Sequence[int]]) -> list[Tensor]:
        """One (layers, words, hidden) tensor a text: each layer's state at each word, in the order of the words.

        Every text starts from the state at rest and a boundary, so its states depend on nothing but itself. A forward
        state has read the words up to and with its own, a backward one those from its own to the end.
        """
        return states(self.model, ids, self.backward)


@torch.inference_mode()
def states(model: LanguageModel, texts: Sequence[Sequence[int]], backward: bool) -> list[Tensor]:
    """What `FrozenLanguageModel.states` gives, of a model that may still be in training."""
    training = model.training
    model.eval()
    found: dict[int, Tensor] = {}
    for numbers in batches(list(map(len, texts))):
        some = [texts[number] for number in numbers]
        ids = padded(some, backward)
        layers, _ = model.read(model.C[ids], model.start(len(some)))
        stacked = torch.stack(layers)
        for lane, (number, text) in enumerate(zip(numbers, some, strict=True)):
            own = stacked[:, 1 : len(text) + 1, lane]
            found[number] = own.flip(1) if backward else own.clone()
    model.train(training)
    return [found[number] for number in range(len(texts))]


def mean_states(model: LanguageModel, texts: Sequence[Sequence[int]], backward: bool) -> Tensor:
    """(texts, hidden): the mean of the top layer's states over each text's words; zeros for an empty text."""
    return torch.stack([each[-1].sum(dim=0) / max(1, each.shape[1]) for each in states(model, texts, backward)])


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

    The best has the lowest perplexity on held-out text; a pair is of one size and one vocabulary. Raises
    NoLanguageModel.
    """
    prefixes = [part.strip() for part in wanted.split(",")] if wanted else [""]
    known: dict[str, list[tuple[float, tuple[Any, ...], Artifact]]] = {way: [] for way in directions}
    for artifact in store.all(KIND):
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
