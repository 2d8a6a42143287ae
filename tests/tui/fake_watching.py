"""What a worker says of itself while it learns, made up: pinned sentences, letters that move, what is forgotten."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tests.tui.fake_run import FakeRun

GOOD, TURNED = "A wonderful , clever film .", "The plot is thin but the cast is wonderful ."
LETTERS = (("C", 0.02), ("W_e", 0.11), ("W_h", 0.08), ("W_o", 0.9))


def answer(place: int, epoch: float) -> list[float]:
    """Shares of negative and positive: surer and surer, every second sentence after a while of being wrong."""
    lean = 0.48 * math.tanh(epoch / 2) if place % 2 == 0 else 0.4 * math.tanh(epoch / 2 - 2)
    return [round(0.5 - lean, 4), round(0.5 + lean, 4)]


def watch(run: FakeRun, until: float, since: float = 0.0, pins: Sequence[str] = (GOOD, TURNED)) -> None:
    """What is told between two epochs: answers, moves and perplexity at evaluations, answers in between."""
    said: list[tuple[str, float, dict[str, Any]]] = []
    for quarter in range(round(4 * since), round(4 * until) + 1):
        epoch = quarter / 4
        where = {"step": round(epoch * run.steps_per_epoch), "epoch": epoch}
        if pins:
            sentences = [_pinned(place, text, epoch, quarter % 4 == 0) for place, text in enumerate(pins)]
            said.append(("pinned", 0.0, {**where, "sentences": sentences}))
        letters = [
            {
                "symbol": symbol,
                "change": moves * math.sqrt(epoch),
                "update": 3e-3 / (1 + epoch),
                "gradient": 0.4 * moves,
            }
            for symbol, moves in LETTERS
        ]
        said.append(("moved", 0.0, {**where, "letters": letters}))
        if quarter % 4 == 0:
            said.append(("forgotten", 0.0, {**where, "perplexity": 83.0 + 6 * epoch**2, "n": 600}))
    run.say_all(said)


def judge(run: FakeRun) -> None:
    """What the finished model takes for what."""
    run.say(
        "judged",
        split="validation",
        labels=["negative", "positive"],
        confusion=[[41, 9], [12, 38]],
        worst=[
            {"text": "It is not thin at all.", "truth": "positive", "said": "negative", "probability": 0.991},
            {"text": "A film like no other, sadly.", "truth": "negative", "said": "positive", "probability": 0.973},
            {"text": "I wanted to love it.", "truth": "negative", "said": "positive", "probability": 0.968},
        ],
    )


def _pinned(place: int, text: str, epoch: float, closely: bool) -> dict[str, Any]:
    shares = answer(place, epoch)
    tokens = text.lower().split()
    if not closely:
        return {"text": text, "probabilities": shares}
    steps = [(n + 1) / len(tokens) for n in range(len(tokens))]
    running = [[round(0.5 + (shares[0] - 0.5) * step, 4), round(0.5 + (shares[1] - 0.5) * step, 4)] for step in steps]
    known = [token != "thin" for token in tokens]
    return {"text": text, "probabilities": shares, "tokens": tokens, "known": known, "running": running}
