"""The state of a language model at the end of each of several texts, exact, so that reading can go on from there."""

from __future__ import annotations

import torch
from torch import Tensor

from core.models.language_model import LanguageModel, State


def read_to_ends(model: LanguageModel, vectors: Tensor, lengths: Tensor) -> State:
    """The state after each text's own last vector, each (layers, batch, hidden).

    `vectors`: (time, batch, d), padded at the end; `lengths`: (batch,), at least one each. What all texts have is read
    at once; then a text that has ended keeps its state while longer ones go on. Texts of about one length cost hardly
    more than reading them.
    """
    shortest, longest = int(lengths.min()), int(lengths.max())
    _, state = model.read(vectors[:shortest], model.start(vectors.shape[1]))
    for place in range(shortest, longest):
        _, after = model.read(vectors[place : place + 1], state)
        going_on = (lengths > place)[None, :, None]
        state = (torch.where(going_on, after[0], state[0]), torch.where(going_on, after[1], state[1]))
    return state
