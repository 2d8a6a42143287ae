"""What can be pressed on Words, and what is said about it."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from tui.widgets.words.option_words import VECTORS
from tui.widgets.words.views import VIEWS

HELP = (
    "Pick a token of the sentence with left and right, press e to write another sentence, or / to type any word. "
    f"The numbers 1 to {len(VIEWS)} choose what is shown of it.\n"
    f"{''.join(entry.help for entry in VIEWS)}"
    "d shows all options and what each means; left and right go through them. l, k and c choose what is compared. "
    "Where places of several texts are indexed (nlp-tui index --corpus wiki,imdb), w asks for those of one text. "
    f"{' '.join(words.sentence for words in VECTORS.values())} "
    "Cosines are taken after the average of all vectors is taken off (centred), their largest directions too, or as "
    "they are (raw); what random pairs give in the same way is always shown.\n"
    "x writes what is shown, or all vectors, into a file; y copies the table through the terminal (OSC 52): where "
    "a terminal does not take that, write a file."
)

BINDINGS: list[BindingType] = [
    Binding("v", "step_view(1)", "View", show=False, key_display=f"1-{len(VIEWS)}", id="words.view"),
    *[Binding(str(n), f"view('{entry.name}')", entry.name.title(), show=False) for n, entry in enumerate(VIEWS, 1)],
    Binding("slash,i", "type", "Word", show=False, key_display="/", id="words.type"),
    Binding("e", "edit", "Sentence", show=False, id="words.edit"),
    Binding("m,ctrl+down", "model(1)", "Model", key_display="m", id="words.model"),
    Binding("M,ctrl+up", "model(-1)", "Model before", show=False, id="words.model_before"),
    Binding("g", "models", "All models", show=False, id="words.models"),
    Binding("p", "pin", "Pin", show=False, id="words.pin"),
    Binding("n,ctrl+n", "example", "Example", key_display="n", id="words.example"),
    Binding("l", "option('layer')", "Layer", show=False, id="words.layer"),
    Binding("k", "option('vectors')", "Kind of vector: token, slot, …", show=False, id="words.vectors"),
    Binding("c", "option('centring')", "Cosines centred or raw", show=False, id="words.centring"),
    Binding("s", "option('by')", "Sort the places", show=False, id="words.sort"),
    Binding("o", "option('page')", "Compare: every era, or one model", show=False, id="words.page"),
    Binding("w", "option('corpus')", "Places of which text", show=False, id="words.corpus"),
    Binding("t", "option('lens')", "As a word, or in its sentence", show=False, id="words.lens"),
    Binding("a", "option('method')", "Method of the analogy", show=False, id="words.method"),
    Binding("left_square_bracket", "epoch(-1)", "Drift: the epoch before", show=False, key_display="["),
    Binding("right_square_bracket", "epoch(1)", "Drift: the epoch after", show=False, key_display="]"),
    Binding("b,ctrl+b", "build", "Build the index", show=False, id="words.build"),
    Binding("d", "options", "All options", id="words.options"),
    Binding("x,ctrl+e", "save", "Save", show=False, key_display="x", id="words.save"),
    Binding("y", "copy", "Copy", show=False, id="words.copy"),
    Binding("f6", "card", "Era card", show=False, id="words.card"),
    Binding("down", "lists", "To the lists", show=False),
]
