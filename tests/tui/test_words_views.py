"""The six views of a word, as a person uses them."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace
from textual.widgets import OptionList

from core import api
from tests.tui.fake_engine import FakeCatalog, FakeEngine, contextual, entry
from tests.tui.hostile import screen_text
from tests.tui.test_tui_read import running, settle
from tui.app import NlpTui
from tui.widgets.shared.sentence_input import SentenceInput
from tui.widgets.words.context_neighbors import ContextNeighbors
from tui.widgets.words.drift_view import DriftView
from tui.widgets.words.epoch_curve import EpochCurve
from tui.widgets.words.map_view import MapView
from tui.widgets.words.token_picker import TokenPicker
from tui.widgets.words.view_tabs import ViewTabs
from tui.widgets.words.views import VIEWS
from tui.widgets.words.word_map import WordMap, mark

Q = TypeVar("Q")


def asked(app: NlpTui, kind: type[Q]) -> list[Q]:
    """All questions of a kind, in order."""
    assert isinstance(app.engine, FakeEngine)
    return [question for question in app.engine.asked if isinstance(question, kind)]


def said(app: NlpTui) -> str:
    """What stands on the screen, without frames and breaks."""
    return " ".join(screen_text(app).replace("│", " ").split())


async def test_layer_kind_and_centring_are_switched_by_keys_and_by_clicks() -> None:
    async with running(catalog=FakeCatalog([contextual()])) as (app, pilot):
        app.current_model = "elmo"
        await pilot.press("f3")
        await settle(pilot)
        assert "l layer" not in said(app), "what a newcomer does not need is a key away"
        await pilot.press("d")
        await settle(pilot)
        assert "l layer lm2 (1 of 2)" in said(app)
        assert "k vector of word and surroundings (1 of 3)" in said(app)
        await pilot.press("k", "k")
        await settle(pilot)
        latest = asked(app, api.Neighbors)[-1]
        assert (latest.layer, latest.vectors, latest.centring) == ("", "slot", "mean")
        await pilot.press("l", "c")
        await settle(pilot)
        latest = asked(app, api.Neighbors)[-1]
        assert (latest.layer, latest.vectors, latest.centring) == ("lm1", "", "top")
        await pilot.press("c")
        await settle(pilot)
        assert "c likeness cosine as it is" in said(app)
        assert "raw: the vectors as they are." in said(app)
        line = screen_text(app).splitlines()
        row = next(n for n, text in enumerate(line) if "c likeness" in text)
        await pilot.click(offset=(line[row].index("likeness"), row))
        await settle(pilot)
        assert asked(app, api.Neighbors)[-1].centring == "mean"
        await pilot.press("m")
        await settle(pilot)
        latest = asked(app, api.Neighbors)[-1]
        assert (latest.layer, latest.vectors) == ("", "")


async def test_all_options_are_walked_through_each_with_its_meaning_and_hidden_again() -> None:
    async with running(size=(80, 24), catalog=FakeCatalog([contextual()])) as (app, pilot):
        app.current_model = "elmo"
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        few = said(app)
        assert "t looks at the word in its sentence" in few
        assert "likeness" not in few
        await pilot.press("d")
        await settle(pilot)
        assert "at this very place, which the words around it change" in said(app)
        assert "x save y copy F6 era card d fewer options" in said(app)
        await pilot.press("right", "right")
        await settle(pilot)
        assert "sense: the word, what would fit in its place" in said(app)
        await pilot.press("enter")
        await settle(pilot)
        assert asked(app, api.Neighbors)[-1].vectors == "token"
        assert "token: what the model holds when it has read the word" in said(app)
        await pilot.press("d", "2")
        await settle(pilot)
        assert "likeness" not in said(app)
        assert app.screen.query_one(TokenPicker).has_focus


async def test_what_is_only_pretrained_is_asked_too_and_one_sided_models_say_so() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        seen = []
        for _ in range(8):
            seen.append(asked(app, api.Neighbors)[-1].model)
            if seen[-1] == "lm:forward":
                assert "only what stands left of it" in said(app)
                assert "reads one side only" in said(app)
            if seen[-1].startswith("vectors"):
                assert "no hidden states: words only" in said(app)
            await pilot.press("m")
            await settle(pilot)
        assert seen == ["scratch", "word2vec", "lm", "lm:forward", "lm:backward", "mlm", "minilm", "vectors:word2vec"]
        assert asked(app, api.Neighbors)[-1].model == "scratch"
        await pilot.press("M")
        await settle(pilot)
        assert asked(app, api.Neighbors)[-1].model == "vectors:word2vec"


async def test_places_stand_in_two_lists_and_are_sorted_three_ways() -> None:
    async with running(size=(200, 60)) as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        shown = said(app)
        for words in (
            "the same word elsewhere",
            "other words",
            "●N",
            "●P",
            "random pairs 0.01, nine in ten −0.18 to 0.21",
        ):
            assert words in shown
        pane = app.screen.query_one("#context-pane", ContextNeighbors)
        by_score = [n.rank for n in pane.lists()[0][1]]
        await pilot.press("s")
        assert "s sorted by left word" in said(app), "what was changed is shown, and what it means"
        assert "In the order of the word before" in said(app)
        left = pane.lists()[0][1]
        assert [n.left.split()[::-1] for n in left] == sorted(n.left.split()[::-1] for n in left)
        await pilot.press("s")
        right = pane.lists()[0][1]
        assert [n.right.split() for n in right] == sorted(n.right.split() for n in right)
        await pilot.press("s")
        assert [n.rank for n in pane.lists()[0][1]] == by_score
        app.screen.query_one("#context-pane .others", OptionList).focus()
        await pilot.press("down", "down")
        await settle(pilot)
        assert "imdb:1201 · labelled positive · nearer than 98.9 % of random pairs" in said(app)


async def test_unstable_neighbours_are_marked() -> None:
    async with running(size=(200, 60)) as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        lines = screen_text(app).splitlines()
        assert "*" in next(line for line in lines if " actors " in line)
        assert "*" not in next(line for line in lines if " performances " in line).split("0.79")[0]
        assert "another seed keeps 62 % of ten" in said(app)


async def test_a_narrow_screen_shows_one_lens_at_a_time() -> None:
    async with running(size=(80, 24)) as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        assert "in this sentence" in screen_text(app)
        assert "as a word" not in said(app)
        await pilot.press("t")
        await settle(pilot)
        assert "like wonderful as a word" in said(app)
        assert "in this sentence" not in screen_text(app)
        await pilot.press("t")
        app.screen.query_one("#word", SentenceInput).value = "flibbertigibbety"
        await settle(pilot)
        assert "casts" in screen_text(app)


async def test_senses_are_lettered_named_and_measured_or_refused_in_words() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3", "3")
        await settle(pilot)
        shown = said(app)
        for words in (
            "the 221 occurrences fall into 3 groups: silhouette 0.27", "your sentence's falls into B",
            "A game, ball, team 121 places · silhouette 0.30", "stage, broadway, wrote 80 places", "· yours",
        ):  # fmt: skip
            assert words in shown
        assert asked(app, api.Senses)[-1].position == 8
        await pilot.press("down", "down")
        await settle(pilot)
        assert "labelled negative" in said(app)
        app.screen.query_one("#word", SentenceInput).value = "plot"
        await settle(pilot)
        assert "The 240 occurrences do not fall into groups: silhouette 0.04" in said(app)
        assert "a weak one would look like senses where there are none" in said(app)


async def test_the_map_is_walked_through_and_a_point_followed() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3", "4")
        await settle(pilot)
        assert asked(app, api.Map)[-1].lens == "static"
        assert "its neighbours as a word" in said(app)
        assert "3 groups, by k-means; silhouette 0.21 (random words: 0.19 at most)" in said(app)
        for marked in ("● director 8", "▲ crew 8", "■ ensemble 8"):
            assert marked in said(app), "a group has its shape and is named"
        table = app.screen.query_one(MapView).table()
        assert table is not None
        assert {row[-1] for row in table.rows} == {"", "crew", "director", "ensemble"}
        await pilot.press("t")
        await settle(pilot)
        assert asked(app, api.Map)[-1].lens == "contextual"
        shown = said(app)
        assert "No groups stand out: silhouette 0.14 (random places: 0.19 at most)" in shown
        assert "Neighbours are computed in the full space; → shows 25 % of it, ↑ 11 %." in shown
        assert "◆ wonderful" in shown
        assert "same word: ●N negative ●P positive ● unread ○ other words" in shown, "each mark is explained"
        assert "N talented wonderful" in shown, "a place is named by its phrase"
        await pilot.press("t")
        await settle(pilot)
        assert asked(app, api.Map)[-1].lens == "static"
        assert "its neighbours as a word" in said(app)
        await pilot.press("down", "right")
        await settle(pilot)
        points = app.screen.query_one(WordMap)
        assert points.has_focus
        assert "cosine 0.91" in said(app)
        await pilot.press("plus")
        assert "12 of 25 points · - shows more" in str(points.border_subtitle)
        for _ in range(5):
            await pilot.press("plus", "right")
        assert "6 of 25 points" in str(points.border_subtitle)
        assert "6 of 25 points" in said(app), "the map goes along, and no further than makes sense"
        for _ in range(5):
            await pilot.press("minus", "left")
        assert "of 25 points" not in said(app)
        await pilot.press("enter")
        await settle(pilot)
        assert app.screen.query_one(ViewTabs).current == "neighbors"
        assert asked(app, api.Neighbors)[-1].word == "crew"


async def test_many_long_named_groups_are_listed_whole_on_a_narrow_screen() -> None:
    engine = FakeEngine()
    names = [f"{letter}-word-of-a-most-unusual-length" for letter in "abcde"]

    def five(answer: api.Answer) -> api.Answer:
        if not isinstance(answer, api.MapPoints):
            return answer
        return replace(answer, clusters=tuple(api.Cluster(name, 6) for name in names))

    engine.rewrite = five
    async with running(engine, size=(80, 24)) as (app, pilot):
        await pilot.press("ctrl+n", "f3", "4")
        await settle(pilot)
        lines = [line.strip() for line in screen_text(app).splitlines()]
        groups = next(line for line in lines if "★" in line and "▼" in line and "-word" in line)
        assert [part.split("-")[0] for part in groups.split("   ")] == ["● a", "▲ b", "■ c", "▼ d", "★ e"]
        assert groups.endswith(" 6"), "the names are shortened, not the line"


def test_a_place_on_the_map_has_its_group_s_shape_full_for_the_word_and_empty_for_others() -> None:
    marks = [mark(api.Point("cast", 0, 0, role, 0.5, cluster=n)) for n in (None, 0, 1, 4) for role in ("same", "other")]
    assert "".join(marks) == "●○●○▲△★☆"
    assert mark(api.Point("cast", 0, 0, "asked", 1.0)) == "◆"


async def test_an_analogy_is_typed_its_method_switched_and_its_words_followed() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3", "5")
        await settle(pilot)
        assert asked(app, api.Analogy)[-1].expression == "king - man + woman"
        shown = said(app)
        for words in ("queen", "by 3CosAdd", "king + woman − man", "are left out: king, woman, man"):
            assert words in shown
        await pilot.press("a")
        await settle(pilot)
        assert asked(app, api.Analogy)[-1].method == "mul"
        await pilot.press("n")
        await settle(pilot)
        assert asked(app, api.Analogy)[-1].expression == "good - bad + terrible"
        await pilot.press("slash", "ctrl+u", *"good")
        await settle(pilot)
        assert "One word alone is no analogy. Write it like" in said(app)
        await pilot.press(*" - bad", "enter", "down", "enter")
        await settle(pilot)
        assert asked(app, api.Neighbors)[-1].word in ("queen", "princess")


async def test_drift_shows_pairs_and_the_words_that_moved_or_why_there_is_none() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3", "6")
        await settle(pilot)
        shown = said(app)
        assert "The C of 'scratch' started from nothing that is kept." in shown
        assert "m is the next model" in shown
        await pilot.press("m")
        await settle(pilot)
        shown = said(app)
        for words in (
            "good · bad 0.74",
            "0.21",
            "the words that moved most",
            "of the 10 nearest 83 % stayed on average",
            "cosine of before after",
            "word stayed nearest before nearest after",
            "boring before sad, slow, long boring after awful, dull, bad",
        ):
            assert words in shown
        questions = len(asked(app, api.Drift))
        await pilot.press("left")
        await settle(pilot)
        assert len(asked(app, api.Drift)) == questions
        await pilot.press("down", "enter")
        await settle(pilot)
        assert asked(app, api.Neighbors)[-1].word in ("boring", "wonderful")


async def test_drift_goes_through_the_epochs_of_a_run_with_brackets_and_clicks() -> None:
    catalog = FakeCatalog([entry("run:3f2a", "word2vec")])
    async with running(catalog=catalog) as (app, pilot):
        app.use_model("run:3f2a")
        await settle(pilot)
        await pilot.press("ctrl+n", "f3", "6")
        await settle(pilot)
        assert "good · bad 0.74 → 0.21" in said(app)
        assert "finished (epoch 4)" in said(app)
        assert "good · bad 0.74 0.61 0.48 0.33 0.21 0.15 −0.04" in said(app), "each epoch's value stands under it"
        assert "epoch 0 1 2 3 4 5 6" in said(app)
        assert "−0.10 ┤" in said(app), "the axis has ticks"
        for key, epoch, value in (("[", 6, "−0.04"), ("[", 5, "0.15"), ("]", 6, "−0.04")):
            await pilot.press(key)
            await settle(pilot)
            assert asked(app, api.Drift)[-1].epoch == epoch
            assert f"after epoch {epoch}" in said(app)
            assert f"0.74 → {value}" in said(app)
        await pilot.press("]", "]", "]")
        await settle(pilot)
        assert "finished (epoch 4)" in said(app), "after the last epoch stands the finished model"
        await pilot.click(EpochCurve, offset=(13 + 2 + 2 * 9 + 1, 1))
        await settle(pilot)
        assert asked(app, api.Drift)[-1].epoch == 2
        table = app.screen.query_one(DriftView).table()
        assert table is not None
        assert ("run:3f2a", "epoch 3", "good", "bad", 0.74, 0.33, None, None) in table.rows
        await pilot.press("m")
        await settle(pilot)
        assert asked(app, api.Drift)[-1].epoch is None, "another model has other epochs"


async def test_drift_without_epochs_says_where_they_are() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3", "m", "6")
        await settle(pilot)
        assert "The epochs of a training are kept with its run." in said(app)
        assert not app.screen.query_one(EpochCurve).display
        questions = len(asked(app, api.Drift))
        await pilot.press("[")
        await settle(pilot)
        assert len(asked(app, api.Drift)) == questions


async def test_views_are_reached_by_numbers_by_v_and_by_clicks_and_keep_the_word() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3", "left", "left")
        await settle(pilot)
        tabs = app.screen.query_one(ViewTabs)
        for number, view in enumerate([entry.name for entry in VIEWS], 1):
            if view != "compare":
                await pilot.press(str(number))
                await settle(pilot)
                assert tabs.current == view
        await pilot.press("v")
        assert tabs.current == "neighbors"
        await pilot.click(ViewTabs, offset=(33, 0))
        await settle(pilot)
        assert tabs.current == "senses"
        assert asked(app, api.Senses)[-1].word == "cast"


async def test_a_phrase_is_averaged_and_the_screen_says_so() -> None:
    async with running(size=(200, 60)) as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        app.screen.query_one("#word", SentenceInput).value = "new york"
        await settle(pilot)
        assert "is a phrase: the mean of the vectors of its 2 words" in said(app)
