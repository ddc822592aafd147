from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from bot.conversations import AccountRole, ConversationStore, advisers
from bot.conversations.accounts import Accounts
from bot.conversations.advisers import (
    BadAccount,
    add_adviser,
    log_in,
    new_totp_secret,
    totp_address,
    totp_step,
)

EMAIL, PASSWORD = "anne@exemple.fr", "une phrase assez longue"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_password_is_kept_as_an_argon2id_hash_only(store, accounts) -> None:
    add_adviser(store, email="Anne@Exemple.fr", password=PASSWORD)
    account = accounts.account(EMAIL)
    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in account.password_hash


def test_only_the_right_password_opens_the_account(store, accounts) -> None:
    add_adviser(store, email=EMAIL, password=PASSWORD)
    account = log_in(store, email=" ANNE@exemple.fr ", password=PASSWORD)
    assert account == accounts.account(EMAIL)
    assert log_in(store, email=EMAIL, password=PASSWORD + " ") is None
    assert log_in(store, email=EMAIL, password="") is None
    assert log_in(store, email="nobody@exemple.fr", password=PASSWORD) is None


class CountingHasher:
    """The real hasher; ``verified`` are the parameters of the hashes that it checked."""

    def __init__(self, hasher) -> None:
        self._hasher = hasher
        self.verified: list[str] = []

    def verify(self, hashed: str, password: str) -> bool:
        self.verified.append(hashed.rsplit("$", 2)[0])
        return self._hasher.verify(hashed, password)


def test_an_unknown_address_costs_the_same_work_as_a_wrong_password(store, monkeypatch) -> None:
    add_adviser(store, email=EMAIL, password=PASSWORD)
    hasher = CountingHasher(advisers._HASHER)
    monkeypatch.setattr(advisers, "_HASHER", hasher)
    log_in(store, email="nobody@exemple.fr", password="faux")
    log_in(store, email=EMAIL, password="faux")
    unknown, wrong = hasher.verified
    assert unknown == wrong


def test_adding_again_changes_the_password_only(store, accounts) -> None:
    accounts.save_organisation("Moselle", departments=["57"])
    add_adviser(store, email=EMAIL, password=PASSWORD, role=AccountRole.LEAD)
    before = accounts.account(EMAIL)
    add_adviser(store, email=EMAIL, password="une autre phrase longue")
    assert log_in(store, email=EMAIL, password=PASSWORD) is None
    after = log_in(store, email=EMAIL, password="une autre phrase longue")
    assert (after.role, after.organisation) == (before.role, before.organisation)
    assert after.organisation.name == "Moselle"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("anne", PASSWORD),
        ("", PASSWORD),
        ("a@b.fr", "court"),
        ("a@b.fr, c@d.fr", PASSWORD),
        (f"{'a' * 250}@b.fr", PASSWORD),
        ("a@b.fr\nBcc: c@d.fr", PASSWORD),
    ],
)
def test_an_unfit_account_is_refused(store, accounts, email: str, password: str) -> None:
    with pytest.raises(BadAccount):
        add_adviser(store, email=email, password=password)
    assert not accounts.exist()


def test_the_first_account_gets_an_organisation_without_limits(store, accounts) -> None:
    add_adviser(store, email=EMAIL, password=PASSWORD)
    account = accounts.account(EMAIL)
    assert account.role is AccountRole.ADVISER
    assert account.organisation.nationwide


def test_among_several_organisations_one_has_to_be_named(
    store: ConversationStore, accounts: Accounts
) -> None:
    for name in ("Moselle", "Paris"):
        accounts.save_organisation(name, departments=["57"])
    with pytest.raises(BadAccount, match="Moselle, Paris"):
        add_adviser(store, email=EMAIL, password=PASSWORD)
    with pytest.raises(BadAccount, match="Vosges"):
        add_adviser(store, email=EMAIL, password=PASSWORD, organisation="Vosges")
    add_adviser(store, email=EMAIL, password=PASSWORD, organisation="Paris")
    assert accounts.account(EMAIL).organisation.name == "Paris"


def test_an_operator_belongs_to_no_organisation(store, accounts) -> None:
    add_adviser(store, email=EMAIL, password=PASSWORD, role=AccountRole.OPERATOR)
    assert accounts.account(EMAIL).organisation is None
    assert accounts.organisations() == ()


def test_a_code_is_right_for_its_time_step_and_its_neighbours() -> None:
    secret = new_totp_secret()
    code = pyotp.TOTP(secret).at(NOW)
    step = int(NOW.timestamp()) // 30
    for seconds in (-30, 0, 30):
        assert totp_step(secret, code, now=NOW + timedelta(seconds=seconds)) == step
    assert totp_step(secret, f" {code[:3]} {code[3:]} ", now=NOW) == step
    assert totp_step(secret, code, now=NOW + timedelta(seconds=90)) is None
    for no_code in ("", "000", "abcdef", "１２３４５６", "0" * 300):
        assert totp_step(secret, no_code, now=NOW) is None


def test_the_qr_code_holds_what_an_application_needs() -> None:
    secret = new_totp_secret()
    parsed = pyotp.parse_uri(totp_address(EMAIL, secret))
    assert (parsed.secret, parsed.name, parsed.issuer) == (secret, EMAIL, "Déclic")
