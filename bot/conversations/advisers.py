"""Accounts of advisers: passwords are hashed with argon2id (argon2-cffi's defaults, RFC 9106)."""

import re
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from bot.conversations.records import Adviser
from bot.conversations.store import ConversationStore
from bot.errors import DeclicError

_MIN_LENGTH: Final = 12
_HASHER: Final = PasswordHasher()
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# Verified when the e-mail is unknown, so that the answer takes as long.
_NOBODY: Final = _HASHER.hash("nobody has this password")

# Each verification takes 64 MiB: a burst of logins waits instead of filling the memory.
_AT_ONCE: Final = BoundedSemaphore(2)


class BadAccount(DeclicError):
    """The e-mail or password given for an account cannot be accepted."""

    code = "account"
    status = 422
    sentence = "Cette adresse ou ce mot de passe ne convient pas."


def add_adviser(store: ConversationStore, *, email: str, password: str) -> None:
    """Add an adviser, or change the password of one; BadAccount when either is unfit."""
    if not _EMAIL.fullmatch(email.strip()):
        raise BadAccount(f"{email!r} is not an e-mail address")
    if len(password) < _MIN_LENGTH:
        raise BadAccount(f"the password must have at least {_MIN_LENGTH} characters")
    store.save_adviser(email, _HASHER.hash(password))


def log_in(store: ConversationStore, *, email: str, password: str) -> Adviser | None:
    """The account when the password is right, else ``None``, in the same time."""
    account = store.adviser(email)
    try:
        with _AT_ONCE:
            _HASHER.verify(account.password_hash if account else _NOBODY, password)
    except (Argon2Error, InvalidHashError):
        return None
    return account
