"""Why: what each token does to the focused row's answer, and where bert's words look."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Static

from core import api
from tests.tui.fake_engine import FakeCatalog, FakeEngine, contextual, entry, fine_tuned, transformer
from tests.tui.hostile import SOME, raw_characters
from tests.tui.test_tui_read import field, line, row, running, settle
from tests.tui.test_tui_snapshots import SIZES, still
from tui import explanations, themes
from tui.app import NlpTui
from tui.screens import explaining
from tui.screens.attention import AttentionScreen
from tui.screens.read import ReadScreen
from tui.widgets.read import why_lines
from tui.widgets.read.attention_matrix import AttentionMatrix, describe_window

SENTENCE = "The plot is thin but the cast is wonderful."


def models() -> FakeCatalog:
    counted = entry("tfidf", "tfidf", parameters={"W_o": (2, 30000)}, model="bag")
    return FakeCatalog([contextual(), fine_tuned(), transformer(), counted])


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explaining, "PAUSE", 0.0)


@asynccontextmanager
async def reading(
    era: str = "elmo", engine: FakeEngine | None = None, sentence: str = SENTENCE, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[tuple[NlpTui, Pilot[None]]]:
    async with running(engine, models(), size) as (app, pilot):
        app.current_model = era
        field(app).value = sentence
        await settle(pilot)
        yield app, pilot


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


def asked(app: NlpTui, kind: type[api.Question]) -> list[Any]:
    assert isinstance(app.engine, FakeEngine)
    return [question for question in app.engine.asked if isinstance(question, kind)]


async def test_the_key_steps_through_the_ways_and_comes_back() -> None:
    async with reading() as (app, pilot):
        assert "% ▸" in line(app, "elmo")
        assert "running answer" in line(app, "elmo")
        assert asked(app, api.Explain) == []
        await press(pilot, "ctrl+y")
        assert "pts ▸" in line(app, "elmo")
        assert "points of positive that go without the word" in line(app, "elmo")
        assert "-12" in line(app, "elmo"), "thin, 4 letters, at an odd place"
        assert "running answer" not in line(app, "elmo")
        await press(pilot, "ctrl+y")
        assert "gradient × input" in line(app, "elmo")
        await press(pilot, "ctrl+y")
        assert "integrated gradients" in line(app, "elmo")
        assert "gap +0.5" in line(app, "elmo")
        await press(pilot, "ctrl+y")
        assert "running answer" in line(app, "elmo")
        assert [each.method for each in asked(app, api.Explain)] == ["loo", "gradient", "integrated"]
        assert field(app).value == SENTENCE, "the input did not take the key"


async def test_only_the_focused_row_is_asked_and_the_next_one_too() -> None:
    async with reading() as (app, pilot):
        await press(pilot, "ctrl+y")
        assert "pts" not in line(app, "scratch")
        await press(pilot, "down")
        assert "pts" not in line(app, "elmo")
        assert "pts ▸" in line(app, "ulmfit")
        assert [each.model for each in asked(app, api.Explain)] == ["elmo", "ulmfit"]


async def test_a_row_that_only_counts_words_is_asked_by_leaving_them_out() -> None:
    async with reading() as (app, pilot):
        await press(pilot, "ctrl+y", "ctrl+y")
        app.current_model = "tfidf"
        await settle(pilot)
        assert "go without the word" in line(app, "tfidf")
        await press(pilot, "ctrl+y")
        assert "running answer" in line(app, "tfidf")


async def test_an_era_without_a_model_cannot_be_asked() -> None:
    async with reading("glove") as (app, pilot):
        await press(pilot, "ctrl+y")
        assert asked(app, api.Explain) == []


async def test_while_one_types_it_is_asked_once_and_the_old_points_are_dim(monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading() as (app, pilot):
        await press(pilot, "ctrl+y")
        monkeypatch.setattr(explaining, "PAUSE", 600.0)
        await pilot.press("backspace", "!", "!")
        for _ in range(3):
            await pilot.pause()
        assert len(asked(app, api.Explain)) == 1
        shown = row(app, "elmo")
        assert isinstance(shown.answer, api.Predicted)
        assert isinstance(shown.why, api.Explained)
        assert why_lines.is_stale(shown.answer, shown.why, "loo")
        assert any("dim" in str(span.style) for span in shown.render().spans)
        monkeypatch.setattr(explaining, "PAUSE", 0.0)
        await press(pilot, "!")
        assert asked(app, api.Explain)[-1].text.endswith("wonderful!!!")
        assert len(asked(app, api.Explain)) == 2
        assert not any("dim" in str(span.style) for span in row(app, "elmo").render().spans)


async def test_a_full_stops_step_is_said_not_to_be_its_own_doing() -> None:
    engine = FakeEngine()

    def flip(answer: api.Answer) -> api.Answer:
        if isinstance(answer, api.Predicted) and answer.running:
            others = answer.running[:-2]
            return replace(answer, running=(*others, (0.68, 0.32), (0.25, 0.75)))
        return answer

    engine.rewrite = flip
    async with reading(engine=engine) as (app, pilot):
        assert "“.” 32→75: unfinished before" in line(app, "elmo")
        await press(pilot, "ctrl+y")
        assert "without “.” it is unfinished" in line(app, "elmo")
        await press(pilot, "ctrl+y", "ctrl+y")
        assert "unfinished" not in line(app, "elmo")
        assert "“.” itself -5; finishing the sentence moved it +43" in line(app, "elmo")


async def test_a_model_that_fails_says_so_in_its_row() -> None:
    engine = FakeEngine()

    def fail(answer: api.Answer) -> api.Answer:
        return api.Failed("It broke.", "Mend it.") if isinstance(answer, api.Explained) else answer

    engine.rewrite = fail
    async with reading(engine=engine) as (app, pilot):
        await press(pilot, "ctrl+y")
        assert "It broke. Mend it." in line(app, "elmo")


async def test_an_empty_sentence_is_not_explained() -> None:
    async with reading(sentence="") as (app, pilot):
        await press(pilot, "ctrl+y")
        assert asked(app, api.Explain) == []


def test_which_ways_there_are() -> None:
    from tui.model_comparison import compare_models

    rows = {each.key: each for each in compare_models(models())[0]}
    assert explanations.list_ways(rows["tfidf"]) == ("", "loo")
    assert explanations.list_ways(rows["glove"]) == ("",)
    assert explanations.list_ways(rows["bert"]) == ("", "loo", "gradient", "integrated", "attention")
    assert explanations.next_way(rows["bert"], "attention") == ""


# ---------------------------------------------------------------- attention


@asynccontextmanager
async def looking(
    sentence: str = SENTENCE, size: tuple[int, int] = (120, 36), engine: FakeEngine | None = None
) -> AsyncIterator[tuple[NlpTui, Pilot[None]]]:
    async with reading("bert", engine, sentence, size) as (app, pilot):
        await press(pilot, *["ctrl+y"] * 4)
        assert isinstance(app.screen, AttentionScreen)
        yield app, pilot


def text(app: NlpTui, id: str) -> str:
    return str(app.screen.query_one(f"#{id}", Static).render())


async def test_after_the_last_way_bert_shows_where_words_look() -> None:
    async with looking() as (app, pilot):
        assert "mean of 6 layers, mean of 12 heads" in text(app, "which")
        assert "the looks at [CLS]" in text(app, "row")
        assert "Jain and Wallace 2019" in text(app, "caveat")
        await press(pilot, "ctrl+y")
        assert isinstance(app.screen, ReadScreen)
        assert "running answer" in line(app, "bert")


async def test_arrows_go_through_layers_and_heads_and_0_is_the_mean() -> None:
    async with looking() as (app, pilot):
        await press(pilot, "down", "right", "right")
        assert "layer 1 of 6, head 2 of 12" in text(app, "which")
        await press(pilot, "up", "up")
        assert "layer 6 of 6, head 2 of 12" in text(app, "which"), "round and round"
        await press(pilot, "0")
        assert "mean of 6 layers, mean of 12 heads" in text(app, "which")
        assert asked(app, api.Attend)[-1] == api.Attend(SENTENCE, "bert", 0, 0)
        await press(pilot, "pagedown", "pagedown")
        assert text(app, "row").startswith("is looks at")
        await press(pilot, "escape")
        assert isinstance(app.screen, ReadScreen)


async def test_a_long_sentence_shows_the_words_around_the_place() -> None:
    async with looking("word " * 60, (80, 24)) as (app, pilot):
        assert "of 62" in text(app, "which")
        await press(pilot, "end")
        matrix = app.screen.query_one(AttentionMatrix)
        rows, columns = matrix.shown
        assert rows.stop == columns.stop == 62
        assert matrix.answer is not None
        assert f"rows {rows.start + 1}–62" in describe_window(matrix.answer, rows, columns)


@pytest.mark.slow
async def test_hostile_words_are_explained_harmlessly() -> None:
    engine = FakeEngine()
    harm = ""

    def poison(answer: api.Answer) -> api.Answer:
        if isinstance(answer, api.Explained):
            found = api.Contribution(api.Token(harm, 0, 1, known=False), -70.0)
            return replace(answer, label=harm, contributions=(found, found), remark=harm)
        if isinstance(answer, api.Attention):
            words = tuple(api.AttendedWord(harm, 2) for _ in answer.words)
            return replace(answer, words=words, note=harm, caveat=harm)
        return answer

    engine.rewrite = poison
    async with reading("bert", engine, size=(80, 24)) as (app, pilot):
        for harm in SOME.values():
            field(app).value = f"{harm} film."
            await settle(pilot)
            for _ in range(4):
                await press(pilot, "ctrl+y")
                assert raw_characters(app) == set()
            await press(pilot, "escape")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
@pytest.mark.parametrize("presses", [1, 3, 4], ids=["left_out", "integrated", "attention"])
def test_why(snap_compare: Any, size: tuple[int, int], presses: int) -> None:
    async def open_it(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, NlpTui)
        pilot.app.current_model = "bert"
        field(pilot.app).value = SENTENCE
        await settle(pilot)
        for _ in range(presses):
            await press(pilot, "ctrl+y")
        if presses == 4:
            await press(pilot, "down", "right")
        await still(pilot)

    app = NlpTui(engine=FakeEngine(), catalog=models())
    app.theme = themes.LIGHT if size == (120, 36) else themes.DARK
    assert snap_compare(app, terminal_size=size, run_before=open_it)
