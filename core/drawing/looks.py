"""How curves that share a plot are told apart: each has a mark and a colour of its own, so that neither is needed."""

from __future__ import annotations

# After Okabe and Ito (2008): told apart in every common colour blindness; darker on light grounds.
DARK = ("#62b6f5", "#f0a13a", "#3fc79a", "#f0e442", "#e87ec0", "#c9d1d9", "#ff7a59", "#9d8cff")
LIGHT = ("#0b63b5", "#b45309", "#00795a", "#7a6a00", "#a3277c", "#3c4653", "#c03a12", "#5a45c9")
MARKS = "●▲■◆★✚▼"
"""One less than there are colours: with both, 56 curves are told apart."""
HOLLOW = "○△□◇☆"
"""Of curves that are there to be compared with."""
