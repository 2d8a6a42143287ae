"""The prompted model: its answer is what the language models' softmax says at the blank, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from core import api
from core.data.batches import pad
from core.data.text import words
from core.data.vocabulary import Vocabulary
from core.eras.prompts import PromptError, Template
from core.finetuning.prepare import prepare
from core.finetuning.train import train
from core.jobs import TrainJob
from core.models.asked import KEPT, PromptConfig, Softmax
from core.models.frozen_language_model import FrozenLanguageModel
from core.models.language_model import LanguageModel, LanguageModelConfig
from core.models.prompted import PromptClassifier
from core.pretrained import classifier
from core.runs.logger import RunLogger
from core.service.asking import ask, reword
from core.storage.store import Artifact, Store
from tests.core.conftest import EVERY_STEP, Events, tiny_job, work, write_reviews

WORDS = ["<pad>", "<unk>", "good", "great", "bad", "film", "the", "is", ".", "it", "was", "not"]
FORWARD, BACKWARD, AROUND = "{text} . it was ___", "___ film {text} . the film", "the {text} is ___ ."


@pytest.fixture(scope="module")
def models() -> dict[str, FrozenLanguageModel]:
    torch.manual_seed(3)
    vocabulary = Vocabulary(WORDS, [0] + [1] * (len(WORDS) - 1))
    made = {}
    for way in ("forward", "backward"):
        model = LanguageModel(LanguageModelConfig(len(WORDS), 6, 9)).eval().requires_grad_(False)
        model.C.data.mul_(10)  # random models that are sure of something
        model.bias.data.normal_()
        made[way] = FrozenLanguageModel(model, vocabulary, {"direction": way})
    return made


def make(models: dict[str, FrozenLanguageModel], **settings: Any) -> PromptClassifier:
    given = {"templates": (FORWARD, BACKWARD, AROUND), "answers": (("bad",), ("good", "great")), **settings}
    vocabulary = models["forward"].vocabulary
    return PromptClassifier(PromptConfig(**given), models, vocabulary).eval().requires_grad_(False)


def spelled_out(models: dict[str, FrozenLanguageModel], text: str, template: str) -> Tensor:
    """(V,): log probabilities at the blank, by reading the filled template word by word up to it."""
    way = "backward" if template.index("___") < template.index("{text}") else "forward"
    if text.endswith(".") and "{text} ." in template:
        text = text.removesuffix(".")  # one full stop, not an ellipsis
    before, behind = (words(part) for part in template.replace("{text}", text).split("___"))
    read = behind[::-1] if way == "backward" else before
    model, vocabulary = models[way].model, models[way].vocabulary
    state = model.start(1)
    for row in [0, *vocabulary.encode(read)]:
        _, state = model.read(model.C[torch.tensor([[row]])], state)
    return model.log_probabilities(model.query(state[0][-1:])[0])[0]


@pytest.mark.parametrize("text", ["the film is not bad .", "film", "", "zxqv the"])
def test_a_blank_is_what_the_language_model_says_after_reading_up_to_it(
    text: str, models: dict[str, FrozenLanguageModel]
) -> None:
    model = make(models)
    ids, lengths = pad([model.vocabulary.encode(words(text))])
    for template, found in model.blanks(ids, lengths):
        assert torch.allclose(found[0], spelled_out(models, text, template.shown), atol=1e-5)
        assert found[0].exp().sum().item() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("calibrated", [True, False])
def test_the_answer_is_the_mean_over_templates_of_what_its_words_gain(
    calibrated: bool, models: dict[str, FrozenLanguageModel]
) -> None:
    model, text = make(models, calibrated=calibrated), "it was the film"
    rows = [[4], [2, 3]]

    def of(said: str, template: str) -> Tensor:
        log = spelled_out(models, said, template)
        return torch.stack([log[some].logsumexp(dim=0) for some in rows])

    each = [of(text, t) - (of("", t) if calibrated else 0) for t in model.config.templates]
    expected = torch.stack(each).mean(dim=0).softmax(dim=0)
    found = model(*pad([model.vocabulary.encode(words(text))])).softmax(dim=1)[0]
    assert torch.allclose(found, expected, atol=1e-5)


def test_what_no_text_is_asked_about_is_undecided(models: dict[str, FrozenLanguageModel]) -> None:
    assert torch.allclose(make(models)(*pad([[]])).softmax(dim=1)[0], torch.tensor([0.5, 0.5]), atol=1e-5)


def test_texts_of_any_lengths_in_a_batch_get_the_answers_they_get_alone(
    models: dict[str, FrozenLanguageModel],
) -> None:
    model = make(models)
    texts = [[5, 6, 7], [], [8] * 30, [11, 4]]
    together = model(*pad(texts))
    for row, text in enumerate(texts):
        assert torch.allclose(model(*pad([text]))[0], together[row], atol=1e-5)
    prefixes = [texts[0][:end] for end in (1, 2, 3)]
    assert torch.allclose(model.running(prefixes), torch.cat([model(*pad([p])) for p in prefixes]), atol=1e-5)


def test_what_is_kept_of_no_text_changes_no_answer(models: dict[str, FrozenLanguageModel]) -> None:
    text = "the film is not bad ."

    def answers(model: PromptClassifier) -> list[Tensor]:
        """Batches of one and of several, the second time from what was kept."""
        rows = model.vocabulary.encode(words(text))
        return [model(*pad(some)).log_softmax(dim=1) for some in ([rows], [rows, rows[:2], []])]

    model = make(models)
    first = answers(model)
    others = [
        replace(model.config, templates=("the {text} ___", FORWARD)),
        replace(model.config, answers=(("it",), ("was", "film"), ("bad",))),
        replace(model.config, templates=(BACKWARD,), calibrated=False),
    ]
    for config in [*others, *others]:
        anew = make(models, **config.to_json())
        for kept, read in zip(answers(model.reworded(config, keep_bias=False)), answers(anew), strict=True):
            assert torch.allclose(kept, read, atol=1e-5)
    for kept, read in zip(answers(model), first, strict=True):
        assert torch.allclose(kept, read, atol=1e-5)
    learning = make(models).requires_grad_(True)
    for kept, read in zip(answers(learning), first, strict=True):
        assert torch.allclose(kept, read, atol=1e-5)


def test_no_text_is_read_once_a_template_and_the_rarest_are_forgotten(
    models: dict[str, FrozenLanguageModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, asked = make(models), list[str]()
    queries = PromptClassifier._queries

    def counted(
        self: PromptClassifier, ids: Tensor, lengths: Tensor, gates: Tensor | None = None
    ) -> Iterator[tuple[Template, Tensor, Softmax]]:
        for each in queries(self, ids, lengths, gates):
            if not lengths.any():
                asked.append(each[0].shown)
            yield each

    monkeypatch.setattr(PromptClassifier, "_queries", counted)
    for number in range(KEPT + 3):
        own = f"{{text}} {'the ' * number}___"
        for answers in ((("bad",), ("good",)), (("it",), ("was",))):
            other = model.reworded(replace(model.config, templates=(FORWARD, own), answers=answers), keep_bias=False)
            other(*pad([[5, 6]]))
            assert asked.count(own) == 1
    assert asked.count(FORWARD) == 1, "it was asked for with each of them"
    assert len(model.reworded(model.config, keep_bias=True)._kept) == KEPT
    model.reworded(replace(model.config, templates=("{text} ___",)), keep_bias=True)(*pad([[5, 6]]))
    assert asked.count("{text} ___") == 2, "the first of one's own had been forgotten"


def test_of_one_text_only_a_new_template_is_asked(
    models: dict[str, FrozenLanguageModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, text = make(models), [5, 6]
    usual = model.blanks_of(text)
    for template, log in model.blanks(*pad([text])):
        assert torch.allclose(usual[template], log[0], atol=1e-5)
    other = model.reworded(replace(model.config, templates=(*model.config.templates, "{text} ___")), keep_bias=True)
    asked = list[str]()
    blanks = PromptClassifier.blanks

    def noted(self: PromptClassifier, ids: Tensor, lengths: Tensor) -> Iterator[tuple[Template, Tensor]]:
        asked.extend(self.config.templates)
        return blanks(self, ids, lengths)

    monkeypatch.setattr(PromptClassifier, "blanks", noted)
    assert set(other.blanks_of(text)) == {*usual, Template("{text} ___")}
    assert asked == ["{text} ___"]
    other.blanks_of([5])
    assert asked[1:] == list(other.config.templates), "another text"


def test_a_model_that_learns_keeps_nothing_of_no_text(models: dict[str, FrozenLanguageModel]) -> None:
    model = make(models).requires_grad_(True)
    before = model.blanks_of(())
    bias = models["forward"].model.bias
    moved = torch.linspace(-1, 1, len(bias))
    bias.data += moved
    after = model.blanks_of(())
    bias.data -= moved
    template = Template(FORWARD)
    assert not torch.allclose(before[template], after[template])


def test_a_template_for_a_direction_that_is_not_there_is_refused(models: dict[str, FrozenLanguageModel]) -> None:
    with pytest.raises(PromptError, match="backward language model"):
        make({"forward": models["forward"]})


@pytest.mark.parametrize("word", ["zxqv", "so good", "", "<unk>"])
def test_an_answer_word_that_the_model_does_not_have_is_refused(
    word: str, models: dict[str, FrozenLanguageModel]
) -> None:
    with pytest.raises(PromptError, match="is not one word that the language model knows"):
        make(models, answers=((word,), ("good",)))


# ---------------------------------------------------------------- as an era


@pytest.fixture(scope="module")
def unlabelled(
    reviews: Path,
    store: Store,
    tiny_language_models: dict[str, Artifact],
    tmp_path_factory: pytest.TempPathFactory,
) -> classifier.Classifier:
    assert tiny_language_models
    run = tmp_path_factory.mktemp("unlabelled")
    return classifier.load(
        work(train, tiny_job("prompt", reviews, labels=0), run, store, RunLogger(Events())).path, store
    )


def test_without_a_label_nothing_is_learned_and_everything_is_measured(unlabelled: classifier.Classifier) -> None:
    info = unlabelled.info
    assert (info.label_budget, info.sizes["train"], info.frozen) == (0, 0, ("C", "W_e", "W_h", "W_o"))
    assert set(unlabelled.model.state_dict()) == {"bias"}
    assert not unlabelled.model.state_dict()["bias"].any()
    assert info.scores["validation"]["n"] == info.sizes["validation"] > 20
    assert info.scores["test"]["n"] > 20


def test_the_training_texts_labels_do_not_matter_without_a_label(
    unlabelled: classifier.Classifier, reviews: Path, store: Store, tmp_path: Path
) -> None:
    """The same texts with all training labels turned round give the same model, balanced or not."""
    task = prepare(tiny_job("prompt", reviews, labels=0), store).task
    wrong = {text: task.labels[1 - label] for text, label in zip(task.train.texts, task.train.labels, strict=True)}
    lines = reviews.read_text(encoding="utf-8").splitlines()
    turned = tmp_path / "turned.csv"
    rows = [lines[0]]
    for line in lines[1:]:
        text, _, label = line.rpartition(",")
        rows.append(f"{text},{wrong.get(text.strip(chr(34)), label)}")
    assert rows != lines
    turned.write_text("\n".join(rows) + "\n", encoding="utf-8")
    for calibration in ("empty", "balanced"):
        made = []
        for place, data in enumerate((reviews, turned)):
            job = tiny_job("prompt", data, labels=0, calibration=calibration)
            run = tmp_path / f"{calibration}{place}"
            run.mkdir()
            made.append(classifier.load(work(train, job, run, store, RunLogger(Events())).path, store))
        asked = [model.probabilities([model.encode(words("the film is dull ."))]) for model in made]
        assert torch.equal(*asked)
        assert bool(made[0].model.state_dict()["bias"].any()) == (calibration == "balanced")


def test_interrupted_and_resumed_equals_uninterrupted_bit_for_bit(
    reviews: Path, tiny_language_models: dict[str, Artifact], store: Store, tmp_path: Path
) -> None:
    assert tiny_language_models
    job = tiny_job("prompt", reviews, labels=40, epochs=3, dropout=0.2, batch_size=8)
    kept = []
    for name, stop_at in (("whole", None), ("parts", 5)):
        here = Store(tmp_path / name)
        for kind in ("language_model", "vectors"):
            for artifact in store.all(kind):
                (here.root / kind).mkdir(parents=True, exist_ok=True)
                (here.root / kind / artifact.key).symlink_to(artifact.path)
        run = tmp_path / f"run-{name}"
        run.mkdir()
        if stop_at is not None:
            first = Events()
            stopping = RunLogger(
                first,
                lambda seen=first: "stopped" if len(seen.kinds("progress")) > 6 else "running",  # type: ignore[misc]
                EVERY_STEP,
            )
            stopping.log(train(job, run, here, stopping))
            assert first[-1]["kind"] == "stopped"
            assert first[-1]["step"] > 0
        kept.append((work(train, job, run, here, RunLogger(Events())).path / "weights.safetensors").read_bytes())
    assert kept[0] == kept[1]


def test_a_model_that_is_asked_otherwise_keeps_its_language_models(unlabelled: classifier.Classifier) -> None:
    other = reword(unlabelled, ["{text} ___"], {"dullness": ["dull"], "warmth": ["warm", "funny"], "cold": ["cold"]})
    assert other.labels == ("dullness", "warmth", "cold")
    answer = other.probabilities([other.encode(words("a dull film"))])[0]
    assert answer.sum().item() == pytest.approx(1, abs=1e-5)
    turned = {label: unlabelled.model.config.answers[place] for place, label in enumerate(unlabelled.labels)}  # type: ignore[attr-defined]
    same = reword(unlabelled, (), dict(reversed(turned.items())))
    assert same.labels == unlabelled.labels
    assert torch.equal(*(m.probabilities([m.encode(words("a warm film"))]) for m in (same, unlabelled)))
    with pytest.raises(PromptError, match="has no place for the blank"):
        reword(unlabelled, ["{text}"])


def test_what_is_told_of_a_blank_adds_up(unlabelled: classifier.Classifier) -> None:
    told = ask(unlabelled, api.AskPrompt("a warm and moving story .", "prompt", likeliest=5), 0)
    assert [each.template for each in told.templates] == list(unlabelled.model.config.templates)  # type: ignore[attr-defined]
    logs = dict.fromkeys(unlabelled.labels, 0.0)
    for each in told.templates:
        assert len(each.likeliest) == 5
        assert [w.probability for w in each.likeliest] == sorted((w.probability for w in each.likeliest), reverse=True)
        for label in unlabelled.labels:
            mine = sum(word.probability for word in each.words if word.label == label)
            assert each.sums[label] == pytest.approx(mine, rel=1e-4)
            logs[label] += math.log(each.sums[label] / each.nothing[label]) / len(told.templates)
        assert sum(each.probabilities.values()) == pytest.approx(1, abs=1e-5)
    total = sum(math.exp(log) for log in logs.values())
    for label, log in logs.items():
        assert told.probabilities[label] == pytest.approx(math.exp(log) / total, abs=1e-4)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"answers": "negative=dull"}, "No answer word is named for the class 'positive'"),
        ({"answers": "negative=dull positive=zxqv"}, "'zxqv' is not one word"),
        ({"answers": "negative=dull positive=warm other=cold"}, "The data has no class 'other'"),
        ({"template": "{text} it was"}, "has no place for the blank"),
        ({"template": "___ {text}", "direction": "forward"}, "a backward language model"),
    ],
)
def test_a_prompt_that_cannot_be_asked_is_one_sentence(
    settings: dict[str, Any],
    said: str,
    reviews: Path,
    tiny_language_models: dict[str, Artifact],
    store: Store,
    tmp_path: Path,
) -> None:
    assert tiny_language_models
    with pytest.raises(PromptError, match=said):
        train(tiny_job("prompt", reviews, labels=0, **settings), tmp_path, store, RunLogger(Events()))


def test_other_eras_refuse_to_learn_from_no_label(store: Store, tmp_path: Path) -> None:
    data = write_reviews(tmp_path / "few.csv", 40)
    with pytest.raises(Exception, match="with none there is nothing to train"):
        prepare(TrainJob.of("scratch", data=str(data), labels=0), store)
