"""Ten thousand sentences through every model, one a line: `nlp-tui predict --model all -`."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from itertools import cycle, islice

from core.data.corpora import load_task
from core.data.detokenize import typed

SENTENCES = 10_000


def measure(environment: Mapping[str, str]) -> tuple[float, int]:
    """(seconds, answers) for 10,000 sentences as people type them."""
    task = load_task("rotten_tomatoes")
    texts = [typed(text) for text in task.train.texts]
    lines = "".join(f"{' '.join(text.split())}\n" for text in islice(cycle(texts), SENTENCES))
    command = [sys.executable, "-P", "-m", "tui", "predict", "--model", "all", "--json", "-"]
    began = time.perf_counter()
    done = subprocess.run(
        command, env=dict(environment), input=lines.encode(), capture_output=True, check=True, timeout=3600
    )
    return time.perf_counter() - began, done.stdout.count(b"\n")
