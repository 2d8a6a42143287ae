"""A text as a model computes its answer: what is read, h at each word, what is pooled, logits and probabilities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from core import api
from core.data.batches import pad
from core.data.text import tokenize
from core.explain.memory import trace_memory
from core.explain.readers import Reader
from core.explain.sampling import short, strip
from core.models.asked import AskedClassifier
from core.models.contextual import ContextualClassifier
from core.models.masked_prompt import MaskedPromptClassifier
from core.models.prompted import PromptClassifier
from core.models.rnn import RNNClassifier
from core.models.tfidf import TfidfClassifier
from core.models.transformer import Stack, TransformerClassifier
from core.pretrained.classifier import Classifier

MOST = 64
"""Words of a text that are shown."""
MOST_ATTENDED = 32
"""The same where every word takes a pass through a transformer."""
LIKELIEST = 5
ROOM = 16 << 20
"""Bytes of language models' states that are kept while one text is read."""


@torch.inference_mode()
def read_states(classifier: Classifier, question: api.ReadStates) -> api.StateList:
    """What the model makes of the text, word by word, at evenly spaced coordinates."""
    model = classifier.model
    if not isinstance(model, ContextualClassifier):
        return _read(classifier, question)
    # The language models below are asked for the same text three times over: once is enough.
    model.remember(ROOM, ())
    try:
        return _read(classifier, question)
    finally:
        model.forget()


def _read(classifier: Classifier, question: api.ReadStates) -> api.StateList:
    tokens = tokenize(question.text)
    every = [token.text for token in tokens]
    words = every[: _most(classifier)]
    reader = Reader(classifier, question.reader)
    logits = classifier.model(*pad([classifier.encode(every)]))[0]
    shown = tokens[: len(words)]
    mix = classifier.model.mixture()
    return api.StateList(
        model=question.model,
        tokens=tuple(api.Token(t.text, t.start, t.end, classifier.vocabulary.reads(t.text)) for t in shown),
        words=len(every),
        rows=tuple(_rows(classifier, reader, words, question.coordinates)),
        pooled=tuple(_pooled(classifier, reader, every, question.coordinates)),
        logits=dict(zip(classifier.labels, map(short, logits.tolist()), strict=True)),
        probabilities=dict(zip(classifier.labels, classifier.soften(logits).tolist(), strict=True)),
        reader=reader.name,
        readers=reader.names,
        blanks=tuple(_blanks(classifier, every)),
        gamma=mix.gamma if mix else None,
        temperature=classifier.temperature,
        note=_note(classifier, reader),
    )


def read_steps(classifier: Classifier, question: api.ReadSteps) -> api.StepList:
    """The running answer, and how much h at each word depends on each other word."""
    words = [token.text for token in tokenize(question.text)][: _most(classifier)]
    reader = Reader(classifier, question.reader)
    running = tuple(tuple(row) for row in classifier.running(words).tolist())
    return api.StepList(question.model, classifier.labels, running, trace_memory(reader, words))


def _most(classifier: Classifier) -> int:
    attends = isinstance(classifier.model, TransformerClassifier | MaskedPromptClassifier)
    return MOST_ATTENDED if attends else MOST


def _rows(classifier: Classifier, reader: Reader, words: Sequence[str], most: int) -> Iterator[api.StateRow]:
    """What is read of each word, from the bottom up; h, where there is one, is last."""
    model = classifier.model
    if isinstance(model, TfidfClassifier):
        return
    if isinstance(model, TransformerClassifier):
        yield from _layers(classifier, model.stack(), len(model.layers), words, most)
        return
    if isinstance(model, MaskedPromptClassifier):
        tuned = len(model.model.layers) if model.config.tuned else 0
        yield from _layers(classifier, model.model.stack(), tuned, words, most)
        return
    tuned = not isinstance(model, PromptClassifier) or model.config.tuned
    frozen_c = "C" in classifier.info.frozen
    ids = classifier.vocabulary.encode(words)
    if isinstance(model, ContextualClassifier) and ids:
        shares = model.shares()
        for way, states in model.read_below(ids).items():
            for layer, share in enumerate(shares[way]):
                name = f"LM {way}" + (f" {layer + 1}" if len(shares[way]) > 1 else "")
                yield _row(name, states[:, layer], most, tuned=False, share=share)
    yield _row("c", reader.vectors[torch.tensor(ids, dtype=torch.long)], most, tuned and not frozen_c)
    if reader:
        yield _row("h", reader.states([words])[0], most, tuned)


def _layers(
    classifier: Classifier, stack: Stack, tuned: int, words: Sequence[str], most: int
) -> Iterator[api.StateRow]:
    """The states of each layer at each word, the mean of its pieces."""
    spelled = classifier.vocabulary.parts(words)[0]
    ids, lengths = pad([[row for word in spelled for row in word]])
    sizes = [len(word) for word in spelled]
    for depth, states in enumerate(stack.each(ids, lengths)):
        by_word = [some.mean(dim=0) for some in torch.split(states[0, 1 : 1 + sum(sizes)], sizes)]
        name = "h" if depth == len(stack.layers) else f"layer {depth}" if depth else "c"
        yield _row(name, by_word, most, tuned=depth > len(stack.layers) - tuned)


def _row(
    name: str, vectors: Sequence[Tensor] | Tensor, most: int, tuned: bool = True, share: float | None = None
) -> api.StateRow:
    return api.StateRow(name, tuple(strip(vector, most) for vector in vectors), tuned, share)


def _pooled(classifier: Classifier, reader: Reader, words: Sequence[str], most: int) -> Iterator[api.NamedStrip]:
    """What W_o sees of the whole text."""
    model = classifier.model
    ids, lengths = pad([classifier.encode(words)])
    if isinstance(model, TfidfClassifier):
        row = model.features(ids).to_dense()[0]
        there = row.nonzero()[:most, 0]
        names = tuple(classifier.vocabulary.words[place] for place in there.tolist())
        yield api.NamedStrip("x", api.Strip(tuple(map(short, row[there].tolist())), len(row)), names)
        return
    if isinstance(model, AskedClassifier):
        return
    owner = model if isinstance(model, ContextualClassifier) else reader.model
    (pooled,) = owner.heads[0].pooled(ids, lengths)  # type: ignore[attr-defined]
    recurrent = isinstance(owner, RNNClassifier | ContextualClassifier)
    parts = ("last", "max", "mean") if recurrent else ("mean",)
    for name, part in zip(parts, pooled.chunk(len(parts)), strict=True):
        yield api.NamedStrip(name, strip(part, most))


def _blanks(classifier: Classifier, words: Sequence[str]) -> Iterator[api.BlankFilled]:
    """Each template, and what the language model would write at its blank."""
    if not isinstance(model := classifier.model, AskedClassifier):
        return
    ids, lengths = pad([classifier.encode(words)])
    for template, log in model.blanks(ids, lengths):
        values, rows = log[0].masked_fill(~model.shown, -torch.inf).topk(LIKELIEST)
        found = zip((model.vocabulary.words[row] for row in rows.tolist()), values.exp().tolist(), strict=True)
        yield api.BlankFilled(template.shown, tuple((word, short(share)) for word, share in found))


def _note(classifier: Classifier, reader: Reader) -> str:
    if reader.name:
        return f"h: the {reader.name} model's; one of the other direction answers too, and both are averaged"
    if isinstance(classifier.model, TransformerClassifier | MaskedPromptClassifier):
        return "a word of several pieces: the mean of their states"
    return ""
