"""Conversation tokens and choices: signed for one conversation, so nothing has to be stored."""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime
from typing import Final

from itsdangerous import BadSignature, URLSafeTimedSerializer

_ID: Final = re.compile(r"[A-Za-z0-9]{24}")
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
_MAC_BYTES: Final = 12
_SECONDS_A_DAY: Final = 86_400


class Tokens:
    """Signs with one secret key; each use has a salt of its own."""

    def __init__(self, key: str, *, days: int) -> None:
        self._serializer = URLSafeTimedSerializer(key, salt="conversation-token")
        self._choice_key = hashlib.sha256(f"choice:{key}".encode()).digest()
        self._max_age_s = days * _SECONDS_A_DAY

    def new_id(self) -> str:
        """A conversation id that cannot be guessed (139 bits)."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(24))

    def issue(self, conversation_id: str) -> str:
        """The token that opens one conversation."""
        return self._serializer.dumps(conversation_id)

    def conversation_of(self, token: str) -> str | None:
        """The conversation that a token opens; ``None`` when it is forged, damaged or expired.

        One from the future is good: the machine's clock was set back since.
        """
        try:
            conversation_id, issued = self._serializer.loads(token, return_timestamp=True)
        except BadSignature:
            return None
        expired = (datetime.now(UTC) - issued).total_seconds() > self._max_age_s
        return None if expired or not is_id(conversation_id) else str(conversation_id)

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

    def _mac(self, conversation_id: str, payload: str) -> str:
        message = f"{conversation_id}\n{payload}".encode()
        digest = hmac.new(self._choice_key, message, hashlib.sha256).digest()
        return _encode(digest[:_MAC_BYTES])


def is_id(value: object) -> bool:
    """Whether a value has the shape of a conversation id."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
