"""Places of several texts, searched together or apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import api
from core.catalog.models import Catalog
from core.cli.arguments import jobs, parse
from core.data.corpora import unlabelled
from core.jobs import IndexJob
from core.runs.logger import RunLogger
from core.service.indexing import measure_perplexity
from core.service.session import Session
from core.storage.paths import Home
from core.storage.store import Artifact, Store
from core.words import index, occurrences
from core.words.target import resolve_vectors
from tests.core.conftest import Events
from tests.core.made_articles import made_articles

__all__ = ["made_articles"]
NAMES = ("films.txt", "plots.txt")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Two text files, as `--corpus` names them: both speak of films, one of plots besides."""
    folder = tmp_path_factory.mktemp("texts")
    lines = {
        "films.txt": [f"the film {n} has a wonderful cast and a dull ending ." for n in range(200)],
        "plots.txt": [f"the plot of film {n} is a clever story with a warm hero ." for n in range(200)],
    }
    for name, some in lines.items():
        (folder / name).write_text("\n".join(some), encoding="utf-8")
    return ",".join(str(folder / name) for name in NAMES)


@pytest.fixture(scope="module")
def session(
    store: Store, trained: dict[str, Artifact], tmp_path_factory: pytest.TempPathFactory, corpus: str
) -> Session:
    """With an index of both texts beside the models; what is built here is seen here alone."""
    assert trained
    own = Store(tmp_path_factory.mktemp("indexes"), store.root)
    found = Session(Catalog(Home(store=own.root, runs=own.root.parent / "runs"), shipped=store.root))
    build(IndexJob("lm", corpus=corpus, occurrences=600, documents=200), found)
    return found


def build(job: IndexJob, session: Session) -> Artifact:
    return index.build(job, session.word_models.store, RunLogger(Events()), session.word_models)


def ask(session: Session, corpus: str = "", word: str = "film") -> api.NeighborList:
    question = api.Neighbors(word, "lm", "contextual", f"a dull {word} with a story", k=20, corpus=corpus)
    return session.neighbors(question)


def sources(places: tuple[api.Neighbor, ...]) -> set[str]:
    return {place.source.rpartition(":")[0] for place in places}


def test_places_of_both_texts_are_searched_together_or_apart(session: Session) -> None:
    both = ask(session)
    assert both.corpora == NAMES
    assert sources((*both.neighbors, *both.same)) == set(NAMES)
    searched = 0
    for name in NAMES:
        apart = ask(session, name)
        assert apart.corpora == (name,)
        assert sources((*apart.neighbors, *apart.same, *apart.others)) == {name}
        assert {place.neighbor for place in apart.same} == {"film"}
        assert "film" not in {place.neighbor for place in apart.others}
        assert {place.source for place in both.same if place.source.startswith(name)} <= {p.source for p in apart.same}
        searched += apart.searched
    assert searched == both.searched
    assert ask(session, f"{NAMES[0]},/somewhere/{NAMES[1]}") == both
    assert ask(session, "imdb").missing == "index"


def test_a_words_senses_are_those_of_the_texts_that_are_named(session: Session) -> None:
    whole, apart = (
        session.ask(api.Senses("film", "lm", corpus=corpus, vectors="token")) for corpus in ("", "plots.txt")
    )
    assert isinstance(whole, api.SenseList)
    assert isinstance(apart, api.SenseList)
    assert whole.occurrences > apart.occurrences > 0
    assert (whole.corpora, apart.corpora) == (NAMES, ("plots.txt",))
    assert {place.source.rpartition(":")[0] for group in apart.groups for place in group.places} <= {"plots.txt"}


def test_an_index_of_one_text_does_not_stand_before_one_of_two(session: Session, corpus: str) -> None:
    one = build(IndexJob("lm", corpus=corpus.split(",", maxsplit=1)[0], occurrences=600, documents=200), session)
    (found, *rest) = index.find(session.word_models.store, resolve_vectors(session.word_models.get("lm"), "", ""))
    assert found.manifest["data"].count("+") == 1
    assert one.key in {artifact.key for artifact in rest}


def test_language_models_are_told_apart_by_how_well_they_know_each_text(session: Session, corpus: str) -> None:
    job = IndexJob("lm", corpus=corpus)
    found = measure_perplexity(job, session.word_models)
    assert set(found) == {f"{name} {way}" for name in NAMES for way in ("forward", "backward")}
    assert all(scores["perplexity"] > 1 and scores["n"] for scores in found.values())
    assert measure_perplexity(IndexJob("lm"), session.word_models) == {}
    assert measure_perplexity(IndexJob("vectors:word2vec", corpus=corpus), session.word_models) == {}


@pytest.mark.usefixtures("made_articles")
def test_a_place_in_an_article_is_named_by_its_title(tmp_path: Path) -> None:
    made = occurrences.build(IndexJob("lm", corpus="wiki", occurrences=300), Store(tmp_path), lambda: None)
    table, titles = occurrences.load(made), unlabelled("wiki").titles
    assert set(table.sources) == {"wiki"}
    for passage in table.passages:
        assert passage.title == titles[passage.number]
        assert not passage.label


def test_a_labelled_text_can_stand_beside_a_corpus(reviews: Path, corpus: str, tmp_path: Path) -> None:
    job = IndexJob("lm", corpus=corpus, data=str(reviews), occurrences=900, documents=300)
    table = occurrences.load(occurrences.build(job, Store(tmp_path), lambda: None))
    assert set(table.sources) == {reviews.name, *NAMES}
    assert sorted(row for rows in table.sources.values() for row in rows.tolist()) == list(range(len(table)))
    assert table.rows_from(()) is None
    rows = table.rows_from(("plots.txt",))
    assert rows is not None
    assert {table.passages[int(table.passage[row])].label for row in rows} == {""}


def test_the_corpus_of_an_index_is_typed_as_a_list() -> None:
    (job,) = jobs(parse(["index", "--model", "lm", "--corpus", "wiki,imdb", "--column", "body"]))
    assert job == IndexJob("lm", corpus="wiki,imdb", text_column="body")
    assert job.title == "index of occurrences · lm · 50,000 places of wiki, imdb"
