"""What is said under torchrun of what several processes cannot do; what they can is in test_ranks."""

from __future__ import annotations

from pathlib import Path

import pytest
from torch.distributed import HashStore  # type: ignore[attr-defined]  # torch's stubs forget it

from core.cli import main, together
from core.errors import UserError
from core.jobs import LanguageModelJob, TrainJob
from core.machine import torchrun


@pytest.fixture(autouse=True)
def _first_of_two(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    for name, value in (("TORCHELASTIC_RUN_ID", "none"), ("WORLD_SIZE", "2"), ("RANK", "0")):
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("train --era tfidf", "torchrun is for `pretrain lm`"),
        ("runs", "torchrun is for `pretrain lm`"),
        ("pretrain word2vec", "torchrun is for `pretrain lm`"),
        ("pretrain lm --direction both", "all processes train one model"),
        ("pretrain lm --detach", "Leave out --detach and --after"),
        ("pretrain lm --after abcdef", "Leave out --detach and --after"),
    ],
)
def test_what_several_processes_cannot_do(arguments: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments.split()) == 1
    assert said in capsys.readouterr().err


def test_the_run_of_something_else_is_not_gone_on_with_by_several(monkeypatch: pytest.MonkeyPatch) -> None:
    together.check(LanguageModelJob())
    with pytest.raises(UserError, match="without torchrun"):
        together.check(TrainJob("scratch"))
    monkeypatch.delenv("TORCHELASTIC_RUN_ID")
    together.check(TrainJob("scratch"))


def test_another_process_needs_the_run_where_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RANK", "1")
    kept = HashStore()
    kept.set("run", "/nowhere/runs/abcdef")
    monkeypatch.setattr(torchrun, "agent_store", lambda: kept)
    assert main(["pretrain", "lm"]) == 1
    assert "There is no /nowhere/runs/abcdef here" in capsys.readouterr().err


def test_a_variable_that_others_set_too_means_nothing_without_torchrun(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (torchrun.count(), torchrun.rank()) == (2, 0)
    monkeypatch.delenv("TORCHELASTIC_RUN_ID")
    monkeypatch.setenv("RANK", "1")
    assert (torchrun.count(), torchrun.rank()) == (1, 0)
