"""What the fake engine says of parameters and states: waves, of the era that the model's name begins with."""

from __future__ import annotations

from core import api
from core.api.pictures import PictureAnswer, PictureQuestion
from core.eras.table import BY_ID
from tests.core.made_pictures import made_parameters, made_states, made_steps


def answer(question: PictureQuestion) -> PictureAnswer:
    """The scripted answer."""
    era = question.model if question.model in BY_ID else "scratch"
    if isinstance(question, api.ReadParameters):
        return made_parameters(era, question.model)
    from tests.tui.fake_engine import tokens

    if isinstance(question, api.ReadStates):
        return made_states(era, tokens(question.text), question.model, reader=question.reader)
    return made_steps(era, tokens(question.text), question.model)
