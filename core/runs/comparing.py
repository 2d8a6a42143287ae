"""Runs beside one another: what came out of each, how sure that is, what differs in their settings, and a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.intervals import difference, wilson
from core.jobs import Job, options_of
from core.runs.summaries import RunSummary
from core.runs.view import RunView
from core.runs.wording import percent

_FEWEST = 2
UNSET = "–"
"""What a job says of a setting that it does not have."""


@dataclass(frozen=True)
class RunResult:
    """What came out of one run. `split`: what it was scored on; empty where it has no score yet."""

    id: str
    name: str
    short: str
    """What it is called in a sentence: as the person named it, else its era and id."""
    status: str
    split: str
    texts: str
    """Which data the split is of."""
    accuracy: float | None
    perplexity: float | None
    n: int
    """Texts that were scored; of a language model, words; 0 where that is not known."""
    interval: tuple[float, float] | None
    """Wilson's, of the accuracy, with 95 %."""
    seconds: float
    """Worked, without pauses."""
    parameters: int


def result_of(row: RunSummary, view: RunView) -> RunResult:
    """What came out of a run until now."""
    n = int(row.n or 0)
    sure = row.accuracy is not None and n > 0 and 0 <= row.accuracy <= 1
    return RunResult(
        row.id,
        row.title,
        row.title if row.title != row.run.title else f"{row.topic} {row.id}",
        row.status,
        row.split,
        str(getattr(row.run.job, "data", "")),
        row.accuracy,
        row.perplexity,
        n,
        wilson(row.accuracy, n) if sure and row.accuracy is not None else None,
        view.elapsed,
        view.parameters,
    )


def find_differences(jobs: Sequence[Job]) -> list[tuple[str, list[str]]]:
    """The settings in which the jobs differ, each with its value for every job, in the order of the command line."""
    known = [options_of(type(job)) for job in jobs]
    names = dict.fromkeys(name for options in known for name in options)
    found = []
    for name in names:
        values = []
        for job, options in zip(jobs, known, strict=True):
            if name not in options:
                values.append(UNSET)
                continue
            value = getattr(job, name)
            values.append((options[name].option.none or UNSET) if value is None else _said(value))
        if len(set(values)) > 1:
            found.append((next(options[name].flag for options in known if name in options).removeprefix("--"), values))
    return found


def judge(results: Sequence[RunResult]) -> str:
    """What can be said of which is better, in words: only of scores on the same texts, and within their intervals."""
    groups: dict[tuple[bool, str, int], list[RunResult]] = {}
    for result in results:
        if result.interval is not None:
            groups.setdefault((result.split != "test", result.texts, result.n), []).append(result)
    if not groups or sum(map(len, groups.values())) < _FEWEST:
        return _without_intervals(results)
    # The most that can be held against one another; of the test where that is open.
    same = max(sorted(groups.items()), key=lambda group: len(group[1]))[1]
    if len(same) < _FEWEST:
        return "Each is scored on texts of its own, so they are not compared."
    left_out = [result for group in groups.values() if group is not same for result in group]
    unlike = f" Scored on other texts, and left out: {_and(left_out)}." if left_out else ""
    return f"{_rank(same)}{unlike}"


def _rank(same: Sequence[RunResult]) -> str:
    """Which is better than which, of runs that were scored on the same texts."""
    best, *others = sorted(same, key=lambda result: -(result.accuracy or 0.0))
    worse = [other for other in others if _apart(best, other)[0] > 0]
    alike = [other for other in others if other not in worse]
    said = f"With {best.n:,} {best.split} texts "
    if not worse:
        return f"{said}{_and(same)} cannot be told apart.{_caution(best)}"
    low, high = _apart(best, worse[0])
    points = 100 * ((best.accuracy or 0.0) - (worse[0].accuracy or 0.0))
    more = " and more" if len(worse) > 1 else ""
    by = f"by {points:.1f} points{more} (95 %: {100 * low:.1f} to {100 * high:.1f})"
    beside = f"; it cannot be told apart from {_and(alike)}" if alike else ""
    return f"{said}{best.short} is better than {_and(worse)}: {by}{beside}.{_caution(best)}"


def _without_intervals(results: Sequence[RunResult]) -> str:
    measured = [result for result in results if result.perplexity is not None]
    if len(measured) > 1 and len(measured) == len(results):
        low = min(measured, key=lambda result: result.perplexity or 0.0)
        return f"{low.short} has the lowest perplexity, {low.perplexity:.1f}; how sure that is, one run does not say."
    return "There is nothing to compare yet: fewer than two have an accuracy and the number of texts it is of."


def _apart(best: RunResult, other: RunResult) -> tuple[float, float]:
    return difference((best.accuracy or 0.0, best.n), (other.accuracy or 0.0, other.n))


def _caution(best: RunResult) -> str:
    """Of texts that were chosen by, an accuracy promises too much."""
    if best.split != "validation":
        return ""
    return " Each was chosen by these very texts: the test says what it is worth."


def _and(results: Sequence[RunResult]) -> str:
    names = [result.short for result in results]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def rank(results: Sequence[RunResult]) -> list[int]:
    """Their places, the best first: by accuracy, the test's before the validation's; what has none stands last."""

    def order(place: int) -> tuple[bool, bool, float]:
        result = results[place]
        return result.accuracy is None, result.split != "test", -(result.accuracy or 0.0)

    return sorted(range(len(results)), key=order)


def say_size(parameters: int) -> str:
    """Parameters as `2.5 M` or `640 k`; a dash where they are not known yet."""
    if not parameters:
        return UNSET
    return f"{parameters / 1e6:.1f} M" if parameters >= 1e5 * 9.995 else f"{max(1, round(parameters / 1e3))} k"


def say_score(result: RunResult) -> str:
    """The score with its interval and what it is of: `78.3 % (75.4 to 80.9) of 850 test`; a dash for none."""
    if result.accuracy is not None:
        around = f" ({100 * result.interval[0]:.1f} to {100 * result.interval[1]:.1f})" if result.interval else ""
        of = f" of {result.n:,}" if result.n else ""
        return f"{percent(result.accuracy)}{around}{of} {result.split}"
    return UNSET if result.perplexity is None else f"perplexity {result.perplexity:.1f} {result.split}"
