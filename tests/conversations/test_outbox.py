"""E-mails that are due: once each, none lost."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.conversations import AccountRole, ConversationStore
from bot.conversations.desk_work import DeskWork
from bot.conversations.outbox import Outbox
from bot.person import Profile
from tests.conversations.conftest import member


@pytest.fixture
def outbox(store: ConversationStore) -> Outbox:
    return Outbox(store.engine)


def taken(outbox: Outbox, now: datetime | None = None) -> list[str]:
    """Recipients of what is due, all marked as sent."""
    found = []
    now = now or datetime.now(UTC)
    while mail := outbox.take(now=now):
        outbox.sent(mail, now=now)
        found.append(mail.recipient)
    return sorted(found)


def test_those_who_cover_the_territory_are_told_once(store, outbox, accounts) -> None:
    for name, department in (("Meuse", "55"), ("Paris", "75")):
        organisation = accounts.save_organisation(name, departments=[department])
        member(accounts, f"{name}@exemple.fr", AccountRole.ADVISER, organisation.id)
        member(accounts, f"lead-{name}@exemple.fr", AccountRole.LEAD, organisation.id)
    store.start("x")
    store.save_profile("x", Profile(place_id="55122"))
    store.ask_for_human("x")
    store.ask_for_human("x")
    assert taken(outbox) == ["lead-meuse@exemple.fr", "meuse@exemple.fr"]
    assert taken(outbox) == []


def test_who_follows_the_conversation_is_told_alone(store, outbox, accounts, lead) -> None:
    member(accounts, "anne@exemple.fr", AccountRole.ADVISER, lead.organisation.id)
    store.start("x")
    DeskWork(store.engine).assign(lead, "x", to="anne@exemple.fr")
    store.ask_for_human("x")
    assert taken(outbox) == ["anne@exemple.fr"]


def test_where_nobody_covers_the_place_operators_are_told(store, outbox, accounts) -> None:
    organisation = accounts.save_organisation("Paris", departments=["75"])
    member(accounts, "paris@exemple.fr", AccountRole.LEAD, organisation.id)
    member(accounts, "op@exemple.fr", AccountRole.OPERATOR, None)
    store.start("x")
    store.ask_for_human("x")
    assert taken(outbox) == ["op@exemple.fr"]


def test_asking_again_after_the_call_is_told_again(store, outbox, lead) -> None:
    store.start("x")
    store.ask_for_human("x")
    assert taken(outbox) == [lead.email]
    DeskWork(store.engine).contacted(lead, "x")
    store.ask_for_human("x")
    assert taken(outbox) == [lead.email]


def test_nobody_is_told_of_a_call_that_was_made_meanwhile(store, outbox, lead) -> None:
    store.start("x")
    store.ask_for_human("x")
    DeskWork(store.engine).contacted(lead, "x")
    assert taken(outbox) == []
    assert outbox.waiting() == 0


def test_what_could_not_be_sent_is_due_again_later_and_later(store, outbox, lead) -> None:
    store.start("x")
    store.ask_for_human("x")
    now = datetime.now(UTC) + timedelta(seconds=1)
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        assert outbox.take(now=now) is not None
        wait = timedelta(minutes=minutes)
        assert outbox.take(now=now + wait - timedelta(seconds=1)) is None
        now += wait
    assert outbox.waiting() == 1


def test_an_erased_conversation_is_announced_to_nobody(store, outbox, lead) -> None:
    store.start("x")
    store.ask_for_human("x")
    store.erase("x")
    assert taken(outbox) == []
