"""`nlp-tui report`: read the data, train every era fold by fold, write one file."""

from __future__ import annotations

import json
import shlex
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli.fields import add_fields, at_least
from core.cli.standard_input import text_of
from core.eras.table import BASELINES, BY_ID, ERAS
from core.errors import UserError
from core.jobs import TrainJob, options_of
from core.jobs.reading import FIELDS as READING

if TYPE_CHECKING:
    from core.appraisal.folds import Plan
    from core.cli.words.verb import AddVerb
    from core.data.corpora import Task

SUMMARY = "all eras on your own texts: which to use, what more labels buy, what is wrong, in one file"
REPEATS = 2
FORMATS = (".html", ".md", ".json")
_OWN = {"data", "text_column", "label_column", "offline", *READING}


def add(verb: AddVerb) -> None:
    """Add the verb with its arguments."""
    parser: ArgumentParser = verb("report", "--data SPEC", SUMMARY, "the report as one JSON object")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help=f"where it goes: {', '.join(FORMATS)} (Markdown on standard output)"
    )
    parser.add_argument(
        "--eras", type=_eras, default=None, metavar="ERA[,ERA...]", help="which ones (all, and both baselines)"
    )
    parser.add_argument(
        "--repeats",
        type=at_least(1),
        default=REPEATS,
        metavar="N",
        help="seeds, or repeats of cross-validation (%(default)s)",
    )
    parser.add_argument(
        "--no-half", action="store_true", help="do not measure what half of the labels would have given"
    )
    add_fields(parser, TrainJob, besides={name for name in options_of(TrainJob) if name not in _OWN})


def report(wanted: Namespace) -> int:
    """Make the report. What is trained is kept: called again, it goes on where it was ended. Raises UserError."""
    from core.appraisal.advice import choose
    from core.appraisal.appraise import Appraiser
    from core.appraisal.folds import plan
    from core.appraisal.report import build, rank_eras
    from core.cli.printing import say
    from core.cli.progress import progress_line
    from core.data.corpora import load_task
    from core.jobs.reading import reading_of
    from core.machine.extras import BERT, absent
    from core.runs.wording import clock
    from core.storage.store import default_store

    target = _target(wanted.output)
    base = TrainJob("scratch", **{name: getattr(wanted, name) for name in _OWN})
    task = load_task(base.data, base.text_column, base.label_column, base.offline, reading_of(base))
    chosen = plan(task, wanted.repeats)
    eras = list(wanted.eras or [row.id for row in (*ERAS, *BASELINES)])
    missing = {era: f"it needs {BERT}." for era in eras if absent(BY_ID[era])}
    with progress_line() as line:

        def told(what: str, done: int, total: int, left: float) -> None:
            line.show(f"{what} · about {clock(left)} left", done / total)

        appraiser = Appraiser(chosen, default_store(), told, base)
        found = appraiser.appraise([era for era in eras if era not in missing])
        found.left_out = {**missing, **found.left_out}
        if not found.answers:
            raise UserError("No era could be measured.", " ".join(found.left_out.values()))
        rows = rank_eras(found)
        best = choose(rows).era
        half = None if wanted.no_half or BY_ID[best].asked else appraiser.with_half(best)
    look = {**_look(base, task), "texts": _measure(chosen)}
    made = build(found, rows, half, look, _commands(wanted, best))
    text = _written(made, target.suffix if target else ".json" if wanted.json else ".md")
    if target is None:
        print(text, end="")
        return 0
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{target} cannot be written: {error.strerror}.", "Name another file with -o.") from error
    say(made["advice"])
    say(f"Written to {target}.")
    return 0


def _written(made: dict[str, Any], suffix: str) -> str:
    from core.cli.report.html import to_html
    from core.cli.report.markdown import to_markdown
    from core.floats import finite

    formats: dict[str, Callable[[dict[str, Any]], str]] = {
        ".html": to_html,
        ".md": to_markdown,
        ".json": lambda report: json.dumps(finite(report), ensure_ascii=True, allow_nan=False, indent=1) + "\n",
    }
    return formats[suffix](made)


def _target(output: str | None) -> Path | None:
    """Where it goes. Raises UserError before anything is trained where that cannot be."""
    if output is None:
        return None
    target = Path(text_of(output)).expanduser()
    if target.suffix.lower() not in FORMATS:
        raise UserError(f"{target.name} says no format.", f"End it in {', '.join(FORMATS)}.")
    if not target.parent.is_dir():
        raise UserError(f"There is no folder {target.parent}.", "Make it, or name another file with -o.")
    return target.with_suffix(target.suffix.lower())


def _look(base: TrainJob, task: Task) -> dict[str, Any]:
    """What was understood of the data: of a file all of it, of another task its sizes."""
    from core.data.files import look
    from core.jobs.reading import reading_of

    path = Path(base.data).expanduser()
    if path.is_file():
        return look(path, base.text_column, base.label_column, reading_of(base)).to_json()
    labels = [label for split in (task.train, task.validation, task.test) for label in split.labels]
    counts = {name: labels.count(place) for place, name in enumerate(task.labels)}
    return {"file": task.name, "classes": counts, "rows": len(labels), "read": len(labels), "notes": list(task.notes)}


def _measure(chosen: Plan) -> dict[str, Any]:
    """How long the texts are, and how much of those that the first fold answers was never met in learning."""
    from core.data.text_measures import measure_texts

    task = next(chosen.folds()).task
    return asdict(measure_texts([*task.train.texts, *task.validation.texts], task.test.texts))


def _commands(wanted: Namespace, best: str) -> list[str]:
    """What makes the report again, trains the recommended era for use, and uses it."""
    typed = ["--data", wanted.data]
    for name in sorted(_OWN - {"data"}):
        value = getattr(wanted, name)
        if value:
            flag = options_of(TrainJob)[name].flag
            typed += [flag] if value is True else [flag, str(value)]
    data = shlex.join(typed)
    eras = f" --eras {','.join(wanted.eras)}" if wanted.eras else ""
    repeats = f" --repeats {wanted.repeats}" if wanted.repeats != REPEATS else ""
    return [
        f"nlp-tui report {data}{eras}{repeats} -o report.html",
        f"nlp-tui train --era {best} {data}",
        "nlp-tui predict --model run:ID --csv new.csv -o answered.csv",
    ]


def _eras(text: str) -> list[str]:
    """Eras with commas between."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if unknown := [name for name in names if name not in BY_ID]:
        raise ArgumentTypeError(f"there is no era {unknown[0]!r}; there are {', '.join(BY_ID)}")
    return list(dict.fromkeys(names))
