"""The tuned transformer: what is frozen stays, what is remembered changes nothing, words have states."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

pytest.importorskip("transformers")

from core.data.batches import Encoded, pad
from core.data.text import words
from core.finetuning import train
from core.finetuning.heads import fit_heads
from core.finetuning.initialise import initialise
from core.models.transformer import TransformerClassifier, TransformerConfig
from core.pretrained import classifier, encoder
from core.runs.logger import RunLogger
from core.storage.store import Artifact, Store
from tests.core.conftest import Events, tiny_encoder, tiny_job, work

TEXTS = [[9, 20, 30], [40], [9, 12, 33, 47, 14, 12], []]


def model(tuned: int = 1) -> TransformerClassifier:
    found = encoder.find(str(tiny_encoder()))
    first, last = found.lexicon().boundaries()
    torch.manual_seed(0)
    return TransformerClassifier(TransformerConfig(16, 2, 2, tuned, first, last), found.model(0.1)).eval()


def test_it_computes_what_transformers_computes() -> None:
    ours = model()
    theirs = encoder.find(str(tiny_encoder())).model().eval()
    for text in TEXTS:
        whole = torch.tensor([[ours.config.first, *text, ours.config.last]])
        with torch.no_grad():
            mean = theirs(whole).last_hidden_state.mean(dim=1)
            torch.testing.assert_close(ours.pooled(*pad([text])), mean)


def test_a_dropped_layer_is_not_read() -> None:
    found = encoder.find(str(tiny_encoder()))
    first, last = found.lexicon().boundaries()
    ours = TransformerClassifier(TransformerConfig(16, 1, 2, 1, first, last), found.model()).eval()
    with torch.no_grad():
        read = found.model().eval()(torch.tensor([[first, *TEXTS[0], last]]), output_hidden_states=True)
        torch.testing.assert_close(ours.pooled(*pad(TEXTS[:1])), read.hidden_states[1].mean(dim=1))
    assert list(ours.groups) == ["W_o", "layer 1"]
    assert ours.size < model().size


def test_a_transformer_keeps_at_least_one_layer(reviews: Path, store: Store) -> None:
    training = train.prepare(tiny_job("bert", reviews, dropped_layers=2), store)
    with pytest.raises(encoder.NoEncoder, match="only 2 layers"):
        initialise(training, {}, [])


def test_what_is_remembered_changes_no_answer() -> None:
    ours = model()
    with torch.no_grad():
        before = ours(*pad(TEXTS))
        read = sum(ours.remember(1 << 20, [Encoded(TEXTS, [0] * len(TEXTS))]))
        assert read == sum(map(len, TEXTS))
        torch.testing.assert_close(ours(*pad(TEXTS)), before)
        ours.forget()
        assert torch.equal(ours(*pad(TEXTS)), before)


def test_nothing_is_remembered_beyond_its_room_nor_where_everything_is_tuned() -> None:
    data = [Encoded(TEXTS, [0] * len(TEXTS))]
    for ours, room in ((model(), 100), (model(tuned=3), 1 << 20)):
        assert not list(ours.remember(room, data))


@pytest.mark.parametrize(("tuned", "moved"), [(1, ["W_o", "layer 2"]), (2, ["W_o", "layer 2", "layer 1"])])
def test_only_the_upper_layers_are_parameters(tuned: int, moved: list[str]) -> None:
    ours = model(tuned)
    assert list(ours.groups) == moved
    assert ours.frozen == ["C"]
    grouped = [id(p) for group in ours.groups.values() for p in group]
    assert sorted(grouped) == sorted(id(p) for p in ours.parameters())
    torch.autograd.backward(ours.loss(*pad(TEXTS), torch.tensor([0, 1, 1, 0]))[0])
    assert all(p.grad is not None for p in ours.parameters())
    assert ours.C.weight.grad is None


def test_more_layers_than_there_are_tune_everything() -> None:
    ours = model(tuned=3)
    assert list(ours.groups) == ["W_o", "layer 2", "layer 1", "C"]
    assert ours.frozen == []
    assert ours.size == sum(p.numel() for p in ours.parameters())
    assert ours.size == model(tuned=1).size


def test_a_head_is_fitted_to_the_states_as_they_are() -> None:
    ours = model()
    before = [p.clone() for p in ours.layers.parameters()]
    ids = [[9, 20], [9, 30], [9, 21, 14], [9, 30, 14]] * 10
    data = Encoded(ids, [0, 1] * 20)
    fit_heads(ours.heads, data, RunLogger(Events()))
    assert all(torch.equal(a, b) for a, b in zip(before, ours.layers.parameters(), strict=True))
    assert ours(*pad(ids[:2])).argmax(dim=1).tolist() == [0, 1]


def test_every_word_has_one_state_however_many_pieces_and_however_long_the_text(
    trained: dict[str, Artifact], store: Store
) -> None:
    ours = classifier.load(trained["bert"].path, store)
    text = words("a wonderful film , and it doesn't end ! " * 12)
    (states,) = ours.states([text])
    assert states.shape == (len(text), 16)
    (short,) = ours.states([text[:3]])
    ids = ours.encode(text[:3])
    pieces = ours.model.states(*pad([ids]))
    assert pieces is not None
    torch.testing.assert_close(short[1], pieces[0, 1:3].mean(dim=0))
    assert ours.states([[]])[0].shape == (0, 16)


def test_running_answers_are_the_answers_to_the_prefixes(trained: dict[str, Artifact], store: Store) -> None:
    ours = classifier.load(trained["bert"].path, store)
    text = words("the story doesn't work , but it is a wonderful film !")
    running = ours.running(text)
    assert len(running) == len(text)
    for n in range(1, len(text) + 1):
        torch.testing.assert_close(running[n - 1], ours.probabilities([ours.encode(text[:n])])[0], atol=1e-5, rtol=0)


def test_the_artifact_holds_only_what_moved(store: Store, reviews: Path, tmp_path: Path) -> None:
    sizes = {}
    for tuned in (1, 2):
        events = Events()
        run = tmp_path / str(tuned)
        work(train.train, tiny_job("bert", reviews, tuned_layers=tuned, epochs=1), run, store, RunLogger(events))
        artifact = store.find(events.kinds("done")[0]["artifact"])
        assert artifact is not None
        sizes[tuned] = (artifact.path / "weights.safetensors").stat().st_size
        info = classifier.load(artifact.path, store).info
        assert info.frozen == ("C",)
        assert info.size == model().size
    assert sizes[1] < 0.7 * sizes[2]
