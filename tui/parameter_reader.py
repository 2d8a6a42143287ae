"""What the engine has said of each model's parameters: asked once a model, for they stay what they are."""

from __future__ import annotations

from asyncio import sleep

from core import api
from tui.engine_client import Engine
from tui.model_comparison import ComparedModel

LINGER = 0.3
"""Seconds a model is looked at before it is asked: who hurries past does not keep the engine busy."""


class ParameterReader:
    """Asks and remembers. A model that was trained again is asked again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, tuple[ComparedModel, api.ParameterList]] = {}

    def known(self, model: ComparedModel) -> api.ParameterList | None:
        """What was said of the model already."""
        asked, found = self._known.get(model.key, (None, None))
        return found if asked == model else None

    async def read(self, model: ComparedModel) -> api.ParameterList | api.Failed | None:
        """What its parameters are; None where it has none yet, or a newer question took this one's place."""
        if (found := self.known(model)) is not None or model.spec is None:
            return found
        await sleep(LINGER)
        async for answer in self._engine.ask(api.ReadParameters(model.spec)):
            if isinstance(answer, api.ParameterList):
                self._known[model.key] = model, answer
                return answer
            if isinstance(answer, api.Failed):
                return answer
        return None
