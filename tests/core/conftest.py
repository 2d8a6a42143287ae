"""Tiny data and tiny models of every era, trained for the tests in seconds by the real code."""

from __future__ import annotations

import atexit
import csv
import random
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
import torch

from core.eras.table import BY_ID
from core.finetuning import train
from core.jobs import GloveJob, LanguageModelJob, PretrainJob, TrainJob
from core.machine.extras import absent
from core.pretraining import glove, language_model, probe, word2vec
from core.runs.events import Event, to_fields
from core.runs.logger import Intervals, RunLogger
from core.storage.store import Artifact, Store

TRAINABLE = [era.id for era in BY_ID.values() if not absent(era)]
FITTED = ("average", "tfidf")
"""Controls that are fitted at once: no epochs, no steps."""
GOOD = ["wonderful", "moving", "clever", "funny", "warm", "brilliant", "lovely", "gripping"]
BAD = ["dull", "tedious", "clumsy", "boring", "cold", "awful", "bland", "lifeless"]
NOUNS = ["film", "story", "cast", "plot", "ending", "script", "music", "hero", "villain", "scene"]
PATTERNS = ("the {0} is {1} .", "a {1} {0} , and a {2} {3} !", "it 's a {1} {0} with a {2} {3} .", "{1} {0} , {2} {3}")


def sentence(rng: random.Random, words: list[str]) -> str:
    return rng.choice(PATTERNS).format(rng.choice(NOUNS), rng.choice(words), rng.choice(words), rng.choice(NOUNS))


EVERY_STEP = Intervals(progress=0.0, control=0.0)
"""Every step is told, and the desired state is looked up at every step: nothing hangs on how fast a machine is."""


class Events(list[dict[str, Any]]):
    """Where a job's events go in a test: as they would be written."""

    def write(self, event: Event) -> None:
        self.append(to_fields(event))

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
    return word2vec.pretrain(job, store, RunLogger(Events()))


@pytest.fixture(scope="session")
def tiny_glove(store: Store, reviews: Path) -> Artifact:
    """GloVe vectors of 8 dimensions from the same texts."""
    settings: dict[str, Any] = {"dimension": 8, "epochs": 10, "vocabulary": 100, "sample": 0, "components": 0}
    job = GloveJob(data=str(reviews), text_column="text", threads=1, **settings)
    return glove.pretrain(job, store, RunLogger(Events()))


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
            found[way] = language_model.pretrain(job, run, store, RunLogger(Events()))
    return found


@cache
def tiny_encoder() -> Path:
    """A folder with a random transformer of 2 layers and 16 units, and a tokenizer that spells some words in pieces."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers.models.bert.configuration_bert import BertConfig
    from transformers.models.bert.modeling_bert import BertModel

    letters = "abcdefghijklmnopqrstuvwxyz',.!"
    known = [*GOOD[1:], *BAD[1:], *NOUNS, "wonder", "##ful", "the", "is", "it", "with", "do", "don", "and"]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters), *known]
    rows = {piece: row for row, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(rows, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", rows["[SEP]"]), ("[CLS]", rows["[CLS]"]))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(rows),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=66,
        initializer_range=0.3,
    )
    folder = Path(mkdtemp(prefix="nlp-tui-encoder-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def tiny_job(era: str, data: Path, **settings: Any) -> TrainJob:
    """A job that takes about a second."""
    defaults: dict[str, Any] = {"dimension": 8, "hidden": 12, "epochs": 8, "batch_size": 16, "threads": 1}
    if era == "bert":
        defaults |= {"encoder": str(tiny_encoder()), "tuned_layers": 2, "dropped_layers": 0}
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
        train.train(tiny_job(era, reviews), tmp_path_factory.mktemp(era), "abc123", store, RunLogger(events))
        artifact = store.find(events.kinds("done")[0]["artifact"])
        assert artifact is not None
        models[era] = artifact
    return models
