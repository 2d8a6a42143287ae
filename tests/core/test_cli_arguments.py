"""What is typed is what is done: every job prints a command that is read back as the same job."""

from __future__ import annotations

import pkgutil
import shlex
from dataclasses import fields, replace
from importlib.metadata import version
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cli import VERBS
from core.cli.arguments import HELP, jobs, parse
from core.eras.table import BASELINES, ERAS
from core.jobs import (
    LANGUAGE_MODEL_PRESETS,
    MASKED_PRESETS,
    GloveJob,
    IndexJob,
    Job,
    LanguageModelJob,
    MaskedJob,
    PretrainJob,
    TrainJob,
    command,
)

whole = st.integers(1, 10**7)
epochs = st.integers(1, 100_000)
dimension = st.integers(2, 1_024)
text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)
rate = st.floats(1e-12, 10, allow_nan=False, allow_infinity=False)

train_jobs = st.builds(
    TrainJob,
    era=st.sampled_from(["scratch", "word2vec"]),
    data=text,
    text_column=st.none() | text,
    label_column=st.none() | text,
    labels=st.none() | st.integers(4, 10**7),
    seed=st.integers(0, 2**31 - 1),
    epochs=st.none() | epochs,
    learning_rate=st.floats(1e-12, 1),
    batch_size=whole,
    cell=st.sampled_from(["lstm", "gru", "rnn"]),
    hidden=whole,
    dimension=dimension,
    dropout=st.floats(0, 0.99),
    patience=st.none() | whole,
    freeze_c=st.booleans(),
    vectors=st.none() | text,
    max_tokens=whole,
    device=st.sampled_from(["auto", "cpu", "cuda", "mps"]),
    threads=st.integers(0, 64),
    offline=st.booleans(),
    recipe=st.sampled_from(["usual", "paper"]),
    asks=st.sampled_from(["lstm", "mlm"]),
)
pretrain_jobs = st.builds(
    PretrainJob,
    data=text,
    text_column=st.none() | text,
    seed=st.integers(0, 2**31 - 1),
    dimension=dimension,
    epochs=epochs,
    window=whole,
    negatives=st.integers(0, 50),
    vocabulary=whole,
    threads=st.integers(0, 64),
    offline=st.booleans(),
    architecture=st.sampled_from(["skipgram", "cbow"]),
)
glove_jobs = st.builds(
    GloveJob,
    data=text,
    text_column=st.none() | text,
    seed=st.integers(0, 2**31 - 1),
    dimension=dimension,
    epochs=epochs,
    window=whole,
    x_max=rate,
    sample=st.floats(0, 0.99),
    components=st.integers(0, 128),
    learning_rate=st.floats(1e-12, 1),
    vocabulary=whole,
    threads=st.integers(0, 64),
    offline=st.booleans(),
)
share = st.floats(0, 0.99)
language_model_jobs = st.builds(
    LanguageModelJob,
    direction=st.sampled_from(["forward", "backward"]),
    data=text,
    text_column=st.none() | text,
    start=st.sampled_from(["word2vec", "random"]),
    dimension=dimension,
    hidden=whole,
    layers=whole,
    epochs=epochs,
    batch_size=whole,
    bptt=whole,
    negatives=st.integers(0, 10**5),
    learning_rate=st.floats(1e-12, 1),
    dropout=share,
    embedding_dropout=share,
    weight_drop=share,
    vocabulary=whole,
    seed=st.integers(0, 2**31 - 1),
    threads=st.integers(0, 64),
    offline=st.booleans(),
)
index_jobs = st.builds(
    IndexJob,
    model=text,
    layer=text,
    vectors=text,
    occurrences=whole,
    documents=st.none() | whole,
    data=st.none() | text,
    unlabelled=text,
    threads=st.integers(0, 64),
    offline=st.booleans(),
)


def read_back(printed: str) -> list[Job]:
    words = shlex.split(printed)
    assert words[0] == "nlp-tui"
    return jobs(parse(words[1:]))


@given(train_jobs | pretrain_jobs | glove_jobs | language_model_jobs | index_jobs)
def test_the_printed_command_is_the_same_job(job: Job) -> None:
    assert read_back(command(job)) == [job]


@pytest.mark.parametrize(
    "job", [TrainJob("scratch"), PretrainJob(), GloveJob(), LanguageModelJob(), IndexJob(model="word2vec")]
)
def test_every_field_of_a_job_can_be_typed(job: Job) -> None:
    for field in fields(job):
        value = getattr(job, field.name)
        if field.name in (
            "era",
            "objective",
            "cell",
            "device",
            "direction",
            "start",
            "precision",
            "architecture",
            "recipe",
            "calibration",
            "asks",
        ):
            continue
        other = "x" if value is None or isinstance(value, str) else True if value is False else 0.25
        if isinstance(value, int) and not isinstance(value, bool):
            other = value + 1
        if field.name in ("labels", "epochs", "patience", "order_seed", "documents"):
            other = 7
        change: dict[str, Any] = {field.name: other}
        changed = replace(job, **change)
        assert read_back(command(changed)) == [changed]


def test_the_defaults_need_no_options() -> None:
    assert jobs(parse(["train", "--era", "scratch"])) == [TrainJob("scratch")]
    assert jobs(parse(["pretrain", "word2vec"])) == [PretrainJob()]
    assert jobs(parse(["pretrain", "glove"])) == [GloveJob()]
    assert jobs(parse(["pretrain", "lm"])) == [LanguageModelJob()]


def test_both_directions_are_two_jobs() -> None:
    both = [LanguageModelJob("forward", hidden=64), LanguageModelJob("backward", hidden=64)]
    assert jobs(parse(["pretrain", "lm", "--direction", "both", "--hidden", "64"])) == both
    assert [command(job) for job in both] == [
        "nlp-tui pretrain lm --hidden 64",
        "nlp-tui pretrain lm --direction backward --hidden 64",
    ]


def test_a_preset_gives_what_is_not_typed_and_is_printed_as_its_values() -> None:
    full = LANGUAGE_MODEL_PRESETS["full"]
    assert jobs(parse(["pretrain", "lm", "--preset", "full"])) == [LanguageModelJob(**full)]
    typed = LanguageModelJob(**{**full, "epochs": 1})
    assert jobs(parse(["pretrain", "lm", "--epochs", "1", "--preset", "full"])) == [typed]
    assert jobs(parse(["pretrain", "lm", "--preset", "full", "--epochs", "1"])) == [typed]
    # Even a value that is the default one: it was typed.
    plain = LanguageModelJob().hidden
    assert jobs(parse(["pretrain", "lm", "--preset", "full", "--hidden", str(plain)]))[0] == LanguageModelJob(
        **{**full, "hidden": plain}
    )
    assert "--preset" not in command(typed)


def test_several_eras_are_several_jobs() -> None:
    both = [TrainJob("scratch", labels=500), TrainJob("word2vec", labels=500)]
    assert jobs(parse(["train", "--era", "scratch,word2vec", "--labels", "500"])) == both
    every = [TrainJob.of(era.id, labels=500) for era in (*ERAS, *BASELINES)]
    assert jobs(parse(["train", "--era", "all", "--labels", "500"])) == every


def test_an_era_is_trained_with_its_own_recipe_until_something_else_is_typed() -> None:
    (job,) = jobs(parse(["train", "--era", "ulmfit"]))
    assert isinstance(job, TrainJob)
    assert job == TrainJob.of("ulmfit") != TrainJob("ulmfit")
    assert command(job) == "nlp-tui train --era ulmfit"
    (timid,) = jobs(parse(["train", "--era", "ulmfit", "--no-head-first"]))
    assert timid == TrainJob.of("ulmfit", head_first=False)
    assert command(timid) == "nlp-tui train --era ulmfit --no-head-first"


def test_all_labels_and_thousands_can_be_written_as_people_do() -> None:
    assert jobs(parse(["train", "--era", "scratch", "--labels", "all"])) == [TrainJob("scratch")]
    assert jobs(parse(["train", "--era", "scratch", "--labels", "2,000"])) == [TrainJob("scratch", labels=2000)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["train"], "--era"),
        (["train", "--era", "gpt"], "there is no era 'gpt'"),
        (["train", "--era", "scratch", "--labels", "-1"], "-1 is less than 0"),
        (["train", "--era", "scratch", "--labels", "many"], "'many' is not a whole number"),
        (["train", "--era", "scratch", "--learning-rate", "nan"], "nan is not a finite number"),
        (["train", "--era", "scratch", "--learning-rate", "2"], "2 is more than 1"),
        (["train", "--era", "scratch", "--seed", "2147483648"], "2147483648 is more than 2,147,483,647"),
        (["pretrain", "glove", "--dimension", "1"], "1 is less than 2"),
        (["train", "--era", "scratch", "--learning-rate", "-1"], "-1 is not above 0"),
        (["train", "--era", "scratch", "--dropout", "1"], "1 is not from 0 to below 1"),
        (["train", "--era", "scratch", "--cell", "mlp"], "'mlp'"),
        (["pretrain"], "OBJECTIVE"),
        (["pretrain", "elmo"], "'elmo'"),
        (["pretrain", "glove", "--negatives", "5"], "--negatives"),
        (["pretrain", "glove", "--x-max", "0"], "0 is not above 0"),
        (["pretrain", "word2vec", "--architecture", "glove"], "'glove'"),
        (["pretrain", "lm", "--direction", "up"], "'up'"),
        (["pretrain", "lm", "--weight-drop", "1"], "1 is not from 0 to below 1"),
        (["predict"], "TEXT"),
        (["predict", "--model", ",", "hi"], "no model is named"),
        (["tain"], "'tain'"),
        (["--eras"], "VERB"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(
    typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        parse(typed)
    assert leaving.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert len(shown.err.splitlines()) == 2
    assert "--help" in shown.err


def test_a_mistake_with_escapes_in_it_does_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["train", "--era", "\x1b]0;owned\x07"])
    assert "\x1b" not in capsys.readouterr().err


def test_the_help_names_every_verb_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    for verb, named in VERBS.items():
        assert f"\n  {verb} " in HELP
        assert callable(pkgutil.resolve_name(named))
    for words in (*([verb] for verb in VERBS), ["pretrain", "word2vec"], ["pretrain", "glove"], ["pretrain", "lm"]):
        with pytest.raises(SystemExit) as leaving:
            parse([*words, "--help"])
        assert leaving.value.code == 0
    capsys.readouterr()
    with pytest.raises(SystemExit):
        parse(["--help"])
    assert "130 interrupted" in capsys.readouterr().out


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        parse(["--version"])
    assert leaving.value.code == 0
    assert capsys.readouterr().out == f"nlp-tui {version('nlp-tui')}\n"


@pytest.mark.parametrize("extra", [True, False])
def test_pretrain_all_makes_vectors_language_models_and_with_the_extra_guesses_masked_words(
    extra: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.cli.arguments.has_minilm", lambda: extra)
    wanted = jobs(
        parse(["pretrain", "all", "--data", "mine.csv", "--text", "review", "--preset", "full", "--seed", "3"])
    )
    given: dict[str, Any] = {"data": "mine.csv", "text_column": "review", "seed": 3}
    full = {**given, **LANGUAGE_MODEL_PRESETS["full"]}
    assert wanted == [
        PretrainJob(**given),
        GloveJob(**given),
        LanguageModelJob("forward", **full),
        LanguageModelJob("backward", **full),
        *([MaskedJob(**given, **MASKED_PRESETS["full"])] if extra else []),
    ]


@pytest.mark.parametrize("objective", ["word2vec", "glove", "lm"])
def test_how_often_text_without_labels_is_read_has_nothing_to_do_with_labels(
    objective: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse(["pretrain", objective, "--help"])
    _, _, after = capsys.readouterr().out.partition("--epochs N")
    assert after
    assert "number of labels" not in after.partition("--")[0]
