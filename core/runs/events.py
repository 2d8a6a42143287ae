"""What a run says, one type a kind of event: the schema of the lines of events.jsonl.

Versions meet here. Fields of later versions are passed over, a kind of a later version is a bare `Event`, and a field
of an unexpected type counts as not said, so that one strange line never hides a run. None means not said, too, and is
not written; where null says something of its own (no estimate, no artifact), not said is `UNSET`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from numbers import Integral, Real
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from core.floats import finite

Count = Annotated[int, Meta(ge=0, le=1 << 53)]
Numbers = Mapping[str, float | None]
"""By name; what is not a number (a diverged loss) is null."""


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag=str.lower):
    """What all events have. `t`: Unix seconds, set when it is written."""

    t: float | UnsetType | None = UNSET


class ParameterGroup(Struct, frozen=True):
    """Parameters tuned together: they join at step `joins` and learn at `factor` of the rate."""

    name: str
    factor: float = 0.0
    joins: float = 0.0


class Start(Event, frozen=True, kw_only=True):
    """The work begins, or goes on, at `step` of `total`. `sizes`: texts by split, or what else is read, by name."""

    title: str = ""
    step: Count | None = None
    total: Count | None = None
    steps_per_epoch: float | None = None
    epochs: Count | None = None
    resumed: bool | None = None
    sizes: Numbers | None = None
    labels: list[str] | None = None
    parameters: Count | None = None
    groups: list[ParameterGroup] | None = None


class Progress(Event, frozen=True, kw_only=True):
    """How far a phase is. `speed`: `unit`s as "tokens/s"; `eta`: seconds left; `rates`: learning rate by group.

    `what`: what is at work, in words, where a phase is made of several: an era and its fold.
    """

    phase: str = ""
    what: str = ""
    step: Count | None = None
    total: Count | None = None
    epoch: float | None = None
    loss: float | None = None
    accuracy: float | None = None
    learning_rate: float | UnsetType | None = UNSET
    rates: Numbers | None = None
    gradient: float | None = None
    """Norm of the latest step's gradient, before it was clipped."""
    speed: float | UnsetType | None = UNSET
    unit: str = ""
    eta: float | UnsetType | None = UNSET


class Eval(Event, frozen=True, kw_only=True):
    """Scores on a split. `best`: the best so far; `final`: of the finished model, on more text than those before."""

    step: Count | None = None
    epoch: float | None = None
    split: str = ""
    best: bool | None = None
    final: bool | None = None
    loss: float | None = None
    accuracy: float | None = None
    perplexity: float | None = None
    guessed: float | None = None
    """Share of the masked pieces that were guessed right."""
    n: float | None = None
    majority: float | None = None
    """Share of the largest class among the texts scored."""
    macro_f1: float | None = None
    unknown: float | None = None
    """Share of words that the vocabulary lacks."""


class Probe(Event, frozen=True, kw_only=True):
    """A classifier on the states of a language model that is still in training: what they are worth."""

    step: Count | None = None
    epoch: float | None = None
    final: bool | None = None
    accuracy: float | None = None
    n: float | None = None
    labels: Count | None = None
    """Texts that it learned from."""


class PinnedAnswer(Struct, frozen=True, omit_defaults=True):
    """What a pinned sentence is answered, a probability a class; when it was read closely, also token by token.

    `known`: whether the model is told anything about the token; `running`: probabilities after each of the first.
    """

    text: str
    probabilities: list[float] = []
    tokens: list[str] | None = None
    known: list[bool] | None = None
    running: list[list[float]] | None = None


class Pinned(Event, frozen=True, kw_only=True):
    """The answers to the sentences that are pinned to the run, all of them: what is no longer here is unpinned."""

    step: Count | None = None
    epoch: float | None = None
    sentences: list[PinnedAnswer] | None = None


class LetterMove(Struct, frozen=True, omit_defaults=True):
    """One letter of the formula. `change`: ‖W − W₀‖ / ‖W₀‖, W₀ before training; `reader`: the direction it reads in.

    `update`: the norm of the latest step as a share of ‖W‖; `gradient`: its gradient's norm, before it was clipped.
    None where nothing moves it, or not yet.
    """

    symbol: str
    change: float | None = None
    update: float | None = None
    gradient: float | None = None
    reader: str = ""


class Moved(Event, frozen=True, kw_only=True):
    """How far each of C, W_e, W_h and W_o has moved from where it started."""

    step: Count | None = None
    epoch: float | None = None
    letters: list[LetterMove] | None = None


class Forgotten(Event, frozen=True, kw_only=True):
    """What the fine-tuned language model still knows: its perplexity on text that it never learned from, `n` words."""

    step: Count | None = None
    epoch: float | None = None
    perplexity: float | None = None
    n: float | None = None


class Mistake(Struct, frozen=True):
    """A text, its label, what the model says instead, and the probability that it gives to that."""

    text: str
    truth: str = ""
    said: str = ""
    probability: float = 0.0


class Judged(Event, frozen=True, kw_only=True):
    """What the finished model makes of a split that it never learned from.

    `confusion`: how many texts of each label, by row, were given each, in the order of `labels`; `worst`: the surest
    mistakes, the surest first.
    """

    split: str = ""
    labels: list[str] | None = None
    confusion: list[list[Count]] | None = None
    worst: list[Mistake] | None = None


class Trial(Event, frozen=True, kw_only=True, omit_defaults=False, tag="cell"):
    """One trial of a ladder is measured, or one era of a report. `labels`: the budget, null for all there are."""

    data: str = ""
    labels: Count | None = None
    era: str = ""
    seed: int = 0
    title: str = ""
    split: str = ""
    loss: float | None = None
    accuracy: float | None = None
    n: float | None = None


class Checkpoint(Event, frozen=True, kw_only=True, omit_defaults=False):
    """From here the run can go on. `path`: the checkpoint's name in the run's folder of checkpoints."""

    step: Count = 0
    path: str = ""


class Warned(Event, frozen=True, kw_only=True, omit_defaults=False, tag="warning"):
    """Something a person should know; the run goes on."""

    message: str = ""


class Paused(Event, frozen=True, kw_only=True, omit_defaults=False):
    """The person wanted a pause, and has it."""

    step: Count = 0


class Resumed(Event, frozen=True, kw_only=True, omit_defaults=False):
    """The pause is over."""

    step: Count = 0


class Steered(Event, frozen=True, kw_only=True, omit_defaults=False):
    """From `step` on something else is in force: all of it, not only what is new. Written before it is done.

    `number` counts the changes of a run; `wish` is the number of the last change in control.json that is in it. Where
    the run itself made the change, `reason` says why, in plain words. `learning_rate`: the highest of the schedule;
    `frozen`: groups by name.
    """

    step: Count = 0
    number: Count = 0
    wish: Count = 0
    learning_rate: float = 0.0
    frozen: list[str] = []
    finish: bool = False
    reason: str = ""


class Queued(Event, frozen=True, kw_only=True, omit_defaults=False):
    """It waits until the run `after` is over, before it begins."""

    after: str = ""


class Heartbeat(Event, frozen=True, kw_only=True):
    """The process lives."""


class Done(Event, frozen=True, kw_only=True, omit_defaults=False):
    """The last word: it came to its end. `artifact`: its key; `cached`: it was in the store already.

    `scores`: by split, numbers by name (and the name of the data).
    """

    artifact: str | None = None
    model: str | None = None
    best: Numbers | None = None
    scores: Mapping[str, Mapping[str, float | str | None]] = {}
    cached: bool = False


class Stopped(Event, frozen=True, kw_only=True, omit_defaults=False):
    """The last word: the person wanted it to end. `has_model`: the best so far is kept beside the run."""

    step: Count = 0
    artifact: str | None = None
    has_model: bool = False
    best: Numbers | UnsetType | None = UNSET


class Failed(Event, frozen=True, kw_only=True, omit_defaults=False):
    """The last word: what went wrong, and what to do about it, in plain words."""

    message: str = ""
    hint: str = ""


class Reset(Event, frozen=True, kw_only=True):
    """Never written: said when the file became shorter than what was read: forget everything, it starts again."""


Kind = (
    Start
    | Progress
    | Eval
    | Probe
    | Trial
    | Pinned
    | Moved
    | Forgotten
    | Judged
    | Checkpoint
    | Warned
    | Paused
    | Resumed
    | Steered
    | Queued
    | Heartbeat
    | Done
    | Stopped
    | Failed
    | Reset
)
KINDS: dict[str, type[Event]] = {str(kind.__struct_config__.tag): kind for kind in Event.__subclasses__()}

_DECODER: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Kind)


def decode(line: bytes) -> Event:
    """The event in a line that this version wrote. Raises ValueError or RecursionError for any other line."""
    return _DECODER.decode(line)


def from_fields(fields: dict[str, Any]) -> Event:
    """The event of whatever version and maker; what does not fit counts as not said. `fields["kind"]` is a text."""
    plain = finite(fields)
    kind = KINDS.get(plain["kind"], Event)
    found = {}
    for field in msgspec.structs.fields(kind):
        with suppress(msgspec.ValidationError, KeyError):
            found[field.name] = msgspec.convert(plain[field.name], field.type)
    return kind(**found)


def to_fields(event: Event) -> dict[str, Any]:
    """What is written of an event, `kind` first; numbers of any make are plain, NaN and infinite ones None.

    Raises TypeError for what is not JSON.
    """
    fields: dict[str, Any] = finite(msgspec.to_builtins(event, enc_hook=_number))
    return fields


def _number(value: Any) -> int | float:
    """A number of numpy's as one of Python's."""
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    raise TypeError(f"not JSON: {value!r}")
