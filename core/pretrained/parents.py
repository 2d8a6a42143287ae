"""What a pretraining run goes on from, and how what went on is told from what started anew."""

from __future__ import annotations

from collections.abc import Callable

from core.errors import UserError
from core.storage.store import Artifact, Store

SHIPPED = "shipped"
"""What came with this version, of the kind that is asked for."""
GOES_ON = "goes_on"
"""In an artifact's settings: the recipe by which it went on from another."""
_SHOWN = 12


class NoParent(UserError):
    """There is nothing to go on from, or not one thing. `message` and `hint` are for a person."""


def went_on(artifact: Artifact) -> bool:
    """Whether it went on from another: it belongs to one person's text, and is taken only where its key is named."""
    return GOES_ON in artifact.manifest["config"]


def find_parent(store: Store, kind: str, wanted: str, what: str, fits: Callable[[Artifact], bool]) -> Artifact:
    """The one artifact of that kind that `fits` and is `wanted`: `shipped`, or the beginning of its key.

    Of several beginnings with a comma between, one for each direction, any may be meant. `what`: what it is called,
    several of it. Raises NoParent.
    """
    if wanted == SHIPPED:
        known = store.all_shipped(kind)
        said = f"No {what} came with this version"
    else:
        beginnings = [part.strip() for part in wanted.split(",") if part.strip()]
        known = [each for each in store.all(kind) if each.key.startswith(tuple(beginnings))]
        said = f"There are no {what} with a key starting {wanted!r}"
    found = [each for each in known if fits(each)]
    if not found:
        raise NoParent(f"{said}.", "Leave out --from to begin with nothing; a pretraining run's result says its key.")
    if len(found) > 1:
        keys = ", ".join(each.key[:_SHOWN] for each in found)
        raise NoParent(f"{len(found)} {what} can be meant by --from {wanted}.", f"Name one of them: {keys}.")
    return found[0]
