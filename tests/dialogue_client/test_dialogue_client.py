import asyncio
import inspect
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bot.dialogue.client import Choice, DialogueClient
from bot.errors import DialogueSilent, DialogueUnavailable

HTTPX_ERRORS = sorted(
    (
        error
        for _, error in inspect.getmembers(httpx, inspect.isclass)
        if issubclass(error, httpx.HTTPError) and error is not httpx.HTTPStatusError
    ),
    key=lambda error: error.__name__,
)


def client_of(answer: Callable[[httpx.Request], httpx.Response]) -> DialogueClient:
    return DialogueClient("http://rasa", timeout_s=1, transport=httpx.MockTransport(answer))


async def replies_to(items: Any):
    client = client_of(lambda request: httpx.Response(200, json=items))
    return await client.send("someone", "bonjour")


async def test_sender_and_words_reach_the_rest_channel_as_they_are() -> None:
    received = []

    def answer(request: httpx.Request) -> httpx.Response:
        received.append((request.url.path, json.loads(request.content)))
        return httpx.Response(
            200, json=[{"recipient_id": "a", "text": "« Très bien » 👩🏽‍💻 مرحبا"}]
        )

    text = 'J\'aime "coder" 👩🏽‍💻\nمرحبا'
    (reply,) = await client_of(answer).send("abc", text)
    assert received == [("/webhooks/rest/webhook", {"sender": "abc", "message": text})]
    assert reply.text == "« Très bien » 👩🏽‍💻 مرحبا"


async def test_what_accompanies_a_text_joins_it() -> None:
    progress, card = {"step": 3, "of": 8}, {"kind": "role", "title": "Développeuse web"}
    custom = {"question": "level", "progress": progress, "cards": [card], "effect": "consent"}
    first, second = await replies_to(
        [
            {"recipient_id": "a", "text": "Bien."},
            {"recipient_id": "a", "text": "Et ?", "buttons": [{"title": "Oui", "payload": "/yes"}]},
            {"recipient_id": "a", "custom": custom},
        ]
    )
    assert (first.text, first.question, first.choices) == ("Bien.", None, ())
    assert second.text == "Et ?"
    assert second.choices == (Choice(title="Oui", payload="/yes"),)
    assert (second.question, second.progress, second.effect) == ("level", progress, "consent")
    assert second.cards == (card,)


async def test_what_comes_before_any_text_is_a_reply_of_its_own() -> None:
    (reply,) = await replies_to([{"recipient_id": "a", "custom": {"effect": "erase"}}])
    assert (reply.text, reply.effect) == ("", "erase")


@pytest.mark.parametrize("error", HTTPX_ERRORS, ids=lambda error: error.__name__)
async def test_every_error_of_httpx_becomes_ours(error: type[httpx.HTTPError]) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error("boom")

    with pytest.raises(DialogueUnavailable) as raised:
        await client_of(fail).send("a", "mes mots à moi")
    assert raised.value.status == 503
    assert "mots" not in raised.value.detail


@pytest.mark.parametrize("status", [301, 400, 404, 429, 500, 503])
async def test_any_status_but_success_is_a_fault(status: int) -> None:
    with pytest.raises(DialogueUnavailable):
        await client_of(lambda request: httpx.Response(status, json=[])).send("a", "b")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff\xfe",
        b"[" * 100_000,
        b'[{"text": "a"',
        b"null",
        b"3",
        b'{"text": "a"}',
        b'["a"]',
        b'[{"text": "a", "buttons": [{"title": "sans suite"}]}]',
        b'[{"text": "a", "buttons": 3}]',
        b'[{"custom": "a"}]',
        b'[{"text": "a", "custom": [1]}]',
    ],
)
async def test_what_is_not_a_list_of_messages_is_a_fault(body: bytes) -> None:
    with pytest.raises(DialogueUnavailable) as raised:
        await client_of(lambda request: httpx.Response(200, content=body)).send("a", "b")
    assert not isinstance(raised.value, DialogueSilent)


@pytest.mark.parametrize(
    "items", [[], [{"recipient_id": "a"}], [{"recipient_id": "a", "text": ""}]]
)
async def test_an_answer_that_says_nothing_is_silence(items: list) -> None:
    with pytest.raises(DialogueSilent):
        await replies_to(items)


async def test_a_port_where_nobody_listens_is_a_fault(unused_tcp_port: int) -> None:
    client = DialogueClient(f"http://127.0.0.1:{unused_tcp_port}", timeout_s=1)
    with pytest.raises(DialogueUnavailable):
        await client.send("a", "b")
    await client.close()


async def test_a_proxy_of_the_machine_is_left_aside(monkeypatch) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}")
        body = b'[{"recipient_id": "a", "text": "directement"}]'
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()

    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:1")
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = DialogueClient(f"http://127.0.0.1:{port}", timeout_s=1)
        (reply,) = await client.send("a", "b")
        await client.close()
    assert reply.text == "directement"
