"""Two processes make the steps that one would make, go on where one was, and the other way round."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.distributed import HashStore  # type: ignore[attr-defined]  # torch's stubs forget it

from core.jobs import LanguageModelJob, command
from core.models.language_model import LanguageModel, LanguageModelConfig
from core.pretrained import language_model as frozen
from core.pretraining import language_model, probe
from core.pretraining.language_loop import LanguageModelTrainer, Settings
from core.pretraining.ranks import Group, Ranks, RanksError
from core.pretraining.sampled_softmax import Noise
from core.runs import EventReader, list_runs
from core.runs.logger import RunLogger
from core.storage.paths import ASSETS
from core.storage.store import Store
from tests.core.conftest import Events, work
from tests.core.test_language_loop import V, counts, documents, fit

COUNT = 2
MIDDLE = 17
"""A step in the middle of an epoch."""
SECONDS = 60


def small_trainer(folder: Path, ranks: Ranks | None = None, clip: float = 1.0) -> LanguageModelTrainer:
    """Everything that is random is on: dropout of three kinds, drawn words."""
    torch.manual_seed(7)
    config = LanguageModelConfig(V, 8, 16, layers=2, dropout=0.1, embedding_dropout=0.05, weight_drop=0.1)
    model, read = LanguageModel(config), documents(80, 1)
    settings = Settings(epochs=2, batch_size=4, bptt=10, learning_rate=0.01, seed=5, clip=clip)
    return LanguageModelTrainer(
        model, read, Noise(counts(read), 12), settings, folder, lambda step, epoch: None, ranks=ranks
    )


def last_checkpoint(folder: Path) -> dict[str, Tensor]:
    (path,) = [path for path in folder.iterdir() if path.is_dir()]
    return load_file(path / "tensors.safetensors")


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which two processes have done all that rank_process does; "alone" begins with one process."""
    folder = tmp_path_factory.mktemp("ranks")
    assert not fit(small_trainer(folder / "alone"), MIDDLE)[0]
    child = [sys.executable, "-m", "tests.core.rank_process", str(folder)]
    logs = [(folder / f"stderr-{rank}").open("wb") for rank in range(COUNT)]
    running = [subprocess.Popen([*child, str(rank)], stderr=log) for rank, log in enumerate(logs)]
    codes = [process.wait(SECONDS) for process in running]
    assert codes == [0, 9], "".join((folder / f"stderr-{rank}").read_text() for rank in range(COUNT))
    return folder


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tensor]:
    """The checkpoint at the end of the same training by one process."""
    folder = tmp_path_factory.mktemp("alone")
    assert fit(small_trainer(folder), None)[0]
    return last_checkpoint(folder)


def assert_same_training(found: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    assert found.keys() == expected.keys()
    assert torch.equal(found["random"], expected["random"])
    for name, tensor in expected.items():
        if tensor.is_floating_point():
            torch.testing.assert_close(found[name], tensor, rtol=1e-5, atol=1e-5)


def test_gradients_of_two_are_those_of_one_on_the_same_batch(together: Path, tmp_path: Path) -> None:
    assert not fit(small_trainer(tmp_path, clip=1e9), 1)[0]
    one, two = last_checkpoint(tmp_path), last_checkpoint(together / "step")
    # After the first step Adam's mean is (1 - 0.9) times the gradient.
    means = [name for name in one if name.endswith("exp_avg") or name.startswith("rows.first")]
    assert len(means) == 2 + len(small_trainer(tmp_path / "new").model.dense)
    for name in means:
        assert one[name].any(), name
        torch.testing.assert_close(10 * two[name], 10 * one[name], rtol=0, atol=1e-6)


def test_both_hold_the_same_parameters_bit_for_bit_and_those_of_one_process(
    together: Path, alone: dict[str, Tensor]
) -> None:
    first, second = (load_file(together / f"whole-{rank}.safetensors") for rank in range(COUNT))
    for name, tensor in first.items():
        assert torch.equal(tensor, second[name]), name
    assert_same_training(last_checkpoint(together / "whole"), alone)


def test_a_pause_is_heard_by_one_and_obeyed_by_both_and_only_one_writes(together: Path) -> None:
    assert (together / "whole-0.txt").read_text() == "paused resumed checkpoint"
    assert (together / "whole-1.txt").read_text() == "paused resumed"


def test_two_go_on_where_one_was_stopped(together: Path, alone: dict[str, Tensor]) -> None:
    assert [(together / f"alone-{rank}.txt").read_text() for rank in range(COUNT)] == ["True", "True"]
    assert_same_training(last_checkpoint(together / "alone"), alone)


def test_one_goes_on_where_two_were_stopped(together: Path, alone: dict[str, Tensor]) -> None:
    run = small_trainer(together / "middle")
    assert run.restore()
    assert run.step == MIDDLE
    assert run.step % run.steps_per_epoch
    assert fit(run, None)[0]
    assert_same_training(last_checkpoint(together / "middle"), alone)


@pytest.mark.slow
def test_a_run_under_torchrun_makes_the_artifact_of_one_process(
    reviews: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", str(ASSETS.parent))
    small: dict[str, Any] = {"dimension": 8, "hidden": 12, "epochs": 1, "batch_size": 8, "bptt": 64, "negatives": 20}
    job = LanguageModelJob(data=str(reviews), text_column="text", vocabulary=60, start="random", **small)
    started = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(COUNT)]
    ours = [sys.executable, "-m", "tui", *shlex.split(command(job))[1:]]
    subprocess.run([*started, "--no-python", "--", *ours], check=True, cwd=tmp_path, timeout=120)

    monkeypatch.setattr(probe, "TASK", str(reviews))
    one = work(language_model.pretrain, job, tmp_path / "run", Store(tmp_path / "store"), RunLogger(Events()))
    (two,) = Store(tmp_path / "home" / "store").all("language_model")
    assert two.key == one.key
    by_one, by_two = (frozen.load(artifact.path) for artifact in (one, two))
    assert (by_one.info["processes"], by_two.info["processes"]) == (1, 2)
    losses = [model.info["scores"]["held-out"]["loss"] for model in (by_one, by_two)]
    assert losses[1] == pytest.approx(losses[0], rel=1e-3)
    (run,) = list_runs()
    (start,) = [event for event in EventReader(run.events_path).read_fields() if event["kind"] == "start"]
    assert start["title"] == f"{job.title} · 2 processes"


def test_processes_that_begin_differently_say_so(together: Path) -> None:
    for rank in range(COUNT):
        assert "do not begin with the same model" in (together / f"other-{rank}.txt").read_text()


def test_the_death_of_one_ends_the_other_in_words(together: Path) -> None:
    said = (together / "death-0.txt").read_text()
    assert "Another process of this training is gone" in said
    assert "Resume the run" in said


def test_a_batch_that_cannot_be_shared_out_is_said() -> None:
    ranks = Ranks()
    ranks.check_batch(3)
    ranks.count = 2
    ranks.check_batch(4)
    with pytest.raises(RanksError, match="3 streams of text cannot be shared out equally over 2 processes"):
        ranks.check_batch(3)


def test_parts_of_a_batch_are_its_lanes_in_order() -> None:
    lanes = torch.arange(24).view(2, 6, 2)
    parts = [Group(HashStore(), rank, 3).share(lanes) for rank in range(3)]
    assert torch.equal(torch.cat(parts, dim=1), lanes)
    assert torch.equal(Ranks().share(lanes), lanes)
