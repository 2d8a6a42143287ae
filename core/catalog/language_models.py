"""What language models there are, and which ones a classifier stands on. Reads JSON only; torch stays away."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

from core.catalog.model_info import ModelInfo
from core.storage.store import Store

KIND = "language_model"
FILE = "lm.json"
DIRECTIONS = ("forward", "backward")
MASKED_KIND = "masked_language_model"
"""What a transformer that has read unlabelled text with words masked is in the store."""
SPEC = "lm"
"""What the best pair is called wherever words are looked up; `lm:forward` and `lm:backward` are one of them."""
MASKED, MASKED_FILE = "mlm", "mlm.json"
"""What the transformer that guesses masked words best is called, wherever there are models to choose from."""


@dataclass(frozen=True)
class LanguageModelEntry:
    """One language model. `perplexity`: exact, on held-out text; `probe`: accuracy of a probe of its states, 0 to 1."""

    direction: str
    hidden: int = 0
    layers: int = 1
    dimension: int = 0
    vocabulary: int = 0
    perplexity: float | None = None
    probe: float | None = None
    untrained: bool = False
    """Whether it has read nothing at all: the twin that the control random-lm reads."""
    """Whether it has also read the task's own texts; its perplexity is from before."""


def directions(store: Store) -> frozenset[str]:
    """The directions that there is a pretrained language model for."""
    found = (read(artifact.path) for artifact in store.all(KIND))
    return frozenset(entry.direction for entry in found if entry is not None)


def starts(store: Store) -> frozenset[str]:
    """The names of the published transformers that have read unlabelled text with words masked."""
    found = set()
    for artifact in store.all(MASKED_KIND):
        try:
            found.add(str(json.loads((artifact.path / MASKED_FILE).read_text(encoding="utf-8"))["encoder"]["name"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return frozenset(found)


def beneath(info: ModelInfo, store: Store) -> tuple[LanguageModelEntry, ...]:
    """The language models named in a classifier's model.json; of one that is not there only its direction is known."""
    found = []
    for direction in (way for way in DIRECTIONS if way in info.language_models):
        artifact = store.find(info.language_models[direction])
        entry = read(artifact.path) if artifact else None
        found.append(entry or LanguageModelEntry(direction))
    return tuple(found)


def read(folder: Path) -> LanguageModelEntry | None:
    """The language model in a folder, or None where there is no usable one."""
    try:
        info = json.loads((folder / FILE).read_text(encoding="utf-8"))
        sizes = {name: int(info["config"][name]) for name in ("hidden", "layers", "dimension", "vocabulary")}
        scores = info.get("scores", {})
        entry = LanguageModelEntry(
            direction=str(info["direction"]),
            perplexity=_number(scores.get("held-out", {}).get("perplexity")),
            probe=_number(scores.get("probe", {}).get("accuracy")),
            untrained=info.get("untrained") is True,
            **sizes,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return entry if entry.direction in DIRECTIONS else None


def _number(value: object) -> float | None:
    number = float(value) if isinstance(value, int | float) else math.nan
    return number if math.isfinite(number) else None
