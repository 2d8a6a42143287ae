"""A sentence's twins: the same but for one thing, by small rules, so that one sees what that thing does to an answer.

Negated, intensified, turned around its `but`, with another name, with a typo, with its words in another order. The
rules are the project's own and know little English: where one does not fit it says so rather than guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from core.data.text import Token, tokenize


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


VERBS = _words("is are was were am will would can could should must may might do does did 're 'm")
IS = _words("it he she that this there what who here")
"""What an 's behind is an `is`, not an owner's."""
NEGATIONS = frozenset(("not", "n't", "never"))
WHOLE = {"wo": "will", "ca": "can", "sha": "shall"}
"""What is left of `won't` without its end, made whole."""
MILD = _words(
    "good bad funny dull boring clever moving warm cold slow fast thin rich weak strong fresh stale smart silly "
    "sweet sad dark bright clumsy charming tedious gripping bland interesting predictable honest lovely nice long "
    "short entertaining touching annoying tired lively flat witty shallow deep original confusing beautiful ugly "
    "pretty exciting tense sharp messy sincere likeable pleasant convincing enjoyable inventive forgettable "
    "memorable"
)
STRONG = _words(
    "wonderful awful terrible brilliant perfect superb dreadful horrible marvellous fantastic great excellent "
    "hilarious gorgeous magnificent worthless lifeless hopeless pointless unbearable flawless stunning worthwhile "
    "amazing"
)
"""Opinions that are already as strong as they get: they are `absolutely` so, not `very`."""
GRADED = _words("very so too extremely really quite absolutely rather truly")
WOMEN = ("Anna", "Maria", "Leila", "Priya", "Yuki", "Fatima")
MEN = ("Robert", "James", "Thomas", "Daniel", "Carlos", "Peter")
NEXT = {name: names[(place + 1) % len(names)] for names in (WOMEN, MEN) for place, name in enumerate(names)}
OTHER = "Morgan"
NEVER_NAMES = frozenset(("i", "god", "english", "french", "hollywood", "christmas"))
OPENINGS = _words("the a an it this that these those he she they we you its his her their our there")
"""Words that lose their capital where a sentence no longer begins with them."""
STOPS = ".!?…"


@dataclass(frozen=True)
class Twin:
    """`text` is empty where the rule does not fit; `note` says then why, else what was done."""

    rule: str
    text: str
    note: str


class _DoesNotFit(Exception):
    """The rule says why, in a few words."""


def make_twins(text: str) -> list[Twin]:
    """One twin a rule, in the order of `RULES`."""
    tokens = tokenize(text)
    return [_make(name, rule, text, tokens) for name, rule in RULES.items()]


def _make(name: str, rule: Callable[[str, list[Token]], tuple[str, str]], text: str, tokens: list[Token]) -> Twin:
    try:
        changed, note = rule(text, tokens)
    except _DoesNotFit as reason:
        return Twin(name, "", str(reason))
    return Twin(name, changed, note)


def negate(text: str, tokens: list[Token]) -> tuple[str, str]:
    """`not` behind the last auxiliary; or without the first negation, where there is one."""
    for place, token in enumerate(tokens):
        if token.text in NEGATIONS or token.text == "cannot":
            return _affirm(text, tokens, place)
    for place in range(len(tokens) - 1, -1, -1):
        token = tokens[place]
        if token.text in VERBS or (token.text == "'s" and place and tokens[place - 1].text in IS):
            return f"{text[: token.end]} not{text[token.end :]}", f"not behind {token.text!r}"
    raise _DoesNotFit("no is, was, will, does or the like to put a not behind")


def _affirm(text: str, tokens: list[Token], place: int) -> tuple[str, str]:
    token = tokens[place]
    note = f"without {token.text!r}"
    if token.text == "cannot":
        return f"{text[: token.start]}can{text[token.end :]}", note
    before = tokens[place - 1] if place else None
    if token.text == "n't" and before is not None:
        whole = WHOLE.get(before.text)
        head = f"{text[: before.start]}{whole}" if whole else text[: before.end]
        return head + text[token.end :], note
    if place == 0:
        return _capital(text[token.end :].lstrip()), note
    return text[: token.start].rstrip() + text[token.end :], note


def intensify(text: str, tokens: list[Token]) -> tuple[str, str]:
    """`very`, or of strong words `absolutely`, before the last opinion that is not graded yet."""
    for place in range(len(tokens) - 1, -1, -1):
        token = tokens[place]
        if token.text in MILD | STRONG and (place == 0 or tokens[place - 1].text not in GRADED):
            word = "absolutely" if token.text in STRONG else "very"
            before = text[: token.start]
            article = re.search(r"\b([Aa])n? $", before)
            if article:
                before = before[: article.start()] + article[1] + ("n " if word[0] == "a" else " ")
            opinion = text[token.start : token.end]
            if not place:
                word, opinion = _capital(word), _small(opinion)
            return f"{before}{word} {opinion}{text[token.end :]}", f"{word.lower()} before {token.text!r}"
    raise _DoesNotFit("no opinion that the rule knows: good, dull, wonderful …")


def turn_around(text: str, tokens: list[Token]) -> tuple[str, str]:
    """X but Y becomes Y but X."""
    buts = [place for place, token in enumerate(tokens) if token.text == "but"]
    if len(buts) != 1:
        raise _DoesNotFit("no but in it" if not buts else "more than one but")
    place = buts[0]
    if place and tokens[place - 1].text in ("nothing", "all", "anything", "none"):
        raise _DoesNotFit("this but means except")
    but = tokens[place]
    body, end = _without_stop(text)
    first, second = body[: but.start].strip(), body[but.end :].strip()
    comma = "," if first.endswith(",") else ""
    first = first.rstrip(", ")
    if len(first.split()) < 2 or len(second.split()) < 2:
        raise _DoesNotFit("a side of its but is a single word")
    return f"{_capital(second)}{comma} but {_small(first)}{end}", "the sides of but exchanged"


def swap_names(text: str, tokens: list[Token]) -> tuple[str, str]:
    """Each name becomes another: by `NEXT`, or of a word with a capital within the sentence `OTHER`."""
    parts, done, swapped = list[str](), 0, list[str]()
    for place, token in enumerate(tokens):
        word = text[token.start : token.end]
        if word in NEXT:
            other = NEXT[word]
        elif place and _begins_name(word) and not _begins_sentence(tokens[place - 1]):
            other = OTHER
        else:
            continue
        parts += [text[done : token.start], other]
        done = token.end
        swapped.append(f"{word} → {other}")
    if not swapped:
        raise _DoesNotFit("no name in it: a word with a capital within the sentence")
    return "".join([*parts, text[done:]]), ", ".join(swapped)


def mistype(text: str, tokens: list[Token]) -> tuple[str, str]:
    """Two neighbouring letters in the middle of the longest word exchanged."""
    words = [token for token in tokens if token.end - token.start >= 5 and text[token.start : token.end].isalpha()]
    for token in sorted(words, key=lambda token: token.start - token.end):
        word = text[token.start : token.end]
        for left in sorted(range(1, len(word) - 2), key=lambda left: abs(left - len(word) // 2)):
            if word[left] != word[left + 1]:
                typo = word[:left] + word[left + 1] + word[left] + word[left + 2 :]
                return text[: token.start] + typo + text[token.end :], f"{word} → {typo}"
    raise _DoesNotFit("no word of five letters")


def reorder(text: str, tokens: list[Token]) -> tuple[str, str]:  # noqa: ARG001 - it moves what stands between spaces
    """The same words from the last to the first: whoever only counts words answers the same."""
    body, end = _without_stop(text)
    words = [word.strip(",;:") for word in body.split()]
    backwards = [word for word in reversed(words) if word]
    if len(backwards) < 3 or backwards == backwards[::-1]:
        raise _DoesNotFit("fewer than three words")
    backwards[-1] = _small(backwards[-1])
    return _capital(" ".join(backwards)) + end, "the same words, from the last to the first"


RULES: dict[str, Callable[[str, list[Token]], tuple[str, str]]] = {
    "negated": negate,
    "intensified": intensify,
    "but-reversed": turn_around,
    "name-swapped": swap_names,
    "typo": mistype,
    "reordered": reorder,
}


def _begins_name(word: str) -> bool:
    return word[:1].isupper() and word.isalpha() and len(word) > 1 and word.lower() not in NEVER_NAMES


def _begins_sentence(before: Token) -> bool:
    return before.text in (".", "!", "?", "...", ":", '"', "(")


def _without_stop(text: str) -> tuple[str, str]:
    """(the text without the marks at its end, these marks)."""
    body = text.strip()
    kept = body.rstrip(STOPS + " ")
    return kept, body[len(kept) :].strip()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    """Without the capital of a sentence's beginning, where it was only that."""
    first = text.split(" ", 1)[0]
    lowered = first.lower()
    plain = lowered in OPENINGS or lowered in MILD or lowered in STRONG
    return text[:1].lower() + text[1:] if plain else text
