"""Everything that computes: no terminal, no Textual, no plotext.

>>> from core import Session, api
>>> session = Session()
>>> answer, *_ = session.predict(["The plot is thin but the cast is wonderful."], "ulmfit")
>>> answer.label
'positive'
>>> [token.text for token in answer.tokens][:4]
['the', 'plot', 'is', 'thin']
>>> near = session.neighbors(api.Neighbors("wonderful", model="word2vec", k=3))
>>> [each.neighbor for each in near.neighbors]
['marvelous', 'fabulous', 'fantastic']
>>> session.vector("cast", "ulmfit", sentence="The cast is wonderful.").shape
(1024,)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core import api
    from core.estimator import EraClassifier
    from core.service.session import Session

__all__ = ["EraClassifier", "Session", "api"]

_DOORS = {"EraClassifier": "core.estimator", "Session": "core.service.session"}
"""What a program begins with. Found when it is asked for: `--help` and the app import nothing heavy."""


def __getattr__(name: str) -> Any:
    if name in _DOORS:
        return getattr(import_module(_DOORS[name]), name)
    if name == "api":
        return import_module("core.api")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
