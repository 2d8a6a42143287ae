"""What computes, and in which numbers: what is not there is refused in words, before anything is read."""

from __future__ import annotations

import pytest
import torch

from core.machine.device import DeviceError, PrecisionError, arithmetic, resolve


def test_the_processor_is_always_there_and_auto_finds_something() -> None:
    assert resolve("cpu") == torch.device("cpu")
    assert resolve("auto").type in ("cpu", "cuda", "mps")


def test_a_device_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError) as refused:
        resolve("cuda")
    assert "no cuda device" in refused.value.message


def test_bfloat16_is_refused_where_it_would_only_be_imitated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    with pytest.raises(PrecisionError) as refused:
        arithmetic("bfloat16")
    assert "does not compute in bfloat16" in refused.value.message
    assert "float32 runs everywhere" in refused.value.hint
    assert arithmetic("float32") is torch.float32
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: True)
    assert arithmetic("bfloat16") is torch.bfloat16
