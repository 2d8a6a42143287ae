"""What a model in training answers to the sentences that a person pinned to its run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch

from core.data.batches import pad
from core.data.lexicon import Lexicon
from core.data.text import words
from core.floats import rounded
from core.models.protocol import Tunable
from core.runs import pins
from core.runs.events import Pinned, PinnedAnswer

RUNNING_TOKENS = 64
"""Tokens that a running answer is told of, as in Read."""
_DECIMALS = 4


class PinnedAnswers:
    """Reads the pins of the run in `folder` anew when they change; all are answered in one batch."""

    def __init__(self, model: Tunable, lexicon: Lexicon, max_tokens: int, folder: Path, device: torch.device) -> None:
        self._model, self._lexicon, self._max_tokens = model, lexicon, max_tokens
        self._folder, self._device = folder, device
        self._stamp: tuple[int, int] = (0, 0)
        self._pins: dict[str, list[str]] = {}
        """The tokens of each sentence, as the model reads them."""
        self._seen: set[str] = set()
        """Those that were read token by token."""

    def measure(self, step: int, epoch: float, evaluated: bool) -> Pinned | None:
        """The answers now, token by token when `evaluated` and where a sentence is new. None where none is pinned."""
        had_any = bool(self._pins)
        self._look()
        if not self._pins:
            return Pinned(step=step, epoch=epoch, sentences=[]) if had_any else None
        ids = [self._lexicon.encode(tokens) for tokens in self._pins.values()]
        rows, lengths = pad(ids)
        answers = self._model(rows.to(self._device), lengths.to(self._device)).softmax(dim=1).cpu().tolist()
        sentences = [
            self._closely(text, tokens, answer)
            if evaluated or text not in self._seen
            else PinnedAnswer(text, rounded(answer, _DECIMALS))
            for (text, tokens), answer in zip(self._pins.items(), answers, strict=True)
        ]
        self._seen = set(self._pins)
        return Pinned(step=step, epoch=epoch, sentences=sentences)

    def _look(self) -> None:
        if (stamp := pins.stamp(self._folder)) != self._stamp:
            self._stamp = stamp
            self._pins = {text: words(text)[: self._max_tokens] for text in pins.read_pins(self._folder)}
            self._seen &= set(self._pins)

    def _closely(self, text: str, tokens: Sequence[str], answer: Sequence[float]) -> PinnedAnswer:
        """With its tokens and, on the processor, the answer after each: prefixes are read nowhere else."""
        running: list[list[float]] | None = None
        if self._device.type == "cpu" and (prefixes := self._lexicon.prefixes(tokens[:RUNNING_TOKENS])):
            running = self._model.running(prefixes).softmax(dim=1).tolist()
        return PinnedAnswer(
            text,
            rounded(answer, _DECIMALS),
            list(tokens),
            [self._lexicon.reads(token) for token in tokens],
            rounded(running, _DECIMALS),
        )
