"""How a prompted model comes to its answer: what stands at each blank, and what other templates and words would say."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from core import api
from core.data.text import words
from core.eras.prompts import PromptError, Template
from core.models.asked import AskedClassifier
from core.pretrained.classifier import Classifier

NOT_ASKED = "Choose the row prompt, or train one: `nlp-tui train --era prompt --labels 0`."


def reword(
    classifier: Classifier, templates: Sequence[str] = (), answers: Mapping[str, Sequence[str]] | None = None
) -> Classifier:
    """The same language models, asked otherwise; what is not given stays. Its classes are those of the answers.

    Raises PromptError where the model is not a prompted one, or cannot be asked so.
    """
    model = classifier.model
    if not isinstance(model, AskedClassifier):
        raise PromptError(f"{classifier.info.era} is not asked with a template.", NOT_ASKED)
    given, alike = answers or {}, set(answers or classifier.labels) == set(classifier.labels)
    labels = classifier.labels if alike else tuple(given)
    config = replace(
        model.config,
        templates=tuple(Template(each).shown for each in templates) or model.config.templates,
        answers=tuple(tuple(given[label]) for label in labels) if given else model.config.answers,
    )
    # A temperature is fitted to what was asked, and says nothing of other templates and words.
    temperature = classifier.temperature if config == model.config and labels == classifier.labels else 1.0
    return replace(classifier, model=model.reworded(config, keep_bias=alike), labels=labels, temperature=temperature)


@torch.inference_mode()
def ask(classifier: Classifier, question: api.AskPrompt, labels: int | None) -> api.Prompted:
    """Template by template, what the model says of a text. Raises PromptError for a model that is not asked so."""
    model = classifier.model
    if not isinstance(model, AskedClassifier):
        raise PromptError(f"{classifier.info.era} is not asked with a template.", NOT_ASKED)
    began = time.perf_counter()
    rows = classifier.encode(words(question.text))
    names = classifier.labels
    # Read once: the answer is made of the same blanks that are shown.
    said, of_nothing = model.blanks_of(rows), model.blanks_of(())
    templates = tuple(map(Template, model.config.templates))
    gained = torch.stack([_gain(model, said[template], of_nothing[template]) for template in templates]) + model.bias
    alone = classifier.soften(gained)
    told = tuple(
        _describe(model, names, template, said[template], of_nothing[template], alone[place], question.likeliest)
        for place, template in enumerate(templates)
    )
    unknown = {word: None for template in said for word in template.words if words(word) and not _known(model, word)}
    return api.Prompted(
        model=question.model,
        probabilities=_by_class(names, classifier.soften(gained.mean(dim=0))),
        templates=told,
        answers=dict(zip(names, model.config.answers, strict=True)),
        calibrated=model.config.calibrated,
        tuned=model.config.tuned,
        labels=labels,
        unknown=tuple(unknown),
        milliseconds=(time.perf_counter() - began) * 1000,
    )


def _gain(model: AskedClassifier, said: Tensor, of_nothing: Tensor) -> Tensor:
    """(classes,): log of each class's summed probability, less the same of no text where that is taken off."""
    rows = [row for row, _ in model.answer_rows()]
    gained = model.sum_up(said[None, rows])
    return (gained - model.sum_up(of_nothing[None, rows]) if model.config.calibrated else gained)[0]


def _describe(
    model: AskedClassifier,
    names: Sequence[str],
    template: Template,
    said: Tensor,
    of_nothing: Tensor,
    alone: Tensor,
    likeliest: int,
) -> api.AskedTemplate:
    """One template's blank; `said` and `of_nothing` are log probabilities of all words, (V,)."""
    owners = {row: names[owner] for row, owner in model.answer_rows()}
    probabilities, nothing = said.exp(), of_nothing.exp()

    def at(row: int) -> api.BlankWord:
        return api.BlankWord(model.vocabulary.words[row], float(probabilities[row]), owners.get(row, ""))

    shown = model.shown
    top = said.masked_fill(~shown, -torch.inf).topk(min(likeliest, int(shown.sum()))).indices.tolist()
    order = {name: place for place, name in enumerate(names)}
    counted = sorted(map(at, owners), key=lambda word: (order[word.label], -word.probability))

    def added(values: Tensor) -> dict[str, float]:
        return {name: float(sum(values[row] for row, owner in owners.items() if owner == name)) for name in names}

    return api.AskedTemplate(
        template=template.shown,
        direction=model.direction(template),
        likeliest=tuple(map(at, top)),
        words=tuple(counted),
        sums=added(probabilities),
        nothing=added(nothing),
        probabilities=_by_class(names, alone),
        unread=model.unread(template),
    )


def _by_class(names: Sequence[str], values: Tensor) -> dict[str, float]:
    return dict(zip(names, values.tolist(), strict=True))


def _known(model: AskedClassifier, word: str) -> bool:
    return all(map(model.vocabulary.reads, words(word)))
