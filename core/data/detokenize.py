"""Pre-tokenised text as a person would type it: the same sentence cased, with contractions and curly quotes.

Rotten Tomatoes comes lower-cased and with spaces around every mark; people type neither. A model must score the same on
both, which the cards measure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_CLITIC = re.compile(r"(?<=\w) (n't|'(?:s|m|d|ll|re|ve))(?!\w)")
_BEFORE = re.compile(r" ([.,:;!?%)\]}…]|\.\.\.)")
_AFTER = re.compile(r"([(\[{$]) ")
_QUOTED = re.compile(r"(?:``|''|\") ?(.*?) ?(?:''|\"|``)(?=\W|$)")
_SINGLE = re.compile(r"(?<!\w)[`'] ?(\w[^`']*?) ?'(?!\w)")
_SENTENCE = re.compile(r"(^|[.!?] )(\W*)(\w)")
_SELF = re.compile(r"\bi\b(?=$|[\s’.,!?])")


def typed(text: str) -> str:
    """The sentence with capitals, apostrophes in its contractions, curly quotes, and no space before its marks."""
    text = _CLITIC.sub(r"\1", f"{text.strip()}")
    text = _QUOTED.sub("“\\1”", text)
    text = _SINGLE.sub("‘\\1’", text)
    text = _AFTER.sub(r"\1", _BEFORE.sub(r"\1", text)).replace("'", "’").replace(" -- ", " — ")
    text = _SELF.sub("I", text)
    return _SENTENCE.sub(lambda found: found[1] + found[2] + found[3].upper(), text)


_GLUED = re.compile(r"[.,:;!?%)\]}…]|\.\.\.|n't|'(?:s|m|d|ll|re|ve)")
_OPEN = re.compile(r"[(\[{$“‘]$|\w-$")
_SENTENCE_BEGINS = re.compile(r"(^|[.!?])\W*$")


def written_after(text: str, words: Iterable[str]) -> str:
    """What is put after a text to go on with these tokens, spaces and capitals included; the text stays as it is.

    Hyphens bind: reviews have five compounds to one dash with spaces around it.
    """
    whole = text
    for word in words:
        whole += _next(whole, word)
    return whole[len(text) :]


def _next(text: str, word: str) -> str:
    """One token as it is put after a text."""
    glued = bool(_GLUED.fullmatch(word) or (word == "-" and text[-1:].isalnum()))
    if word == '"':
        glued = text.count("“") > text.count("”") or text.count('"') % 2 == 1
        word = "”" if glued else "“"
    elif word == "'":
        glued = text.endswith("s") or text.rfind("‘") > text.rfind("’")
        word = "’" if glued else "‘"
    elif word == "--":
        word = "—"
    elif word == "i" or _SENTENCE_BEGINS.search(text):
        word = word[:1].upper() + word[1:]
    space = "" if glued or not text or text[-1].isspace() or _OPEN.search(text) else " "
    return space + word.replace("'", "’")
