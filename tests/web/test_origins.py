"""Portals that may embed the chat, sites that may not, and serving under a path."""

import re

import pytest
from pydantic import ValidationError

from bot.settings import Settings
from tests.web.conftest import Conversation
from tests.web.test_chat_api import assert_problem

PORTAL, STRANGER = "https://portail.example", "https://ailleurs.example"
PREFLIGHT = {"Access-Control-Request-Method": "POST"}


@pytest.fixture
def client(make_client, settings):
    allowed = settings.model_copy(update={"allowed_origins": (PORTAL, "http://b.example:8080")})
    with make_client(allowed) as client:
        yield client


def test_a_portal_of_the_settings_is_answered(client) -> None:
    for origin in (PORTAL, "http://b.example:8080"):
        headers = {"Origin": origin, **PREFLIGHT}
        asked = client.options("/api/conversations", headers=headers)
        assert asked.status_code == 200
        assert asked.headers["Access-Control-Allow-Origin"] == origin
        response = client.post("/api/conversations", json={}, headers={"Origin": origin})
        assert response.headers["Access-Control-Allow-Origin"] == origin
        assert "Origin" in response.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize(
    "origin",
    [STRANGER, "null", "http://portail.example", f"{PORTAL}.evil.example", f"{PORTAL}:444", ""],
)
def test_any_other_site_gets_no_answer_and_no_effect(client, rasa, origin: str) -> None:
    asked = client.options("/api/conversations", headers={"Origin": origin, **PREFLIGHT})
    assert "Access-Control-Allow-Origin" not in asked.headers
    response = client.post("/api/conversations", json={}, headers={"Origin": origin})
    assert "n'a pas le droit" in assert_problem(response, 403)["detail"]
    assert "Access-Control-Allow-Origin" not in response.headers
    assert rasa.received == []


def test_errors_too_can_be_read_by_the_portal(client) -> None:
    url = "/api/conversations/x/messages"
    response = client.post(url, json={"text": "a"}, headers={"Origin": PORTAL})
    assert_problem(response, 401)
    assert response.headers["Access-Control-Allow-Origin"] == PORTAL


def test_the_own_pages_of_declic_are_no_foreign_site(client) -> None:
    own = {"Origin": "https://testserver", "Host": "testserver"}
    assert client.post("/api/conversations", json={}, headers=own).status_code == 201


def test_no_page_and_no_console_is_opened_to_portals(client) -> None:
    for path in ("/", "/conseil/connexion", "/health/live"):
        response = client.get(path, headers={"Origin": PORTAL})
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("path", ["/", "/demo", "/accessibilite", "/conseil/connexion"])
def test_no_page_can_be_put_in_a_frame(client, path: str) -> None:
    headers = client.get(path).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "written", ["*", "https://a.fr/", "a.fr", "https://A.fr", "https://a.fr/chemin", "null"]
)
def test_an_origin_that_no_browser_sends_is_refused_by_the_settings(written: str) -> None:
    with pytest.raises(ValidationError):
        Settings(allowed_origins=written)


def test_origins_are_separated_by_spaces(monkeypatch) -> None:
    monkeypatch.setenv("DECLIC_ALLOWED_ORIGINS", f" {PORTAL}  {STRANGER} ")
    assert Settings().allowed_origins == (PORTAL, STRANGER)


@pytest.mark.parametrize("prefix", ["", "/declic"])
def test_everything_works_under_a_path_whether_the_proxy_strips_it_or_not(
    make_client, settings, prefix: str
) -> None:
    with make_client(settings.model_copy(update={"root_path": "/declic"})) as client:
        page = client.get(f"{prefix}/")
        assert page.status_code == 200
        links = re.findall(r'(?:href|src)="(/[^"]*)"', page.text)
        assert links
        assert all(link.startswith("/declic/") for link in links)
        for path in ("/static/declic.css", "/widget.js", "/accessibilite", "/health/live"):
            response = client.get(prefix + path)
            assert response.status_code == 200, path
        assert client.get(f"{prefix}/static/declic.css").headers["Cache-Control"] == "no-cache"
        assert client.post(f"{prefix}/api/conversations", json={}).status_code == 201
        stranger = client.post(f"{prefix}/api/conversations", headers={"Origin": STRANGER})
        assert_problem(stranger, 403)


def test_one_address_cannot_ask_for_ever_whatever_the_conversation(make_client, settings) -> None:
    hasty = settings.model_copy(update={"requests_per_minute": 4})
    with make_client(hasty) as client:
        first, second = Conversation(client), Conversation(client)
        assert first.get().status_code == 200
        assert second.get().status_code == 200
        refused = first.post({"text": "a"})
        assert "Attendez" in assert_problem(refused, 429)["detail"]
        assert int(refused.headers["Retry-After"]) >= 1
