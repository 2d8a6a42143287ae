"""What can be typed after `nlp-tui`: the verbs and their options.

The options of a job are read off its dataclass in core.jobs (see core.cli.fields), so that the command a run prints is
read back as the very same job.
"""

from __future__ import annotations

import shutil
from argparse import SUPPRESS, Action, ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from core.cli import (
    answered_table,
    attention,
    check,
    errors,
    explain,
    first_look,
    picture,
    pins,
    report,
    run_list,
    steering,
    twins,
    watching,
    words,
)
from core.cli.fields import add_fields, at_least
from core.eras.recipes import RECIPES, recommended
from core.eras.table import BASELINES, BY_ID, CONTROLS, ERAS
from core.jobs import (
    BOTH,
    KINDS,
    LANGUAGE_MODEL_PRESETS,
    Group,
    IndexJob,
    Job,
    JobKind,
    LadderJob,
    LanguageModelJob,
    MaskedJob,
    TrainJob,
    going_on,
    options_of,
)
from core.jobs.reading import FIELDS as READING
from core.machine.extras import has_minilm
from core.visible import one_line

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_WORD_VERBS = "\n".join(f"  {verb.name:<11} {verb.summary}" for verb in words.VERBS.values())
HELP = f"""\
The history of neural NLP in a terminal, with your own sentences and your own data.
Alone, nlp-tui opens the app. With a verb it does the same for scripts and pipes:

  tour        opens the app on the lecture: nine steps from 2013 to asking a language model
  --data FILE opens the app on a first look at a file of yours

  eras        the eras, what is trained, how accurate it is, how large
  predict     classify sentences, or the texts of a table (--csv)
  explain     {explain.SUMMARY}
  attention   {attention.SUMMARY}
  twins       {twins.SUMMARY}
  errors      {errors.SUMMARY}
  check       {check.SUMMARY}
  picture     the lecture's drawing of a model over a sentence
{_WORD_VERBS}

  data        a first look at a file: what was understood, what is left out
  train       train the classifier of one or several eras
  pretrain    learn word vectors or a language model from text without labels
  index       index the text that contextual neighbors are found in
  ladder      measure the eras side by side: every one at every number of labels
  report      {report.SUMMARY}

  runs        what was started, newest first; runs compare, export, rename, tag, delete
  watch       {watching.SUMMARY}
  pin         {pins.SUMMARY}
  stop        stop a run; the best model so far is kept
  resume      go on with a run that was stopped or lost
  steer       {steering.STEER}
  branch      {steering.BRANCH}
  again       {steering.AGAIN}

examples:
  nlp-tui predict "The plot is thin but the cast is wonderful."
  nlp-tui predict --model scratch --json - < sentences.txt
  nlp-tui predict --model ulmfit --csv tickets.csv -o answered.csv
  nlp-tui neighbors cast --in "The cast is wonderful."
  nlp-tui train --era scratch --labels 500
  nlp-tui train --era all --data mine.csv --text review --label stars
  nlp-tui train --era ulmfit --data tickets.csv --unlabeled tickets-all.txt
"""
EPILOG = """\
A MODEL is the id of an era (its best model), ERA:VARIANT, run:ID, or a folder.
Data goes to standard output, everything else to standard error.
NLP_TUI_HOME moves trained models and runs.
exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted
"""

_CODES = "exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted"
_TORCHRUN = """\
over several processes, of one machine or of several, each of which reads its part of the streams:
  torchrun --nproc-per-node 2 --no-python -- nlp-tui pretrain lm
all of them need one NLP_TUI_HOME, on a path that they all see"""
_OBJECTIVES = {kind.verb[-1]: kind for kind in KINDS if kind.group is Group.PRETRAINING}
UNLABELED = (
    "your own text without labels, a text a line, or a table (FILE?text=COLUMN): word vectors, language models and "
    "mlm go on reading it first, without the texts that models are judged by; what that bought is said"
)
_NO_PRESET: Mapping[str, Any] = {}
_QUICK = "quick"
_ERAS = tuple(era.id for era in ERAS)
_ALL = (*_ERAS, *(era.id for era in BASELINES))
_CONTROLS = tuple(era.id for era in CONTROLS)


def parse(arguments: Sequence[str]) -> Namespace:
    """The verb and its options. Raises SystemExit as argparse does: 0 after a help text, 2 after a mistake."""
    parser = _parser()
    wanted = parser.parse_args(arguments)
    if problem := words.mistake(wanted) or answered_table.mistake(wanted) or _mistake(wanted):
        parser.error(problem)
    return wanted


def _mistake(wanted: Namespace) -> str:
    """What is wrong with options that are right by themselves; empty if nothing is."""
    if wanted.verb == "pretrain" and wanted.goes_on and getattr(wanted, "preset", _QUICK) != _QUICK:
        return "--preset and --from: what goes on has the sizes of what it goes on from; say --epochs or --steps"
    if wanted.verb == "train" and wanted.unlabeled and (wanted.detach or wanted.branch):
        other = "--detach" if wanted.detach else "--from"
        return f"--unlabeled and {other}: what is trained starts from what has been read, which has to end first"
    return ""


def jobs(wanted: Namespace) -> list[Job]:
    """The jobs that `train`, `pretrain`, `index` or `ladder` asks for: one, or one for each era or direction named."""
    if wanted.verb == "train":
        return [_job(TrainJob, wanted, recommended(era, wanted.asks), era=era) for era in wanted.eras]
    if wanted.verb != "pretrain":
        (kind,) = [kind for kind in KINDS if kind.verb == (wanted.verb,)]
        return [_job(kind.job, wanted)]
    if wanted.objective != "all":
        return _pretraining(_OBJECTIVES[wanted.objective], wanted)
    wanted.direction = BOTH
    possible = [kind for kind in _OBJECTIVES.values() if kind.job is not MaskedJob or has_minilm()]
    return [job for kind in possible for job in _pretraining(kind, wanted)]


def _pretraining(kind: JobKind, wanted: Namespace) -> list[Job]:
    preset = kind.presets[wanted.preset] if kind.presets else {}
    if wanted.goes_on:
        preset = going_on(kind.job.kind)
    if "direction" not in options_of(kind.job):
        return [_job(kind.job, wanted, preset)]
    ways = ("forward", "backward") if wanted.direction == BOTH else (wanted.direction,)
    return [_job(kind.job, wanted, preset, direction=way) for way in ways]


def _job(kind: type[Job], wanted: Namespace, preset: Mapping[str, Any] = _NO_PRESET, **given: str) -> Job:
    """The job of what was typed: before that stands the preset, after it what is given."""
    typed = {name: value for name, value in vars(wanted).items() if name in options_of(kind)}
    return kind(**{**preset, **typed, **given})


def _parser() -> ArgumentParser:
    parser = _Parser(
        prog="nlp-tui", usage="nlp-tui [VERB] [OPTIONS]", description=HELP, epilog=EPILOG, formatter_class=_Formatter
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    verbs = parser.add_subparsers(dest="verb", required=True, help=SUPPRESS, metavar="VERB", prog="nlp-tui")

    def verb(
        name: str,
        positional: str,
        help: str,
        json_help: str = "one JSON object a line",
        among: _SubParsersAction[_Parser] = verbs,
    ) -> ArgumentParser:
        made = among.add_parser(
            name.rpartition(" ")[2],
            help=help,
            description=help[0].upper() + help[1:] + ".",
            usage=" ".join(["nlp-tui", name, *([positional] if positional else []), "[OPTIONS]"]),
            epilog=_CODES,
            formatter_class=_Formatter,
            allow_abbrev=False,
        )
        # Left to the verb where this is one of its own: what was typed before it holds.
        unsaid = False if among is verbs else SUPPRESS
        made.add_argument("--json", action="store_true", default=unsaid, help=json_help)
        return made

    verbs.add_parser(  # the entry of the command opens it; what is typed behind it comes here
        "tour",
        description="Open the app on the lecture in nine steps, where it was left.",
        usage="nlp-tui tour",
        epilog=_CODES,
        formatter_class=_Formatter,
        allow_abbrev=False,
    )

    eras = verb("eras", "", "the eras, what is trained, how accurate it is, how large")
    eras.add_argument(
        "--intrinsic", action="store_true", help="instead: what the vectors and states themselves are worth, measured"
    )

    predict = verb("predict", "TEXT...|--csv FILE", "classify sentences, or the texts of a table")
    predict.add_argument("text", nargs="*", metavar="TEXT", help="a sentence; - reads one a line from standard input")
    predict.add_argument("--model", type=_list, metavar="MODEL[,MODEL...]", help="all (the default), or which ones")
    predict.add_argument("--running", action="store_true", help="also the probabilities after each token (first 64)")
    for name in ("template", "answers"):
        asked = options_of(TrainJob)[name].option
        predict.add_argument(f"--{name}", metavar=asked.metavar, help=asked.help)
    predict.add_argument(
        "--batch-size", type=at_least(1), default=256, metavar="N", help="with -: answer after N lines (%(default)s)"
    )
    answered_table.add(predict)

    for more in (picture, explain, attention, twins, errors, check):
        more.add(verb)
    words.add_verbs(verb)
    first_look.add(verb)
    report.add(verb)

    pretrain = verbs.add_parser(
        "pretrain",
        description="Learn from text without labels. `nlp-tui pretrain lm --help` shows the options of one.",
        usage="nlp-tui pretrain word2vec|glove|lm|mlm|all [OPTIONS]",
        epilog=_CODES,
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    pretrain.set_defaults(json=False)
    objectives = pretrain.add_subparsers(
        dest="objective", required=True, title="what is learned", metavar="OBJECTIVE", prog="nlp-tui pretrain"
    )
    for name, kind in _OBJECTIVES.items():
        objective = verb(f"pretrain {name}", "", kind.help, "the run's events, one a line", objectives)
        if kind.presets:
            _add_preset(objective)
        later = going_on(kind.job.kind)
        add_fields(objective, kind.job, preset={name for each in (*kind.presets.values(), later) for name in each})
        if later:
            said = ", ".join(f"{options_of(kind.job)[name].flag} {value}" for name, value in later.items())
            objective.epilog = f"with --from, unless given: {said}\n{_CODES}"
        _add_detach(objective, queues=True)
        if kind.job is LanguageModelJob:
            objective.epilog = f"{_TORCHRUN}\n\n{_CODES}"
    everything = verb(
        "pretrain all",
        "",
        "learn all there is: word2vec, glove, a language model of each direction, masked words; what is there stays",
        "the runs' events, one a line",
        objectives,
    )
    _add_preset(everything)
    shared = {"data", "text_column", "seed", "vocabulary", "precision", "offline", "goes_on", "leave_out", *READING}
    everything.set_defaults(detach=False, after=None)
    add_fields(everything, LanguageModelJob, options_of(LanguageModelJob).keys() - shared)

    train = verb(
        "train",
        "--era ERA[,ERA...]",
        "train the classifier of one or several eras",
        "the runs' events, one a line; after several eras a line a result, the best first, and a verdict",
    )
    train.add_argument(
        "--era",
        dest="eras",
        type=_eras,
        required=True,
        metavar="ERA[,ERA...]",
        help=f"{', '.join(_ERAS)} or all; as a control {', '.join(_CONTROLS)}",
    )
    add_fields(train, TrainJob, {"era"}, {field for changes in RECIPES.values() for field in changes})
    train.add_argument("--unlabeled", "--unlabelled", dest="unlabeled", metavar="FILE", help=UNLABELED)
    train.add_argument("--pin", action="append", default=[], metavar="SENTENCE", help=pins.HELP)
    _add_detach(train, queues=True)

    index = verb(
        "index",
        "--model MODEL",
        "index the text that contextual neighbors are found in",
        "the run's events, one a line",
    )
    add_fields(index, IndexJob)
    _add_detach(index, queues=True)

    ladder = verb(
        "ladder",
        "",
        "measure the eras side by side: every one at every number of labels",
        "the run's events, then one object a cell, mean and difference, one a line",
    )
    add_fields(ladder, LadderJob)
    ladder.add_argument("--show", action="store_true", help="only what was measured already; trains nothing")
    ladder.add_argument("--shipped", action="store_true", help="the ladder that came with this version; trains nothing")
    ladder.add_argument("--svg", metavar="FILE", help="also draw accuracy by number of labels into FILE")
    ladder.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    ladder.add_argument("--out", metavar="FILE", help="also write everything that was found to FILE, as JSON")
    _add_detach(ladder, queues=True)

    run_list.add(verb)
    watching.add(verb)
    pins.add(verb)
    stop = verb("stop", "RUN", "stop a run; the best model so far is kept")
    stop.add_argument("run", metavar="RUN")
    resume = verb("resume", "RUN", "go on with a run that was stopped or lost", "the run's events, one a line")
    resume.add_argument("run", metavar="RUN")
    _add_detach(resume)
    steering.add(verb)
    return parser


class _Parser(ArgumentParser):
    """Says a mistake in one sentence, and where the help is."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit code 2."""
        self.exit(2, f"nlp-tui: {one_line(message)}\n`{self.prog} --help` shows what can be typed.\n")


class _Formatter(RawDescriptionHelpFormatter):
    """Room for the options beside their explanations."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=min(100, shutil.get_terminal_size().columns - 1))


class _Version(Action):
    """Prints the version, which is looked up only then."""

    def __call__(self, parser: ArgumentParser, *_: object) -> None:
        """Leave with exit code 0."""
        from importlib.metadata import version

        print(f"nlp-tui {version('nlp-tui')}")
        parser.exit()


def _add_preset(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--preset",
        choices=tuple(LANGUAGE_MODEL_PRESETS),
        default=_QUICK,
        help="the settings that are not given: quick (the defaults), or full (larger and longer)",
    )


def _add_detach(parser: ArgumentParser, queues: bool = False) -> None:
    if queues:
        steering.add_after(parser)
    parser.add_argument("--detach", action="store_true", help="start it, print the run's id and return")


def _list(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        raise ArgumentTypeError("no model is named")
    return names


def _eras(text: str) -> tuple[str, ...]:
    names = _ALL if text.strip() == "all" else tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if name not in BY_ID:
            raise ArgumentTypeError(f"there is no era {name!r}; there are {', '.join(BY_ID)}")
        if name not in (*_ERAS, *_CONTROLS):
            there = ", ".join(_ERAS)
            raise ArgumentTypeError(f"{name} arrives with a later version; {there} can be trained")
    return names
