"""What a run tells of itself while it learns: it is true, it is seldom enough, and it changes nothing."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch

from core.cli import main
from core.data.task import DataError
from core.data.text import words
from core.finetuning import train
from core.finetuning.letter_moves import LetterMoves, latest_step
from core.finetuning.watching import SHARE, Watcher
from core.models.letters import letters
from core.models.perplexity import held_out
from core.pretrained import classifier, language_model
from core.runs import RunError, RunView, pins
from core.runs.events import Event, Forgotten, from_fields
from core.runs.logger import RunLogger
from core.storage.paths import Home
from core.storage.store import Artifact, Store
from tests.core.conftest import EVERY_STEP, Events, tiny_job
from tests.core.test_training_loop import trainer
from tests.tui.fake_run import FakeRun

SENTENCE = "the cast is wonderful ."
OTHER = "a dull film"


def run(folder: Path, era: str, reviews: Path, shelf: Store, **settings: Any) -> tuple[Path, Events]:
    """A training in a folder, in a store of its own that begins with what there is in `shelf`."""
    told = Events()
    folder.mkdir(exist_ok=True)
    job = tiny_job(era, reviews, epochs=3, patience=9, **settings)
    done = train.train(job, folder, shelf, RunLogger(told, intervals=EVERY_STEP))
    made = shelf.find(done.artifact or "")
    assert made is not None
    return made.path, told


def own_store(folder: Path, store: Store) -> Store:
    """A store with what the eras start from, that keeps what it makes to itself."""
    for artifact in store.all():
        if artifact.kind not in ("classifier", "held-out"):
            place = folder / artifact.kind / artifact.key
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(artifact.path)
    return Store(folder)


@pytest.mark.parametrize("era", ["scratch", "elmo", "ulmfit", "bert", "prompt"])
def test_weights_are_the_same_bit_for_bit_with_and_without_pins(
    era: str, reviews: Path, trained: dict[str, Artifact], store: Store, tmp_path: Path
) -> None:
    if era not in trained:
        pytest.skip("its extra is not installed")
    found = []
    for name, pinned in (("without", ()), ("with", (SENTENCE, OTHER, ""))):
        (tmp_path / name).mkdir()
        pins.write_pins(tmp_path / name, pinned)
        shelf = own_store(tmp_path / f"{name} store", store)
        path, told = run(tmp_path / name, era, reviews, shelf)
        assert bool(told.kinds("pinned")) == bool(pinned)
        found.append((path / "weights.safetensors").read_bytes())
    assert found[0] == found[1]


def test_pinned_sentences_are_answered_from_before_the_first_step_to_the_end(
    reviews: Path, trained: dict[str, Artifact], store: Store, tmp_path: Path
) -> None:
    assert trained
    pins.write_pins(tmp_path, [SENTENCE, OTHER])
    path, told = run(tmp_path, "scratch", reviews, store, seed=91)
    said = told.kinds("pinned")
    assert said[0]["step"] == 0
    assert said[-1]["epoch"] == 3
    for event in said:
        for each in event["sentences"]:
            assert math.isclose(sum(each["probabilities"]), 1, abs_tol=1e-3)
    closely = [event for event in said if all("running" in each for each in event["sentences"])]
    assert [event["epoch"] for event in closely] == [0, 1, 2, 3], "token by token at the start and every evaluation"
    reading = closely[-1]["sentences"][0]
    assert reading["tokens"] == words(SENTENCE)
    assert len(reading["running"]) == len(reading["tokens"]) == len(reading["known"])
    assert reading["running"][-1] == pytest.approx(reading["probabilities"], abs=1e-3)
    shipped = classifier.load(path, store)
    if shipped.info.best["epoch"] == 3:
        answer = shipped.logits([shipped.encode(words(SENTENCE))])[0].softmax(dim=0).tolist()
        assert reading["probabilities"] == pytest.approx(answer, abs=0.02), "but for what saving rounds"


def test_a_sentence_pinned_while_it_runs_is_answered_from_then_on(
    reviews: Path, trained: dict[str, Artifact], store: Store, tmp_path: Path
) -> None:
    assert trained

    class Pinning(Events):
        """A person who pins when the first epoch is over, and unpins after the second."""

        def write(self, event: Event) -> None:
            super().write(event)
            if (last := self[-1])["kind"] == "eval" and not last.get("final"):
                pins.write_pins(tmp_path, [SENTENCE] if last["epoch"] == 1 else [])

    told = Pinning()
    train.train(
        tiny_job("scratch", reviews, epochs=3, patience=9, seed=92),
        tmp_path,
        store,
        RunLogger(told, intervals=EVERY_STEP),
    )
    said = told.kinds("pinned")
    assert said[0]["epoch"] == 1
    assert "running" in said[0]["sentences"][0]
    assert said[-1]["epoch"] == 2
    assert said[-1]["sentences"] == []


def test_pins_are_few_and_any_file_is_survived(tmp_path: Path) -> None:
    assert pins.read_pins(tmp_path) == ()
    pins.write_pins(tmp_path, ["a", "b", "a", " "])
    assert pins.read_pins(tmp_path) == ("a", "b")
    with pytest.raises(RunError, match="too many"):
        pins.write_pins(tmp_path, [str(n) for n in range(pins.MOST + 1)])
    assert pins.read_pins(tmp_path) == ("a", "b")
    before = pins.stamp(tmp_path)
    for text in ("", "{", "[]", '{"sentences": 3}', '{"sentences": [3, null, "c"]}', "\udcff"):
        (tmp_path / pins.FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
        assert pins.read_pins(tmp_path) in ((), ("c",))
    assert pins.stamp(tmp_path) != before


@pytest.mark.parametrize("tuning", [{}, {"unfreeze": 0.3, "discrimination": 0.4}])
def test_how_far_letters_moved_and_how_large_the_latest_step_was(tmp_path: Path, tuning: dict[str, Any]) -> None:
    taught = trainer(tmp_path, epochs=2, **tuning)
    moves = LetterMoves(taught.model)
    starts = [letter.weight.detach().clone() for letter in letters(taught.model)]
    moves.follow(taught)
    assert [each.change for each in moves.measure(0, 0.0, True).letters or ()] == [0.0] * 4
    before = [start.clone() for start in starts]

    def check(step: int) -> None:
        nonlocal before
        said = moves.measure(step, 0.0, False).letters or []
        for told, letter, start, then in zip(said, letters(taught.model), starts, before, strict=True):
            now = letter.weight.detach()
            assert told.symbol == letter.symbol
            assert told.change == pytest.approx(((now - start).norm() / start.norm()).item(), rel=1e-4)
            moved = (now - then).norm().item()
            if told.update is None:
                assert moved == 0, "it has not joined yet"
            else:
                assert told.update * now.norm().item() == pytest.approx(moved, rel=0.02)
                assert told.gradient is not None
                assert told.gradient <= taught.gradient * (1 + 1e-3)
        before = [letter.weight.detach().clone() for letter in letters(taught.model)]

    taught.fit(RunLogger(Events(), intervals=EVERY_STEP), check)


def test_a_parameter_that_nobody_tunes_has_no_latest_step(tmp_path: Path) -> None:
    assert latest_step(trainer(tmp_path).optimizer, torch.zeros(3)) is None


class Slow:
    """A measure that takes a second, by the clock that it turns."""

    now = 0.0
    taken = 0

    def measure(self, step: int, epoch: float, evaluated: bool) -> None:
        self.now += 1.0
        self.taken += 1


def test_measuring_between_evaluations_takes_no_more_than_its_share_of_the_time(tmp_path: Path) -> None:
    slow = Slow()
    watcher = Watcher(trainer(tmp_path).model, [slow], 10, RunLogger(Events()), lambda: slow.now)
    for step in range(10_000):
        slow.now += 0.1
        watcher.after_step(step)
    assert slow.taken > 5
    assert slow.taken * 1.0 <= SHARE * slow.now + 1.0


@pytest.mark.parametrize("direction", ["forward", "both"])
def test_what_ulmfit_forgets_begins_with_the_language_models_own_perplexity(
    direction: str,
    reviews: Path,
    trained: dict[str, Artifact],
    tiny_language_models: dict[str, Artifact],
    store: Store,
    tmp_path: Path,
) -> None:
    assert trained
    _, told = run(tmp_path, "ulmfit", reviews, store, direction=direction, seed=93, head_first=False)
    said = told.kinds("forgotten")
    assert [event["epoch"] for event in said] == [0, 1, 2, 3]
    assert [event["message"] for event in told.kinds("warning") if "forgets" in event["message"]] == []
    losses = []
    for way in ("forward",) if direction == "forward" else ("forward", "backward"):
        base = language_model.load(tiny_language_models[way].path)
        key = tiny_language_models[way].key
        kept = next(each for each in store.all("held-out") if key in each.manifest["parents"])
        documents = json.loads((kept.path / "documents.json").read_text("utf-8"))
        losses.append(held_out(base.model, documents, base.backward).loss)
    assert said[0]["perplexity"] == pytest.approx(math.exp(sum(losses) / len(losses)), rel=1e-5)
    assert len({round(event["perplexity"], 6) for event in said}) > 1, "what is measured is what is tuned"


def test_a_language_model_whose_text_is_gone_is_said_not_to_be_measured(
    reviews: Path,
    trained: dict[str, Artifact],
    tiny_language_models: dict[str, Artifact],
    monkeypatch: pytest.MonkeyPatch,
    store: Store,
    tmp_path: Path,
) -> None:
    assert trained
    assert tiny_language_models

    def gone(*_: object) -> object:
        raise DataError("there is no such file", "put it back")

    monkeypatch.setattr("core.finetuning.forgetting.unlabelled_without", gone)
    _, told = run(
        tmp_path / "run", "ulmfit", reviews, own_store(tmp_path / "store", store), direction="forward", seed=94
    )
    assert told.kinds("forgotten") == []
    assert any("forgets is not measured: there is no such file" in each["message"] for each in told.kinds("warning"))


def test_the_view_shows_what_was_watched_and_cuts_it_where_a_run_goes_on(
    reviews: Path, trained: dict[str, Artifact], store: Store, tmp_path: Path
) -> None:
    assert trained
    pins.write_pins(tmp_path, [SENTENCE])
    _, told = run(tmp_path, "ulmfit", reviews, store, direction="forward", seed=95)
    view = RunView()
    view.apply(from_fields(fields) for fields in told)
    watched = view.watched
    assert watched.pins == (SENTENCE,)
    assert [x for x, _ in watched.readings[SENTENCE]] == [0, 1, 2, 3]
    assert [x for x, _ in watched.perplexity] == [0, 1, 2, 3]
    assert [letter.symbol for letter in watched.letters[-1][1]] == ["C", "W_e", "W_h", "W_o"]
    assert watched.gradient
    assert all(value > 0 for _, value in watched.gradient)
    start = next(fields for fields in told if fields["kind"] == "start")
    half = round(start["steps_per_epoch"] * 2)
    view.apply([from_fields({**start, "step": half, "resumed": True})])
    assert [x for x, _ in watched.perplexity] == [0, 1, 2]
    view.apply([Forgotten(step=half, epoch=2, perplexity=9.0)])
    assert watched.perplexity[2:] == [(2, 9.0)], "said again, it is one point"


def test_the_command_line_pins_unpins_and_says_what_is_pinned(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    made = FakeRun(Home.locate())
    assert main(["pin", "000001"]) == 0
    assert capsys.readouterr() == ("", "Run 000001 has no pins.\n")
    assert main(["pin", "000001", SENTENCE, OTHER]) == 0
    assert capsys.readouterr().out.splitlines() == [SENTENCE, OTHER]
    assert main(["pin", "000001", OTHER, "--remove", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"run": "000001", "pins": [SENTENCE]}
    assert main(["pin", "000001", *map(str, range(8))]) == 1
    assert "at most" in capsys.readouterr().err
    assert pins.read_pins(made.path) == (SENTENCE,)


def test_a_training_begins_with_the_pins_that_were_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    launched: list[tuple[str, ...]] = []
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    monkeypatch.setattr("core.runs.lifecycle.launch", lambda run: launched.append(pins.read_pins(run.path)))
    assert main(["train", "--era", "scratch", "--pin", SENTENCE, "--pin", OTHER, "--detach"]) == 0
    assert launched == [(SENTENCE, OTHER)], "before the worker begins"
