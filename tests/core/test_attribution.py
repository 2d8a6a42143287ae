"""What each word does to an answer: against brute force, against finite differences, against captum."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
import torch

from core import api
from core.catalog.models import Catalog
from core.data.batches import pad
from core.data.text import words
from core.explain import attribution
from core.explain.attribution import Attribution, Method, NoAttribution, attribute, list_methods
from core.pretrained.classifier import Classifier
from core.service.session import Session
from core.storage.paths import Home
from core.storage.store import Artifact, Store
from tests.core.conftest import FITTED, TRAINABLE, VARIANTS

TEXT = "The story isn't wonderful, and the cast is dull."
WITH_VECTORS = [era for era in (*TRAINABLE, *VARIANTS) if era != "tfidf"]


@pytest.fixture(scope="module")
def session(store: Store, trained: dict[str, Artifact], variants: dict[str, Artifact]) -> Session:
    assert trained
    assert variants
    return Session(Catalog(Home(store=store.root, runs=store.root.parent / "runs"), shipped=None))


@pytest.fixture(scope="module")
def specs(trained: dict[str, Artifact], variants: dict[str, Artifact]) -> dict[str, str]:
    made = {**trained, **variants}
    return {name: f"{name.partition(':')[0]}:{artifact.key[:8]}" for name, artifact in made.items()}


def asked(session: Session, spec: str, text: str = TEXT, **asked: object) -> api.Explained:
    found = session.explain(api.Explain(text, spec, **asked))  # type: ignore[arg-type]
    assert isinstance(found, api.Explained)
    return found


def points(found: api.Explained) -> list[float]:
    return [each.points for each in found.contributions]


@pytest.mark.parametrize("era", [*TRAINABLE, *VARIANTS])
def test_a_word_left_out_is_the_answer_to_the_text_without_it(
    era: str, session: Session, specs: dict[str, str]
) -> None:
    found = asked(session, specs[era], label="positive")
    text = words(TEXT)
    without = [" ".join(text[:n] + text[n + 1 :]) for n in range(len(text))]
    whole, *others = (p.probabilities["positive"] for t in (TEXT, *without) for p in session.predict([t], specs[era]))
    assert found.probability == pytest.approx(whole, abs=1e-4)
    assert points(found) == pytest.approx([100 * (whole - other) for other in others], abs=0.02)
    assert [each.token.text for each in found.contributions] == text


@pytest.mark.parametrize("era", WITH_VECTORS)
def test_integrated_gradients_add_up_to_the_difference(era: str, session: Session, specs: dict[str, str]) -> None:
    found = asked(session, specs[era], method="integrated", label="positive")
    assert found.baseline is not None
    assert found.gap is not None
    difference = 100 * (found.probability - found.baseline)
    assert sum(points(found)) - difference == pytest.approx(found.gap, abs=1e-3)
    assert abs(found.gap) <= max(0.01 * abs(difference), 0.06)
    (whole,) = session.predict([TEXT], specs[era])
    assert found.probability == pytest.approx(whole.probabilities["positive"], abs=1e-3), "open gates change nothing"


@pytest.mark.parametrize("era", WITH_VECTORS)
def test_the_gradient_is_what_shrinking_a_word_a_little_does(era: str, session: Session, specs: dict[str, str]) -> None:
    classifier = session.load(specs[era]).classifier
    text = words(TEXT)
    found = attribute(classifier, text, "positive", Method.GRADIENT)
    spelled = classifier.vocabulary.parts(text)[0]
    ids, lengths = pad([[row for word in spelled for row in word]])

    def answer(word: int, gate: float) -> float:
        gates = [gate if n == word else 1.0 for n, pieces in enumerate(spelled) for _ in pieces]
        with torch.no_grad():
            logits = classifier.model(ids, lengths, gates=torch.tensor([gates]))
        return float(classifier.soften(logits)[0, classifier.labels.index("positive")])

    step = 0.01
    slopes = [100 * (answer(n, 1 + step) - answer(n, 1 - step)) / (2 * step) for n in range(len(text))]
    assert found.points == pytest.approx(slopes, abs=0.03 * max(map(abs, slopes)) + 0.05)


@pytest.mark.parametrize("era", ["scratch", "average", "bert"])
def test_captum_finds_the_same(era: str, session: Session, specs: dict[str, str]) -> None:
    attr = pytest.importorskip("captum.attr")
    if era not in specs:
        pytest.skip("there is no transformer here")
    classifier = session.load(specs[era]).classifier
    layer = classifier.model.C
    assert layer is not None
    assert not layer.weight[0].any(), "the row of pads is zero: captum's baseline and ours"
    text = words(TEXT)
    ids, lengths = pad([classifier.encode(text)])
    place = classifier.labels.index("positive")
    theirs = attr.LayerIntegratedGradients(
        lambda ids: classifier.soften(classifier.model(ids, lengths.expand(len(ids)))), layer
    ).attribute(ids, baselines=torch.zeros_like(ids), target=place, n_steps=128, internal_batch_size=128)
    pieces = theirs.sum(dim=2)[0].tolist()
    own = pieces[1:-1] if era == "bert" else pieces  # bert reads boundaries besides, which stay as they are
    read = iter(own)
    merged = [100 * sum(next(read) for _ in word) for word in classifier.vocabulary.parts(text)[0]]
    found = attribute(classifier, text, "positive", Method.INTEGRATED)
    assert found.points == pytest.approx(merged, abs=0.01 * max(map(abs, merged)) + 0.02)


def test_the_labels_of_two_share_the_points(session: Session, specs: dict[str, str]) -> None:
    for method in Method:
        one, other = (points(asked(session, specs["scratch"], method=method, label=label)) for label in LABELS)
        assert one == pytest.approx([-each for each in other], abs=1e-2)


LABELS = ("negative", "positive")


def test_without_a_label_it_is_the_answers(session: Session, specs: dict[str, str]) -> None:
    found = asked(session, specs["word2vec"])
    assert found.label == found.answer == session.predict([TEXT], specs["word2vec"])[0].label
    assert found.label in found.note


def test_only_the_first_words_are_looked_at_with_all_of_the_text_read(session: Session, specs: dict[str, str]) -> None:
    for method in Method:
        whole, some = (asked(session, specs["ulmfit"], method=method, first=first) for first in (0, 3))
        assert points(some) == pytest.approx(points(whole)[:3], abs=1e-2)
        assert some.tokens == whole.tokens > 3


@pytest.mark.parametrize("era", TRAINABLE)
def test_no_word_and_one_word(era: str, session: Session, specs: dict[str, str]) -> None:
    for method in list_methods(session.load(specs[era]).classifier):
        assert asked(session, specs[era], "", method=method).contributions == ()
        (only,) = points(asked(session, specs[era], "wonderful", method=method))
        assert math.isfinite(only)


def test_a_text_beyond_what_a_model_reads_is_cut_and_told(session: Session, specs: dict[str, str]) -> None:
    spec = next(spec for name, spec in specs.items() if name not in (*FITTED, "prompt"))
    long = "dull " * (session.load(spec).classifier.max_tokens + 5)
    found = asked(session, spec, long, method="gradient")
    assert len(found.contributions) == found.read < found.tokens


def test_what_cannot_be_asked_is_said(session: Session, specs: dict[str, str]) -> None:
    assert asked(session, specs["tfidf"]).methods == ("loo",)
    with pytest.raises(NoAttribution, match="counts words"):
        asked(session, specs["tfidf"], method="integrated")
    with pytest.raises(NoAttribution, match="no class 'mixed'"):
        asked(session, specs["scratch"], label="mixed")
    with pytest.raises(NoAttribution, match="no method 'magic'"):
        asked(session, specs["scratch"], method="magic")


def test_the_last_full_stop_is_the_running_answers_last_step(session: Session, specs: dict[str, str]) -> None:
    for era in TRAINABLE:
        found = asked(session, specs[era], label="positive")
        *_, before, last = (row[1] for row in session.run(TEXT, specs[era]).running)
        assert points(found)[-1] == pytest.approx(100 * (last - before), abs=0.05)
        assert "unfinished" in found.remark
    assert asked(session, specs["scratch"], TEXT.rstrip(".")).remark == ""


def test_the_path_gets_more_steps_where_the_gap_is_wide(
    session: Session, specs: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for = list[int]()

    def never(gated: attribution._Gated, steps: int) -> torch.Tensor:
        asked_for.append(steps)
        return torch.zeros(gated.size)

    monkeypatch.setattr(attribution._Gated, "integrate", never)
    found = _integrate(session.load(specs["scratch"]).classifier, words("wonderful"))
    assert asked_for == [32, 64, 128, 256, 512]
    assert found.steps == 512
    assert found.gap is not None
    assert abs(found.gap) > 1, "told, not hidden"


def _integrate(classifier: Classifier, text: Sequence[str]) -> Attribution:
    return attribute(classifier, text, "positive", Method.INTEGRATED)
