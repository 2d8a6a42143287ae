"""A transformer's layers at the words of texts: what each kind of vector has read, and what it must not have."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("transformers")

from core import api
from core.data.text import words
from core.data.wordpieces import WordPieces
from core.machine.extras import has_minilm
from core.models.transformer import TransformerClassifier, TransformerConfig
from core.pretrained import classifier, encoder
from core.service.session import Session
from core.storage.store import Artifact, Store
from core.words import layers
from core.words.attention import TransformerLayers
from core.words.target import resolve_vectors
from core.words.vector_kinds import GAP, SLOT, TOKEN
from core.words.word_models import WordModel
from tests.core.conftest import described, tiny_encoder

TEXT = words("the story is wonderful and it doesn't end with a zxqv hero")


@pytest.fixture(scope="module")
def bert(session: Session, trained: dict[str, Artifact]) -> TransformerLayers:
    hidden = session.word_models.get(f"bert:{trained['bert'].key[:8]}").hidden
    assert isinstance(hidden, TransformerLayers)
    return hidden


def test_every_layer_can_be_looked_at_and_says_what_it_is(bert: TransformerLayers) -> None:
    assert [layer.name for layer in bert.layers] == ["layer2", "layer1"]
    assert all(layer.vectors == (TOKEN, GAP, SLOT) for layer in bert.layers)
    assert "layer 2 of 2, having read the words on both sides" in bert.layers[0].note
    one, two = (bert.states([TEXT], [[1, 3]], name, TOKEN) for name in ("layer1", "layer2"))
    assert not np.allclose(one, two, atol=1e-2)


def test_the_top_layer_is_what_the_classifier_reads(
    bert: TransformerLayers, trained: dict[str, Artifact], store: Store
) -> None:
    (whole,) = classifier.load(trained["bert"].path, store).states([TEXT])
    every = list(range(len(TEXT)))
    assert np.allclose(bert.states([TEXT], [every], "layer2", TOKEN), whole.numpy(), atol=1e-5)


@pytest.mark.parametrize("kind", [SLOT, GAP])
def test_what_never_saw_the_word_is_the_same_for_any_word(bert: TransformerLayers, kind: str) -> None:
    for at in range(len(TEXT)):
        # Words of one piece, of several, unknown, and one that changes how the word before it is spelled.
        for other in ("music", "wonderful", "n't", "zxqv"):
            changed = [*TEXT[:at], other, *TEXT[at + 1 :]]
            a, b = bert.states([TEXT, changed], [[at], [at]], "layer2", kind)
            assert np.allclose(a, b, atol=1e-5)
    seen, otherwise = bert.states([TEXT, ["a", *TEXT[1:]]], [[1], [1]], "layer2", kind)
    assert not np.allclose(seen, otherwise, atol=1e-3), "the other words are read"


def test_words_are_asked_at_the_top_and_what_stands_around_a_gap_below_it(bert: TransformerLayers) -> None:
    word_model = WordModel("bert", WordPieces.load(tiny_encoder(), 64), np.zeros((1, 16), np.float32), "", bert)
    found = [resolve_vectors(word_model, "", kind).layer.name for kind in (SLOT, TOKEN, GAP, "")]
    assert found == ["layer2", "layer2", "layer1", "layer2"]
    assert resolve_vectors(word_model, "layer1", SLOT).layer.name == "layer1"


def test_a_word_of_several_pieces_is_their_mean_in_sums_and_beside_another(
    session: Session, trained: dict[str, Artifact]
) -> None:
    spec = f"bert:{trained['bert'].key[:8]}"
    word_model = session.word_models.get(spec)
    long = next(word for word in ("wonderfully", "filmstory", "storyfilm") if len(word_model.vocabulary.rows(word)) > 1)
    found = session.ask(api.Compare(spec, api.Place(long, f"a {long} film"), api.Place(long, f"the {long} end")))
    assert isinstance(found, api.Compared)
    assert found.static == pytest.approx(1)
    _, rows = word_model.rows(long)
    space = word_model.space
    plain = word_model.vocabulary.rows("film")
    sums = space.unit @ (space.query(word_model.vector(rows)) + space.unit[plain[0]]) / 2
    sums[[*rows, *plain]] = -1
    sums[~word_model.listed] = -1
    answer = session.ask(api.Analogy(f"{long} + film", spec, k=1))
    assert isinstance(answer, api.AnalogyList)
    assert answer.neighbors[0].score == pytest.approx(float(sums.max()), abs=1e-5)


def test_what_stands_far_away_is_not_read_so_a_long_text_costs_no_more(bert: TransformerLayers) -> None:
    long = [*TEXT, *["film"] * 2_000]
    a, b = bert.states([[*TEXT, *["film"] * 60], long], [[1], [1]], "layer2", SLOT)
    assert np.allclose(a, b, atol=1e-5)


def test_a_transformer_as_pretrained_shares_the_layers_that_were_not_tuned() -> None:
    found = encoder.find(str(tiny_encoder()))
    plain, matrix, lexicon = layers.read_encoder(found)
    assert matrix.shape == (len(lexicon), 16)
    assert plain.parents("layer1") == plain.parents("layer2") == (found.key,)
    config = TransformerConfig(16, 2, 2, 1, *lexicon.boundaries())
    info = described(encoder={"name": found.name, "key": found.key})
    model = TransformerClassifier(config, found.model()).eval()
    tuned = layers.find_layers(classifier.Classifier(model, lexicon, ("a", "b"), 99, info), "mine", None)
    assert [tuned.parents(name) for name in ("layer1", "layer2")] == [(found.key,), ("mine",)]
    for kind in (TOKEN, SLOT):
        assert np.allclose(
            plain.states([TEXT], [[3]], "layer1", kind), tuned.states([TEXT], [[3]], "layer1", kind), atol=1e-5
        )


def test_pieces_without_a_mask_have_only_what_has_read_the_word(tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_encoder(), tmp_path / "encoder")
    described = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    described["added_tokens"] = [token for token in described["added_tokens"] if token["content"] != "[MASK]"]
    described["model"]["vocab"]["[elsewhere]"] = described["model"]["vocab"].pop("[MASK]")
    (folder / "tokenizer.json").write_text(json.dumps(described), encoding="utf-8")
    plain, _, _ = layers.read_encoder(encoder.find(str(folder)))
    assert {layer.vectors for layer in plain.layers} == {(TOKEN,)}


def test_minilm_is_asked_about_words_before_any_tuning(session: Session) -> None:
    if not has_minilm():
        pytest.skip("the extra is not installed")
    word_model = session.word_models.get("minilm")
    assert word_model.hidden is not None
    named = {kind: resolve_vectors(word_model, "", kind).layer.name for kind in ("", TOKEN, SLOT, GAP)}
    assert named == {"": "layer6", TOKEN: "layer6", SLOT: "layer6", GAP: "layer4"}
    a, b = word_model.hidden.states([TEXT, TEXT[:4]], [[1], [1]], "layer6", TOKEN)
    assert a.shape == (384,)
    assert not np.allclose(a, b, atol=1e-3)
