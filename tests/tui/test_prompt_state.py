"""What the prompt lab knows by itself: its templates, the mean, and what the shipped model says."""

from __future__ import annotations

import math

import pytest

from core.eras.prompts import TEMPLATES, PromptError, read_answers
from core.eras.table import BY_ID
from core.service.session import Session
from tests.tui.fake_engine import prompted
from tui.model_comparison import ComparedModel
from tui.prompt_lab import PromptLab, mean_answer, share_out
from tui.widgets.read.class_marks import colour_of, mark_of

SENTENCE = "The plot is thin but the cast is wonderful."


def test_a_model_without_a_readable_prompt_has_no_templates() -> None:
    broken = prompted(config={"templates": 3, "answers": "x"})
    lab = PromptLab.of(ComparedModel("prompt", BY_ID["prompt"], broken))
    assert (lab.listed, lab.chosen) == ((), "")
    with pytest.raises(PromptError):
        lab.question("x")


def test_what_is_typed_back_to_one_of_the_models_templates_is_that_one() -> None:
    lab = PromptLab("prompt", TEMPLATES, "a=b c=d", "a=b c=d")
    lab.edit(TEMPLATES[2] + "!")
    assert (lab.place, lab.listed) == (6, (*TEMPLATES, TEMPLATES[2] + "!"))
    lab.edit(TEMPLATES[2])
    assert (lab.place, lab.own) == (2, None)


def test_the_mean_answer_is_the_mean_of_logarithms() -> None:
    found = mean_answer([{"a": 0.2, "b": 0.8}, {"a": 0.6, "b": 0.4}])
    logit = (math.log(0.8 / 0.2) + math.log(0.4 / 0.6)) / 2
    assert found["b"] == pytest.approx(1 / (1 + math.exp(-logit)))
    assert mean_answer([]) == {}
    assert share_out({"a": 0.0, "b": 0.0}) == {"a": 0.5, "b": 0.5}


def test_classes_are_told_apart_without_colour() -> None:
    assert [mark_of(each, ("a", "b")) for each in ("a", "b", "c")] == ["◂", "▸", " "]
    many = tuple("abcdefghijk")
    assert mark_of("c", many) == "③"
    assert mark_of("k", many) == "•"
    assert colour_of("a", many) == "$negative"
    assert colour_of("", many) == ""


def test_the_shipped_model_says_what_its_numbers_are() -> None:
    session = Session()
    entry = session.catalog.resolve("prompt")
    lab = PromptLab.of(ComparedModel("prompt", BY_ID["prompt"], entry))
    assert lab.templates == TEMPLATES
    told = session.ask_prompt(lab.question(SENTENCE))
    assert tuple(told.answers) == tuple(read_answers(lab.answers)) == entry.labels
    for each in told.templates:
        assert len(each.likeliest) == 10
        assert 0 < sum(word.probability for word in each.likeliest) <= 1
        for label in entry.labels:
            of_class = sum(word.probability for word in each.words if word.label == label)
            assert each.sums[label] == pytest.approx(of_class, rel=1e-5)
        # What the lab shows as a calculation is the calculation.
        times = {label: each.sums[label] / each.nothing[label] for label in entry.labels}
        assert each.probabilities == pytest.approx(share_out(times), abs=1e-4)
    (predicted,) = session.predict([SENTENCE], "prompt")
    assert lab.mean(told) == pytest.approx(predicted.probabilities, abs=1e-4)
    lab.step(3)
    again = session.ask_prompt(lab.question(SENTENCE))
    assert [each.probabilities for each in again.templates] == [
        pytest.approx(each.probabilities, abs=1e-6) for each in told.templates
    ]
    lab.edit("in short {text} ___ , really")
    own = lab.find(session.ask_prompt(lab.question(SENTENCE)))
    assert own is not None
    assert own.unread == ", really"
