"""The prompt era: the language models' own softmax answers, at a blank beside the text (Radford et al. 2019).

C, W_e, W_h and W_o are the language models' own: W_o is the rows of C of the answer words. No parameter is new, and
with no label none is changed. With labels everything is tuned through the answer words, and a bias of each class is
learned (Gao et al. 2021).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple, Self

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.data.text import words
from core.data.vocabulary import Vocabulary
from core.eras.prompts import PromptError, Template
from core.models.asked import AskedClassifier, PromptConfig, follows_stop, read_settings
from core.models.end_states import read_to_ends
from core.models.frozen_language_model import FrozenLanguageModel
from core.models.language_model import BOUNDARY, LanguageModel, State
from core.models.protocol import Parts
from core.models.rnn import reversed_rows


class Question(NamedTuple):
    """A template as word numbers, in the order of reading: what comes before the text, and what follows it."""

    template: Template
    before: tuple[int, ...]
    after: tuple[int, ...]
    stopped: bool
    """Whether a full stop follows the text."""


class PromptClassifier(AskedClassifier):
    """Language models, one a direction, that are asked.

    Batches are padded on the right; an answer does not depend on what it was batched with.
    """

    kind: ClassVar[str] = "prompt"
    vocabulary: Vocabulary

    def __init__(self, config: PromptConfig, models: Mapping[str, FrozenLanguageModel], vocabulary: Vocabulary) -> None:
        super().__init__(config, vocabulary)
        self.questions = _questions(config, models, vocabulary)
        self._all = dict(models)
        self._models = {way: _without_dropout(models[way].model) for way in self.questions}
        if config.tuned:
            self.vectors = nn.ParameterList(each.C for each in self._models.values())
            self.readers = nn.ModuleList(nn.ModuleList([each.rnn, each.projection]) for each in self._models.values())
            self.vectors.requires_grad_(True)
            self.readers.requires_grad_(True)

    @classmethod
    def from_config(cls, config: Mapping[str, Any], parts: Parts) -> PromptClassifier:
        """A classifier of what `PromptConfig.to_json` gave, over language models.

        Raises TypeError for other settings, PromptError where the language models do not have the words, ValueError
        where they do not have the same.
        """
        assert isinstance(parts.lexicon, Vocabulary)
        models = parts.language_models()
        if any(each.vocabulary.words != parts.lexicon.words for each in models.values()):
            raise ValueError("the language models do not have the same words")
        return cls(PromptConfig(**read_settings(config)), models, parts.lexicon)

    @property
    def C(self) -> nn.Embedding:  # noqa: N802 - the letter of the formula
        """The language models' word vectors, of the first direction that is asked."""
        first = next(iter(self._models.values())).C
        return nn.Embedding(len(first), first.shape[1], _weight=first.detach(), _freeze=True)

    @property
    def groups(self) -> dict[str, list[nn.Parameter]]:
        """What may move, from the top down: the classes' bias, the RNNs, C, and with it W_o, which is rows of it."""
        if not self.config.tuned:
            return {"W_o": [self.bias]}
        return {"W_o": [self.bias], "W_e, W_h": list(self.readers.parameters()), "C": list(self.vectors)}

    @property
    def size(self) -> int:
        """How many numbers answer: those of the language models, and the bias."""
        return self.bias.numel() + sum(p.numel() for model in self._models.values() for p in model.parameters())

    def running(self, prefixes: Sequence[Sequence[int]]) -> Tensor:
        """Logits after each word of one text, (words, classes): every prefix is asked about anew."""
        ids = torch.tensor([prefixes[-1]], device=self.bias.device).repeat(len(prefixes), 1)
        lengths = torch.tensor([len(prefix) for prefix in prefixes], device=ids.device)
        return self.forward(ids, lengths)

    def states(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """The language models' states at each word, (batch, time, directions·hidden), zeros at pads."""
        mask = (torch.arange(ids.shape[1], device=ids.device)[None, :] < lengths[:, None]).unsqueeze(-1)
        found = []
        for way, model in self._models.items():
            read = reversed_rows(ids, lengths) if way == "backward" else ids
            read = functional.pad(read, (1, 0), value=BOUNDARY)
            layers, _ = model.read(model.C[read.t()], model.start(len(ids)))
            states = layers[-1][1:].transpose(0, 1)
            found.append((reversed_rows(states, lengths) if way == "backward" else states) * mask)
        return torch.cat(found, dim=2)

    @property
    def asked_models(self) -> Mapping[str, LanguageModel]:
        """The language models that are asked, by direction."""
        return self._models

    @property
    def width(self) -> int:
        """Of a word's states, all directions together."""
        return sum(model.config.hidden for model in self._models.values())

    def shapes(self) -> dict[str, list[int]]:
        """The language model's own; W_o is the rows of C of the answer words."""
        shapes = next(iter(self._models.values())).shapes()
        return {**shapes, "W_o": [len(self._rows), shapes["C"][1]]}

    def direction(self, template: Template) -> str:
        """The direction of the language model that comes upon the blank last."""
        return template.direction

    def unread(self, template: Template) -> str:
        """What stands beyond the blank."""
        return template.unread

    def _with(self, config: PromptConfig) -> Self:
        return type(self)(config, self._all, self.vocabulary)

    def _queries(
        self, ids: Tensor, lengths: Tensor, gates: Tensor | None = None
    ) -> Iterator[tuple[Template, Tensor, LanguageModel]]:
        """Each template with what is compared with the rows of C at its blank, (batch, d), and the model it asks."""
        for way, questions in self.questions.items():
            model = self._models[way]
            if model.bias.device != ids.device:  # what is not tuned is not among the parameters, and comes after
                model.to(ids.device)
            for (before, stopped), alike in _by_beginning(questions).items():
                some = self._without_last_stop(ids, lengths) if stopped else lengths
                own, scales = ids, gates
                if way == "backward":
                    own, scales = reversed_rows(ids, some), None if gates is None else reversed_rows(gates, some)
                state = self._read_texts(model, own, some, before, scales)
                # One after another while it is tuned: what training gives does not depend on how fast it answers.
                for together in [[each] for each in alike] if self.training else [alike]:
                    tops = self._read_on(model, [each.after for each in together], state)
                    for question, top in zip(together, tops, strict=True):
                        yield question.template, model.query(self._drop(top)[None])[0], model

    def _read_texts(
        self, model: LanguageModel, ids: Tensor, lengths: Tensor, before: tuple[int, ...], gates: Tensor | None
    ) -> State:
        head = torch.tensor([BOUNDARY, *before], device=ids.device).expand(len(ids), -1)
        vectors = model.C[torch.cat([head, ids], dim=1).t()]
        if gates is not None:
            vectors = vectors * functional.pad(gates, (head.shape[1], 0), value=1.0).t().unsqueeze(-1)
        return read_to_ends(model, self._drop(vectors), lengths + head.shape[1])

    def _read_on(self, model: LanguageModel, afters: Sequence[tuple[int, ...]], state: State) -> list[Tensor]:
        """The top layer's state after each of several ways to go on, (batch, hidden), all read side by side."""
        batch, longest = state[0].shape[1], max(map(len, afters))
        if not longest:
            return [state[0][-1] for _ in afters]
        rows = [[*after, *[BOUNDARY] * (longest - len(after))] for after in afters]
        ids = torch.tensor(rows, device=model.C.device).t()
        vectors = model.C[ids][:, :, None].expand(-1, -1, batch, -1).flatten(1, 2)
        h, c = (part.repeat(1, len(afters), 1) for part in state)
        layers, _ = model.read(vectors, (h, c))
        tops = layers[-1].view(longest, len(afters), batch, -1)
        return [tops[len(after) - 1, place] if after else state[0][-1] for place, after in enumerate(afters)]

    def _drop(self, values: Tensor) -> Tensor:
        """Each text's coordinates dropped in all its places alike (Gal and Ghahramani 2016), while it is tuned."""
        if not self.training or not self.config.dropout:
            return values
        return values * functional.dropout(torch.ones_like(values[:1]), self.config.dropout)


def _questions(
    config: PromptConfig, models: Mapping[str, FrozenLanguageModel], vocabulary: Vocabulary
) -> dict[str, list[Question]]:
    """By direction, in the order of the language models. Raises PromptError where a template has none to ask."""
    found = dict[str, list[Question]]()
    for shown in config.templates:
        template = Template(shown)
        if template.direction not in models:
            raise PromptError(
                f"The template {shown!r} asks a {template.direction} language model, which is not among those reused.",
                "Put the blank on the other side of the text, or reuse both directions.",
            )
        before, between, behind = (tuple(vocabulary.encode(words(part))) for part in template.around)
        read = (behind[::-1], between[::-1]) if template.blank_first else (before, between)
        asked = Question(template, *read, stopped=follows_stop(template))
        found.setdefault(template.direction, []).append(asked)
    return {way: found[way] for way in models if way in found}


def _by_beginning(questions: Sequence[Question]) -> dict[tuple[tuple[int, ...], bool], list[Question]]:
    """Those that read the texts alike: after the same words, and with or without their last full stop."""
    found = dict[tuple[tuple[int, ...], bool], list[Question]]()
    for question in questions:
        found.setdefault((question.before, question.stopped), []).append(question)
    return found


def _without_dropout(model: LanguageModel) -> LanguageModel:
    model.config = replace(model.config, dropout=0.0, embedding_dropout=0.0, weight_drop=0.0)
    return model
