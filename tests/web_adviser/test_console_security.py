import pytest
from itsdangerous import URLSafeTimedSerializer
from starlette.testclient import TestClient

from bot.conversations.advisers import add_adviser
from bot.web.sessions import COOKIE
from tests.web_adviser.conftest import EMAIL, PASSWORD, form_token, log_in


@pytest.fixture(autouse=True)
def account(store) -> None:
    add_adviser(store, email=EMAIL, password=PASSWORD)


def test_the_login_form_of_another_browser_is_refused(app, client) -> None:
    """Else a page elsewhere could log an adviser into somebody else's account."""
    token = form_token(TestClient(app))
    form_token(client)
    data = {"form_token": token, "email": EMAIL, "password": PASSWORD}
    response = client.post("/conseil/connexion", data=data)
    assert response.status_code == 403
    assert "Cette page avait expiré" in response.text
    assert client.get("/conseil").status_code == 303


@pytest.mark.parametrize("data", [{}, {"form_token": ""}, {"email": EMAIL, "password": PASSWORD}])
def test_a_login_without_a_form_of_ours_is_refused(client, data) -> None:
    assert client.post("/conseil/connexion", data=data).status_code == 403


def test_logging_in_gives_a_new_session(client) -> None:
    form_token(client)
    before = client.cookies[COOKIE]
    assert log_in(client).status_code == 303
    assert client.cookies[COOKIE] != before


def test_logging_out_needs_a_form_of_the_session(client) -> None:
    log_in(client)
    client.post("/conseil/deconnexion", data={"form_token": "forged"})
    assert client.get("/conseil").status_code == 200
    client.post("/conseil/deconnexion", data={"form_token": form_token(client, "/conseil")})
    assert client.get("/conseil").status_code == 303


def test_a_changed_password_ends_the_sessions_opened_with_the_old_one(client, store) -> None:
    log_in(client)
    assert client.get("/conseil").status_code == 200
    add_adviser(store, email=EMAIL, password="une autre phrase longue")
    assert client.get("/conseil").status_code == 303


@pytest.mark.parametrize(
    "content", [{"email": EMAIL}, EMAIL, ["x"], {"email": EMAIL, "stamp": "x", "form_token": "x"}]
)
def test_a_signed_cookie_of_another_shape_opens_nothing(client, settings, content) -> None:
    signer = URLSafeTimedSerializer(settings.signing_key, salt="adviser-session")
    client.cookies.set(COOKIE, str(signer.dumps(content)), path="/conseil")
    assert client.get("/conseil").status_code == 303
    assert client.get("/conseil/connexion").status_code == 200


def test_over_https_the_cookie_never_travels_in_clear(app) -> None:
    client = TestClient(app, base_url="https://declic.example")
    cookie = client.get("/conseil/connexion").headers["set-cookie"]
    assert "; Secure" in cookie
    assert "; HttpOnly" in cookie


def test_over_https_browsers_are_told_to_stay_there(app) -> None:
    over_https = TestClient(app, base_url="https://declic.example")
    for path in ("/conseil/connexion", "/static/declic.css", "/nowhere"):
        assert over_https.get(path).headers["strict-transport-security"].startswith("max-age=")
    assert "strict-transport-security" not in TestClient(app).get("/conseil/connexion").headers


def test_who_is_logged_in_is_not_asked_again(client) -> None:
    log_in(client)
    assert client.get("/conseil/connexion").headers["location"] == "/conseil"
    assert client.post("/conseil/connexion").headers["location"] == "/conseil"
    assert client.get("/conseil").status_code == 200


def test_guesses_on_many_accounts_from_one_address_are_braked(client, monkeypatch) -> None:
    monkeypatch.setattr("bot.web.login_pages.log_in", lambda *args, **kwargs: None)
    answers = [log_in(client, email=f"n{n}@exemple.fr").status_code for n in range(31)]
    assert answers == [403] * 30 + [429]


def test_pages_are_kept_by_nobody_and_framed_by_nobody(client, kept) -> None:
    log_in(client)
    for path in (
        "/conseil",
        f"/conseil/conversations/{kept}",
        "/conseil/connexion",
        "/conseil?page=x",
    ):
        headers = client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "referrer-policy" in headers


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=99999999999", f"q={'x' * 301}", "attente=peut-être"]
)
def test_an_address_that_makes_no_sense_is_answered_by_a_page(client, query) -> None:
    log_in(client)
    response = client.get(f"/conseil?{query}")
    assert response.status_code == 422
    assert "Demande non comprise" in response.text


def test_a_database_that_does_not_answer_is_said_in_french(client, store, settings, kept) -> None:
    log_in(client)
    store.engine.dispose()
    for path in settings.data_dir.glob("conversations.db*"):
        path.write_bytes(b"broken" * 1000)
    for path in ("/conseil", f"/conseil/conversations/{kept}", "/conseil/connexion"):
        response = client.get(path)
        assert response.status_code == 503
        assert "Momentanément indisponible" in response.text
