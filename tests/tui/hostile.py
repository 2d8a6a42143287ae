"""Texts that break careless screens, and how to see whether anything of them reached the terminal raw."""

from __future__ import annotations

import re
from typing import Any

from textual.app import App

HOSTILE = {
    "brackets": "[CLS] a [SEP]",
    "closing tag": "[/b] [/] [bold",
    "link": "[@click=app.quit]x[/]",
    "ansi": "\x1b[31mred\x1b[0m",
    "osc": "\x1b]0;title\x07 \x1b]8;;http://x\x1b\\link",
    "c1": "\x9b31m \x85 \x9d0;t\x9c",
    "nul": "a\x00b\x7fc\x08\x0b\x0c",
    "bidi": "abc\u202edcba\u202c \u2066x\u2069 \u200f",
    "invisible": "zero\u200bwidth\ufeff \u00adsoft",
    "zwj": "👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈",
    "cjk": "这部电影很好看 とても 좋아요",
    "surrogate": "half \ud83d here",
    "zalgo": "z" + "\u0301" * 60,
    "lines": "one\ntwo\r\nthree\ttab\u2028four",
    "empty": " ",
}

SOME = {name: HOSTILE[name] for name in ("closing tag", "link", "osc", "c1", "surrogate", "lines")}
"""One of each kind of harm, for what is slow; `safetext` meets all of them in tests of its own."""

_RAW = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def screen_text(app: App[Any]) -> str:
    """What stands on the screen, line by line."""
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips(app.screen.size)
    )


def raw_characters(app: App[Any]) -> set[str]:
    """Characters on the screen that would act on a terminal."""
    return set(_RAW.findall(screen_text(app).replace("\n", "")))
