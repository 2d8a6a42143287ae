"""How long our GloVe takes for the unlabelled text, against gensim's word2vec: same text, dimension and threads.

As a program, one of the two: `python -m tests.benchmarks.glove glove|word2vec`; it prints its seconds.
"""

from __future__ import annotations

import pkgutil
import subprocess
import sys
import tempfile
from pathlib import Path

from core.data.corpora import unlabelled
from core.jobs import GloveJob, PretrainJob, VectorsJob, kind_of
from core.machine.process import child_environment
from core.pretraining import corpus
from core.runs.logger import RunLogger
from core.storage.store import Store
from tests.benchmarks.language_model import Silence


def measure() -> tuple[float, float]:
    """Seconds of GloVe, counting included, and of word2vec, each with its default settings, one after the other."""
    ours, theirs = (
        subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.glove", name],
            stdout=subprocess.PIPE,
            text=True,
            env=child_environment(),
            check=True,
        ).stdout
        for name in ("glove", "word2vec")
    )
    return float(ours), float(theirs)


def seconds(job: VectorsJob) -> float:
    """How long the vectors take once the text is in numbers."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        corpus.build(store, unlabelled(job.data), job.vocabulary, lambda phase, done, total: None)
        logger = RunLogger(Silence())
        pretrain = pkgutil.resolve_name(kind_of(job).runner)
        made = store.find(pretrain(job, Path(folder), store, logger).artifact)
        assert made is not None
        return float(made.manifest["seconds"])


if __name__ == "__main__":
    print(seconds(GloveJob() if sys.argv[1] == "glove" else PretrainJob()))
