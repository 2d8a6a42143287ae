"""Tiny data and tiny models of every era, trained for the tests in seconds by the real code."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import pytest

from core.eras import BY_ID
from core.jobs import GloveJob, LanguageModelJob, PretrainJob, TrainJob
from core.pretraining import glove, language_model, probe, word2vec
from core.store import Artifact, Store
from core.training import classify
from core.training.narration import Narrator

TRAINABLE = [era.id for era in BY_ID.values() if era.trainable]
FITTED = ("average", "tfidf")
"""Controls that are fitted at once: no epochs, no steps."""
GOOD = ["wonderful", "moving", "clever", "funny", "warm", "brilliant", "lovely", "gripping"]
BAD = ["dull", "tedious", "clumsy", "boring", "cold", "awful", "bland", "lifeless"]
NOUNS = ["film", "story", "cast", "plot", "ending", "script", "music", "hero", "villain", "scene"]
PATTERNS = ("the {0} is {1} .", "a {1} {0} , and a {2} {3} !", "it 's a {1} {0} with a {2} {3} .", "{1} {0} , {2} {3}")


def sentence(rng: random.Random, words: list[str]) -> str:
    return rng.choice(PATTERNS).format(rng.choice(NOUNS), rng.choice(words), rng.choice(words), rng.choice(NOUNS))


class Events(list[dict[str, Any]]):
    """Where a job's events go in a test."""

    def write(self, kind: str, **fields: Any) -> None:
        self.append({"kind": kind, **fields})

    def kinds(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self if event["kind"] == kind]


def write_reviews(path: Path, n: int, seed: int = 0) -> Path:
    """A CSV of n different made-up reviews, half of them positive."""
    rng, seen = random.Random(seed), set[str]()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        while len(seen) < n:
            label = len(seen) % 2
            text = sentence(rng, GOOD if label else BAD)
            if text not in seen:
                seen.add(text)
                writer.writerow([text, "positive" if label else "negative"])
    return path


@pytest.fixture(scope="session")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """600 reviews."""
    return write_reviews(tmp_path_factory.mktemp("data") / "reviews.csv", 600)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of the tests' own, without the shipped models."""
    return Store(tmp_path_factory.mktemp("home") / "store")


@pytest.fixture(scope="session")
def tiny_vectors(store: Store, reviews: Path) -> Artifact:
    """word2vec vectors of 8 dimensions from the reviews' texts."""
    job = PretrainJob(data=str(reviews), text_column="text", dimension=8, epochs=3, vocabulary=100, threads=1)
    return word2vec.pretrain(job, store, Narrator(Events()))


@pytest.fixture(scope="session")
def tiny_glove(store: Store, reviews: Path) -> Artifact:
    """GloVe vectors of 8 dimensions from the same texts."""
    job = GloveJob(data=str(reviews), text_column="text", dimension=8, epochs=10, vocabulary=100, sample=0, threads=1)
    return glove.pretrain(job, store, Narrator(Events()))


@pytest.fixture(scope="session")
def tiny_language_models(
    store: Store, reviews: Path, tiny_vectors: Artifact, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Artifact]:
    """A forward and a backward language model of 12 units, from the reviews' texts and the tiny vectors."""
    assert tiny_vectors
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probe, "TASK", str(reviews))
        for way in ("forward", "backward"):
            job = LanguageModelJob(
                way, str(reviews), "text", dimension=8, hidden=12, epochs=2, batch_size=4, bptt=8, vocabulary=100
            )
            run = tmp_path_factory.mktemp(way)
            found[way] = language_model.pretrain(job, run, store, Narrator(Events()))
    return found


def tiny_job(era: str, data: Path, **settings: Any) -> TrainJob:
    """A job that takes about a second."""
    defaults: dict[str, Any] = {"dimension": 8, "hidden": 12, "epochs": 8, "batch_size": 16, "threads": 1}
    return TrainJob.of(era, data=str(data), **{**defaults, "learning_rate": 0.01, **settings})


@pytest.fixture(scope="session")
def trained(
    store: Store,
    reviews: Path,
    tiny_glove: Artifact,
    tiny_language_models: dict[str, Artifact],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Artifact]:
    """One tiny trained model an era, and of every control."""
    assert tiny_glove
    assert tiny_language_models
    models = {}
    for era in TRAINABLE:
        events = Events()
        classify.train(tiny_job(era, reviews), tmp_path_factory.mktemp(era), "abc123", store, Narrator(events))
        artifact = store.find(events.kinds("done")[0]["artifact"])
        assert artifact is not None
        models[era] = artifact
    return models
