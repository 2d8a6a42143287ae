"""Weights on disk: safetensors, small. Large matrices are kept in 8 bits a number, the rest in 16.

What is measured and shipped is always the model as read back from here, so a score on a card is a score of the file.
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

FILE_MODE = 0o644


def save_compact(path: Path, tensors: dict[str, Tensor], eight_bit: frozenset[str]) -> None:
    """Write tensors to a safetensors file: those named in `eight_bit` as int8 rows with a float32 scale each."""
    stored: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        value = tensor.detach().to("cpu", torch.float32)
        if name in eight_bit:
            scale = value.abs().amax(dim=1).clamp(min=1e-12) / 127
            stored[f"{name}|int8"] = (value / scale[:, None]).round().to(torch.int8)
            stored[f"{name}|scale"] = scale
        else:
            stored[name] = value.to(torch.float16).contiguous()
    save_file(stored, path)
    # safetensors makes files that only their owner may read; these are shared like any other.
    path.chmod(FILE_MODE)


def load_compact(path: Path) -> dict[str, Tensor]:
    """Read what `save_compact` wrote, as float32 tensors. Raises OSError, or ValueError for a damaged file."""
    try:
        stored = load_file(path)
    except SafetensorError as error:
        raise ValueError(f"{path.name} is damaged ({error})") from error
    tensors: dict[str, Tensor] = {}
    for name, value in stored.items():
        if name.endswith("|int8"):
            base = name.removesuffix("|int8")
            tensors[base] = value.to(torch.float32) * stored[f"{base}|scale"][:, None]
        elif not name.endswith("|scale"):
            tensors[name] = value.to(torch.float32)
    return tensors
