"""What the fake engine's language model puts into a blank: made-up words, and a lean that depends on how one asks."""

from __future__ import annotations

from core import api
from core.eras.prompts import TEMPLATES, PromptError, Template, read_answers
from tui.prompt_lab import mean_answer, share_out

FILLERS = ("a", "n't", "the", "so", "not", "very", "just", "made", "<unk>")
UNKNOWN = "flibber"


def ask(question: api.AskPrompt, positive: float) -> api.Prompted | api.Failed:
    """As if a sentence that is `positive` by that share had been asked about; the last class gains by it."""
    try:
        answers = read_answers(question.answers)
        asked = [Template(each) for each in question.templates or TEMPLATES]
    except PromptError as error:
        return api.Failed(error.message, error.hint)
    if any(UNKNOWN in words for words in answers.values()):
        return api.Failed(
            f"The answer word {UNKNOWN!r} is not one word that the language model knows.",
            "Name another word with --answers, as in x.",
        )
    told = tuple(_of(template, place, answers, positive, question.likeliest) for place, template in enumerate(asked))
    return api.Prompted(
        question.model,
        mean_answer([each.probabilities for each in told]),
        told,
        answers,
        calibrated=True,
        tuned=False,
        unknown=tuple(word for each in asked for word in each.words if word == UNKNOWN),
        milliseconds=20.0,
    )


def _of(
    template: Template, place: int, answers: dict[str, tuple[str, ...]], positive: float, likeliest: int
) -> api.AskedTemplate:
    last = list(answers)[-1]
    nothing = {label: 0.03 * (number + 1) for number, label in enumerate(answers)}
    gain = {label: 0.6 + 0.1 * place + (positive if label == last else 1 - positive) for label in answers}
    gain[last] += (0.0, -0.4, 0.9, 0.2, 1.4, -0.2, 0.5)[place % 7]
    sums = {label: nothing[label] * gain[label] for label in answers}
    words = tuple(
        api.BlankWord(word, sums[label] / len(listed), label) for label, listed in answers.items() for word in listed
    )
    others = tuple(api.BlankWord(word, 0.12 / (n + 1)) for n, word in enumerate(FILLERS))
    top = sorted((*words, *others), key=lambda each: -each.probability)[:likeliest]
    return api.AskedTemplate(
        template.shown,
        template.direction,
        tuple(top),
        words,
        sums,
        nothing,
        share_out({label: sums[label] / nothing[label] for label in answers}),
        template.unread,
    )
