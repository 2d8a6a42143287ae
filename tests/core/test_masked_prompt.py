"""The variants of `prompt`: a transformer that reads both sides of the blank, and one language model alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from core import api
from core.catalog.models import Catalog
from core.data.batches import pad
from core.data.text import words
from core.eras.prompts import BLANK, TEXT, PromptError
from core.finetuning.prepare import prepare
from core.finetuning.train import train
from core.jobs import TrainJob, command
from core.machine.extras import NoExtra, has_transformers
from core.models.masked_prompt import MaskedPromptClassifier
from core.pretrained import classifier, encoder, masked_encoder
from core.pretrained.classifier import Classifier
from core.runs.logger import RunLogger
from core.service.asking import ask, reword
from core.storage.paths import Home
from core.storage.store import Artifact, Store
from tests.core.conftest import Events, tiny_job, work

needs_transformers = pytest.mark.skipif(not has_transformers(), reason="needs the extra bert")
TEMPLATES = "{text} . it was ___ . | the ___ film is {text}"


@pytest.fixture(scope="module")
def untuned(
    reviews: Path, store: Store, tiny_masked: Artifact, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Classifier, Events]:
    """The transformer asked with no label, and what the run said."""
    assert tiny_masked
    events, run = Events(), tmp_path_factory.mktemp("masked-prompt")
    made = work(train, tiny_job("prompt:mlm", reviews, labels=0, template=TEMPLATES), run, store, RunLogger(events))
    return classifier.load(made.path, store), events


def asked(model: Classifier) -> MaskedPromptClassifier:
    assert isinstance(model.model, MaskedPromptClassifier)
    return model.model


def guessed(model: Classifier, store: Store, text: str, template: str) -> Tensor:
    """(V,): log probabilities at the blank of the whole template with the text in it, read as one."""
    if text.endswith(".") and f"{TEXT} ." in template:
        text = text.removesuffix(".")
    lexicon = asked(model).vocabulary
    before, behind = (lexicon.encode(words(part)) for part in template.replace(TEXT, text).split(BLANK))
    ids, lengths = pad([[*before, lexicon.mask or 0, *behind]])
    wanted = torch.zeros_like(ids, dtype=torch.bool)
    wanted[0, len(before)] = True
    assert model.info.encoder is not None
    found = masked_encoder.find(store, f"mlm:{model.info.encoder.key}").model()
    with torch.inference_mode():
        return found.logits(ids, lengths, wanted).log_softmax(dim=1)[0]


@needs_transformers
@pytest.mark.parametrize("text", ["the film is clever .", "a clumsy story", "", "zxqv"])
def test_a_blank_is_what_the_transformer_guesses_with_both_sides_read(
    text: str, untuned: tuple[Classifier, Events], store: Store
) -> None:
    model, _ = untuned
    for template, found in asked(model).blanks(*pad([model.encode(words(text))])):
        assert torch.allclose(found[0], guessed(model, store, text, template.shown), atol=1e-4)


@needs_transformers
def test_the_answer_is_the_mean_over_templates_of_what_its_words_gain(
    untuned: tuple[Classifier, Events], store: Store
) -> None:
    model, _ = untuned
    text = "a funny story with a warm hero ."
    config, lexicon = asked(model).config, asked(model).vocabulary
    rows = [[lexicon.index(word) for word in some] for some in config.answers]

    def of(said: str, template: str) -> Tensor:
        log = guessed(model, store, said, template)
        return torch.stack([log[some].logsumexp(dim=0) for some in rows])

    gained = torch.stack([of(text, template) - of("", template) for template in config.templates])
    found = model.probabilities([model.encode(words(text))])[0]
    assert torch.allclose(found, gained.mean(dim=0).softmax(dim=0), atol=1e-4)


@needs_transformers
def test_with_no_label_only_what_is_asked_is_kept(untuned: tuple[Classifier, Events]) -> None:
    model, _ = untuned
    info = model.info
    assert (info.variant, info.label_budget, info.frozen) == ("mlm", 0, ("C", "W_o"))
    assert (info.directions, dict(info.language_models)) == ((), {})
    assert set(asked(model).state_dict()) == {"bias"}


@needs_transformers
def test_usual_answer_words_of_several_pieces_are_left_out_and_counted(
    untuned: tuple[Classifier, Events],
) -> None:
    model, events = untuned
    assert asked(model).config.answers == (("awful", "boring"), ("brilliant",))
    said = [event["message"] for event in events.kinds("warning")]
    assert any("15 of the usual answer words are left out" in message for message in said)


@needs_transformers
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"answers": "negative=dull positive=wonderful"}, "'dull' is not one wordpiece of the transformer"),
        ({"template": f"{'the film is ' * 12}{{text}} ___"}, "is too long"),
    ],
)
def test_what_the_transformer_cannot_be_asked_is_one_sentence(
    settings: dict[str, Any], said: str, reviews: Path, tiny_masked: Artifact, store: Store, tmp_path: Path
) -> None:
    assert tiny_masked
    with pytest.raises(PromptError, match=said):
        train(tiny_job("prompt:mlm", reviews, labels=0, **settings), tmp_path, store, RunLogger(Events()))


@needs_transformers
def test_a_long_text_is_read_as_far_as_the_template_leaves_room(untuned: tuple[Classifier, Events]) -> None:
    model, _ = untuned
    text = ["film"] * 100
    assert model.read(text) == asked(model).vocabulary.limit == 64 - MaskedPromptClassifier.beside
    assert model.probabilities([model.encode(text)]).sum().item() == pytest.approx(1, abs=1e-5)


@needs_transformers
def test_what_was_tuned_is_kept_as_how_it_differs(variants: dict[str, Artifact], store: Store) -> None:
    artifact = variants["prompt:mlm"]
    stored = load_file(artifact.path / "weights.safetensors")
    tuned = asked(classifier.load(artifact.path, store))
    names = set(tuned.state_dict())
    assert {"bias", "head.bias", "head.dense.weight"} < names
    assert {f"{name}|base" for name in names} == {name for name in stored if name.endswith("|base")}
    assert tuned.config.tuned_layers == 4, "as many as bert's"
    start = masked_encoder.find(store, f"mlm:{artifact.manifest['parents'][0]}").model()
    assert not torch.equal(tuned.head.bias, start.head.bias)
    assert torch.equal(tuned.C.weight, start.C)


@needs_transformers
def test_what_is_told_of_a_blank_are_whole_words_and_both_sides(untuned: tuple[Classifier, Events]) -> None:
    model, _ = untuned
    told = ask(model, api.AskPrompt("a warm story .", "prompt:mlm", likeliest=60), 0)
    assert {(each.direction, each.unread) for each in told.templates} == {("both", "")}
    lexicon = asked(model).vocabulary
    for each in told.templates:
        assert all(lexicon.whole[lexicon.index(word.word)] for word in each.likeliest)
    other = reword(model, ["___ {text}"], {"dullness": ["tedious"], "warmth": ["warm", "funny"]})
    assert other.labels == ("dullness", "warmth")
    assert asked(other).model is asked(model).model


@needs_transformers
def test_without_the_extra_it_is_said_what_to_install(
    reviews: Path, tiny_masked: Artifact, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tiny_masked
    monkeypatch.setattr(encoder, "has_transformers", lambda: False)
    with pytest.raises(NoExtra, match="needs the extra"):
        prepare(tiny_job("prompt:mlm", reviews, labels=0), store)


# ---------------------------------------------------------------- keys and names


def test_what_is_asked_is_in_the_key_only_where_it_is_not_the_usual(
    reviews: Path, store: Store, tiny_language_models: dict[str, Artifact]
) -> None:
    assert tiny_language_models
    usual = prepare(tiny_job("prompt", reviews, labels=0), store)
    assert "asks" not in usual.spec.config
    assert "asks" not in prepare(tiny_job("scratch", reviews, asks="mlm"), store).spec.config
    assert prepare(tiny_job("prompt", reviews, labels=0, tuned_layers=1), store).spec == usual.spec


@needs_transformers
def test_the_transformers_key_has_what_it_is_made_of(reviews: Path, store: Store, tiny_masked: Artifact) -> None:
    job = tiny_job("prompt:mlm", reviews, labels=0)
    spec = prepare(job, store).spec
    assert (spec.config["asks"], spec.parents) == ("mlm", (tiny_masked.key,))
    assert not {"direction", "tuned_layers", "dropped_layers", "epochs"} & set(spec.config)
    tuned = prepare(tiny_job("prompt:mlm", reviews), store).spec.config
    assert tuned["tuned_layers"] == 4
    assert "dropped_layers" not in tuned


def test_the_recommended_job_of_a_variant_is_one_short_command() -> None:
    assert command(TrainJob.of("prompt", asks="mlm")) == "nlp-tui train --era prompt --asks mlm"
    assert TrainJob.of("prompt", asks="mlm").labels == 0
    assert TrainJob.of("prompt", asks="mlm").title.startswith("prompt:mlm")


def test_a_variant_is_a_name_of_its_best_model(variants: dict[str, Artifact], store: Store, tmp_path: Path) -> None:
    catalog = Catalog(Home(store.root, tmp_path), shipped=None)
    for name, artifact in variants.items():
        entry = catalog.resolve(name)
        assert entry.variant == name.partition(":")[2]
        assert entry.spec == name
        assert entry.title.startswith(name)
        assert artifact.key in {each.key for each in catalog.entries() if each.variant == entry.variant}
