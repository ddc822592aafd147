"""Codes and links to continue later, the summary to print or keep."""

import io
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pypdf import PdfReader

from bot.web.tokens import Tokens, Use, reference_in
from tests.web.conftest import Conversation
from tests.web.test_chat_api import assert_problem

SUMMARY = {
    "kind": "summary",
    "title": "Votre résumé",
    "facts": [
        {"label": "Lieu", "value": "Saint-Étienne (42)"},
        {
            "label": "Parcours",
            "value": "Je répare, j'œuvre & j'aide\n<b>« partout »</b> à 12 € – déjà",
        },
    ],
}
ROLE = {
    "kind": "role",
    "role_id": "r",
    "title": "Technicienne ou technicien support",
    "text": "Vous dépannez.",
    "quotes": ["je répare"],
    "facts": [{"label": "Niveau", "value": "Bac"}],
    "choices": [],
}
TRAINING = {
    "kind": "training",
    "training_id": "t",
    "title": "Assistance informatique",
    "subtitle": "École inventée",
    "note": "Exemple inventé.",
    "link": {"label": "Voir", "url": "https://formations.example/t"},
    "choices": [],
}


@pytest.fixture
def links(client, conversation) -> dict:
    return links_of(client, conversation)


@pytest.fixture
def talking(rasa):
    """A dialogue that shows cards and makes summaries."""

    def answer(sender: str, message: str) -> list:
        custom = {"cards": [SUMMARY]} if message == "/summary" else {"cards": [ROLE, TRAINING]}
        return [{"recipient_id": sender, "text": "Voici.", "custom": custom}]

    rasa.answer = answer
    return rasa


def links_of(client, conversation) -> dict:
    url = f"/api/conversations/{conversation.id}/links"
    response = client.get(url, headers=conversation.headers)
    assert response.status_code == 200
    return response.json()


def token_in(links: dict) -> str:
    return links["resume"]["path"].removeprefix("#reprise=")


def resume(client, **proof: str) -> httpx.Response:
    return client.post("/api/resumptions", json=proof)


def test_a_code_opens_the_conversation_on_another_device(client, conversation, links) -> None:
    conversation.post({"text": "bonjour"})
    assert re.fullmatch(r"[A-Z2-9]{3}-[A-Z2-9]{3}-[A-Z2-9]{4}-[A-Z2-9]{4}", links["resume"]["code"])
    opened = resume(client, code=links["resume"]["code"]).json()
    assert opened["id"] == conversation.id
    assert "bonjour" in [message["text"] for message in opened["messages"]]
    headers = {"Authorization": f"Bearer {opened['token']}"}
    assert client.get(f"/api/conversations/{conversation.id}", headers=headers).status_code == 200


@pytest.mark.parametrize("typed", [str.lower, lambda c: c.replace("-", " "), lambda c: f" {c}\n"])
def test_a_code_may_be_typed_in_many_ways(client, links, typed) -> None:
    assert resume(client, code=typed(links["resume"]["code"])).status_code == 200


def test_a_link_opens_the_conversation_and_no_other_api(client, conversation, links) -> None:
    token = token_in(links)
    assert resume(client, link=token).json()["id"] == conversation.id
    url = f"/api/conversations/{conversation.id}"
    assert_problem(client.get(url, headers={"Authorization": f"Bearer {token}"}), 401)
    assert client.get(f"/resume/{token}").status_code == 403


def test_a_token_of_one_use_is_nothing_for_another(client, conversation, links) -> None:
    assert_problem(resume(client, link=conversation.token), 404)
    printing = links["summary"]["page"].removeprefix("resume/")
    assert_problem(resume(client, link=printing), 404)
    assert client.get(f"/resume/{conversation.token}").status_code == 403


@pytest.mark.parametrize(
    "proof",
    [{}, {"code": "a", "link": "b"}, {"code": 3}, {"link": None}, {"code": ["x"]}],
)
def test_a_proof_that_is_none_is_refused(client, proof) -> None:
    assert_problem(client.post("/api/resumptions", json=proof), 422)


@pytest.mark.parametrize("code", ["", "ABC", "é" * 14, "%" * 14, "A" * 14, "_" * 500])
def test_an_invented_code_opens_nothing(client, conversation, code: str) -> None:
    assert "ne marche pas" in assert_problem(resume(client, code=code), 404)["detail"]


def test_the_proof_of_one_conversation_opens_no_other(client, conversation, links) -> None:
    other = links_of(client, Conversation(client))
    mixed = links["resume"]["code"][:7] + other["resume"]["code"][7:]
    assert_problem(resume(client, code=mixed), 404)


def test_codes_cannot_be_tried_one_after_the_other(client, conversation, links) -> None:
    statuses = [resume(client, code=f"ABC-DEF-2222-22{n:02}").status_code for n in range(20, 32)]
    assert statuses.count(429) == 2
    assert "Attendez" in assert_problem(resume(client, code=links["resume"]["code"]), 429)["detail"]


def test_codes_and_links_expire() -> None:
    tokens = Tokens("a secret key of tests", days=30, resume_days=7)
    conversation_id, today = tokens.new_id(), datetime.now(UTC).date()
    code = tokens.code(conversation_id, today=today)
    assert tokens.proves(code, conversation_id, today=today + timedelta(days=7))
    assert not tokens.proves(code, conversation_id, today=today + timedelta(days=8))
    assert not tokens.proves(code, tokens.new_id(), today=today)
    other = Tokens("another secret key", days=30, resume_days=7)
    assert not other.proves(code, conversation_id, today=today)


def test_an_expired_link_opens_nothing(client, conversation, links, monkeypatch) -> None:
    class Clock(datetime):
        ahead = timedelta()

        @classmethod
        def now(cls, tz=None) -> datetime:
            return datetime.now(tz) + cls.ahead

    monkeypatch.setattr("bot.web.tokens.datetime", Clock)
    Clock.ahead = timedelta(minutes=31)
    assert client.get(f"/{links['summary']['page']}").status_code == 403
    assert resume(client, link=token_in(links)).status_code == 200
    Clock.ahead = timedelta(days=8)
    assert_problem(resume(client, link=token_in(links)), 404)


def test_a_reference_is_read_from_whole_codes_only() -> None:
    assert reference_in("abc-d0f-2345-6789") == "ABCDOF"
    assert reference_in("abc-d0f") == ""


def test_an_erased_conversation_is_continued_by_nobody(client, conversation, links, store) -> None:
    store.start(conversation.id)
    conversation.delete()
    assert_problem(resume(client, link=token_in(links)), 410)
    assert_problem(resume(client, code=links["resume"]["code"]), 404)


def test_a_code_of_a_conversation_kept_with_consent_survives_a_restart(
    conversation, links, store, make_client
) -> None:
    store.start(conversation.id)
    conversation.post({"text": "gardé"})
    with make_client() as restarted:
        opened = resume(restarted, code=links["resume"]["code"]).json()
    assert "gardé" in [message["text"] for message in opened["messages"]]


def test_a_person_who_keeps_nothing_is_told_for_how_long_she_may_come_back(
    client, conversation, links, store, settings
) -> None:
    assert links["resume"]["unkept_hours"] == settings.ephemeral_hours
    store.start(conversation.id)
    assert links_of(client, conversation)["resume"]["unkept_hours"] is None


def test_links_need_the_token_of_the_conversation(client, conversation) -> None:
    other = Conversation(client)
    url = f"/api/conversations/{conversation.id}/links"
    assert_problem(client.get(url), 401)
    assert_problem(client.get(url, headers=other.headers), 404)


def test_the_printed_page_holds_answers_roles_and_trainings_as_texts(
    client, conversation, talking
) -> None:
    conversation.post({"text": "cartes"})
    page = client.get(f"/{links_of(client, conversation)['summary']['page']}")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    for text in ("Saint-Étienne (42)", "« je répare »", "École inventée", "formations.example/t"):
        assert text in page.text
    assert "<b>" not in page.text
    assert "&lt;b&gt;« partout »" in page.text


def test_the_pdf_holds_the_same_with_every_accent(client, conversation, talking) -> None:
    conversation.post({"text": "cartes"})
    response = client.get(f"/{links_of(client, conversation)['summary']['pdf']}")
    assert response.headers["Content-Type"] == "application/pdf"
    assert "resume-declic.pdf" in response.headers["Content-Disposition"]
    document = PdfReader(io.BytesIO(response.content))
    text = "\n".join(page.extract_text() for page in document.pages)
    for words in ("Saint-Étienne (42)", "j'œuvre & j'aide", "<b>« partout »</b> à 12 € – déjà"):
        assert words in text
    for words in ("« je répare »", "Niveau : Bac", "Exemple inventé.", "formations.example/t"):
        assert words in text


def test_a_summary_that_is_asked_for_leaves_no_trace_in_the_conversation(
    client, conversation, talking
) -> None:
    conversation.post({"text": "cartes"})
    before = conversation.get().json()
    client.get(f"/{links_of(client, conversation)['summary']['page']}")
    assert conversation.get().json() == before


def test_without_any_answer_the_page_says_what_to_do(client, conversation, links) -> None:
    for path in links["summary"]["page"], links["summary"]["pdf"]:
        page = client.get(f"/{path}")
        assert page.status_code == 409
        assert "Répondez d&#39;abord à une question" in page.text


def test_a_summary_of_an_erased_conversation_is_gone(client, conversation, talking) -> None:
    links = links_of(client, conversation)
    conversation.delete()
    assert client.get(f"/{links['summary']['page']}").status_code == 410


def test_documents_of_one_conversation_have_a_limit(client, conversation, talking) -> None:
    page = links_of(client, conversation)["summary"]["page"]
    statuses = [client.get(f"/{page}").status_code for _ in range(12)]
    assert statuses.count(200) == 10
    assert statuses[-1] == 429


def test_every_use_signs_with_a_salt_of_its_own() -> None:
    tokens = Tokens("a secret key of tests", days=30, resume_days=7)
    conversation_id = tokens.new_id()
    for use in Use:
        opened = {
            other: tokens.conversation_of(tokens.issue(conversation_id, use=use), use=other)
            for other in Use
        }
        assert opened == {other: conversation_id if other is use else None for other in Use}
