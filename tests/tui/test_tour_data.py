"""The tour's text: its eras exist, its letters are those of the table, and the shipped models do what it says."""

from __future__ import annotations

import pytest

from core.catalog.ladder import MeasuredLadder
from core.catalog.models import Catalog
from core.eras.history import HISTORY
from core.eras.table import BY_ID, ERAS
from core.machine.extras import absent
from core.service.session import Session
from core.storage.paths import Home
from tui.tour import BENEATH, Step, load_tour
from tui.widgets.tour.block_letters import can_letter
from tui.widgets.tour.gains import describe_gains, find_gain, find_means
from tui.widgets.tour.history_table import describe_history

TOUR = load_tour()
LADDER = MeasuredLadder.load()


def named(id: str) -> Step:
    return TOUR.steps[TOUR.place(id)]


def by_id(step: Step) -> str:
    return step.id


def test_it_goes_through_all_eras_in_their_order_in_nine_steps() -> None:
    assert len(TOUR.steps) == 9
    assert [step.era for step in TOUR.steps if step.era] == [era.id for era in ERAS]
    assert len({step.id for step in TOUR.steps}) == len({step.text for step in TOUR.steps}) == 9


@pytest.mark.parametrize("step", TOUR.steps, ids=by_id)
def test_every_step_names_what_there_is(step: Step) -> None:
    assert {*step.asked, *step.right, *step.wrong} <= set(BY_ID)
    assert not {*step.right} & {*step.wrong}
    assert step.label in TOUR.labels
    assert step.era in (None, step.asked[-1])
    assert step.before is None or step.before in step.asked
    assert step.era is None or (HISTORY[step.era].limit and step.budgets)
    assert len(find_means(step, LADDER, TOUR.data)) == len(step.budgets) * len(step.measured)
    assert can_letter(step.headline)
    assert can_letter(step.text)


def test_the_lit_letters_are_those_that_start_elsewhere_than_before() -> None:
    changed = {step.id: step.changed for step in TOUR.steps}
    assert changed == {
        "task": frozenset(),
        "scratch": {"C", "W_e", "W_h", "W_o"},
        "word2vec": {"C"},
        "glove": {"C"},
        "elmo": {BENEATH},
        "ulmfit": {"C", "W_e", "W_h"},
        "bert": {"C", "W_e", "W_h"},
        "prompt": {"W_o"},
        "shared": frozenset(),
    }


@pytest.fixture(scope="module")
def session() -> Session:
    """The models that ship, whatever was trained on this machine."""
    return Session(Catalog(Home.locate()))


@pytest.mark.parametrize("era", [era.id for era in ERAS])
def test_the_shipped_models_do_what_the_tour_says(era: str, session: Session) -> None:
    if absent(BY_ID[era]):
        pytest.skip("needs the extra bert")
    steps = [step for step in TOUR.steps if era in (*step.right, *step.wrong)]
    assert steps
    for step, found in zip(steps, session.predict([step.text for step in steps], era), strict=True):
        sure = 100 * found.probabilities[step.label] - 50
        assert (sure if era in step.right else -sure) >= TOUR.margin, (step.text, found.probabilities)
        assert step.holds({era: found.label})


def test_the_reveal_of_a_step_about_two_eras_turns_at_the_later_one() -> None:
    for step in TOUR.steps:
        if step.before is not None:
            assert step.before in step.wrong
            assert step.era in step.right


def test_gains_are_the_ladders_and_say_when_they_are_noise() -> None:
    for step in TOUR.steps:
        if len(step.measured) > 1 or not step.budgets:
            continue
        lines = describe_gains(step, LADDER, TOUR.data).plain.splitlines()[1:]
        for mean, line in zip(find_means(step, LADDER, TOUR.data), lines, strict=True):
            gain = find_gain(mean, step.before, LADDER)
            assert f"{100 * mean.mean:.1f} [{100 * mean.low:.1f}, {100 * mean.high:.1f}]" in line
            assert ("within noise" in line) is (gain is not None and not gain.certain)
            assert (gain is None) is ("nothing to compare" in line)
            if gain is not None and any((g.era, g.against) == (step.era, step.before) for g in LADDER.gains):
                assert gain.against == step.before
    assert "Not measured" in describe_gains(named("glove"), MeasuredLadder(), TOUR.data).plain


def test_the_last_step_has_every_era_with_what_it_had_learned_before() -> None:
    shown = describe_history(named("shared"), LADDER, TOUR.data).plain.splitlines()
    rows = {line.split()[0]: line.split()[1:6] for line in shown[1:-1]}
    assert list(rows) == [era.id for era in ERAS]
    assert rows["scratch"] == ["·", "·", "·", "·", "–"]
    assert rows["elmo"] == ["■", "·", "·", "·", "■"]
    assert rows["bert"] == ["■", "■", "■", "·", "–"]
    assert rows["prompt"] == ["■", "■", "■", "■", "–"]


def test_a_claim_holds_only_while_the_answers_say_so() -> None:
    step = named("word2vec")
    assert step.holds({"scratch": "positive", "word2vec": "negative"})
    assert step.holds({"word2vec": "negative"}), "who did not answer does not count"
    assert not step.holds({"scratch": "negative", "word2vec": "negative"})
