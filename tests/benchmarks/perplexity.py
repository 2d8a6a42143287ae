"""How long until a language model is as good: the exact held-out perplexity of a textbook, and our time to the same.

Both read the embedded reviews, from random parameters, at the sizes of the speed benchmark. The textbook works for a
while with two threads; then both our directions work side by side, a thread each, until each is as good as it was.
Scoring is left out of the time. As a program, one of the processes: `... textbook SECONDS` prints the perplexity,
`... forward|backward PERPLEXITY` the seconds.
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from core.data.corpora import unlabelled
from core.data.text import words
from core.machine.process import child_environment
from core.models.language_model import LanguageModel, LanguageModelConfig
from core.models.perplexity import held_out
from core.pretraining import corpus as corpora
from core.pretraining.language_loop import LanguageModelTrainer, Settings
from core.pretraining.sampled_softmax import Noise
from core.runs.logger import RunLogger
from core.storage.store import default_store
from tests.benchmarks.language_model import Silence, together
from tests.benchmarks.language_sizes import BATCH, BPTT, DIMENSION, HIDDEN, VOCABULARY
from tests.benchmarks.textbook_language_model import TextbookLanguageModel

SECONDS = 120.0
SCORED_WORDS = 10_000
EVERY = 5
"""Steps between two looks at the perplexity."""


def measure() -> tuple[float, float, float]:
    """(seconds of ours, the slower direction; seconds of the textbook; the perplexity that both reached)."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    program = [sys.executable, "-m", "tests.benchmarks.perplexity"]
    _text()  # tokenised once, outside of every clock
    (perplexity,) = together([[*program, "textbook", str(SECONDS)]], inherited)
    ours = together([[*program, way, str(perplexity)] for way in ("forward", "backward")], child_environment(inherited))
    return max(ours), SECONDS, perplexity


def _text() -> tuple[corpora.Corpus, list[list[int]]]:
    text = unlabelled()
    corpus = corpora.load(corpora.build(default_store(), text, VOCABULARY, lambda *_: None))
    kept: list[list[int]] = []
    for document in text.held_out:
        kept.append(corpus.vocabulary.encode(words(document)))
        if sum(map(len, kept)) > SCORED_WORDS:
            break
    return corpus, kept


def textbook(seconds: float) -> float:
    """The perplexity of the textbook's model after that long."""
    torch.set_num_threads(2)
    torch.manual_seed(0)
    corpus, kept = _text()
    model = TextbookLanguageModel()
    optimizer = torch.optim.Adam(model.parameters())
    stream = torch.from_numpy(np.array(corpus.ids)).long()
    lanes = stream[: len(stream) // BATCH * BATCH].view(BATCH, -1)
    state: tuple[torch.Tensor, torch.Tensor] | None = None
    begun = time.perf_counter()
    for start in range(0, lanes.shape[1] - BPTT, BPTT):
        if time.perf_counter() - begun > seconds:
            break
        logits, state = model(lanes[:, start : start + BPTT], state)
        state = state[0].detach(), state[1].detach()
        targets = lanes[:, start + 1 : start + BPTT + 1]
        loss = functional.cross_entropy(logits.reshape(-1, VOCABULARY), targets.reshape(-1))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    with torch.inference_mode():
        total = sum(
            functional.cross_entropy(model(torch.tensor([[0, *ids[:-1]]]), None)[0][0], torch.tensor(ids)).item()
            * len(ids)
            for ids in kept
        )
    return math.exp(total / sum(map(len, kept)))


def ours(backward: bool, perplexity: float) -> float:
    """The seconds until our loop's model is at least as good."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    corpus, kept = _text()
    model = LanguageModel(LanguageModelConfig(VOCABULARY, DIMENSION, HIDDEN, dropout=0.1))
    settings = Settings(1, BATCH, BPTT, learning_rate=3e-3, seed=0, backward=backward)
    worked, since, good = 0.0, time.perf_counter(), False

    def after_step(step: int) -> None:
        nonlocal worked, since, good
        if step % EVERY:
            return
        worked += time.perf_counter() - since
        good = held_out(model, kept, backward).perplexity <= perplexity
        since = time.perf_counter()

    with tempfile.TemporaryDirectory() as folder:
        documents = [document for document in corpus.documents() if len(document)]
        trainer = LanguageModelTrainer(model, documents, Noise(corpus.vocabulary.counts, 1024), settings, Path(folder))
        trainer.fit(RunLogger(Silence(), lambda: "stopped" if good else "running"), after_step)
    return worked


if __name__ == "__main__":
    torch.set_flush_denormal(True)
    what, number = sys.argv[1], float(sys.argv[2])
    print(textbook(number) if what == "textbook" else ours(what == "backward", number))
