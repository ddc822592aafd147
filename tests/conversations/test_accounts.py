from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.conversations import AccountRole, Adviser, ConversationStore
from bot.conversations.access import Access
from bot.conversations.accounts import Accounts
from bot.conversations.desk_schema import invitations, sessions

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
EMAIL = "anne@exemple.fr"


@pytest.fixture
def access(store: ConversationStore) -> Access:
    return Access(store.engine, longest=timedelta(hours=8), idle=timedelta(hours=1))


@pytest.fixture
def account(accounts: Accounts) -> Adviser:
    accounts.save(EMAIL, password_hash="hash")
    return accounts.account(EMAIL)


def test_a_session_is_known_by_its_secret_of_which_only_a_hash_is_kept(access, account) -> None:
    token = access.open(account, now=NOW)
    assert access.account(token, now=NOW) == account
    assert access.account(token + "x", now=NOW) is None
    with access.engine.connect() as connection:
        assert token not in str(connection.execute(sa.select(sessions)).all())


def test_a_session_ends_when_unused_and_anyway_after_a_while(access, account) -> None:
    token = access.open(account, now=NOW)
    assert access.account(token, now=NOW + timedelta(minutes=61)) is None
    for minutes in range(50, 480, 50):
        assert access.account(token, now=NOW + timedelta(minutes=minutes)) == account
    assert access.account(token, now=NOW + timedelta(minutes=480)) is None


def test_sessions_that_are_over_are_forgotten_at_the_next_login(access, account) -> None:
    access.open(account, now=NOW)
    access.open(account, now=NOW + timedelta(hours=9))
    with access.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(sessions)) == 1


def test_a_new_password_ends_every_other_session(access, account, accounts) -> None:
    mine, other = access.open(account, now=NOW), access.open(account, now=NOW)
    access.change_password(account, "new", but=mine)
    assert access.account(mine, now=NOW).password_hash == "new"
    assert access.account(other, now=NOW) is None
    accounts.save(EMAIL, password_hash="newer")
    assert access.account(mine, now=NOW) is None


def test_a_removed_account_has_no_session_and_frees_its_conversations(
    access, account, accounts, store, desk, lead
) -> None:
    from bot.conversations.desk_work import DeskWork

    token = access.open(account, now=NOW)
    store.start("x")
    accounts.save(EMAIL, password_hash="hash", organisation_id=lead.organisation.id)
    assert DeskWork(store.engine).assign(lead, "x", to=EMAIL)
    assert accounts.remove(EMAIL.upper())
    assert access.account(token, now=NOW) is None
    assert desk.open(lead, "x").record.assigned_to is None
    assert not accounts.remove(EMAIL)


def test_attempts_are_counted_one_by_one_even_together(access) -> None:
    def attempt(_: int) -> bool:
        return access.allows("key", limit=5, within=timedelta(minutes=5), now=NOW)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(30))) == 5


def test_attempts_count_no_more_after_a_while_or_when_forgiven(access) -> None:
    limit = {"limit": 1, "within": timedelta(minutes=5)}
    assert access.allows("x", now=NOW, **limit)
    assert not access.allows("x", now=NOW + timedelta(seconds=299), **limit)
    assert access.allows("y", now=NOW, **limit)
    assert access.allows("x", now=NOW + timedelta(seconds=300), **limit)
    access.forgive("x", "y")
    assert access.allows("x", now=NOW + timedelta(seconds=301), **limit)


def test_old_attempts_are_forgotten(access) -> None:
    access.allows("x", limit=1, within=timedelta(minutes=5), now=NOW)
    access.forget_attempts(before=NOW + timedelta(seconds=1))
    assert access.allows("x", limit=1, within=timedelta(minutes=5), now=NOW)


def test_an_invitation_opens_one_account_once_and_for_a_week(accounts) -> None:
    moselle = accounts.save_organisation("Moselle", departments=["57"])
    invited = {"role": AccountRole.LEAD, "organisation_id": moselle.id}
    token = accounts.invite("Anne@exemple.fr", now=NOW, **invited)
    assert accounts.invitation(token, now=NOW).email == EMAIL
    assert accounts.invitation(token, now=NOW + timedelta(days=7)) is None
    assert accounts.accept(token, password_hash="h", now=NOW + timedelta(days=7)) is None
    assert accounts.accept("other", password_hash="h", now=NOW) is None
    token = accounts.invite("Anne@exemple.fr", now=NOW, **invited)
    assert accounts.accept(token, password_hash="h", now=NOW) == EMAIL
    assert accounts.accept(token, password_hash="h", now=NOW) is None
    account = accounts.account(EMAIL)
    assert (account.role, account.organisation) == (AccountRole.LEAD, moselle)


def test_a_second_invitation_ends_the_first(accounts) -> None:
    invited = {"role": AccountRole.ADVISER, "organisation_id": None, "now": NOW}
    first, second = accounts.invite(EMAIL, **invited), accounts.invite(EMAIL, **invited)
    assert accounts.invitation(first, now=NOW) is None
    assert accounts.invitation(second, now=NOW)
    with accounts.engine.connect() as connection:
        assert second not in str(connection.execute(sa.select(invitations)).all())


def test_a_code_is_accepted_once(accounts, account) -> None:
    assert accounts.set_totp(EMAIL, "SECRET")
    assert accounts.account(EMAIL).totp_secret == "SECRET"
    assert accounts.use_totp_step(EMAIL, 10)
    assert not accounts.use_totp_step(EMAIL, 10)
    assert not accounts.use_totp_step(EMAIL, 9)
    assert accounts.use_totp_step(EMAIL, 11)
    assert accounts.set_totp(EMAIL, None)
    assert accounts.account(EMAIL).totp_secret is None
    assert not accounts.set_totp("x@exemple.fr", None)


def test_a_territory_is_replaced_as_a_whole(accounts) -> None:
    accounts.save_organisation("Lorraine", departments=["54", "57"])
    accounts.save_organisation("Lorraine", departments=["55"])
    [organisation] = accounts.organisations()
    assert organisation.departments == {"55"}
    assert not organisation.nationwide
    assert accounts.save_organisation("Lorraine", departments=None).nationwide
