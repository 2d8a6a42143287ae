"""What the engine is asked for the picture of one model over one text, and what it answers. Imports nothing heavy.

Two questions, for they age differently: a model's parameters stay what they are, its states follow what is typed.
Whatever is too large to be shown is sampled evenly, and each answer says how many of how many it shows.
"""

from __future__ import annotations

from msgspec import Struct

from core.api.parts import AnyAnswer, AnyQuestion, Token

Cells = tuple[tuple[float, ...], ...]
"""A matrix, row by row."""


class ReadParameters(AnyQuestion, frozen=True, tag="read_parameters"):
    """What each letter of the formula is, was before training, and how far that is. Answered by `ParameterList`.

    `rows`, `columns`: how many of each matrix are shown at most.
    """

    model: str
    rows: int = 12
    columns: int = 40


class ParameterMap(Struct, frozen=True):
    """Sampled cells of one matrix: `before` training, `after` it, and their `difference` (after less before).

    `shape`: rows and columns of the whole; `row_names`: what the rows that are shown stand for, where they have names:
    words of C, gates of W_e and W_h, classes of W_o. `change`: ‖W−W₀‖/‖W₀‖ over the whole matrix. `before` is empty
    and `change` None where what it was cannot be had: `unknown` says why. `reader`: the direction it reads in, where
    there are several. `where`: which part of it is shown, empty for all there is.
    """

    symbol: str
    shape: tuple[int, int]
    after: Cells
    before: Cells = ()
    difference: Cells = ()
    change: float | None = None
    row_names: tuple[str, ...] = ()
    frozen: bool = False
    reader: str = ""
    where: str = ""
    unknown: str = ""


class LayerChange(Struct, frozen=True):
    """A transformer's layer, from 1 at the bottom: whether it was tuned, and ‖W−W₀‖/‖W₀‖ over all its weights."""

    number: int
    tuned: bool
    change: float


class ParameterList(AnyAnswer, frozen=True):
    """A model's letters, forward before backward, and the layers that a transformer has in place of W_e and W_h.

    `note`: what is to be known of the numbers.
    """

    model: str
    parameters: tuple[ParameterMap, ...]
    layers: tuple[LayerChange, ...] = ()
    note: str = ""


class ReadStates(AnyQuestion, frozen=True, tag="read_states"):
    """What a model makes of a text word by word. Answered by `StateList`.

    `coordinates`: how many numbers of each vector are shown at most; `reader`: the direction that h reads in, where
    there are several, the first of them if it is not said.
    """

    text: str
    model: str
    coordinates: int = 48
    reader: str = ""


class Strip(Struct, frozen=True):
    """Numbers of one vector at evenly spaced coordinates; `width`: how many it has."""

    values: tuple[float, ...]
    width: int


class StateRow(Struct, frozen=True):
    """One vector a word: `name` says of what (`c`, `h`, `layer 2`, `LM forward`).

    `share`: of a language model's layer in the mix, 0 to 1; `tuned`: whether training has changed what makes them.
    """

    name: str
    strips: tuple[Strip, ...]
    tuned: bool = True
    share: float | None = None


class NamedStrip(Struct, frozen=True):
    """A vector of the whole text: `last`, `max`, `mean`; of counted words the `names` of its coordinates."""

    name: str
    strip: Strip
    names: tuple[str, ...] = ()


class BlankFilled(Struct, frozen=True):
    """A template with its blank, and the words that the language model's softmax finds likeliest there."""

    template: str
    likeliest: tuple[tuple[str, float], ...]


class StateList(AnyAnswer, frozen=True):
    """A text as a model computes its answer, over the words that are shown of it.

    `rows`: from the bottom up: what is read, what is made of it, the last being h where there is one. `pooled`: what
    W_o sees; `logits` and `probabilities` of the whole text, by class. `words`: how many the text has, more than
    `tokens` where it is long. `reader`: the direction that h reads in, where there are several: `readers`. `blanks`:
    where a language model's own softmax answers. `gamma`: what the mixed states are scaled by. `temperature`: what
    the logits are divided by before the softmax. `note`: in words.
    """

    model: str
    tokens: tuple[Token, ...]
    words: int
    rows: tuple[StateRow, ...]
    pooled: tuple[NamedStrip, ...]
    logits: dict[str, float]
    probabilities: dict[str, float]
    reader: str = ""
    readers: tuple[str, ...] = ()
    blanks: tuple[BlankFilled, ...] = ()
    gamma: float | None = None
    temperature: float = 1.0
    note: str = ""


class ReadSteps(AnyQuestion, frozen=True, tag="read_steps"):
    """What takes a pass of its own for every word of a text; `reader` as of states. Answered by one `StepList`."""

    text: str
    model: str
    reader: str = ""


class StepList(AnyAnswer, frozen=True):
    """The answer as it runs, and what the states still hold of each word.

    `running`: probabilities after each word, in the order of `labels`. `memory`: (words, words), how much h at the
    word of the row changes, ‖h−h′‖/‖h‖, when the word of the column is left out of the text; None where no state can
    be compared. Empty where there are no states.
    """

    model: str
    labels: tuple[str, ...]
    running: tuple[tuple[float, ...], ...]
    memory: tuple[tuple[float | None, ...], ...] = ()


PictureQuestion = ReadStates | ReadSteps | ReadParameters
PictureAnswer = StateList | StepList | ParameterList
