"""trainer_state.json, which a Trainer of transformers writes beside its checkpoints: all its history, every time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.runs.foreign.rows import Reading, row_of

NAME = "trainer_state.json"
_LIMIT = 256 << 20
_SUMS = ("train_runtime", "train_samples_per_second", "train_steps_per_second", "total_flos")
"""What the last row says of the whole training: no curves."""


class TrainerState:
    """Reads a Trainer's output folder: its own state, or that of its newest checkpoint."""

    format = "transformers"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: tuple[Path, int, int] | None = None
        self._taken: list[Any] = []
        self.bad = 0
        self.finished = False
        self.planned = 0.0

    def files(self) -> list[Path]:
        """The state that is read now."""
        return [self._newest()]

    def read(self) -> Reading:
        """The rows of the history that were not there at the last look."""
        path = self._newest()
        stat = path.stat()
        seen = (path, stat.st_size, stat.st_mtime_ns)
        if seen == self._seen or stat.st_size > _LIMIT:
            return Reading()
        try:
            state = json.loads(path.read_bytes())
            history = state["log_history"]
        except (ValueError, KeyError, TypeError, RecursionError):
            # It is being written: the next look finds it whole. One that never is stays counted.
            self.bad = 1
            return Reading()
        self.bad = 0
        self._seen = seen
        history = history if isinstance(history, list) else []
        restarted = history[: len(self._taken)] != self._taken
        new = history if restarted else history[len(self._taken) :]
        self._taken = history
        self._plan(state)
        rows = [row for each in new if isinstance(each, dict) and (row := row_of(_curves(each)))]
        self.bad = sum(not isinstance(each, dict) for each in history)
        return Reading(rows, restarted)

    def _plan(self, state: dict[str, Any]) -> None:
        step, steps, epochs = (state.get(name) for name in ("global_step", "max_steps", "num_train_epochs"))
        self.planned = float(epochs) if isinstance(epochs, int | float) else 0.0
        self.finished = isinstance(step, int) and isinstance(steps, int) and 0 < steps <= step

    def _newest(self) -> Path:
        """A folder's own state is written at the end; until then each checkpoint has one. Raises FileNotFoundError."""
        there = [self._folder / NAME, *self._folder.glob(f"checkpoint-*/{NAME}")]
        found = [path for path in there if path.is_file()]
        if not found:
            raise FileNotFoundError(f"no {NAME} in {self._folder}")
        return max(found, key=lambda path: path.stat().st_mtime_ns)


def _curves(logged: dict[str, Any]) -> dict[str, Any]:
    """A row without the sums over the whole training; a loss beside them is the mean, no point of the curve."""
    if any(name in logged for name in _SUMS):
        return {}
    # An epoch here is a fraction, and says where on the axis it is; steps are left to the others.
    return {name: value for name, value in logged.items() if name != "step" or "epoch" not in logged}
