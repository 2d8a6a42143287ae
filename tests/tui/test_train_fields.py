"""The form's fields: the job they ask for, and what is said when they are wrong."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from core.cli import arguments
from core.jobs import (
    LANGUAGE_MODEL_PRESETS,
    MASKED_PRESETS,
    GloveJob,
    Job,
    LanguageModelJob,
    MaskedJob,
    PretrainJob,
    TrainJob,
)
from tui.widgets.train.train_fields import (
    CHOICES,
    GLOVE,
    HUB,
    LANGUAGE_MODEL,
    MASKED,
    OTHER,
    OWN_FILE,
    PRETRAIN,
    Fields,
    command,
    jobs_of,
)
from tui.widgets.train.train_problems import problems


def job(fields: Fields) -> Job:
    (only,) = jobs_of(fields)
    return only


def test_the_untouched_form_is_a_first_run_of_seconds() -> None:
    assert job(Fields()) == TrainJob("scratch", labels=500)
    assert command(Fields()) == "nlp-tui train --era scratch --labels 500"


def test_every_field_reaches_the_job() -> None:
    fields = Fields(
        "word2vec", labels="500", epochs="20", learning_rate="3e-3", seed="7", cell="rnn", text_column="ignored"
    )
    assert job(fields) == TrainJob("word2vec", labels=500, epochs=20, learning_rate=3e-3, seed=7, cell="rnn")


def test_a_typed_number_of_labels() -> None:
    assert job(Fields(labels=OTHER, budget=" 1,250 ")) == TrainJob("scratch", labels=1250)
    assert "labels" in problems(Fields(labels=OTHER, budget=""))["budget"]


def test_an_own_file_is_named_by_its_whole_path_because_a_run_works_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my reviews.csv").write_text("text,label\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    asked = job(Fields(data=OWN_FILE, source="my reviews.csv", text_column=" text ", label_column=""))
    assert asked == TrainJob("scratch", data=str(tmp_path / "my reviews.csv"), text_column="text", labels=500)


def test_a_data_set_of_the_hub() -> None:
    assert job(Fields(data=HUB, source="stanfordnlp/sst2")) == TrainJob(
        "scratch", data="hf:stanfordnlp/sst2", labels=500
    )
    assert job(Fields(data=HUB, source="hf:ag_news")) == TrainJob("scratch", data="hf:ag_news", labels=500)
    assert "hub" in problems(Fields(data=HUB))["source"]


def test_vectors_have_fields_of_their_own() -> None:
    chosen = Fields(seed="3").of_kind(PRETRAIN)
    assert job(replace(chosen, dimension="64")) == PretrainJob(seed=3, dimension=64)
    assert job(replace(chosen.of_kind(GLOVE), dimension="64")) == GloveJob(seed=3, dimension=64)
    assert chosen.of_kind(GLOVE).data == PretrainJob().data
    assert chosen.of_kind("word2vec").epochs == Fields().epochs
    assert chosen.of_kind("word2vec").data == Fields().data


def test_an_era_of_vectors_starts_from_those_that_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    word2vec, glove = Fields().of_kind("word2vec"), Fields().of_kind("glove")
    assert job(replace(word2vec, vectors=" cbow ")) == TrainJob("word2vec", labels=500, vectors="cbow")
    assert command(replace(glove, vectors="stanford")).endswith("--era glove --labels 500 --vectors stanford")
    for name in ("glove-wiki-gigaword-50", "3f2a91"):
        assert job(replace(glove, vectors=name)) == TrainJob("glove", labels=500, vectors=name)
    (tmp_path / "mine.txt").write_text("film 0.1 0.2\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert job(replace(glove, vectors="mine.txt")) == TrainJob("glove", labels=500, vectors=str(tmp_path / "mine.txt"))
    assert job(replace(Fields(), vectors="cbow")) == TrainJob("scratch", labels=500), "its C is random"
    assert replace(word2vec, vectors="cbow").of_kind("glove").vectors == ""


@pytest.mark.parametrize(
    ("era", "named", "said"),
    [
        ("word2vec", "stanford", "those are glove vectors: choose glove above"),
        ("glove", "cbow", "those are word2vec vectors: choose word2vec above"),
        ("glove", "./no/such/file.txt", "no file of vectors at this path"),
        ("glove", "~nobody-here/x.txt", "no file of vectors at this path"),
        ("word2vec", "a\x00b", "no file of vectors at this path"),
        ("word2vec", "skip gram", "a name of gensim's such as word2vec-google-news-300"),
    ],
)
def test_vectors_that_cannot_be_are_explained(era: str, named: str, said: str) -> None:
    fields = replace(Fields().of_kind(era), vectors=named)
    assert list(problems(fields)) == ["vectors"]
    assert said in problems(fields)["vectors"]


def test_word2vec_is_pretrained_either_way() -> None:
    fields = replace(Fields().of_kind(PRETRAIN), architecture="cbow")
    assert job(fields) == PretrainJob(architecture="cbow")
    assert command(fields) == "nlp-tui pretrain word2vec --architecture cbow"
    assert job(fields.of_kind(GLOVE)) == GloveJob()


def test_no_epochs_means_as_many_as_the_labels_ask_for() -> None:
    assert job(Fields(epochs=" ")) == TrainJob("scratch", labels=500, epochs=None)
    assert job(Fields().of_kind(PRETRAIN)) == PretrainJob()


@pytest.mark.parametrize("kind", [kind for kind, _ in CHOICES])
@pytest.mark.parametrize("direction", ["both", "forward", "backward"])
@pytest.mark.parametrize("preset", ["quick", "full"])
def test_the_command_shown_starts_exactly_the_same_jobs(kind: str, direction: str, preset: str) -> None:
    named = {"glove": "stanford"}.get(kind, "word2vec-google-news-300")
    fields = replace(
        Fields(seed="2").of_kind(kind), direction=direction, preset=preset, vectors=named, architecture="cbow"
    )
    typed = shlex.split(command(fields))[1:]
    assert tuple(arguments.jobs(arguments.parse(typed))) == jobs_of(fields)


def test_an_era_is_trained_by_its_own_recipe() -> None:
    fields = Fields().of_kind("ulmfit")
    assert job(fields) == TrainJob.of("ulmfit", labels=500)
    assert command(fields) == "nlp-tui train --era ulmfit --labels 500"
    chosen = replace(fields, direction="forward", learning_rate="4e-3", cell="gru")
    assert job(chosen) == TrainJob.of("ulmfit", labels=500, direction="forward", learning_rate=4e-3)


def test_what_was_typed_for_another_era_does_not_stay() -> None:
    assert replace(Fields(), learning_rate="0.02", epochs="3").of_kind("elmo").learning_rate == ""


def test_a_language_model_of_both_directions_is_two_runs() -> None:
    fields = replace(Fields().of_kind(LANGUAGE_MODEL), preset="full", start="random")
    one, other = jobs_of(fields)
    assert isinstance(one, LanguageModelJob)
    assert isinstance(other, LanguageModelJob)
    assert (one.direction, other.direction) == ("forward", "backward")
    assert (one.start, one.data) == ("random", "imdb")
    assert LANGUAGE_MODEL_PRESETS["full"].items() <= vars(one).items()
    assert "--direction both" in command(fields)
    assert jobs_of(replace(fields, direction="backward", epochs="1")) == (replace(other, epochs=1),)


@pytest.mark.parametrize("kind", ["elmo", "ulmfit"])
def test_an_era_without_its_language_models_says_what_comes_first(kind: str) -> None:
    fields = Fields().of_kind(kind)
    assert "no language model yet: pretrain one first" in problems(fields, frozenset())["kind"]
    assert "no backward language model yet" in problems(fields, frozenset({"forward"}))["kind"]
    assert problems(replace(fields, direction="forward"), frozenset({"forward"})) == {}
    assert problems(fields, frozenset({"forward", "backward"})) == {}
    assert problems(Fields(), frozenset()) == {}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("epochs", "0"),
        ("epochs", "1.5"),
        ("epochs", "many"),
        ("epochs", "9" * 30),
        ("learning_rate", "0"),
        ("learning_rate", "nan"),
        ("learning_rate", "inf"),
        ("learning_rate", "fast"),
        ("learning_rate", "-0.1"),
        ("seed", "-1"),
        ("seed", "x"),
        ("seed", "\x00"),
    ],
)
def test_a_wrong_number_is_explained(name: str, wrong: str) -> None:
    fields = replace(Fields(), **{name: wrong})
    assert list(problems(fields)) == [name]
    with pytest.raises(ValueError, match="number"):
        job(fields)


@pytest.mark.parametrize(
    "source", ["", "no such file.csv", ".", "a\x00b.csv", "x" * 5000 + ".csv", "~nobody-here/x.csv"]
)
def test_a_wrong_path_is_explained(source: str) -> None:
    assert set(problems(Fields(data=OWN_FILE, source=source))) == {"source"}


def test_a_file_of_another_kind_is_explained(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"")
    assert ".parquet" in problems(Fields(data=OWN_FILE, source=str(tmp_path / "picture.png")))["source"]


def test_a_transformer_is_offered_without_a_cell_and_asks_for_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = Fields().of_kind("bert")
    assert command(fields) == "nlp-tui train --era bert --labels 500"
    assert float(fields.default("learning_rate")) == TrainJob.of("bert").learning_rate
    monkeypatch.setattr("core.machine.extras.has_transformers", lambda: False)
    assert "pip install 'nlp-tui[bert]'" in problems(fields)["kind"]
    assert problems(Fields()) == {}


def test_masked_words_are_asked_for_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Fields(seed="3", epochs="9").of_kind(MASKED)
    assert chosen.data == "imdb"
    assert job(chosen) == MaskedJob(seed=3)
    assert job(replace(chosen, preset="full")) == MaskedJob(seed=3, **MASKED_PRESETS["full"])
    assert command(replace(chosen, epochs="2,500")) == "nlp-tui pretrain mlm --steps 2500 --seed 3"
    assert problems(replace(chosen, epochs="none"))["epochs"].startswith("steps: ")
    monkeypatch.setattr("core.machine.extras.has_transformers", lambda: False)
    assert "nlp-tui[bert]" in problems(chosen)["kind"]


def test_prompt_begins_with_no_label_and_its_templates_are_typed() -> None:
    asked = Fields().of_kind("prompt")
    assert job(asked) == TrainJob.of("prompt", labels=0)
    assert "epochs" not in asked.asked, "nothing is trained"
    assert command(replace(asked, labels="all")) == "nlp-tui train --era prompt --labels all"
    typed = replace(
        asked, labels="100", epochs="3", template="{text} so ___ | ___ . {text}", answers="a=bad b=good,fun"
    )
    assert job(typed) == TrainJob.of(
        "prompt", labels=100, epochs=3, template="{text} so ___ | ___ . {text}", answers="a=bad b=good,fun"
    )
    assert problems(typed) == {}
    assert "has no place for the blank" in problems(replace(typed, template="{text}"))["template"]
    assert "does not say which words" in problems(replace(typed, answers="a"))["answers"]
    balanced = replace(asked, calibration="balanced")
    assert job(balanced) == TrainJob.of("prompt", labels=0, calibration="balanced")
    assert job(balanced.of_kind("ulmfit")) == TrainJob.of("ulmfit", labels=500), "it calibrates nothing"
    assert asked.of_kind("scratch").labels == Fields().labels
    assert "template" not in asked.of_kind("ulmfit").asked


def test_other_eras_refuse_no_label_while_it_is_typed() -> None:
    refused = "ulmfit learns from labels: with none there is nothing to train; prompt needs none"
    assert problems(Fields("ulmfit", labels="0")) == {"labels": refused}
    assert problems(Fields("ulmfit", labels=OTHER, budget="0")) == {"budget": refused}
    assert problems(Fields("prompt", labels=OTHER, budget="0")) == {}
