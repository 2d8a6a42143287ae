"""Which device computes, and in which numbers: `auto` takes CUDA, then Apple's MPS, then the CPU."""

from __future__ import annotations

import torch

from core.errors import UserError

CHOICES = ("auto", "cpu", "cuda", "mps")


class DeviceError(UserError):
    """The device asked for is not there. `message` says so, `hint` says what to do."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"This machine's torch has no {name} device.",
            "Use --device auto, or install a torch built for it.",
        )


def resolve(name: str) -> torch.device:
    """The torch device for one of `CHOICES`. Raises DeviceError when it is not there."""
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        name = next(candidate for candidate in ("cuda", "mps", "cpu") if there[candidate])
    if not there.get(name, False):
        raise DeviceError(name)
    return torch.device(name)


class PrecisionError(UserError):
    """The processor cannot compute in the numbers asked for. `message` says so, `hint` says what to do."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"This processor does not compute in {name}.",
            "Leave --precision out: float32 runs everywhere.",
        )


def arithmetic(precision: str) -> torch.dtype:
    """The numbers that `float32` or `bfloat16` names. Raises PrecisionError where they would only be imitated."""
    if precision == "float32":
        return torch.float32
    # torch imitates bfloat16 on every processor, many times slower than float32: nobody wants that unawares.
    if precision != "bfloat16" or not torch.cpu._is_avx512_bf16_supported():
        raise PrecisionError(precision)
    return torch.bfloat16
