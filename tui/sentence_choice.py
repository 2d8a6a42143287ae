"""Which sentence is read in Words: the one that Read has too, or an example's in its place."""

from __future__ import annotations

from tui.presets import Pair, pairs, presets


class SentenceChoice:
    """Follows what is typed in Read. `unpinned` is an example whose first sentence is still to be read and pinned."""

    def __init__(self) -> None:
        self.typed = ""
        self.unpinned: Pair | None = None
        self._example = ""
        self._pairs_shown = 0

    @property
    def sentence(self) -> str:
        """What is read."""
        return self._example or self.typed or presets()[0].text

    @property
    def title(self) -> str:
        """Where it is from, in a few words."""
        if self._example:
            return "an example"
        return "the sentence from Read" if self.typed else "an example: nothing is typed in Read yet"

    def follow(self, typed: str) -> None:
        """Read what is typed in Read, if that is new."""
        if typed != self.typed:
            self.write(typed)

    def write(self, sentence: str) -> None:
        """Read what was written, in place of any example."""
        self.typed, self._example = sentence, ""

    def show_next_pair(self) -> Pair:
        """Read the second sentence of the next word in two sentences; the first is to be pinned."""
        pair = pairs()[self._pairs_shown % len(pairs())]
        self._pairs_shown += 1
        self.unpinned, self._example = pair, pair.second
        return pair
