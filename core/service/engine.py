"""The engine: a process that answers questions about a Session. JSON lines of core.api on stdin and stdout.

Run as `python -P -m core.service.engine`. The latest question of a kind wins; the other kinds wait their turn, final
answers before colours. It ends when its input does, so it never outlives the app.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import IO, get_args

from core import api
from core.api.errors import ErrorQuestion
from core.api.explanations import ExplainQuestion
from core.api.pictures import PictureQuestion, ReadParameters, ReadStates, ReadSteps
from core.api.words import WordQuestion
from core.catalog.models import ModelError
from core.eras.table import BY_ID, Reads
from core.errors import UserError
from core.machine.extras import absent

ORDER: tuple[type[api.Question], ...] = (
    api.Rescan,
    api.Predict,
    api.PredictTwin,
    api.AskPrompt,
    *get_args(ExplainQuestion),
    ReadStates,
    *get_args(WordQuestion),
    api.PredictPrefixes,
    ReadSteps,
    ReadParameters,
    api.StopReading,
    api.ReadErrors,
)
"""Which kind of question goes first when several wait."""


GIVE_WAY_SECONDS = 0.02
"""How soon a new question is looked for while a library is imported."""

TOLD_SECONDS = 0.1
"""How often it is said how far the reading of a split is."""


class Superseded(Exception):
    """Nobody waits for the answer any more."""


class Inbox:
    """The questions that wait, one a kind; filled by a reading thread."""

    def __init__(self, superseded: Callable[[int], None]) -> None:
        self._waiting: dict[type[api.Question], tuple[int, api.Question]] = {}
        self._condition = threading.Condition()
        self._superseded = superseded
        self._closed = self._nudged = False

    def put(self, number: int, question: api.Question) -> None:
        """Take a question; one of its kind that still waits is answered as superseded."""
        with self._condition:
            kind = type(question)
            if kind in self._waiting:
                self._superseded(self._waiting[kind][0])
            self._waiting[kind] = (number, question)
            self._condition.notify()

    def close(self) -> None:
        """No more questions come."""
        with self._condition:
            self._closed = True
            self._condition.notify()

    def get(self, wait: bool) -> tuple[int, api.Question] | None:
        """The next question; None when there is none now, or with `wait` after a nudge or when none will come."""
        with self._condition:
            while wait and not self._waiting and not self._closed and not self._nudged:
                self._condition.wait()
            self._nudged = False
            if self._closed:
                return None
            kind = next((kind for kind in ORDER if kind in self._waiting), None)
            return self._waiting.pop(kind) if kind else None

    def nudge(self) -> None:
        """Let `get` return although nobody has asked anything."""
        with self._condition:
            self._nudged = True
            self._condition.notify()

    def newer(self, kind: type[api.Question]) -> bool:
        """Whether a later question of that kind waits."""
        with self._condition:
            return kind in self._waiting or self._closed

    @property
    def closed(self) -> bool:
        """Whether the input has ended."""
        return self._closed


class Library:
    """The library that reads transformers. A thread of its own imports it, because that takes seconds.

    `told` is called when it is there.
    """

    def __init__(self, told: Callable[[], None]) -> None:
        self._told = told
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def there(self, seconds: float = 0.0) -> bool:
        """Whether it is imported, or cannot be, within `seconds`; the first call begins."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._import, name="library", daemon=True)
            self._thread.start()
        return self._done.wait(seconds)

    def _import(self) -> None:
        try:
            self._load()
        except ImportError:
            # Said to the person when a model is asked for.
            traceback.print_exc()
        self._done.set()
        self._told()

    def _load(self) -> None:
        import transformers.models.bert.modeling_bert  # noqa: F401


class Engine:
    """Answers questions, one at a time, one line an answer."""

    def __init__(self, output: IO[str]) -> None:
        self._output = output
        self._lock = threading.Lock()
        self.inbox = Inbox(lambda number: self.say(number, api.Finished(superseded=True)))
        self._library = Library(self.inbox.nudge)

    def say(self, number: int, answer: api.Answer) -> None:
        """Write one answer."""
        with self._lock:
            self._output.write(api.encode(number, answer) + "\n")
            self._output.flush()

    def read(self, lines: IO[str]) -> None:
        """Take questions until the input ends; a line that is none is answered with what is wrong."""
        for line in lines:
            try:
                self.inbox.put(*api.decode_question(line))
            except ValueError as error:
                self.say(0, api.Failed(str(error)))
        self.inbox.close()

    def serve(self) -> None:
        """Answer until the input ends. Idle time is used to load the eras' models before they are asked for."""
        import torch

        from core.service.session import Session

        # One sentence is too little for two threads, and a run may be training on both cores.
        torch.set_num_threads(1)
        torch.set_flush_denormal(True)
        self.session = Session()
        self.say(0, api.Ready(torch=str(torch.__version__), device="cpu"))
        # A transformer is the last to be loaded, when the library that reads it is there: others answer meanwhile.
        unloaded = sorted(filter(self.session.catalog.for_era, BY_ID), key=self._awaits)
        while not self.inbox.closed:
            ready = bool(unloaded) and (not self._awaits(unloaded[0]) or self._library.there())
            asked = self.inbox.get(wait=not ready)
            if asked is not None:
                self.answer(*asked)
            elif ready:
                self._preload(unloaded.pop(0))

    def answer(self, number: int, question: api.Question) -> None:
        """Answer one question to its `finished` or `failed`."""
        try:
            self._answer(number, question)
        except Exception as error:
            traceback.print_exc()
            self.say(number, _failed(error))

    def _answer(self, number: int, question: api.Question) -> None:
        if isinstance(question, api.Rescan):
            self.session.rescan()
        elif isinstance(question, api.AskPrompt):
            self.say(number, self.session.ask_prompt(question))
        elif isinstance(question, ExplainQuestion):
            self.say(number, self.session.explain(question))
        elif isinstance(question, PictureQuestion):
            self.say(number, self.session.picture(question))
        elif isinstance(question, ErrorQuestion):
            self._read_errors(number, question)
            return
        elif not isinstance(question, api.Predict | api.PredictTwin | api.PredictPrefixes):
            self.say(number, self.session.ask(question))
        else:
            for spec in sorted(question.models, key=self._awaits):
                if self._outdated(type(question), spec):
                    self.say(number, api.Finished(superseded=True))
                    return
                try:
                    if isinstance(question, api.Predict | api.PredictTwin):
                        self.say(number, self.session.predict([question.text], spec)[0])
                    else:
                        self.say(number, self.session.run(question.text, spec))
                except ModelError as error:
                    self.say(number, api.Failed(error.message, error.hint, model=spec))
        self.say(number, api.Finished())

    def _read_errors(self, number: int, question: ErrorQuestion) -> None:
        """Read a split batch by batch: whatever else is asked meanwhile is answered in between."""
        superseded = False
        if isinstance(question, api.ReadErrors):
            try:
                self.say(number, self.session.read_errors(question, self._between(number, question.model)))
            except Superseded:
                superseded = True
        self.say(number, api.Finished(superseded=superseded))

    def _between(self, number: int, model: str) -> Callable[[int, int, float | None], None]:
        """What is done between two batches. What it returns raises Superseded where nobody waits any more."""
        last = 0.0

        def between(read: int, total: int, eta: float | None) -> None:
            nonlocal last
            while True:
                if self.inbox.newer(api.ReadErrors) or self.inbox.newer(api.StopReading):
                    raise Superseded
                if (asked := self.inbox.get(wait=False)) is None:
                    break
                self.answer(*asked)
            if (now := time.monotonic()) - last >= TOLD_SECONDS:
                last = now
                self.say(number, api.SplitProgress(model, read, total, eta))

        return between

    def _outdated(self, kind: type[api.Question], spec: str) -> bool:
        """Whether a later question of that kind came, if need be while the model's library is imported."""
        while self._awaits(spec) and not self._library.there(GIVE_WAY_SECONDS):
            if self.inbox.newer(kind):
                return True
        return self.inbox.newer(kind)

    def _awaits(self, spec: str) -> bool:
        """Whether the model is a transformer that can be read here, and was not yet."""
        if self.session.holds(spec):
            return False
        try:
            era = BY_ID[self.session.catalog.resolve(spec).era]
        except ModelError:
            return False
        return era.reads is Reads.WORDPIECES and not absent(era)

    def _preload(self, spec: str) -> None:
        try:
            self.session.load(spec)
        except ModelError:
            # Said again, to the person, when the model is asked for.
            traceback.print_exc()


def _failed(error: Exception) -> api.Failed:
    if isinstance(error, UserError):
        return api.Failed(error.message, error.hint)
    return api.Failed(f"The engine could not answer: {type(error).__name__}: {error}", "Its log has the details.")


def main() -> int:
    """Serve stdin and stdout. Anything that prints goes to stderr, never between the answers."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    engine = Engine(output)
    lines = os.fdopen(0, "r", encoding="utf-8", errors="replace")
    threading.Thread(target=engine.read, args=(lines,), name="questions", daemon=True).start()
    try:
        engine.serve()
    except BrokenPipeError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
