"""`python -m tests.benchmarks [WHICH]`: measures, prints a small table. Nothing is asserted: machines differ."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from core.storage.paths import Home
from tests.benchmarks import (
    compare,
    eta,
    first_frame,
    glove,
    keystroke,
    lab,
    language_model,
    large_inputs,
    long_log,
    many_runs,
    memory,
    perplexity,
    picture,
    run_flood,
    stall,
    stream,
    words,
    words_screen,
)


def main(which: str) -> int:
    """Print what was measured, each beside what it is measured against in the same run."""
    measures = {
        "app": _app,
        "lm": _language_model,
        "glove": _glove,
        "memory": _memory,
        "compare": _compare,
        "stream": _stream,
        "large": _large,
        "log": _log,
        "words": _words,
        "lab": _lab,
        "picture": _picture,
        "eta": eta.main,
    }
    if which not in measures:
        print(f"There is no benchmark {which!r}; there are {', '.join(measures)}.", file=sys.stderr)
        return 2
    measures[which]()
    return 0


def _app() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NLP_TUI_HOME": folder}
        rows = [
            ("first frame", "a bare Textual app", _milliseconds(*first_frame.measure(environment)), "ratio ≤ 1.5"),
            *_keystroke(environment),
        ]
    with tempfile.TemporaryDirectory() as folder:
        stalled = _stall({**os.environ, "NLP_TUI_HOME": folder}, Path(folder))
    rows.append(("longest stall", "a key in quiet", stalled, "≤ 100 ms"))
    print(f"{'':20}{'ms':>8}  {'against':20}{'ms':>8}{'ratio':>8}  wanted")
    for name, other, numbers, wanted in rows:
        if isinstance(numbers, str):
            print(f"{name:20}{numbers}")
        else:
            ours, theirs = numbers
            print(f"{name:20}{ours:8.0f}  {other:20}{theirs:8.0f}{ours / theirs:8.2f}  {wanted}")


def _lab() -> None:
    rows = [("an answer, computed", "the sentence, read both ways", _milliseconds(*lab.compute()), "ratio ≤ 5")]
    with tempfile.TemporaryDirectory() as folder:
        try:
            key = _milliseconds(*lab.measure({**os.environ, "NLP_TUI_HOME": folder}))
        except TimeoutError as error:
            print(f"a key in the prompt lab could not be measured: {error}")
        else:
            rows.append(("key to its answer", "the letter itself", key, "≤ 60 ms"))
    print(f"{'':20}{'ms':>8}  {'against':28}{'ms':>8}{'ratio':>8}  wanted")
    for name, other, (ours, theirs), wanted in rows:
        print(f"{name:20}{ours:8.0f}  {other:28}{theirs:8.0f}{ours / theirs:8.2f}  {wanted}")


def _picture() -> None:
    print(f"{'':20}{'ms':>8}  {'against':28}{'ms':>8}{'ratio':>8}  wanted")
    for era, drawn, answered in picture.compute():
        ours, theirs = _milliseconds(drawn, answered)
        print(f"{f'picture of {era}':20}{ours:8.0f}  {'its answer':28}{theirs:8.0f}{ours / theirs:8.2f}  ≤ 100 ms")
    with tempfile.TemporaryDirectory() as folder:
        try:
            times = picture.measure({**os.environ, "NLP_TUI_HOME": folder})
        except TimeoutError as error:
            print(f"a key to the picture could not be measured: {error}")
        else:
            usual, slow = 1000 * median(times), 1000 * max(times)
            print(
                f"a key to the next era's picture: {usual:.0f} ms, longest of {len(times)} {slow:.0f} (wanted: ≤ 100)"
            )


def _language_model() -> None:
    speeds = language_model.measure()
    print(f"{'words a second':20}{'ours':>8}  {'against':20}{'theirs':>8}{'ratio':>8}  wanted")
    for other, theirs, wanted in (("a textbook", speeds.textbook, "≥ 10"), ("bare LSTMs", speeds.bare, "≥ 0.55")):
        name = "both directions"
        print(f"{name:20}{speeds.ours:8.0f}  {other:20}{theirs:8.0f}{speeds.ours / theirs:8.2f}  {wanted}")
    ours, theirs, reached = perplexity.measure()
    print(f"{'seconds':20}{'ours':>8}  {'against':20}{'theirs':>8}{'ratio':>8}  wanted")
    name = f"to perplexity {reached:.0f}"
    print(f"{name:20}{ours:8.1f}  {'a textbook':20}{theirs:8.1f}{theirs / ours:8.2f}  ≥ 5")


def _glove() -> None:
    ours, theirs = glove.measure()
    print(f"{'seconds':20}{'ours':>8}  {'against':20}{'theirs':>8}{'ratio':>8}  wanted")
    print(f"{'GloVe':20}{ours:8.1f}  {'gensim word2vec':20}{theirs:8.1f}{ours / theirs:8.2f}  ≤ 3")


def _memory() -> None:
    print(f"{'resident memory in MB':40}{'most':>8}{'now':>8}{'mapped':>8}  wanted")
    with tempfile.TemporaryDirectory() as folder:
        for each in memory.measure({**os.environ, "NLP_TUI_HOME": folder}):
            wanted = "≤ 120" if each.what == "the app itself" else "≤ 900"
            print(f"{each.what:40}{each.most:8.0f}{each.now:8.0f}{each.mapped:8.0f}  {wanted}", flush=True)


def _compare() -> None:
    print(f"{'Compare, first visit':20}{'seconds':>8}{'again':>8}")
    with tempfile.TemporaryDirectory() as folder:
        rows = list(compare.measure({**os.environ, "NLP_TUI_HOME": folder}))
    for model, first, again in (*rows, ("all", sum(row[1] for row in rows), sum(row[2] for row in rows))):
        print(f"{model:20}{first:8.2f}{again:8.2f}")


def _stream() -> None:
    with tempfile.TemporaryDirectory() as folder:
        seconds, answers = stream.measure({**os.environ, "NLP_TUI_HOME": folder})
    print(f"{answers:,} answers to {stream.SENTENCES:,} sentences in {seconds:.0f} s (wanted: ≤ 120)")


def _large() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NLP_TUI_HOME": folder}
        held = large_inputs.table(Path(folder), environment)
        many, few = large_inputs.stream(environment)
    print(f"{'most memory held':32}{'MB':>8}  {'against':20}{'MB':>8}{'ratio':>8}  wanted")
    lines = f"predict - of {large_inputs.MANY:,} lines"
    print(f"{lines:32}{many:8.0f}  {f'{large_inputs.FEW:,} lines':20}{few:8.0f}{many / few:8.2f}  ≤ 1.1")
    size = large_inputs.LARGE // 1_000_000
    print(f"{'data, beyond a small file':32}{held * size:8.0f}  {'the file itself':20}{size:8.0f}{held:8.2f}  ≤ 1.5")


def _log() -> None:
    long, short = (long_log.measure(os.environ, events) for events in (long_log.MANY, long_log.FEW))
    flooded, quiet = run_flood.measure(os.environ)
    many, few = (many_runs.measure(os.environ, runs) for runs in (many_runs.MANY, many_runs.FEW))
    size = f"{long_log.MANY:,} events in {long.bytes / 1e9:.1f} GB, against {long_log.FEW:,}"
    count = f"{many_runs.MANY:,} runs in the list, against {many_runs.FEW:,}"
    rows = [
        ("s to the latest numbers", size, long.latest, short.latest, "≤ 2"),
        ("s to all of them", size, long.whole, short.whole, "no limit is set"),
        ("MB that the app held", size, long.held, short.held, "≤ 200"),
        ("s of `runs`", size, long.verbs[0], short.verbs[0], "no limit is set"),
        ("s of `watch`", size, long.verbs[1], short.verbs[1], "no limit is set"),
        ("ms the app is held", "2,000 events a second, against quiet", *_milliseconds(flooded[0], quiet[0]), "≤ 50"),
        ("  of these, of work", "2,000 events a second, against quiet", *_milliseconds(flooded[1], quiet[1]), "≤ 50"),
        ("s to the rows", count, many.rows, few.rows, "no limit is set"),
        ("ms from a key to its run", count, *_milliseconds(many.key, few.key), "no limit is set"),
        ("s of `runs`", count, many.verb, few.verb, "no limit is set"),
    ]
    for place, (name, what, ours, theirs, wanted) in enumerate(rows):
        if not place or what != rows[place - 1][1]:
            print(what)
        print(f"  {name:28}{ours:10.2f}{theirs:10.2f}  {wanted}")


def _words() -> None:
    rows = [
        ("200,000 places", "bare product, top-k", words.contextual(), "≤ 1.3"),
        ("20,000 words", "gensim", words.static(), "≤ 1.0"),
    ]
    print(f"{'a query over':20}{'ms':>8}  {'against':20}{'ms':>8}{'ratio':>8}  wanted")
    for name, other, (ours, theirs), wanted in rows:
        print(f"{name:20}{1000 * ours:8.2f}  {other:20}{1000 * theirs:8.2f}{ours / theirs:8.2f}  {wanted}")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NLP_TUI_HOME": folder}
        seconds = words_screen.index(environment)
        print(f"an index of lm: {words_screen.PLACES:,} places in {seconds:.0f} s (no limit is set)")
        try:
            usual, longest = words_screen.key(environment)
        except TimeoutError as error:
            print(f"a key in Words could not be measured: {error}")
        else:
            print(f"a key in Words to its places: {1000 * usual:.0f} ms, longest {1000 * longest:.0f} (wanted: ≤ 150)")


def _milliseconds(ours: float, theirs: float) -> tuple[float, float]:
    return 1000 * ours, 1000 * theirs


def _keystroke(environment: Mapping[str, str]) -> Iterator[tuple[str, str, tuple[float, float] | str, str]]:
    """The usual key and the slow one, 95 of 100 being quicker; the same while a run trains."""
    name, letter = "key to all answers", "the letter itself"
    try:
        quiet = keystroke.measure(environment)
        yield name, letter, _milliseconds(*quiet.median), "≤ 50 ms"
        yield "  95 of 100 keys", letter, _milliseconds(*quiet.slow), "≤ 100 ms"
        with keystroke.training(environment):
            busy = keystroke.measure(environment)
        yield "  while training", letter, _milliseconds(*busy.median), "no limit is set"
        yield "  95 of 100 then", letter, _milliseconds(*busy.slow), "≤ 200 ms"
    except TimeoutError as error:
        yield name, letter, f"  could not be measured: {error}", ""


def _stall(environment: Mapping[str, str], folder: Path) -> tuple[float, float] | str:
    try:
        return _milliseconds(*stall.measure(environment, Home(store=folder / "store", runs=folder / "runs")))
    except TimeoutError as error:
        return f"  could not be measured: {error}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "app"))
