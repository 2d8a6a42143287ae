"""Tiny data and tiny models of every era, trained for the tests in seconds by the real code."""

from __future__ import annotations

import csv
import random
import shutil
from collections import deque
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
import torch
from filelock import FileLock

from core.catalog.model_info import ModelInfo, from_fields
from core.catalog.models import Catalog
from core.eras.table import BY_ID
from core.finetuning import train
from core.jobs import GloveJob, LanguageModelJob, MaskedJob, PretrainJob, TrainJob
from core.machine.extras import absent, has_transformers
from core.pretraining import glove, language_model, masked_language_model, probe, word2vec
from core.runs.events import Done, Event, Stopped, to_fields
from core.runs.logger import Intervals, RunLogger
from core.service.session import Session
from core.storage.paths import Home
from core.storage.store import Artifact, Store

TRAINABLE = [era.id for era in BY_ID.values() if not absent(era)]
VARIANTS: dict[str, dict[str, Any]] = {
    "prompt:forward": {"direction": "forward", "template": "{text} ___"},
    **(
        {"prompt:mlm": {"asks": "mlm", "template": "{text} the film is ___ .", "epochs": 10, "learning_rate": 3e-3}}
        if has_transformers()
        else {}
    ),
}
"""What an era can be besides, with what its tiny jobs differ in."""
FITTED = ("average", "tfidf")
"""Controls that are fitted at once: no epochs, no steps."""
GOOD = ["wonderful", "moving", "clever", "funny", "warm", "brilliant", "lovely", "gripping"]
BAD = ["dull", "tedious", "clumsy", "boring", "cold", "awful", "bland", "lifeless"]
NOUNS = ["film", "story", "cast", "plot", "ending", "script", "music", "hero", "villain", "scene"]
PATTERNS = ("the {0} is {1} .", "a {1} {0} , and a {2} {3} !", "it 's a {1} {0} with a {2} {3} .", "{1} {0} , {2} {3}")


def sentence(rng: random.Random, words: list[str]) -> str:
    return rng.choice(PATTERNS).format(rng.choice(NOUNS), rng.choice(words), rng.choice(words), rng.choice(NOUNS))


J = TypeVar("J")
EVERY_STEP = Intervals(progress=0.0, control=0.0)
"""Every step is told, and the desired state is looked up at every step: nothing hangs on how fast a machine is."""


class Events(list[dict[str, Any]]):
    """Where a job's events go in a test: as they would be written."""

    def write(self, event: Event) -> None:
        self.append(to_fields(event))

    def kinds(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self if event["kind"] == kind]


def described(**fields: object) -> ModelInfo:
    """What a model.json says that holds these fields and whatever has to be there."""
    needed = {"era": "elmo", "labels": ["a"], "config": {}, "parameters": {}, "max_tokens": 9, "data": "d", "seed": 0}
    return from_fields({**needed, **fields}, ModelInfo)


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


def work(
    runner: Callable[[J, Path, Store, RunLogger], Done | Stopped], job: J, run: Path, store: Store, logger: RunLogger
) -> Artifact:
    """Do a job as its worker does, last word included. Returns what it made."""
    last = runner(job, run, store, logger)
    logger.log(last)
    made = store.find(last.artifact or "")
    assert made is not None
    return made


# ---------------------------------------------------------------- what the workers of pytest-xdist share

_SHARED: list[Path] = []


@pytest.fixture(scope="session", autouse=True)
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that every worker of this run of the suite sees."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "shared"
    folder.mkdir(exist_ok=True)
    _SHARED.append(folder)
    return folder


def once(name: str, make: Callable[[Path], object]) -> Path:
    """The shared file or folder of that name; whichever worker comes first has `make` build it aside."""
    place = _SHARED[0] / name
    with FileLock(f"{place}.lock"):
        if not place.exists():
            aside = place.with_name(f"{name}.part")
            make(aside)
            aside.rename(place)
    return place


def turned(names: Iterable[str], worker_id: str) -> list[str]:
    """The names, begun elsewhere by each worker: they make different ones at a time, and find the others made."""
    waiting = deque(names)
    waiting.rotate(0 if worker_id == "master" else -3 * int(worker_id.removeprefix("gw")))
    return list(waiting)


class Shelf(Store):
    """The store in which the workers make the tiny models; the store's own locks let each be made once."""

    def fill(self, store: Store) -> None:
        """Copy what is there into a worker's own store: no test can spoil another worker's."""
        for artifact in self.all():
            place = store.root / artifact.kind / artifact.key
            if not place.exists():
                shutil.copytree(artifact.path, place)

    def copied(self, key: str, store: Store) -> Artifact:
        """The worker's own copy of an artifact."""
        self.fill(store)
        artifact = store.find(key)
        assert artifact is not None
        return artifact


@pytest.fixture(scope="session")
def shelf(shared: Path) -> Shelf:
    """Where tiny models are made."""
    return Shelf(shared / "store")


# ---------------------------------------------------------------- tiny data and tiny models


@pytest.fixture(scope="session")
def reviews(shared: Path) -> Path:
    """600 reviews."""
    assert shared
    return once("reviews.csv", lambda path: write_reviews(path, 600))


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of the tests' own, without the shipped models."""
    return Store(tmp_path_factory.mktemp("home") / "store")


@pytest.fixture(scope="session")
def tiny_vectors(shelf: Shelf, store: Store, reviews: Path) -> Artifact:
    """word2vec vectors of 8 dimensions from the reviews' texts."""
    job = PretrainJob(data=str(reviews), text_column="text", dimension=8, epochs=3, vocabulary=100, threads=1)
    return shelf.copied(work(word2vec.pretrain, job, Path(), shelf, RunLogger(Events())).key, store)


@pytest.fixture(scope="session")
def tiny_glove(shelf: Shelf, store: Store, reviews: Path) -> Artifact:
    """GloVe vectors of 8 dimensions from the same texts."""
    settings: dict[str, Any] = {"dimension": 8, "epochs": 10, "vocabulary": 100, "sample": 0, "components": 0}
    job = GloveJob(data=str(reviews), text_column="text", threads=1, **settings)
    return shelf.copied(work(glove.pretrain, job, Path(), shelf, RunLogger(Events())).key, store)


@pytest.fixture(scope="session")
def tiny_language_models(
    shelf: Shelf,
    store: Store,
    reviews: Path,
    tiny_vectors: Artifact,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> dict[str, Artifact]:
    """A forward and a backward language model of 12 units, from the reviews' texts and the tiny vectors."""
    assert tiny_vectors
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probe, "TASK", str(reviews))
        for way in turned(("forward", "backward"), worker_id):
            job = LanguageModelJob(
                way, str(reviews), "text", dimension=8, hidden=12, epochs=2, batch_size=4, bptt=8, vocabulary=100
            )
            run = tmp_path_factory.mktemp(way)
            found[way] = work(language_model.pretrain, job, run, shelf, RunLogger(Events())).key
    return {way: shelf.copied(found[way], store) for way in ("forward", "backward")}


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

    def make(folder: Path) -> None:
        BertModel(config, add_pooling_layer=False).save_pretrained(folder)
        tokenizer.save(str(folder / "tokenizer.json"))

    return once("encoder", make)


@pytest.fixture(scope="session")
def tiny_masked(shelf: Shelf, store: Store, reviews: Path, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """The tiny transformer after it has guessed masked words of the reviews for some steps."""
    small: dict[str, Any] = {"steps": 60, "batch_size": 8, "length": 12, "learning_rate": 3e-3, "threads": 1}
    small |= {"tuned_layers": 1, "dropped_layers": 0, "encoder": str(tiny_encoder())}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probe, "TASK", str(reviews))
        job = MaskedJob(data=str(reviews), text_column="text", **small)
        run = tmp_path_factory.mktemp("masked")
        return shelf.copied(work(masked_language_model.pretrain, job, run, shelf, RunLogger(Events())).key, store)


def tiny_job(era: str, data: Path, **settings: Any) -> TrainJob:
    """A job that takes about a second, of an era or of one of its `VARIANTS`."""
    settings = {**VARIANTS.get(era, {}), **settings}
    era = era.partition(":")[0]
    defaults: dict[str, Any] = {"dimension": 8, "hidden": 12, "epochs": 8, "batch_size": 16, "threads": 1}
    if era == "bert":
        defaults |= {"encoder": str(tiny_encoder()), "tuned_layers": 2, "dropped_layers": 0}
    if era == "prompt":
        # Tuned, as the others are; its language models know few words to ask with.
        defaults |= {"labels": None, "template": "{text} ___ | ___ {text}", "epochs": 16}
    return TrainJob.of(era, data=str(data), **{**defaults, "learning_rate": 0.01, **settings})


@pytest.fixture(scope="session")
def trained(
    shelf: Shelf,
    store: Store,
    reviews: Path,
    tiny_glove: Artifact,
    tiny_language_models: dict[str, Artifact],
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> dict[str, Artifact]:
    """One tiny trained model an era, and of every control."""
    assert tiny_glove
    assert tiny_language_models
    made = {}
    for era in turned(TRAINABLE, worker_id):
        job = tiny_job(era, reviews)
        made[era] = work(train.train, job, tmp_path_factory.mktemp(era), shelf, RunLogger(Events())).key
    return {era: shelf.copied(made[era], store) for era in TRAINABLE}


@pytest.fixture(scope="session")
def variants(
    shelf: Shelf,
    store: Store,
    reviews: Path,
    tiny_language_models: dict[str, Artifact],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Artifact]:
    """One tiny trained model of each of the `VARIANTS`."""
    assert tiny_language_models
    if "prompt:mlm" in VARIANTS:
        assert request.getfixturevalue("tiny_masked")
    made = {}
    for name in VARIANTS:
        run = tmp_path_factory.mktemp("variant")
        made[name] = work(train.train, tiny_job(name, reviews), run, shelf, RunLogger(Events())).key
    return {name: shelf.copied(key, store) for name, key in made.items()}


@pytest.fixture(scope="module")
def session(store: Store, trained: dict[str, Artifact]) -> Session:
    assert trained
    return Session(Catalog(Home(store=store.root, runs=store.root.parent / "runs"), shipped=None))


@pytest.fixture(scope="module")
def specs(trained: dict[str, Artifact], variants: dict[str, Artifact]) -> dict[str, str]:
    models = {**trained, **variants}
    return {name: f"{name.partition(':')[0]}:{artifact.key[:8]}" for name, artifact in models.items()}
