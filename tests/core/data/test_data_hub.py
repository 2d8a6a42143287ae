import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import pytest

from core.data.corpora import DataError, load_task, unlabelled

Columns = dict[str, list[Any]]


def _columns(split: str, count: int, hidden: bool = False) -> Columns:
    return {
        "sentence": [f"{split} sentence number {i}" for i in range(count)],
        "label": [-1 if hidden else i % 2 for i in range(count)],
    }


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts a data set into a hub cache of its own, laid out as `datasets` lays it out after a download."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("the network was used"))

    def put(names: tuple[str, ...] = ("neg", "pos"), config: str = "default", **splits: Columns) -> None:
        own = datasets.ClassLabel(names=list(names))
        places = {0: own.str2int("neg"), 1: own.str2int("pos"), -1: -1}
        folder = tmp_path / "owner___tiny" / config / "0.0.0" / ("a" * 40)
        features = datasets.Features({"sentence": datasets.Value("string"), "label": own})
        infos = datasets.SplitDict(dataset_name="tiny")
        for name, columns in splits.items():
            numbered = {**columns, "label": [places[label] for label in columns["label"]]}
            data = datasets.Dataset.from_dict(numbered, features)
            folder.mkdir(parents=True, exist_ok=True)
            with datasets.arrow_writer.ArrowWriter(
                features=features, path=str(folder / f"tiny-{name}.arrow")
            ) as writer:
                writer.write_table(data.data.table)
                writer.finalize()
            infos.add(datasets.SplitInfo(name, num_examples=len(data), dataset_name="tiny"))
        info = datasets.DatasetInfo(
            features=features,
            builder_name="parquet",
            dataset_name="tiny",
            config_name=config,
            version="0.0.0",
            splits=infos,
        )
        info.write_to_directory(str(folder))

    return put


@pytest.mark.parametrize("offline", [True, False])
def test_a_complete_cache_is_used_without_the_network(cached: Callable[..., None], offline: bool) -> None:
    cached(train=_columns("train", 60), validation=_columns("validation", 8), test=_columns("test", 6))
    task = load_task("hf:owner/tiny", offline=offline)
    assert task.labels == ("neg", "pos")
    assert (len(task.train), len(task.validation), len(task.test)) == (60, 8, 6)
    assert list(task.test.labels) == [0, 1, 0, 1, 0, 1]
    assert task.notes == ()


def test_hidden_test_labels_make_the_validation_split_the_test(cached: Callable[..., None]) -> None:
    cached(train=_columns("train", 60), validation=_columns("validation", 8), test=_columns("test", 6, hidden=True))
    task = load_task("hf:owner/tiny", offline=True)
    assert task.test.texts[0].startswith("validation")
    assert len(task.train) + len(task.validation) == 60
    assert set(task.validation.labels) == {0, 1}
    assert [note.partition(":")[0].partition(",")[0] for note in task.notes] == [
        "test",
        "no labelled test split is published",
        "validation is a tenth of the published training split",
    ]


def test_a_class_without_examples_is_left_out_and_shared_texts_are_counted(cached: Callable[..., None]) -> None:
    train, test = _columns("train", 60), _columns("test", 6)
    test["sentence"][0] = "TRAIN sentence number 4"
    cached(("neg", "unused", "pos"), train=train, validation=_columns("validation", 8), test=test)
    task = load_task("hf:owner/tiny", offline=True)
    assert task.labels == ("neg", "pos")
    assert set(task.train.labels) == {0, 1}
    assert task.notes[0] == "classes without examples are left out: 'unused'"
    assert task.notes[-1].startswith("1 of 6 test texts are also among the training texts")


def test_a_missing_validation_split_is_carved_from_train(cached: Callable[..., None]) -> None:
    cached(train=_columns("train", 60), test=_columns("test", 6))
    task = load_task("hf:owner/tiny", offline=True)
    assert len(task.test) == 6
    assert len(task.train) + len(task.validation) == 60
    assert not set(task.train.texts) & set(task.validation.texts)


def test_a_single_split_is_divided(cached: Callable[..., None]) -> None:
    cached(train=_columns("train", 60))
    task = load_task("hf:owner/tiny", offline=True)
    assert len(task.train) + len(task.validation) + len(task.test) == 60
    assert all(set(part.labels) == {0, 1} for part in (task.train, task.validation, task.test))


def test_a_configuration_is_chosen_by_name(cached: Callable[..., None]) -> None:
    cached(config="small", train=_columns("small", 20), test=_columns("test", 4))
    cached(config="large", train=_columns("large", 40), test=_columns("test", 4))
    task = load_task("hf:owner/tiny:large", offline=True)
    assert task.train.texts[0].startswith("large")
    with pytest.raises(DataError, match="several configurations"):
        load_task("hf:owner/tiny", offline=True)


def test_unlabelled_text_has_nothing_of_validation_and_test(cached: Callable[..., None]) -> None:
    train = _columns("train", 60)
    train["sentence"][3] = "TEST sentence number 2"
    cached(train=train, validation=_columns("validation", 8), test=_columns("test", 6))
    found = unlabelled("hf:owner/tiny", offline=True)
    assert len(found.texts) + len(found.held_out) == 59
    assert all(text.startswith("train") for text in [*found.texts, *found.held_out])


def test_offline_without_a_cache_is_one_sentence(cached: Callable[..., None]) -> None:
    with pytest.raises(DataError, match="not in the cache") as error:
        load_task("hf:owner/tiny", offline=True)
    assert "--offline" in error.value.hint


def test_an_unreachable_hub_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    monkeypatch.setattr(datasets.config, "HF_ENDPOINT", "http://127.0.0.1:9")
    start = time.monotonic()
    with pytest.raises(DataError, match="cannot be reached"):
        load_task("hf:owner/tiny")
    assert time.monotonic() - start < 100, "it is not tried for minutes"


@pytest.mark.parametrize("name", ["../secrets", "/etc/passwd", "a/b/c", "", "owner/", "x y"])
def test_what_is_no_hub_name_is_refused(name: str) -> None:
    with pytest.raises(DataError, match="not a name on the hub"):
        load_task(f"hf:{name}")
