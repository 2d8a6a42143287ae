"""A run that is steered: each change once, at a step of its own, and bit for bit the same after any interruption."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
import torch

from core.finetuning import loop
from core.finetuning.loop import Outcome, Trainer
from core.runs.event_log import parse
from core.runs.events import Event, Steered, to_fields
from core.runs.logger import Diverged, RunLogger
from core.runs.steering import Change, carry_out, read_changes, standing
from tests.core.conftest import EVERY_STEP, Events
from tests.core.test_training_loop import trainer

RATE = Change(1, factor=0.5)
FREEZE = Change(2, freeze=("C", "W_o"))
THAW = Change(3, learning_rate=0.02, unfreeze=("W_o",))


class Killed(BaseException):
    """The process is gone: nobody catches that."""


class Person:
    """Wants changes, each from the moment that a run has made so many steps; a run is killed after `dies` steps."""

    def __init__(self, wishes: dict[int, Change], events: Events) -> None:
        self.wishes, self.events, self.wanted = wishes, events, list[Change]()
        self.dies: int | None = None
        self.dies_writing = False

    def after_step(self, step: int) -> None:
        self.wanted += [change for at, change in self.wishes.items() if at == step and change not in self.wanted]
        if step == self.dies:
            raise Killed

    def write(self, event: Event) -> None:
        self.events.write(event)
        if self.dies_writing and isinstance(event, Steered):
            raise Killed


def recorded(events: Sequence[dict[str, object]]) -> list[Steered]:
    """What a new process reads of the log."""
    lines = [parse(json.dumps(fields).encode()) for fields in events if fields["kind"] == "steered"]
    return standing(event for event in lines if isinstance(event, Steered))


def live(run: Trainer, person: Person, after: Callable[[int], None] | None = None) -> Outcome:
    logger = RunLogger(person, lambda: "running", EVERY_STEP, lambda: person.wanted, recorded(person.events))
    return run.fit(logger, after or person.after_step)


def same(one: Trainer, other: Trainer) -> bool:
    pairs = zip(one.model.state_dict().values(), other.model.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


WISHES = {9: RATE, 20: FREEZE, 33: THAW}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Trainer, Outcome, Events]:
    run, events = trainer(tmp_path_factory.mktemp("whole"), patience=99), Events()
    return run, live(run, Person(WISHES, events)), events


def test_each_change_is_made_once_and_from_a_step_on_that_is_written_down(
    whole: tuple[Trainer, Outcome, Events],
) -> None:
    run, _, events = whole
    told = [(each["step"], each["wish"], each["learning_rate"], each["frozen"]) for each in events.kinds("steered")]
    assert told == [(9, 1, 0.005, []), (20, 2, 0.005, ["C", "W_o"]), (33, 3, 0.02, ["C"])]
    rates = {each["step"]: each["rates"] for each in events.kinds("progress")}
    assert rates[20]["C"] > 0
    assert rates[21]["C"] == rates[21]["W_o"] == rates[33]["W_o"] == 0 < rates[21]["W_e, W_h"]
    assert rates[34]["C"] == 0 < rates[34]["W_o"]
    assert rates[10]["W_o"] == pytest.approx(rates[9]["W_o"] / 2, rel=0.05)
    assert run.learning_rate(40) == pytest.approx(0.02 / 0.01 * trainer(run.checkpoints).learning_rate(40))


def test_what_is_frozen_stays_as_it_is_to_the_bit(tmp_path: Path) -> None:
    run, seen = trainer(tmp_path, patience=99), dict[int, torch.Tensor]()
    person = Person({9: Change(1, freeze=("C",)), 20: Change(2, unfreeze=("C",))}, Events())

    def after_step(step: int) -> None:
        person.after_step(step)
        seen[step] = run.model.state_dict()["C.weight"].clone()

    live(run, person, after_step)
    assert not torch.equal(seen[8], seen[9])
    assert all(torch.equal(seen[9], seen[step]) for step in range(10, 21))
    assert not torch.equal(seen[20], seen[21])


@pytest.mark.parametrize("deaths", [(3,), (10, 11, 11), (21, 30), (13, 34, 35, 60), (12, 12, 12)])
def test_killed_at_any_step_it_ends_as_if_it_had_not_been(
    deaths: tuple[int, ...], whole: tuple[Trainer, Outcome, Events], tmp_path: Path
) -> None:
    person = Person(WISHES, Events())
    for person.dies in (*deaths, None):
        run = trainer(tmp_path, patience=99)  # a new process
        run.restore()
        try:
            outcome = live(run, person)
        except Killed:
            continue
    expected, ended, events = whole
    assert same(expected, run)
    assert outcome.progress == ended.progress
    assert person.events.kinds("steered") == events.kinds("steered"), "none is lost, none is doubled"


def test_killed_between_the_word_and_the_deed_a_change_is_neither_lost_nor_doubled(
    whole: tuple[Trainer, Outcome, Events], tmp_path: Path
) -> None:
    person = Person(WISHES, Events())
    for person.dies_writing in (True, True, True, False):
        run = trainer(tmp_path, patience=99)
        run.restore()
        try:
            live(run, person)
        except Killed:
            continue
    assert same(whole[0], run)
    assert person.events.kinds("steered") == whole[2].kinds("steered")


def test_a_wish_that_was_not_heard_before_the_kill_is_heard_after_it(tmp_path: Path) -> None:
    person = Person({}, Events())
    person.dies = 20
    with pytest.raises(Killed):
        live(trainer(tmp_path), person)
    person.dies, person.wanted = None, [RATE]
    run = trainer(tmp_path)
    assert run.restore()
    live(run, person)
    assert [each["step"] for each in person.events.kinds("steered")] == [12], "at the checkpoint it goes on from"


def test_finished_by_hand_it_keeps_the_best(tmp_path: Path) -> None:
    run, events = trainer(tmp_path, patience=99), Events()
    outcome = live(run, Person({30: Change(1, finish=True)}, events))
    assert outcome.finished
    assert (outcome.progress.step, outcome.progress.epoch) == (30, 2)
    evaluations = [event for event in events.kinds("eval") if event["best"]]
    assert outcome.progress.best_epoch == evaluations[-1]["epoch"]
    assert events.kinds("checkpoint")[-1]["step"] == 30


@pytest.mark.parametrize("validation", [30, 0])
def test_finished_before_anything_was_measured_it_keeps_what_is_there(validation: int, tmp_path: Path) -> None:
    run = trainer(tmp_path, validation=validation)
    outcome = live(run, Person({5: Change(1, finish=True)}, Events()))
    assert (outcome.finished, outcome.progress.step) == (True, 5)
    for name, value in run.model.state_dict().items():
        assert torch.equal(outcome.best[name], value)


def test_everything_may_be_frozen(tmp_path: Path) -> None:
    run = trainer(tmp_path)
    names = tuple(group.name for group in run.groups)
    before: dict[bool, dict[str, torch.Tensor]] = {}

    def after_step(step: int) -> None:
        person.after_step(step)
        before.setdefault(step > 4, {name: value.clone() for name, value in run.model.state_dict().items()})

    person = Person({4: Change(1, freeze=names)}, Events())
    outcome = live(run, person, after_step)
    assert outcome.finished
    assert all(torch.equal(before[True][name], value) for name, value in run.model.state_dict().items())


# ---------------------------------------------------------------- losses that are no numbers


def spoil(monkeypatch: pytest.MonkeyPatch, run: Trainer, bad: Callable[[int], bool], part: str = "loss") -> None:
    """The loss, or its gradient, is not a number at the steps that are bad."""
    whole = run.model.loss

    def loss(*given: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        value, logits = whole(*given)
        if not bad(run.progress.step):
            return value, logits
        if part == "gradient":
            return value + (value - value.detach()).sqrt(), logits  # the root of 0 is as steep as can be
        return value * torch.nan, logits

    monkeypatch.setattr(run.model, "loss", loss)


@pytest.mark.parametrize("part", ["loss", "gradient"])
def test_a_step_that_is_no_number_is_skipped_counted_and_said(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, events = trainer(tmp_path, patience=99), Events()
    spoil(monkeypatch, run, lambda step: step in (7, 20, 21), part)
    outcome = live(run, Person({}, events))
    assert (outcome.finished, outcome.progress.skipped) == (True, 3)
    said = [event["message"] for event in events.kinds("warning")]
    what = "its loss is not a number" if part == "loss" else "its gradient is not a number"
    assert said[0] == f"Step 7 was skipped: {what} (1 skipped so far)."
    assert said[2].endswith("(3 skipped so far).")
    assert all(value.isfinite().all() for value in run.model.state_dict().values())


def test_after_too_many_it_goes_back_with_half_the_rate_once_and_then_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, person = trainer(tmp_path, patience=99), Person({14: RATE}, Events())
    spoil(monkeypatch, run, lambda step: step >= 30)
    with pytest.raises(Diverged, match="at step 30") as diverged:
        live(run, person)
    logger = RunLogger(person)
    assert run.retreat(diverged.value, logger)
    assert run.progress.step == 24, "the checkpoint at the end of the second epoch"
    (_, halved) = person.events.kinds("steered")
    assert (halved["step"], halved["learning_rate"], halved["wish"]) == (24, 0.0025, 1)
    assert "not a number at step 30" in halved["reason"]
    assert "goes on from step 24 with half the rate, 0.0025" in person.events.kinds("warning")[-1]["message"]
    with pytest.raises(Diverged):
        live(run, person)
    assert not run.retreat(diverged.value, logger), "once"


def test_before_the_first_checkpoint_there_is_nothing_to_go_back_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trainer(tmp_path)
    spoil(monkeypatch, run, lambda step: step >= 3)
    with pytest.raises(Diverged, match="at step 3") as diverged:
        live(run, Person({}, Events()))
    assert run.progress.skipped == loop.MOST_SKIPPED + 1
    assert not run.retreat(diverged.value, RunLogger(Events()))


def too_much(run: Trainer, step: int) -> bool:
    """A higher rate than half of the half is what it cannot bear."""
    return step >= 30 and run.steering.now.learning_rate > 0.003


def test_killed_after_it_went_back_it_goes_the_same_way_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = []
    for name, deaths in (("whole", ()), ("killed", (33, 40))):
        person = Person({14: RATE, 26: FREEZE}, Events())
        for person.dies in (*deaths, None):
            run = trainer(tmp_path / name, patience=99)
            run.restore()
            spoil(monkeypatch, run, partial(too_much, run))
            with suppress(Killed):
                try:
                    live(run, person)
                except Diverged as diverged:
                    run.retreat(diverged, RunLogger(person))
                    live(run, person)
        ends.append((run, person.events.kinds("steered")))
    (one, told), (other, told_too) = ends
    assert same(one, other)
    assert told == told_too
    assert [each["step"] for each in told] == [14, 26, 24]
    assert told[-1]["frozen"] == ["C", "W_o"], "what was wanted before stays wanted"


# ---------------------------------------------------------------- what is wanted, and what was done


def test_what_is_no_change_is_passed_over() -> None:
    told = [{"number": 2, "factor": 0.5}, {"number": 1, "freeze": ["C", 3]}, {"number": 0}, {"learning_rate": 1}, 7]
    assert read_changes([*told, {"number": 3, "learning_rate": float("nan")}, {"number": 4, "factor": -1}]) == (
        Change(1, freeze=("C",)),
        Change(2, factor=0.5),
    )
    assert read_changes({"number": 1}) == ()
    assert read_changes(json.loads(json.dumps([change.to_json() for change in (RATE, THAW)]))) == (RATE, THAW)


def test_going_back_undoes_what_lay_beyond() -> None:
    first = carry_out(RATE, Steered(learning_rate=0.01), 14)
    second = carry_out(FREEZE, first, 26)
    back = Steered(step=24, number=3, wish=2, learning_rate=0.0025, frozen=["C", "W_o"], reason="it diverged")
    assert standing([first, second, back]) == [first, back]
    assert standing([first, first, second]) == [first, second]
    assert to_fields(back)["kind"] == "steered"
