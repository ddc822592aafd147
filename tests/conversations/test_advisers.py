from timeit import timeit

import pytest

from bot.conversations import ConversationStore
from bot.conversations.advisers import BadAccount, add_adviser, log_in

PASSWORD = "une phrase assez longue"


def test_a_password_is_kept_as_an_argon2id_hash_only(store: ConversationStore) -> None:
    add_adviser(store, email="Anne@Exemple.fr", password=PASSWORD)
    account = store.adviser("anne@exemple.fr")
    assert account is not None
    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in account.password_hash


def test_only_the_right_password_opens_the_account(store: ConversationStore) -> None:
    add_adviser(store, email="anne@exemple.fr", password=PASSWORD)
    account = log_in(store, email=" ANNE@exemple.fr ", password=PASSWORD)
    assert account == store.adviser("anne@exemple.fr")
    assert log_in(store, email="anne@exemple.fr", password=PASSWORD + " ") is None
    assert log_in(store, email="anne@exemple.fr", password="") is None
    assert log_in(store, email="nobody@exemple.fr", password=PASSWORD) is None


def test_an_unknown_address_takes_as_long_as_a_wrong_password(store: ConversationStore) -> None:
    add_adviser(store, email="anne@exemple.fr", password=PASSWORD)

    def fastest(email: str) -> float:
        return min(
            timeit(lambda: log_in(store, email=email, password="faux"), number=1) for _ in range(5)
        )

    assert fastest("nobody@exemple.fr") > 0.5 * fastest("anne@exemple.fr")


def test_adding_again_changes_the_password(store: ConversationStore) -> None:
    add_adviser(store, email="anne@exemple.fr", password=PASSWORD)
    add_adviser(store, email="anne@exemple.fr", password="une autre phrase longue")
    assert log_in(store, email="anne@exemple.fr", password=PASSWORD) is None
    assert log_in(store, email="anne@exemple.fr", password="une autre phrase longue")


@pytest.mark.parametrize(
    ("email", "password"), [("anne", PASSWORD), ("", PASSWORD), ("a@b.fr", "court")]
)
def test_an_unfit_account_is_refused(store: ConversationStore, email: str, password: str) -> None:
    with pytest.raises(BadAccount):
        add_adviser(store, email=email, password=password)
    assert not store.has_advisers()
