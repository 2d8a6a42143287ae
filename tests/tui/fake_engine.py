"""A deterministic engine and catalog for the app's tests: no process, no model, no clock."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from core import api
from core.api.errors import ErrorQuestion
from core.api.pictures import PictureQuestion
from core.api.words import WordQuestion
from core.catalog.ladder import MeasuredLadder
from core.catalog.language_models import LanguageModelEntry
from core.catalog.model_info import ModelInfo, from_fields
from core.catalog.models import Catalog, ModelEntry, ModelError, SeedScores
from core.eras.prompts import ANSWERS, TEMPLATES
from core.storage.paths import Home
from tests.tui import fake_errors, fake_explanations, fake_language, fake_pictures, fake_prompts, fake_words
from tui.engine_client import EngineState

LABELS = ("negative", "positive")
WEIGHTS = {"thin": -0.9, "but": 0.3, "wonderful": 1.6, "dull": -1.2, "boring": -0.8, "not": -0.7, "funny": 0.9}


def entry(spec: str, era: str, over_seeds: SeedScores | None = None, **info: Any) -> ModelEntry:
    """A model of an era with the shipped sizes."""
    described = {
        "era": era,
        "labels": LABELS,
        "config": {"cell": "lstm", "freeze_c": False},
        "parameters": {"C": (20000, 128), "W_e": (1024, 128), "W_h": (1024, 256), "W_o": (2, 768)},
        "data": "rotten_tomatoes",
        "seed": 0,
        "label_budget": None,
        "max_tokens": 256,
        "scores": {"test": {"accuracy": {"scratch": 0.764, "word2vec": 0.803}.get(era, 0.7), "n": 853}},
        **info,
    }
    return ModelEntry(
        spec, era, Path("models", spec), "shipped", from_fields(described, ModelInfo), over_seeds=over_seeds
    )


def contextual(spec: str = "elmo", **info: Any) -> ModelEntry:
    """An elmo-style model, as its training describes it."""
    described = {
        "model": "contextual",
        "config": {"cell": "lstm", "layers": 1, "hidden": 256, "beside": 1024},
        "parameters": {"C": (20000, 128), "W_e": (1024, 1152), "W_h": (1024, 256), "W_o": (2, 768)},
        "directions": ["forward", "backward"],
        "language_models": {"forward": "f" * 64, "backward": "b" * 64},
        "mix": {"shares": {"forward": [0.46], "backward": [0.54]}, "gamma": 1.32},
        "frozen": [],
        "scores": {"test": {"accuracy": 0.812, "n": 853}},
    }
    return entry(spec, "elmo", **{**described, **info})


def fine_tuned(spec: str = "ulmfit", **info: Any) -> ModelEntry:
    """An ulmfit-style model of both directions, as its training describes it."""
    described = {
        "model": "averaged",
        "config": {"cell": "lstm", "layers": 1, "hidden": 512, "beside": 0},
        "parameters": {"C": (20000, 128), "W_e": (2048, 128), "W_h": (2048, 512), "W_o": (2, 1536)},
        "directions": ["forward", "backward"],
        "language_models": {"forward": "f" * 64, "backward": "b" * 64},
        "mix": None,
        "frozen": [],
        "scores": {"test": {"accuracy": 0.834, "n": 853}},
    }
    return entry(spec, "ulmfit", **{**described, **info})


def transformer(spec: str = "bert", **info: Any) -> ModelEntry:
    """A tuned transformer, as its training describes it."""
    described = {
        "model": "transformer",
        "config": {"cell": "none", "layers": 6, "width": 384, "tuned": 4},
        "parameters": {"C": (30522, 384), "W_o": (2, 384)},
        "encoder": {"name": "minilm", "key": "e" * 64},
        "frozen": ["C"],
        "scores": {"test": {"accuracy": 0.835, "n": 853}},
    }
    return entry(spec, "bert", **{**described, **info})


def prompted(spec: str = "prompt", **info: Any) -> ModelEntry:
    """A language model that is asked, with the templates and words it has of itself."""
    described = {
        "model": "prompt",
        "config": {"templates": list(TEMPLATES), "answers": [list(ANSWERS[label]) for label in LABELS]},
        "parameters": {"C": (20000, 128), "W_e": (2048, 128), "W_h": (2048, 512), "W_o": (18, 128)},
        "directions": ["forward", "backward"],
        "language_models": {"forward": "f" * 64, "backward": "b" * 64},
        "frozen": ["C", "W_e", "W_h", "W_o"],
        "label_budget": 0,
        "scores": {"test": {"accuracy": 0.731, "n": 863}},
    }
    return entry(spec, "prompt", **{**described, **info})


LANGUAGE_MODELS = {
    "forward": LanguageModelEntry("forward", 512, 1, 128, 20_000, perplexity=98.2, probe=0.74),
    "backward": LanguageModelEntry("backward", 512, 1, 128, 20_000, perplexity=101.0, probe=0.73),
}


class FakeCatalog(Catalog):
    """Two shipped eras, and whatever a test adds; both language models, unless a test takes them away."""

    def __init__(self, more: Iterable[ModelEntry] = (), eras: Iterable[str] = ("scratch", "word2vec")) -> None:
        self.home = Home(Path("store"), Path("runs"))
        self.known = dict(LANGUAGE_MODELS)
        self.measured, self.artifacts = MeasuredLadder(), frozenset()
        self.models = {era: entry(era, era) for era in eras} | {model.spec: model for model in more}

    def scan(self) -> None:
        """Nothing changes."""

    def entries(self) -> list[ModelEntry]:
        """All of them."""
        return list(self.models.values())

    def for_era(self, era: str) -> ModelEntry | None:
        """The one named by the bare era."""
        return self.models.get(era)

    def beneath(self, entry: ModelEntry) -> tuple[LanguageModelEntry, ...]:
        """The known ones of its directions."""
        return tuple(self.known.get(direction) or LanguageModelEntry(direction) for direction in entry.directions)

    def transformers(self) -> tuple[str, ...]:
        """As it was published, and after it has read on."""
        return ("mlm", "minilm")

    def vectors(self) -> bool:
        """There are some."""
        return True

    def language_models(self) -> frozenset[str]:
        """The directions of the known ones."""
        return frozenset(self.known)

    def resolve(self, spec: str) -> ModelEntry:
        """By its exact name."""
        if spec not in self.models:
            raise ModelError(f"There is no model called {spec!r}.", "Train it first.")
        return self.models[spec]


class FakeEngine:
    """Answers at once, unless a test holds the answers back with `gate`."""

    def __init__(self) -> None:
        self.state = EngineState.IDLE
        self.on_state: Callable[[EngineState], None] = lambda _: None
        self.asked: list[api.Question] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.starts = 0
        self.exit_reason = api.Failed("The engine stopped unexpectedly (signal 9).", "It last said: Killed")
        self.rewrite: Callable[[api.Answer], api.Answer] = lambda answer: answer
        self._latest: dict[type[api.Question], int] = {}

    async def start(self) -> None:
        """Ready at once."""
        self.starts += 1
        self._set(EngineState.STARTING)
        self._set(EngineState.READY)

    async def restart(self) -> None:
        """Start again."""
        await self.start()

    async def close(self) -> None:
        """Nothing to kill."""

    def die(self) -> None:
        """As if the process had been killed."""
        self._set(EngineState.DEAD)

    async def ask(self, question: api.Question) -> AsyncIterator[api.Answer]:
        """The scripted answers, dropped when a newer question took this one's place."""
        self.asked.append(question)
        number = len(self.asked)
        self._latest[type(question)] = number
        if not isinstance(question, api.ReadParameters):  # asked by the way, whatever is typed
            await self.gate.wait()
        for answer in answers(question):
            if self._latest[type(question)] != number or self.state is EngineState.DEAD:
                return
            yield self.rewrite(answer)

    def _set(self, state: EngineState) -> None:
        self.state = state
        self.on_state(state)


def answers(question: api.Question) -> list[api.Answer]:
    """What the fake model says."""
    if isinstance(question, api.Neighbors):
        return [neighbors(question)]
    if isinstance(question, api.Surprisal):
        return [fake_language.read_closely(question, tokens(question.text))]
    if isinstance(question, api.WriteOn):
        return [fake_language.write_on(question)]
    if isinstance(question, api.Explain | api.Attend | api.MakeTwins):
        return [fake_explanations.answer(question, tokens(question.text))]
    if isinstance(question, api.AskPrompt):
        return [fake_prompts.ask(question, predicted(api.Predict(question.text, ()), "").probabilities["positive"])]
    if isinstance(question, ErrorQuestion):
        return fake_errors.answer(question)
    if isinstance(question, PictureQuestion):
        return [fake_pictures.answer(question)]
    if isinstance(question, WordQuestion):
        return [fake_words.answer(question)]
    if not isinstance(question, api.Predict | api.PredictTwin | api.PredictPrefixes):
        return []
    return [predicted(question, model) for model in question.models]


def tokens(text: str) -> tuple[api.Token, ...]:
    """Words at spaces, with . , ! ? apart; long nonsense is unknown."""
    out: list[api.Token] = []
    place = 0
    for word in text.split(" "):
        body = word.rstrip(".,!?")
        for piece in (body, word[len(body) :]):
            if piece:
                out.append(api.Token(piece.lower(), place, place + len(piece), known=len(piece) < 15))
                place += len(piece)
        place += 1
    return tuple(out)


def predicted(question: api.Predict | api.PredictTwin | api.PredictPrefixes, model: str) -> api.Predicted:
    """A logistic sum of word weights, stronger for word2vec."""
    found = tokens(question.text)
    total, running = 0.0, []
    for token in found:
        total += WEIGHTS.get(token.text, 0.0) * (1.5 if model == "word2vec" else 1.0)
        running.append((1 - _sigmoid(total), _sigmoid(total)))
    positive = running[-1][1] if running else 0.5
    steps = tuple(running[:64]) if isinstance(question, api.PredictPrefixes) else ()
    label = LABELS[positive >= 0.5]
    return api.Predicted(model, label, {"negative": 1 - positive, "positive": positive}, found, steps)


def neighbors(question: api.Neighbors) -> api.NeighborList:
    """Twelve made-up neighbours of either lens."""
    if len(question.word) >= 15:
        nearest = ("casts", "coast", "caste")
        return api.NeighborList(question.word, question.model, question.lens, (), False, suggestions=nearest)
    if question.lens == "static":
        words = "actors performances actor ensemble performers acting crew leads roles casting thespians duo"
        found = tuple(
            api.Neighbor(n + 1, word, 0.82 - 0.03 * n, 9000 // (n + 1))
            for n, word in enumerate(words.split()[: question.k])
        )
        note = "C: word2vec, then tuned; centred"
        return api.NeighborList(
            question.word,
            question.model,
            "static",
            tuple(replace(n, seeds=3 - n.rank % 2) for n in found),
            count=4321,
            note=note,
            centring=question.centring,
            baseline=fake_words.BASELINE,
            searched=20_000,
            overlap=0.62,
            seeds=3,
            remark=fake_words.remark(question.word),
        )
    task = "states of the task LSTM, trained on the labels, having read up to this word: only what stands left of it"
    note = _LANGUAGE_MODEL_NOTES.get(question.model, task)
    return fake_words.places(question, note)


_LANGUAGE_MODEL_NOTES = {
    "elmo": "states of frozen language models, having read the words on both sides",
    "ulmfit": "states of the fine-tuned language model, having read the words on both sides",
    "lm": "states of pretrained language models, having read the words on both sides",
    "lm:forward": "states of pretrained language models, having read up to this word: only what stands left of it",
}


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))
