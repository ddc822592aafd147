"""Messages that were sent before the one ahead was answered."""

import asyncio
import json
from datetime import UTC, datetime

import httpx

from bot.conversations import StoredMessage
from bot.web.queueing import Queue, Sent


def sent(text: str, *, joins: bool = True) -> tuple[Sent, StoredMessage]:
    said = StoredMessage(id=text, author="person", text=text, at=datetime.now(UTC))
    return Sent(shown=text, passed_on=text, joins=joins), said


def words(messages) -> list[str]:
    return [message.sent.passed_on for message in messages]


def test_words_that_follow_each_other_are_one_turn_and_a_command_is_its_own() -> None:
    queue = Queue(longest=1000)
    first, *_ = (
        queue.enter("a", *sent(text, joins=text != "/summary"))
        for text in ("un", "deux", "/summary", "trois")
    )
    assert not first.in_a_row
    assert words(queue.together("a", first)) == ["un", "deux"]


def test_only_what_queued_up_is_in_a_row() -> None:
    queue = Queue(longest=1000)
    first = queue.enter("a", *sent("un"))
    assert queue.enter("a", *sent("deux")).in_a_row
    assert not queue.enter("b", *sent("un")).in_a_row
    queue.leave("a", first)
    assert queue.enter("a", *sent("trois")).in_a_row


def test_what_is_too_long_together_is_not_joined() -> None:
    queue = Queue(longest=10)
    first = queue.enter("a", *sent("123456"))
    queue.enter("a", *sent("123456"))
    assert words(queue.together("a", first)) == ["123456"]


def test_nothing_is_remembered_of_a_conversation_without_a_message_waiting() -> None:
    queue = Queue(longest=10)
    queue.leave("a", queue.enter("a", *sent("un")))
    assert not queue.enter("a", *sent("deux")).in_a_row


def test_a_burst_reaches_the_dialogue_whole_and_all_of_it_is_answered(
    settings, make_client
) -> None:
    received: list[tuple[str, bool]] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        received.append((body["message"], "metadata" in body))
        await asyncio.sleep(0.2)
        return httpx.Response(200, json=[{"recipient_id": "a", "text": "noté"}])

    with make_client(transport=httpx.MockTransport(answer)) as client:
        opened = client.post("/api/conversations", json={}).json()
        url = f"/api/conversations/{opened['id']}/messages"
        headers = {"Authorization": f"Bearer {opened['token']}"}

        async def burst() -> list[httpx.Response]:
            transport = httpx.ASGITransport(app=client.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://web") as http:
                return await asyncio.gather(
                    *(http.post(url, json={"text": f"mot {n}"}, headers=headers) for n in range(5))
                )

        answers = client.portal.call(burst)
    assert [response.json()["messages"][0]["text"] for response in answers] == ["noté"] * 5
    # Sent at once, they may arrive in any order; the first goes alone, those behind it together.
    (first, alone), (others, together) = received[1:]
    assert sorted([first, *others.split("\n")]) == [f"mot {n}" for n in range(5)]
    assert (alone, together) == (False, True)
