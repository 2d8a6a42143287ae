import pytest

from core.data.corpora import DataError, Split, Task, draw
from core.data.splits import carve, content_key, distinct, divide, labelled

NAMES = ("bad", "good")


def _task(sizes: tuple[int, ...]) -> Task:
    texts = [f"text {label} {i}" for label, size in enumerate(sizes) for i in range(size)]
    labels = [label for label, size in enumerate(sizes) for _ in range(size)]
    empty = Split([], [])
    return Task("t", tuple(f"class {i}" for i in range(len(sizes))), Split(texts, labels), empty, empty)


@pytest.mark.parametrize("other", ["it's  great !", "It’s<br />Great!", "it 's great!\n"])
def test_copies_in_another_dress_are_the_same_text(other: str) -> None:
    assert content_key(other) == content_key("It's great!")


def test_different_texts_stay_different() -> None:
    assert len({content_key(text) for text in ("good", "good!", "bad", "👍", "👎", "")}) == 6


def test_repeats_are_dropped_and_disputed_texts_altogether() -> None:
    kept = distinct(labelled(["fine", "odd", "FINE", "odd", "new"], [1, 0, 1, 1, 0]))
    assert kept.split == Split(["fine", "new"], [1, 0])


def test_splits_are_80_10_10_and_depend_on_the_content_only() -> None:
    texts = [f"text {i}" for i in range(4_000)]
    parts = divide(labelled(texts, [i % 2 for i in range(4_000)]), NAMES)
    assert [round(len(part) / 4_000, 1) for part in parts] == [0.8, 0.1, 0.1]
    backwards = divide(labelled(texts[::-1], [i % 2 for i in range(4_000)][::-1]), NAMES)
    assert [set(part.texts) for part in parts] == [set(part.texts) for part in backwards]
    assert set(divide(labelled(texts[:2_000], [i % 2 for i in range(2_000)]), NAMES)[2].texts) < set(parts[2].texts)


@pytest.mark.parametrize("size", [3, 4, 7])
def test_small_data_have_every_class_in_every_split(size: int) -> None:
    parts = divide(labelled([f"text {i}" for i in range(2 * size)], [0, 1] * size), NAMES)
    assert all(set(part.labels) == {0, 1} for part in parts)
    assert sum(map(len, parts)) == 2 * size


def test_a_class_too_small_to_split_is_named() -> None:
    with pytest.raises(DataError) as error:
        divide(labelled(["a", "b", "c", "d", "e"], [0, 0, 0, 1, 1]), NAMES)
    assert "'good' has 2" in error.value.message


def test_validation_carved_from_a_published_split_has_every_class() -> None:
    train, validation = carve(labelled([f"text {i}" for i in range(40)], [0, 1] * 20))
    assert set(validation.labels) == {0, 1}
    assert not set(train.texts) & set(validation.texts)
    assert len(train) + len(validation) == 40


@pytest.mark.parametrize("sizes", [(300, 300), (500, 100), (40, 300, 7)])
def test_a_smaller_budget_is_part_of_a_larger_one(sizes: tuple[int, ...]) -> None:
    task = _task(sizes)
    smaller: tuple[set[str], set[str]] = (set(), set())
    for budget in [*range(2 * len(sizes), 60), 200, sum(sizes)]:
        train, validation = draw(task, budget, seed=3)
        assert len(train) + len(validation) == budget
        assert set(train.labels) == set(validation.labels) == set(range(len(sizes)))
        larger = (set(train.texts), set(validation.texts))
        assert smaller[0] <= larger[0]
        assert smaller[1] <= larger[1]
        smaller = larger


def test_a_budget_is_stratified_and_a_fifth_is_validation() -> None:
    train, validation = draw(_task((500, 100)), 120, seed=0)
    assert len(validation) == 24
    assert [train.labels.count(1), validation.labels.count(1)] == [16, 4]
    assert draw(_task((500, 100)), 120, seed=0) == (train, validation)
    assert draw(_task((500, 100)), 120, seed=1) != (train, validation)


def test_all_labels_are_the_tasks_own_splits() -> None:
    task = _task((5, 5))
    assert draw(task, None, seed=0) == (task.train, task.validation)


def test_impossible_budgets_are_explained() -> None:
    with pytest.raises(DataError, match="t has 10 training examples"):
        draw(_task((5, 5)), 11, seed=0)
    with pytest.raises(DataError, match="too few for 2 classes"):
        draw(_task((5, 5)), 3, seed=0)
    with pytest.raises(DataError, match="'class 1'"):
        draw(_task((5, 1)), 4, seed=0)
