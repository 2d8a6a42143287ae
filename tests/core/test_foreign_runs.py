"""Runs of other programs, in files made by their own libraries: read while they grow, with what is damaged counted."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import torch

from core.cli import main
from core.machine.extras import has_tensorboard, has_transformers
from core.runs import RunError
from core.runs.foreign import names, tensorboard
from core.runs.foreign.finding import Finder
from core.runs.foreign.watched import QUIET, ForeignRun, Watched
from core.storage.paths import Home
from tests.tui.fake_run import FakeRun
from tests.tui.train_app import HOSTILE

needs_tensorboard = pytest.mark.skipif(not has_tensorboard(), reason="needs the extra tensorboard")


def read(path: Path) -> Watched:
    (run,) = Finder(path).find()
    run.read()
    return run


def append(path: Path, *lines: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))


# ---------------------------------------------------------------- by their own libraries


def test_lightnings_own_table(tmp_path: Path) -> None:
    loggers = pytest.importorskip("pytorch_lightning.loggers")
    logger = loggers.CSVLogger(str(tmp_path), name="exp", version=0)
    for step in range(3):
        logger.log_metrics({"train_loss": 1.0 / (step + 1), "epoch": 0}, step)
    logger.save()
    run = read(tmp_path)
    assert (run.name, run.format, run.axis) == ("exp/version_0/metrics.csv", "CSV", "step")
    assert run.view.series["train loss"] == [(0.0, 1.0), (1.0, 0.5), (2.0, pytest.approx(1 / 3))]
    logger.log_metrics({"val_acc": 0.8, "val_loss": 0.4, "epoch": 0}, 2)  # another header: the file is written anew
    logger.save()
    assert run.read() > 0
    assert run.view.series["validation accuracy"] == [(2.0, 0.8)]
    assert len(run.view.series["train loss"]) == 3
    assert run.view.best is not None
    assert run.view.best["accuracy"] == 0.8
    assert run.bad == 0


@needs_tensorboard
def test_event_files_of_a_summary_writer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(tmp_path / "a")) as writer:
        for step in range(5):
            writer.add_scalar("loss/train", 1.0 - step / 10, step)
            writer.add_scalar("lr", 0.1, step, new_style=True)
        writer.add_histogram("weights", torch.arange(9.0), 4)
        for step in range(2):
            writer.add_image("input", torch.zeros(3, 2, 2), step)
        writer.add_text("note", "a text", 4)
        writer.flush()
        finder = Finder(tmp_path)
        (run,) = finder.find()
        run.read()
        assert (run.name, run.format, run.axis) == ("a", "TensorBoard", "step")
        assert [x for x, _ in run.view.series["train loss"]] == [0, 1, 2, 3, 4]
        assert len(run.view.series["learning rate"]) == 5
        assert not {"weights", "input", "note/text_summary"} & run.view.series.keys()
        assert run.skipped == "1 histogram, 2 pictures, 1 text", "what is no curve is counted"
        assert main(["watch", str(tmp_path), "--once"]) == 0
        assert "passed over: 1 histogram, 2 pictures, 1 text" in capsys.readouterr().out
        writer.add_scalar("accuracy/val", 0.75, 5)
        writer.flush()
        assert run.read() == 1
        assert run.view.series["validation accuracy"] == [(5.0, 0.75)]
        assert finder.find() == [run], "what is known stays as it is"


@pytest.mark.skipif(not has_transformers(), reason="needs the extra bert")
@pytest.mark.slow
def test_a_trainer_of_three_steps(tmp_path: Path) -> None:
    pytest.importorskip("accelerate")
    from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

    config = BertConfig(
        vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, num_labels=2
    )
    data = [{"input_ids": torch.tensor([1, 2, 3]), "labels": torch.tensor(n % 2)} for n in range(6)]
    arguments = TrainingArguments(
        output_dir=str(tmp_path / "out"),
        max_steps=3,
        per_device_train_batch_size=2,
        logging_steps=1,
        eval_strategy="steps",
        eval_steps=1,
        save_steps=2,
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
    )
    trainer = Trainer(
        model=BertForSequenceClassification(config), args=arguments, train_dataset=data, eval_dataset=data
    )
    trainer.train()
    run = read(tmp_path / "out")
    assert (run.format, run.axis, run.status) == ("transformers", "epoch", "done")
    assert len(run.view.series["train loss"]) == 3
    assert len(run.view.series["validation loss"]) == 3
    assert len(run.view.series["grad_norm"]) == 3
    assert "learning rate" in run.view.series
    trainer.save_state()
    assert read(tmp_path / "out" / "trainer_state.json").view.series == run.view.series


# ---------------------------------------------------------------- as they grow, and what is damaged


def test_json_lines_are_read_as_they_grow_and_what_is_damaged_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    append(path, '{"step": 1, "train": {"loss": 0.9}, "note": "x"}', "not json", "[1, 2]", '{"text": "no number"}')
    path.write_text(path.read_text() + '{"step": 2, "train/lo', encoding="utf-8")
    run = read(path)
    assert run.view.series["train loss"] == [(1.0, 0.9)]
    assert run.bad == 3
    append(path, 'ss": 0.8, "eval_f1": 0.5}')
    assert run.read() == 1
    assert run.view.series["train loss"][-1] == (2.0, 0.8)
    assert run.view.series["eval_f1"] == [(2.0, 0.5)], "what has no name here keeps its own"


def test_a_long_file_is_read_a_look_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.runs.foreign.growing_file.LINES_AT_ONCE", 10)
    path = tmp_path / "metrics.jsonl"
    append(path, *(f'{{"step": {n}, "loss": 0.5}}' for n in range(25)))
    (run,) = Finder(path).find()
    assert isinstance(run, ForeignRun)
    assert run.read(0.0) == 10
    assert len(run.new) == 10, "no more is held than one look brings"
    assert run.reading == "10 rows until now; reading on …"
    while run.behind:
        run.read(0.0)
    assert run.rows == len(run.view.series["train loss"]) == 25
    assert run.reading == ""


def test_a_file_that_begins_anew_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    append(path, *(f'{{"step": {n}, "loss": 0.5}}' for n in range(20)))
    run = read(path)
    path.write_text('{"step": 0, "loss": 0.7}\n', encoding="utf-8")
    run.read()
    assert run.view.series == {"train loss": [(0.0, 0.7)]}


def test_a_table_with_damaged_lines(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    append(path, "epoch,step,train_loss", "0,1,0.5", "0,2", "x,3,0.4", "\x00", "0,4,nan", ",,", "0,5,0.25")
    run = read(tmp_path)
    assert [x for x, _ in run.view.series["train loss"]] == [1.0, 4.0, 5.0], "a loss that is not a number is a gap"
    assert run.bad == 4


@pytest.mark.parametrize("content", ["", "{", '{"log_history": 3}', '{"log_history": [1, {"loss": "x"}]}', "[]"])
def test_a_state_that_is_no_state_is_no_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "trainer_state.json").write_text(content)
    run = read(tmp_path)
    assert run.view.series == {}


def test_rows_without_a_place_follow_one_another(tmp_path: Path) -> None:
    append(tmp_path / "m.jsonl", '{"loss": 3}', '{"loss": 2}', '{"loss": 1}')
    assert [x for x, _ in read(tmp_path / "m.jsonl").view.series["train loss"]] == [1, 2, 3]


# ---------------------------------------------------------------- what is found


def test_a_folder_of_many_runs_is_a_list_and_ours_are_in_it(tmp_path: Path) -> None:
    for name in ("b", "a/deep"):
        (tmp_path / name).mkdir(parents=True)
        append(tmp_path / name / "metrics.jsonl", '{"step": 1, "loss": 1}')
    own = FakeRun(Home(store=tmp_path / "store", runs=tmp_path / "runs"), alive=False)
    own.start()
    own.train(3)
    finder = Finder(tmp_path)
    found = finder.find()
    for run in found:
        run.read()
    assert [run.format for run in found] == ["JSON lines", "JSON lines", "nlp-tui"]
    assert found[2].status == "lost"
    assert len(found[2].view.series["validation accuracy"]) == 3
    append(tmp_path / "late.jsonl", '{"step": 1, "loss": 1}')
    again = finder.find()
    assert len(again) == 4
    assert all(run in again for run in found)


def test_what_holds_no_run_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RunError, match="holds no run that is understood"):
        Finder(tmp_path).find()
    assert main(["watch", str(tmp_path / "nowhere"), "--once"]) == 1
    assert "no run" in capsys.readouterr().err


def test_a_run_that_says_nothing_for_long_is_quiet(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    append(path, '{"loss": 1}')
    run = read(path)
    assert isinstance(run, ForeignRun)
    assert run.status == "running"
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - QUIET - 60))
    assert run.status == "quiet"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("train_loss", ("train", "loss")),
        ("loss", ("train", "loss")),
        ("val/acc", ("validation", "accuracy")),
        ("eval_accuracy", ("validation", "accuracy")),
        ("Loss/valid", ("validation", "loss")),
        ("test.acc", ("test", "accuracy")),
        ("train_loss_step", ("train", "loss")),
        ("train_loss_epoch", ("", "train loss (epoch)")),
        ("learning_rate", ("", "learning rate")),
        ("train/lr", ("", "learning rate")),
        ("grad_norm", ("", "grad_norm")),
        ("loss_scale", ("", "loss_scale")),
        ("", ("", "")),
    ],
)
def test_what_numbers_are_called_elsewhere(name: str, wanted: tuple[str, str]) -> None:
    assert names.place(name) == wanted


# ---------------------------------------------------------------- the command line


def test_once_as_json_is_for_scripts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    append(tmp_path / "m.jsonl", '{"step": 1, "loss": 0.5}', "broken", '{"step": 2, "loss": 0.25, "val_acc": 0.75}')
    assert main(["watch", str(tmp_path), "--once", "--json"]) == 0
    (record,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert record["latest"]["train loss"] == {"x": 2.0, "value": 0.25}
    assert record["points"] == {"train loss": 2, "validation accuracy": 1}
    assert (record["format"], record["axis"], record["unread"]) == ("JSON lines", "step", 1)
    assert main(["watch", str(tmp_path), "--once"]) == 0
    assert "step 2 · train loss 0.25 · validation accuracy 0.75  1 line could not be read" in capsys.readouterr().out


def test_a_path_is_followed_as_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "m.jsonl"
    append(path, '{"step": 1, "loss": 0.5}')
    acts = iter([lambda: append(path, f'{{"step": 2, "{"x" * 3}": 0.25}}')])

    def wait(_: float) -> None:
        if (act := next(acts, None)) is None:
            raise KeyboardInterrupt
        act()

    monkeypatch.setattr("core.cli.watching.time.sleep", wait)
    assert main(["watch", str(path), "--lines"]) == 130
    assert capsys.readouterr().out.splitlines() == ["m.jsonl  step 1  loss 0.5", "m.jsonl  step 2  xxx 0.25"]


def test_our_own_run_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    run = FakeRun(Home.locate())
    run.start()
    run.train(2)
    assert main(["watch", "000001", "--once", "--json"]) == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (record["format"], record["status"], record["axis"]) == ("nlp-tui", "running", "epoch")


def test_hostile_names_are_made_visible(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    append(tmp_path / "m.jsonl", json.dumps({"step": 1, HOSTILE: 1.0}))
    assert main(["watch", str(tmp_path), "--once"]) == 0
    assert not [c for c in capsys.readouterr().out if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160)]


def test_without_the_extra_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "events.out.tfevents.1").write_bytes(b"")
    monkeypatch.setattr(tensorboard, "has_tensorboard", lambda: False)
    assert main(["watch", str(tmp_path), "--once"]) == 1
    assert "pip install 'nlp-tui[tensorboard]'" in capsys.readouterr().err
