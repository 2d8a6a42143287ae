"""Weights on disk: small, close, and refused when damaged."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from core.storage.weights import NotFinite, load_compact, save_compact


def test_what_is_read_back_is_close_and_small(tmp_path: Path) -> None:
    torch.manual_seed(0)
    table, matrix = torch.randn(1000, 64) * torch.rand(1000, 1) * 5, torch.randn(32, 64)
    table[0].zero_()
    save_compact(tmp_path / "w.safetensors", {"C": table, "W": matrix}, frozenset({"C"}))
    read = load_compact(tmp_path / "w.safetensors")
    assert set(read) == {"C", "W"}
    step = table.abs().amax(dim=1, keepdim=True) / 127
    assert bool(((read["C"] - table).abs() <= step / 2 + 1e-6).all())
    assert torch.equal(read["C"][0], table[0])
    assert torch.allclose(read["W"], matrix, atol=2e-3)
    assert (tmp_path / "w.safetensors").stat().st_size < table.numel() * 1.2 + matrix.numel() * 2 + 1000


def test_writing_what_was_read_changes_nothing(tmp_path: Path) -> None:
    torch.manual_seed(0)
    save_compact(tmp_path / "a", {"C": torch.randn(300, 8)}, frozenset({"C"}))
    once = load_compact(tmp_path / "a")
    save_compact(tmp_path / "b", once, frozenset({"C"}))
    assert torch.allclose(load_compact(tmp_path / "b")["C"], once["C"], atol=1e-6)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff" * 64])
def test_a_damaged_file_is_a_value_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "w").write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        load_compact(tmp_path / "w")


def test_only_rows_that_left_their_start_are_written_and_the_rest_comes_back_exactly(tmp_path: Path) -> None:
    torch.manual_seed(0)
    start = torch.randn(500, 16)
    table = torch.cat([start.clone(), torch.randn(20, 16)])
    table[[3, 77]] += 1.0
    path = tmp_path / "w"
    save_compact(path, {"C": table}, frozenset({"C"}), {"C": start})
    read = load_compact(path, {"C": start})["C"]
    still = [row for row in range(500) if row not in (3, 77)]
    assert torch.equal(read[still], start[still])
    step = table.abs().amax(dim=1, keepdim=True) / 127
    assert bool(((read - table).abs() <= step / 2 + 1e-6).all())
    assert path.stat().st_size < 1500
    with pytest.raises(ValueError, match="differs from the start of C"):
        load_compact(path)


def test_a_table_that_never_moved_is_its_start(tmp_path: Path) -> None:
    start = torch.randn(5, 4)
    save_compact(tmp_path / "w", {"C": start.clone()}, frozenset({"C"}), {"C": start})
    assert torch.equal(load_compact(tmp_path / "w", {"C": start})["C"], start)


def test_what_has_a_base_comes_back_finer_than_eight_bits_of_the_whole_would(tmp_path: Path) -> None:
    torch.manual_seed(0)
    base = {"W": torch.randn(64, 32), "b": torch.randn(64)}
    moved = {name: tensor + 1e-3 * torch.randn(tensor.shape) for name, tensor in base.items()}
    save_compact(tmp_path / "a", moved, frozenset({"W"}), bases=base)
    read = load_compact(tmp_path / "a", bases=base)
    for name, tensor in moved.items():
        assert torch.allclose(read[name], tensor, atol=3e-5)
    save_compact(tmp_path / "b", read, frozenset({"W"}), bases=base)
    again = load_compact(tmp_path / "b", bases=base)
    assert all(torch.equal(again[name], read[name]) for name in read)
    with pytest.raises(ValueError, match="base"):
        load_compact(tmp_path / "a")


def test_a_difference_in_four_bits_is_half_the_size_and_comes_back_as_it_was_written(tmp_path: Path) -> None:
    torch.manual_seed(0)
    base = {"W": torch.randn(64, 96)}
    moved = {"W": base["W"] + 1e-2 * torch.randn(64, 96)}
    moved["W"][3] = base["W"][3]
    save_compact(tmp_path / "four", moved, frozenset(), bases=base, four_bit=frozenset({"W"}))
    read = load_compact(tmp_path / "four", bases=base)
    step = (moved["W"] - base["W"]).abs().amax(dim=1, keepdim=True) / 7
    assert bool(((read["W"] - moved["W"]).abs() <= 0.51 * step + 1e-6).all())
    assert torch.equal(read["W"][3], base["W"][3])
    save_compact(tmp_path / "eight", moved, frozenset({"W"}), bases=base)
    assert (tmp_path / "four").stat().st_size < 0.6 * (tmp_path / "eight").stat().st_size
    save_compact(tmp_path / "again", read, frozenset(), bases=base, four_bit=frozenset({"W"}))
    assert torch.equal(load_compact(tmp_path / "again", bases=base)["W"], read["W"])


def test_large_numbers_do_not_become_infinity(tmp_path: Path) -> None:
    large = {"b": torch.tensor([1e6, -3e5, 0.25]), "W": torch.tensor([[1e9, -2e9]])}
    save_compact(tmp_path / "w", large, frozenset({"W"}))
    read = load_compact(tmp_path / "w")
    assert torch.equal(read["b"], large["b"])
    assert torch.allclose(read["W"], large["W"], rtol=0.01)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_not_kept(tmp_path: Path, value: float) -> None:
    with pytest.raises(NotFinite, match="W_o holds values that are not numbers"):
        save_compact(tmp_path / "w", {"C": torch.zeros(2, 2), "W_o": torch.tensor([0.0, value])}, frozenset({"C"}))
    assert not (tmp_path / "w").exists()


def test_a_file_of_values_that_are_no_numbers_answers_nothing(tmp_path: Path) -> None:
    save_file({"W_o": torch.tensor([1.0, float("nan")])}, tmp_path / "w")
    with pytest.raises(ValueError, match=r"not numbers \(W_o\)"):
        load_compact(tmp_path / "w")
