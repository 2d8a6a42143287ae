"""What a person changes in a run that trains: each change once, from a step on that is written down first.

What is wanted stands in control.json, as numbered changes. What was done stands in events.jsonl, as one `Steered` a
change, with its step. The log is the truth: a run that goes on from a checkpoint does at the very same steps what the
log says of them, and so ends as if it had never been interrupted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from core.runs.events import Steered


@dataclass(frozen=True)
class Change:
    """What a person wants changed; `number` counts the changes of a run, from one.

    `learning_rate`: the new highest rate; `factor`: what the one in force is multiplied by. `freeze` and `unfreeze`
    name groups of parameters. `finish`: not a step more; the best so far is what the run made.
    """

    number: int = 0
    learning_rate: float | None = None
    factor: float | None = None
    freeze: tuple[str, ...] = ()
    unfreeze: tuple[str, ...] = ()
    finish: bool = False

    def to_json(self) -> dict[str, Any]:
        """What stands in control.json."""
        return {name: value for name, value in asdict(self).items() if value not in (None, (), False)}


UNCHANGED = Change()


def read_changes(told: object) -> tuple[Change, ...]:
    """The changes among what control.json holds, by number; what is no change is passed over."""
    found = [change for each in told if (change := _read(each))] if isinstance(told, list) else []
    return tuple(sorted({change.number: change for change in found}.values(), key=lambda change: change.number))


def _read(told: object) -> Change | None:
    if not isinstance(told, dict):
        return None
    number, rate, factor = told.get("number"), told.get("learning_rate"), told.get("factor")
    if not isinstance(number, int) or number < 1 or not (_is_rate(rate) and _is_rate(factor)):
        return None
    return Change(
        number, rate, factor, _names(told.get("freeze")), _names(told.get("unfreeze")), told.get("finish") is True
    )


def _is_rate(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and math.isfinite(value) and value > 0)


def _names(value: object) -> tuple[str, ...]:
    return tuple(name for name in value if isinstance(name, str)) if isinstance(value, list) else ()


def carry_out(change: Change, before: Steered, step: int) -> Steered:
    """What is in force from that step on, once the change is made of what was in force before."""
    rate = (change.learning_rate or before.learning_rate) * (change.factor or 1.0)
    frozen = [name for name in (*before.frozen, *change.freeze) if name not in change.unfreeze]
    return Steered(
        step=step,
        number=before.number + 1,
        wish=change.number,
        learning_rate=rate,
        frozen=list(dict.fromkeys(frozen)),
        finish=before.finish or change.finish,
    )


def standing(recorded: Iterable[Steered]) -> list[Steered]:
    """What stands of the changes that a log holds, each once and in order.

    One at an earlier step than the one before was made after going back to a checkpoint: what lay beyond is undone.
    """
    found: list[Steered] = []
    for each in sorted({each.number: each for each in recorded}.values(), key=lambda each: each.number):
        while found and found[-1].step > each.step:
            found.pop()
        found.append(each)
    return found
