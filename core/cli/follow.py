"""Following a run from the command line: its progress on stderr, its events or its outcome on stdout."""

from __future__ import annotations

import math
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from core.cli.eta import RemainingTime
from core.cli.printing import complain, emit, say, table
from core.cli.progress import ProgressLine, progress_line
from core.jobs import Draws, Group, kind_of
from core.runs import EventReader, RunDirectory, RunView, wording
from core.runs.events import Eval, Event, Probe, Steered, Trial, Warned, from_fields
from core.runs.following import BLOCK, LONG
from core.runs.wording import beside_chance, percent, spread

_LOOK_EVERY = 0.2
_CAUGHT_UP = 200
"""So many events at once are the past of a run that is looked at late: they are not told sentence by sentence."""
_KEY = 12
"""So many characters of an artifact's key are enough to name it by."""
FAILED, STOPPED = 1, 130
"""Exit codes."""
_OVER = {"done": 0, "failed": FAILED, "lost": FAILED, "stopped": STOPPED}


def follow(
    run: RunDirectory, as_json: bool, owned: bool, resumed: bool = False, remaining: RemainingTime | None = None
) -> int:
    """Show the run until it is over; the exit code says how it ended. If `resumed`, its last word is not the last.

    `remaining`: of the runs that this one is the next of.

    ctrl+C stops an `owned` run, which keeps its best model so far, and is followed until it has; somebody else's run
    goes on. A second ctrl+C only leaves.
    """
    reader, view = EventReader(run.events_path), RunView()
    if not as_json and not (latest := run.latest()).whole:
        say(f"Its newest events: {run.summary(latest)}. Its log is long; reading all of it takes a while.")
    try:
        return _follow(run, reader, view, as_json, resumed=resumed, remaining=remaining)
    except KeyboardInterrupt:
        if not owned or run.status(run.latest()) in _OVER:
            _after_interrupt(f"Run {run.id} goes on; `nlp-tui watch {run.id}` shows it again.")
            return STOPPED
    run.set_state("stopped")
    _after_interrupt(f"Stopping; {kept(run)} is kept. ctrl+C again leaves at once.")
    try:
        _follow(run, reader, view, as_json)
    except KeyboardInterrupt:
        _after_interrupt(f"Left; run {run.id} is still stopping.")
    return STOPPED


def kept(run: RunDirectory) -> str:
    """What is left of a run that is stopped."""
    return kind_of(run.job).keeps


def _after_interrupt(text: str) -> None:
    """Narration on a line of its own: the terminal has just written ^C after the progress."""
    print(file=sys.stderr)
    say(text)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let ctrl+C wait until the block is over, so that no line is torn and no event is lost; the second does not wait.

    In the main thread only, like everything that has to do with signals.
    """
    waiting = False

    def note(_number: int, _frame: FrameType | None) -> None:
        nonlocal waiting
        if waiting:
            raise KeyboardInterrupt
        waiting = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if waiting:
        raise KeyboardInterrupt


def _follow(
    run: RunDirectory,
    reader: EventReader,
    view: RunView,
    as_json: bool,
    resumed: bool = False,
    remaining: RemainingTime | None = None,
) -> int:
    """Show what the reader has not read yet, and what is added to it, until the run is over."""
    with progress_line() as line:
        while True:
            # Asked before the events are read: a worker that ends in between has written its last word by then.
            alive = run.alive()
            _tell(run, reader, view, line, as_json)
            # A worker that was just started has said nothing yet; what stands there is the one before it.
            resumed = resumed and alive and bool(view.final)
            status = "waiting" if resumed else view.status(alive, time.time() - run.created)
            if status in _OVER:
                line.clear()
                _conclude(run, view, status, as_json)
                if remaining is not None:
                    remaining.finish(view)
                return _OVER[status]
            together = remaining.describe(view) if remaining is not None else ""
            line.show(" · ".join(part for part in (together, _progress(run, view)) if part), view.fraction)
            time.sleep(_LOOK_EVERY)


def _tell(run: RunDirectory, reader: EventReader, view: RunView, line: ProgressLine, as_json: bool) -> None:
    """Take in what was written since, a block at a time, and say what is worth it: all as JSON, of some a sentence."""
    past = 0
    while True:
        with _undisturbed():
            lines = reader.read_fields(BLOCK) if as_json else []
            said = [from_fields(fields) for fields in lines] if as_json else reader.read(BLOCK)
            past += len(said)
            view.apply(said)
            for number, event in enumerate(said):
                sentence = _sentence(event) if past < _CAUGHT_UP else ""
                if as_json or sentence:
                    line.clear()
                if as_json:
                    emit({"run": run.id, **lines[number]})
                if sentence:
                    say(sentence)
            if as_json and said:
                sys.stdout.flush()
        if len(said) < BLOCK:
            return
        if reader.left > LONG:
            line.show(f"reading its log · {100 * reader.share:.0f} %", reader.share)


def _sentence(event: Event) -> str:
    """What is worth a line of its own: an evaluation, a warning."""
    match event:
        case Warned(message=message):
            return f"warning: {message}"
        case Steered():
            return f"steered: {wording.describe_changes([event], math.inf)[0]}"
        case Trial(accuracy=float(accuracy)):
            return f"{event.title}: {event.split} accuracy {percent(accuracy)}"
        case Eval(split="validation", loss=float(loss), accuracy=float(accuracy), epoch=float(epoch)):
            best = "  best so far" if event.best else ""
            return f"epoch {epoch:g}  validation loss {loss:.3f}  accuracy {percent(accuracy)}{best}"
        case Eval(split="held-out", perplexity=float(perplexity), epoch=float(epoch)):
            return f"epoch {epoch:.2f}  held-out perplexity {perplexity:.1f}"
        case Probe(accuracy=float(accuracy), epoch=float(epoch)):
            return f"epoch {epoch:.2f}  probe of the states: accuracy {percent(accuracy)}"
    return ""


def _progress(run: RunDirectory, view: RunView) -> str:
    parts = [run.summary(view)]
    if view.speed:
        parts.append(f"{view.speed:,.0f} {view.speed_unit}")
    for name in ("train loss", "loss"):
        if points := view.series.get(name):
            parts.append(f"{name} {points[-1][1]:.3f}")
    return " · ".join(parts)


def _conclude(run: RunDirectory, view: RunView, status: str, as_json: bool) -> None:
    if status == "failed":
        complain(view.message or f"Run {run.id} failed.", view.hint)
        return
    if status == "lost":
        complain(f"The process of run {run.id} is gone without a last word.", f"`nlp-tui resume {run.id}` goes on.")
        if tail := run.stderr_tail():
            for line in tail.splitlines():
                say(f"  {line}")
        return
    say(view.result)
    if view.ending:
        say(view.ending)
    classifies = kind_of(run.job).group is Group.TRAINING and view.has_model
    if classifies:
        say(f'Next: `nlp-tui predict --model run:{run.id} "TEXT"`, `nlp-tui errors --model run:{run.id}`.')
    if as_json or kind_of(run.job).draws is Draws.TABLE:  # its table is printed by the verb
        return
    rows = [("run", run.id)]
    if kind_of(run.job).group is Group.PRETRAINING and view.artifact:
        rows.append(("key", view.artifact[:_KEY]))
    if classifies:
        rows.append(("model", f"run:{run.id}"))
    for split, scores in sorted(view.scores.items(), reverse=True):  # validation, then test
        if "accuracy" in scores:
            said = f"{percent(scores['accuracy'])} of {scores.get('n', 0):,.0f}"
            # The model was chosen by the validation texts: an interval would promise too much.
            sure = f" ({known})" if split == "test" and (known := spread(scores)) else ""
            rows.append((split, f"{said}{sure}{beside_chance(scores)}"))
        elif "perplexity" in scores:
            words = f"{scores.get('n', 0):,.0f} words, {percent(scores.get('unknown'))} unknown"
            rows.append((split, f"perplexity {scores['perplexity']:.1f} on {words}"))
    rows.append(("again", run.command))
    if view.changes:
        say("What was changed while it trained is in its log; the command below does not repeat that.")
    print(table(rows), flush=True)
