"""Every era as an estimator of scikit-learn: `fit`, `predict`, `predict_proba`, in pipelines and cross-validation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.task import Split, Task
from core.errors import UserError
from core.evaluation.split_reading import read_split, to_probabilities
from core.finetuning.fit import Fitted, fit
from core.finetuning.prepare import prepare
from core.jobs import TrainJob
from core.machine.extras import SKLEARN
from core.pretrained import classifier
from core.runs import events
from core.runs.logger import RunLogger
from core.storage.store import default_store

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise UserError("The eras as estimators need scikit-learn.", f"Install it: {SKLEARN}.") from error

__all__ = ["EraClassifier"]


class EraClassifier(ClassifierMixin, BaseEstimator):
    """The classifier of one era, trained by its own recipe on the texts and labels that `fit` is given.

    A fifth of these is kept aside to choose the best epoch, as `nlp-tui train` does; with `whole_budget` all are
    trained on, for as long as was fixed beforehand. `epochs`, `learning_rate` and `batch_size` are the recipe's where
    they are None. The same texts, labels and `seed` give the same model. Pretrained parts are the shipped ones, or
    what was pretrained here.

    Fitted, it has `classes_`, `notes_` (what its training had to say, a sentence each) and `validation_`: accuracy
    (0 to 1), loss (nats) and more on the `n` texts that it was chosen by (of counted words and mean vectors: each left
    out once in cross-validation); empty where nothing was chosen. Probabilities are those that it was trained
    to, not tempered.
    """

    def __init__(
        self,
        era: str = "ulmfit",
        *,
        seed: int = 0,
        epochs: int | None = None,
        learning_rate: float | None = None,
        batch_size: int | None = None,
        whole_budget: bool = False,
        threads: int = 1,
    ) -> None:
        self.era = era
        self.seed = seed
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.whole_budget = whole_budget
        self.threads = threads

    def fit(self, X: Iterable[str], y: Iterable[Any]) -> Self:  # noqa: N803 - scikit-learn's names
        """Train on texts `X`, (n,), with labels `y`, (n,), of any kind.

        Raises ValueError where they cannot be learned from, UserError where a part that the era needs is not here.
        """
        texts, labels = _texts(X), np.asarray(y if isinstance(y, np.ndarray) else list(y))
        if labels.shape != (len(texts),):
            raise ValueError(f"{len(texts)} texts need as many labels, one each: these have the shape {labels.shape}")
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"there is only one class, {self.classes_.tolist()}: a classifier needs at least two")
        nothing = Split([], [])
        task = Task("X", tuple(map(str, self.classes_)), Split(texts, codes.tolist()), nothing, nothing)
        typed = ("epochs", "learning_rate", "batch_size")
        settings = {name: getattr(self, name) for name in typed if getattr(self, name) is not None}
        job = TrainJob.of(
            self.era,
            **settings,
            data="X",
            labels=len(texts),
            seed=self.seed,
            whole_budget=self.whole_budget,
            threads=self.threads,
        )
        self.notes_: list[str] = []
        with TemporaryDirectory(prefix="nlp-tui-fit-") as folder:
            self._keep(_train(job, task, Path(folder), self.notes_), Path(folder) / "model")
        return self

    def predict_proba(self, X: Iterable[str]) -> NDArray[np.float64]:  # noqa: N803
        """The probabilities of `classes_` for texts `X`, (n,): (n, classes), each row's sum 1."""
        check_is_fitted(self, "classes_")
        texts = _texts(X)
        logits = read_split(self._model, Split(texts, [0] * len(texts)), lambda *_: None)
        found = to_probabilities(self._model, logits).astype(np.float64)
        found /= found.sum(axis=1, keepdims=True)
        return found

    def predict(self, X: Iterable[str]) -> NDArray[Any]:  # noqa: N803
        """The likeliest class of each text, (n,), as `fit` was given it."""
        best = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[best])

    def save(self, folder: str | Path) -> None:
        """Write the model folder, which `nlp-tui predict --model FOLDER` and `Session` read. Raises OSError."""
        check_is_fitted(self, "classes_")
        Path(folder).mkdir(parents=True, exist_ok=True)
        for name, content in self._files.items():
            (Path(folder) / name).write_bytes(content)

    def __getstate__(self) -> dict[str, Any]:
        """Without the network in memory: its files make it again, to the bit."""
        return {name: value for name, value in super().__getstate__().items() if name != "_loaded"}

    @property
    def _model(self) -> classifier.Classifier:
        if not hasattr(self, "_loaded"):
            with TemporaryDirectory(prefix="nlp-tui-model-") as folder:
                self.save(folder)
                self._loaded = classifier.load(Path(folder), default_store())
        return self._loaded

    def _keep(self, fitted: Fitted, folder: Path) -> None:
        folder.mkdir()
        self.validation_ = dict(fitted.outcome.progress.best)
        fitted.save(folder, default_store(), {"validation": self.validation_} if self.validation_ else None)
        self._files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _train(job: TrainJob, task: Task, folder: Path, notes: list[str]) -> Fitted:
    class Notes:
        """Keeps what has to be said, and nothing of the progress."""

        def write(self, event: events.Event) -> None:
            if isinstance(event, events.Warned):
                notes.append(event.message)

    before = torch.get_num_threads()
    if job.threads:
        torch.set_num_threads(job.threads)
    try:
        store = default_store()
        return fit(prepare(job, store, task), folder, store, RunLogger(Notes()))
    finally:
        torch.set_num_threads(before)


def _texts(X: Iterable[str]) -> Sequence[str]:  # noqa: N803
    if isinstance(X, str):
        raise ValueError("X is one text: give a list of texts")
    return [text if isinstance(text, str) else _refuse(text) for text in X]


def _refuse(value: object) -> str:
    raise ValueError(f"X has to hold texts, one each; this is a {type(value).__name__}: {value!r:.60}")
