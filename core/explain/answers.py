"""The questions why a model answers so, and who answers which."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import astuple
from typing import Any

from core import api
from core.api.explanations import ExplainAnswer, ExplainQuestion
from core.data.text import tokenize
from core.explain import attention
from core.explain.attribution import Attribution, Method, NoAttribution, attribute, list_methods
from core.explain.twins import make_twins
from core.pretrained.classifier import Classifier

STOPS = (".", "!", "?", "...")


def explain(question: api.Explain, classifier: Classifier) -> api.Explained:
    """What each token does to the answer. Raises NoAttribution for a label or method that the model does not have."""
    began = time.perf_counter()
    if question.method not in tuple(Method):
        raise NoAttribution(f"There is no method {question.method!r}.", f"There are {', '.join(Method)}.")
    tokens = tokenize(question.text)
    words = [token.text for token in tokens]
    probabilities = classifier.probabilities([classifier.encode(words)])[0]
    answer = classifier.labels[int(probabilities.argmax())]
    label, method = question.label or answer, Method(question.method)
    found = attribute(classifier, words, label, method, question.first)
    known = classifier.vocabulary.reads
    return api.Explained(
        model=question.model,
        answer=answer,
        label=label,
        method=method,
        methods=tuple(list_methods(classifier)),
        probability=found.probability,
        contributions=tuple(
            api.Contribution(api.Token(token.text, token.start, token.end, known(token.text)), points)
            for token, points in zip(tokens, found.points, strict=False)
        ),
        tokens=len(tokens),
        read=classifier.read(words),
        baseline=found.baseline,
        gap=found.gap,
        steps=found.steps,
        note=_describe(method, label),
        remark=_remark(method, words, found),
        milliseconds=(time.perf_counter() - began) * 1000,
    )


def attend(question: api.Attend, classifier: Classifier) -> api.Attention:
    """Where each word looks. Raises NoAttention where the model does not, or has no such layer or head."""
    began = time.perf_counter()
    words = [token.text for token in tokenize(question.text)]
    found = attention.look(classifier, words[: question.first] if question.first > 0 else words)
    weights = attention.choose(found.weights, question.layer, question.head)
    merged = "words of several pieces: looked at, the sum of them; looking, their mean"
    return api.Attention(
        model=question.model,
        layer=question.layer,
        head=question.head,
        layers=found.weights.shape[0],
        heads=found.weights.shape[1],
        words=tuple(api.AttendedWord(each.word, len(each.pieces), each.part) for each in found.seen),
        weights=tuple(map(tuple, weights.tolist())),
        tokens=len(words),
        read=found.read,
        note="; ".join(filter(None, (found.note, merged))),
        caveat=attention.CAVEAT,
        milliseconds=(time.perf_counter() - began) * 1000,
    )


ANSWERS: dict[type[api.Explain] | type[api.Attend], Callable[[Any, Classifier], ExplainAnswer]] = {
    api.Explain: explain,
    api.Attend: attend,
}


def answer(question: ExplainQuestion, load: Callable[[str], Classifier]) -> ExplainAnswer:
    """The answer of the model that is asked; `load` gives the one of a name. Raises ModelError, and as `ANSWERS` do."""
    if isinstance(question, api.MakeTwins):
        return api.TwinList(question.text, tuple(api.Twin(*astuple(each)) for each in make_twins(question.text)))
    return ANSWERS[type(question)](question, load(question.model))


def _describe(method: Method, label: str) -> str:
    """What a word's points are, in a sentence."""
    return {
        Method.LEAVE_ONE_OUT: f"how many points of {label} go when the word is left out",
        Method.GRADIENT: f"gradient × input: the slope of {label} by the word's vector, in points",
        Method.INTEGRATED: f"integrated gradients: what the word's vector adds to {label} from zero on, in points",
    }[method]


def _remark(method: Method, words: list[str], found: Attribution) -> str:
    """What must not be read into the numbers of this text."""
    if method is Method.LEAVE_ONE_OUT and len(found.points) == len(words) > 0 and words[-1] in STOPS:
        return (
            f"without the last {words[-1]!r} the sentence is unfinished, as before the running answer's last step: "
            "integrated gradients say what the mark itself adds"
        )
    if method is Method.GRADIENT and not 0.02 < found.probability < 0.98:
        return "so sure an answer hardly has a slope: leave words out instead"
    return ""
