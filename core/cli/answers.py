"""The verb `predict`: what models answer to texts."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from core import api
from core.cli.models import choose_models
from core.cli.printing import bar, emit, say, table
from core.cli.session import open_session
from core.cli.standard_input import lines, text_of
from core.eras.prompts import read_answers, read_templates
from core.service.session import Session
from core.visible import one_line

_DECIMALS = 6
_LABEL_CELLS = 10


def predict(wanted: Namespace) -> int:
    """Answer every text with every model, in the order of the texts; standard input is read batch by batch."""
    if wanted.csv is not None:
        from core.cli.answered_table import answer_file

        return answer_file(wanted, *_asked(wanted))
    texts = lines() if wanted.text == ["-"] else (text_of(argument) for argument in wanted.text)
    session, models = _asked(wanted)
    size = 1 if wanted.text == ["-"] and sys.stdin.isatty() else wanted.batch_size
    longer, read = Counter[str](), Counter[str]()
    while batch := list(islice(texts, size)):
        if wanted.running:
            answers = [[session.run(text, model) for text in batch] for model in models]
        else:
            answers = [session.predict(batch, model) for model in models]
        for row, text in enumerate(batch):
            for answer in (of_model[row] for of_model in answers):
                if wanted.json:
                    emit(_prediction(text, answer))
                else:
                    _print_prediction(text, answer, max(map(len, models)))
                if _is_cut(answer):
                    longer[answer.model] += 1
                    read[answer.model] = max(read[answer.model], answer.read)
        sys.stdout.flush()
    for model, count in longer.items():
        which = "1 text is" if count == 1 else f"{count:,} texts are"
        say(f"{which} longer than {model} reads: it answered by the first {read[model]:,} tokens.")
    return 0


def _asked(wanted: Namespace) -> tuple[Session, list[str]]:
    """The models that are asked, and who asks them: with what was typed, where that is other than they have."""
    session = open_session()
    reworded = bool(wanted.template or wanted.answers)
    models = choose_models(session.catalog, wanted.model or (("prompt",) if reworded else None))
    if reworded:
        _reword(session, models, wanted.template, wanted.answers)
    return session, models


def _reword(session: Session, models: Sequence[str], template: str | None, answers: str | None) -> None:
    """Ask the models with what was typed, and say how."""
    templates = [each.shown for each in read_templates(template)] if template else []
    for model in models:
        session.reword(model, templates, read_answers(answers) if answers else {})
        asked = session.ask_prompt(api.AskPrompt("", model))
        said = "; ".join(f"{label}: {', '.join(words)}" for label, words in asked.answers.items())
        say(f"{model} is asked with: {' | '.join(each.template for each in asked.templates)}")
        say(f"Answer words: {said}.")
        if asked.unknown:
            say(f"The language model does not know {', '.join(asked.unknown)}: it reads <unk>.")


def _is_cut(answer: api.Predicted) -> bool:
    """Whether the text goes on beyond what the model has read."""
    return 0 < answer.read < len(answer.tokens)


def _prediction(text: str, answer: api.Predicted) -> dict[str, object]:
    record: dict[str, object] = {
        "text": text,
        "model": answer.model,
        "label": answer.label,
        "probabilities": {label: round(p, _DECIMALS) for label, p in answer.probabilities.items()},
        "tokens": [token.text for token in answer.tokens],
    }
    if _is_cut(answer):
        record["read"] = answer.read
    if answer.running:
        labels = list(answer.probabilities)
        record["running"] = [
            {label: round(p, _DECIMALS) for label, p in zip(labels, row, strict=True)} for row in answer.running
        ]
    return record


def _print_prediction(text: str, answer: api.Predicted, model_cells: int) -> None:
    probability = answer.probabilities[answer.label]
    columns = (answer.label.ljust(_LABEL_CELLS), f"{100 * probability:5.1f} %", answer.model.ljust(model_cells), text)
    print("  ".join(map(one_line, columns)).rstrip())  # texts stream by: a table each would cost more than the answer
    if answer.running:
        place = list(answer.probabilities).index(answer.label)
        rows = [
            ("", token.text if token.known else f"{token.text} (unknown)", f"{100 * row[place]:.1f} %", bar(row[place]))
            for token, row in zip(answer.tokens, answer.running, strict=False)
        ]
        print(table(rows, right=(2,)))
