r"""The one tokenizer: for the corpora, for labelled data and for what people type.

One pass of one pattern over the raw text, so every token knows where it stands in the text as typed; then each
token is normalised by itself. What it decides:

- HTML tags separate (`<br />`, `<a href="x">`); what only looks like one is text (`<b and worse>`). An entity is one
  token of its character (`&amp;` -> `&`).
- Contractions are split the Penn Treebank way, whichever side they came from: `don't`, `don’t` and `do n't` are
  all `do n't`; `it's` and `it 's` are `it 's`. A word without its apostrophe (`dont`) stays as it is.
- Words are runs of letters, marks and digits. Hyphens and inner apostrophes split them (`well-made` -> `well -
  made`), because the parts have vectors where the compound has none. `1,000.50` is one token, so is an emoji
  sequence or a flag, and so is each Chinese or Japanese character.
- Full stops in a row, spaced or not, are `...`; hyphens in a row and every typographic dash are `--`; `-lrb-` and
  `-rrb-` (how treebanks write brackets) are brackets. Any other mark is a token of its own: `!!!` is three known
  words rather than one unknown word.
- White space, control characters, zero-width and bidirectional controls only separate. The exception is cp1252
  punctuation that someone once read as Latin-1 (both corpora have it): `\x96` is the dash it was meant to be.

Normalisation is case folding, NFKC and straight quotes. It never changes the number of tokens, so tokenizing the
tokens joined by spaces gives the same tokens.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from html.entities import html5
from itertools import chain
from unicodedata import normalize

import regex

from core.data.tags import TAG

TOKENIZER, TAGS_READ = "tokens.v1", "tokens.v2"
"""The recipe's names: another for texts whose tokens have changed, the same where they have not (`tokenizer_of`)."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its normalised text, and the code points `start` to `end` of the raw text it stands for."""

    text: str
    start: int
    end: int


_APOSTROPHE = r"(?:['’‘‛ʼ`´＇\x91\x92]|&(?:apos|[lr]squo|\#0?39|\#821[67]|\#[xX]27);)"
_CJK = r"\p{Han}\p{Hiragana}\p{Katakana}ー"
_INVISIBLE = r"\p{C}\p{Z}\s\p{Default_Ignorable_Code_Point}"
_LETTER = rf"[[\p{{L}}\p{{M}}\p{{Nd}}]--[{_CJK}{_INVISIBLE}ʼ]]"
_NEGATION = rf"[nN]{_APOSTROPHE}[tT](?!{_LETTER})"
_PICTURE = r"\p{Extended_Pictographic}\uFE0F?\p{Emoji_Modifier}?"

# Every alternative either fails within a bounded look or consumes what it looked at: no text makes it backtrack.
_TOKEN = regex.compile(
    rf"""
      (?P<keycap> [0-9\#*]\uFE0F?\u20E3)
    | (?P<number> [0-9]+(?:[.,][0-9]+)+)
    | (?P<negation> {_NEGATION})
    | (?P<word> (?:[a-mo-zA-MO-Z0-9]++|(?!{_NEGATION}){_LETTER})+)
    | (?P<tag> (?i:{TAG}))
    | (?P<clitic> {_APOSTROPHE}(?P<letters>[sSmMdD]|[vVrR][eE]|[lL][lL])(?!{_LETTER}))
    | (?P<entity> &(?:\#[0-9]{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|(?=[a-zA-Z][a-zA-Z0-9]{{1,30}};)\L<entities>);)
    | (?P<stops> [.…\x85]+)
    | (?P<bracket> -[lLrR][rR][bB]-)
    | (?P<dashes> -{{2,}})
    | (?P<quotes> ''|``)
    | (?P<character> [{_CJK}][\p{{M}}--[{_INVISIBLE}]]*)
    | (?P<emoji> {_PICTURE}(?:\u200D{_PICTURE})*(?:[\U000E0020-\U000E007E]+\U000E007F)? | \p{{RI}}{{2}})
    | (?P<mark> [^{_INVISIBLE}] | [\x91-\x94\x96\x97])
    """,
    regex.VERSION1 | regex.VERBOSE,
    entities=[name[:-1] for name, character in html5.items() if name.endswith(";") and len(character) == 1],
)
_TAGS = regex.compile(TAG, regex.IGNORECASE)
_LOOKS_LIKE_A_TAG = regex.compile(r"</?[a-zA-Z!][^<>]*>")

_SPELLINGS = {
    **dict.fromkeys("’‘‛ʼ`´＇\x91\x92", "'"),
    **dict.fromkeys(["“", "”", "„", "‟", "«", "»", "\x93", "\x94", "''", "``"], '"'),
    **dict.fromkeys("–—―\x96\x97", "--"),
    **dict.fromkeys("‐‑−", "-"),
    "-lrb-": "(",
    "-rrb-": ")",
}


def tokenizer_of(texts: Iterable[str]) -> str:
    """The recipe by which these texts are tokenised.

    Until only known tags were tags, whatever stood between < and > was one. Texts without such a passage have the same
    tokens as ever, and what was made of them keeps its key.
    """
    for text in texts:
        if "<" in text and any(not _TAGS.fullmatch(found) for found in _LOOKS_LIKE_A_TAG.findall(text)):
            return TAGS_READ
    return TOKENIZER


def tokenize(text: str) -> list[Token]:
    """The tokens of a text, in order, with their places in it. Takes time linear in the length of the text."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        if word := _normal(match):
            start, end = match.span()
            if word in _STOPS and tokens and tokens[-1].text in _STOPS:
                tokens[-1] = Token("...", tokens[-1].start, end)
            else:
                tokens.append(Token(word, start, end))
    return tokens


def words(text: str) -> list[str]:
    """The tokens' texts alone, as `tokenize` gives them: the fast way for corpora."""
    if "<" in text:
        text = _TAGS.sub(" ", text)
    found = list(chain.from_iterable(map(_CHUNKS.__getitem__, text.split(" "))))
    return _gather(found) if ". ." in " ".join(found) else found


_STOPS = (".", "...")


def _gather(found: Iterable[str]) -> list[str]:
    """Full stops in a row made one ellipsis."""
    gathered: list[str] = []
    for word in found:
        if word in _STOPS and gathered and gathered[-1] in _STOPS:
            gathered[-1] = "..."
        else:
            gathered.append(word)
    return gathered


class _Chunks(dict[str, tuple[str, ...]]):
    """Remembers the words of what stands between two spaces; no token but a tag crosses a space."""

    CAPACITY = 400_000
    LONGEST = 48

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        found = tuple(word for match in _TOKEN.finditer(chunk) if (word := _normal(match)))
        if len(chunk) <= self.LONGEST:
            if len(self) >= self.CAPACITY:
                self.clear()
            self[chunk] = found
        return found


_CHUNKS = _Chunks()


def _normal(match: regex.Match[str]) -> str:
    """A token's normalised text; empty for what only separates."""
    kind, raw = match.lastgroup, str(match.group())
    if kind == "word" or kind == "number" or kind == "character":
        return _folded(raw)
    if kind == "negation":
        return "n't"
    if kind == "clitic":
        return "'" + str(match.group("letters")).lower()
    if kind == "tag":
        return ""
    if kind == "entity":
        return next(iter(words(html.unescape(raw))), "")
    if kind == "stops":
        return "." if raw == "." else "..."
    if kind == "dashes":
        return "--"
    return _SPELLINGS.get(raw.lower()) or _folded(raw)


def _folded(raw: str) -> str:
    """A token case-folded and in NFKC, as far as it stays one token (`½` is not made `1⁄2`)."""
    if raw.isascii():
        return raw.lower()
    compatible = normalize("NFKC", normalize("NFKC", raw.replace("\ufe0f", "")).casefold())
    for candidate in (compatible, raw.casefold(), raw.lower()):
        if candidate == raw:
            return raw
        match = _TOKEN.fullmatch(candidate)
        if match and match.lastgroup not in ("tag", "entity"):
            return _normal(match)
    return raw
