"""The lecture's picture as lines of cells: true to its numbers, alike from era to era, and safe to print."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from core import api
from core.drawing.heat import NEGATIVE, POSITIVE, ZERO, cell, heat_map, spread, strip
from core.drawing.lecture import Frame, Known, draw
from core.drawing.maps import draw_maps
from core.drawing.spans import column, fit, length, plain, width
from core.drawing.svg import write_svg
from core.drawing.word import draw_word
from core.eras.table import BY_ID
from core.visible import visible
from tests.core.made_pictures import made_parameters, made_states, made_steps
from tests.tui.hostile import HOSTILE

WORDS = ("the", "plot", "is", "not", "thin", ".")
TOKENS = tuple(api.Token(word, 4 * place, 4 * place + 3) for place, word in enumerate(WORDS))
FRAME = Frame(gutter=20, column=10)


def known(era: str, tokens: tuple[api.Token, ...] = TOKENS) -> Known:
    return Known(BY_ID[era], made_states(era, tokens), made_steps(era, tokens), made_parameters(era))


def drawn(era: str, frame: Frame = FRAME, tokens: tuple[api.Token, ...] = TOKENS) -> list[str]:
    return [plain(line) for line in draw(known(era, tokens), frame)]


def test_a_cell_is_as_dark_as_its_value_is_large_and_shows_its_sign_without_colour() -> None:
    ups = [cell(value / 10, 1.0).text for value in range(11)]
    downs = [cell(-value / 10, 1.0).text for value in range(11)]
    assert [(ZERO + POSITIVE).index(glyph) for glyph in ups] == sorted((ZERO + POSITIVE).index(glyph) for glyph in ups)
    assert (ups[0], ups[-1], downs[-1]) == (ZERO, POSITIVE[-1], NEGATIVE[-1])
    assert not set(ups[3:]) & set(downs[3:])
    assert cell(0.0, 0.0).text == ZERO


def test_what_is_too_large_is_sampled_evenly_with_its_ends() -> None:
    assert spread(5, 9) == [0, 1, 2, 3, 4]
    assert spread(101, 3) == [0, 50, 100]
    values = [1.0 if place in (0, 50, 100) else -1.0 for place in range(101)]
    assert plain(strip(values, 3, 1.0)) == POSITIVE[-1] * 3
    lines = heat_map(tuple((float(row),) * 9 for row in range(7)), 3, 4)
    assert [len(plain(line)) for line in lines] == [4, 4, 4]


@pytest.mark.parametrize("era", BY_ID)
def test_every_era_and_control_has_a_picture(era: str) -> None:
    lines = drawn(era)
    assert "positive 80 %" in lines[0]
    assert lines[-2].split() == ["words", *WORDS]
    assert all(line.startswith(" " * 20) or line[:20].strip() for line in lines)
    assert BY_ID[era].news


@pytest.mark.parametrize(("era", "like"), [("word2vec", "scratch"), ("glove", "word2vec"), ("ulmfit", "scratch")])
def test_from_era_to_era_each_row_keeps_its_place(era: str, like: str) -> None:
    a, b = drawn(era), drawn(like)
    assert len(a) == len(b)
    assert [line[20:] for line in a] == [line[20:] for line in b]
    changed = [one.split()[0] for one, other in zip(a, b, strict=True) if one != other]
    assert changed == {"word2vec": ["C"], "glove": ["C"], "ulmfit": ["W_h", "W_e", "C"]}[era]


def test_elmo_has_its_language_models_below_c_and_bert_layers_in_place_of_w_h() -> None:
    gutters = [line[:20].split() for line in drawn("elmo")]
    named = [words[0] for words in gutters if words]
    assert named[-4:] == ["C", "LM", "LM", "words"]
    assert ["LM", "→", "=", "γ·0.46"] in gutters
    layers = [line[:20].strip() for line in drawn("bert") if line.startswith("layer")]
    assert layers[0].startswith("layer 6 Δ 0.013")
    assert drawn("bert", Frame(24))[3].startswith("layer 6 Δ tuned 0.013")
    assert layers[-1] == "layer 1 = frozen"
    assert not any(line.startswith(("W_h", "W_e")) for line in drawn("bert"))


def test_the_softmax_of_a_prompt_is_the_language_models() -> None:
    told = "\n".join(drawn("prompt"))
    assert "… . it was ___" in told
    assert "good 20 %" in told
    assert "pool" not in told


def test_a_words_memory_is_traced_in_the_states_behind_it() -> None:
    (line,) = [line for line in drawn("scratch", Frame(20, 10, chosen=3)) if line.startswith("holds not")]
    assert re.findall(r"\d\.\d\d", line) == ["1.00", "0.50", "0.25"]
    assert not any(line.startswith("holds") for line in drawn("scratch"))


def test_words_out_of_the_frame_are_counted_and_not_dropped() -> None:
    lines = drawn("scratch", Frame(20, 10, first=2, words=3))
    assert lines[-2].split() == ["words", "is", "not", "thin"]
    assert "‹ 2 before" in lines[-1]
    assert "1 after ›" in lines[-1]
    assert all(length(line) <= 20 + 30 for line in draw(known("scratch"), Frame(20, 10, 2, 3))[3:-1])


def test_maps_say_how_far_a_letter_moved_or_why_that_is_not_known() -> None:
    told = "\n".join(map(plain, draw_maps(BY_ID["scratch"], made_parameters("scratch"))))
    assert "‖W−W₀‖/‖W₀‖ = 0.250" in told
    assert "not kept" in told
    assert "20,000 × 128" in told


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_text_from_outside_is_made_visible(text: str) -> None:
    tokens = (api.Token(text, 0, len(text), known=False), api.Token(text, 0, len(text)))
    parameters = api.ParameterList("m", (api.ParameterMap("C", (2, 2), ((1.0,),), row_names=(text,), unknown=text),))
    for line in (*draw_maps(BY_ID["scratch"], parameters), *draw_word(known("scratch", tokens), 1, 20, 60)):
        assert visible(plain(line)) == plain(line)
    for era in ("scratch", "bert", "prompt"):
        for shown in drawn(era, Frame(20, 12, chosen=0), tokens):
            assert visible(shown) == shown
    assert width(column(text, 7)) == 7
    assert width(fit(text, 3)) <= 3
    written = write_svg(draw(known("scratch", tokens), FRAME), text)
    ElementTree.fromstring(written.encode("utf-8", "replace"))


def test_a_deep_strip_shows_further_coordinates() -> None:
    one, three = (drawn("scratch", Frame(20, 10, deep=deep)) for deep in (1, 3))
    assert len(three) == len(one) + 4
    assert "h 8/256" in one[-1]
    assert "h 24/256" in three[-1]


def test_one_word_is_enlarged_and_the_states_that_hold_it_most_are_named() -> None:
    h, c, held = map(plain, draw_word(known("scratch"), 3, 20, 60))
    assert h.startswith("h not")
    assert "48 of 128" in c
    assert held[20:].split() == ["thin", "0.50", ".", "0.25"]


def test_an_empty_text_has_a_picture_too() -> None:
    assert all(drawn(era, tokens=()) for era in BY_ID)
