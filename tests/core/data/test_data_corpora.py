"""Text without labels: from files of any size, and from several places at once."""

import gzip
from pathlib import Path

import pytest

from core.cli.arguments import jobs, parse
from core.cli.runs import name_in_full
from core.data.corpora import DataError, unlabelled
from core.data.corpus_list import shorten, split_corpora
from core.data.texts import Chained, Texts
from core.jobs import IndexJob, PretrainJob, command
from tests.core.made_articles import made_articles

__all__ = ["made_articles"]
LINES = [f"the river number {number} comes to a bank ." for number in range(300)]


def test_a_text_file_is_a_document_a_line_and_what_is_left_out_is_said(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("\n".join([*LINES, "", LINES[7], ""]), encoding="utf-8")
    found = unlabelled(str(path))
    assert sorted([*found.texts, *found.held_out]) == sorted(LINES)
    assert 0 < len(found.held_out) < 30
    assert [text for text in LINES if text in set(found.texts)] == list(found.texts)
    assert len(found.notes) == 2
    assert "the first at line 301" in found.notes[0]
    assert "already" in found.notes[1]
    assert "line 302" in found.notes[1]


@pytest.mark.parametrize("name", ["notes", "notes.md", "notes.txt.gz"])
def test_any_file_that_is_text_will_do(name: str, tmp_path: Path) -> None:
    content = "\n".join(LINES).encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert len(unlabelled(str(tmp_path / name)).texts) > 270


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    for name, said in (("picture.png", "binary"), ("old.xls", "not a kind of file"), ("none.txt", "no file")):
        with pytest.raises(DataError, match=said):
            unlabelled(str(tmp_path / name))


def test_the_column_of_a_table_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("id,left,right\n" + "".join(f"{n},{line},b {n}\n" for n, line in enumerate(LINES)), "utf-8")
    found = unlabelled(str(path), "left")
    assert set(found.texts) <= set(LINES)
    assert any("test split" in note for note in found.notes)


def test_texts_wait_on_the_disk_and_leave_nothing_there(tmp_path: Path) -> None:
    texts = Texts.on_disk((f"{text} \udc80é" for text in LINES * 40), tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert len(texts) == len(LINES) * 40
    assert texts[5_000].endswith("�é")
    assert list(texts.at([3, 1])) == [texts[3], texts[1]]
    assert list(Texts.on_disk([], tmp_path)) == []


def test_several_texts_are_one_and_what_is_held_out_of_each_is_mixed() -> None:
    parts = [["a"] * 50, ["b"] * 50]
    assert list(Chained(parts)) == ["a"] * 50 + ["b"] * 50
    mixed = Chained(parts, mixed=True)
    assert sorted(mixed) == sorted(Chained(parts))
    assert set(mixed[:20]) == {"a", "b"}
    assert mixed[3] == list(mixed)[3]
    assert len(Chained([])) == 0


@pytest.mark.usefixtures("made_articles")
def test_corpora_are_joined_under_their_names(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("\n".join(LINES), encoding="utf-8")
    wiki, notes = unlabelled("wiki"), unlabelled(str(path))
    both = unlabelled(f"wiki, {path}")
    assert both.name == "wiki, notes.txt"
    assert [part.name for part in both.parts] == ["wiki", "notes.txt"]
    assert list(both.texts) == [*wiki.texts, *notes.texts]
    assert sorted(both.held_out) == sorted([*wiki.held_out, *notes.held_out])
    assert len({text.digest for text in (both, wiki, notes)}) == 3
    assert unlabelled("wiki,wiki").digest == wiki.digest
    with pytest.raises(DataError, match="no text is named"):
        unlabelled(" , ")


def test_a_list_is_read_and_its_files_are_named_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("x", "utf-8")
    (tmp_path / "b,c.txt").write_text("x", "utf-8")
    (job,) = jobs(parse(["pretrain", "word2vec", "--corpus", "wiki,a.txt", "--column", "body"]))
    assert job == PretrainJob(data="wiki,a.txt", text_column="body")
    assert job.title.startswith("word2vec vectors · wiki, a.txt ·")
    full = name_in_full(job)
    assert full == PretrainJob(data=f"wiki,{tmp_path / 'a.txt'}", text_column="body")
    assert jobs(parse(command(full).split()[1:])) == [full]
    assert split_corpora("b,c.txt") == ("b,c.txt",)
    assert name_in_full(PretrainJob(data="b,c.txt")) == PretrainJob(data=str(tmp_path / "b,c.txt"))
    assert shorten("hf:a/b, /x/y.txt") == "hf:a/b, y.txt"
    assert name_in_full(IndexJob("scratch")) == IndexJob("scratch")
