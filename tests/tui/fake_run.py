"""A run directory written by hand, as a worker would, with a clock of its own: no process, no training, no waiting."""

from __future__ import annotations

import json
import math
from typing import Any

from core.jobs import Job, TrainJob, command, to_json
from core.machine.process import Process
from core.runs import RunDirectory
from core.runs.events import KINDS, to_fields
from core.storage.paths import Home

CREATED = 1_760_000_000.0
DEAD = {"pid": 2**22 + 12345, "started": 1}


class FakeRun:
    """One run's folder; every call appends what the worker would."""

    def __init__(
        self,
        home: Home,
        job: Job | None = None,
        *,
        number: int = 1,
        title: str | None = None,
        alive: bool = True,
        after: str = "",
    ) -> None:
        self.job = job or TrainJob("scratch", labels=500)
        self.path = home.runs / f"{number:06x}"
        self.path.mkdir(parents=True)
        self.epochs = getattr(self.job, "epochs", None) or 12
        self.steps_per_epoch = 40
        self.total = self.steps_per_epoch * self.epochs
        self.now = CREATED + 1000 * number
        self._seq = 0
        self._step = 0
        self.groups: list[dict[str, Any]] = []
        described = {
            "v": 1,
            "id": f"{number:06x}",
            "title": self.job.title if title is None else title,
            "command": command(self.job),
            "created": self.now,
            "job": to_json(self.job),
            "versions": {},
            **({"after": after} if after else {}),
        }
        (self.path / "run.json").write_text(json.dumps(described), "utf-8")
        self.live(alive)

    @property
    def directory(self) -> RunDirectory:
        """The run as the app sees it."""
        return RunDirectory(self.path)

    def live(self, alive: bool) -> None:
        """A worker that lives (this process) or is dead."""
        process = Process.current()
        worker = {"pid": process.pid, "started": process.started} if alive else DEAD
        (self.path / "worker.json").write_text(json.dumps({**worker}), "utf-8")

    def say(self, kind: str, seconds: float = 0.25, **fields: Any) -> None:
        """One event, `seconds` after the one before."""
        self.say_all([(kind, seconds, fields)])

    def say_all(self, events: list[tuple[str, float, dict[str, Any]]]) -> None:
        """Many events in one write."""
        lines = []
        for kind, seconds, fields in events:
            self._seq += 1
            self.now += seconds
            said = KINDS[kind](t=round(self.now, 3), **fields)  # a field that no run says is refused
            lines.append(json.dumps({"v": 1, "seq": self._seq, **to_fields(said)}, separators=(",", ":")))
        with (self.path / "events.jsonl").open("a", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))

    def start(self, **fields: Any) -> None:
        """The first event."""
        self.groups = fields.get("groups", self.groups)
        self.say(
            "start",
            **{
                "title": self.job.title,
                "step": 0,
                "total": self.total,
                "steps_per_epoch": self.steps_per_epoch,
                "epochs": self.epochs,
                "resumed": False,
                "sizes": {"train": 400, "validation": 100, "test": 850},
                "labels": ["negative", "positive"],
                "parameters": 2_958_338,
                **fields,
            },
        )

    def train(self, until: float, since: float = 0.0, best_at: int = 5, validates: bool = True) -> None:
        """Train from epoch `since` to epoch `until`: loss falls, then validation turns at `best_at`."""
        events: list[tuple[str, float, dict[str, Any]]] = []
        for step in range(round(since * self.steps_per_epoch) + 1, round(until * self.steps_per_epoch) + 1):
            self._step, epoch = step, step / self.steps_per_epoch
            wobble = 0.03 * math.sin(1.7 * step)
            progress = {
                "phase": "train",
                "step": step,
                "total": self.total,
                "epoch": epoch,
                "speed": 2310.0 + 40 * math.sin(step),
                "unit": "tokens/s",
                "eta": (self.total - step) * 0.25,
                "loss": 0.66 * math.exp(-epoch / 4) + 0.05 + wobble,
                "accuracy": 0.97 - 0.47 * math.exp(-epoch / 3) + wobble / 2,
                "learning_rate": 1e-3,
                "rates": self._rates(step),
                "gradient": 0.9 * math.exp(-epoch / 5) + 0.2 + 4 * wobble,
            }
            events.append(("progress", 0.25, progress))
            if validates and step % self.steps_per_epoch == 0:
                scores = validation(epoch, best_at)
                found = {"step": step, "epoch": epoch, "split": "validation", "n": 100, "best": epoch <= best_at}
                events.append(("eval", 0.5, {**found, **scores}))
        self.say_all(events)

    def _rates(self, step: int) -> dict[str, float]:
        """A slanted triangle: up for a tenth of the steps, then down; a group is at its share of it once it joined."""
        rise = self.total / 10
        rate = 2e-3 * (step / rise if step < rise else (self.total - step) / (self.total - rise))
        return {group["name"]: group["factor"] * rate * (step > group["joins"]) for group in self.groups}

    def fine_tune(self, until: float) -> None:
        """Train with gradual unfreezing and discriminative rates."""
        names = ("W_o", "W_e, W_h", "C")
        self.start(
            groups=[{"name": n, "factor": 0.5**i, "joins": round(0.15 * i * self.total)} for i, n in enumerate(names)]
        )
        self.train(until)

    def pretrain(self, until: float) -> None:
        """Train a language model until that epoch: 800 steps an epoch, evaluated every quarter."""
        self.steps_per_epoch, self.total = 800, 800 * self.epochs
        self.start(labels=[], sizes={"documents": 22_000, "words": 6_800_000})
        events: list[tuple[str, float, dict[str, Any]]] = []
        for step in range(10, round(until * self.steps_per_epoch) + 1, 10):
            epoch = step / self.steps_per_epoch
            exact = 4.62 + 1.9 * math.exp(-epoch * 1.6)
            progress = {
                "phase": "train",
                "step": step,
                "total": self.total,
                "epoch": epoch,
                "loss": exact - 0.85 + 0.06 * math.sin(1.7 * step),
                "learning_rate": 3e-3 * (1 - step / self.total),
                "speed": 12_400.0 + 200 * math.sin(step),
                "unit": "tokens/s",
                "eta": (self.total - step) * 0.33,
            }
            events.append(("progress", 3.3, progress))
            if step % (self.steps_per_epoch // 4) == 0:
                scored = {"loss": exact, "perplexity": math.exp(exact), "n": 20_000, "unknown": 0.021}
                events.append(("eval", 1.0, {"step": step, "epoch": epoch, "split": "held-out", **scored}))
                accuracy = 0.735 - 0.13 * math.exp(-epoch)
                events.append(("probe", 1.0, {"step": step, "epoch": epoch, "accuracy": accuracy, "n": 853}))
        self.say_all(events)

    def fail(self, message: str, hint: str) -> None:
        """The last word of a worker that could not go on."""
        self.say("failed", message=message, hint=hint)
        self.live(False)

    def done(self, best_at: int = 5) -> None:
        """What is kept is scored again, then the test, and the end."""
        best = {"epoch": float(best_at), **validation(best_at, best_at)}
        test = {"accuracy": 0.783, "loss": 0.514, "n": 850}
        scores = {"validation": {"accuracy": best["accuracy"], "loss": best["loss"], "n": 100}, "test": test}
        for split, score in scores.items():
            said = {"step": self._step, "epoch": float(best_at), "best": True, "final": True}
            self.say("eval", split=split, **said, **score)
        self.say("done", artifact="a" * 64, model="run:1", best=best, scores=scores, cached=False)
        self.live(False)


def validation(epoch: float, best_at: int) -> dict[str, float]:
    """Loss and accuracy on the validation texts."""
    return {"loss": 0.46 + 0.009 * (epoch - best_at) ** 2, "accuracy": round(0.791 - 0.006 * (epoch - best_at) ** 2, 4)}
