"""What holds for every test: none reads or writes the person's own models, runs and settings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def home_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A home of the tests' own; a test that needs an empty one sets its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NLP_TUI_HOME", str(tmp_path_factory.mktemp("nlp-tui-home")))
        yield
