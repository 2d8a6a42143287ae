"""What the language model's own reading says of itself, and its keys: they work among the words and in the sentence."""

from __future__ import annotations

from textual.binding import Binding, BindingType

HELP = (
    "Under each word stands its surprisal: how many bits the language model would have needed to be told it. One "
    "bit more means half as likely. A word that it does not know is underlined; it stands for all unknown words.\n"
    "Left and right choose a place; on the left below stands what the model finds likeliest there, and … is where "
    "the sentence is open. Type at any time: all of it follows.\n"
    "ctrl+r reads in another direction: given the words before, the words after, or all the others.\n"
    "F8 has the forward model write the sentence on, a word at a time, and stops it. The same seed and temperature "
    "write the same text again. Enter takes what was written over into the sentence."
)
BINDINGS: list[BindingType] = [
    Binding("f8", "write", "Write on", id="reading.write"),
    Binding("enter", "take_over", "Take over", priority=True, id="reading.take"),
    Binding("ctrl+r", "turn", "Direction", id="reading.turn"),
    Binding("up", "warm(1)", "Warmer", show=False, id="reading.warmer"),
    Binding("down", "warm(-1)", "Cooler", show=False, id="reading.cooler"),
    Binding("pageup", "reseed(1)", "The next seed", show=False, id="reading.seed"),
    Binding("pagedown", "reseed(-1)", "The seed before", show=False, id="reading.seed_before"),
    Binding("tab", "app.focus_next", "From the words to the sentence and back", show=False),
    Binding("ctrl+l", "clear", "Clear", show=False, id="reading.clear"),
    Binding("f6", "app.card", "Era card", show=False),
    Binding("f7,escape", "leave", "Back", key_display="esc", id="reading.leave"),
]
