"""Which device computes: `auto` takes CUDA, then Apple's MPS, then the CPU."""

from __future__ import annotations

import torch

CHOICES = ("auto", "cpu", "cuda", "mps")


class DeviceError(Exception):
    """The device asked for is not there. `message` says so, `hint` says what to do."""

    def __init__(self, name: str) -> None:
        self.message = f"This machine's torch has no {name} device."
        self.hint = "Use --device auto, or install a torch built for it."
        super().__init__(self.message)


def resolve(name: str) -> torch.device:
    """The torch device for one of `CHOICES`. Raises DeviceError when it is not there."""
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        name = next(candidate for candidate in ("cuda", "mps", "cpu") if there[candidate])
    if not there.get(name, False):
        raise DeviceError(name)
    return torch.device(name)
