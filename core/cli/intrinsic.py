"""`eras --intrinsic`: what the vectors and states themselves are worth, each score with how much it covers."""

from __future__ import annotations

from typing import Any

from core.catalog.models import Catalog
from core.cli.printing import emit, say, table
from core.evaluation.intrinsic import list_models, measure
from core.runs.wording import percent
from core.service.session import Session


def intrinsic(as_json: bool) -> int:
    """Print a row or a JSON object for the vectors alone, the language models, and each era's model."""
    catalog = Catalog()
    word_models = Session(catalog).word_models
    rows = []
    for spec in list_models(catalog):
        found = measure(word_models, spec, say)
        if as_json:
            emit(found)
        else:
            rows.append(_row(found))
    if rows:
        print(table(rows, ("model", "WordSim-353", "SimLex-999", "analogies", "pseudowords"), right=(1, 2, 3, 4)))
        say("WordSim-353, SimLex-999: Spearman's rank correlation (pairs covered of all).")
        say("Analogies: Google's, 3CosAdd (questions covered of all). `--json` has them section by section.")
        say("Pseudowords: purity of the nearest places, with vectors that never saw the word, against chance.")
    return 0


def _row(found: dict[str, Any]) -> tuple[str, ...]:
    sets = [_similarity(found["similarity"][name]) for name in ("wordsim353", "simlex999")]
    whole = found["analogies"]["all"]
    analogies = f"{percent(whole['accuracy'])} ({whole['covered']:,} of {whole['questions']:,})"
    best = max(found["pseudowords"].items(), key=lambda item: item[1]["mean"], default=None)
    if best is None:
        return found["model"], *sets, analogies, "–"
    name, score = best
    spread = f"{100 * score['mean']:.1f} ± {100 * score['sd']:.1f} %, chance {100 * score['chance']:.0f} % ({name})"
    return found["model"], *sets, analogies, spread


def _similarity(score: dict[str, Any]) -> str:
    value = "–" if score["spearman"] is None else f"{score['spearman']:.2f}"
    return f"{value} ({score['covered']} of {score['pairs']})"
