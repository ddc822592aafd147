"""E-mails through a real SMTP server on loopback."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.testclient import TestClient

from bot.conversations import AccountRole, ConversationStore
from bot.conversations.accounts import Accounts
from bot.conversations.outbox import Outbox
from bot.errors import DataError
from bot.settings import Settings
from bot.web.mail import Mailer
from bot.web.notifying import send_due
from tests.web_adviser.conftest import keep, make_app


class Inbox:
    """What the server received; ``refuses`` is what it answers instead, once set."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuses = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuses:
            return self.refuses
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(inbox: Inbox, port: int) -> Iterator[Controller]:
    """Not started yet."""
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    yield controller
    controller.stop(no_assert=True)


@pytest.fixture
def smtp_settings(settings: Settings, port: int) -> Settings:
    return settings.model_copy(
        update={
            "smtp_url": f"smtp://127.0.0.1:{port}",
            "smtp_from": "Déclic <declic@exemple.fr>",
            "public_url": "https://declic.exemple/",
        }
    )


@pytest.fixture
def waiting(store: ConversationStore) -> str:
    """Somebody of the Marne asks for a human, whom one adviser covers."""
    accounts = Accounts(store.engine)
    marne = accounts.save_organisation("Marne", departments=["51"])
    accounts.save(
        "anne@exemple.fr", password_hash="-", role=AccountRole.ADVISER, organisation_id=marne.id
    )
    keep(store, "AbCdEfGh", "vendeuse en boulangerie")
    store.ask_for_human("AbCdEfGh")
    return "AbCdEfGh"


def test_an_adviser_is_told_once_and_nothing_of_the_person(
    server, inbox, store, smtp_settings, waiting
) -> None:
    server.start()
    outbox, mailer = Outbox(store.engine), Mailer(smtp_settings)
    assert send_due(outbox, mailer) == 1
    assert send_due(outbox, mailer) == 0
    [message] = inbox.messages
    assert message["To"] == "anne@exemple.fr"
    assert message["Subject"] == "Déclic : une personne attend un appel"
    assert message["From"] == "Déclic <declic@exemple.fr>"
    text = message.get_content()
    assert "https://declic.exemple/conseil?attente=true" in text
    whole = message.as_string() + text
    profile = store.conversation(waiting).profile
    for personal in (waiting, "ABC-DEF", profile.place_name, "Marne", "boulangerie", "Rédactrice"):
        assert personal not in whole


def test_what_could_not_be_sent_leaves_when_the_server_is_back(
    server, inbox, store, smtp_settings, waiting, caplog
) -> None:
    outbox, mailer = Outbox(store.engine), Mailer(smtp_settings)
    assert send_due(outbox, mailer) == 0
    assert "ConnectionRefusedError" in caplog.text
    assert "anne@exemple.fr" not in caplog.text
    server.start()
    inbox.refuses = "451 later"
    later = datetime.now(UTC) + timedelta(minutes=2)
    make_due(outbox, later)
    assert send_due(outbox, mailer) == 0
    assert "SMTP 451" in caplog.text
    inbox.refuses = ""
    make_due(outbox, later)
    assert send_due(outbox, mailer) == 1
    assert len(inbox.messages) == 1


def make_due(outbox: Outbox, now: datetime) -> None:
    """As if a retry's time had come."""
    from bot.conversations.desk_schema import outbox as table

    with outbox.engine.begin() as connection:
        connection.execute(table.update().values(due_at=now - timedelta(hours=1)))


def test_the_running_service_sends_by_itself(server, inbox, store, smtp_settings, waiting) -> None:
    server.start()
    with TestClient(make_app(smtp_settings, store)):
        deadline = time.monotonic() + 20
        while not inbox.messages and time.monotonic() < deadline:
            time.sleep(0.05)
    assert len(inbox.messages) == 1


def test_a_password_is_never_sent_in_clear(server, inbox, store, settings, port, waiting) -> None:
    server.start()  # offers no encryption
    url = f"smtp://anne:secret@127.0.0.1:{port}"
    mailer = Mailer(settings.model_copy(update={"smtp_url": url}))
    assert send_due(Outbox(store.engine), mailer) == 0
    assert inbox.messages == []


@pytest.mark.parametrize("url", ["mail.exemple.fr", "http://x", "smtp://", "smtp://x:port"])
def test_a_setting_that_means_nothing_is_told(settings, url) -> None:
    with pytest.raises(DataError, match="DECLIC_SMTP_URL"):
        Mailer(settings.model_copy(update={"smtp_url": url}))


@pytest.mark.parametrize("sender", ["", "Déclic", "a@b.fr\nBcc: c@d.fr"])
def test_a_sender_that_is_no_address_is_told(smtp_settings, sender) -> None:
    with pytest.raises(DataError, match="DECLIC_SMTP_FROM"):
        Mailer(smtp_settings.model_copy(update={"smtp_from": sender}))
