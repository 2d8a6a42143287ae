"""A transformer that has read unlabelled text, as an artifact: mlm.json and how its layers differ from the published.

What is written is the difference, 4 bits a number, so that it is small; the head that guesses words is in the same
file. Reading it takes the published weights, which are checked to be the very ones it started from.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from torch import Tensor

from core.catalog.language_models import MASKED, MASKED_FILE, MASKED_KIND
from core.models.masked import MaskedLanguageModel
from core.pretrained import encoder as encoders
from core.pretrained.encoder import LAYERS, Encoder, NoEncoder
from core.pretrained.parents import went_on
from core.storage.store import Artifact, Store
from core.storage.weights import load_compact, save_compact

WEIGHTS = "weights.safetensors"
HEAD = "head."


@dataclass(frozen=True)
class MaskedEncoder:
    """`encoder`: what a classifier starts from; `info`: mlm.json; `folder`: where its files are."""

    encoder: Encoder
    info: dict[str, Any]
    folder: Path

    def model(self, tuned: int = 0, dropout: float = 0.0) -> MaskedLanguageModel:
        """The model that guesses words, ready to be read on the CPU; the upper `tuned` layers are its parameters.

        `dropout`: share of units dropped while those are tuned.
        """
        lexicon = self.encoder.lexicon()
        model = MaskedLanguageModel(self.encoder.model(dropout), tuned, *lexicon.boundaries())
        stored = load_compact(self.folder / WEIGHTS, bases=_bases(replace(self.encoder, changes=None)))
        head = {name.removeprefix(HEAD): tensor for name, tensor in stored.items() if name.startswith(HEAD)}
        model.head.load_state_dict(head)
        return model.eval().requires_grad_(False)


def is_named(name: str) -> bool:
    """Whether an encoder's name asks for one of these."""
    return name.partition(":")[0] == MASKED


def save(folder: Path, model: MaskedLanguageModel, start: Encoder) -> None:
    """Write how the layers of `model` differ from those of `start`, which it was made from, and its head."""
    own = {f"{LAYERS}{_number(name, model.own)}": tensor for name, tensor in model.layers.state_dict().items()}
    head = {f"{HEAD}{name}": tensor for name, tensor in model.head.state_dict().items()}
    bases = {name: tensor for name, tensor in _bases(start).items() if name in own}
    matrices = frozenset(name for name, tensor in own.items() if tensor.dim() == 2)
    large = frozenset(name for name, tensor in head.items() if tensor.dim() == 2)
    save_compact(folder / WEIGHTS, {**own, **head}, large, bases=bases, four_bit=matrices)


def describe(folder: Path, info: dict[str, Any]) -> None:
    """Write mlm.json. `info` must hold `encoder` (name and key), `layers`, and `scores`."""
    (folder / MASKED_FILE).write_text(json.dumps(info, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(folder: Path, key: str, name: str = MASKED) -> MaskedEncoder:
    """Read one; never the network. Raises NoEncoder or NoExtra where what it started from is not here."""
    info: dict[str, Any] = json.loads((folder / MASKED_FILE).read_text(encoding="utf-8"))
    start = encoders.find(info["encoder"]["name"], offline=True)
    if start.key != info["encoder"]["key"]:
        raise NoEncoder(
            f"The encoder {start.name!r} is not the one that {name} started from ({info['encoder']['key'][:12]}).",
            "Make it again with `nlp-tui pretrain mlm`.",
        )
    found = Encoder(name, start.folder, key, changes=folder / WEIGHTS, depth=int(info["layers"]))
    return MaskedEncoder(found, info, folder)


def find(store: Store, name: str = MASKED) -> MaskedEncoder:
    """The one that guesses held-out words best, or with `mlm:KEY` best of those whose keys begin so.

    One that went on with a text of its own is found by key alone: how well it guesses is that text's. Raises NoEncoder
    where there is none, or what it started from is not here, NoExtra.
    """
    prefix = name.partition(":")[2]
    known = [each for each in store.all(MASKED_KIND) if each.key.startswith(prefix) and (prefix or not went_on(each))]
    if not known:
        which = f" with a key starting {prefix!r}" if prefix else ""
        raise NoEncoder(
            f"No transformer{which} has read the unlabelled text yet.",
            "Have it read with `nlp-tui pretrain mlm`, or take --encoder minilm as it was published.",
        )
    best = min(known, key=_loss)
    return load(best.path, best.key, name)


def named(name: str, store: Store, offline: bool = False) -> Encoder:
    """The encoder of any name: `mlm`, or what `encoder.find` knows. Raises NoEncoder or NoExtra."""
    return find(store, name).encoder if is_named(name) else encoders.find(name, offline)


def of_key(name: str, key: str, store: Store) -> Encoder:
    """The very encoder that a model was tuned from; never the network. Raises NoEncoder or NoExtra."""
    if is_named(name):
        artifact = store.find(key)
        found = load(artifact.path, key, name).encoder if artifact else None
    else:
        found = encoders.find(name, offline=True)
    if found is None or found.key != key:
        raise NoEncoder(
            f"The encoder {name!r} is not the one this model was tuned from ({key[:12]}).", "Train the model again."
        )
    return found


def _loss(artifact: Artifact) -> tuple[float, str]:
    info = json.loads((artifact.path / MASKED_FILE).read_text(encoding="utf-8"))
    return float(info["scores"]["held-out"]["loss"]), artifact.key


def _bases(encoder: Encoder) -> dict[str, Tensor]:
    """The weights of an encoder's layers, by the names they are stored under."""
    weights = encoder.model().encoder.layer.state_dict()
    return {f"{LAYERS}{name}": tensor for name, tensor in weights.items()}


def _number(name: str, own: int) -> str:
    """A weight's name with its layer counted from the very bottom."""
    layer, _, rest = name.partition(".")
    return f"{int(layer) + own}.{rest}"
