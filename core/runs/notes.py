"""What a person noted of a run: a name of its own and tags, in a small file of the run's folder (notes.json)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.runs.directory import RunDirectory, plain_errors, read_json
from core.runs.event_log import RunError
from core.storage.atomic import write_json
from core.visible import one_line

NOTES = "notes.json"
LONGEST_NAME, LONGEST_TAG, MOST_TAGS = 80, 24, 8
_TAG = re.compile(r"[\w.:+-]+")


@dataclass(frozen=True)
class RunNotes:
    """`name` stands in place of the run's title where it is not empty; `tags` are in the order they were given."""

    name: str = ""
    tags: tuple[str, ...] = ()


def read_notes(path: Path) -> RunNotes:
    """The notes in a run's folder; empty where there are none, or where they are damaged."""
    noted = read_json(path / NOTES)
    name, tags = noted.get("name"), noted.get("tags")
    return RunNotes(
        name[:LONGEST_NAME] if isinstance(name, str) else "",
        tuple(tag for tag in tags if isinstance(tag, str) and _is_tag(tag))[:MOST_TAGS]
        if isinstance(tags, list)
        else (),
    )


def write_notes(run: RunDirectory, notes: RunNotes) -> None:
    """Keep the notes in the run's folder. Raises RunError for a tag that cannot be one, or if it cannot be written."""
    name = " ".join(notes.name.split())
    if len(name) > LONGEST_NAME:
        raise RunError(f"a name of {len(name)} characters is too long", f"at most {LONGEST_NAME}")
    tags = tuple(dict.fromkeys(notes.tags))
    if wrong := [tag for tag in tags if not _is_tag(tag)]:
        hint = f"letters, digits and . : + - _, at most {LONGEST_TAG} of them"
        raise RunError(f"'{one_line(wrong[0])}' cannot be a tag", hint)
    if len(tags) > MOST_TAGS:
        raise RunError(f"{len(tags)} tags are too many for one run", f"at most {MOST_TAGS}")
    with plain_errors(run.path):
        write_json(run.path / NOTES, {"v": 1, "name": name, "tags": list(tags)})


def parse_tags(text: str) -> tuple[str, ...]:
    """Tags as they are typed: words with spaces or commas between, a # before each if one likes."""
    return tuple(dict.fromkeys(word.removeprefix("#") for word in re.split(r"[\s,]+", text) if word.strip("#")))


def name_of(run: RunDirectory) -> str:
    """What the run is called: by the person, else by itself."""
    return read_notes(run.path).name or run.title


def change_tags(notes: RunNotes, add: Iterable[str] = (), remove: Iterable[str] = ()) -> RunNotes:
    """The notes with some tags more and some less."""
    gone = set(remove)
    return RunNotes(notes.name, tuple(tag for tag in dict.fromkeys((*notes.tags, *add)) if tag not in gone))


def _is_tag(tag: str) -> bool:
    return len(tag) <= LONGEST_TAG and _TAG.fullmatch(tag) is not None
