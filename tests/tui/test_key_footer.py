"""The footer shows whole keys only, as many as there is room for, and always those of help and the way out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from textual.widgets._footer import FooterKey

from tests.tui.fake_engine import FakeCatalog, FakeEngine
from tests.tui.fake_report import measured
from tests.tui.test_tui_read import settle
from tui.app import NlpTui
from tui.widgets.shared.key_footer import KeyFooter


@pytest.mark.parametrize("width", [60, 80, 99, 120, 200])
@pytest.mark.parametrize("screen", ["f2", "f3", "f4", "f7", "f8", "f9", "report"])
async def test_every_key_is_seen_whole_and_help_is_among_them(width: int, screen: str) -> None:
    app = NlpTui(engine=FakeEngine(), catalog=FakeCatalog())
    async with app.run_test(size=(width, 30)) as pilot:
        await settle(pilot)
        if screen == "report":
            measured(app.home)
            app.action_report()
        else:
            await pilot.press(screen)
        await settle(pilot)
        footer = app.screen.query_one(KeyFooter)
        keys = list(footer.query(FooterKey))
        assert {"help", "quit"} <= {key.action.removeprefix("app.") for key in keys}
        edges = sorted((key.region.x, key.region.right) for key in keys)
        assert all(left[1] <= right[0] for left, right in pairwise(edges)), "none over another"
        assert edges[-1][1] <= width
        assert all(key.region.width >= len(key.key_display) + 1 + len(key.description) for key in keys)
        await pilot.resize_terminal(200, 30)
        await settle(pilot)
        assert len(list(footer.query(FooterKey))) >= len(keys), "more room, more keys"
