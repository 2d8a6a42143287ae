"""Checkpoints of a run: one folder a step, complete or not there at all."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.optim import Optimizer

from core.errors import GO_ON, UserError, room_on
from core.storage.atomic import staging, sync, sync_tree, write_json

ORIGIN = "origin.json"


class CheckpointError(UserError):
    """A checkpoint cannot be read. `message` and `hint` are for a person."""

    def __init__(self, path: Path, error: Exception) -> None:
        super().__init__(
            f"The run's checkpoint {path.name} is damaged ({error}).",
            "Start the run again from its beginning: its command is in run.json.",
        )


class OtherData(UserError):
    """A checkpoint does not belong to the data that the run would go on with. Nothing was overwritten."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The run's checkpoint was made of other data: {what}.",
            "Put the data back as it was to go on, or start a new run; nothing of this one was overwritten.",
        )


@dataclass(frozen=True)
class Origin:
    """What checkpoints are made of: the digest of the data's content, and its classes in the order of the logits."""

    data: str
    classes: tuple[str, ...] = ()


def claim(folder: Path, origin: Origin) -> None:
    """Note beside the checkpoints what they are made of, before the first; or check that it is still the same.

    Raises OtherData, DiskFull.
    """
    path = folder / ORIGIN
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
        earlier = Origin(str(noted["data"]), tuple(noted["classes"]))
    except FileNotFoundError:
        with room_on(f"The disk of the run's checkpoints in {folder}", GO_ON):
            folder.mkdir(parents=True, exist_ok=True)
            write_json(path, asdict(origin))
        return
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(path, error) from error
    if earlier.classes != origin.classes:
        raise OtherData(f"its classes were {', '.join(earlier.classes)}, now they are {', '.join(origin.classes)}")
    if earlier.data != origin.data:
        raise OtherData("the texts or their labels have changed since")


def save(folder: Path, step: int, tensors: dict[str, Tensor], state: dict[str, Any]) -> Path:
    """Write `folder/<step>` (tensors.safetensors, state.json) atomically and remove the older checkpoints.

    A checkpoint of that step that is already there stands: a run is the same at the same step. Raises DiskFull; the
    older checkpoints stand then.
    """
    target = folder / f"{step:08d}"
    if target.exists():
        return target
    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with room_on(f"The disk of the run's checkpoints in {folder}", GO_ON), staging(folder) as building:
        save_file(whole, building / "tensors.safetensors")
        (building / "state.json").write_text(json.dumps(state, indent=1), encoding="utf-8")
        sync_tree(building)
        building.rename(target)
    sync(folder)
    for other in folder.iterdir():
        if other != target and other.name.isdigit():
            shutil.rmtree(other, ignore_errors=True)
    return target


def latest(folder: Path) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
    """Tensors and state of the newest complete checkpoint, or None. Raises CheckpointError for a damaged one."""
    if not folder.is_dir():
        return None
    steps = sorted(path for path in folder.iterdir() if path.name.isdigit())
    if not steps:
        return None
    return read(steps[-1])


def read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors and state of the checkpoint in a folder. Raises CheckpointError for a damaged one."""
    try:
        state: dict[str, Any] = json.loads((path / "state.json").read_text(encoding="utf-8"))
        return load_file(path / "tensors.safetensors"), state
    except (OSError, ValueError, SafetensorError) as error:
        raise CheckpointError(path, error) from error


def part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors whose names start with `prefix`, without it; clones, because one read is the mapped file itself."""
    return {name.removeprefix(prefix): tensor.clone() for name, tensor in tensors.items() if name.startswith(prefix)}


def optimizer_tensors(optimizer: Optimizer) -> dict[str, Tensor]:
    """What an optimiser remembers of each parameter, named `optimizer.<number>.<what>`."""
    moments = optimizer.state_dict()["state"].items()
    return {f"optimizer.{index}.{name}": tensor for index, kept in moments for name, tensor in kept.items()}


def restore_optimizer(optimizer: Optimizer, tensors: dict[str, Tensor]) -> None:
    """Give an optimiser of the same parameters back what `optimizer_tensors` took."""
    state = optimizer.state_dict()
    moments: dict[int, dict[str, Tensor]] = {}
    for name, tensor in part(tensors, "optimizer.").items():
        index, _, key = name.partition(".")
        moments.setdefault(int(index), {})[key] = tensor
    state["state"] = moments
    optimizer.load_state_dict(state)
