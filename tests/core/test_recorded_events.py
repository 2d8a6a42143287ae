"""What real runs said (`python -m tests.record_events` says how it was recorded), read by the schema and the view."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.runs import EventReader, RunView, events
from core.storage.paths import Home
from tests.record_events import RECORDED
from tests.tui.fake_run import FakeRun

FILES = sorted(RECORDED.glob("*.jsonl"))
CURVES = {
    "word2vec": {"train loss"},
    "glove": {"train loss"},
    "lm-forward": {"train loss", "held-out loss", "probe accuracy"},
    "lm-backward": {"train loss", "held-out loss", "probe accuracy"},
    "mlm": {"train loss", "held-out loss", "probe accuracy"},
    "index": set[str](),
    "ladder": set[str](),
    "report": set[str](),
}


def test_every_kind_of_run_is_recorded() -> None:
    assert {path.stem.partition("-")[0] for path in FILES} == {
        *("word2vec", "glove", "lm", "mlm", "train", "index", "ladder", "report")
    }
    assert all(path.stat().st_size < 20_000 for path in FILES)
    assert not any(b"/tmp" in path.read_bytes() or b'"/' in path.read_bytes() for path in FILES), "no paths"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_schema_holds_all_that_a_run_says_and_nothing_else(path: Path) -> None:
    for line in path.read_bytes().splitlines():
        fields = json.loads(line)
        assert (fields.pop("v"), fields.pop("seq") > 0) == (1, True)
        assert events.to_fields(events.decode(line)) == fields


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_recorded_run_is_shown_to_its_end(path: Path) -> None:
    reader, view = EventReader(path), RunView()
    view.apply(reader.read())
    assert reader.bad == 0
    assert (view.status(alive=False), view.has_model, view.cached) == ("done", True, False)
    assert view.title
    assert view.total > 0
    assert view.elapsed > 0
    assert view.summary(alive=False).startswith("done")
    curves = CURVES.get(path.stem, {"validation loss", "validation accuracy"})
    assert curves <= view.series.keys()
    if path.stem.startswith("train"):
        assert {"test", "validation"} <= view.scores.keys()
        assert view.best is not None
        assert "in the test data labelled correctly" in view.result
    if path.stem.startswith(("lm", "mlm")):
        assert view.result.startswith("Perplexity ")


def test_the_fakes_say_what_real_runs_say(tmp_path: Path) -> None:
    home = Home(tmp_path / "store", tmp_path / "runs")
    trained, tuned, pretrained, failed = (FakeRun(home, number=n) for n in range(1, 5))
    trained.start()
    trained.train(2)
    trained.done()
    tuned.fine_tune(2)
    pretrained.pretrain(1)
    failed.fail("It broke.", "Mend it.")
    real: dict[str, set[str]] = {}
    for path in FILES:
        for fields in EventReader(path).read_fields():
            real.setdefault(fields["kind"], set()).update(fields)
    for fake in (trained, tuned, pretrained, failed):
        for fields in EventReader(fake.directory.events_path).read_fields():
            if fields["kind"] in real:
                assert fields.keys() <= real[fields["kind"]]
