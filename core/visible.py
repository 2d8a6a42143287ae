"""Text from outside made visible: no character of it acts on a terminal. Shared by the command line and the app."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_ZWJ = "\u200d"
_JOINERS = {_ZWJ, "\u200c"}
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SUSPECT = r"[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]"
_PICTURE = r"[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F]"
_SPACES = r"[\t\n\v\f\r\x85\u2028\u2029]+"


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    import regex  # printable text is the rule: the rest pays for loading the Unicode tables

    return regex.compile(pattern)


def visible(text: str) -> str:
    """The text with every character that would act instead of being seen replaced by one that is seen.

    C0 controls become their pictures (␛, ␀, ␊), C1 controls, bidi controls and lone surrogates become U+FFFD, other
    invisible format characters vanish; joiners stay where a script or an emoji sequence needs them.
    """
    if text.isprintable():
        return text

    def seen(match: regex.Match[str]) -> str:
        character = match.group()
        code = ord(character)
        if code < 0x20:
            return chr(0x2400 + code)
        if code == 0x7F:
            return "␡"
        if character in _JOINERS:
            return character if _joins(text, match.start()) else ""
        if unicodedata.category(character) == "Cf" and character not in _BIDI:
            return ""
        return REPLACEMENT

    replaced: str = _compiled(_SUSPECT).sub(seen, text)
    return replaced


def one_line(text: str) -> str:
    """The text as one visible line: breaks and tabs become single spaces, the rest as `visible` does it."""
    return text if text.isprintable() else visible(_compiled(_SPACES).sub(" ", text))


def _joins(text: str, index: int) -> bool:
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    if not before or not after:
        return False
    if text[index] == _ZWJ and all(map(_compiled(_PICTURE).match, (before, after))):
        return True
    return unicodedata.category(before)[0] in "LM" and unicodedata.category(after)[0] in "LM" and not before.isascii()
