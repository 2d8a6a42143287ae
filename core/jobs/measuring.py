"""What is made of trained models: the index that places are searched in; ladder and report, which compare eras."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from core.data.corpus_list import shorten
from core.eras.table import BY_ID
from core.jobs.fields import (
    Column,
    Data,
    Encoding,
    FoldLabels,
    LabelColumn,
    NoHeader,
    Offline,
    TextColumn,
    Threads,
)
from core.jobs.ladder_lists import parse_budgets, select_eras, select_reported
from core.jobs.naming import DATA_NAMES, DEFAULT_DATA, short
from core.jobs.options import Option, options_of
from core.jobs.training import TrainJob

SEEDS, MORE_SEEDS = 3, 5
MORE_SEEDS_AT = (100, 500)
"""Trainings of each era at each budget, and the budgets with more of them."""


@dataclass(frozen=True)
class IndexJob:
    """Build the index that contextual neighbours of `model` are searched in: places in text, each with its state."""

    kind: ClassVar[str] = "index"
    model: Annotated[str, Option("the model whose states are indexed", "MODEL", path=True, known=tuple(BY_ID))] = (
        "scratch"
    )
    layer: Annotated[
        str, Option("the layer whose states are indexed (the one that tells senses apart best)", "LAYER")
    ] = ""
    """Which states: a layer's name; empty means the one that tells senses apart best."""
    vectors: Annotated[
        str,
        Option(
            "token (states that have read the word), slot (that never saw it), substitutes (what would fit there)",
            "KIND",
        ),
    ] = ""
    """`token` (states that have read the word), `slot` (states that never saw it), ...; empty means the best."""
    occurrences: Annotated[
        int,
        Option("places in text that are indexed (from 500,000 on the extra faiss searches them in half the memory)"),
    ] = 50_000
    """Places in text that are kept."""
    documents: Annotated[
        int | None, Option("texts they are drawn from, half of them labelled (as many as it takes)")
    ] = None
    """Texts they are drawn from, half of them labelled; None means as many as the occurrences ask for."""
    data: Annotated[
        str | None, Option("the labelled text (what the model was trained on)", "SPEC", path=True, known=DATA_NAMES)
    ] = None
    """The labelled text; None means what the model was trained on."""
    text_column: Column = None
    label_column: LabelColumn = None
    unlabelled: Annotated[
        str, Option("text whose labels are not read; none leaves it out", "SPEC", path=True, known=DATA_NAMES)
    ] = "imdb"
    """The text whose labels are unread; `none` leaves it out."""
    corpus: Annotated[
        str | None,
        Option(
            "only places of this text: imdb, wiki, a table or a text file (a line a document), or hf:NAME[:CONFIG]; "
            "several with a comma between",
            "SPEC[,SPEC]",
            path=True,
            several=True,
            known=DATA_NAMES,
        ),
    ] = None
    """Text in place of `unlabelled`, and of the labelled text unless `data` names one."""
    threads: Threads = 2
    offline: Offline = False
    encoding: Encoding = None
    no_header: NoHeader = False
    fold_labels: FoldLabels = False

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        what = " ".join(["index of occurrences ·", self.model, *filter(None, (self.layer, self.vectors))])
        where = f" of {shorten(self.corpus)}" if self.corpus else ""
        return f"{what} · {self.occurrences:,} places{where}"


@dataclass(frozen=True)
class LadderJob:
    """Measure eras side by side: each at every label budget with several seeds, a *trial* each, never twice.

    `data`, `eras` and `labels` are lists with a comma between. `seeds` is how many there are at every budget; None
    means three, and five at 100 and 500 labels, where the eras are furthest apart and luck weighs most. The test
    split is read only when it is asked for, because recipes are chosen on validation texts.
    """

    kind: ClassVar[str] = "ladder"
    data: Annotated[str, Option("rotten_tomatoes, imdb, files, or data sets of the hub", "SPEC[,SPEC...]")] = (
        DEFAULT_DATA
    )
    eras: Annotated[str, Option("the rows: eras and controls, or all", "ERA[,ERA...]", items=select_eras)] = "all"
    labels: Annotated[
        str,
        Option(
            "how many labelled texts may be used, validation included: numbers, or all",
            "N[,N...]",
            items=parse_budgets,
        ),
    ] = "20,100,500,2000,all"
    seeds: Annotated[
        int | None,
        Option(f"trainings of each era at each number of labels ({SEEDS}; at 100 and 500 labels {MORE_SEEDS})"),
    ] = None
    split: Annotated[
        str,
        Option(
            "what accuracy is measured on: validation, or test, which is read only then",
            "SPLIT",
            choices=("validation", "test"),
        ),
    ] = "validation"
    """`validation`, or `test`, which measures both."""
    workers: Annotated[int, Option("trainings side by side, each a process with one thread")] = 2
    """Trials trained side by side, each in a process of its own with one thread."""
    scheduler: Annotated[
        str | None,
        Option(
            "a dask scheduler whose workers train instead, over a home on a shared path: tcp://127.0.0.1:8786, or tls://…",
            "ADDRESS",
        ),
    ] = None
    """The address of a dask scheduler, in place of `workers` here."""
    offline: Offline = False
    encoding: Encoding = None
    no_header: NoHeader = False
    fold_labels: FoldLabels = False

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        data = ", ".join(short(name) for name in self.data.split(","))
        eras = "all eras" if self.eras == "all" else self.eras.replace(",", ", ")
        return f"ladder · {data} · {eras} · {self.labels.replace(',', ', ')} labels · {self.split}"


@dataclass(frozen=True)
class ReportJob:
    """Measure eras on one's own labelled texts: fold by fold, or on their test split, never the same training twice.

    What comes out is report.json in the run's folder: the ranked eras, a recommendation in words, and what is wrong.
    """

    kind: ClassVar[str] = "report"
    data: Data = DEFAULT_DATA
    text_column: TextColumn = None
    label_column: LabelColumn = None
    eras: Annotated[
        str,
        Option(
            "which ones: a list, or all, which is every era and both baselines", "ERA[,ERA...]", items=select_reported
        ),
    ] = "all"
    repeats: Annotated[int, Option("seeds, or repeats of cross-validation")] = 2
    answers: Annotated[str | None, options_of(TrainJob)["answers"].option] = None
    """The words with which prompt answers; None: the names of the classes, where they are words."""
    fewer: Annotated[bool, Option("whether to measure what fewer labels would have given")] = True
    """Whether the recommended era and the best of the other kind are measured with a quarter and half of the labels."""
    unlabeled: Annotated[
        str | None,
        Option(
            "your own text without labels, a text a line, or a table (FILE?text=COLUMN): each era gets a second row, "
            "over word vectors, language models or mlm that have read it, without the texts that eras are measured on",
            "FILE",
            also=("--unlabelled",),
            path=True,
        ),
    ] = None
    offline: Offline = False
    encoding: Encoding = None
    no_header: NoHeader = False
    fold_labels: FoldLabels = False

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        eras = "all eras" if self.eras == "all" else self.eras.replace(",", ", ")
        text = f" · over {shorten(self.unlabeled)}" if self.unlabeled else ""
        return f"report · {short(self.data)} · {eras}{text}"
