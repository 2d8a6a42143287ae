"""Prompts: a text with a blank beside it, and which words in the blank stand for which class. Imports nothing heavy.

What a language model puts into the blank is its answer (Schick and Schütze 2021, Gao et al. 2021). A model that reads
forwards sees what stands before the blank, one that reads backwards what stands behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import UserError

BLANK, TEXT = "___", "{text}"
SEPARATOR = "|"
"""Stands between templates in a list of them."""

TEMPLATES = (
    "{text} . it was ___",
    "{text} . i found it ___",
    "{text} . the movie is ___",
    "___ . {text}",
    "___ movie . {text}",
    "___ film . {text}",
)
"""For what people say of films. Written down before any accuracy was measured."""
TOPIC_TEMPLATES = (
    "{text} . this is about ___",
    "{text} . a story about ___",
    "___ : {text}",
    "___ . {text}",
)
"""For classes that are no opinions."""

ANSWERS: Mapping[str, tuple[str, ...]] = {
    "positive": ("great", "good", "wonderful", "excellent", "amazing", "brilliant", "fun", "best", "perfect"),
    "negative": ("bad", "terrible", "awful", "boring", "horrible", "poor", "dull", "worst", "stupid"),
}
"""The words that stand for a class of that name, where a person names none. Written down beforehand, too."""
WIKI_ANSWERS: Mapping[str, tuple[str, ...]] = {
    "Arts": ("art", "arts", "music", "literature", "theatre", "painting"),
    "Biology and health sciences": ("biology", "animals", "plants", "medicine", "disease", "health"),
    "Everyday life": ("food", "sports", "clothing", "family", "home", "games"),
    "Geography": ("geography", "places", "cities", "countries", "rivers", "islands"),
    "History": ("history", "wars", "empires", "ancient", "battles", "revolution"),
    "Mathematics": ("mathematics", "math", "numbers", "geometry", "algebra", "equations"),
    "People": ("people", "writers", "actors", "kings", "artists", "leaders"),
    "Philosophy and religion": ("philosophy", "religion", "god", "gods", "faith", "beliefs"),
    "Physical sciences": ("physics", "chemistry", "space", "stars", "matter", "planets"),
    "Society and social sciences": ("society", "politics", "law", "economics", "education", "business"),
    "Technology": ("technology", "machines", "computers", "engineering", "tools", "weapons"),
}
"""Those of the data set wiki_topics, most of whose names are no single word. Written before any was asked."""


class PromptError(UserError):
    """A template or its answers cannot be used."""


@dataclass(frozen=True)
class Template:
    """One way to ask. `shown`: as a person writes it."""

    shown: str

    def __post_init__(self) -> None:
        for mark, name in ((BLANK, "blank"), (TEXT, "text")):
            if self.shown.count(mark) != 1:
                much = "no" if mark not in self.shown else "more than one"
                raise PromptError(
                    f"The template {self.shown!r} has {much} place for the {name}.",
                    f"A template has one {TEXT} and one {BLANK}, as in {TEMPLATES[0]!r}.",
                )

    @property
    def blank_first(self) -> bool:
        """Whether the blank stands before the text: it is read backwards."""
        return self.shown.index(BLANK) < self.shown.index(TEXT)

    @property
    def direction(self) -> str:
        """The direction of the language model that comes upon the blank last."""
        return "backward" if self.blank_first else "forward"

    @property
    def around(self) -> tuple[str, str, str]:
        """What stands before, between and behind text and blank."""
        first, second = (BLANK, TEXT) if self.blank_first else (TEXT, BLANK)
        before, _, rest = self.shown.partition(first)
        between, _, behind = rest.partition(second)
        return before, between, behind

    @property
    def words(self) -> tuple[str, ...]:
        """Its own words, as far as blanks part them."""
        return tuple(word for part in self.around for word in part.split())

    @property
    def unread(self) -> str:
        """What stands beyond the blank, which a model of one direction never comes to; empty for most templates."""
        before, _, behind = self.around
        return (before if self.blank_first else behind).strip()


def read_templates(listed: str) -> tuple[Template, ...]:
    """The templates of a list with `|` between. Raises PromptError."""
    templates = tuple(Template(each.strip()) for each in listed.split(SEPARATOR) if each.strip())
    if not templates:
        raise PromptError("No template is named.", f"A template is like {TEMPLATES[0]!r}.")
    return tuple(dict.fromkeys(templates))


def read_answers(listed: str) -> dict[str, tuple[str, ...]]:
    """The words of each class, of a list such as `negative=bad,awful positive=good,great`. Raises PromptError.

    A class whose name has a blank is written with quotes: `"not sure"=maybe,perhaps`.
    """
    found: dict[str, tuple[str, ...]] = {}
    for item in _split_quoted(listed):
        name, equals, words = item.rpartition("=")
        named = tuple(dict.fromkeys(word.strip() for word in words.split(",") if word.strip()))
        if not equals or not name or not named:
            raise PromptError(
                f"{item!r} does not say which words stand for a class.",
                "Answers are like `negative=bad,awful positive=good,great`: a class, =, and its words.",
            )
        if name in found:
            raise PromptError(f"The class {name!r} is named twice.", "Put all its words behind one =.")
        found[name] = named
    if not found:
        raise PromptError("No answer words are named.", "Answers are like `negative=bad,awful positive=good,great`.")
    return found


def write_answers(answers: Mapping[str, Sequence[str]]) -> str:
    """What `read_answers` reads."""
    quoted = (f'"{name}"' if any(c.isspace() for c in name) else name for name in answers)
    return " ".join(f"{name}={','.join(words)}" for name, words in zip(quoted, answers.values(), strict=True))


def close(template: Template) -> Template:
    """The template with a full stop where its blank would be its end, for a model that reads both sides of it."""
    return Template(f"{template.shown} .") if template.shown.endswith(BLANK) else template


def default_templates(labels: Sequence[str]) -> tuple[Template, ...]:
    """The templates for classes of these names: those for opinions, or those for topics."""
    opinions = all(label.strip().casefold() in ANSWERS for label in labels)
    return tuple(map(Template, TEMPLATES if opinions else TOPIC_TEMPLATES))


def default_answers(labels: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The words for classes of these names: the written ones, or the name itself, where that is one word."""
    if set(labels) == WIKI_ANSWERS.keys():
        return {label: WIKI_ANSWERS[label] for label in labels}
    return {label: ANSWERS.get(label.strip().casefold(), (label.strip().casefold(),)) for label in labels}


def _split_quoted(listed: str) -> list[str]:
    """The items between blanks; what stands in double quotes stays together, without them."""
    items, item, quoted = list[str](), "", False
    for character in listed:
        if character == '"':
            quoted = not quoted
        elif character.isspace() and not quoted:
            items.append(item)
            item = ""
        else:
            item += character
    return [each for each in (*items, item) if each]
