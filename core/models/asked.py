"""What is alike in all classifiers that ask a language model: templates, answer words, and what is taken off.

A class has the summed probability of its words at the blank, against what the same template gives it when there is no
text at all: without that, the answer is mostly what the model expects anyway (Zhao et al. 2021). Templates are averaged
(Schick and Schütze 2021).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Protocol, Self

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.data.lexicon import Lexicon
from core.data.text import words
from core.data.vocabulary import Vocabulary
from core.eras.prompts import PromptError, Template
from core.models.network import Network
from core.models.protocol import Head

STOP = "."
KEPT = 64
"""Blanks beside a text, or beside none, that are remembered: V numbers each."""


@dataclass(frozen=True)
class PromptConfig:
    """`templates`: as they are written; `answers`: each class's words.

    `calibrated`: whether what a template says of no text at all is taken off. `tuned`: whether what is asked is the
    model's own, no longer as it was pretrained. `dropout`: of what is read and of what the softmax sees, while tuned.
    """

    templates: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...]
    calibrated: bool = True
    tuned: bool = False
    dropout: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The settings as a JSON object."""
        return asdict(self)


class Softmax(Protocol):
    """A language model's output layer: a query is compared with each row of C, (V, d), and `bias`, (V,), is added."""

    @property
    def C(self) -> Tensor:  # noqa: N802 - the letter of the formula
        """The word vectors."""

    @property
    def bias(self) -> Tensor:
        """What is added to each row's logit."""

    def log_probabilities(self, queries: Tensor) -> Tensor:
        """(n, V), of queries, (n, d)."""


class AskedClassifier(Network, ABC):
    """A pretrained softmax that answers at a blank; `bias`, (classes,), is all that is always its own."""

    differs: ClassVar[bool] = True
    one_word: ClassVar[str] = "one word that the language model knows"
    """What an answer word has to be."""
    _rows: Tensor
    _owners: Tensor

    def __init__(self, config: PromptConfig, vocabulary: Lexicon) -> None:
        super().__init__()
        self.config = config
        self.vocabulary = vocabulary
        self.bias = nn.Parameter(torch.zeros(len(config.answers)))
        rows, owners = self._answer_rows()
        self.register_buffer("_rows", rows, persistent=False)
        self.register_buffer("_owners", owners, persistent=False)
        self._kept = dict[tuple[Template, tuple[int, ...]], Tensor]()

    @property
    def heads(self) -> list[Head]:
        """None that could be fitted beforehand: the softmax is the language model's."""
        return []

    def forward(self, ids: Tensor, lengths: Tensor, gates: Tensor | None = None) -> Tensor:
        """Logits, (batch, classes): the mean over the templates, and the bias.

        `gates`, (batch, time), scale the rows of C of the text, not those of the templates.
        """
        return self.asked(ids, lengths, gates).mean(dim=1) + self.bias

    def loss(self, ids: Tensor, lengths: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """(the mean cross-entropy of the templates, logits): each template learns as if it were alone."""
        each = self.asked(ids, lengths) + self.bias
        flat = each.flatten(0, 1)
        return functional.cross_entropy(flat, labels.repeat_interleave(each.shape[1])), each.mean(dim=1)

    def asked(self, ids: Tensor, lengths: Tensor, gates: Tensor | None = None) -> Tensor:
        """(batch, templates, classes): log of the summed probability of each class's words at each blank.

        Less what the template gives without any text, where it is calibrated; up to a summand of all classes.
        """
        found = dict(self._scores(ids, lengths, gates))
        if self.config.calibrated:
            for template, scores in self._scores_of_nothing():
                found[template] = found[template] - scores
        return torch.stack([found[Template(shown)] for shown in self.config.templates], dim=1)

    @torch.inference_mode()
    def blanks(self, ids: Tensor, lengths: Tensor) -> Iterator[tuple[Template, Tensor]]:
        """Each template with the log probabilities of all rows of C at its blank, (batch, V)."""
        asked = dict[Softmax, list[tuple[Template, Tensor]]]()
        for template, queries, softmax in self._queries(ids, lengths):
            asked.setdefault(softmax, []).append((template, queries))
        for softmax, together in asked.items():  # at once: to go through C is what takes time, not to multiply
            logs = softmax.log_probabilities(torch.cat([queries for _, queries in together]))
            for (template, _), log in zip(together, torch.split(logs, len(ids)), strict=True):
                yield template, log

    @torch.inference_mode()
    def blanks_of(self, text: Sequence[int]) -> dict[Template, Tensor]:
        """Each template with the log probabilities of all rows of C at its blank beside one text, (V,).

        Those asked for last are kept, whatever the model is asked with next: no answer word changes them, and no other
        template. None is while anything may still be learned.
        """
        kept = {} if self._learns else self._kept
        wanted = {Template(shown): (Template(shown), tuple(text)) for shown in self.config.templates}
        if new := tuple(template.shown for template, key in wanted.items() if key not in kept):
            asker = self if self._learns else self.reworded(replace(self.config, templates=new), keep_bias=False)
            asked = asker.blanks(*self._batch(text))
            kept.update((wanted[template], log[0].clone()) for template, log in asked)
        found = {template: kept.pop(key) for template, key in wanted.items()}
        kept.update((wanted[template], log) for template, log in found.items())  # those at the front are let go first
        for stale in list(kept)[: -max(KEPT, len(found))]:
            del kept[stale]
        return found

    def answer_rows(self) -> list[tuple[int, int]]:
        """(row of C, class) of each answer word."""
        return list(zip(self._rows.tolist(), self._owners.tolist(), strict=True))

    def sum_up(self, logs: Tensor) -> Tensor:
        """(batch, classes): the log of each class's summed exponentials of its answer words' logs, (batch, words)."""
        classes = range(len(self.config.answers))
        return torch.stack([logs[:, self._owners == owner].logsumexp(dim=1) for owner in classes], dim=1)

    def reworded(self, config: PromptConfig, keep_bias: bool) -> Self:
        """What is asked, as far as it was tuned, asked otherwise.

        `keep_bias`: whether the classes are still the same, so that what was learned of them holds. Raises PromptError.
        """
        other = self._with(config)
        if keep_bias:
            other.bias.data.copy_(self.bias.data)
        if not self._learns:
            other._kept = self._kept
        return other.eval().requires_grad_(False)

    @property
    def shown(self) -> Tensor:
        """(V,) bool: which rows of C a person may be shown at a blank: all, `<unk>` for words that have none."""
        return torch.ones(len(self.vocabulary), dtype=torch.bool)

    @abstractmethod
    def direction(self, template: Template) -> str:
        """How a template is read: `forward` or `backward` up to its blank, or `both` sides of it."""

    @abstractmethod
    def unread(self, template: Template) -> str:
        """What of a template nothing reads; empty for most."""

    @abstractmethod
    def _with(self, config: PromptConfig) -> Self:
        """The same pretrained model with another prompt. Raises PromptError."""

    @abstractmethod
    def _queries(
        self, ids: Tensor, lengths: Tensor, gates: Tensor | None = None
    ) -> Iterator[tuple[Template, Tensor, Softmax]]:
        """Each template with what is compared with the rows of C at its blank, (batch, d), and whose rows they are."""

    def _scores(self, ids: Tensor, lengths: Tensor, gates: Tensor | None = None) -> Iterator[tuple[Template, Tensor]]:
        """Each template with the log of the classes' summed exponentials, (batch, classes), before any softmax."""
        for template, queries, softmax in self._queries(ids, lengths, gates):
            yield template, self.sum_up(queries @ softmax.C[self._rows].t() + softmax.bias[self._rows])

    def _scores_of_nothing(self) -> Iterator[tuple[Template, Tensor]]:
        """What `_scores` gives where there is no text, (1, classes), up to a summand of all classes."""
        if self._learns:
            yield from self._scores(*self._batch(()))
            return
        for template, log in self.blanks_of(()).items():
            yield template, self.sum_up(log[None, self._rows])

    @property
    def _learns(self) -> bool:
        """Whether anything of it may still change."""
        return any(parameter.requires_grad for parameter in self.parameters())

    def _batch(self, text: Sequence[int]) -> tuple[Tensor, Tensor]:
        """One text, also one without a word, as a batch."""
        ids = torch.tensor([[*text] or [Vocabulary.PAD]], device=self.bias.device)
        return ids, torch.tensor([len(text)], device=ids.device)

    def _without_last_stop(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """(batch,): the lengths without a full stop at the end; with the template's own it would be an ellipsis."""
        last = ids.gather(1, (lengths - 1).clamp(min=0)[:, None])[:, 0]
        return lengths - ((lengths > 0) & (last == self.vocabulary.index(STOP))).long()

    def _answer_rows(self) -> tuple[Tensor, Tensor]:
        """(the rows of C of all answer words, the class of each). Raises PromptError."""
        rows, owners = list[int](), list[int]()
        for owner, listed in enumerate(self.config.answers):
            for word in listed:
                parts = words(word)
                if len(parts) != 1 or parts[0] not in self.vocabulary:
                    raise PromptError(
                        f"The answer word {word!r} is not {self.one_word}.",
                        "Name another word with --answers, as in `--answers negative=bad,awful positive=good,great`.",
                    )
                rows.append(self.vocabulary.index(parts[0]))
                owners.append(owner)
        return torch.tensor(rows), torch.tensor(owners)


def follows_stop(template: Template) -> bool:
    """Whether a full stop of the template follows the text."""
    return words(template.around[2 if template.blank_first else 1])[:1] == [STOP]


def read_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a prompt's settings as they were before they became JSON. Raises KeyError for other settings."""
    return {**config, "templates": tuple(config["templates"]), "answers": tuple(map(tuple, config["answers"]))}
