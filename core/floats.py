"""The floats in plain data as JSON has them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any


def finite(value: Any) -> Any:
    """The value with None for each NaN and infinite float in its mappings and lists; tuples become lists."""
    return _each(value, lambda number: number if math.isfinite(number) else None)


def rounded(value: Any, decimals: int) -> Any:
    """The value with each float in its mappings and lists rounded; tuples become lists."""
    return _each(value, lambda number: round(number, decimals))


def _each(value: Any, change: Callable[[float], float | None]) -> Any:
    if isinstance(value, float):
        return change(value)
    if isinstance(value, Mapping):
        return {name: _each(item, change) for name, item in value.items()}
    return [_each(item, change) for item in value] if isinstance(value, list | tuple) else value
