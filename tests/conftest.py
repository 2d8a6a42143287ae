"""What holds for every test: none reads or writes the person's own models, runs and settings."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# One thread a process, whoever starts it: the workers fill the cores, and more threads would only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The same examples everywhere, and none fails because a machine has other work to do.
settings.register_profile("everywhere", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("everywhere")


@pytest.fixture(scope="session", autouse=True)
def home_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A home of the tests' own; a test that needs an empty one sets its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NLP_TUI_HOME", str(tmp_path_factory.mktemp("nlp-tui-home")))
        yield


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: tests wait for screens and processes a quarter of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes name no test: what packs a file puts the time into it, and every worker must collect the same names."""
    return "bytes" if isinstance(val, bytes) else None
