"""What a language model is asked about a sentence, and to write on. Imports nothing heavy.

- `model`: `lm` (the best pair), `lm:forward`, `lm:backward`, `mlm` (the transformer that guesses masked words), or
  whatever names a classifier that stands on language models of its own.
- `direction`: `forward` (a word given those before it), `backward` (given those after it), `masked` (given all the
  others); empty means the first that the model has.
"""

from __future__ import annotations

from msgspec import Struct

from core.api.parts import AnyAnswer, AnyQuestion, Token


class Surprisal(AnyQuestion, frozen=True):
    """How surprised a language model is by each word of a text. Answered by one `SurprisalList`.

    `k`: how many of the likeliest words of each place; `first`: only the first words of the text are looked at, with
    all of it read; 0 for all of them.
    """

    text: str
    model: str
    direction: str = ""
    k: int = 10
    first: int = 0


class Likely(Struct, frozen=True):
    """A word that could stand in a place. `<unk>` stands for all words that the model does not know."""

    word: str
    probability: float


class Surprise(Struct, frozen=True):
    """One token: its surprisal in bits, -log2 of its probability; where it stands among all words, from 1.

    `rank` is None for a word that is spelled with several wordpieces: its surprisal is the sum of theirs. Where
    `token.known` is false both are those of `<unk>`. `likeliest`: the words that the model finds likeliest here.
    """

    token: Token
    bits: float
    rank: int | None
    likeliest: tuple[Likely, ...]


class SurprisalList(AnyAnswer, frozen=True):
    """The tokens of a text, or the first of its `words`; `directions` are all that the model can read in.

    `bits`: their sum; `mean` and `perplexity` (2 to the mean) are None of no token. `open`: the likeliest words where
    the text is open, which is after its last word, for a backward model before its first. `note` says what each word
    is guessed from, `remark` what is to be known of this text; empty where there is nothing to say.
    """

    model: str
    direction: str
    directions: tuple[str, ...]
    tokens: tuple[Surprise, ...]
    open: tuple[Likely, ...]
    words: int
    bits: float
    mean: float | None = None
    perplexity: float | None = None
    note: str = ""
    remark: str = ""


class WriteOn(AnyQuestion, frozen=True, tag="write_on"):
    """Write so many words on after a text. Answered by one `Written`.

    `written`: what was written before this, after the text. At temperature 0 each word is the likeliest; else it is
    drawn, by a number that depends on nothing but `seed` and the words so far.
    """

    text: str
    model: str
    words: int = 1
    temperature: float = 1.0
    seed: int = 0
    written: tuple[str, ...] = ()


class WrittenWord(Struct, frozen=True):
    """A word that was written, and its surprisal in bits, whatever the temperature was."""

    word: str
    bits: float


class Written(AnyAnswer, frozen=True):
    """The new words. `continuation`: all that was written, these and those before, as it is put after the text."""

    model: str
    words: tuple[WrittenWord, ...]
    continuation: str
