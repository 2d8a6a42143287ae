"""The options of a job, read off its dataclass: one a field, with what it means and what is a possible value."""

from __future__ import annotations

import math
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, BooleanOptionalAction
from collections.abc import Callable, Collection
from dataclasses import MISSING, fields
from typing import Any, get_type_hints

from core.benchmark import spec
from core.jobs import TUNINGS, GloveJob, IndexJob, Job, LadderJob, LanguageModelJob, MaskedJob, TrainJob

_NAMES = {"text_column": "--text", "label_column": "--label"}
_CHOICES = {
    "architecture": ("skipgram", "cbow"),
    "cell": ("lstm", "gru", "rnn"),
    "device": ("auto", "cpu", "cuda", "mps"),
    "direction": ("forward", "backward", "both"),
    "start": ("word2vec", "random"),
    "precision": ("float32", "bfloat16"),
    "split": ("validation", "test"),
    "recipe": tuple(TUNINGS),
}
_METAVARS = {
    "data": "SPEC",
    "text_column": "COLUMN",
    "label_column": "COLUMN",
    "labels": "N|all",
    "learning_rate": "X",
    "dropout": "X",
    "embedding_dropout": "X",
    "weight_drop": "X",
    "direction": "WAY",
    "start": "FROM",
    "precision": "KIND",
    "cell": "CELL",
    "device": "DEVICE",
    "vectors": "NAME|FILE|KEY",
    "architecture": "NAME",
    "x_max": "X",
    "sample": "X",
    "language_model": "KEY[,KEY]",
    "encoder": "NAME",
    "share": "X",
    "recipe": "NAME",
    "model": "MODEL",
    "eras": "ERA[,ERA...]",
    "split": "SPLIT",
    "layer": "LAYER",
    "unlabelled": "SPEC",
}
_OTHER_METAVARS: dict[type[Job], dict[str, str]] = {
    LadderJob: {"data": "SPEC[,SPEC...]", "labels": "N[,N...]"},
    IndexJob: {"vectors": "KIND"},
}
_LISTS: dict[str, Callable[[str], object]] = {"eras": spec.select_eras, "labels": spec.parse_budgets}
_FROM_ZERO = {"components", "seed", "threads", "negatives", "dropped_layers"}
_SHARES = {"sample", "share", "dropout", "embedding_dropout", "weight_drop"}
_HELP = {
    "data": "rotten_tomatoes, imdb, a CSV, TSV, JSONL or Parquet file, or hf:NAME[:CONFIG] from the hub",
    "text_column": "the column that holds the text (guessed where it is obvious)",
    "label_column": "the column that holds the label (guessed where it is obvious)",
    "labels": "how many labelled texts may be used, validation included: a number, or all",
    "seed": "what every random choice starts from",
    "epochs": "how often the text is read, at most (by the number of labels)",
    "learning_rate": "Adam's step size",
    "batch_size": "texts a step",
    "cell": "lstm, gru, or the lecture's plain rnn",
    "hidden": "size of a hidden state",
    "dimension": "size of a word vector",
    "dropout": "share of units dropped while training",
    "patience": "epochs without a better validation accuracy before training ends (as many as a third of them)",
    "freeze_c": "leave the word vectors C as they are",
    "vectors": "what C starts from: cbow, stanford, a name of gensim's (glove-wiki-gigaword-100), a file of word2vec's "
    "or GloVe's format, or the beginning of a key",
    "max_tokens": "words read of each text",
    "device": "auto, cpu, cuda or mps",
    "threads": "threads for computing; 0 leaves the choice to torch, 1 repeats bit for bit",
    "offline": "never ask the network",
    "window": "words on each side that a vector learns to predict",
    "negatives": "random words against each true neighbour",
    "architecture": "skipgram (a word predicts its neighbours) or cbow (they predict the word)",
    "components": "leading principal components taken out of the finished vectors",
    "sample": "words with a larger share of the text are left out now and then; 0: never",
    "x_max": "co-occurrences from this many on weigh alike, rarer ones less",
    "vocabulary": "how many of the most frequent words get a vector",
    "direction": "forward (the next word), backward (the word before), or both: two runs side by side",
    "start": "what C starts from: word2vec (pretrained vectors) or random",
    "precision": "what the LSTMs compute in: float32, or bfloat16 on processors that have it",
    "layers": "how many LSTMs stand on one another",
    "bptt": "words of each stream that a step looks back over",
    "embedding_dropout": "share of words read as nothing while training",
    "weight_drop": "share of W_h dropped while training",
    "whole_budget": "train on all labels of the budget, none kept for validation, for as long as fixed beforehand",
    "language_model": "which language models are reused: the first characters of their keys (the best of each)",
    "recipe": "how a pretrained network is tuned: usual, or paper (ULMFiT's: layers join from the top down, each "
    "learning more slowly than the one above)",
    "head_first": "fit W_o to the states as they are before anything else moves",
    "encoder": "bert: which pretrained transformer: minilm as published, mlm (what `pretrain mlm` made of it), a "
    "folder, or NAME@REVISION of the hub (its commit)",
    "tuned_layers": "bert: how many of its layers are tuned, from the top; with more than it has, C too",
    "dropped_layers": "bert: how many of its layers are left out, at the top",
    "steps": "how many steps it learns for",
    "length": "wordpieces of a passage, at most",
    "share": "share of the words that are masked",
    "model": "the model whose states are indexed",
    "eras": "the rows: eras and controls, or all",
    "seeds": f"trainings of each era at each number of labels ({spec.SEEDS}; at 100 and 500 labels {spec.MORE_SEEDS})",
    "split": "what accuracy is measured on: validation, or test, which is read only then",
    "workers": "trainings side by side, each a process with one thread",
}
_LADDER_HELP = {
    "data": "rotten_tomatoes, imdb, files, or data sets of the hub",
    "labels": "how many labelled texts may be used, validation included: numbers, or all",
}
_INDEX_HELP = {
    "layer": "the layer whose states are indexed (the one that tells senses apart best)",
    "vectors": "token (states that have read the word), slot (that never saw it), substitutes (what would fit there)",
    "occurrences": "places in text that are indexed (from 500,000 on the extra faiss searches them in half the memory)",
    "documents": "texts they are drawn from, half of them labelled (as many as it takes)",
    "data": "the labelled text (what the model was trained on)",
    "unlabelled": "text whose labels are not read; none leaves it out",
}
_TRAIN_HELP = {
    "direction": "which language models are reused: forward, backward, or both (ulmfit averages their answers)",
}
_LANGUAGE_MODEL_HELP = {
    "epochs": "how often the text is read",
    "batch_size": "streams of text read side by side",
    "negatives": "words drawn in place of the whole vocabulary under the softmax; 0 takes them all",
}
_GLOVE_HELP = {
    "epochs": "how often the counts are gone over",
    "window": "words on each side that are counted, each by 1 / its distance",
    "learning_rate": "AdaGrad's step size",
}
_MASKED_HELP = {
    "encoder": "which pretrained transformer: minilm, a folder, or NAME@REVISION of the hub (its commit)",
    "tuned_layers": "how many of its layers learn, from the top",
    "dropped_layers": "how many of its layers are left out, at the top",
    "batch_size": "passages a step",
    "precision": "what matrices are multiplied in: float32, or bfloat16 on processors that have it",
}
_OTHER_HELP: dict[type[Job], dict[str, str]] = {
    GloveJob: _GLOVE_HELP,
    TrainJob: _TRAIN_HELP,
    LanguageModelJob: _LANGUAGE_MODEL_HELP,
    MaskedJob: _MASKED_HELP,
    LadderJob: _LADDER_HELP,
    IndexJob: _INDEX_HELP,
}


def add_fields(parser: ArgumentParser, kind: type[Job], besides: set[str], preset: Collection[str] = ()) -> None:
    """One option for each field of the job. Those named in `preset` are absent from what is parsed until typed."""
    types = get_type_hints(kind)
    helps = {**_HELP, **_OTHER_HELP.get(kind, {})}
    for field in fields(kind):
        if field.name in besides:
            continue
        flag = _NAMES.get(field.name, "--" + field.name.replace("_", "-"))
        text = helps[field.name]
        if types[field.name] is bool:
            # A preset may say yes, so it must be possible to say no.
            action = BooleanOptionalAction if field.name in preset else "store_true"
            absent = SUPPRESS if field.name in preset else False
            parser.add_argument(flag, dest=field.name, action=action, default=absent, help=text)
            continue
        default = None if field.default is MISSING else field.default
        parser.add_argument(
            flag,
            dest=field.name,
            required=field.default is MISSING,
            type=_reader(field.name, types[field.name]),
            choices=_CHOICES.get(field.name),
            default=SUPPRESS if field.name in preset else default,
            metavar=(_METAVARS | _OTHER_METAVARS.get(kind, {})).get(field.name, "N"),
            help=text if default is None else f"{text} (default: {default})",
        )


def _reader(name: str, annotation: object) -> Callable[[str], Any]:
    if annotation is str and name in _LISTS:
        return _list_of(_LISTS[name])
    if name == "labels":
        return lambda text: None if text == "all" else at_least(1)(text)
    if annotation is float:
        return _share if name in _SHARES else _rate
    if annotation in (int, int | None):
        return at_least(0 if name in _FROM_ZERO else 1)
    return str


def _list_of(check: Callable[[str], object]) -> Callable[[str], str]:
    """A reader of lists with a comma between, whose items `check` knows; it stays one text."""

    def items(text: str) -> str:
        try:
            check(text)
        except ValueError as error:
            raise ArgumentTypeError(str(error)) from None
        return ",".join(spec.split_list(text))

    return items


def at_least(least: int) -> Callable[[str], int]:
    """A reader of whole numbers from `least` on; `10,000` is one too."""

    def number(text: str) -> int:
        try:
            value = int(text.replace(",", "").replace("_", ""))
        except ValueError:
            raise ArgumentTypeError(f"{text!r} is not a whole number") from None
        if value < least:
            raise ArgumentTypeError(f"{text} is less than {least}")
        return value

    return number


def _rate(text: str) -> float:
    value = _float(text)
    if not value > 0:
        raise ArgumentTypeError(f"{text} is not above 0")
    return value


def _share(text: str) -> float:
    value = _float(text)
    if not 0 <= value < 1:
        raise ArgumentTypeError(f"{text} is not from 0 to below 1")
    return value


def _float(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a number") from None
    if not math.isfinite(value):
        raise ArgumentTypeError(f"{text} is not a finite number")
    return value
