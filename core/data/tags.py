"""What is a tag in a text and what only looks like one: HTML's own elements are tags, everything else was written."""

from __future__ import annotations

_ELEMENTS = (
    "a abbr address article aside audio b base bdi bdo big blink blockquote body br button canvas caption "
    "center cite code col colgroup data dd del details dfn dir div dl dt em embed fieldset figcaption figure "
    "font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label "
    "legend li link main map mark marquee menu meta nav nobr noframes noscript object ol optgroup option p "
    "param pre q s samp script section select small source span strike strong style sub summary sup table "
    "tbody td template textarea tfoot th thead time title tr tt u ul var video wbr "
)
_MOCK = ("grin", "sigh", "spoiler")
"""Asides in the shape of a tag, as three of the embedded reviews have them."""
_VALUE = r"""(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>]++)"""

TAG = (
    rf"<(?:/?(?:{'|'.join(sorted((*_ELEMENTS.split(), *_MOCK), key=len, reverse=True))})(?![a-zA-Z0-9])"
    rf"(?:\s++[a-zA-Z][\w:-]*+\s*+=\s*+{_VALUE})*+\s*+/?>"
    r"|https?://[^<>\s]++>"
    r"|!(?:--|doctype)[^<>]*+>)"
)
"""A pattern for `re` and `regex`, to be matched ignoring case: an element, its attributes with their values; a link or
a comment in angle brackets. It never looks beyond the next angle bracket, so no text makes it slow."""
