from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from core import api
from tui.engine_client import EngineClient, EngineState

CHILD = """
import sys, time
from core import api

def say(number, answer):
    print(api.encode(number, answer), flush=True)

if "never" in sys.argv:
    time.sleep(60)
if "broken" in sys.argv:
    print("Traceback: the weights are gone", file=sys.stderr); sys.exit(3)
say(0, api.Ready("2.0", "cpu"))
for line in sys.stdin:
    number, question = api.decode_question(line)
    if isinstance(question, api.Neighbors):
        say(number, api.Failed("no such word", "type another")); continue
    if question.text == "die":
        print("out of memory\\x1b[31m", file=sys.stderr, flush=True); sys.exit(9)
    if question.text == "babble":
        print("this is not JSON", flush=True); continue
    if question.text == "slow":
        continue
    for model in question.models:
        say(number, api.Predicted(model, "positive", {"negative": 0.1, "positive": 0.9}, ()))
    say(number - 1, api.Predicted("stale", "negative", {"negative": 1.0}, ()))
    say(number, api.Finished())
"""


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Callable[..., EngineClient]]:
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    made: list[EngineClient] = []

    def make(*words: str) -> EngineClient:
        made.append(EngineClient((sys.executable, str(script), *words)))
        return made[-1]

    yield make
    for engine in made:
        await engine.close()


async def ask(engine: EngineClient, question: api.Question) -> list[api.Answer]:
    return [answer async for answer in engine.ask(question)]


async def reaches(engine: EngineClient, state: EngineState) -> None:
    async with asyncio.timeout(20):
        while engine.state is not state:
            await asyncio.sleep(0.01)


async def test_each_asker_gets_its_own_answers_and_only_those(client: Callable[..., EngineClient]) -> None:
    engine = client()
    await engine.start()
    answers = await ask(engine, api.Predict("hello", ("scratch", "word2vec")))
    assert [answer.model for answer in answers if isinstance(answer, api.Predicted)] == ["scratch", "word2vec"]
    assert len(answers) == 2


async def test_a_question_asked_while_the_engine_starts_waits_and_only_the_latest_is_sent(
    client: Callable[..., EngineClient],
) -> None:
    engine = client()
    first = asyncio.create_task(ask(engine, api.Predict("a", ("one",))))
    second = asyncio.create_task(ask(engine, api.Predict("b", ("two",))))
    await asyncio.sleep(0)
    await engine.start()
    assert await first == []
    assert [answer.model for answer in await second if isinstance(answer, api.Predicted)] == ["two"]


async def test_a_newer_question_of_its_kind_ends_the_older(client: Callable[..., EngineClient]) -> None:
    engine = client()
    await engine.start()
    await reaches(engine, EngineState.READY)
    older = asyncio.create_task(ask(engine, api.Predict("slow", ("one",))))
    await asyncio.sleep(0)
    run = asyncio.create_task(ask(engine, api.PredictPrefixes("other kind", ("three",))))
    newer = await ask(engine, api.Predict("quick", ("two",)))
    assert await older == []
    assert [answer.model for answer in newer if isinstance(answer, api.Predicted)] == ["two"]
    assert len(await run) == 1


async def test_a_failure_ends_the_question_and_says_why(client: Callable[..., EngineClient]) -> None:
    engine = client()
    await engine.start()
    assert await ask(engine, api.Neighbors("x", "scratch")) == [api.Failed("no such word", "type another")]


async def test_death_ends_every_question_and_tells_its_last_words(client: Callable[..., EngineClient]) -> None:
    engine = client()
    states: list[EngineState] = []
    engine.on_state = states.append
    await engine.start()
    assert await ask(engine, api.Predict("die", ("scratch",))) == []
    await reaches(engine, EngineState.DEAD)
    assert "exit code 9" in engine.exit_reason.message
    assert "out of memory" in engine.exit_reason.hint
    assert await ask(engine, api.Predict("anyone?", ("scratch",))) == []

    await engine.restart()
    assert len(await ask(engine, api.Predict("again", ("scratch",)))) == 1
    assert states == [
        EngineState.STARTING,
        EngineState.READY,
        EngineState.DEAD,
        EngineState.STARTING,
        EngineState.READY,
    ]


async def test_an_engine_that_babbles_is_dead(client: Callable[..., EngineClient]) -> None:
    engine = client()
    await engine.start()
    assert await ask(engine, api.Predict("babble", ("scratch",))) == []
    await reaches(engine, EngineState.DEAD)
    assert "not an answer" in engine.exit_reason.message


async def test_an_engine_that_cannot_come_up_is_dead_and_says_why(client: Callable[..., EngineClient]) -> None:
    engine = client("broken")
    await engine.start()
    await reaches(engine, EngineState.DEAD)
    assert "the weights are gone" in engine.exit_reason.hint

    missing = EngineClient(("/nonexistent/python",))
    await missing.start()
    assert missing.state is EngineState.DEAD
    assert "could not be started" in missing.exit_reason.message
    await missing.close()


async def test_closing_does_not_wait_for_a_busy_engine(client: Callable[..., EngineClient]) -> None:
    engine = client("never")
    await engine.start()
    asker = asyncio.create_task(ask(engine, api.Predict("hello", ("scratch",))))
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await engine.close()
        assert await asker == []
    assert engine.state is EngineState.IDLE
