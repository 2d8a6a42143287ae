"""TensorBoard's event files, by TensorBoard's own reader and writer (the extra `tensorboard`): scalars over steps."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from core.errors import UserError
from core.machine.extras import TENSORBOARD, has_tensorboard
from core.runs.foreign.rows import Reading, Row

PATTERN = "events.out.tfevents.*"
_EVENTS_AT_ONCE = 20_000
_KINDS = {
    "image": "picture",
    "images": "picture",
    "histo": "histogram",
    "histograms": "histogram",
    "audio": "sound",
    "text": "text",
}


class NoTensorBoard(UserError):
    """Event files can neither be read nor written without the extra."""

    def __init__(self) -> None:
        super().__init__("TensorBoard's event files need the extra: " + TENSORBOARD + ".")


class EventFiles:
    """Reads the event files of one folder, each on from where it was; a file that is added later, too."""

    format = "TensorBoard"
    finished = False
    planned = 0.0

    def __init__(self, folder: Path) -> None:
        if not has_tensorboard():
            raise NoTensorBoard
        self._folder = folder
        self._loaders: dict[Path, Any] = {}
        self.bad = 0

    def files(self) -> list[Path]:
        """The event files there are now, in the order they were begun."""
        return sorted(path for path in self._folder.glob(PATTERN) if path.is_file())

    def read(self) -> Reading:
        """The scalars that were added; pictures, histograms and texts are counted."""
        from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
        from tensorboard.compat.proto import event_pb2

        found = Reading()
        for path in self.files():
            loader = self._loaders.setdefault(path, None) or RawEventFileLoader(str(path))
            self._loaders[path] = loader
            for raw in loader.Load():
                try:
                    event = event_pb2.Event.FromString(raw)
                except ValueError:  # protobuf's DecodeError is none in every version
                    self.bad += 1
                    continue
                if values := dict(_scalars(event, found.skipped)):
                    found.rows.append(Row(values, float(event.step), None, event.wall_time))
                if len(found.rows) >= _EVENTS_AT_ONCE:
                    return found
        return found


def _scalars(event: Any, skipped: Counter[str]) -> list[tuple[str, float]]:
    found = []
    for value in event.summary.value:
        if (number := _number(value)) is not None:
            found.append((value.tag, number))
        else:
            skipped[_kind(value)] += 1
    return found


def _kind(value: Any) -> str:
    """What a value that is no scalar is: said by the field it stands in, or by the plugin that it is for."""
    return _KINDS.get(value.metadata.plugin_data.plugin_name) or _KINDS.get(value.WhichOneof("value"), "other value")


def _number(value: Any) -> float | None:
    """The scalar of a summary's value, of the old kind (simple_value) or the new (a tensor of one number)."""
    if value.HasField("simple_value"):
        return float(value.simple_value)
    if not value.HasField("tensor"):
        return None
    from tensorboard.util.tensor_util import make_ndarray

    if any(size.size > 1 for size in value.tensor.tensor_shape.dim):
        return None
    try:
        return float(make_ndarray(value.tensor).item())
    except (TypeError, ValueError):
        return None
