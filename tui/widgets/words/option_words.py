"""What can be chosen about how a word is looked at, in plain words: a few for the line, a sentence for who asks."""

from __future__ import annotations

from dataclasses import dataclass

from core.api.parts import Layer


@dataclass(frozen=True)
class Wording:
    """A value of an option: in a few words, and what it means in a sentence."""

    short: str
    sentence: str


LENSES = {
    "static": Wording("the word by itself", "Its own vector: one a word, the same in every sentence."),
    "contextual": Wording(
        "the word in its sentence", "What the model holds at this very place, which the words around it change."
    ),
}
PAGES = {
    "eras": Wording("every era", "A row an era: how alike it finds the two places, and whether it can tell senses."),
    "model": Wording("one model, with neighbours", "One model's cosines, and the places in text most like each."),
}
VECTORS = {
    "token": Wording("the word as read", "token: what the model holds when it has read the word."),
    "slot": Wording("the place, word unseen", "slot: what the model holds at this place without having seen the word."),
    "substitutes": Wording("words that would fit", "substitutes: the mean of the words that the model expects here."),
    "gap": Wording(
        "surroundings, word unseen",
        "gap: what is around the place, and with language models what would fit there; the word itself is unseen.",
    ),
    "sense": Wording(
        "word and surroundings",
        "sense: the word, what would fit in its place and what is around it, in one vector: tells senses apart best.",
    ),
}
CENTRINGS = {
    "mean": Wording(
        "cosine, average off", "centred: what all vectors have in common is taken off first, else all look alike."
    ),
    "top": Wording(
        "cosine, main directions off",
        "The average is taken off, and the directions in which all vectors differ most: they say little of a word.",
    ),
    "none": Wording("cosine as it is", "raw: the vectors as they are. Random pairs look alike then, too."),
}
SORTINGS = {
    "score": Wording("by score", "The most alike places first; the score is their cosine."),
    "left word": Wording("by left word", "In the order of the word before: phrases stand together."),
    "right word": Wording("by right word", "In the order of the word after: phrases stand together."),
}
METHODS = {
    "add": Wording("by sums", "3CosAdd: the vectors are added and taken away; the words nearest to the sum are shown."),
    "mul": Wording(
        "by products",
        "3CosMul: likenesses are multiplied and divided, so that no word outweighs the others.",
    ),
}


def word_texts(corpus: str, corpora: tuple[str, ...]) -> Wording:
    """Whose places are asked for: of one text, or of all that are indexed."""
    names = ", ".join(corpora)
    if not corpus:
        return Wording(f"all of {names}", "Places of all indexed texts are searched together. The key asks for one.")
    place = f"{corpora.index(corpus) + 1} of {len(corpora)}" if corpus in corpora else "one"
    return Wording(f"{corpus} ({place})", f"Only places of this text are searched; indexed are {names}.")


def word_layer(layer: Layer, place: int, of: int) -> Wording:
    """A layer, `place` of `of` from the top, in words; its note says what its states are."""
    number = f" ({place} of {of})" if of > 1 else ""
    why = "Models read in layers, each over the one below. " if of > 1 else ""
    return Wording(f"{layer.name}{number}", f"{why}{layer.name}: {layer.note}.")


def word_vectors(kind: str, kinds: tuple[str, ...]) -> Wording:
    """A kind of vector among those that the layer has."""
    words = VECTORS.get(kind, Wording(kind, f"{kind}: a kind of vector that this screen has no words for."))
    return Wording(f"{words.short} ({kinds.index(kind) + 1} of {len(kinds)})", words.sentence) if kinds[1:] else words
