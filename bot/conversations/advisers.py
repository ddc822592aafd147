"""Passwords and codes of advisers: argon2id (argon2-cffi's defaults, RFC 9106), TOTP (RFC 6238)."""

import re
from datetime import datetime
from threading import BoundedSemaphore
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from bot.conversations.accounts import Accounts
from bot.conversations.records import AccountRole, Adviser, Organisation
from bot.conversations.store import ConversationStore
from bot.errors import DeclicError

_MIN_LENGTH: Final = 12
_HASHER: Final = PasswordHasher()
_EMAIL: Final = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]+\.[^@\s<>,;\"]+")
# Verified when the e-mail is unknown, so that the answer takes as long.
_NOBODY: Final = _HASHER.hash("nobody has this password")
_DEFAULT_ORGANISATION: Final = "Déclic"
_TOTP_STEP_S: Final = 30

# Each verification takes 64 MiB: a burst of logins waits instead of filling the memory.
_AT_ONCE: Final = BoundedSemaphore(2)


class BadAccount(DeclicError):
    """The e-mail or password given for an account cannot be accepted."""

    code = "account"
    status = 422
    sentence = "Cette adresse ou ce mot de passe ne convient pas."


def add_adviser(
    store: ConversationStore,
    *,
    email: str,
    password: str,
    role: AccountRole | None = None,
    organisation: str | None = None,
) -> None:
    """Add an adviser, or change the password (and what else is given) of one; BadAccount when the
    e-mail, the password or the organisation is unfit.
    """
    accounts = Accounts(store.engine)
    check_email(email)
    hashed = hash_of_password(password)
    known = accounts.account(email) is not None
    if known and organisation is None:
        accounts.save(email, password_hash=hashed, role=role)
        return
    member = organisation_named(accounts, organisation, role=role)
    accounts.save(
        email,
        password_hash=hashed,
        role=role,
        organisation_id=member.id if member else None,
    )


def organisation_named(
    accounts: Accounts, name: str | None, *, role: AccountRole | None
) -> Organisation | None:
    """The organisation of an account: the one named, else the only one, which is made without
    limits when there is none. Operators need none. BadAccount when it is unknown or unclear.
    """
    known = {organisation.name: organisation for organisation in accounts.organisations()}
    if name is not None:
        if name not in known:
            raise BadAccount(f"no organisation {name!r}; see: declic adviser organisation")
        return known[name]
    if role is AccountRole.OPERATOR:
        return None
    if len(known) > 1:
        raise BadAccount(f"--organisation must be among: {', '.join(sorted(known))}")
    if known:
        return next(iter(known.values()))
    return accounts.save_organisation(_DEFAULT_ORGANISATION, departments=None)


def check_email(email: str) -> None:
    """BadAccount unless an e-mail address may be one."""
    if len(email) > 254 or not _EMAIL.fullmatch(email.strip()):
        raise BadAccount(f"{email[:80]!r} is not an e-mail address")


def hash_of_password(password: str) -> str:
    """The hash to keep; BadAccount when the password is too short."""
    if len(password) < _MIN_LENGTH:
        raise BadAccount(f"the password must have at least {_MIN_LENGTH} characters")
    with _AT_ONCE:
        return _HASHER.hash(password)


def log_in(store: ConversationStore, *, email: str, password: str) -> Adviser | None:
    """The account when the password is right, else ``None``, in the same time."""
    account = Accounts(store.engine).account(email)
    return account if is_password_of(account, password) else None


def is_password_of(account: Adviser | None, password: str) -> bool:
    """Whether it is the account's password; takes as long without an account."""
    try:
        with _AT_ONCE:
            _HASHER.verify(account.password_hash if account else _NOBODY, password)
    except (Argon2Error, InvalidHashError):
        return False
    return account is not None


def new_totp_secret() -> str:
    """A secret for an authenticator application (160 bits, base32)."""
    return pyotp.random_base32()


def totp_address(email: str, secret: str) -> str:
    """The ``otpauth://`` address that a QR code holds."""
    return pyotp.TOTP(secret, interval=_TOTP_STEP_S).provisioning_uri(
        name=email, issuer_name="Déclic"
    )


def totp_step(secret: str, code: str, *, now: datetime) -> int | None:
    """The time step whose code this is, one step of tolerance either way; ``None`` for no code."""
    digits = "".join(code.split())
    totp = pyotp.TOTP(secret, interval=_TOTP_STEP_S)
    current = int(now.timestamp()) // _TOTP_STEP_S
    if not (digits.isascii() and digits.isdigit()):
        return None
    steps = (current - 1, current, current + 1)
    return next((s for s in steps if pyotp.utils.strings_equal(totp.generate_otp(s), digits)), None)
