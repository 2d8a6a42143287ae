"""The animated picture in README.md: nothing of a screenshot is lost, and without animation the last one is seen."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from textual.app import App, ComposeResult
from textual.widgets import Static

from tests.animation import animate, read

SVG = "{http://www.w3.org/2000/svg}"


class Counter(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("the same < in every one")
        yield Static("0", id="number")


async def _shots() -> list[str]:
    app, shots = Counter(), []
    async with app.run_test(size=(40, 6)) as pilot:
        for text in ("one", "two", "two", "three & more"):
            app.query_one("#number", Static).update(text)
            await pilot.pause()
            shots.append(app.export_screenshot(title="t", simplify=True))
    return shots


def _seen(root: ElementTree.Element, hidden: set[str]) -> str:
    groups = (group for group in root.iter(f"{SVG}g") if group.get("class", "") not in hidden)
    return " ".join(text.text or "" for group in groups for text in group.findall(f"{SVG}text")).replace("\xa0", " ")


async def test_every_screenshot_is_seen_for_its_time_and_the_last_where_nothing_moves() -> None:
    shots = await _shots()
    made = animate(shots, [1, 1, 1, 3])
    root = ElementTree.fromstring(made)
    rules = dict(re.findall(r"@keyframes (v\d+)\{(.*)\}$", made, re.MULTILINE))
    still = {name for name, how in re.findall(r"\.(v\d+)\{visibility:(\w+)", made) if how == "hidden"}
    assert "the same < in every one" in _seen(root, still)
    assert "three & more" in _seen(root, still)
    assert "one" not in _seen(root, still).replace("every one", "")
    assert len(rules) == 3, "two and two are one"
    (two,) = [steps for steps in rules.values() if steps.startswith("0%{visibility:hidden}16.67%")]
    assert two.endswith("16.67%{visibility:visible}50.00%{visibility:hidden}")


async def test_rows_are_drawn_as_the_screenshot_draws_them() -> None:
    (first, *_) = await _shots()
    rows = read(first).rows
    text = [part for row in rows.values() for part in row if part.startswith("<text")]
    assert len(text) == 2
    assert 'y="20"' in text[0]
    assert 'y="44.4"' in text[1]
    assert all("fill" in part for part in text)
