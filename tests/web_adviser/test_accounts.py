"""Accounts through their pages: second factor, password, invitation, brakes."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from starlette.testclient import TestClient

from bot.conversations import AccountRole
from bot.conversations.access import unlock
from bot.conversations.accounts import Accounts
from bot.conversations.advisers import add_adviser
from bot.web.sessions import COOKIE
from tests.web_adviser.conftest import EMAIL, PASSWORD, form_token, log_in, send

SECRET = pyotp.random_base32()


@pytest.fixture
def accounts(store) -> Accounts:
    return Accounts(store.engine)


@pytest.fixture
def with_code(store, accounts) -> None:
    """An account with a second factor."""
    add_adviser(store, email=EMAIL, password=PASSWORD)
    accounts.set_totp(EMAIL, SECRET)


def code(seconds: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(datetime.now(UTC) + timedelta(seconds=seconds))


def give_code(client: TestClient, given: str):
    data = {"form_token": form_token(client, "/conseil/code"), "code": given}
    return client.post("/conseil/code", data=data)


def test_the_password_alone_does_not_open_an_account_with_a_second_factor(
    client, with_code
) -> None:
    assert log_in(client).headers["location"] == "/conseil/code"
    assert client.get("/conseil").headers["location"] == "/conseil/connexion"
    assert client.get("/conseil/compte").status_code == 303
    before = client.cookies[COOKIE]
    assert give_code(client, code()).headers["location"] == "/conseil"
    assert client.cookies[COOKIE] != before
    assert client.get("/conseil").status_code == 200


def test_a_code_serves_once(app, client, with_code) -> None:
    used = code()
    log_in(client)
    give_code(client, used)
    thief = TestClient(app, follow_redirects=False)
    log_in(thief)
    assert give_code(thief, used).status_code == 403
    assert thief.get("/conseil").status_code == 303


@pytest.mark.parametrize("wrong", ["", "000", "abcdef", "٣٤٥٦٧٨"])
def test_a_wrong_code_is_refused(client, with_code, wrong) -> None:
    log_in(client)
    response = give_code(client, wrong)
    assert response.status_code == 403
    assert "Ce code n" in response.text


def test_codes_are_not_to_be_guessed(client, with_code) -> None:
    log_in(client)
    answers = [give_code(client, code(3600)).status_code for _ in range(6)]
    assert answers[-1] == 429
    assert give_code(client, code()).status_code == 429


def test_the_code_page_is_for_those_who_gave_the_password(client, with_code, monkeypatch) -> None:
    assert client.get("/conseil/code").headers["location"] == "/conseil/connexion"
    data = {"form_token": form_token(client), "code": code()}
    assert client.post("/conseil/code", data=data).headers["location"] == "/conseil/connexion"
    log_in(client)
    later = datetime.now(UTC).timestamp() + 301
    monkeypatch.setattr("bot.web.sessions.time.time", lambda: later)
    assert client.get("/conseil/code").headers["location"] == "/conseil/connexion"


def test_a_password_changed_meanwhile_makes_the_code_useless(client, with_code, store) -> None:
    log_in(client)
    add_adviser(store, email=EMAIL, password="une autre phrase longue")
    assert client.get("/conseil/code").headers["location"] == "/conseil/connexion"


def enrolment(client: TestClient) -> dict[str, str]:
    page = client.get("/conseil/compte").text
    signed = re.search(r'name="signed" value="([^"]+)"', page)
    secret = re.search(r"cette clé : <code>([^<]+)</code>", page)
    assert signed
    assert secret
    assert "<svg" in page
    return {"signed": signed[1], "secret": secret[1].replace(" ", "")}


def test_a_second_factor_is_set_up_and_taken_off(adviser, accounts) -> None:
    offered = enrolment(adviser)
    now = pyotp.TOTP(offered["secret"]).now()
    path = "/conseil/compte/double-verification"
    assert send(adviser, path, signed=offered["signed"], code="000000").status_code in {422}
    response = send(adviser, path, signed=offered["signed"], code=now)
    assert response.headers["location"] == "/conseil/compte?fait=double-verification"
    assert accounts.account(EMAIL).totp_secret == offered["secret"]
    assert "activée" in adviser.get(response.headers["location"]).text
    off = "/conseil/compte/sans-double-verification"
    assert send(adviser, off, password="faux").status_code == 403
    assert send(adviser, off, password=PASSWORD).status_code == 303
    assert accounts.account(EMAIL).totp_secret is None


def test_a_secret_offered_to_another_account_is_refused(adviser, lead, accounts) -> None:
    theirs = enrolment(lead)
    now = pyotp.TOTP(theirs["secret"]).now()
    for signed in (theirs["signed"], "forged", ""):
        path = "/conseil/compte/double-verification"
        assert send(adviser, path, signed=signed, code=now).status_code == 422
    assert accounts.account(EMAIL).totp_secret is None


def change(client: TestClient, **changed: str):
    given = {"password": PASSWORD, "new": "une autre phrase longue"}
    given |= {"again": given["new"]} | changed
    return send(client, "/conseil/compte/mot-de-passe", **given)


def test_a_password_is_changed_and_other_sessions_end(app, adviser) -> None:
    other = TestClient(app, follow_redirects=False)
    log_in(other)
    assert change(adviser).headers["location"] == "/conseil/compte?fait=mot-de-passe"
    assert adviser.get("/conseil").status_code == 200
    assert other.get("/conseil").status_code == 303
    assert log_in(other).status_code == 403
    assert log_in(other, password="une autre phrase longue").status_code == 303


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"password": "faux"}, "mot de passe actuel"),
        ({"again": "pas la même phrase"}, "pas les mêmes"),
        ({"new": "court", "again": "court"}, "douze"),
    ],
)
def test_an_unfit_password_changes_nothing(adviser, app, changed, told) -> None:
    response = change(adviser, **changed)
    assert response.status_code in {403, 422}
    assert told in response.text
    assert log_in(TestClient(app, follow_redirects=False)).status_code == 303


def test_an_open_session_is_no_way_to_guess_the_password(adviser) -> None:
    for _ in range(5):
        assert change(adviser, password="faux").status_code == 403
    assert change(adviser).status_code == 403


def test_an_invitation_opens_an_account(client, accounts) -> None:
    moselle = accounts.save_organisation("Moselle", departments=["57"])
    token = accounts.invite(
        EMAIL, role=AccountRole.LEAD, organisation_id=moselle.id, now=datetime.now(UTC)
    )
    path = f"/conseil/invitation/{token}"
    assert EMAIL in client.get(path).text
    data = {"password": PASSWORD, "again": PASSWORD}
    for wrong in (
        data | {"form_token": "forged"},
        data | {"form_token": form_token(client, path), "again": "autre"},
        {"form_token": form_token(client, path), "password": "court", "again": "court"},
    ):
        assert client.post(path, data=wrong).status_code == 422
    good = data | {"form_token": form_token(client, path)}
    assert client.post(path, data=good).headers["location"] == "/conseil/connexion"
    assert log_in(client).status_code == 303
    account = accounts.account(EMAIL)
    assert (account.role, account.organisation) == (AccountRole.LEAD, moselle)
    assert client.post(path, data=good).status_code == 404
    assert client.get("/conseil/invitation/forged").status_code == 404


def test_a_stolen_cookie_is_of_no_use_after_the_owner_logged_out(adviser, app) -> None:
    thief = TestClient(app, follow_redirects=False)
    thief.cookies.set(COOKIE, adviser.cookies[COOKIE], path="/conseil")
    assert thief.get("/conseil").status_code == 200
    adviser.post("/conseil/deconnexion", data={"form_token": form_token(adviser, "/conseil")})
    assert thief.get("/conseil").status_code == 303


def test_the_cookie_given_before_the_login_opens_nothing_after_it(client, app, store) -> None:
    """Session fixation: who planted the first cookie does not get in with it."""
    add_adviser(store, email=EMAIL, password=PASSWORD)
    form_token(client)
    planted = client.cookies[COOKIE]
    log_in(client)
    attacker = TestClient(app, follow_redirects=False)
    attacker.cookies.set(COOKIE, planted, path="/conseil")
    assert attacker.get("/conseil").status_code == 303


def test_brakes_hold_for_every_web_process_and_unknown_accounts_alike(app, store, settings) -> None:
    from tests.web_adviser.conftest import make_app

    add_adviser(store, email=EMAIL, password=PASSWORD)
    first = TestClient(app, follow_redirects=False)
    second = TestClient(make_app(settings, store), follow_redirects=False)
    for email in (EMAIL, "nobody@exemple.fr"):
        given = {"email": email, "password": "faux"}
        answers = [log_in(browser, **given) for browser in (first, second) * 3]
        assert [answer.status_code for answer in answers] == [403] * 5 + [429]
    unlock(store.engine, EMAIL)


def test_one_account_attacked_from_everywhere_is_locked_and_can_be_unlocked(
    app, store, monkeypatch
) -> None:
    add_adviser(store, email=EMAIL, password=PASSWORD)
    monkeypatch.setattr("bot.web.login_pages.log_in", lambda *args, **kwargs: None)
    answers = []
    for number in range(26):
        browser = TestClient(app, follow_redirects=False, client=(f"192.0.2.{number}", 1))
        answers.append(log_in(browser, password="faux").status_code)
    assert answers == [403] * 25 + [429]
    monkeypatch.undo()
    elsewhere = TestClient(app, follow_redirects=False, client=("198.51.100.1", 1))
    assert log_in(elsewhere).status_code == 429
    unlock(store.engine, EMAIL)
    assert log_in(elsewhere).status_code == 303


def test_a_session_ends_when_it_is_not_used(adviser, monkeypatch) -> None:
    from bot.web import sessions

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(minutes=61)

    monkeypatch.setattr(sessions, "datetime", Later)
    assert adviser.get("/conseil").status_code == 303
