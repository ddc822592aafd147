"""One turn of a conversation: from what the person sent to the messages that answer it."""

import asyncio
import logging
import re
import secrets
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from bot.conversations import Privacy, Receipt, StoredMessage
from bot.dialogue.client import BotReply, Choice, DialogueClient
from bot.dialogue.shortcuts import Recogniser
from bot.errors import StoreUnavailable
from bot.settings import Settings
from bot.web.problems import (
    EmptyMessage,
    ErasedConversation,
    MessageTooLong,
    TooManyRequests,
    UnknownChoice,
)
from bot.web.tokens import Tokens
from bot.web.transcript import Transcripts

logger = logging.getLogger(__name__)

_KEPT_CONTROLS: Final = frozenset({"\n", "\t"})
_ZERO_WIDTH_JOINER: Final = "\u200d"
_LEADING_SLASHES: Final = re.compile(r"^[\s/\u2044\u2215\u29f8\uff0f]+")
_MOST_REMEMBERED: Final = 5000


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What the person sent: the text shown in the transcript, and what Rasa receives."""

    shown: str
    passed_on: str


class Gateway:
    """Turns of every web conversation; holds no conversation of its own, so that any process can
    answer any turn.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        dialogue: DialogueClient,
        transcripts: Transcripts,
        privacy: Privacy,
        tokens: Tokens,
        recognise: Recogniser,
    ) -> None:
        self._settings = settings
        self._dialogue = dialogue
        self._transcripts = transcripts
        self._privacy = privacy
        self._tokens = tokens
        self._recognise = recognise
        self._turns: dict[str, asyncio.Lock] = {}
        self._answers: OrderedDict[tuple[str, str], asyncio.Future[list[StoredMessage]]] = (
            OrderedDict()
        )
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def open(self) -> tuple[str, str, list[dict[str, Any]]]:
        """A new conversation: its id, its token, and the bot's first messages."""
        conversation_id = self._tokens.new_id()
        answers = await self._turn(conversation_id, Sent(shown="", passed_on="/start"))
        return conversation_id, self._tokens.issue(conversation_id), _public(answers)

    async def send(
        self,
        conversation_id: str,
        *,
        text: str | None = None,
        choice: str | None = None,
        key: str | None = None,
    ) -> list[dict[str, Any]]:
        """The bot's answer to a typed text or to a choice.

        The same thing sent again while it is being answered, or with the same ``key`` afterwards,
        is a retry and gets the same answer.
        """
        await self._check_open(conversation_id)
        sent = self._typed(text) if text is not None else self._clicked(conversation_id, choice)
        retry = (conversation_id, f"key:{key}" if key else f"text:{sent.passed_on}")
        if (pending := self._answers.get(retry)) is not None:
            return _public(await asyncio.shield(pending))
        self._slow_down(conversation_id)
        answer = asyncio.ensure_future(self._turn(conversation_id, sent))
        self._answers[retry] = answer
        answer.add_done_callback(lambda done: self._settle(retry, done, keep=bool(key)))
        # A client that hangs up does not interrupt the turn: its answer waits in the transcript.
        return _public(await asyncio.shield(answer))

    async def history(self, conversation_id: str) -> list[dict[str, Any]]:
        """The whole transcript; when nothing of it is known any more, the question that waits."""
        await self._check_open(conversation_id)
        messages = await run_in_threadpool(self._transcripts.read, conversation_id)
        if not messages:
            messages = tuple(await self._turn(conversation_id, Sent(shown="", passed_on="/resume")))
        return _public(messages)

    async def erase(self, conversation_id: str) -> Receipt:
        """Erase the conversation everywhere; StoreUnavailable when that could not be done."""
        async with self._turn_lock(conversation_id):
            self._transcripts.forget(conversation_id)
            for retry in [key for key in self._answers if key[0] == conversation_id]:
                self._answers.pop(retry, None)
            return await run_in_threadpool(self._privacy.erase, conversation_id)

    async def _turn(self, conversation_id: str, sent: Sent) -> list[StoredMessage]:
        """One at a time for a conversation; what the person said is kept even if this fails."""
        async with self._turn_lock(conversation_id):
            if sent.shown:
                said = _message("person", sent.shown)
                await run_in_threadpool(self._transcripts.add, conversation_id, [said])
            replies = await self._dialogue.send(conversation_id, sent.passed_on)
            answers = [self._answer(conversation_id, reply) for reply in replies]
            await run_in_threadpool(self._transcripts.add, conversation_id, answers)
        if any(reply.effect == "erase" for reply in replies):
            await self.erase(conversation_id)
        return answers

    def _typed(self, text: str) -> Sent:
        if len(text) > self._settings.message_max_length:
            raise MessageTooLong
        shown = clean(text)
        words = _LEADING_SLASHES.sub("", shown)
        if not words:
            raise EmptyMessage
        intent = self._recognise(words)
        return Sent(shown=shown, passed_on=f"/{intent}" if intent else words)

    def _clicked(self, conversation_id: str, choice: str | None) -> Sent:
        offered = self._tokens.payload_of(conversation_id, choice or "")
        if offered is None:
            raise UnknownChoice
        title, _, payload = offered.partition("\n")
        return Sent(shown=title, passed_on=payload)

    def _answer(self, conversation_id: str, reply: BotReply) -> StoredMessage:
        cards = [self._card(conversation_id, card) for card in reply.cards]
        payload = {
            "choices": [self._choice(conversation_id, choice) for choice in reply.choices],
            "cards": cards,
            "question": reply.question,
            "progress": reply.progress,
            "effect": reply.effect,
        }
        return _message("bot", reply.text, payload)

    def _card(self, conversation_id: str, card: Mapping[str, Any]) -> dict[str, Any]:
        choices = [Choice(**choice) for choice in card.get("choices") or ()]
        return {**card, "choices": [self._choice(conversation_id, choice) for choice in choices]}

    def _choice(self, conversation_id: str, choice: Choice) -> dict[str, str]:
        # The title is signed too: the transcript shows what was clicked.
        offered = f"{choice.title}\n{choice.payload}"
        return {"id": self._tokens.choice_id(conversation_id, offered), "label": choice.title}

    async def _check_open(self, conversation_id: str) -> None:
        try:
            erased = await run_in_threadpool(self._privacy.erased, conversation_id)
        except StoreUnavailable as error:
            logger.error("%s: erasures not read", error.code)
            return
        if erased:
            raise ErasedConversation

    def _turn_lock(self, conversation_id: str) -> "_TurnLock":
        return _TurnLock(self._turns, conversation_id)

    def _settle(
        self, retry: tuple[str, str], done: "asyncio.Future[list[StoredMessage]]", *, keep: bool
    ) -> None:
        failed = done.cancelled() or done.exception() is not None
        if failed or not keep:
            self._answers.pop(retry, None)
        while len(self._answers) > _MOST_REMEMBERED:
            self._answers.popitem(last=False)

    def _slow_down(self, conversation_id: str) -> None:
        """A token bucket for each conversation, as large as one minute's messages."""
        size = float(self._settings.messages_per_minute)
        now = time.monotonic()
        left, since = self._buckets.pop(conversation_id, (size, now))
        left = min(size, left + (now - since) * size / 60)
        self._buckets[conversation_id] = (max(0.0, left - 1), now)
        while len(self._buckets) > _MOST_REMEMBERED:
            self._buckets.popitem(last=False)
        if left < 1:
            raise TooManyRequests


class _TurnLock:
    """The lock of one conversation, forgotten when nobody holds or waits for it."""

    def __init__(self, turns: dict[str, asyncio.Lock], conversation_id: str) -> None:
        self._turns = turns
        self._conversation_id = conversation_id
        self._lock = turns.setdefault(conversation_id, asyncio.Lock())

    async def __aenter__(self) -> None:
        await self._lock.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()
        if not self._lock.locked() and not getattr(self._lock, "_waiters", None):
            self._turns.pop(self._conversation_id, None)


def clean(text: str) -> str:
    """NFC, without control and invisible format characters but line breaks and emoji joiners."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = [
        character
        for character in text
        if character in _KEPT_CONTROLS
        or character == _ZERO_WIDTH_JOINER
        or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    ]
    stripped = "".join(kept).strip().strip(_ZERO_WIDTH_JOINER)
    return stripped.strip()


def _message(author: str, text: str, payload: dict[str, Any] | None = None) -> StoredMessage:
    return StoredMessage(
        id=secrets.token_urlsafe(12),
        author=author,
        text=text,
        at=datetime.now(UTC),
        payload=payload or {},
    )


def _public(messages: Sequence[StoredMessage]) -> list[dict[str, Any]]:
    """Messages in the shape of the chat API."""
    empty: dict[str, Any] = {"choices": [], "cards": []}
    public = []
    for message in messages:
        fields = asdict(message)
        fields |= {"at": message.at.isoformat(timespec="milliseconds")}
        public.append(fields | empty | fields.pop("payload"))
    return public
