"""Weights on disk: safetensors, small. Large matrices are kept in 8 or 4 bits a number, the rest in 16.

What is measured and shipped is always the model as read back from here, so a score on a card is a score of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from core.errors import UserError

FILE_MODE = 0o644
NO_STARTS: Mapping[str, Tensor] = {}
SIXTEENTHS = 7
"""Steps on each side of zero in 4 bits."""


class NotFinite(UserError):
    """Weights that are not numbers are not kept: nothing could be answered with them."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The training diverged: {name} holds values that are not numbers.", "Try a smaller learning rate."
        )


def save_compact(
    path: Path,
    tensors: dict[str, Tensor],
    eight_bit: frozenset[str],
    starts: Mapping[str, Tensor] = NO_STARTS,
    bases: Mapping[str, Tensor] = NO_STARTS,
    four_bit: frozenset[str] = frozenset(),
) -> None:
    """Write tensors to a safetensors file: those named in `eight_bit` as int8 rows with a float32 scale each.

    Of a matrix that has a start, whose rows come first, only the rows that differ from it are written. Of a tensor that
    has a base the difference from it is: smaller numbers, so 8 bits say them more finely, and 4 finely enough. Those
    in `four_bit`, which must have an even number of columns, are such differences. Raises NotFinite.
    """
    stored: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        value = tensor.detach().to("cpu", torch.float32)
        if not value.isfinite().all():
            raise NotFinite(name)
        if (start := starts.get(name)) is not None:
            moved = torch.ones(len(value), dtype=torch.bool)
            moved[: len(start)] = (value[: len(start)] != start).any(dim=1)
            value, stored[f"{name}|rows"] = value[moved], moved.nonzero().squeeze(1).to(torch.int32)
        if (base := bases.get(name)) is not None:
            value, stored[f"{name}|base"] = value - base, torch.ones(1, dtype=torch.int8)
        if name in four_bit:
            scale = _few_digits(value.abs().amax(dim=1).clamp(min=1e-12) / SIXTEENTHS)
            levels = (value / scale[:, None]).round().clamp(-SIXTEENTHS, SIXTEENTHS).to(torch.int8) + SIXTEENTHS
            stored[f"{name}|int4"] = (levels[:, ::2] * 16 + levels[:, 1::2]).to(torch.uint8)
            stored[f"{name}|scale"] = scale
        elif name in eight_bit:
            scale = value.abs().amax(dim=1).clamp(min=1e-12) / 127
            if base is not None:
                scale = _few_digits(scale)
            stored[f"{name}|int8"] = (value / scale[:, None]).round().clamp(-127, 127).to(torch.int8)
            stored[f"{name}|scale"] = scale
        else:
            stored[name] = _half(value).contiguous()
    save_file(stored, path)
    # safetensors makes files that only their owner may read; these are shared like any other.
    path.chmod(FILE_MODE)


def load_compact(
    path: Path, starts: Mapping[str, Tensor] = NO_STARTS, bases: Mapping[str, Tensor] = NO_STARTS
) -> dict[str, Tensor]:
    """Read what `save_compact` wrote with the same starts and bases, as float32 tensors.

    Raises OSError, or ValueError for a damaged file, one whose start or base is not given, values that are no
    numbers.
    """
    try:
        stored = load_file(path)
    except SafetensorError as error:
        raise ValueError(f"{path.name} is damaged ({error})") from error
    tensors: dict[str, Tensor] = {}
    for name, value in stored.items():
        if name.endswith("|int8"):
            base = name.removesuffix("|int8")
            tensors[base] = value.to(torch.float32) * stored[f"{base}|scale"][:, None]
        elif name.endswith("|int4"):
            base = name.removesuffix("|int4")
            levels = torch.stack([value // 16, value % 16], dim=2).flatten(1).to(torch.float32) - SIXTEENTHS
            tensors[base] = levels * stored[f"{base}|scale"][:, None]
        elif not name.endswith(("|scale", "|rows", "|base")):
            tensors[name] = value.to(torch.float32)
    for name in [name.removesuffix("|base") for name in stored if name.endswith("|base")]:
        if name not in bases:
            raise ValueError(f"{path.name} holds only how {name} differs from its base, which is not here")
        tensors[name] = tensors[name] + bases[name]
    for name in [name for name in stored if name.endswith("|rows")]:
        base = name.removesuffix("|rows")
        if base not in starts:
            raise ValueError(f"{path.name} holds only what differs from the start of {base}, which is not here")
        rows, start = stored[name].long(), starts[base]
        whole = torch.zeros(max(len(start), int(rows.max()) + 1 if len(rows) else 0), start.shape[1])
        whole[: len(start)] = start
        whole[rows] = tensors[base]
        tensors[base] = whole
    if broken := [name for name, tensor in tensors.items() if not tensor.isfinite().all()]:
        raise ValueError(f"{path.name} holds values that are not numbers ({', '.join(broken)})")
    return tensors


def _half(value: Tensor) -> Tensor:
    """In 16 bits, or in 32 where 16 would make infinity of it: then the file would answer unlike the model."""
    half = value.to(torch.float16)
    return half if bool(half.isfinite().all()) else value


def _few_digits(scale: Tensor) -> Tensor:
    """Few enough that what is read back and written again, off by a rounding, gets the same scale."""
    return scale.to(torch.bfloat16).to(torch.float32)
