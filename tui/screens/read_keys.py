"""What Read says of itself, and its keys: they work in the sentence and beside it."""

from __future__ import annotations

from textual.binding import Binding, BindingType

HELP = (
    "Type a sentence. Every era answers it as you type: orange leans left to the first label, blue leans right to "
    "the second.\n"
    "Up and down switch to another era. Under its answer stand its tokens, tinted by the answer after each of "
    "them, with the percent of the right-hand label beneath; underlined tokens are unknown to the model.\n"
    "ctrl+y asks why: under the focused row's tokens then stands what each does to the answer, in percentage "
    "points of the right-hand label: when it is left out, by gradient × input, by integrated gradients. Once more, "
    "and bert shows where each word looks. The line beneath says which it is.\n"
    "ctrl+g puts a twin under the sentence, which differs in one thing (negated, intensified, turned around its "
    "but, another name, a typo, its words backwards), and on the right each row's answer to it with the change in "
    "points of the right-hand label. Once more is the next twin, Escape or ctrl+l take it away.\n"
    "On the right stands how many of its test texts this very model gets right, in percent, and in brackets how "
    "far chance in choosing them reaches (95 %, Wilson). Under the focused row stand how many texts that were, "
    "what always answering one class would score on them, and the mean ± standard deviation over trainings of the "
    "era with several seeds.\n"
    "ctrl+r gives the sentence its right label; ✓ and ✗ then mark whose answer it is. An example brings its own, "
    "and says what it teaches and at which era it turns.\n"
    "ctrl+z or page up goes back to the sentence before, page down forward again; F12 lists them, and keeps those you "
    "star. ctrl+s writes what is shown into a file: CSV, JSON or a picture.\n"
    "Models of other tasks have rows under a heading of their own; ctrl+o leaves only the models that you added, "
    "and brings the eras back.\n"
    "The strip below shows the formula, and for each of its letters a small map of its true values, rows and "
    "columns sampled evenly (blocks are above zero, strokes below), where they came from, and by how much of its "
    "own norm training moved it. Under elmo's lie the language models it reads, with the share that each has in "
    "the mix; bert has layers of attention in place of W_e and W_h.\n"
    "F8 draws the focused era over the sentence, as the lecture does.\n"
    "F9 shows what the focused model gets wrong of its own data's texts, and what two models answer differently.\n"
    "F7 shows how the row's language model itself reads the sentence: how surprised it is by each word, what it "
    "would have written there, and how it goes on.\n"
    "ctrl+t, on a row that asks the language model, opens the prompt lab: ask with a template or words of "
    "your own, and see what it finds likeliest at the blank and how its answer comes of that."
)
BINDINGS: list[BindingType] = [
    Binding("up,ctrl+up", "move(-1)", "Era", key_display="↑↓", id="read.previous"),
    Binding("down,ctrl+down", "move(1)", "Next era", show=False, id="read.next"),
    Binding("ctrl+n", "preset(1)", "Example", id="read.preset"),
    Binding("ctrl+y", "why", "Why", id="read.why"),
    Binding("ctrl+g", "twin", "Twin", id="read.twin"),
    Binding("escape", "drop_twin", "Remove the twin", show=False, id="read.drop_twin"),
    Binding("f7", "reading", "Surprisal", id="read.reading"),
    Binding("f8", "picture", "Draw", id="read.picture"),
    Binding("f9", "errors", "Errors of the focused model", show=False, id="read.errors"),
    Binding("ctrl+t", "lab", "Prompt", id="read.lab"),
    Binding("ctrl+r", "truth", "Right label", show=False, id="read.truth"),
    Binding("ctrl+z,pageup", "history(-1)", "The sentence before", show=False, id="read.before"),
    Binding("pagedown", "history(1)", "The sentence after", show=False, id="read.after"),
    Binding("f12", "sentences", "Sentences kept and read before", show=False, id="read.sentences"),
    Binding("ctrl+s", "save", "Save what is shown", show=False, id="read.save"),
    Binding("ctrl+o", "own_rows", "Own rows", id="read.own"),
    Binding("ctrl+l", "clear", "Clear", show=False, id="read.clear"),
    Binding("i,enter,slash", "type", "Type a sentence", show=False, id="read.type"),
    Binding("d,delete", "forget", "Remove the focused added model", show=False, id="read.forget"),
]
