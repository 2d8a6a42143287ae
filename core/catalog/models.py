"""What models there are: shipped, trained here, in a run directory, or at a path. Reads JSON only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from core.budget import name_budget
from core.catalog import language_models
from core.catalog.calibration import Calibration, find_calibration
from core.catalog.ladder import LADDER, MeasuredLadder
from core.catalog.language_models import LanguageModelEntry
from core.catalog.model_info import Mix, ModelInfo, read_info
from core.eras.table import BY_ID, ERAS
from core.errors import UserError
from core.jobs import DEFAULT_DATA
from core.machine.extras import MINILM, has_minilm, has_transformers
from core.runs import RunError, find_run
from core.storage.paths import ASSETS, Home
from core.storage.store import Store

KIND = "classifier"


class ModelError(UserError):
    """A model that was named is not there. `message` says so, `hint` says what to do."""


@dataclass(frozen=True)
class SeedScores:
    """Mean test accuracy over `seeds` trainings with its standard deviation; the mean's 95 % interval over texts."""

    mean: float
    sd: float
    seeds: int
    low: float
    high: float


@dataclass(frozen=True)
class ModelEntry:
    """One model that can answer. `spec` names it wherever a model is asked for."""

    spec: str
    era: str
    path: Path
    source: str
    info: ModelInfo
    key: str = ""
    over_seeds: SeedScores | None = None
    """From the shipped ladder, where the model is one of those it measured; one seed's own accuracy says less."""
    majority: float | None = None
    """The largest class's share of the test texts, 0 to 1: who always answers it is that accurate."""
    run: Path | None = None
    """The folder of the run that it was named by, if it was."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Label names, in the order of the logits."""
        return self.info.labels

    @property
    def parameters(self) -> Mapping[str, tuple[int, ...]]:
        """Shape of C, W_e, W_h and W_o."""
        return self.info.parameters

    @property
    def cell(self) -> str:
        """`lstm`, `gru` or `rnn`; empty where nothing is recurrent."""
        cell = str(self.info.config.get("cell", ""))
        return "" if cell == "none" else cell  # as earlier versions put it

    @property
    def accuracy(self) -> float | None:
        """Measured on the test split, 0 to 1; None for a run that was stopped before its test was read."""
        return self._accuracy("test")

    @property
    def validation(self) -> float | None:
        """Measured on the validation texts, 0 to 1."""
        return self._accuracy("validation")

    @property
    def calibration(self) -> Calibration | None:
        """How far its sureness can be believed, if that was measured: with its training, or for a shipped one later."""
        return self.info.calibration or find_calibration(self.key)

    @property
    def temperature(self) -> float:
        """What its logits are divided by before the softmax; 1 where none was fitted."""
        return (self.calibration and self.calibration.temperature) or 1.0

    @property
    def data(self) -> str:
        """The labelled data it was trained on."""
        return self.info.data

    @property
    def seed(self) -> int:
        """The seed of its training."""
        return self.info.seed

    @property
    def label_budget(self) -> int | None:
        """How many labels it was given, validation included; None for all."""
        return self.info.label_budget

    @property
    def directions(self) -> tuple[str, ...]:
        """The directions of the language models it has reused; none for most eras."""
        return tuple(way for way in language_models.DIRECTIONS if way in self.info.directions)

    @property
    def layers(self) -> int:
        """How many RNNs stand on one another."""
        layers = self.info.config.get("layers")
        return layers if isinstance(layers, int) else 1

    @property
    def mix(self) -> Mix | None:
        """What it reads of the language models beneath it, if any."""
        mix = self.info.mix
        return mix if mix and mix.shares and all(mix.shares.values()) else None

    @property
    def variant(self) -> str:
        """Which of the era's kinds it is, where it is not the usual one: `stanford`, `cbow`, `mlm`; else empty."""
        return self.info.variant

    @property
    def title(self) -> str:
        """A line a person recognises it by."""
        era = f"{self.era}:{self.variant}" if self.variant else self.era
        if self.info.teacher:
            era = f"{era} taught by {self.info.teacher.name}"
        return f"{era} · {self.data} · {name_budget(self.label_budget)} · seed {self.seed}"

    def _accuracy(self, split: str) -> float | None:
        accuracy = self.info.scores.get(split, {}).get("accuracy")
        return None if accuracy is None else float(accuracy)


class Catalog:
    """All models of one home and the shipped ones."""

    def __init__(self, home: Home | None = None, shipped: Path | None = ASSETS / "models") -> None:
        self.home = home or Home.locate()
        self._store = Store(self.home.store, shipped)
        self._shipped = shipped
        self._entries: list[ModelEntry] = []
        self.artifacts: frozenset[str] = frozenset()
        """The keys of all there is, also of what is no model."""
        self.scan()

    def scan(self) -> None:
        """Look again at what is there."""
        entries: list[ModelEntry] = []
        found = self._store.all()
        self.artifacts = frozenset(artifact.key for artifact in found)
        for artifact in (each for each in found if each.kind == KIND):
            info = _read(artifact.path)
            if info is None:
                continue
            shipped = self._shipped is not None and artifact.path.parent == self._shipped
            era = info.era
            spec = f"{era}:seed{info.seed}" if shipped and not info.variant else f"{era}:{artifact.key[:8]}"
            entries.append(
                ModelEntry(spec, era, artifact.path, "shipped" if shipped else "trained", info, artifact.key)
            )
        leading = {(entry.era, entry.variant): entry for entry in sorted(entries, key=_merit) if entry.variant}
        self._entries = [
            replace(entry, spec=f"{entry.era}:{entry.variant}")
            if leading.get((entry.era, entry.variant)) is entry
            else entry
            for entry in entries
        ]

    def entries(self) -> list[ModelEntry]:
        """Every model found, the person's own first."""
        return list(self._entries)

    def for_era(self, era: str) -> ModelEntry | None:
        """The era's best model of the default task by validation accuracy on all labels, named by the bare era.

        A model of other vectors than the era's own, which may have read far more text, stands for it only where there
        is no other.
        """
        fitting = [e for e in self._entries if e.era == era and e.data == DEFAULT_DATA]
        if not fitting:
            return None
        best = max(fitting, key=lambda e: (not e.variant, *_merit(e)))
        return replace(best, spec=era, over_seeds=self._over_seeds(best), majority=self._majority(best))

    def beneath(self, entry: ModelEntry) -> tuple[LanguageModelEntry, ...]:
        """The language models that a model reads or started from, forward first; none for most eras."""
        return language_models.beneath(entry.info, self._store)

    def language_models(self) -> frozenset[str]:
        """The directions that there is a pretrained language model for."""
        return language_models.directions(self._store)

    def vectors(self) -> bool:
        """Whether there are pretrained word2vec vectors."""
        return "word2vec" in self.objectives()

    def transformers(self) -> tuple[str, ...]:
        """The pretrained transformers that are there, with what reads them: by the names they are asked for as."""
        starts = language_models.starts(self._store) if has_transformers() else frozenset()
        # What was read on is kept as a difference to what was published: it takes both.
        read_on = bool(starts if has_minilm() else starts - {MINILM})
        return (*((language_models.MASKED,) if read_on else ()), *((MINILM,) if has_minilm() else ()))

    def objectives(self) -> frozenset[str]:
        """The objectives that there are pretrained vectors of."""
        return frozenset(str(a.manifest["config"].get("objective")) for a in self._store.all("vectors"))

    @cached_property
    def measured(self) -> MeasuredLadder:
        """The ladder that came with the shipped models; an empty one where there is none."""
        return MeasuredLadder.load(self._shipped.parent / LADDER.name) if self._shipped else MeasuredLadder()

    def _majority(self, model: ModelEntry) -> float | None:
        """As its own score says, else as the ladder that measured it says."""
        own = model.info.scores.get("test", {}).get("majority")
        if own is None and self.measured.holds(model.key):
            own = self.measured.majority.get(model.data)
        return own

    def _over_seeds(self, model: ModelEntry) -> SeedScores | None:
        """What the ladder says of a model and its seeds, if the model is among those that it measured."""
        if not self.measured.holds(model.key):
            return None
        means = (mean for mean in self.measured.of(model.era, model.data) if mean.labels == model.label_budget)
        mean = next(means, None)
        if mean is None or mean.sd is None:
            return None
        return SeedScores(mean.mean, mean.sd, mean.seeds, mean.low, mean.high)

    def resolve(self, spec: str) -> ModelEntry:
        """The model named by `era[:variant]`, `run:ID` or a path. Raises ModelError."""
        name, _, variant = spec.partition(":")
        if name in BY_ID:
            return self._of_era(spec, name, variant)
        if name == "run":
            return self._of_run(variant)
        path = Path(spec).expanduser()
        if ("/" in spec or path.is_dir()) and (info := _read(path)) is not None:
            return ModelEntry(spec, info.era, path, "path", info)
        raise ModelError(
            f"There is no model called {spec!r}.",
            f"Name an era ({', '.join(e.id for e in ERAS)}), run:ID, or the folder of a trained model.",
        )

    def _of_era(self, spec: str, era: str, variant: str) -> ModelEntry:
        if not variant:
            found = self.for_era(era)
        else:
            named = [e for e in self._entries if e.spec == spec]
            named += [e for e in self._entries if e.era == era and variant in (e.key, e.key[:8])]
            found = named[0] if named else None
        if found is not None:
            return found
        there = ", ".join(e.spec for e in self._entries if e.era == era)
        hint = f"There are {there}." if there else f"Train one with `nlp-tui train --era {era}`."
        raise ModelError(f"There is no model called {spec!r}.", hint)

    def _of_run(self, identifier: str) -> ModelEntry:
        try:
            run = find_run(identifier, self.home)
        except RunError as error:
            raise ModelError(error.message, error.hint) from error
        key = run.view().artifact
        artifact = self._store.find(key) if key else None
        path = artifact.path if artifact else run.path / "model"
        info = _read(path)
        if info is None:
            raise ModelError(f"Run {run.id} has no model yet.", "Wait for its first epoch, or look at it in Train.")
        return ModelEntry(f"run:{run.id}", info.era, path, "trained", info, key or "", run=run.path)


def _merit(entry: ModelEntry) -> tuple[bool, bool, float, int]:
    """What the better of two models is greater in: the default task's before others, then by validation accuracy.

    Fewer labels leave a smaller validation set, whose luck must not win: models of all labels come first.
    """
    return entry.data == DEFAULT_DATA, entry.label_budget is None, entry.validation or 0.0, -entry.seed


def _read(folder: Path) -> ModelInfo | None:
    """model.json of a folder, or None where there is no usable one."""
    try:
        info = read_info(folder)
    except (OSError, ValueError):
        return None
    return info if info.era in BY_ID else None
