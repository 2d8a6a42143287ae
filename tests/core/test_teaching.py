"""A prompted model in place of people: what it teaches, what of people's labels is left unread, what is known of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from core.catalog.model_info import TaughtBy
from core.catalog.models import Catalog, ModelError
from core.data.text import words
from core.errors import UserError
from core.finetuning.prepare import prepare
from core.finetuning.teaching import NoTeacher, teach
from core.finetuning.train import train
from core.jobs import TrainJob, command
from core.pretrained import classifier
from core.runs.logger import RunLogger
from core.storage.paths import Home
from core.storage.store import Artifact, Store
from tests.core.conftest import EVERY_STEP, Events, tiny_job, work


def ask_balanced(data: Path, run: Path, store: Store) -> Artifact:
    """A prompted model that has read no label, and calls about half of the texts positive, tiny as it is."""
    run.mkdir(exist_ok=True)
    job = tiny_job("prompt", data, labels=0, calibration="balanced")
    return work(train, job, run, store, RunLogger(Events()))


def name(artifact: Artifact) -> str:
    return f"{artifact.manifest['config']['era']}:{artifact.key[:8]}"


def taught(era: str, data: Path, teacher: str, **settings: Any) -> TrainJob:
    return tiny_job(era, data, **{"labels": 0, "teacher": teacher, **settings})


@pytest.fixture(scope="module")
def teacher(
    reviews: Path,
    store: Store,
    tiny_language_models: dict[str, Artifact],
    tmp_path_factory: pytest.TempPathFactory,
) -> Artifact:
    assert tiny_language_models
    return ask_balanced(reviews, tmp_path_factory.mktemp("teacher"), store)


@pytest.fixture
def turned(reviews: Path, store: Store, tmp_path: Path) -> Path:
    """The reviews with the labels of all training texts turned round."""
    task = prepare(tiny_job("tfidf", reviews), store).task
    wrong = {text: task.labels[1 - label] for text, label in zip(task.train.texts, task.train.labels, strict=True)}
    lines = reviews.read_text(encoding="utf-8").splitlines()
    rows = [lines[0]]
    for line in lines[1:]:
        text, _, label = line.rpartition(",")
        rows.append(f"{text},{wrong.get(text.strip(chr(34)), label)}")
    place = tmp_path / "turned.csv"
    place.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return place


def test_it_teaches_the_half_of_each_class_that_it_is_surest_of(reviews: Path, store: Store, teacher: Artifact) -> None:
    training = prepare(taught("tfidf", reviews, name(teacher)), store)
    assert training.teacher is not None
    assert len(training.train) == 0, "nothing is labelled before it has been asked"
    events = Events()
    split, by = teach(training.teacher, training.task, store, RunLogger(events))
    model = classifier.load(teacher.path, store)
    texts = list(training.task.train.texts)
    answers = model.probabilities([model.encode(words(text)) for text in texts])
    kept = dict(zip(split.texts, split.labels, strict=True))
    assert by == TaughtBy(name(teacher), teacher.key, labelled=len(texts), kept=len(kept), labels=0)
    for label in range(len(training.task.labels)):
        own = [(float(row.max()), text) for row, text in zip(answers, texts, strict=True) if int(row.argmax()) == label]
        mine = [sure for sure, text in own if text in kept]
        assert len(mine) == (len(own) + 1) // 2
        assert all(kept[text] == label for _, text in own if text in kept)
        assert min(mine) >= max(sure for sure, text in own if text not in kept) - 1e-5
    (said,) = [event["message"] for event in events.kinds("warning")]
    assert said.startswith(f"{name(teacher)} labels the {len(texts):,} training texts")
    assert [text for text in texts if text in kept] == list(split.texts), "in the order of the data"


@pytest.mark.parametrize("era", ["scratch", "average", "tfidf", "ulmfit"])
def test_what_is_taught_says_so_and_has_no_label_of_people(
    era: str, reviews: Path, store: Store, teacher: Artifact, tiny_vectors: Artifact, tmp_path: Path
) -> None:
    assert tiny_vectors
    events = Events()
    made = work(train, taught(era, reviews, name(teacher), epochs=3, patience=1), tmp_path, store, RunLogger(events))
    info = classifier.load(made.path, store).info
    assert info.teacher is not None
    assert (info.teacher.name, info.teacher.key) == (name(teacher), teacher.key)
    assert (info.label_budget, info.sizes["train"]) == (0, info.teacher.kept)
    assert 0 < info.teacher.kept < info.teacher.labelled
    assert info.scores["validation"]["n"] == info.sizes["validation"] > 20
    assert f"taught by {name(teacher)}" in Catalog(Home(store.root, tmp_path), None).resolve(name(made)).title
    assert info.best == {"epoch": 3 if era in ("scratch", "ulmfit") else 1}, "nobody's label has chosen an epoch"
    assert all(event.get("final") for event in events.kinds("eval"))


def test_labels_that_the_teacher_has_read_count(
    reviews: Path, store: Store, trained: dict[str, Artifact], tmp_path: Path
) -> None:
    job = taught("tfidf", reviews, name(trained["prompt"]))
    info = classifier.load(work(train, job, tmp_path, store, RunLogger(Events())).path, store).info
    assert info.teacher is not None
    assert info.label_budget is info.teacher.labels is None, "all of its data"


def test_peoples_labels_of_the_training_texts_do_not_matter(
    reviews: Path, turned: Path, store: Store, teacher: Artifact, tmp_path: Path
) -> None:
    other = ask_balanced(turned, tmp_path / "ask", store)
    assert other.key != teacher.key
    answers = []
    for data, asked in ((reviews, teacher), (turned, other)):
        run = tmp_path / data.stem
        run.mkdir()
        job = taught("scratch", data, name(asked), epochs=2)
        model = classifier.load(work(train, job, run, store, RunLogger(Events())).path, store)
        answers.append(model.probabilities([model.encode(words("the film is dull ."))]))
    assert torch.equal(*answers)


def test_interrupted_and_resumed_equals_uninterrupted(
    reviews: Path, store: Store, teacher: Artifact, tmp_path: Path
) -> None:
    kept = []
    for part, steps in (("whole", None), ("parts", 3)):
        here = Store(tmp_path / part, shipped=teacher.path.parent)
        for kind in ("language_model", "vectors"):
            (here.root / kind).mkdir(parents=True)
            for artifact in store.all(kind):
                (here.root / kind / artifact.key).symlink_to(artifact.path)
        run, job = tmp_path / f"run-{part}", taught("scratch", reviews, name(teacher), epochs=2, seed=5)
        run.mkdir()
        if steps is not None:
            said = Events()

            def desired(seen: Events = said, steps: int = steps) -> str:
                trained = [event for event in seen.kinds("progress") if event["phase"] == "train"]
                return "stopped" if len(trained) >= steps else "running"

            stopping = RunLogger(said, desired, EVERY_STEP)
            stopping.log(train(job, run, here, stopping))
            assert said[-1]["kind"] == "stopped"
            assert said[-1]["step"] == steps
        kept.append((work(train, job, run, here, RunLogger(Events())).path / "weights.safetensors").read_bytes())
    assert kept[0] == kept[1]


def test_the_teacher_is_in_the_key_and_an_era_without_one_has_the_key_it_had(
    reviews: Path, store: Store, teacher: Artifact
) -> None:
    spec = prepare(taught("scratch", reviews, name(teacher)), store).spec
    assert (spec.config["teacher"], spec.parents) == ("sure half", (teacher.key,))
    assert spec.config["labels"] == 0
    assert prepare(taught("scratch", reviews, name(teacher), epochs=9), store).spec.key != spec.key
    assert prepare(taught("scratch", reviews, f"prompt:{teacher.key}"), store).spec.key == spec.key
    assert "teacher" not in prepare(tiny_job("scratch", reviews), store).spec.config


def test_prompt_alone_is_the_one_that_has_read_no_label_of_the_very_data(
    reviews: Path, store: Store, teacher: Artifact, tmp_path: Path
) -> None:
    """Whatever else was trained, and however good it is. The tiny one is so one-sided that it cannot teach."""
    usual = work(train, TrainJob.of("prompt", data=str(reviews)), tmp_path, store, RunLogger(Events()))
    training = prepare(taught("scratch", reviews, "prompt"), store)
    assert training.teacher is not None
    assert training.teacher.key == usual.key != teacher.key
    with pytest.raises(NoTeacher, match="too few to learn from"):
        teach(training.teacher, training.task, store, RunLogger(Events()))


def test_who_is_not_made_yet_comes_with_the_command_that_makes_it(
    reviews: Path, tiny_language_models: dict[str, Artifact], tmp_path: Path
) -> None:
    artifact = next(iter(tiny_language_models.values()))
    empty = Store(tmp_path / "store", shipped=artifact.path.parent)
    with pytest.raises(NoTeacher, match="There is no prompt yet") as told:
        prepare(taught("scratch", reviews, "prompt"), empty)
    assert command(TrainJob.of("prompt", data=str(reviews))) in told.value.hint


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"labels": 20}, UserError, "A teacher stands in for people"),
        ({"labels": None}, UserError, "A teacher stands in for people"),
        ({"teacher": "nobody"}, ModelError, "There is no model called 'nobody'"),
        ({"teacher": "prompt:zzzz"}, ModelError, "There is no model called 'prompt:zzzz'"),
        ({"teacher": "itself"}, NoTeacher, "is not asked"),
    ],
)
def test_who_cannot_teach_is_one_sentence(
    settings: dict[str, Any],
    error: type[UserError],
    said: str,
    reviews: Path,
    store: Store,
    teacher: Artifact,
    trained: dict[str, Artifact],
) -> None:
    given = {"teacher": name(teacher), **settings}
    if given["teacher"] == "itself":
        given["teacher"] = name(trained["scratch"])
    with pytest.raises(error, match=said):
        prepare(taught("scratch", reviews, **given), store)


def test_a_teacher_of_other_classes_is_refused(reviews: Path, store: Store, teacher: Artifact, tmp_path: Path) -> None:
    other = tmp_path / "moods.csv"
    other.write_text(
        reviews.read_text(encoding="utf-8").replace(",positive", ",glad").replace(",negative", ",sad"), encoding="utf-8"
    )
    with pytest.raises(NoTeacher, match=r"answers with negative, positive; the classes of moods\.csv are glad, sad"):
        prepare(taught("scratch", other, name(teacher)), store)
