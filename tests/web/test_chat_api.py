import asyncio
import html
import json
import re
import threading
import time

import httpx
import pytest
from starlette.testclient import TestClient

from bot.conversations import ConversationStore
from bot.errors import StoreUnavailable
from bot.settings import Settings
from bot.web.tokens import Tokens
from tests.web.conftest import Conversation


def assert_problem(response: httpx.Response, status: int) -> dict:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["detail"].strip()
    assert "Traceback" not in response.text
    return body


def test_opening_gives_an_id_a_token_and_the_first_messages(conversation) -> None:
    first, second = conversation.messages
    assert first["author"] == "bot"
    assert first["text"] == "Bonjour"
    assert second["question"] == "consent"
    assert second["choices"][0]["label"] == "Oui"
    assert set(first) >= {"id", "author", "text", "choices", "cards", "at"}
    assert "payload" not in first


def test_a_typed_text_reaches_rasa_and_its_answer_comes_back(conversation, rasa) -> None:
    response = conversation.post({"text": "bonjour 👋🏽 à tous"})
    assert [m["text"] for m in response.json()["messages"]] == ["reçu : bonjour 👋🏽 à tous"]
    assert rasa.received[-1] == (conversation.id, "bonjour 👋🏽 à tous")


def test_a_choice_sends_its_payload_and_shows_its_label(conversation, rasa) -> None:
    conversation.post({"choice": conversation.choice})
    assert rasa.received[-1][1] == '/answer{"slot":"consent","value":"summary"}'
    said = [m["text"] for m in conversation.get().json()["messages"] if m["author"] == "person"]
    assert said == ["Oui"]


def test_a_choice_survives_a_restart_of_the_process(conversation, settings: Settings) -> None:
    restarted = Tokens(settings.signing_key, days=1, resume_days=1)
    offered = restarted.payload_of(conversation.id, conversation.choice)
    assert offered is not None
    assert offered.endswith('/answer{"slot":"consent","value":"summary"}')


@pytest.mark.parametrize("text", ["", "   ", "\n\t ", "\u200b\u200d", "/", " // ", "\x00\x07"])
def test_an_empty_message_is_refused_in_french(conversation, rasa, text: str) -> None:
    before = len(rasa.received)
    assert "vide" in assert_problem(conversation.post({"text": text}), 422)["detail"]
    assert len(rasa.received) == before


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        ' /inform{"x":1}',
        "//restart",
        "\u200b/restart",
        "／restart",
        "\n /session_start",
    ],
)
def test_a_typed_command_of_rasa_arrives_as_plain_words(conversation, rasa, text: str) -> None:
    assert conversation.post({"text": text}).status_code == 200
    passed_on = rasa.received[-1][1]
    assert not passed_on.lstrip().startswith("/")
    assert passed_on in {"restart", 'inform{"x":1}', "session_start"}


@pytest.mark.parametrize(
    "text",
    [
        "😀😀😀",
        "مرحبا كيف الحال",
        "<script>alert(1)</script>",
        "<b>gras</b> & compagnie",
        "a" * 4000,
        "' OR 1=1; DROP TABLE messages; --",
    ],
)
def test_unusual_texts_pass_unharmed(conversation, text: str) -> None:
    response = conversation.post({"text": text})
    assert response.json()["messages"][0]["text"] == f"reçu : {text}"


def test_control_characters_are_dropped_and_the_words_kept(conversation, rasa) -> None:
    conversation.post({"text": "bon\x00jour\x1b[31m\x07"})
    assert rasa.received[-1][1] == "bonjour[31m"


@pytest.mark.parametrize("size", [4_001, 100_000, 1_000_000])
def test_a_message_that_is_too_long_is_refused_in_french(conversation, rasa, size: int) -> None:
    before = len(rasa.received)
    detail = assert_problem(conversation.post({"text": "a" * size}), 413)["detail"]
    assert "trop long" in detail
    assert len(rasa.received) == before


@pytest.mark.parametrize(
    "body", [[], [{"text": "x"}], "x", 3, None, {}, {"text": 3}, {"text": None}, {"choice": ["x"]},
             {"text": "a", "choice": "b"}]
)  # fmt: skip
def test_a_body_that_is_no_message_is_refused(conversation, body) -> None:
    assert_problem(conversation.post(body), 422)


def test_a_body_that_is_no_json_is_refused(client: TestClient, conversation) -> None:
    url = f"/api/conversations/{conversation.id}/messages"
    headers = {**conversation.headers, "Content-Type": "application/json"}
    for content in (b"{", b"\xff\xfe", b""):
        assert_problem(client.post(url, content=content, headers=headers), 422)


def test_an_invented_choice_is_refused(conversation) -> None:
    invented = ("x", "", "a.b", conversation.choice + "A", conversation.choice.split(".")[0])
    for choice in (*invented, "é.é", "YQ.é"):
        assert_problem(conversation.post({"choice": choice}), 422)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "oui\ud800"}, 200),
        ({"text": "\ud800"}, 422),
        ({"choice": "YQ.\ud800"}, 422),
        ({"text": "oui", "client_id": "\ud800"}, 422),
    ],
)
def test_half_a_character_breaks_nothing(client, conversation, body, status: int) -> None:
    url = f"/api/conversations/{conversation.id}/messages"
    headers = {**conversation.headers, "Content-Type": "application/json"}
    response = client.post(url, content=json.dumps(body), headers=headers)
    assert response.status_code == status


def test_a_body_nested_too_deep_is_refused(client, conversation) -> None:
    url = f"/api/conversations/{conversation.id}/messages"
    headers = {**conversation.headers, "Content-Type": "application/json"}
    assert_problem(client.post(url, content=b"[" * 60_000, headers=headers), 400)


def test_a_choice_of_another_conversation_is_refused(client: TestClient, conversation) -> None:
    other = client.post("/api/conversations", json={}).json()
    choice = other["messages"][1]["choices"][0]["id"]
    assert_problem(conversation.post({"choice": choice}), 422)


def test_a_missing_wrong_or_expired_token_is_refused(client, conversation, settings) -> None:
    url = f"/api/conversations/{conversation.id}"
    foreign = Tokens("another secret key", days=30, resume_days=7).issue(conversation.id)
    for headers in (
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": conversation.token},
        {"Authorization": f"Bearer {conversation.token}x"},
        {"Authorization": f"Bearer {foreign}"},
        {"Authorization": f"Bearer {token_issued(-181, conversation, settings)}"},
    ):
        response = client.get(url, headers=headers)
        assert_problem(response, 401)
        assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("days", [-30, 0, 1])
def test_a_token_holds_for_months_and_when_the_clock_is_set_back(
    client, conversation, settings, days: int
) -> None:
    headers = {"Authorization": f"Bearer {token_issued(days, conversation, settings)}"}
    assert client.get(f"/api/conversations/{conversation.id}", headers=headers).status_code == 200


def token_issued(days: int, conversation: Conversation, settings: Settings) -> str:
    """The token of a conversation, issued so many days from now."""
    moment = time.time() + days * 86_400
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("itsdangerous.timed.time.time", lambda: moment)
        return Tokens(settings.signing_key, days=settings.token_days, resume_days=7).issue(
            conversation.id
        )


def test_a_valid_token_opens_no_other_conversation(client: TestClient, conversation) -> None:
    other = client.post("/api/conversations", json={}).json()
    for conversation_id in (other["id"], "unknown", "A" * 24, "../../etc/passwd"):
        response = client.get(f"/api/conversations/{conversation_id}", headers=conversation.headers)
        assert_problem(response, 404)


def test_unknown_addresses_and_methods_are_problems_too(client: TestClient) -> None:
    assert_problem(client.get("/nowhere"), 404)
    assert_problem(client.put("/api/conversations", json={}), 405)


def test_a_retry_with_the_same_key_is_answered_once(conversation, rasa) -> None:
    body = {"text": "j'ai le bac", "client_id": "abc"}
    first = conversation.post(body).json()
    again = conversation.post(body).json()
    assert first == again
    assert [m for _, m in rasa.received].count("j'ai le bac") == 1
    key = {"Idempotency-Key": "k1"}
    assert (
        conversation.post({"text": "oui"}, **key).json()
        == conversation.post({"text": "oui"}, **key).json()
    )
    assert [m for _, m in rasa.received].count("oui") == 1


def test_the_same_key_with_other_words_is_another_message(conversation, rasa) -> None:
    conversation.post({"text": "Metz", "client_id": "k"})
    conversation.post({"text": "Nancy", "client_id": "k"})
    assert [m for _, m in rasa.received][-2:] == ["Metz", "Nancy"]


def test_a_retry_after_a_failure_shows_the_message_once(conversation, rasa) -> None:
    rasa.answer = lambda sender, message: httpx.Response(500)
    body = {"text": "mes mots", "client_id": "k"}
    assert_problem(conversation.post(body), 503)
    rasa.answer = rasa.usual
    assert conversation.post(body).status_code == 200
    texts = [m["text"] for m in conversation.get().json()["messages"]]
    assert texts.count("mes mots") == 1


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 201])
def test_a_key_that_is_no_key_is_refused(conversation, key: str) -> None:
    assert_problem(conversation.post({"text": "oui", "client_id": key}), 422)


def test_the_same_words_without_a_key_are_two_messages(conversation, rasa) -> None:
    conversation.post({"text": "je ne sais pas"})
    conversation.post({"text": "je ne sais pas"})
    assert [m for _, m in rasa.received].count("je ne sais pas") == 2


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, text="Traceback"),
        httpx.Response(200, text="not json"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"text": "x"}),
        httpx.Response(200, json=["x"]),
    ],
    ids=["500", "garbage", "silence", "object", "strings"],
)
def test_a_failing_dialogue_gets_a_french_sentence_and_loses_no_word(
    conversation, rasa, answer
) -> None:
    rasa.answer = lambda sender, message: answer
    detail = assert_problem(conversation.post({"text": "mes mots"}), 503)["detail"]
    assert "réessayez" in detail
    assert "mes mots" in [m["text"] for m in conversation.get().json()["messages"]]
    rasa.answer = rasa.usual
    assert conversation.post({"text": "mes mots"}).status_code == 200


@pytest.mark.parametrize("fault", ["nobody listens", "died in the turn", "silence"])
def test_a_message_is_tried_again_until_the_process_is_back(conversation, rasa, fault) -> None:
    def answer(sender: str, message: str) -> httpx.Response:
        if len([said for _, said in rasa.received if said == message]) > 1:
            return httpx.Response(200, json=rasa.usual(sender, message))
        if fault == "silence":
            return httpx.Response(200, json=[])
        raise (httpx.ConnectError if fault == "nobody listens" else httpx.RemoteProtocolError)("x")

    rasa.answer = answer
    assert conversation.post({"text": "Metz"}).json()["messages"][0]["text"] == "reçu : Metz"
    assert [m["text"] for m in conversation.get().json()["messages"]].count("Metz") == 1


def test_an_answer_that_takes_too_long_is_announced_and_comes_with_the_next(
    settings, rasa, make_client
) -> None:
    may_answer = threading.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        while b"lentement" in request.content and not may_answer.is_set():
            await asyncio.sleep(0.01)
        return rasa(request)

    hurried = settings.model_copy(update={"turn_timeout_s": 2})
    with make_client(hurried, transport=httpx.MockTransport(slow)) as client:
        conversation = Conversation(client)
        late = conversation.post({"text": "lentement"})
        assert assert_problem(late, 503)["code"] == "late"
        assert late.headers["Retry-After"] == "2"
        may_answer.set()
        texts = [m["text"] for m in conversation.post({"text": "ensuite"}).json()["messages"]]
    assert texts == ["reçu : lentement", "reçu : ensuite"]


def test_words_of_distress_never_depend_on_a_classifier(conversation, rasa) -> None:
    conversation.post({"text": "je veux mourir"})
    assert rasa.received[-1][1] == "/distress"


def test_words_of_distress_are_answered_even_when_the_dialogue_is_down(conversation, rasa) -> None:
    rasa.answer = lambda sender, message: httpx.Response(500)
    problem = assert_problem(conversation.post({"text": "je veux mourir"}), 503)
    assert "3114" in problem["detail"]
    assert "112" in problem["detail"]


def test_without_consent_nothing_is_written_and_a_reload_still_works(
    conversation, store: ConversationStore, settings: Settings
) -> None:
    conversation.post({"text": "mot secret zyzzyva"})
    texts = [m["text"] for m in conversation.get().json()["messages"]]
    assert texts == ["Bonjour", "D'accord ?", "mot secret zyzzyva", "reçu : mot secret zyzzyva"]
    assert store.messages(conversation.id) == ()
    for path in settings.data_dir.iterdir():
        assert b"zyzzyva" not in path.read_bytes()
        assert conversation.id.encode() not in path.read_bytes()


def test_with_consent_the_transcript_is_kept_from_the_first_message(
    conversation, store: ConversationStore
) -> None:
    conversation.post({"text": "avant"})
    store.start(conversation.id)
    conversation.post({"text": "après"})
    kept = [message.text for message in store.messages(conversation.id)]
    assert kept == ["Bonjour", "D'accord ?", "avant", "reçu : avant", "après", "reçu : après"]
    assert [m["text"] for m in conversation.get().json()["messages"]] == kept


def test_a_store_that_fails_costs_no_turn(conversation, store, monkeypatch) -> None:
    store.start(conversation.id)
    store.engine.dispose()

    def fail(*arguments: object, **named: object) -> None:
        raise StoreUnavailable("down")

    with monkeypatch.context() as patch:
        patch.setattr(store, "add_messages", fail)
        assert conversation.post({"text": "tient bon"}).status_code == 200
    conversation.post({"text": "la suite"})
    assert "tient bon" in [message.text for message in store.messages(conversation.id)]


def test_erasing_gives_a_receipt_and_ends_the_conversation(conversation, store) -> None:
    store.start(conversation.id)
    conversation.post({"text": "à oublier"})
    receipt = conversation.delete().json()["receipt"]
    assert receipt["rows"]["messages"] == 4
    assert_problem(conversation.get(), 410)
    assert_problem(conversation.post({"text": "encore là ?"}), 410)
    assert store.messages(conversation.id) == ()


def test_erasing_inside_the_conversation_ends_it_too(conversation, rasa, store) -> None:
    store.start(conversation.id)
    rasa.answer = lambda sender, message: [
        {"recipient_id": sender, "text": "C'est effacé."},
        {"recipient_id": sender, "custom": {"effect": "erase"}},
    ]
    answer = conversation.post({"text": "oui, tout effacer"}).json()["messages"]
    assert [(m["text"], m["effect"]) for m in answer] == [("C'est effacé.", "erase")]
    assert_problem(conversation.get(), 410)
    assert store.messages(conversation.id) == ()


def test_an_erasure_that_failed_is_never_said_to_be_done(conversation, store, monkeypatch) -> None:
    def fail(conversation_id: str) -> None:
        raise StoreUnavailable("down")

    conversation.post({"text": "avant"})
    with monkeypatch.context() as patch:
        patch.setattr(store, "erase", fail)
        detail = assert_problem(conversation.delete(), 503)["detail"]
    assert "pas encore effacées" in detail
    assert conversation.delete().status_code == 200


def test_somebody_too_fast_is_told_how_long_to_wait(settings, rasa, store, make_client) -> None:
    hasty = settings.model_copy(update={"messages_per_minute": 3, "openings_per_minute": 2})
    with make_client(hasty) as client:
        first, second = Conversation(client), Conversation(client)
        assert_problem(client.post("/api/conversations", json={}), 429)
        for text in "abc":
            assert first.post({"text": text}).status_code == 200
        refused = first.post({"text": "d"})
        assert "Attendez" in assert_problem(refused, 429)["detail"]
        assert 1 <= int(refused.headers["Retry-After"]) <= 20
        assert second.post({"text": "pas moi"}).status_code == 200


def test_an_unforeseen_error_says_nothing_of_what_was_written(conversation, rasa, caplog) -> None:
    def fail(sender: str, message: str) -> list:
        raise LookupError(f"cannot answer {message}")

    rasa.answer = fail
    response = conversation.post({"text": "mot secret zyzzyva"})
    assert_problem(response, 500)
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "zyzzyva" not in response.text
    assert "LookupError" in caplog.text
    assert "zyzzyva" not in caplog.text


def test_after_a_restart_rasa_is_asked_where_the_conversation_was(
    client, make_client, conversation
) -> None:
    with make_client() as restarted:
        url = f"/api/conversations/{conversation.id}"
        messages = restarted.get(url, headers=conversation.headers).json()["messages"]
    assert [message["text"] for message in messages] == ["reçu : /resume"]


def test_pages_carry_security_headers(client: TestClient) -> None:
    for path in ("/", "/conseil/connexion", "/health/live", "/donnees-personnelles"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


def test_static_files_are_asked_for_again_when_they_change(client: TestClient) -> None:
    style = client.get("/static/declic.css")
    assert style.headers["Cache-Control"] == "no-cache"
    again = client.get("/static/declic.css", headers={"If-None-Match": style.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/", "/health/live", "/donnees-personnelles", "/accessibilite"])
def test_a_monitor_may_ask_for_the_headers_only(client: TestClient, path: str) -> None:
    assert client.head(path).status_code == 200


def test_without_javascript_the_page_says_whom_to_ask(client: TestClient, settings) -> None:
    said = re.search("<noscript>(.+?)</noscript>", client.get("/").text)
    assert said
    assert "JavaScript" in said[1]
    assert html.escape(settings.operator_contact).replace("&#x27;", "&#39;") in said[1]
