"""What stands where the runs will be, as long as there is none: what training shows, and the key that begins."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

_LESSON = (
    "Training moves the numbers in C, W_e, W_h and W_o step by step so that the loss falls. You will see it fall on "
    "the sentences it learns from and, on sentences held back, the moment from which it only learns by heart."
)


class TrainLesson(Static):
    """The empty state of the Train screen."""

    def __init__(self, *, id: str | None = None) -> None:
        begin = (("n", "bold $accent"), " makes a new run")
        super().__init__(Content.assemble(("No run yet\n\n", "bold $foreground"), _LESSON, "\n\n", *begin), id=id)
