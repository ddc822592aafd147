"""Tokens, codes and choices: signed for one conversation, so nothing has to be stored."""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Final

from itsdangerous import BadSignature, URLSafeTimedSerializer

from bot.conversations.records import reference_of

_ID: Final = re.compile(r"[A-Za-z0-9]{24}")
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
_MAC_BYTES: Final = 12
_SECONDS_A_DAY: Final = 86_400
SUMMARY_MINUTES: Final = 30
"""How long the links to a summary work."""
_CODE_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_REFERENCE_LENGTH: Final = 6
_PROOF_LENGTH: Final = 8
"""Characters that prove a code: 40 bits, next to a brake on guesses."""
_HEARD_WRONG: Final = str.maketrans("01", "OI")


class Use(Enum):
    """What a token opens: a token of one use is nothing for another."""

    CONVERSATION = "conversation-token"
    RESUMING = "resuming-link"
    SUMMARY = "summary-link"


class Tokens:
    """Signs with one secret key; each use has a salt of its own.

    ``days`` and ``resume_days`` are how long a conversation's token, and a code or link to continue
    it elsewhere, are valid.
    """

    def __init__(self, key: str, *, days: int, resume_days: int) -> None:
        self._serializers = {use: URLSafeTimedSerializer(key, salt=use.value) for use in Use}
        self._choice_key = hashlib.sha256(f"choice:{key}".encode()).digest()
        self._code_key = hashlib.sha256(f"code:{key}".encode()).digest()
        self._resume_days = resume_days
        self._max_age_s = {
            Use.CONVERSATION: days * _SECONDS_A_DAY,
            Use.RESUMING: resume_days * _SECONDS_A_DAY,
            Use.SUMMARY: SUMMARY_MINUTES * 60,
        }

    def new_id(self) -> str:
        """A conversation id that cannot be guessed (139 bits)."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(24))

    def issue(self, conversation_id: str, *, use: Use = Use.CONVERSATION) -> str:
        """The token that opens one conversation."""
        return self._serializers[use].dumps(conversation_id)

    def conversation_of(self, token: str, *, use: Use = Use.CONVERSATION) -> str | None:
        """The conversation that a token opens; ``None`` when it is forged, damaged, expired or for
        another use.

        One from the future is good: the machine's clock was set back since.
        """
        try:
            conversation_id, issued = self._serializers[use].loads(token, return_timestamp=True)
        except BadSignature:
            return None
        expired = (datetime.now(UTC) - issued).total_seconds() > self._max_age_s[use]
        return None if expired or not is_id(conversation_id) else str(conversation_id)

    def resume_until(self, today: date) -> date:
        """The last day of a code or link that is given today."""
        return today + timedelta(days=self._resume_days)

    def code(self, conversation_id: str, *, today: date) -> str:
        """A code to continue the conversation elsewhere: its reference, which tells where to look,
        and a proof, which only this key makes. Easy to say and to type.
        """
        proof = self._proof(conversation_id, self.resume_until(today))
        half = _PROOF_LENGTH // 2
        return f"{reference_of(conversation_id)}-{proof[:half]}-{proof[half:]}"

    def proves(self, code: str, conversation_id: str, *, today: date) -> bool:
        """Whether a code, however it is typed, is one of this conversation, and still valid."""
        if reference_in(code) != letters_of(reference_of(conversation_id)):
            return False
        given = letters_of(code)[-_PROOF_LENGTH:].encode()
        ends = (today + timedelta(days=left) for left in range(self._resume_days + 1))
        proofs = [self._proof(conversation_id, end).encode() for end in ends]
        return any(hmac.compare_digest(given, proof) for proof in proofs)

    def choice_id(self, conversation_id: str, payload: str) -> str:
        """Public id of a choice that the bot offers in one conversation."""
        return f"{_encode(payload.encode())}.{self._mac(conversation_id, payload)}"

    def payload_of(self, conversation_id: str, choice_id: str) -> str | None:
        """The payload of a choice; ``None`` when it was never offered in this conversation."""
        body, _, mac = choice_id.partition(".")
        if not choice_id.isascii():
            return None
        try:
            payload = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
        except ValueError:
            return None
        expected = self._mac(conversation_id, payload)
        return payload if hmac.compare_digest(mac.encode(), expected.encode()) else None

    def _proof(self, conversation_id: str, until: date) -> str:
        message = f"{conversation_id}\n{until.isoformat()}".encode()
        digest = hmac.new(self._code_key, message, hashlib.sha256).digest()
        return "".join(_CODE_ALPHABET[byte % 32] for byte in digest[:_PROOF_LENGTH])

    def _mac(self, conversation_id: str, payload: str) -> str:
        message = f"{conversation_id}\n{payload}".encode()
        digest = hmac.new(self._choice_key, message, hashlib.sha256).digest()
        return _encode(digest[:_MAC_BYTES])


def is_id(value: object) -> bool:
    """Whether a value has the shape of a conversation id."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def letters_of(code: str) -> str:
    """Letters and digits of a typed code, as they are compared: 0 is O and 1 is I, since no code
    holds these digits.
    """
    plain = "".join(c for c in code.upper() if c.isascii() and c.isalnum())
    return plain.translate(_HEARD_WRONG)


def reference_in(code: str) -> str:
    """The reference that a typed code begins with; empty when it is no code."""
    letters = letters_of(code)
    return letters[:_REFERENCE_LENGTH] if len(letters) == _REFERENCE_LENGTH + _PROOF_LENGTH else ""


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
