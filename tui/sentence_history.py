"""The sentences that were read: one walks back to those before, and keeps some for good. In one small file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

MOST = 50
"""Sentences that are remembered beside those that are kept."""
LONGEST = 5_000
TYPING = 3.0
"""Seconds in which a change of one letter is still the same sentence being typed."""


class SentenceHistory:
    """`recent`: from the oldest to the newest; `kept`: those a person wants to keep, in the order they were."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path, self._clock = path, clock
        self.recent, self.kept = _read(path)
        self._place = len(self.recent)
        self._noted = 0.0

    def note(self, text: str) -> None:
        """A sentence as it stands now. While it is typed, or shortened, it stays one sentence."""
        if not text.strip():
            self._place = len(self.recent)
            return
        if text in self.recent[self._place : self._place + 1]:  # one has gone back to it
            return
        if self.recent and self.recent[-1].startswith(text):
            self._place = len(self.recent) - 1
            return
        now = self._clock()
        typing = bool(self.recent) and now - self._noted < TYPING and _differ_by_a_letter(self.recent[-1], text)
        if self.recent and (typing or text.startswith(self.recent[-1])):
            self.recent[-1] = text
        else:
            self.recent = [*self.recent, text][-MOST:]
        self._noted, self._place = now, len(self.recent) - 1

    def begin(self, texts: Sequence[str]) -> None:
        """Sentences that came in together: one is at the first of them, the others follow it."""
        some = list(texts[:MOST])
        self.recent = [*self.recent, *some][-MOST:]
        self._place = len(self.recent) - len(some)

    def step(self, by: int) -> str | None:
        """The sentence before (-1) or after (1) the one that one is at; None at either end."""
        place = self._place + by
        if not 0 <= place < len(self.recent):
            return None
        self._place = place
        return self.recent[place]

    def keep(self, text: str) -> bool:
        """Keep a sentence for good, or no longer; whether it is kept now. Raises OSError where it cannot be written."""
        if text in self.kept:
            self.kept.remove(text)
        elif text.strip():
            self.kept.append(text)
        self.save()
        return text in self.kept

    def save(self) -> None:
        """Write the file. Raises OSError where the folder cannot be written."""
        from core.storage import atomic

        self._path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write_json(self._path, {"v": 1, "kept": self.kept, "recent": self.recent})


def _differ_by_a_letter(one: str, other: str) -> bool:
    """Whether one letter was put in, taken out or changed."""
    if abs(len(one) - len(other)) > 1:
        return False
    ahead = 0
    while ahead < min(len(one), len(other)) and one[ahead] == other[ahead]:
        ahead += 1
    behind = 0
    while behind < min(len(one), len(other)) - ahead and one[-1 - behind] == other[-1 - behind]:
        behind += 1
    return max(len(one), len(other)) - ahead - behind <= 1


def _read(path: Path) -> tuple[list[str], list[str]]:
    """What the file holds; nothing where there is no usable one."""
    try:
        found = json.loads(path.read_text("utf-8"))
        lists = [found.get(name, []) for name in ("recent", "kept")]
    except (OSError, ValueError, AttributeError):
        return [], []
    recent, kept = (
        [each[:LONGEST] for each in some if isinstance(each, str)] if isinstance(some, list) else [] for some in lists
    )
    return recent[-MOST:], kept
