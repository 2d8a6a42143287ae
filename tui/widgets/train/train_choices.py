"""What the form of a new run offers: its choices as they are listed, and how it calls them."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from core.eras.table import BY_ID
from core.jobs import Job, TrainJob, options_of
from core.machine.extras import has_wiki
from tui.widgets.train.train_fields import ALL, BUDGETS, CHOICES, HUB, NO_LABEL, OTHER, OWN_FILE, PRESETS, Fields

_TASKS = ((TrainJob(era="").data, "sentences"), ("imdb", "documents"))
WIKI_TOPICS = ("wiki_topics", "paragraphs, 11 topics")
"""Listed where the extra is installed."""


def say_idea(fields: Fields) -> str:
    """What the chosen kind of run is for, in a sentence or two."""
    if fields.every:
        return "Each era by its own recipe, on the same labels. In the list m compares them: a ranked table, a verdict."
    return fields.row.idea or BY_ID[fields.kind].idea


def called(job: type[Job], name: str) -> str:
    """How the form calls an option."""
    return options_of(job)[name].option.form


def list_choices(job: type[Job], name: str) -> list[tuple[Content, str]]:
    """The choices that an option declares."""
    return [(Content(choice), choice) for choice in options_of(job)[name].option.choices]


def set_beside(job: type[Job], name: str, widget: Widget) -> tuple[Widget, Widget]:
    """A field that stands beside another, with its label."""
    return Label(called(job, name), id=f"{name}-label", classes="form--second"), widget


def name_choices(*choices: str) -> list[tuple[Content, str]]:
    """Choices that are called what they are."""
    return [(Content(choice), choice) for choice in choices]


def list_kinds() -> list[tuple[Content, str]]:
    """What can be trained: the eras with their years, all of them, and what learns without labels."""
    return [(Content(_short(kind, title)), kind) for kind, title in CHOICES]


def _short(kind: str, title: str) -> str:
    return title if kind not in BY_ID else f"{kind:<9} {BY_ID[kind].year}"


def list_data() -> list[tuple[Content, str]]:
    """What there is to learn from."""
    tasks = (*_TASKS, *((WIKI_TOPICS,) if has_wiki() else ()))
    known = [(Content.assemble(name, (f"  {what}", "$muted")), name) for name, what in tasks]
    return [*known, (Content("a file of mine…"), OWN_FILE), (Content("from the Hugging Face hub…"), HUB)]


def list_budgets() -> list[tuple[Content, str]]:
    """Numbers of labels."""
    numbers = [(Content(f"{number:,}"), str(number)) for number in BUDGETS]
    none = (Content.assemble(NO_LABEL, ("  prompt needs none", "$muted")), NO_LABEL)
    return [(Content("all"), ALL), none, *numbers, (Content("other…"), OTHER)]


def list_presets() -> list[tuple[Content, str]]:
    """The named settings of a language model."""
    return [
        (Content.assemble(name, ("  larger and longer" if name != PRESETS[0] else "", "$muted")), name)
        for name in PRESETS
    ]
