import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.splits import content_key
from core.data.text import tokenize, tokenizer_of, words

SNIPPETS = [
    "don't", "can’t", "do n't", "it 's", "IT'S", "we`ve", "n't", "'", "''", "``", "’", "“",
    "&amp;", "&#39;", "&nbsp;", "&#160;", "&bogus;", "&", ";", "<br />", "</i>", "<", ">",
    "<3", "-lrb-", "-RRB-", "-", "--", "—", ".", "...", ". . .", "…", "\x85", "\x96", "‥",
    "．", "½", "ﬁ", "ß", "İ", "ŉ", "²", "①", "日", "本", "が", "ｶﾞ", "㌔", "ﷺ", "👩‍👩‍👧", "❤️", "🇩🇪",
    "🇩", "1️⃣", "👍🏽", "\u200b", "\u200d", "\ufe0f", "\u202e", "\x00", "\x1b[31m", "\ud800",
    "\u0301", "\u3164", "1,000.50", "1.", ",5", "a", "N", "T", "s", " ", "\t", "\n", "[CLS]",
    "[/b]", "\U000e0067", "\U000e007f", "𝒜", "K", "ſ", "Σ", "\u037a", "\u00a8", "™", "\u0345",
    "\u1e9e",
]  # fmt: skip
HOSTILE = st.lists(st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=8)), max_size=12).map("".join)
ENGLISH = st.lists(
    st.sampled_from(["don't", "It's", "we'LL", "Can't", "well-made", '"great"', "...", "café", "(no)", "i'm", "!?"])
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I don't like it!", "i do n't like it !"),
        ("I do n't like it !", "i do n't like it !"),
        ("I don’t, DON`T, don&#39;t", "i do n't , do n't , do n't"),
        ("can't won’t cannot dont", "ca n't wo n't cannot dont"),
        ("it's it 's I'm we've she'll they'd they're", "it 's it 's i 'm we 've she 'll they 'd they 're"),
        ("Great.<br /><br />Really</b>", "great . really"),
        ("Tom &amp; Jerry&nbsp;&lt;3", "tom & jerry < 3"),
        ("“Hi,” he said ‘so’", "\" hi , \" he said ' so '"),
        ("well-made", "well - made"),
        ("so... bad . . . and …", "so ... bad ... and ..."),
        ("fun -- no—really \x96 yes", "fun -- no -- really -- yes"),
        ("-lrb- sic -RRB-", "( sic )"),
        ("[CLS] [/b]", "[ cls ] [ / b ]"),
        ("1,000.50 in 1990s 9/11", "1,000.50 in 1990s 9 / 11"),
        ("wow!!!", "wow ! ! !"),
        ("日本語 film", "日 本 語 film"),
        ("👩‍👩‍👧🇩🇪👍🏽", "👩‍👩‍👧 🇩🇪 👍🏽"),
        ("I ❤️ it", "i ❤ it"),
        ("win\u200bner \u202egood\x00", "win ner good"),
        ("<pad> <unk>", "< pad > < unk >"),
        ("ﬁne ½", "fine ½"),
    ],
)
def test_what_people_type_becomes_these_tokens(text: str, expected: str) -> None:
    assert words(text) == expected.split()


def test_a_token_knows_where_it_stands_in_the_text_as_typed() -> None:
    text = "“Don’t”<br />ﬁne &amp; . . ."
    assert [text[t.start : t.end] for t in tokenize(text)] == ["“", "Do", "n’t", "”", "ﬁne", "&amp;", ". . ."]


@given(HOSTILE)
@settings(max_examples=400)
def test_any_text_gives_clean_tokens_in_order(text: str) -> None:
    tokens = tokenize(text)
    end = 0
    for token in tokens:
        assert end <= token.start < token.end <= len(text)
        end = token.end
        assert token.text
        assert not any(c.isspace() or unicodedata.category(c) in ("Cc", "Cs", "Zs") for c in token.text)
        assert not any(c in "\u200b\u200c\u200e\u200f\u202a\u202d\u202e\u2066\ufeff\ufe0f" for c in token.text)
        assert not any("A" <= c <= "Z" for c in token.text)
    assert words(text) == [token.text for token in tokens]


@given(HOSTILE)
@settings(max_examples=400)
def test_tokenizing_the_tokens_changes_nothing(text: str) -> None:
    once = words(text)
    assert words(" ".join(once)) == once


@given(ENGLISH)
def test_case_and_style_of_quotes_do_not_matter(parts: list[str]) -> None:
    text = " ".join(parts)
    assert words(text) == words(text.upper()) == words(text.replace("'", "’")) == words(text.replace('"', "”"))
    assert words(text.replace("'", "`")) == words(text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "a",
        ".",
        " ",
        "<",
        "<a ",
        "&",
        "&#",
        "'",
        "n'",
        "n't",
        "--lrb",
        "1,",
        "👩\u200d",
        "\ufe0f",
        "🇩",
        "é",
        ". ",
        "<a .",
    ],
)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = time.process_time()  # of this process alone, so a busy machine changes nothing
        words(text)
        tokenize(text)
        return time.process_time() - start

    seconds(1_000)
    # A quadratic pattern would take 25 times as long for five times the text.
    assert seconds(100_000) < 12 * seconds(20_000) + 0.3


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("weight <b and worse than expected, awful> good", "weight < b and worse than expected , awful > good"),
        ("i <3 this, 5 < 6 and 7 > 2", "i < 3 this , 5 < 6 and 7 > 2"),
        ("a <made up> thing <x>", "a < made up > thing < x >"),
        ('so <a href="x.html" class=y>good</a><BR/>bye <!-- not this -->', "so good bye"),
        ("see <http://example.org/x> there <sigh>", "see there"),
    ],
)
def test_only_known_tags_are_tags(text: str, kept: str) -> None:
    assert words(text) == kept.split()
    assert [token.text for token in tokenize(text)] == kept.split()


def test_the_recipe_has_another_name_only_where_tokens_have_changed() -> None:
    assert tokenizer_of(["a < b", "so <br /> good", "<i>x</i> <sigh>"]) == "tokens.v1"
    assert tokenizer_of(["plain", "weight <b and worse, awful> good"]) == "tokens.v2"


def test_texts_that_differ_in_what_only_looks_like_a_tag_are_two() -> None:
    assert content_key("weight <b and worse, awful> good") != content_key("weight good")
    assert content_key("weight <b>good</b>") == content_key("weight good")
