"""Places of several texts in Words: all together, or those of one."""

from __future__ import annotations

from msgspec.structs import replace

from core import api
from tests.tui.fake_engine import FakeCatalog, FakeEngine, contextual
from tests.tui.test_tui_read import running, settle
from tests.tui.test_words_views import asked, said
from tui.widgets.words.concordance_line import concordance_line

TEXTS = ("imdb", "wiki")


class TwoTexts(FakeEngine):
    """Has indexed places of two texts, in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.rewrite = self._name_texts

    def _name_texts(self, answer: api.Answer) -> api.Answer:
        question = self.asked[-1]
        if isinstance(answer, api.NeighborList) and answer.lens == "contextual":
            assert isinstance(question, api.Neighbors)
            corpora = (question.corpus,) if question.corpus else TEXTS
            same, others = (
                tuple(replace(each, source=f"{corpora[each.rank % len(corpora)]}:{each.rank}") for each in places)
                for places in (answer.same, answer.others)
            )
            return replace(answer, corpora=corpora, same=same, others=others)
        if isinstance(answer, api.SenseList):
            assert isinstance(question, api.Senses)
            return replace(answer, corpora=(question.corpus,) if question.corpus else TEXTS)
        return answer


async def test_places_of_one_text_are_asked_for_in_turn_and_each_line_names_its_own() -> None:
    async with running(TwoTexts(), FakeCatalog([contextual()]), size=(200, 60)) as (app, pilot):
        await pilot.press("ctrl+n", "f3", "m", "m")
        await settle(pilot)
        assert asked(app, api.Neighbors)[-1].corpus == ""
        assert "w text all of imdb, wiki" in said(app), "without a key: who indexed two texts wants to know"
        assert "wiki 0.91" in said(app)
        assert "imdb 0.89" in said(app)
        for corpus, shown in (("imdb", "imdb (1 of 2)"), ("wiki", "wiki (2 of 2)"), ("", "all of imdb, wiki")):
            await pilot.press("w")
            await settle(pilot)
            assert asked(app, api.Neighbors)[-1].corpus == corpus
            assert f"w text {shown}" in said(app)
            if corpus:
                assert f"{corpus} 0.91" not in said(app), "all are of one text: the option says which"
                assert "Only places of this text are searched; indexed are imdb, wiki." in said(app)
        await pilot.press("w", "3")
        await settle(pilot)
        assert asked(app, api.Senses)[-1].corpus == "imdb", "the choice goes with the word"
        assert "w text imdb (1 of 2)" in said(app)
        await pilot.press("4")
        await settle(pilot)
        assert "w text" not in said(app), "a map is of all"
        await pilot.press("w", "1")
        await settle(pilot)
        assert asked(app, api.Neighbors)[-1].corpus == "imdb", "where the option is not, its key does nothing"


async def test_another_model_or_kind_of_vector_is_asked_of_all_texts() -> None:
    async with running(TwoTexts(), FakeCatalog([contextual()])) as (app, pilot):
        app.current_model = "elmo"
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        for key in ("k", "l", "m"):
            await pilot.press("w")
            await settle(pilot)
            assert asked(app, api.Neighbors)[-1].corpus == "imdb"
            await pilot.press(key)
            await settle(pilot)
            assert asked(app, api.Neighbors)[-1].corpus == "", "its index may be of other texts"


async def test_where_there_is_one_text_there_is_nothing_to_choose() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        questions = len(asked(app, api.Neighbors))
        assert "w text" not in said(app)
        await pilot.press("w")
        await settle(pilot)
        assert len(asked(app, api.Neighbors)) == questions


def test_a_line_names_its_text_where_there_is_room_and_keeps_its_width() -> None:
    place = api.Neighbor(1, "bank", 0.5, 3, "on the left", "of the river", "a-long-file.txt:Ganges: river")
    texts = ("a-long-file.txt", "wiki")
    for cells in (24, 51, 52, 90):
        line = concordance_line(place, cells, 4, ())
        named = concordance_line(place, cells, 4, (), corpora=texts)
        assert named.cell_length == line.cell_length == cells
        assert ("a-long-" in named.plain) == (cells >= 52)
        assert "a-long-" not in line.plain
