"""One word in two sentences in the eyes of one era, and how far its cosine can be believed."""

from __future__ import annotations

from core import api
from core.eras.table import BY_ID
from core.errors import UserError
from core.words.known_senses import KnownCosines
from core.words.mentions import find_mention
from core.words.questions.compare import compare_rows, find_centering, measure_cosine
from core.words.sources import Sources
from core.words.target import Target, resolve_vectors
from core.words.word_models import WordModel

TELLS, PARTLY = 0.8, 0.6
"""Shares of places nearest to their own sense from which it is said that senses are told apart, or partly."""


def compare_era(question: api.CompareEra, sources: Sources) -> api.EraCompared:
    """How alike two places are, beside places of known senses. Raises ModelError or WordError."""
    word_model = sources.word_models.get(question.model)
    first, second = (
        find_mention(place.word, place.sentence, place.position, place.occurrence, f"the {nth} sentence")
        for nth, place in (("first", question.first), ("second", question.second))
    )
    static = compare_rows(word_model, first, second)
    asked = question.model, first.text, second.text, static
    if not reads_sentences(word_model):
        return api.EraCompared(*asked, "cannot tell: one vector a word, whatever the sentence")
    vectors = resolve_vectors(word_model, "", "")
    try:
        centering = find_centering(vectors, sources, measure=True)
    except UserError as error:  # the sample's texts may not be here
        why = f"{error.message} {error.hint}".strip()
        verdict = "nothing is measured here"
        return api.EraCompared(*asked, verdict, layer=vectors.layer.name, vectors=vectors.kind, missing=why)
    assert centering is not None
    states = [centering.centred(Target(vectors, mention).state()[None], "mean")[0] for mention in (first, second)]
    name = (*vectors.parents, vectors.layer.name, vectors.kind)
    if name not in sources.known_senses:
        sources.known_senses[name] = KnownCosines.of(vectors, centering)
    centred = measure_cosine(*states)
    reference = sources.known_senses[name].reference(first.text)
    return api.EraCompared(
        *asked,
        judge(first.text == second.text, centred, reference),
        centred,
        centering.percentile(centred, "mean"),
        centering.baseline("mean"),
        reference,
        vectors.layer.name,
        vectors.kind,
    )


def judge(one_word: bool, centred: float, reference: api.Reference) -> str:
    """What the cosine says in words, and in how many places of known sense the model is right."""
    share = reference.right / reference.places
    tells = "tells apart" if share >= TELLS else "partly tells" if share >= PARTLY else "hardly tells"
    measured = f"{tells}: nearer to its own in {reference.right} of {reference.places} places"
    if not one_word:
        return f"two words; {measured}"
    nearer = "one sense" if centred >= (reference.same + reference.apart) / 2 else "two senses"
    return f"{nearer}; {measured}"


def reads_sentences(word_model: WordModel) -> bool:
    """Whether what the era knew of a word before the task depends on the sentence it stands in."""
    if word_model.hidden is None:
        return False
    if word_model.entry is None:
        return True
    return BY_ID[word_model.entry.era].reads_sentences
