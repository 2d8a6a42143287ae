"""How much memory the engine holds with every model loaded, and the app's own process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from core import api
from core.catalog.models import Catalog
from core.eras.table import BY_ID
from core.storage.paths import Home
from tests.benchmarks.terminal import Terminal, app_command

SENTENCE = "The plot is thin but the cast is wonderful."
PATIENCE = 300.0


def measure(environment: Mapping[str, str]) -> tuple[float, float, int]:
    """(engine, app) in MB of resident memory, the most each has held, and how many models the engine answered with."""
    home = Path(environment["NLP_TUI_HOME"])
    catalog = Catalog(Home(store=home / "store", runs=home / "runs"))
    models = tuple(era for era in BY_ID if catalog.for_era(era) is not None)
    return _engine(models, environment), _app(environment), len(models)


def _engine(models: tuple[str, ...], environment: Mapping[str, str]) -> float:
    command = [sys.executable, "-P", "-m", "core.service.engine"]
    with subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for question in (api.Predict(SENTENCE, models), api.PredictPrefixes(SENTENCE, models)):
            process.stdin.write(api.encode(1, question) + "\n")
            process.stdin.flush()
            while not isinstance(answer := api.decode_answer(process.stdout.readline())[1], api.Finished):
                if isinstance(answer, api.Failed):
                    raise RuntimeError(answer.message)
        held = peak(process.pid)
        process.stdin.close()
    return held


def _app(environment: Mapping[str, str]) -> float:
    with Terminal(app_command(), environment) as terminal:
        terminal.wait(lambda screen: "ready" in screen, PATIENCE)
        terminal.send(SENTENCE)
        terminal.settle(5.0)
        return peak(terminal.process)


def peak(process: int) -> float:
    """MB of resident memory that a process has held at most."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1000
    raise RuntimeError("this system does not say how much memory a process has held")
