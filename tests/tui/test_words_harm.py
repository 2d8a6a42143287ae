"""Words where something is missing, fails, is too long or means harm: every view stays up and says so."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import pytest
from msgspec.structs import replace

from core import api
from core.jobs import IndexJob
from core.runs import RunDirectory, create_run
from core.storage.paths import Home
from tests.tui.fake_engine import FakeCatalog, FakeEngine, contextual
from tests.tui.hostile import HOSTILE, raw_characters, screen_text
from tests.tui.test_tui_read import running, settle, until
from tests.tui.test_words_views import asked, said
from tui.widgets.words import index_builder
from tui.widgets.words.stand_in import SMALL
from tui.widgets.words.token_picker import TokenPicker


async def test_a_missing_index_is_built_in_every_view_that_needs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = FakeEngine()

    def start(job: IndexJob, home: Home) -> RunDirectory:
        run = create_run(job, home)
        run.register_worker()
        return run

    monkeypatch.setattr(index_builder, "start_run", start)

    def missing(answer: api.Answer) -> api.Answer:
        if isinstance(answer, api.Compared):
            return replace(answer, centred=None, percentile=None, baseline=None, missing="index")
        if isinstance(answer, api.SenseList):
            return replace(answer, groups=(), missing="index")
        if isinstance(answer, api.MapPoints):
            return replace(answer, points=(), missing="index")
        if isinstance(answer, api.NeighborList) and answer.lens == "contextual":
            return replace(answer, neighbors=(), same=(), others=(), missing="index")
        return answer

    engine.rewrite = missing
    async with running(engine) as (app, pilot):
        app.home = Home(tmp_path / "store", tmp_path / "runs")
        await pilot.press("ctrl+n", "f3", "p", "left", "2", "o")
        for key in "1234":
            await pilot.press(key)
            if key == "4":
                await pilot.press("t")
            await settle(pilot)
            assert "scratch has no states worth searching" in said(app)
            await until(pilot.pause, lambda: f"Reading {SMALL:,} places to lm" in said(app))
        engine.rewrite = lambda answer: answer
        for key, words in (("1", "other words"), ("2", "centred 0.34"), ("3", "3 groups"), ("4", "full space")):
            await pilot.press(key)
            await settle(pilot)
            assert words in said(app)
            assert "No index" not in said(app)


@pytest.mark.parametrize("key", "123456")
async def test_a_failure_of_the_engine_is_said_in_every_view_and_goes_away(key: str) -> None:
    engine = FakeEngine()

    def fail(answer: api.Answer) -> api.Answer:
        return answer if isinstance(answer, api.Predicted) else api.Failed("It broke.", "Try again.")

    async with running(engine) as (app, pilot):
        await pilot.press("ctrl+n", "f3", "p", "left", "m")
        await settle(pilot)
        engine.rewrite = fail
        await pilot.press(key)
        await settle(pilot)
        await pilot.press("left")
        await settle(pilot)
        assert "It broke. Try again." in said(app).replace("broke. m", "broke.").replace("✕", "")
        engine.rewrite = lambda answer: answer
        await pilot.press("right")
        await settle(pilot)
        assert "It broke." not in said(app)
        engine.die()
        await pilot.pause()
        assert "F10" in screen_text(app)


@pytest.mark.parametrize("key", "123456")
@pytest.mark.parametrize("fails", [True, False], ids=["from a failure", "from an answer"])
async def test_nothing_of_another_model_stands_while_the_next_one_is_asked(key: str, fails: bool) -> None:
    engine = FakeEngine()

    def signed(answer: api.Answer) -> api.Answer:
        if fails and not isinstance(answer, api.Predicted):
            return api.Failed("This control has no vectors.", "Ask another.")
        match answer:
            case api.SenseList():
                return replace(answer, verdict="by the first model")
            case api.NeighborList() | api.AnalogyList() | api.DriftList():
                return replace(answer, note="by the first model")
            case _:
                return answer

    async with running(engine, FakeCatalog([contextual()])) as (app, pilot):
        await pilot.press("ctrl+n", "f3", "p", "left", key)
        if key == "2":
            await pilot.press("o")  # the page of every era is of no model alone
        await settle(pilot)
        engine.rewrite = signed
        await pilot.press("m")
        await settle(pilot)
        first = {"This control has no vectors.", "by the first model", "crew", "ensemble", "actors", "good · bad"}
        assert any(words in said(app) for words in first)
        engine.gate.clear()
        await pilot.press("m")
        for _ in range(3):
            await pilot.pause()
        assert [words for words in first if words in said(app)] == []
        assert f"asking {app.current_model}…" in said(app)
        engine.rewrite = lambda answer: answer
        engine.gate.set()
        await settle(pilot)
        assert "asking" not in said(app)
        assert any(words in said(app) for words in ("crew", "king", "good · bad", "play"))


async def test_a_view_that_is_opened_on_an_era_without_a_model_says_so() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3", "3")
        await settle(pilot)
        assert "3 groups" in said(app)
        await pilot.press("1")
        app.current_model = "elmo"
        await settle(pilot)
        await pilot.press("3")
        await settle(pilot)
        assert "3 groups" not in said(app), "those are another model's"
        assert "elmo · not trained yet" in said(app)
        assert "Press m for the next model" in said(app)


async def test_a_sentence_of_five_thousand_words_does_no_harm() -> None:
    async with running() as (app, pilot):
        app.sentence = " ".join(["play", *(f"w{n}" for n in range(4_998)), "play"])
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("home", "p", "end")
        for key in "123456":
            await pilot.press(key)
            await settle(pilot)
        question = asked(app, api.CompareEra)[-1]
        assert (question.first.position, question.second.position) == (0, 4_999)
        await pilot.press("2", "o")
        await settle(pilot)
        places = asked(app, api.Compare)[-1]
        assert (places.first.position, places.second.position) == (0, 4_999)
        await pilot.press("2")
        await settle(pilot)
        assert "w4997 play" in said(app)


@pytest.mark.slow
@pytest.mark.parametrize("key", "123456")
async def test_hostile_text_is_shown_harmlessly_in_every_view(key: str) -> None:
    engine = FakeEngine()
    texts = cycle(HOSTILE.values())
    start = FakeEngine().rewrite

    def some() -> str:
        """Another text each time: every place of the screen meets several."""
        return next(texts)

    def neighbor(n: api.Neighbor) -> api.Neighbor:
        return replace(n, neighbor=some(), left=some() * 9, right=some() * 9, source=some(), label=some())

    def poison(answer: api.Answer) -> api.Answer:
        match answer:
            case api.Predicted():
                tokens = tuple(api.Token(text, 0, 1, known=n % 2 > 0) for n, text in enumerate(HOSTILE.values()))
                return replace(answer, tokens=tokens, running=())
            case api.Inspected():
                layers = tuple(
                    replace(each, name=f"{some()}{n}", vectors=(some(),)) for n, each in enumerate(answer.layers)
                )
                return replace(answer, layers=layers, note=some())
            case api.NeighborList():
                lists = (tuple(map(neighbor, found)) for found in (answer.neighbors, answer.same, answer.others))
                every, same, others = lists
                return replace(
                    answer, word=some(), neighbors=every, same=same, others=others, note=some(), remark=some()
                )
            case api.Compared():
                return replace(answer, first=some(), second=some(), note=some())
            case api.SenseList():
                groups = tuple(
                    replace(g, names=(some(), some()), places=tuple(map(neighbor, g.places)), letter=some()[:1])
                    for g in answer.groups
                )
                return replace(answer, word=some(), groups=groups, verdict=some(), note=some(), mine=some()[:1])
            case api.MapPoints():
                points = tuple(replace(p, text=some(), left=some(), right=some(), label=some()) for p in answer.points)
                clusters = tuple(api.Cluster(some(), cluster.size) for cluster in answer.clusters)
                return replace(answer, word=some(), points=points, note=some(), clusters=clusters, verdict=some())
            case api.AnalogyList():
                found = tuple(map(neighbor, answer.neighbors))
                return replace(answer, plus=(some(),), minus=(some(),), neighbors=found, note=some(), method=some())
            case api.DriftList():
                moved = tuple(api.Moved(some(), n, 0.1, (some(),), (some(),)) for n in range(len(HOSTILE)))
                return replace(answer, note=some(), pairs=(api.Pair(some(), some(), 0.1, 0.2),), moved=moved)
            case _:
                return answer

    def harmless() -> None:
        assert raw_characters(app) == set()

    engine.rewrite = poison
    async with running(engine, size=(80, 24)) as (app, pilot):
        await pilot.press("f3", "m", "p", "right", key)
        await settle(pilot)
        harmless()
        await pilot.press("t", "down", "up")
        harmless()
        await pilot.resize_terminal(120, 36)
        harmless()
        for rewrite in (lambda _: api.Failed(some(), some()), start):
            engine.rewrite = rewrite
            app.screen.query_one(TokenPicker).focus()
            await pilot.press("right")
            await settle(pilot)
            harmless()
        assert app.is_running
