"""Pre-tokenised text as a person would type it: the same sentence cased, with contractions and curly quotes.

Rotten Tomatoes comes lower-cased and with spaces around every mark; people type neither. A model must score the same on
both, which the cards measure.
"""

from __future__ import annotations

import re

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
