import asyncio
from datetime import UTC, datetime

import pytest

from bot.conversations import StoredMessage
from bot.errors import DialogueUnavailable
from bot.web.problems import StillAnswering
from bot.web.turns import Turns


def said(text: str) -> list[StoredMessage]:
    return [StoredMessage(id=text, author="bot", text=text, at=datetime.now(UTC))]


class Dialogue:
    """Answers when the test lets it; counts the turns that it was asked for."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = asyncio.Event()

    async def turn(self) -> list[StoredMessage]:
        self.asked += 1
        await self.may_answer.wait()
        return said("réponse")


async def test_a_retry_while_the_first_is_being_answered_gets_the_same_answer() -> None:
    turns, dialogue = Turns(wait_s=5), Dialogue()
    both = asyncio.gather(
        *(turns.once("a", "oui", dialogue.turn, remember=False) for _ in range(2))
    )
    await asyncio.sleep(0)
    dialogue.may_answer.set()
    first, second = await both
    assert first == second
    assert dialogue.asked == 1
    await turns.once("a", "oui", dialogue.turn, remember=False)
    assert dialogue.asked == 2


async def test_an_answer_that_comes_too_late_is_there_for_the_retry() -> None:
    turns, dialogue = Turns(wait_s=0.01), Dialogue()
    with pytest.raises(DialogueUnavailable):
        await turns.once("a", "clé", dialogue.turn, remember=True)
    dialogue.may_answer.set()
    await turns.settled("a")
    assert (await turns.once("a", "clé", dialogue.turn, remember=True))[0].text == "réponse"
    assert dialogue.asked == 1


async def test_an_answer_that_comes_too_late_comes_with_the_next_message_once() -> None:
    turns, dialogue = Turns(wait_s=0.01), Dialogue()
    with pytest.raises(StillAnswering):
        await turns.once("a", "d'abord", dialogue.turn, remember=True)
    dialogue.may_answer.set()
    await asyncio.sleep(0.01)

    async def answer() -> list[StoredMessage]:
        return said("ensuite")

    for message, texts in (("ensuite", ["réponse", "ensuite"]), ("enfin", ["ensuite"])):
        answers = await turns.once("a", message, answer, remember=True)
        assert [answer.text for answer in answers] == texts


async def test_a_late_answer_that_was_read_in_the_history_is_not_told_again() -> None:
    turns, dialogue = Turns(wait_s=0.01), Dialogue()
    with pytest.raises(StillAnswering):
        await turns.once("a", "d'abord", dialogue.turn, remember=False)
    dialogue.may_answer.set()
    await asyncio.sleep(0.01)
    turns.caught_up("a")
    answers = await turns.once("a", "ensuite", dialogue.turn, remember=False)
    assert len(answers) == 1


async def test_a_late_failure_is_no_answer() -> None:
    turns, failing = Turns(wait_s=0.01), asyncio.Event()

    async def fail() -> list[StoredMessage]:
        await failing.wait()
        raise DialogueUnavailable

    with pytest.raises(StillAnswering):
        await turns.once("a", "d'abord", fail, remember=True)
    failing.set()
    await asyncio.sleep(0.01)
    dialogue = Dialogue()
    dialogue.may_answer.set()
    assert len(await turns.once("a", "ensuite", dialogue.turn, remember=True)) == 1


async def test_a_client_that_hangs_up_does_not_interrupt_the_turn() -> None:
    turns, dialogue = Turns(wait_s=5), Dialogue()
    gone = asyncio.create_task(turns.once("a", "clé", dialogue.turn, remember=True))
    await asyncio.sleep(0.01)
    gone.cancel()
    dialogue.may_answer.set()
    await turns.once("a", "clé", dialogue.turn, remember=True)
    assert dialogue.asked == 1


async def test_a_failure_is_never_remembered() -> None:
    turns, asked = Turns(wait_s=5), []

    async def fail() -> list[StoredMessage]:
        asked.append(1)
        raise DialogueUnavailable

    for _ in range(2):
        with pytest.raises(DialogueUnavailable):
            await turns.once("a", "clé", fail, remember=True)
    assert len(asked) == 2


async def test_answers_are_forgotten_in_time_and_on_demand() -> None:
    now = [0.0]
    turns, dialogue = Turns(wait_s=5, clock=lambda: now[0]), Dialogue()
    dialogue.may_answer.set()
    await turns.once("a", "clé", dialogue.turn, remember=True)
    await turns.once("b", "clé", dialogue.turn, remember=True)
    turns.forget("a")
    assert (turns.known("a", "clé"), turns.known("b", "clé")) == (False, True)
    now[0] = 601
    turns.forget_old()
    assert not turns.known("b", "clé")


async def test_turns_of_one_conversation_follow_each_other_and_others_do_not_wait() -> None:
    turns, order = Turns(wait_s=5), []

    async def hold(conversation: str, name: str, seconds: float) -> None:
        async with turns.alone(conversation):
            order.append(f"{name} begins")
            await asyncio.sleep(seconds)
            order.append(f"{name} ends")

    await asyncio.gather(hold("a", "slow", 0.05), hold("a", "next", 0), hold("b", "other", 0))
    assert order.index("other ends") < order.index("slow ends") < order.index("next begins")
