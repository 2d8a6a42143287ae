"""Fields that several jobs have, each declared as the option it is."""

from __future__ import annotations

from typing import Annotated

from core.jobs.naming import DATA_NAMES
from core.jobs.options import Option

Data = Annotated[
    str,
    Option(
        "rotten_tomatoes, imdb, wiki_topics, a CSV, TSV, JSONL or Parquet file, or hf:NAME[:CONFIG] from the hub",
        "SPEC",
        form="data",
        path=True,
        known=DATA_NAMES,
    ),
]
Corpora = Annotated[
    str,
    Option(
        "text that is learned from: imdb, wiki, a table or a text file (a line a document), or hf:NAME[:CONFIG]; "
        "several with a comma between",
        "SPEC[,SPEC]",
        "--data",
        also=("--corpus",),
        form="data",
        path=True,
        several=True,
        known=DATA_NAMES,
    ),
]
Column = Annotated[
    str | None,
    Option(
        "the column that holds the text (guessed where it is obvious)",
        "COLUMN",
        "--text",
        also=("--column",),
        form="columns",
    ),
]
TextColumn = Annotated[
    str | None,
    Option("the column that holds the text (guessed where it is obvious)", "COLUMN", "--text", form="columns"),
]
LabelColumn = Annotated[
    str | None,
    Option("the column that holds the label (guessed where it is obvious)", "COLUMN", "--label", form="columns"),
]
GoesOn = Annotated[
    str | None,
    Option(
        "go on from one that is there in place of beginning with nothing: shipped (what came with this version), or "
        "the first characters of its key; words of the text that it lacks are added",
        "shipped|KEY",
        "--from",
    ),
]
LeaveOut = Annotated[
    str | None,
    Option(
        "labelled data: its validation and test texts are not read, wherever they stand, up to 1,000 texts none of it; "
        "where its columns are not obvious: SPEC?text=COLUMN&label=COLUMN",
        "SPEC",
        path=True,
        known=DATA_NAMES,
    ),
]
Seed = Annotated[int, Option("what every random choice starts from", low=0, high=2**31 - 1, form="seed")]
Threads = Annotated[int, Option("threads for computing; 0 leaves the choice to torch, 1 repeats bit for bit", low=0)]
Offline = Annotated[bool, Option("never ask the network")]
Dimension = Annotated[int, Option("size of a word vector", low=2, high=1_024, form="size")]
Vocabulary = Annotated[int, Option("how many of the most frequent words get a vector")]
Encoding = Annotated[str | None, Option("a file's encoding, such as cp1252 (found out)", "NAME", form="encoding")]
NoHeader = Annotated[bool, Option("a file's first row is a row, not the columns' names (found out)", form="header")]
FoldLabels = Annotated[bool, Option("labels that differ in case or white space only are one class", form="classes")]
