"""The untrained twin of a language model, for the control: what is left of a gain is what pretraining gave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from core.models.language_model import LanguageModel
from core.pretrained import language_model as frozen
from core.storage.store import Artifact, Spec, Store

RECIPE = "lm-untrained.v1"


def untrained(parent: Artifact, seed: int, store: Store) -> Artifact:
    """A language model of the same sizes and words as `parent` that has read nothing at all."""
    base = frozen.load(parent.path)
    config: dict[str, Any] = {**base.model.config.to_json(), "direction": base.direction, "seed": seed}
    spec = Spec(frozen.UNTRAINED, RECIPE, config, base.vocabulary.digest)

    def write(folder: Path) -> None:
        torch.manual_seed(seed)
        frozen.save(folder, LanguageModel(base.model.config), base.vocabulary)
        frozen.describe(folder, {"direction": base.direction, "config": base.model.config.to_json(), "untrained": True})

    return store.get_or_build(spec, write)
