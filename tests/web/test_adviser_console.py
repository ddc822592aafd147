import re
from datetime import UTC, datetime

import pytest

from bot.conversations import MatchRecord, ProposalRecord, StoredMessage
from bot.conversations.advisers import add_adviser
from bot.person import Profile, Status

EMAIL, PASSWORD = "anne@exemple.fr", "une phrase assez longue"


def token_of(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found
    return found[1]


def log_in(client, password: str = PASSWORD):
    page = client.get("/conseil/connexion").text
    data = {"form_token": token_of(page), "email": EMAIL, "password": password}
    return client.post("/conseil/connexion", data=data, follow_redirects=False)


@pytest.fixture
def adviser(client, store):
    add_adviser(store, email=EMAIL, password=PASSWORD)
    assert log_in(client).status_code == 303
    return client


@pytest.fixture
def kept(store) -> str:
    store.start("AbCdEfGh")
    store.save_profile(
        "AbCdEfGh",
        Profile(
            status=Status.JOB_SEEKER,
            level=4,
            place_name="Metz (57)",
            radius_km=30,
            background="vendeuse <b>en boulangerie</b>",
            motivations="<script>alert(1)</script>",
        ),
    )
    store.save_matches(
        "AbCdEfGh",
        [
            MatchRecord(
                role_id="r", label="Community manager", score=0.5, quotes=("la page du club",)
            )
        ],
    )
    store.save_proposals(
        "AbCdEfGh",
        [ProposalRecord(training_id="t", role_id="r", title="Animer", provider="Atelier")],
    )
    store.choose_training("AbCdEfGh", "t")
    store.ask_for_human("AbCdEfGh")
    message = StoredMessage(
        id="1", author="person", text="<img src=x onerror=alert(1)>", at=datetime.now(UTC)
    )
    store.add_messages("AbCdEfGh", [message])
    return "AbCdEfGh"


def test_every_page_of_the_console_needs_a_session(client, kept) -> None:
    for path in ("/conseil", f"/conseil/conversations/{kept}", "/conseil?q=x"):
        response = client.get(path, follow_redirects=False)
        assert response.status_code == 303
        assert response.headers["location"] == "/conseil/connexion"
        assert "Metz" not in response.text


def test_without_any_account_the_login_page_says_how_to_make_one(client) -> None:
    assert "declic adviser add" in client.get("/conseil/connexion").text


def test_a_wrong_password_and_an_unknown_address_read_the_same(client, store) -> None:
    add_adviser(store, email=EMAIL, password=PASSWORD)
    wrong = log_in(client, "une autre phrase longue")
    page = client.get("/conseil/connexion").text
    data = {"form_token": token_of(page), "email": "x@exemple.fr", "password": PASSWORD}
    unknown = client.post("/conseil/connexion", data=data)
    assert wrong.status_code == unknown.status_code == 403
    assert "Adresse ou mot de passe incorrect" in wrong.text
    assert "Adresse ou mot de passe incorrect" in unknown.text


def test_five_failures_lock_the_account_for_a_while(client, store) -> None:
    add_adviser(store, email=EMAIL, password=PASSWORD)
    for _ in range(5):
        assert log_in(client, "une autre phrase longue").status_code == 403
    assert log_in(client).status_code == 429


def test_a_form_of_another_site_is_refused(client, store) -> None:
    add_adviser(store, email=EMAIL, password=PASSWORD)
    data = {"form_token": "forged", "email": EMAIL, "password": PASSWORD}
    assert client.post("/conseil/connexion", data=data).status_code == 403


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client, store) -> None:
    add_adviser(store, email=EMAIL, password=PASSWORD)
    cookie = log_in(client).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/conseil" in cookie


def test_the_list_shows_who_waits_for_a_call(adviser, kept) -> None:
    page = adviser.get("/conseil").text
    for text in ("ABC-DEF", "Metz (57)", "Community manager", "Attend un appel"):
        assert text in page
    assert "ABC-DEF" in adviser.get("/conseil?q=metz&attente=true").text
    assert "ABC-DEF" not in adviser.get("/conseil?q=strasbourg").text


def test_the_page_of_a_conversation_shows_the_persons_own_words_as_text(adviser, kept) -> None:
    page = adviser.get(f"/conseil/conversations/{kept}").text
    for text in ("recherche d&#39;emploi", "Bac", "Environ 30 km", "la page du club", "Animer"):
        assert text in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_an_unknown_conversation_is_a_page_that_says_so(adviser) -> None:
    response = adviser.get("/conseil/conversations/unknown")
    assert response.status_code == 404
    assert "a été effacée" in response.text


def test_logging_out_ends_the_session(adviser) -> None:
    page = adviser.get("/conseil").text
    adviser.post("/conseil/deconnexion", data={"form_token": token_of(page)})
    assert adviser.get("/conseil", follow_redirects=False).status_code == 303


def test_a_removed_adviser_is_out_at_once(adviser, store) -> None:
    from bot.conversations.desk_schema import advisers

    with store.engine.begin() as connection:
        connection.execute(advisers.delete())
    assert adviser.get("/conseil", follow_redirects=False).status_code == 303
