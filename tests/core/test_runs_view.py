"""What a person sees of a run, derived from its events alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.intervals import wilson
from core.runs import Group, RunView, events
from core.runs.events import from_fields
from core.runs.wording import clock

START = {"kind": "start", "t": 0.0, "title": "scratch", "step": 0, "total": 1200, "steps_per_epoch": 100, "epochs": 12}


def view(*said: dict[str, Any]) -> RunView:
    shown = RunView()
    shown.apply(map(from_fields, said))
    return shown


def progress(step: int, t: float | None = None, **fields: Any) -> dict[str, Any]:
    return {"kind": "progress", "phase": "train", "step": step, "total": 1200, "t": t or step / 10, **fields}


def evaluation(
    step: int, loss: float, accuracy: float, best: bool = False, split: str = "validation"
) -> dict[str, Any]:
    scores = {"loss": loss, "accuracy": accuracy, "n": 853, "best": best}
    return {"kind": "eval", "t": step / 10, "step": step, "epoch": step / 100, "split": split, **scores}


def test_a_training_draws_its_curves_over_epochs() -> None:
    shown = view(
        START,
        progress(50, loss=0.69, accuracy=0.5, speed=1234.5, unit="tokens/s", eta=60.0, learning_rate=1e-3),
        progress(100, loss=0.6),
        evaluation(100, 0.55, 0.7, best=True),
        progress(150, loss=0.5, eta=52.0),
    )
    assert shown.series == {
        "train loss": [(0.5, 0.69), (1.0, 0.6), (1.5, 0.5)],
        "train accuracy": [(0.5, 0.5)],
        "validation loss": [(1.0, 0.55)],
        "validation accuracy": [(1.0, 0.7)],
    }
    assert shown.best == {"epoch": 1.0, "loss": 0.55, "accuracy": 0.7, "n": 853.0}
    assert (shown.phase, shown.step, shown.total, shown.epoch, shown.epochs) == ("train", 150, 1200, 2, 12)
    assert (shown.speed, shown.speed_unit, shown.eta, shown.learning_rate) == (1234.5, "tokens/s", 52.0, 1e-3)
    assert shown.summary() == "training · epoch 2/12 · 12 % · about 0:52 left"


def test_a_pretraining_draws_one_loss() -> None:
    shown = view(
        {**START, "steps_per_epoch": 0, "epochs": 5},
        {"kind": "progress", "phase": "vocabulary", "step": 41, "total": 100},
        {"kind": "progress", "phase": "word2vec", "step": 7, "total": 10, "epoch": 2.5, "loss": 1.5, "unit": "words/s"},
    )
    assert shown.series == {"loss": [(2.5, 1.5)]}
    assert shown.epoch == 3
    assert shown.summary() == "learning word vectors · 70 %"


def held_out(step: int, loss: float, perplexity: float, **fields: Any) -> dict[str, Any]:
    scores = {"loss": loss, "perplexity": perplexity, "n": 20_000, "unknown": 0.02}
    return {"kind": "eval", "t": step / 10, "step": step, "split": "held-out", **scores, **fields}


def probe(step: int, accuracy: float, **fields: Any) -> dict[str, Any]:
    return {"kind": "probe", "t": step / 10, "step": step, "accuracy": accuracy, "n": 853, **fields}


def test_a_language_model_draws_its_losses_and_its_probe() -> None:
    events = [
        START,
        progress(100, loss=6.1),
        held_out(100, 6.0, 403.4),
        probe(100, 0.61),
        progress(200, loss=5.2),
        held_out(200, 5.1, 164.0),
        probe(200, 0.7),
    ]
    shown = view(*events)
    assert shown.series == {
        "train loss": [(1.0, 6.1), (2.0, 5.2)],
        "held-out loss": [(1.0, 6.0), (2.0, 5.1)],
        "probe accuracy": [(1.0, 0.61), (2.0, 0.7)],
    }
    assert shown.summary() == "training · epoch 2/12 · perplexity 164.0 · 17 %"
    assert shown.best is None
    final = [held_out(1200, 4.9, 134.3, n=140_000, final=True), probe(1200, 0.741, final=True)]
    final.append({"kind": "done", "t": 125.0, "artifact": "a" * 64, "scores": {}, "cached": False})
    shown.apply(map(from_fields, final))
    assert len(shown.series["held-out loss"]) == len(shown.series["probe accuracy"]) == 2, "another text, no point"
    assert shown.result == (
        "Perplexity 134.3 on 140,000 held-out words; a probe of its states labels 74.1 % correctly."
    )
    assert shown.summary(False).startswith("done · perplexity 134.3 · ")


def test_a_stopped_language_model_goes_on_from_its_checkpoint() -> None:
    stop = [{"kind": "checkpoint", "step": 150}, {"kind": "stopped", "has_model": False}]
    shown = view(START, progress(100, loss=6.1), held_out(100, 6.0, 403.4), probe(100, 0.6), progress(150), *stop)
    assert shown.result == "Stopped; it goes on from its checkpoint."
    assert shown.summary(False) == "stopped · epoch 2/12 · perplexity 403.4"
    shown.apply(map(from_fields, [{**START, "step": 90, "resumed": True}]))
    assert shown.series == {"train loss": [], "held-out loss": [], "probe accuracy": []}
    assert shown.summary() == "training · epoch 1/12 · 8 %"


def test_a_resumed_run_drops_what_is_done_again() -> None:
    events = [
        START,
        progress(100, loss=0.6),
        evaluation(100, 0.55, 0.7, best=True),
        progress(150, loss=0.5),
        evaluation(200, 0.5, 0.75, best=True),
        {**START, "t": 500.0, "step": 100, "resumed": True},
    ]
    shown = view(*events)
    assert shown.series["train loss"] == [(1.0, 0.6)]
    assert shown.series["validation loss"] == [(1.0, 0.55)]
    assert shown.best is not None
    assert shown.best["epoch"] == 1.0
    assert (shown.epoch, shown.step) == (1, 100)
    restarted = view(*events[:-1], {**START, "resumed": True})
    assert restarted.series == {}
    assert restarted.best is None


def test_time_worked_leaves_out_pauses_and_interruptions() -> None:
    shown = view(
        {**START, "t": 100.0},
        {"kind": "heartbeat", "t": 105.0},
        {"kind": "paused", "t": 110.0, "step": 1},
        {"kind": "heartbeat", "t": 115.0},
        {"kind": "resumed", "t": 120.0, "step": 1},
        {"kind": "heartbeat", "t": 125.0},
        {**START, "t": 5000.0, "resumed": True},  # killed, and resumed much later
        {"kind": "heartbeat", "t": 5005.0},
        {"kind": "heartbeat", "t": 4000.0},  # the clock was put back
        {"kind": "done", "t": 4005.0},
        {"kind": "heartbeat", "t": 4010.0},
    )
    assert shown.elapsed == 10 + 5 + 5 + 5
    assert shown.updated == 4010.0


@pytest.mark.parametrize(
    ("events", "alive", "age", "status"),
    [
        ([], True, 100, "waiting"),
        ([], False, 1, "waiting"),
        ([], False, 100, "lost"),
        ([], False, None, "lost"),
        ([START], True, 100, "running"),
        ([START], False, 1, "lost"),
        ([START, {"kind": "paused"}], True, 100, "paused"),
        ([START, {"kind": "paused"}], False, 100, "lost"),
        ([START, {"kind": "paused"}, {"kind": "resumed"}], True, 100, "running"),
        ([START, {"kind": "stopped"}], False, 100, "stopped"),
        ([START, {"kind": "stopped"}], True, 100, "stopped"),
        ([START, {"kind": "stopped"}, START], True, 100, "running"),
        ([START, {"kind": "done"}, {"kind": "heartbeat"}], False, 100, "done"),
        ([{"kind": "failed"}], False, 100, "failed"),
        ([START, {"kind": "failed"}, START], False, 100, "lost"),
    ],
)
def test_the_status(events: list[dict[str, Any]], alive: bool, age: float | None, status: str) -> None:
    assert view(*events).status(alive, age) == status


def test_a_finished_training_says_how_good_it_is() -> None:
    scores = {"validation": {"accuracy": 0.78, "n": 853}, "test": {"accuracy": 0.7791, "loss": 0.5, "n": 853}}
    best = {"epoch": 5, "loss": 0.5, "accuracy": 0.78}
    shown = view(
        START,
        *({"kind": "heartbeat", "t": float(t)} for t in range(5, 85, 5)),
        {"kind": "done", "t": 83.0, "artifact": "a" * 64, "best": best, "scores": scores, "cached": False},
    )
    assert shown.summary(False) == "done · test 77.9 % · 1:23"
    low, high = wilson(0.7791, 853)
    assert shown.result == (
        "77.9 % of 853 texts in the test data labelled correctly "
        f"(95 %: {100 * low:.1f} to {100 * high:.1f} %; validation 78.0 %)."
    )
    assert (shown.artifact, shown.best, shown.has_model) == ("a" * 64, best, True)


def test_other_ends_in_words() -> None:
    assert view({"kind": "done", "cached": True}).result.startswith("It was in the store")
    assert view({"kind": "done", "cached": True}).summary(False) == "done · from the store"
    assert view(START, {"kind": "stopped", "has_model": False}).result == "Stopped before there was a model."
    stopped = view(START, evaluation(300, 0.5, 0.761, best=True), {"kind": "stopped", "has_model": True})
    assert stopped.result == "Stopped; the best model so far is kept (validation 76.1 % after epoch 3)."
    failed = view({"kind": "failed", "message": "no column 'txt'\nin\tthe file " + "x" * 500, "hint": "use --text"})
    assert failed.summary(False).startswith("failed: no column 'txt' in the file xxx")
    assert len(failed.summary(False)) < 140
    assert failed.hint == "use --text"
    assert view(START).summary(False) == "lost: the process is gone; `r` resumes"
    assert view().summary(True) == "waiting for the worker"
    assert view(START).summary() == "starting · 0 %"
    assert view(START, progress(492), {"kind": "paused"}).summary() == "paused · epoch 5/12 · 41 %"
    assert view().result == ""


def test_a_file_that_starts_again_starts_the_view_again() -> None:
    shown = view(START, progress(100, loss=0.6), {"kind": "done"}, {"kind": "reset"}, START)
    assert shown.series == {}
    assert shown.status(True) == "running"


def test_a_flood_does_not_grow_the_view() -> None:
    shown = view(START)
    shown.apply(from_fields(progress(step)) for step in range(5000))
    shown.apply(events.Warned(message=str(number)) for number in range(5000))
    assert shown.series == {}
    assert shown.warnings[-1] == "4999"
    assert len(shown.warnings) == 100


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(10**400) | st.floats() | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.sampled_from(["test", "accuracy", "n", "epoch"]), children, max_size=3)
    ),
    max_leaves=4,
)
kinds = st.sampled_from(
    ["start", "progress", "eval", "checkpoint", "warning", "paused", "resumed", "done", "stopped", "failed", "probe"]
)
names = st.sampled_from(
    [
        "t",
        "step",
        "total",
        "epoch",
        "epochs",
        "steps_per_epoch",
        "loss",
        "accuracy",
        "split",
        "best",
        "scores",
        "eta",
        "speed",
        "unit",
        "phase",
        "labels",
        "sizes",
        "message",
        "hint",
        "artifact",
        "cached",
        "has_model",
        "title",
        "parameters",
        "perplexity",
        "final",
    ]
)
hostile = st.builds(lambda kind, fields: {**fields, "kind": kind}, kinds, st.dictionaries(names, anything, max_size=6))


@given(st.lists(hostile, max_size=8))
def test_no_event_of_whatever_version_breaks_the_view(events: list[dict[str, Any]]) -> None:
    shown = view(*events)
    for alive in (True, False):
        assert "\n" not in shown.summary(alive)
    assert isinstance(shown.result, str)
    again = RunView()
    for event in events:
        again.apply([from_fields(event)])
    assert vars(again) == vars(shown)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (52.4, "0:52"), (83, "1:23"), (7500, "2:05:00"), (-3, "0:00")]
)
def test_a_duration_in_words(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


GROUPS = [{"name": "W_o", "factor": 1.0, "joins": 0}, {"name": "C", "factor": 0.25, "joins": 180}]


def test_groups_join_at_epochs_and_each_has_its_rate() -> None:
    shown = view(
        {**START, "groups": GROUPS},
        progress(100, rates={"W_o": 1e-3, "C": 0.0, "unheard of": 1.0}),
        progress(200, rates={"W_o": 8e-4, "C": 2e-4}),
    )
    assert shown.groups == (Group("W_o", 1.0, 0.0), Group("C", 0.25, 1.8))
    assert shown.rates == {"W_o": [(1.0, 1e-3), (2.0, 8e-4)], "C": [(1.0, 0.0), (2.0, 2e-4)]}
    shown.apply(map(from_fields, [{**START, "groups": GROUPS, "step": 150, "resumed": True}]))
    assert shown.rates == {"W_o": [(1.0, 1e-3)], "C": [(1.0, 0.0)]}, "what lies beyond is done again"


@pytest.mark.parametrize("groups", [None, 1, [1, None, {}], [{"name": 7}], [{"name": ""}]])
def test_groups_that_are_none_are_passed_over(groups: object) -> None:
    assert view({**START, "groups": groups}).groups == ()


def test_each_phase_before_the_training_has_its_own_losses() -> None:
    shown = view(
        {**progress(1, loss=5.0), "phase": "word2vec", "epoch": 0.5},
        {**progress(2, loss=4.0), "phase": "glove", "epoch": 0.1},
    )
    assert shown.series == {"loss": [(0.1, 4.0)]}
    shown.apply(map(from_fields, [START, progress(100, loss=0.6)]))
    assert shown.series == {"train loss": [(1.0, 0.6)]}


def test_a_run_on_every_label_has_nothing_to_validate_with() -> None:
    assert view({**START, "sizes": {"train": 100, "validation": 0}}).unvalidated
    assert not view({**START, "sizes": {"train": 80, "validation": 20}}).unvalidated
    assert not view({**START, "sizes": {"documents": 22_000}}).unvalidated


def test_an_accuracy_stands_beside_the_largest_classs_share() -> None:
    scores = {"accuracy": 0.967, "n": 60.0, "majority": 0.963, "macro_f1": 0.491}
    view = RunView()
    view.apply([events.Start(title="t"), events.Done(scores={"test": scores})])
    assert view.result.startswith("96.7 % of 60 texts in the test data labelled correctly (95 %: ")
    assert view.result.endswith("; always answering one class scores 96.3 %, macro F1 0.49.")
    view.apply([events.Done(scores={"test": {**scores, "majority": 0.5}})])
    assert view.result.endswith("; always answering one class scores 50.0 %.")


@given(planned=st.integers(2, 30), data=st.data())
def test_the_end_says_why_it_came_and_what_is_kept(planned: int, data: st.DataObject) -> None:
    reached = data.draw(st.integers(1, planned))
    best = data.draw(st.integers(1, reached if reached == planned else max(1, reached - 1)))
    accuracies = [0.7 - 0.001 * abs(epoch - best) for epoch in range(1, reached + 1)]
    evaluations = [evaluation(100 * n, 0.5, a, best=n <= best) for n, a in enumerate(accuracies, 1)]
    chosen = {"epoch": float(best), "accuracy": accuracies[best - 1], "loss": 0.5}
    again = {**evaluation(100 * reached, 0.5, chosen["accuracy"], best=True), "epoch": best, "final": True}
    last = {"kind": "done", "artifact": "a" * 64, "best": chosen, "scores": {"validation": chosen}}
    shown = view({**START, "epochs": planned, "total": 100 * planned}, *evaluations, again, last)
    points = shown.series["validation accuracy"]
    assert points == [(float(n), a) for n, a in enumerate(accuracies, 1)], "what is scored again is no second point"
    assert shown.best == chosen
    early = reached < planned and best < reached
    assert shown.ended_early == early
    if early:
        assert f"after epoch {reached} of {planned}: no better for {reached - best} epoch" in shown.ending
        assert f"early stop at epoch {reached}/{planned}" in shown.summary(False)
    if reached == planned:
        assert shown.ending.startswith(f"All {planned} epochs ran; ")
    if early or reached == planned:
        assert shown.ending.endswith(f"best by validation accuracy was epoch {best}, kept.")


def test_the_end_says_when_nothing_was_there_to_choose_by() -> None:
    shown = view({**START, "sizes": {"train": 100, "validation": 0}}, progress(1200), {"kind": "done"})
    assert "no text was held back to choose by" in shown.ending
    assert not shown.ended_early
