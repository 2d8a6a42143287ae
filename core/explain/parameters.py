"""What training did to each letter: small maps of the true parameters, before, after, and how far apart they are."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from core import api
from core.eras.table import BY_ID, Origin
from core.explain.sampling import cells, places
from core.explain.start import fitted_first, is_start, make_start, pretrained_rows
from core.models.asked import AskedClassifier
from core.models.letters import Letter, layers, letters
from core.models.protocol import TextModel
from core.pretrained.classifier import Classifier
from core.storage.store import Store

ROUNDING = "Weights are kept in 8 bits a number or fewer: a change of under 1 % may be rounding."
NOT_DRAWN = "drawn again from its seed it is not what training went out from: another version drew it"


@torch.inference_mode()
def read_parameters(classifier: Classifier, question: api.ReadParameters, store: Store) -> api.ParameterList:
    """The letters of a model, sampled evenly, with what they were. Reads the pretrained parts anew: a second."""
    model = classifier.model
    start, missing = None, ""
    try:
        start = make_start(classifier, store)
    except (OSError, ValueError) as error:
        missing = f"what it started from cannot be read: {error}"
    befores = letters(start) if start else [None] * len(letters(model))
    found = [
        _compare(classifier, now, then, question, store, missing)
        for now, then in zip(letters(model), befores, strict=True)
    ]
    return api.ParameterList(question.model, tuple(found), _compare_layers(model, start), ROUNDING)


def _compare(
    classifier: Classifier, now: Letter, then: Letter | None, question: api.ReadParameters, store: Store, missing: str
) -> api.ParameterMap:
    after = now.weight
    frozen = now.symbol in classifier.info.frozen
    # Nothing has moved what is frozen: it is its own start.
    before, unknown, rows = (after, "", len(after)) if frozen else _start_of(classifier, now, then, store, missing)
    shown = _rows(classifier, now, rows, question.rows)
    across = places(after.shape[1], question.columns)

    def sample(matrix: Tensor) -> Tensor:
        return matrix[shown][:, across]

    where = [f"layer 1 of {now.layers}"] if now.layers > 1 else []
    if rows < len(after):
        where.append(f"the {rows:,} words that have vectors")
    difference = None if before is None else after[:rows] - before[:rows]
    norm = 0.0 if before is None else float(before[:rows].norm())
    return api.ParameterMap(
        symbol=now.symbol,
        shape=(after.shape[0], after.shape[1]),
        after=cells(sample(after)),
        before=() if before is None else cells(sample(before)),
        difference=() if difference is None else cells(sample(difference)),
        change=None if difference is None or not norm else float(difference.norm()) / norm,
        row_names=_names(classifier, now, shown),
        frozen=frozen,
        reader=now.reader,
        where=", ".join(where),
        unknown=unknown,
    )


def _start_of(
    classifier: Classifier, now: Letter, then: Letter | None, store: Store, missing: str
) -> tuple[Tensor | None, str, int]:
    """(what the letter was, or why that is not known, of how many of its rows)."""
    rows, era = len(now.weight), BY_ID[classifier.info.era]
    if now.symbol == "W_o" and (fitted := fitted_first(classifier)):
        return None, fitted, rows
    if then is None:
        return None, missing, rows
    before = then.weight
    if era.parameter(now.symbol).origin is Origin.RANDOM:
        return (before, "", rows) if is_start(before, now.weight) else (None, NOT_DRAWN, rows)
    if now.symbol == "C" and (known := pretrained_rows(classifier, store)):
        # Words of the labelled texts that no vector was learned for began at random.
        drawn = before[known:]
        if len(drawn) and not is_start(drawn, now.weight[known:]):
            return before, "", known
    return before, "", rows


def _compare_layers(model: TextModel, start: TextModel | None) -> tuple[api.LayerChange, ...]:
    if start is None:
        return ()
    found = []
    for number, ((now, tuned), (then, _)) in enumerate(zip(layers(model), layers(start), strict=True), start=1):
        was, is_now = (torch.cat([p.flatten() for p in layer.parameters()]) for layer in (then, now))
        change = float((is_now - was).norm() / was.norm())
        found.append(api.LayerChange(number, tuned, change))
    return tuple(found)


def _rows(classifier: Classifier, letter: Letter, rows: int, most: int) -> list[int]:
    """The rows to show; of C those of words alone, not of what stands for none."""
    if letter.symbol != "C":
        return places(rows, most)
    words = np.flatnonzero(classifier.vocabulary.whole[:rows])
    return [int(words[place]) for place in places(len(words), most)]


def _names(classifier: Classifier, letter: Letter, shown: list[int]) -> tuple[str, ...]:
    """What the rows stand for: words, gates, or classes."""
    if letter.symbol == "C":
        return tuple(classifier.vocabulary.words[row] for row in shown)
    if letter.symbol == "W_o":
        if isinstance(model := classifier.model, AskedClassifier):
            answers = [model.vocabulary.words[row] for row, _ in model.answer_rows()]
            return tuple(answers[row] for row in shown)
        return tuple(classifier.labels[row] for row in shown)
    size = letter.weight.shape[0] // max(1, len(letter.gates))
    return tuple(letter.gates[row // size] for row in shown) if letter.gates else ()
