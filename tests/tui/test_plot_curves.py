"""The plot: what is drawn, and that nothing that can happen to a loss stops it."""

from __future__ import annotations

import math

import pytest
from textual.app import App, ComposeResult

from tui import themes
from tui.widgets.train.plot_curves import Chart, CurveCanvas, Curves


class Plotted(App[None]):
    CSS = "Curves { height: 1fr; } .plot--legend { height: auto; }"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.variables(self.current_theme)

    def compose(self) -> ComposeResult:
        yield Curves("loss")

    @property
    def plot(self) -> Curves:
        return self.query_one(Curves)

    def drawn(self) -> str:
        return str(self.query_one(CurveCanvas).render())


TRAIN = tuple((i / 40, 0.7 - i / 1000) for i in range(1, 300))
VALIDATION = tuple((float(e), 0.6 + 0.01 * (e - 4) ** 2) for e in range(1, 8))


async def test_curves_are_drawn_in_two_ways_with_the_best_epoch_marked() -> None:
    app = Plotted()
    async with app.run_test(size=(100, 20)) as pilot:
        app.plot.show(Chart("loss", {"train": TRAIN, "validation": VALIDATION}, (4.0, 0.6), 12))
        await pilot.pause()
        drawn, legend = app.drawn(), app.plot.legend(100).plain
    assert any(0x2800 < ord(c) < 0x2900 for c in drawn)
    assert drawn.count("●") == 6
    assert drawn.count("◆") == 1
    assert "epoch  0" in drawn
    assert legend == "loss   ━━ train 0.401   ━● validation 0.69   ◆ best 0.6 at epoch 4"


async def test_accuracies_are_percentages() -> None:
    app = Plotted()
    async with app.run_test(size=(100, 20)) as pilot:
        chart = Chart("accuracy", {"train": ((1.0, 0.5), (2.0, 0.913))}, None, 2, percent=True)
        app.plot.show(chart)
        await pilot.pause()
        assert "91.3 %" in app.plot.legend(100).plain
        assert "60 %" in app.drawn()


@pytest.mark.parametrize(
    "points",
    [
        (),
        ((1.0, 0.5),),
        ((0.1, math.nan), (0.2, math.inf), (0.3, -math.inf)),
        ((0.1, 0.5), (0.2, 1e30), (0.3, math.nan), (0.4, 0.1)),
        ((0.1, 0.5), (0.2, 0.5)),
        ((0.1, 0.0), (0.2, 0.5)),
        ((0.1, -3.0), (0.2, -0.5)),
    ],
)
@pytest.mark.parametrize("log", [False, True])
async def test_whatever_happens_to_the_loss_can_be_drawn(points: tuple[tuple[float, float], ...], log: bool) -> None:
    app = Plotted()
    async with app.run_test(size=(60, 14)) as pilot:
        app.plot.show(Chart("loss", {"train": points}, points[0] if points else None, 3, log=log))
        await pilot.pause()
        app.drawn()


async def test_a_logarithmic_axis_is_drawn_again_and_again() -> None:
    app = Plotted()
    async with app.run_test(size=(80, 20)) as pilot:
        for end in (50, 100, 200):
            app.plot.show(Chart("loss", {"train": tuple((x, 10 * y**4) for x, y in TRAIN[:end])}, None, 12, log=True))
            await pilot.pause()
        assert "loss (log)" in app.plot.legend(80).plain
        assert "1┤" in app.drawn()


@pytest.mark.parametrize("size", [(200, 60), (24, 9), (12, 4), (3, 2)])
async def test_any_size_can_be_drawn(size: tuple[int, int]) -> None:
    app = Plotted()
    async with app.run_test(size=size) as pilot:
        app.plot.show(Chart("loss", {"train": TRAIN, "validation": VALIDATION}, (4.0, 0.6), 12))
        await pilot.pause()
        app.drawn()


async def test_a_narrow_legend_takes_two_lines() -> None:
    app = Plotted()
    async with app.run_test(size=(40, 14)) as pilot:
        app.plot.show(Chart("loss", {"train": TRAIN, "validation": VALIDATION}, (4.0, 0.6), 12))
        await pilot.pause()
        first, second = app.plot.legend(38).plain.splitlines()
    assert first.startswith("loss   ━━ train")
    assert second == "━● validation 0.69   ◆ best 0.6"


async def test_colours_follow_the_theme() -> None:
    app = Plotted()
    async with app.run_test() as pilot:
        found = []
        for theme in ("textual-dark", "textual-light", "ansi-dark", "ansi-light"):
            app.theme = theme
            await pilot.pause()
            found.append(app.query_one(CurveCanvas).colours)
    assert len(set(found)) == 4
