"""A run's state in plain words, one line each: for lists of runs, for the monitor, for the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.intervals import wilson
from core.jobs import PHASES
from core.runs.events import Steered

if TYPE_CHECKING:
    from core.runs.view import RunView

UNEVEN = 0.6
"""With a larger class than this, macro F1 says what accuracy hides."""


def summary(view: RunView, status: str) -> str:
    """One line for a list of runs: "training · epoch 3/12 · 41 % · about 0:52 left"."""
    return " · ".join(part for part in _parts(view, status) if part)


def result(view: RunView) -> str:
    """What came out, in one sentence; empty while it is not over."""
    if view.final == "done":
        return _outcome(view)
    if view.final == "stopped":
        if not view.has_model:
            return "Stopped; it goes on from its checkpoint." if view.resumable else "Stopped before there was a model."
        return f"Stopped; the best model so far is kept{_best(view)}."
    if view.final == "failed":
        return f"Failed: {_line(view.message)}" if view.message else "Failed."
    return ""


def ending(view: RunView) -> str:
    """Why training ended where it did, and what was kept of it, in one sentence; empty where nothing was to choose."""
    if view.final != "done" or view.cached or view.epochs < 2:
        return ""
    best = view.best or {}
    if view.finished_by_hand:
        said = f"Finished by hand in epoch {view.epoch} of {view.epochs}"
        if view.unvalidated or "epoch" not in best:
            return f"{said}; the last parameters are kept."
        return f"{said}; best by validation accuracy was epoch {best['epoch']:g}, kept."
    if view.unvalidated and view.epoch >= view.epochs:
        return f"All {view.epochs} epochs ran; no text was held back to choose by, so the last parameters are kept."
    if "accuracy" not in best or "epoch" not in best:
        return ""
    kept = f"best by validation accuracy was epoch {best['epoch']:g}, kept."
    if view.epoch >= view.epochs:
        return f"All {view.epochs} epochs ran; {kept}"
    if not view.ended_early:
        return ""
    since = round(view.epoch - best["epoch"])
    epochs = "1 epoch" if since == 1 else f"{since} epochs"
    return f"Early stopping after epoch {view.epoch} of {view.epochs}: no better for {epochs}; {kept}"


def name_changes(changes: Sequence[Steered], rate: float) -> list[str]:
    """What each change made otherwise than before it: "rate 0.0005, C frozen". `rate`: the highest asked for."""
    frozen: list[str] = []
    said = []
    for change in changes:
        what = [f"rate {change.learning_rate:g}"] if change.learning_rate != rate else []
        what += [f"{_line(name, 32)} frozen" for name in change.frozen if name not in frozen]
        what += [f"{_line(name, 32)} free again" for name in frozen if name not in change.frozen]
        what += ["finished"] if change.finish else []
        said.append(", ".join(what) or "as before")
        rate, frozen = change.learning_rate, change.frozen
    return said


def describe_changes(changes: Sequence[Steered], rate: float) -> list[str]:
    """What was changed while a run trained, one line each: "From step 320: rate 0.0005, C frozen".

    `rate`: the highest that it was asked for.
    """
    named = zip(changes, name_changes(changes, rate), strict=True)
    return [f"From step {change.step:,}: {what}{say_reason(change)}" for change, what in named]


def say_reason(change: Steered) -> str:
    """Why a run changed something by itself, in brackets after what it was; nothing where a person did."""
    return f" ({_line(change.reason)})" if change.reason else ""


def _outcome(view: RunView) -> str:
    test, validation = view.scores.get("test", {}), view.scores.get("validation", {})
    if "accuracy" in test:
        items = f" of {test['n']:,.0f} texts" if "n" in test else ""
        around = [spread(test), f"validation {percent(validation['accuracy'])}" if "accuracy" in validation else ""]
        known = "; ".join(part for part in around if part)
        said = f" ({known})" if known else ""
        return f"{percent(test['accuracy'])}{items} in the test data labelled correctly{said}{beside_chance(test)}."
    held_out, probe = view.scores.get("held-out", {}), view.scores.get("probe", {})
    if "perplexity" in held_out:
        items = f" on {held_out['n']:,.0f} held-out words" if "n" in held_out else ""
        beside = f"; a probe of its states labels {percent(probe['accuracy'])} correctly" if "accuracy" in probe else ""
        return f"Perplexity {held_out['perplexity']:.1f}{items}{beside}."
    if view.cached:
        return "It was in the store already; nothing had to be computed."
    return f"{f'Done in {took}' if (took := _took(view)) else 'Done'}{_best(view)}."


def spread(scores: Mapping[str, float]) -> str:
    """Wilson's interval of an accuracy: "95 %: 75.0 to 80.5 %"; empty where the number of texts is not known."""
    n, accuracy = int(scores.get("n", 0)), scores["accuracy"]
    if n < 1 or not 0 <= accuracy <= 1:
        return ""
    low, high = wilson(accuracy, n)
    return f"95 %: {100 * low:.1f} to {percent(high)}"


def beside_chance(scores: Mapping[str, float]) -> str:
    """What an accuracy is to be held against, as the end of a sentence; empty where it was not measured."""
    return f"; {said}" if (said := chance(scores)) else ""


def chance(scores: Mapping[str, float]) -> str:
    """What always answering the largest class scores; and macro F1 where classes are uneven."""
    if "majority" not in scores:
        return ""
    uneven = scores["majority"] > UNEVEN and "macro_f1" in scores
    return f"always answering one class scores {percent(scores['majority'])}" + (
        f", macro F1 {scores['macro_f1']:.2f}" if uneven else ""
    )


def _best(view: RunView) -> str:
    best = view.best or {}
    if "accuracy" not in best:
        return ""
    after = f" after epoch {best['epoch']:g}" if "epoch" in best else ""
    return f" (validation {percent(best['accuracy'])}{after})"


def _parts(view: RunView, status: str) -> list[str]:
    done = "" if view.fraction is None else f"{100 * view.fraction:.0f} %"
    epochs = f"epoch {view.epoch}/{view.epochs}" if view.phase == "train" and view.epochs else ""
    if view.phase == "ladder":
        epochs = f"{view.step:,} of {view.total:,} cells"
    if view.phase == "appraise":
        epochs = f"{view.step:,} of {view.total:,} trainings"
    best = view.best or {}
    match status:
        case "done":
            test = view.scores.get("test", {})
            score = f"test {percent(test['accuracy'])}" if "accuracy" in test else _perplexity(view)
            early = f"early stop at epoch {view.epoch}/{view.epochs}" if view.ended_early else ""
            early = f"finished at epoch {view.epoch}/{view.epochs}" if view.finished_by_hand else early
            return ["done", early, score, "from the store" if view.cached else _took(view)]
        case "failed":
            return [f"failed: {_line(view.message) or 'no reason given'}"]
        case "stopped":
            return [
                "stopped",
                epochs,
                f"best validation {percent(best['accuracy'])}" if "accuracy" in best else _perplexity(view),
            ]
        case "lost":
            return ["lost: the process is gone; `r` resumes"]
        case "waiting":
            return ["waiting for the worker"]
        case "queued":
            return [f"waiting for run {_line(view.queued, 32)}"]
        case "paused":
            return ["paused", epochs, done]
        case _:
            left = "" if view.eta is None else f"about {clock(view.eta)} left"
            phase = PHASES.get(view.phase, _line(view.phase)) or "starting"
            return [phase, _line(view.what), epochs, _perplexity(view), done, left]


def _took(view: RunView) -> str:
    return clock(view.elapsed) if view.whole else ""


def _perplexity(view: RunView) -> str:
    held_out = view.scores.get("held-out", {})
    return f"perplexity {held_out['perplexity']:.1f}" if "perplexity" in held_out else ""


def clock(seconds: float) -> str:
    """Seconds as 0:52, 1:23 or 2:05:00."""
    minutes, rest = divmod(round(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def percent(share: float | None) -> str:
    """`76.1 %`, or a dash for what was not measured."""
    return "–" if share is None else f"{100 * share:.1f} %"


def _line(text: str, width: int = 120) -> str:
    words = " ".join(text.split())
    return words if len(words) <= width else words[: width - 1] + "…"


def gain(scores: Mapping[str, Mapping[str, Any]], unit: str = "words") -> str:
    """What going on with a text bought on so many held-out `unit` of it; empty where a run is not scored on that."""
    before, after = scores.get("held-out before", {}), scores.get("held-out", {})
    if "perplexity" not in before or "perplexity" not in after:
        return ""
    said = f"perplexity {before['perplexity']:.1f} → {after['perplexity']:.1f}"
    return f"{said} on {after.get('n', 0):,.0f} held-out {unit}"
