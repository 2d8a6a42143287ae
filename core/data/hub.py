"""Data sets of the Hugging Face hub, through `datasets`: the cache first, the network only when it must be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core.data.cautions import list_some
from core.data.columns import SAMPLE, Sample, label_column, label_text, order_classes, text_column
from core.data.splits import Labelled, carve, content_key, distinct, divide, hold_out, labelled, share
from core.data.task import DataError, Task, Unlabelled

if TYPE_CHECKING:
    import datasets
    import pyarrow as pa

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?(?::[\w.-]+)?")
_PROBE_SECONDS = 5.0


def load(name: str, text: str | None, label: str | None, offline: bool) -> Task:
    """The task `NAME[:CONFIG]` with its published splits.

    What is not published is made: validation is a tenth of the training split by content; without a labelled test
    split the published validation is the test. Raises DataError.
    """
    splits = _open(name, offline)
    if "train" not in splits:
        raise DataError(f"{name} has no training split", f"its splits are {', '.join(splits)}")
    tables = {split: data.with_format("arrow")[:] for split, data in splits.items()}
    sample = _sample(tables["train"])
    place = text_column(sample, text)
    text, label = sample.names[place], sample.names[label_column(sample, label, place)]
    published = {
        split: _rows(tables[split], text, label, _class_label(splits[split], label))
        for split in ("train", "validation", "test")
        if split in tables
    }
    names, empty = _names(splits["train"], label, published)
    number = {own: place for place, own in enumerate(names)}
    parts = {
        split: labelled([content for content, _ in rows], [number[own] for _, own in rows])
        for split, rows in published.items()
        if rows
    }
    if "train" not in parts:
        raise DataError(f"the training split of {name} has no labelled text", "choose columns with --text and --label")
    notes = [f"classes without examples are left out: {list_some([repr(own) for own in empty])}"] if empty else []
    for split, table in tables.items():
        if split in published and (missing := table.num_rows - len(published[split])):
            notes.append(f"{split}: {missing:,} of {table.num_rows:,} rows without text or label are left out")
    train, validation, test, made = _complete(parts, names)
    return Task(f"hf:{name}", names, train.split, validation.split, test.split, (*notes, *made, *_shared(train, test)))


def texts(name: str, text: str | None, offline: bool) -> Unlabelled:
    """The texts of a hub data set without those of its validation and test splits. Raises DataError."""
    splits = _open(name, offline)
    tables = {split: data.with_format("arrow")[:] for split, data in splits.items()}
    first = "train" if "train" in tables else next(iter(tables))
    sample = _sample(tables[first])
    text = sample.names[text_column(sample, text)]
    aside: set[bytes] = set()
    for split, table in tables.items():
        if split.startswith(("validation", "test")):
            aside.update(content_key(value) for value in _texts(table, text) if value is not None)
    kept: dict[bytes, str] = {}
    for split, table in tables.items():
        if not split.startswith(("validation", "test")):
            kept.update((content_key(value), value) for value in _texts(table, text) if value is not None)
    if "test" not in tables:
        aside.update(key for key in kept if share(key, "split") < 0.1)
    kept = {key: value for key, value in kept.items() if key not in aside}
    if not kept:
        raise DataError(f"{name} has no text outside its test split", "choose another data set")
    return Unlabelled(f"hf:{name}", *hold_out(kept.items()))


def _open(name: str, offline: bool) -> datasets.DatasetDict:
    """All splits of `NAME[:CONFIG]`, from the cache if it is there. No code of the data set is ever run."""
    if not _NAME.fullmatch(name):
        raise DataError(f"{name!r} is not a name on the hub", "write hf:OWNER/NAME or hf:OWNER/NAME:CONFIG")
    import datasets
    from datasets.packaged_modules.cache.cache import Cache
    from huggingface_hub.utils.tqdm import disable_progress_bars

    datasets.disable_progress_bars()
    disable_progress_bars()
    datasets.logging.set_verbosity_error()
    repository, _, config = name.partition(":")
    try:
        cached = Cache(
            dataset_name=repository.rpartition("/")[2],
            repo_id=repository,
            config_name=config or None,
            version="auto",
            hash="auto",
        )
    except (ValueError, OSError) as error:  # not in the cache, or only half of it
        if "multiple" in str(error):
            raise DataError(f"{name} has several configurations", f"choose one: hf:{repository}:CONFIG") from error
    else:
        cached.download_and_prepare()
        return cached.as_dataset()
    if offline or datasets.config.HF_HUB_OFFLINE:
        raise DataError(f"{name} is not in the cache, and offline no network is used", "run once without --offline")
    return _download(repository, config)


def _download(repository: str, config: str) -> datasets.DatasetDict:
    import datasets
    from huggingface_hub import get_session
    from huggingface_hub.errors import HfHubHTTPError

    # The HTTP client the hub uses changes its name between versions; `datasets` takes it from here too.
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]

    unreachable = DataError(
        f"the hub cannot be reached for {repository}",
        "check the network, or use rotten_tomatoes, imdb or a file of your own: they need none",
    )
    try:
        # `datasets` tries for half a minute before it gives up; one short look beforehand saves the wait.
        get_session().head(datasets.config.HF_ENDPOINT, timeout=_PROBE_SECONDS)
        return datasets.load_dataset(f"hf://datasets/{repository}", config or None)
    except (httpx.TransportError, ConnectionError) as error:
        raise unreachable from error
    except (datasets.exceptions.DatasetsError, HfHubHTTPError, FileNotFoundError, ValueError, RuntimeError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise DataError(
            f"{repository} cannot be loaded: {reason}", "check its name and configuration on huggingface.co/datasets"
        ) from error


def _sample(table: pa.Table) -> Sample:
    first = table.slice(0, SAMPLE)
    return Sample(table.column_names, [column.to_pylist() for column in first.columns])


def _texts(table: pa.Table, text: str) -> list[str | None]:
    """The texts; None where there is nothing but white space."""
    return [value if value and not value.isspace() else None for value in table[text].to_pylist()]


def _labels(table: pa.Table, label: str) -> list[str | None]:
    """The labels as they are shown; None where there is none."""
    return [label_text(value, label) for value in table[label].to_pylist()]


def _class_label(data: datasets.Dataset, label: str) -> datasets.ClassLabel | None:
    import datasets

    feature = data.features.get(label)
    return feature if isinstance(feature, datasets.ClassLabel) else None


def _rows(table: pa.Table, text: str, label: str, named: datasets.ClassLabel | None) -> list[tuple[str, str]]:
    """The rows that have a text and a label; hidden test labels are -1."""
    if text not in table.column_names or label not in table.column_names:
        return []
    rows = []
    for content, own in zip(_texts(table, text), _labels(table, label), strict=True):
        if content is not None and own is not None and own != "-1":
            rows.append((content, named.int2str(int(own)) if named else own))
    return rows


def _names(
    train: datasets.Dataset, label: str, published: dict[str, list[tuple[str, str]]]
) -> tuple[tuple[str, ...], list[str]]:
    """The classes in order, and those that are named but that no example has."""
    held = {own for rows in published.values() for _, own in rows}
    named = _class_label(train, label)
    names = tuple(own for own in named.names if own in held) if named else order_classes(held)
    if len(names) < 2:
        raise DataError(f"column {label!r} has only one class", "a classifier needs at least two: choose with --label")
    return names, [own for own in named.names if own not in held] if named else []


def _complete(parts: dict[str, Labelled], names: tuple[str, ...]) -> tuple[Labelled, Labelled, Labelled, list[str]]:
    train, validation, test = parts["train"], parts.get("validation"), parts.get("test")
    notes = []
    if test is None and validation is None:
        train, validation, test = divide(distinct(train), names)
        notes.append("only a training split is published: it is split 80/10/10 by content")
    elif test is None:
        test, validation = validation, None
        notes.append("no labelled test split is published: the published validation is the test")
    if validation is None:
        train, validation = carve(distinct(train))
        notes.append("validation is a tenth of the published training split, by content")
    assert test is not None
    return train, validation, test, notes


def _shared(train: Labelled, test: Labelled) -> list[str]:
    """What is to be said of published test texts that can be learned by heart."""
    taught = set(train.keys)
    if not (again := sum(key in taught for key in test.keys)):
        return []
    return [
        f"{again:,} of {len(test):,} test texts are also among the training texts, as published: the score flatters"
    ]
