"""Where a transformer's words look: the weights of self-attention, by layer and head (Vaswani et al. 2017).

Computed as the layers compute them: the softmax of queries and keys. Wordpieces are merged to words as Clark et al.
(2019) did: what looks at a word looks at any of its pieces (the sum), and a word looks as its pieces do on average
(the mean), so that each word's weights still add up to one.

What is attended to need not be what an answer hangs on: other weights can give the same answer (Jain and Wallace 2019;
Wiegreffe and Pinter 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Protocol, cast

import torch
from torch import Tensor, nn

from core.data.wordpieces import WordPieces
from core.errors import UserError
from core.models.masked_prompt import MaskedPromptClassifier
from core.models.transformer import Stack, TransformerClassifier, bounded, lengths_mask, through
from core.pretrained.classifier import Classifier

CAVEAT = "Where a word looks is not why the answer is what it is (Jain and Wallace 2019; Wiegreffe and Pinter 2019)."
TEXT, BOUNDARY, TEMPLATE, BLANK = "text", "boundary", "template", "blank"


class NoAttention(UserError):
    """The model does not look, or has no such layer. `message` and `hint` are for a person."""


@dataclass(frozen=True)
class Seen:
    """A word of what a transformer reads; `part`: of the text, its boundary, the template around it, or its blank."""

    word: str
    pieces: tuple[int, ...]
    part: str


@dataclass(frozen=True)
class Look:
    """`weights`, (layers, heads, words, words): from each word, by row, to each; a row adds up to one."""

    seen: tuple[Seen, ...]
    weights: Tensor
    read: int
    """How many words of the text were read."""
    note: str = ""


class _SelfAttention(Protocol):
    """What is read of a layer's self-attention."""

    query: nn.Linear
    key: nn.Linear
    num_attention_heads: int
    scaling: float


def look(classifier: Classifier, words: Sequence[str]) -> Look:
    """Where each word of a text looks. Raises NoAttention where the model has no attention."""
    return _look(classifier.model, classifier, words)


def choose(weights: Tensor, layer: int, head: int) -> Tensor:
    """(words, words): of one layer and head, counted from 1; 0 is the mean over all. Raises NoAttention."""
    for what, number, most in (("layer", layer, weights.shape[0]), ("head", head, weights.shape[1])):
        if not 0 <= number <= most:
            raise NoAttention(f"There is no {what} {number}.", f"There are 1 to {most}; 0 is the mean of all.")
    some = weights if layer == 0 else weights[layer - 1 : layer]
    return (some if head == 0 else some[:, head - 1 : head]).mean(dim=(0, 1))


@singledispatch
def _look(model: object, classifier: Classifier, words: Sequence[str]) -> Look:  # noqa: ARG001 - few models look
    raise NoAttention(
        f"{classifier.info.era} has no attention: it reads word by word, or counts.", "Ask bert, or prompt with mlm."
    )


@_look.register
def _(model: TransformerClassifier, classifier: Classifier, words: Sequence[str]) -> Look:
    lexicon = classifier.vocabulary
    assert isinstance(lexicon, WordPieces)
    text = _spell(lexicon, words[: classifier.max_tokens])
    return _weigh(model.stack(), text, len(text))


@_look.register
def _(model: MaskedPromptClassifier, classifier: Classifier, words: Sequence[str]) -> Look:
    lexicon = classifier.vocabulary
    assert isinstance(lexicon, WordPieces)
    assert lexicon.mask is not None
    question = model.questions[0]
    text = _spell(lexicon, words[: classifier.max_tokens])
    read = len(text)
    if question.stopped and text and text[-1].word == ".":
        text = text[:-1]  # the template has its own
    before, between, behind = (
        [Seen(lexicon.words[piece], (piece,), TEMPLATE) for piece in part]
        for part in (question.before, question.between, question.behind)
    )
    blank = [Seen("___", (lexicon.mask,), BLANK)]
    middle = [*blank, *between, *text] if question.template.blank_first else [*text, *between, *blank]
    note = f"asked with {question.template.shown!r}"
    if (others := len(model.questions) - 1) > 0:
        note += f", the first of its {others + 1} templates"
    return _weigh(model.model.stack(), [*before, *middle, *behind], read, note)


def _spell(lexicon: WordPieces, words: Sequence[str]) -> list[Seen]:
    """The words with their pieces, as far as they fit."""
    return [Seen(word, pieces, TEXT) for word, pieces in zip(words, lexicon.parts(words)[0], strict=False)]


@torch.inference_mode()
def _weigh(stack: Stack, read: Sequence[Seen], words: int, note: str = "") -> Look:
    pieces = [piece for each in read for piece in each.pieces]
    ids, lengths = torch.tensor([pieces or [0]]), torch.tensor([len(pieces)])
    mask = lengths_mask(ids, lengths)
    states = stack.embeddings(bounded(ids, lengths, stack.first, stack.last))
    seen = (Seen("[CLS]", (stack.first,), BOUNDARY), *read, Seen("[SEP]", (stack.last,), BOUNDARY))
    sizes = [len(each.pieces) for each in seen]
    layers = []
    for layer in stack.layers:
        own = cast(_SelfAttention, layer.get_submodule("attention.self"))
        layers.append(_merge(attend(own, states)[0][:, : sum(sizes), : sum(sizes)], sizes))
        states = through([layer], states, mask)
    return Look(seen, torch.stack(layers), words, note)


def attend(layer: _SelfAttention, states: Tensor) -> Tensor:
    """(batch, heads, pieces, pieces): softmax of queries and keys; `states`, (batch, pieces, width), have no pads."""

    def heads(of: nn.Linear) -> Tensor:
        made: Tensor = of(states)
        return made.view(*states.shape[:2], layer.num_attention_heads, -1).transpose(1, 2)

    return (heads(layer.query) @ heads(layer.key).transpose(2, 3) * layer.scaling).softmax(dim=-1)


def _merge(weights: Tensor, sizes: Sequence[int]) -> Tensor:
    """(heads, words, words) of (heads, pieces, pieces)."""
    to = torch.stack([some.sum(dim=2) for some in torch.split(weights, list(sizes), dim=2)], dim=2)
    return torch.stack([some.mean(dim=1) for some in torch.split(to, list(sizes), dim=1)], dim=1)
