"""What is in force while a network is tuned, and how it came about: in its checkpoints, done again from the log."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from core.runs.events import Steered
from core.runs.logger import RunLogger
from core.runs.steering import carry_out


class Steering:
    """The highest learning rate, the groups that stay as they are, and whether to finish; changed between two steps."""

    def __init__(self, learning_rate: float) -> None:
        self.made: list[Steered] = []
        """The changes that led here, in order; none if the run is as it was asked for."""
        self._asked = Steered(learning_rate=learning_rate)

    @property
    def now(self) -> Steered:
        """What is in force."""
        return self.made[-1] if self.made else self._asked

    @property
    def retreated(self) -> bool:
        """Whether the run went back to a checkpoint before, with half the rate."""
        return any(each.reason for each in self.made)

    def state(self) -> list[dict[str, Any]]:
        """What a checkpoint keeps of it."""
        made: list[dict[str, Any]] = msgspec.to_builtins(self.made)
        return made

    def restore(self, state: list[dict[str, Any]]) -> None:
        """Go on from what `state` gave. Raises msgspec.ValidationError for anything else."""
        self.made = msgspec.convert(state, list[Steered])

    def take_in(self, logger: RunLogger, step: int) -> None:
        """Change what is to be changed before that step: what the log has of it, else what the person wants now.

        A wish is written down before it is done. Whoever is killed in between does it again at the step that stands
        there; whoever is killed before that hears the wish anew.
        """
        ahead = [each for each in logger.recorded if each.number > self.now.number]
        self.made += [each for each in ahead if each.step <= step]
        if any(each.step > step for each in ahead):
            return  # the log knows of later steps: what is wanted now comes after those
        for change in logger.changes:
            if change.number > self.now.wish:
                self._make(carry_out(change, self.now, step), logger)

    def halve(self, ended: Steered, step: int, reason: str, logger: RunLogger) -> None:
        """Go on from a checkpoint at `step` at half the rate of what was in force when the training `ended`."""
        halved = replace(
            ended, step=step, number=ended.number + 1, learning_rate=ended.learning_rate / 2, reason=reason
        )
        self._make(halved, logger)

    def _make(self, change: Steered, logger: RunLogger) -> None:
        logger.log(change)
        self.made.append(change)
