"""How far the shipped models' sureness can be believed, as it was measured. Reads one JSON file; nothing heavy."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from core.storage.paths import ASSETS

CALIBRATION = ASSETS / "calibration.json"


class Calibration(Struct, frozen=True, kw_only=True):
    """The expected calibration error, 0 to 1, on the `n` test texts: `before`, as it was trained.

    `after`: with the `temperature` that suits its `fitted_on` validation texts best, and that its answers are shown
    with. Both are None where the model has read no label, for a temperature would be one that labels chose, and where
    its validation texts are none or do not say one: it is right of all of them. `model`: its folder, of a shipped one.
    """

    model: str = ""
    n: int
    before: float
    temperature: float | None = None
    fitted_on: int = 0
    after: float | None = None

    @property
    def said(self) -> str:
        """In a sentence or two."""
        said = f"Expected calibration error {100 * self.before:.1f} % of {self.n:,} test texts (15 bins)"
        if self.temperature is None or self.after is None:
            if self.fitted_on:
                return f"{said}. No temperature: its {self.fitted_on:,} validation texts do not say one."
            return f"{said}. No temperature: it has no labels to fit one on."
        return (
            f"Expected calibration error {100 * self.after:.1f} % of {self.n:,} test texts (15 bins), "
            f"{100 * self.before:.1f} without the temperature of {self.temperature:.2f} that its answers are shown "
            f"with: the logits are divided by it, as {self.fitted_on:,} validation texts fit best."
        )


class CalibrationFile(Struct, frozen=True):
    """What was measured, by the keys of the models; `formula`: of the error; `command`: what measures it again."""

    v: int
    command: str
    formula: str
    models: dict[str, Calibration]


def load_calibrations(path: Path = CALIBRATION) -> dict[str, Calibration]:
    """What the file says, by the keys of the models; nothing where there is no usable file."""
    try:
        return msgspec.convert(json.loads(path.read_text(encoding="utf-8")), CalibrationFile).models
    except (OSError, ValueError):
        return {}


@cache
def _shipped() -> dict[str, Calibration]:
    return load_calibrations()


def find_calibration(key: str) -> Calibration | None:
    """What was measured of the shipped model with that key."""
    return _shipped().get(key) if key else None
