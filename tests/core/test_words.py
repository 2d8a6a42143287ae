"""Words in their sentences: places, states that have read the word and states that have not, neighbours, senses."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import api
from core.catalog.models import Catalog, ModelError
from core.data.corpora import load_task
from core.data.text import words
from core.finetuning import train
from core.jobs import IndexJob
from core.runs.logger import RunLogger, Stopped
from core.service.session import Session
from core.storage.paths import Home
from core.storage.store import Store
from core.words import index, occurrences
from core.words.clusters import WEAK
from core.words.vector_kinds import GAP, SENSE, SLOT, SUBSTITUTES, TOKEN
from core.words.word_models import WordError
from tests.core.conftest import Events, tiny_job, work

SENTENCE = "the plot is dull and the cast is wonderful"
LONG = ["the", "film", "is", "a", "dull", "story", "with", "zxqv"] * 625


def job(spec: str, reviews: Path, **more: object) -> IndexJob:
    return replace(IndexJob(spec, occurrences=1_500, documents=300, data=str(reviews), unlabelled="none"), **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def indexed(session: Session, reviews: Path) -> Session:
    """A session with the index of the language models."""
    events = Events()
    index.build(job("lm", reviews), session.word_models.store, RunLogger(events), session.word_models)
    (start,) = events.kinds("start")
    assert start["total"] > 300
    return session


# ------------------------------------------------------------ states


def test_every_model_gives_each_kind_of_vectors_alone_as_in_a_batch(session: Session, specs: dict[str, str]) -> None:
    texts = [
        SENTENCE.split(),
        ["film"],
        words("a warm film and a clever plot !"),
        ["zxqv"] * 3,
        LONG,
    ]
    spots = [[0, 3, 8], [0], [2, 7], [1], [0, 2_500, 4_999]]
    looked = 0
    for spec in [*specs.values(), "lm", "lm:forward", "lm:backward"]:
        if spec.startswith("tfidf"):
            continue
        hidden = session.word_models.get(spec).hidden
        assert hidden is not None
        for layer in hidden.layers:
            for kind in layer.vectors:
                together = hidden.states(texts, spots, layer.name, kind)
                alone = [hidden.states([t], [s], layer.name, kind) for t, s in zip(texts, spots, strict=True)]
                assert np.allclose(together, np.concatenate(alone), atol=1e-5)
                assert np.isfinite(together).all()
                assert kind != TOKEN or together.shape == (10, layer.width)
                looked += 1
    assert looked > 20


@pytest.mark.parametrize("kind", [SLOT, SUBSTITUTES, GAP])
def test_what_never_saw_the_word_is_the_same_for_any_word(session: Session, specs: dict[str, str], kind: str) -> None:
    for spec, layer in (("lm", "lm"), (specs["ulmfit"], "lm"), (specs["ulmfit"], "rnn"), (specs["scratch"], "rnn")):
        if kind != SLOT and layer == "rnn":
            continue
        for at in (0, 3, 8):
            one, other = SENTENCE.split(), SENTENCE.split()
            other[at] = "music"
            hidden = session.word_models.get(spec).hidden
            assert hidden is not None
            a, b = hidden.states([one, other], [[at], [at]], layer, kind)
            assert np.allclose(a, b, atol=1e-6)
            a, b = hidden.states([one, other], [[at], [at]], layer, TOKEN)
            assert not np.allclose(a, b, atol=1e-3)


def test_a_slot_is_the_state_before_the_word_and_at_the_edge_the_one_before_any(session: Session) -> None:
    text = SENTENCE.split()
    places_of_all = [list(range(len(text)))]
    for direction, step in (("forward", -1), ("backward", 1)):
        hidden = session.word_models.get(f"lm:{direction}").hidden
        assert hidden is not None
        token, slot = (hidden.states([text], places_of_all, "lm", kind) for kind in (TOKEN, SLOT))
        assert np.allclose(slot[4], token[4 + step])
        edge = slot[0 if step < 0 else -1]
        assert np.allclose(edge, hidden.states([["film"]], [[0]], "lm", SLOT)[0]), "whatever the sentence"
        assert hidden.layers[0].one_sided
        assert ("left" if step < 0 else "right") in hidden.layers[0].note


def test_vectors_do_not_depend_on_what_ran_before(session: Session) -> None:
    before = session.vector("cast", "lm", SENTENCE)
    session.vector("dull", "lm", "a dull , dull film")
    assert np.array_equal(before, session.vector("cast", "lm", SENTENCE))
    assert not np.allclose(before, session.vector("cast", "lm", "a wonderful cast"))


# ------------------------------------------------------------ the index


def test_contextual_neighbours_ask_for_an_index(session: Session, specs: dict[str, str]) -> None:
    answer = session.neighbors(api.Neighbors("plot", specs["scratch"], "contextual", SENTENCE))
    assert answer.missing == "index"
    assert answer.layer == "rnn"
    assert answer.position == 1


def test_hits_are_one_a_text_split_by_word_with_context_and_percentile(indexed: Session) -> None:
    for kind in ("", SENSE):
        answer = indexed.neighbors(api.Neighbors("plot", "lm", "contextual", SENTENCE, k=6, vectors=kind))
        assert answer.missing == ""
        assert answer.vectors == SENSE
        assert {n.neighbor for n in answer.same} == {"plot"}
        assert "plot" not in {n.neighbor for n in answer.others}
        assert len(answer.neighbors) == len(answer.same) == len(answer.others) == 6
        for hits in (answer.neighbors, answer.same, answer.others):
            assert len({n.source for n in hits}) == len(hits), "one a text"
            assert [n.score for n in hits] == sorted((n.score for n in hits), reverse=True)
            assert all(n.percentile is not None and 0 <= n.percentile <= 100 for n in hits)
            assert {n.label for n in hits} <= {"positive", "negative"}
        assert answer.baseline is not None
        assert answer.baseline.low < answer.baseline.mean < answer.baseline.high
        nearest = answer.same[0]
        passage = f"{nearest.left} {nearest.neighbor} {nearest.right}".split()
        assert "plot" in passage


def test_another_centring_ranks_by_the_cosines_it_says(indexed: Session) -> None:
    found = {
        c: indexed.neighbors(api.Neighbors("plot", "lm", "contextual", SENTENCE, centring=c))
        for c in ("mean", "top", "none")
    }
    assert len({round(each.neighbors[0].score, 6) for each in found.values()}) == 3
    assert found["none"].baseline is not None
    assert found["mean"].baseline is not None
    assert found["none"].baseline.mean > found["mean"].baseline.mean, "raw cosines mislead"
    with pytest.raises(WordError, match="no centring 'x'"):
        indexed.neighbors(api.Neighbors("plot", "lm", centring="x"))


def test_the_sentence_itself_is_never_a_hit(indexed: Session) -> None:
    answer = indexed.neighbors(api.Neighbors("plot", "lm", "contextual", SENTENCE, k=1))
    top = answer.neighbors[0]
    again = " ".join(filter(None, (top.left, top.neighbor, top.right)))
    number = len(top.left.split())
    other = indexed.neighbors(api.Neighbors(top.neighbor, "lm", "contextual", again, number, k=1))
    assert other.neighbors[0].source != top.source or other.neighbors[0].left != top.left


def test_all_models_share_one_table_and_a_model_beneath_another_shares_its_states(
    indexed: Session, specs: dict[str, str], reviews: Path
) -> None:
    store, word_models = indexed.word_models.store, indexed.word_models
    built = index.build(job(specs["scratch"], reviews), store, RunLogger(Events()), word_models)
    tables = store.all(occurrences.KIND)
    assert len(tables) == 1
    assert built.manifest["parents"][0] == tables[0].key
    states = np.load(built.path / "states.npy", mmap_mode="r")
    assert states.dtype == np.float16
    assert len(states) == len(occurrences.load(tables[0]))
    elmo = indexed.neighbors(api.Neighbors("plot", specs["elmo"], "contextual", SENTENCE))
    assert elmo.missing == "", "elmo reads the very language models that are indexed"


def test_the_sentence_asked_about_is_not_its_own_neighbour_not_even_within_a_passage(indexed: Session) -> None:
    store = indexed.word_models.store
    table = occurrences.load(store.all(occurrences.KIND)[0])
    passage = next(
        p.words for p in table.passages if len(p.words) > 8 and words(" ".join(p.words[1:8])) == p.words[1:8]
    )
    own = passage[1:8]
    for place, word in enumerate(own):
        asked = api.Neighbors(word, "lm", "contextual", " ".join(own), place, k=40)
        found = indexed.neighbors(asked)
        assert found.same or found.others
        for n in (*found.neighbors, *found.same, *found.others):
            around = (
                [*n.left.split()[-place:], n.neighbor, *n.right.split()] if place else [n.neighbor, *n.right.split()]
            )
            assert around[: len(own)] != own


@pytest.mark.parametrize("layer", ["", "no such layer"])
def test_senses_are_those_of_one_word(layer: str, indexed: Session) -> None:
    with pytest.raises(WordError, match="is a phrase"):
        indexed.ask(api.Senses("the film", "lm", layer=layer))


def test_stopping_leaves_nothing_and_the_next_build_is_whole(indexed: Session, reviews: Path) -> None:
    store, word_models = indexed.word_models.store, indexed.word_models
    wanted = job("lm", reviews, vectors=SLOT)
    before = len(store.all())
    with pytest.raises(Stopped):
        index.build(wanted, store, RunLogger(Events(), lambda: "stopped"), word_models)
    assert len(store.all()) == before
    whole = index.build(wanted, store, RunLogger(Events()), word_models)
    table = occurrences.load(store.all(occurrences.KIND)[0])
    hidden = word_models.get("lm").hidden
    assert hidden is not None
    row = len(table) // 2
    passage, position = int(table.passage[row]), int(table.position[row])
    state = hidden.states([table.passages[passage].words], [[position]], "lm", SLOT)[0]
    assert np.allclose(np.load(whole.path / "states.npy")[row], state, atol=2e-3), "rows are where the table says"


def test_the_index_of_a_model_of_ones_own_text_reads_the_columns_it_was_trained_on(
    reviews: Path, tmp_path: Path
) -> None:
    task = load_task(str(reviews))
    table = tmp_path / "own.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title", "text", "label", "topic"])
        for n, text in enumerate(task.train.texts):
            writer.writerow(["nothing to see", text, "ab"[n % 2], "xyz"[n % 3]])
    store = Store(tmp_path / "store")
    wanted = tiny_job("scratch", table, text_column="text", label_column="topic", epochs=1)
    work(train.train, wanted, tmp_path / "run", store, RunLogger(Events()))
    own = Session(Catalog(Home(store=store.root, runs=tmp_path / "runs"), shipped=None))
    (made,) = store.all(train.KIND)
    asked = IndexJob(f"scratch:{made.key[:8]}", occurrences=500, documents=100, unlabelled="none")
    events = Events()
    index.build(asked, store, RunLogger(events), own.word_models)
    (start,) = events.kinds("start")
    assert start["labels"] == ["x", "y", "z"]


def test_no_word_fills_the_table_and_rare_words_keep_theirs(session: Session, reviews: Path, tmp_path: Path) -> None:
    made = occurrences.build(job("lm", reviews), Store(tmp_path), lambda: None)
    table = occurrences.load(made)
    counts = {word: len(table.rows_of(word)) for word in {table.word(row) for row in range(len(table))}}
    assert max(counts.values()) == occurrences.PER_WORD
    assert min(counts.values()) >= 10
    assert "." not in counts
    task = load_task(str(reviews))
    assert {table.passages[int(p)].label for p in table.passage} == set(task.labels)
    for row in (0, len(table) - 1):
        passage = table.passages[table.passage[row]]
        assert passage.words == words(task.train.texts[passage.number])
    assert sum(len(some) for some in table.places()) == len(table)


@given(st.lists(st.sampled_from(["a", "word", ".", "!"]), max_size=300))
def test_passages_are_the_text_cut_at_its_sentences(text: list[str]) -> None:
    parts = list(occurrences.cut(text))
    assert [word for part in parts for word in part] == text
    assert all(0 < len(part) <= occurrences.LONGEST for part in parts)


# ------------------------------------------------------------ compare, senses, map


def test_the_same_word_is_one_as_a_word_and_not_in_two_sentences(indexed: Session) -> None:
    other = api.Place("cast", "a cast so boring !")
    found = indexed.ask(api.Compare("lm", api.Place("cast", SENTENCE), other))
    assert isinstance(found, api.Compared)
    assert found.static == pytest.approx(1)
    assert found.centred is not None
    assert found.centred < 0.999
    assert found.percentile is not None
    same = indexed.ask(api.Compare("lm", other, other))
    assert isinstance(same, api.Compared)
    assert same.raw == pytest.approx(1, abs=1e-5)
    assert same.centred == pytest.approx(1, abs=1e-5)


def test_senses_are_groups_or_a_refusal_in_words(indexed: Session) -> None:
    for word in ("film", "dull", "zxqv"):
        found = indexed.ask(api.Senses(word, "lm"))
        assert isinstance(found, api.SenseList)
        assert found.verdict
        assert bool(found.groups) == ("fall into" in found.verdict and "not fall" not in found.verdict)
        assert sum(group.size for group in found.groups) in (0, found.occurrences)
        assert found == indexed.ask(api.Senses(word, "lm")), "the same every time"
        assert ("not in the indexed text" in found.verdict) == (word == "zxqv")
        assert found.vectors == GAP, "places of one word are told apart by what else would fit there"
        assert all(place.percentile is None for group in found.groups for place in group.places)
    asked = indexed.ask(api.Senses("film", "lm", vectors=SENSE))
    assert isinstance(asked, api.SenseList)
    assert asked.vectors == SENSE


def test_a_map_holds_the_neighbourhood_that_is_listed(indexed: Session, specs: dict[str, str]) -> None:
    laid = indexed.ask(api.Map("dull", specs["word2vec"], k=5))
    listed = indexed.neighbors(api.Neighbors("dull", specs["word2vec"], k=5))
    assert isinstance(laid, api.MapPoints)
    assert [point.text for point in laid.points] == ["dull", *(n.neighbor for n in listed.neighbors)]
    assert 0 < sum(laid.explained) <= 1 + 1e-6
    assert laid.verdict == "too few points to tell groups apart"
    assert laid.silhouette is None
    places_ = indexed.ask(api.Map("plot", "lm", "contextual", SENTENCE, k=6))
    assert isinstance(places_, api.MapPoints)
    assert [point.role for point in places_.points] == ["asked"] + ["same"] * 3 + ["other"] * 3


@pytest.mark.parametrize("lens", ["static", "contextual"])
def test_a_map_tells_its_groups_or_that_none_stand_out(indexed: Session, specs: dict[str, str], lens: str) -> None:
    question = api.Map("plot", specs["word2vec"] if lens == "static" else "lm", lens, SENTENCE)
    laid = indexed.ask(question)
    assert isinstance(laid, api.MapPoints)
    assert laid == indexed.ask(question), "the same every time"
    assert laid.silhouette is not None
    assert laid.chance is not None
    assert (
        bool(laid.clusters)
        == (laid.silhouette >= WEAK and round(laid.silhouette, 2) > round(laid.chance, 2))
        == ("by k-means" in laid.verdict)
    )
    assert laid.points[0].cluster is None
    sizes = Counter(point.cluster for point in laid.points[1:])
    assert [sizes[n] for n in range(len(laid.clusters))] == [cluster.size for cluster in laid.clusters]
    assert bool(laid.clusters) != (None in sizes)


def test_what_can_be_looked_at_is_said(session: Session, specs: dict[str, str]) -> None:
    found = session.ask(api.Inspect(specs["word2vec"]))
    assert isinstance(found, api.Inspected)
    assert [(layer.name, layer.one_sided) for layer in found.layers] == [("rnn", True)]
    assert found.drifts
    assert "only what stands left" in found.layers[0].note
    scratch = session.ask(api.Inspect(specs["scratch"]))
    assert isinstance(scratch, api.Inspected)
    assert not scratch.drifts
    with pytest.raises(WordError, match=r"has no layer 'top'\. There are rnn"):
        session.vector("film", specs["scratch"], "a film", 1, "top")
    with pytest.raises(WordError, match=r"has no sense vectors\. It has token, slot"):
        session.vector("film", specs["scratch"], "a film", 1, "", SENSE)
    with pytest.raises(ModelError, match="There are lm, lm:forward, lm:backward"):
        session.vector("film", "lm:sideways")
