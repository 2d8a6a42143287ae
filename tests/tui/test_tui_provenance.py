"""Read's strip: where the parameters of the focused row come from, language models beneath it too."""

from __future__ import annotations

import pytest

from core.eras.table import BY_ID
from tests.tui.fake_engine import LANGUAGE_MODELS, FakeCatalog, contextual, entry, fine_tuned, transformer
from tests.tui.hostile import screen_text
from tests.tui.test_tui_read import line, running, settle
from tui.app import NlpTui
from tui.widgets.read.provenance_strip import ProvenanceStrip
from tui.widgets.shared.parameter_block import ParameterBlock


def provenance(app: NlpTui) -> str:
    """All that the strip says, a line a widget."""
    strip = app.screen.query_one(ProvenanceStrip)
    shown = [widget for widget in strip.query("Static, LanguageModelPanel") if widget.display]
    return "\n".join(str(widget.render()) for widget in shown)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)], ids=["small", "medium", "large"])
async def test_an_elmo_row_shows_the_language_models_it_stands_on(size: tuple[int, int]) -> None:
    async with running(catalog=FakeCatalog([contextual()]), size=size) as (app, pilot):
        await pilot.press(*"dull", "down", "down", "down")
        await settle(pilot)
        assert app.current_model == "elmo"
        assert "negative" in line(app, "elmo")
        told = provenance(app)
        assert "γ·LM" in told
        for fact in ("= frozen", "LSTM 512", "γ 1.32", "0.46", "0.54", "98", "101"):
            assert fact in told
            assert fact in screen_text(app)
        await pilot.press("up", "up")
        await settle(pilot)
        assert "frozen" not in provenance(app)


async def test_a_language_model_that_is_gone_does_not_take_the_strip_with_it() -> None:
    catalog = FakeCatalog([contextual(mix={"shares": "?", "gamma": []})])
    catalog.known = {"forward": LANGUAGE_MODELS["forward"]}
    async with running(catalog=catalog) as (app, pilot):
        app.current_model = "elmo"
        await settle(pilot)
        assert "not in the store" in screen_text(app)
        assert "γ 1" not in screen_text(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["small", "large"])
async def test_an_ulmfit_row_says_that_both_directions_answer(size: tuple[int, int]) -> None:
    async with running(catalog=FakeCatalog([fine_tuned()]), size=size) as (app, pilot):
        app.current_model = "ulmfit"
        await settle(pilot)
        blocks = app.screen.query(ParameterBlock)
        assert ["language model" in block.render().plain for block in blocks] == [True, True, True, False]
        told = provenance(app)
        assert ("mean of 2 directions" if size[0] > 100 else "× 2") in told
        assert "averaged" in told


async def test_an_ulmfit_row_of_one_direction_says_nothing_of_two() -> None:
    async with running(catalog=FakeCatalog([fine_tuned(directions=["forward"])])) as (app, pilot):
        app.current_model = "ulmfit"
        await settle(pilot)
        assert "directions" not in provenance(app)


async def test_the_rows_of_language_models_say_what_comes_first() -> None:
    catalog = FakeCatalog()
    async with running(catalog=catalog) as (app, pilot):
        assert "not trained yet · F4 trains it" in line(app, "elmo")
        catalog.known = {}
        app.look_for_models()
        await settle(pilot)
        for era in ("elmo", "ulmfit"):
            assert "first a language model, then this · F4 trains both" in line(app, era)
        assert "not trained yet · F4 trains it" in line(app, "bert")


@pytest.mark.parametrize("era", ["average", "random-lm", "scratch-matched"])
async def test_a_control_can_be_added_and_is_explained(era: str) -> None:
    config = {"cell": "none"} if era == "average" else {"cell": "lstm"}
    shapes = {"C": (20000, 128), "W_o": (2, 128)}
    async with running(catalog=FakeCatalog([entry("run:1", era, config=config, parameters=shapes)])) as (app, pilot):
        app.use_model("run:1")
        await settle(pilot)
        assert BY_ID[era].idea[:40] in provenance(app)
        assert ("mean( C[words] )" in provenance(app)) is (era == "average")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["small", "large"])
async def test_a_bert_row_says_what_it_is_and_what_of_the_formula_it_has(size: tuple[int, int]) -> None:
    async with running(catalog=FakeCatalog([transformer()]), size=size) as (app, pilot):
        app.current_model = "bert"
        await settle(pilot)
        told = provenance(app) + "".join(block.render().plain for block in app.screen.query(ParameterBlock))
        for fact in ("attention", "MiniLM", "transformer", "= frozen", "30,522 × 384", "2 × 384"):
            assert fact in told
        assert told.count("not in this model") == 2


async def test_another_encoder_is_named() -> None:
    hostile = {"name": "./[b]mine\x1b", "key": "e" * 64}
    for named, fact in ((hostile, "[b]mine"), ("?", "MiniLM")):
        async with running(catalog=FakeCatalog([transformer(encoder=named)])) as (app, pilot):
            app.current_model = "bert"
            await settle(pilot)
            assert fact in provenance(app)
            assert "\x1b" not in screen_text(app)


async def test_without_the_extra_the_row_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.machine.extras.has_transformers", lambda: False)
    async with running(size=(120, 36)) as (app, pilot):
        await pilot.press(*"dull")
        await settle(pilot)
        assert "pip install 'nlp-tui[bert]'" in line(app, "bert")
        assert "negative" in line(app, "scratch")
