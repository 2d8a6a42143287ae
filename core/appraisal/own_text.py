"""What a person's text without labels is worth to an era: its second row, over parts that have read the text first."""

from __future__ import annotations

import hashlib
import pkgutil
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from core.data.task import Task
from core.eras.table import BY_ID
from core.finetuning.adapting import OwnText, list_adaptations, start_from
from core.finetuning.prepare import prepare
from core.jobs import MaskedJob, Pretraining, TrainJob, kind_of, to_json
from core.runs import events
from core.runs.logger import RunLogger
from core.runs.wording import gain
from core.storage.artifact import canonical_json
from core.storage.store import Store

Say = Callable[[str, float], None]
"""Told what is read, and the seconds that it still takes."""


@dataclass
class TextReader:
    """Has the parts of classifiers go on reading `own`; what was read before is found in the store.

    `gains`: by the title of each reading, what it bought, in words. `notes`: what was left out, and what is new.
    """

    own: OwnText
    task: Task
    store: Store
    gains: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _keys: dict[Pretraining, str] = field(default_factory=dict)
    _parts: dict[str, dict[str, Pretraining]] = field(default_factory=dict)

    def reads(self, job: TrainJob) -> bool:
        """Whether the job's classifier has any part that can go on. Raises what `prepare` raises."""
        return bool(self._list(job))

    def over(self, job: TrainJob, say: Say, listening: RunLogger) -> TrainJob:
        """The job over its parts, after they have read the text; `say` is told how far that is.

        `listening` says when to pause, or to stop. Raises UserError where the text cannot be read, and Stopped.
        """
        return start_from(job, {part: self._read(each, say, listening) for part, each in self._list(job).items()})

    def _list(self, job: TrainJob) -> dict[str, Pretraining]:
        """What each part of the job's era takes: the same, whichever of the task's texts are learned from."""
        if job.era not in self._parts:
            whole = replace(job, labels=0 if BY_ID[job.era].asked else None, whole_budget=False)
            training = prepare(whole, self.store, self.task)
            self._parts[job.era] = list_adaptations(training, self.own, self.store)
        return self._parts[job.era]

    def _read(self, job: Pretraining, say: Say, listening: RunLogger) -> str:
        if job not in self._keys:
            say(f" · {job.title}", 0.0)
            logger = RunLogger(_Listener(job.title, self.notes, say, listening), listening.desired)
            # A checkpoint of a reading that was ended stands where the next one looks for it.
            folder = self.store.root / ".reading" / hashlib.sha256(canonical_json(to_json(job)).encode()).hexdigest()
            folder.mkdir(parents=True, exist_ok=True)
            last = pkgutil.resolve_name(kind_of(job).runner)(job, folder, self.store, logger)
            assert isinstance(last, events.Done)
            shutil.rmtree(folder, ignore_errors=True)
            self._keys[job] = last.artifact or ""
            if bought := gain(last.scores, "masked pieces" if isinstance(job, MaskedJob) else "words"):
                self.gains[job.title] = bought
        return self._keys[job]


class _Listener:
    """Hears what a reading says: its warnings are kept, its steps show that it lives, its pauses are the report's."""

    def __init__(self, title: str, notes: list[str], say: Say, listening: RunLogger) -> None:
        self._title, self._notes, self._say, self._listening = title, notes, say, listening

    def write(self, event: events.Event) -> None:
        """Take in one event."""
        if isinstance(event, events.Warned):
            self._notes.append(f"{self._title}: {event.message}")
        elif isinstance(event, events.Progress) and event.total:
            self._say(f" · {self._title}, step {event.step or 0:,} of {event.total:,}", event.eta or 0.0)
        elif isinstance(event, events.Paused | events.Resumed):
            self._listening.log(event)
