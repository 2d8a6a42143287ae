"""Where a transformer's words look: against the library's own weights, merged to words."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

pytest.importorskip("transformers")

from core import api
from core.catalog.models import Catalog
from core.data.batches import pad
from core.data.text import words
from core.data.wordpieces import WordPieces
from core.explain.attention import NoAttention, choose, look
from core.models.transformer import Stack, TransformerClassifier, TransformerConfig, bounded
from core.pretrained.classifier import Classifier
from core.service.session import Session
from core.storage.paths import Home
from core.storage.store import Artifact, Store
from tests.core.conftest import described, tiny_encoder

TEXT = "The story is wonderful, the scenery is zxqv."


@pytest.fixture(scope="module")
def session(store: Store, trained: dict[str, Artifact], variants: dict[str, Artifact]) -> Session:
    assert trained
    assert variants
    return Session(Catalog(Home(store=store.root, runs=store.root.parent / "runs"), shipped=None))


@pytest.fixture(scope="module")
def bert(trained: dict[str, Artifact]) -> str:
    return f"bert:{trained['bert'].key[:8]}"


@pytest.fixture(scope="module")
def masked(variants: dict[str, Artifact]) -> str:
    return f"prompt:{variants['prompt:mlm'].key[:8]}"


def attended(session: Session, spec: str, text: str = TEXT, layer: int = 0, head: int = 0) -> api.Attention:
    found = session.explain(api.Attend(text, spec, layer, head))
    assert isinstance(found, api.Attention)
    return found


def test_the_weights_are_the_librarys_merged_to_words() -> None:
    from transformers.models.bert.modeling_bert import BertModel

    model = BertModel.from_pretrained(tiny_encoder(), add_pooling_layer=False, attn_implementation="eager").eval()
    lexicon = WordPieces.load(tiny_encoder(), 64)
    first, last = lexicon.boundaries()
    sizes = TransformerConfig(width=16, layers=2, classes=2, tuned=1, first=first, last=last)
    classifier = Classifier(TransformerClassifier(sizes, model).eval(), lexicon, ("a", "b"), 60, described())
    text = words(TEXT)
    spelled = lexicon.parts(text)[0]
    ids, lengths = pad([[piece for word in spelled for piece in word]])
    with torch.no_grad():
        theirs = model(bounded(ids, lengths, first, last), output_attentions=True).attentions
    found = look(classifier, text)
    assert [each.word for each in found.seen] == ["[CLS]", *text, "[SEP]"]
    assert max(len(each.pieces) for each in found.seen) > 1
    starts = [0]
    for each in found.seen:
        starts.append(starts[-1] + len(each.pieces))
    places = [slice(*pair) for pair in pairwise(starts)]
    for layer, pieces in enumerate(theirs):
        for row, looking in enumerate(places):
            for column, seen in enumerate(places):
                merged = pieces[0, :, looking, seen].sum(dim=2).mean(dim=1)
                assert torch.allclose(found.weights[layer, :, row, column], merged, atol=1e-5)


def test_every_word_looks_with_all_its_weight(session: Session, bert: str, masked: str) -> None:
    for spec in (bert, masked):
        for layer, head in ((0, 0), (1, 0), (0, 2), (2, 1)):
            found = attended(session, spec, layer=layer, head=head)
            assert [sum(row) for row in found.weights] == pytest.approx([1.0] * len(found.words), abs=1e-5)
            assert len(found.weights) == len(found.words)
            assert "Jain and Wallace 2019" in found.caveat


def test_zero_is_the_mean_of_all(session: Session, bert: str) -> None:
    weights = look(session.load(bert).classifier, words(TEXT)).weights
    layers, heads = weights.shape[:2]
    every = torch.stack([choose(weights, n + 1, h + 1) for n in range(layers) for h in range(heads)])
    assert torch.allclose(choose(weights, 0, 0), every.mean(dim=0), atol=1e-6)
    assert torch.allclose(choose(weights, 1, 0), weights[0].mean(dim=0))


def test_a_model_that_is_asked_looks_with_its_template_and_blank(session: Session, masked: str) -> None:
    found = attended(session, masked)
    parts = [each.part for each in found.words]
    assert parts.count("blank") == 1
    assert parts.count("boundary") == 2
    assert "template" in parts
    assert "asked with" in found.note
    assert [each.word for each in found.words if each.part == "text"] == words(TEXT)


def test_a_long_text_is_cut_and_told(session: Session, bert: str) -> None:
    found = attended(session, bert, "wonderful " * 100)
    assert found.read < found.tokens == 100
    assert [each.part for each in found.words].count("text") == found.read


def test_no_word_looks_at_boundaries_alone(session: Session, bert: str) -> None:
    assert [each.word for each in attended(session, bert, "").words] == ["[CLS]", "[SEP]"]


def test_what_cannot_be_looked_at_is_said(session: Session, bert: str, trained: dict[str, Artifact]) -> None:
    with pytest.raises(NoAttention, match="no layer 3"):
        attended(session, bert, layer=3)
    with pytest.raises(NoAttention, match="no head -1"):
        attended(session, bert, head=-1)
    with pytest.raises(NoAttention, match="no attention"):
        attended(session, f"scratch:{trained['scratch'].key[:8]}")


def test_the_stack_is_read_as_the_classifier_reads_it(session: Session, bert: str) -> None:
    model = session.load(bert).classifier.model
    assert isinstance(model, TransformerClassifier)
    assert isinstance(model.stack(), Stack)
    assert look(session.load(bert).classifier, words(TEXT)).weights.shape[0] == len(model.stack().layers)
