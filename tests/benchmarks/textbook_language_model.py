"""An LSTM language model as a textbook has it, not to be improved; a program that takes seconds to work for.

nn.Embedding, nn.LSTM, nn.Linear, cross_entropy, Adam; two threads, the allocator as it comes. Prints tokens a second.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.benchmarks.language_sizes import BATCH, BPTT, DIMENSION, HIDDEN, VOCABULARY, documents


class TextbookLanguageModel(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, DIMENSION)
        self.rnn = nn.LSTM(DIMENSION, HIDDEN, batch_first=True)
        self.linear = nn.Linear(HIDDEN, VOCABULARY)

    def forward(self, ids: Tensor, state: tuple[Tensor, Tensor] | None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        states, state = self.rnn(self.embedding(ids), state)
        return self.linear(states), state


def main(seconds: float) -> float:
    torch.set_num_threads(2)
    torch.manual_seed(0)
    model = TextbookLanguageModel()
    optimizer = torch.optim.Adam(model.parameters())
    words = torch.from_numpy(np.concatenate(documents())).long()
    lanes = words[: len(words) // BATCH * BATCH].view(BATCH, -1)
    state: tuple[Tensor, Tensor] | None = None
    steps, begun = -1, 0.0  # the first step warms up
    for start in range(0, lanes.shape[1] - BPTT, BPTT):
        if steps > 0 and time.perf_counter() - begun > seconds:
            break
        inputs, targets = lanes[:, start : start + BPTT], lanes[:, start + 1 : start + BPTT + 1]
        logits, state = model(inputs, state)
        state = state[0].detach(), state[1].detach()
        loss = functional.cross_entropy(logits.reshape(-1, VOCABULARY), targets.reshape(-1))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        steps += 1
        begun = begun or time.perf_counter()
    return steps * BATCH * BPTT / (time.perf_counter() - begun)


if __name__ == "__main__":
    print(main(float(sys.argv[1])))
