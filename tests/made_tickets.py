"""Made-up support tickets of four classes, as a table: a few words decide, some stand in the wrong ticket."""

from __future__ import annotations

import csv
import random
from pathlib import Path

WORDS = {
    "payment": ["invoice", "charged twice", "refund", "credit card", "the amount is wrong", "discount"],
    "account": ["password", "cannot sign in", "locked out", "two-factor code", "reset link", "my profile"],
    "delivery": ["parcel", "never arrived", "courier", "tracking number", "late", "wrong address"],
    "repair": ["battery", "screen is cracked", "stopped working", "charger", "makes a noise", "spare part"],
}
OPENINGS = ("Hello,", "Hi there,", "Good morning,", "", "Please help:", "Dear team,")
MIDDLES = (
    "my {0} and the {1}",
    "I have a problem with {0}, also {1}",
    "{0} again, third time this week, {1}",
    "about {0}: {1}",
    "{0}?? {1}!",
    "since Monday {0}; {1}",
)
ENDINGS = (
    "thanks",
    "order {0}",
    "please answer soon",
    "this is not what I paid for",
    "can somebody look at it",
    "I wrote last week already",
)
OTHERS, MISTAKEN = 0.3, 0.04
"""How often the second half is of any class, and how often the label is."""


def write_tickets(path: Path, rows: int = 300) -> Path:
    """A CSV of so many different tickets with the columns number, message and category."""
    rng, seen = random.Random(3), set[str]()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "message", "category"])
        while len(seen) < rows:
            label = list(WORDS)[len(seen) % len(WORDS)]
            first, second = rng.sample(WORDS[label], 2)
            if rng.random() < OTHERS:
                second = rng.choice(WORDS[rng.choice(list(WORDS))])
            middle, ending = rng.choice(MIDDLES).format(first, second), rng.choice(ENDINGS).format(1000 + len(seen))
            text = f"{rng.choice(OPENINGS)} {middle} {ending}".strip()
            if text not in seen:
                seen.add(text)
                given = rng.choice(list(WORDS)) if rng.random() < MISTAKEN else label
                writer.writerow([len(seen), text, given])
    return path
