"""A source of CSS is parsed once for the colours it stands under, and anew with the theme."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from textual.css import stylesheet
from textual.css.parse import parse

from tests.tui.fake_engine import FakeCatalog, FakeEngine
from tui import themes
from tui.app import NlpTui


async def test_the_first_screen_parses_every_source_once_and_a_new_theme_each_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parsed: Counter[tuple[object, ...]] = Counter()

    def counted(scope: str, css: str, read_from: Any, **options: Any) -> Any:
        parsed[scope, css, read_from, options["tie_breaker"]] += 1
        return parse(scope, css, read_from, **options)

    monkeypatch.setattr(stylesheet, "parse", counted)
    app = NlpTui(engine=FakeEngine(), catalog=FakeCatalog([]))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert len(parsed) > 10
        assert set(parsed.values()) == {1}
        own, colour = next(each for each in parsed if "read.tcss" in str(each[2])), app.screen.styles.background
        app.theme = themes.LIGHT
        await pilot.pause()
        assert parsed[own] == 2
        assert app.screen.styles.background != colour
