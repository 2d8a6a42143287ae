"""The kinds of vectors that a place in a text can have: what of the text each has read."""

from __future__ import annotations

TOKEN, SLOT, SUBSTITUTES, SENSE, GAP = "token", "slot", "substitutes", "sense", "gap"
UNSEEING = (SLOT, SUBSTITUTES, GAP)
"""Those that never saw the word."""
BOTH_SIDES = "having read the words on both sides"
