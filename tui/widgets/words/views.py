"""The views of Words: a row each, in the order of the digits that show them."""

from __future__ import annotations

from dataclasses import dataclass

from tui.widgets.words.analogy_view import AnalogyView
from tui.widgets.words.compare_view import CompareView
from tui.widgets.words.drift_view import DriftView
from tui.widgets.words.map_view import MapView
from tui.widgets.words.neighbors_view import NeighborsView
from tui.widgets.words.senses_view import SensesView
from tui.widgets.words.word_view import WordView


@dataclass(frozen=True)
class ViewEntry:
    """One view: its name, which is also its tab's and its id; what it is made of; and what the screen's help says."""

    name: str
    view: type[WordView]
    help: str


VIEWS = (
    ViewEntry(
        "neighbors",
        NeighborsView,
        "Neighbors, left: the words whose vectors lie nearest to its own, whatever the sentence; the number at the end "
        "says how often each stood in the unlabelled text: neighbours of rare words are shaky, and a star marks those "
        "that another seed does not have. Right: places in the indexed text where the model's hidden state was most "
        "like its state at this very token; the dot and letter are the label of the review. On a narrow screen t "
        "switches between the two.\n",
    ),
    ViewEntry(
        "compare",
        CompareView,
        "Compare: p pins a place, which becomes A; pick another, B. n brings examples: the same word in two sentences. "
        "As a word it has one vector, so the cosine is 1; in its sentences it has two states. Every era has a row, "
        "beside the cosines it gives places of known sense; o goes to one model, with the places most like each.\n",
    ),
    ViewEntry("senses", SensesView, "Senses: the places of one word in groups. "),
    ViewEntry(
        "map",
        MapView,
        "Map: the neighbourhood in two dimensions; shapes are groups of points, where any stand out. ",
    ),
    ViewEntry("analogy", AnalogyView, "Analogy: words added and taken away. "),
    ViewEntry(
        "drift",
        DriftView,
        "Drift: what tuning on labels did to the word vectors; [ and ] go through the epochs of a run.\n",
    ),
)
PAIRS = next(entry.name for entry in VIEWS if entry.view.about_a_pair)
"""The view that shows a word in two sentences."""
