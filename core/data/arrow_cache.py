"""Reads table files through `datasets`, which keeps an Arrow copy of each in the person's store."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.data.task import DataError
from core.storage.paths import Home

if TYPE_CHECKING:
    import pyarrow as pa

READERS = ("csv", "json", "parquet")


def read_table(path: Path, reader: str, **options: Any) -> pa.Table:
    """The table in a file. `reader` is one of `READERS`; `options` go to it.

    Raises DataError when the store cannot be written, and ValueError with the reader's own reason when the file
    cannot be understood. The copy is kept by the file's content, so a changed file is never answered from an old one.
    """
    import datasets
    from datasets.exceptions import DatasetGenerationError

    datasets.disable_progress_bars()
    datasets.logging.set_verbosity_error()
    load = {
        "csv": datasets.Dataset.from_csv,
        "json": datasets.Dataset.from_json,
        "parquet": datasets.Dataset.from_parquet,
    }[reader]
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    folder = prepare_folder(content[:32])
    try:
        return load(str(path), cache_dir=str(folder), **options).with_format("arrow")[:]
    except DatasetGenerationError as error:
        raise ValueError(str(error.__cause__ or error)) from error


def prepare_folder(name: str = "") -> Path:
    """A folder for prepared data in the person's store. Raises DataError where it cannot be written."""
    folder = Home.locate().store / "arrow" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(
            f"the folder for prepared data cannot be written: {error.strerror}",
            "set NLP_TUI_HOME to a folder you may write to",
        ) from error
    return folder
