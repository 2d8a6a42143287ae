"""What a person typed into the form of a new run, and the jobs it asks for.

Which fields a kind of run has, and how each is read, stands on its job (core.jobs.options).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.api import LookAtFile
from core.eras.table import BASELINES, BY_ID, ERAS
from core.jobs import (
    BOTH,
    KINDS,
    LANGUAGE_MODEL_PRESETS,
    Declared,
    GloveJob,
    Group,
    Job,
    JobKind,
    LanguageModelJob,
    MaskedJob,
    PretrainJob,
    TrainJob,
    kind_of,
    options_of,
    unused,
)
from core.jobs import command as command_of

OWN_FILE = "own file"
HUB = "hub"
OTHER = "other"
ALL = "all"
NO_LABEL = "0"
GUESSED, NO_HEADER = "guessed", "no header"
AS_WRITTEN, ALIKE = "as written", "alike are one"

# Language models stand last: what waits for one says so.
_PRETRAINING = sorted((kind for kind in KINDS if kind.group is Group.PRETRAINING), key=lambda kind: kind.side_by_side)
_ROWS: dict[str, JobKind] = {" ".join(kind.verb): kind for kind in _PRETRAINING}
PRETRAIN, GLOVE, LANGUAGE_MODEL, MASKED = (
    " ".join(kind_of(job).verb) for job in (PretrainJob, GloveJob, LanguageModelJob, MaskedJob)
)
EVERY_ERA = "all eras"
EVERY = (*ERAS, *BASELINES)
"""What `--era all` trains, in its order."""
CHOICES: tuple[tuple[str, str], ...] = (
    *((era.id, era.title) for era in ERAS),
    (EVERY_ERA, EVERY_ERA),
    *((name, f"{row.title} (pretrain)") for name, row in _ROWS.items()),
)
"""What can be run, with its title: eras by their ids, and what learns without labels by its verb."""
BUDGETS = (20, 100, 500, 2_000)
DIRECTIONS = (BOTH, "forward", "backward")
PRESETS = tuple(LANGUAGE_MODEL_PRESETS)

_TRAIN = TrainJob(era="scratch")
_VECTORS = PretrainJob()
_FIELD_OF = {"steps": "epochs"}
"""Options that are typed into the field of another."""
_READING = ("text_column", "label_column", "encoding", "no_header", "fold_labels")
_SHARED = frozenset({"data", *_READING, "labels", "epochs", "seed"})
"""What is asked of every era alike; the rest each has by its own recipe."""
_MAY_BE_EMPTY = frozenset({"epochs", "learning_rate"})
_CALLED = {"dimension": "dimensions"}
_EXAMPLES = {"learning_rate": ", such as 0.001"}


@dataclass(frozen=True)
class Fields:
    """The form's fields as typed, named like the options they are.

    `source` is where an own data set is: a path, or its name on the hub. `epochs` are steps where masked words are
    guessed. No `epochs` means as many as the number of labels, or the preset, asks for; no `learning_rate` the era's
    own; no `vectors` those that were pretrained here; no `encoding` the one that is found out.
    """

    kind: str = _TRAIN.era
    data: str = _TRAIN.data
    source: str = ""
    text_column: str = ""
    label_column: str = ""
    encoding: str = ""
    no_header: str = GUESSED
    fold_labels: str = AS_WRITTEN
    labels: str = "500"
    """Few enough for a first run of seconds, and where the eras differ most."""
    budget: str = ""
    epochs: str = ""
    learning_rate: str = ""
    dimension: str = str(_VECTORS.dimension)
    seed: str = str(_TRAIN.seed)
    cell: str = _TRAIN.cell
    direction: str = BOTH
    preset: str = PRESETS[0]
    start: str = LanguageModelJob().start
    vectors: str = ""
    template: str = ""
    answers: str = ""
    calibration: str = _TRAIN.calibration
    architecture: str = _VECTORS.architecture

    @property
    def row(self) -> JobKind:
        """The kind of job."""
        return _ROWS.get(self.kind, kind_of(TrainJob))

    @property
    def pretrains(self) -> bool:
        """Whether something is learned from text without labels, not a classifier."""
        return self.kind in _ROWS

    @property
    def every(self) -> bool:
        """Whether every era is trained, one after the other."""
        return self.kind == EVERY_ERA

    @property
    def usual(self) -> Job:
        """The job where nothing is typed; of every era, that of the first."""
        if self.every:
            return TrainJob.of(EVERY[0].id)
        if self.pretrains:
            return self.row.job(**self.row.presets.get(self.preset, {}))
        return TrainJob.of(self.kind)

    @property
    def asked(self) -> dict[str, Declared]:
        """The options that are asked for, by the field that each is typed into."""
        usual = self.usual
        idle: frozenset[str] = frozenset()
        if isinstance(usual, TrainJob):
            if usual.labels == 0 and self.typed("labels") != NO_LABEL:  # then it is tuned, and one may ask how long
                usual = replace(usual, labels=None)
            if self.every:
                idle = frozenset(options_of(TrainJob)) - _SHARED
            else:
                idle = unused(usual) | (frozenset() if BY_ID[self.kind].vectors else {"vectors"})
        shown = {name: each for name, each in options_of(self.row.job).items() if each.option.form and name not in idle}
        return {_FIELD_OF.get(name, name): each for name, each in shown.items()}

    def default(self, name: str) -> str:
        """What stands for an empty field; empty where the labels decide."""
        value = getattr(self.usual, self.asked[name].name)
        return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)

    @property
    def own(self) -> bool:
        """Whether the data is the person's own, so that its place and columns are asked for."""
        return self.data in (OWN_FILE, HUB)

    def of_kind(self, kind: str) -> Fields:
        """The fields after another kind of run was chosen: what it names differently gets that kind's default."""
        after = replace(self, kind=kind, learning_rate="", direction=BOTH, vectors="")
        asked = kind in BY_ID and BY_ID[kind].asked
        if asked or self.labels == NO_LABEL:
            after = replace(after, labels=NO_LABEL if asked else Fields().labels)
        if after.pretrains or self.pretrains:  # one kind's epochs say nothing of another's
            after = replace(after, epochs="")
        if after.pretrains == self.pretrains or self.own:
            return after
        return replace(after, data=(_VECTORS if after.pretrains else _TRAIN).data)

    def typed(self, name: str) -> str:
        """What was typed for an option, as its job is given it; empty where nothing was."""
        text = str(getattr(self, name)).strip()
        match name:
            case "data":
                return self._data()
            case "text_column" | "label_column":
                return text if self.own else ""
            case "encoding":
                return text if self.data == OWN_FILE else ""
            case "no_header" | "fold_labels":
                return text if self.data == OWN_FILE and text in (NO_HEADER, ALIKE) else ""
            case "labels":
                return self.budget.strip() if self.labels == OTHER else self.labels
            case "vectors":
                return str(full_path(text)) if is_file(text) else text
        return text

    def is_left_out(self, name: str) -> bool:
        """Whether nothing was typed where nothing has to be."""
        return not self.typed(name) and (self.asked[name].type in (str, bool) or name in _MAY_BE_EMPTY)

    @property
    def look(self) -> LookAtFile | None:
        """What to ask of the file before anything starts; None where there is none, or none with labels."""
        if self.data != OWN_FILE or self.pretrains or not is_file(self.source.strip()):
            return None
        if not knows_encoding(self.typed("encoding")):
            return None
        given = {name: read(self, name) for name in _READING if not self.is_left_out(name)}
        return LookAtFile(self.typed("data"), **given)

    def _data(self) -> str:
        source = self.source.strip()
        if self.data == OWN_FILE:
            return str(full_path(source))
        if self.data == HUB:
            return source if source.startswith("hf:") else f"hf:{source}"
        return self.data


def command(fields: Fields) -> str:
    """The one command that starts the same runs. Raises ValueError where a field cannot be read."""
    if not fields.every:
        return command_of(_job(fields))
    one = command_of(_job(fields)).replace(f"--era {EVERY[0].id}", "--era all", 1)
    # Prompt's usual labels are none at all: that all are wanted has to be said.
    return f"{one} --labels all" if read(fields, "labels") is None else one


def jobs_of(fields: Fields) -> tuple[Job, ...]:
    """The jobs the fields ask for: one, or one for each direction or era.

    Raises ValueError where a field cannot be read.
    """
    if fields.row.side_by_side and fields.direction == BOTH:
        return tuple(_job(replace(fields, direction=way)) for way in DIRECTIONS if way != BOTH)
    if fields.every:
        return tuple(_job(fields, TrainJob.of(era.id)) for era in EVERY)
    return (_job(fields),)


def _job(fields: Fields, usual: Job | None = None) -> Job:
    given = {option.name: read(fields, name) for name, option in fields.asked.items() if not fields.is_left_out(name)}
    return replace(usual or fields.usual, **given)


def read(fields: Fields, name: str) -> Any:
    """The value of what was typed for an option. Raises ValueError that says in plain words what it should be."""
    option = fields.asked[name]
    if option.type is bool:  # chosen, not typed
        return bool(fields.typed(name))
    try:
        return option.read(fields.typed(name))
    except ValueError:
        called = _CALLED.get(name, option.option.form)
        raise ValueError(f"{called}: {option.wanted}{_EXAMPLES.get(name, '')}") from None


def is_file(text: str) -> bool:
    """Whether there is a file of that path."""
    try:
        return bool(text) and full_path(text).is_file()
    except (OSError, RuntimeError, ValueError):
        return False


def knows_encoding(name: str) -> bool:
    """Whether it names an encoding of text; an empty name is that of whatever is found out."""
    try:
        return not name or "x".encode(name) is not None
    except (LookupError, ValueError, TypeError):
        return False


def full_path(text: str) -> Path:
    """A path as a run can use it, which works in a folder of its own. Raises RuntimeError for an unknown user's."""
    return Path(text).expanduser().absolute()
