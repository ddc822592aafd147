"""One turn of a conversation: from what the person sent to the messages that answer it."""

import asyncio
import hashlib
import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from bot.conversations import Privacy, Receipt, StoredMessage
from bot.dialogue.client import BotReply, Choice, DialogueClient
from bot.dialogue.interview import CHANGEABLE
from bot.dialogue.shortcuts import Recogniser
from bot.errors import (
    DialogueSilent,
    DialogueUnavailable,
    DialogueUnreachable,
    StoreUnavailable,
)
from bot.settings import Settings
from bot.web.limits import RateLimit
from bot.web.problems import (
    DistressUnanswered,
    EmptyMessage,
    ErasedConversation,
    ErasureFailed,
    MessageTooLong,
    NothingToSummarise,
    UnknownChoice,
)
from bot.web.queueing import Queue, Sent, Waiting
from bot.web.tokens import Tokens
from bot.web.transcript import Transcripts
from bot.web.turns import Turns
from bot.web.typed import clean, without_command

logger = logging.getLogger(__name__)

_DISTRESS: Final = "/distress"
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 4.0


class Gateway:
    """Turns of every web conversation. What it remembers only saves time: any other web process
    can answer the next turn.
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
        change_label: str,
    ) -> None:
        self._longest = settings.message_max_length
        self._dialogue = dialogue
        self._transcripts = transcripts
        self._privacy = privacy
        self._tokens = tokens
        self._recognise = recognise
        self._change_label = change_label
        self._turns = Turns(wait_s=settings.turn_timeout_s)
        self._queue = Queue(longest=settings.message_max_length)
        self._outage_patience_s = settings.outage_patience_s
        self._pace = RateLimit(settings.messages_per_minute)

    async def open(self) -> tuple[str, str, list[dict[str, Any]]]:
        """A new conversation: its id, its token, and the bot's first messages."""
        conversation_id = self._tokens.new_id()
        answers = await self._silently(conversation_id, "/start")
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
        sent = self._typed(text) if text is not None else self._clicked(conversation_id, choice)
        # A key is the client's word for "the same message"; with other words it is another one.
        message = f"{key or ''}\n{sent.passed_on}"
        if not self._turns.known(conversation_id, message):
            self._pace.check(conversation_id)
        said = StoredMessage(
            id=_id_of(conversation_id, message) if key else secrets.token_urlsafe(12),
            author="person",
            text=sent.shown,
            at=datetime.now(UTC),
        )
        try:
            answers = await self._turns.once(
                conversation_id,
                message,
                lambda: self._in_turn(conversation_id, sent, said),
                remember=bool(key),
            )
        except DialogueUnavailable as error:
            if sent.passed_on == _DISTRESS:
                raise DistressUnanswered(error.detail) from None
            raise
        return _public(answers)

    async def history(self, conversation_id: str) -> list[dict[str, Any]]:
        """The whole transcript; when nothing of it is known any more, the question that waits."""
        await self._check_open(conversation_id)
        await self._turns.settled(conversation_id)
        self._turns.caught_up(conversation_id)
        messages = await run_in_threadpool(self._transcripts.read, conversation_id)
        return _public(messages or await self._silently(conversation_id, "/resume"))

    async def called(self, reference: str) -> tuple[str, ...]:
        """Conversations that a code may be of."""
        return await run_in_threadpool(self._transcripts.called, reference)

    async def is_kept(self, conversation_id: str) -> bool:
        """Whether the person agreed that the conversation is kept."""
        return await run_in_threadpool(self._transcripts.is_kept, conversation_id)

    async def summary(
        self, conversation_id: str
    ) -> tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]:
        """The person's summary as a card, made now, and the cards that she was shown before.

        It is asked for as by a click, but leaves no trace in the transcript.
        """
        async with self._turns.alone(conversation_id):
            await self._check_open(conversation_id)
            replies = await self._dialogue.send(conversation_id, "/summary")
            messages = await run_in_threadpool(self._transcripts.read, conversation_id)
        made = [card for reply in replies for card in reply.cards if card["kind"] == "summary"]
        if not made:
            raise NothingToSummarise
        return made[0], [card for message in messages for card in message.payload.get("cards", ())]

    async def erase(self, conversation_id: str) -> Receipt:
        """Erase the conversation everywhere; ErasureFailed when that could not be done."""
        async with self._turns.alone(conversation_id):
            return await self._erase(conversation_id)

    def forget_old(self) -> None:
        """Drop from memory what has been silent for too long."""
        self._turns.forget_old()
        self._transcripts.forget_old()

    async def _silently(self, conversation_id: str, passed_on: str) -> list[StoredMessage]:
        """A turn in which the person says nothing."""
        return await self._turns.once(
            conversation_id,
            passed_on,
            lambda: self._alone(conversation_id, passed_on),
            remember=False,
        )

    async def _alone(self, conversation_id: str, passed_on: str) -> list[StoredMessage]:
        async with self._turns.alone(conversation_id):
            return await self._turn(conversation_id, passed_on, said=[])

    async def _in_turn(
        self, conversation_id: str, sent: Sent, said: StoredMessage
    ) -> list[StoredMessage]:
        """One turn at a time; words that queued up behind it are the next turn, all together."""
        message = self._queue.enter(conversation_id, sent, said)
        try:
            async with self._turns.alone(conversation_id):
                if message.answer is None:
                    await self._answer_together(conversation_id, message)
        finally:
            self._queue.leave(conversation_id, message)
        return message.answer or []

    async def _answer_together(self, conversation_id: str, first: Waiting) -> None:
        together = self._queue.together(conversation_id, first)
        answer = await self._turn(
            conversation_id,
            "\n".join(message.sent.passed_on for message in together),
            said=[message.said for message in together],
            metadata={"in_a_row": True} if first.in_a_row else None,
        )
        for message in together:
            message.answer = answer

    async def _turn(
        self,
        conversation_id: str,
        passed_on: str,
        *,
        said: list[StoredMessage],
        metadata: Mapping[str, Any] | None = None,
    ) -> list[StoredMessage]:
        """What the person said is kept even if this fails."""
        await self._check_open(conversation_id)
        if said:
            await run_in_threadpool(self._transcripts.add, conversation_id, said)
        replies = await self._replies(conversation_id, passed_on, metadata)
        answers = [self._answer(conversation_id, reply) for reply in replies]
        await run_in_threadpool(self._transcripts.add, conversation_id, answers)
        if any(reply.effect == "erase" for reply in replies):
            await self._erase(conversation_id)
        return answers

    async def _replies(
        self, conversation_id: str, passed_on: str, metadata: Mapping[str, Any] | None
    ) -> tuple[BotReply, ...]:
        """Ask again while a process restarts. Rasa keeps nothing of a turn before its end, and an
        action that was not reached has changed nothing: the message counts once.
        """
        pause, waited = _FIRST_PAUSE_S, 0.0
        while True:
            try:
                return await self._dialogue.send(conversation_id, passed_on, metadata=metadata)
            except (DialogueUnreachable, DialogueSilent):
                if waited + pause > self._outage_patience_s:
                    raise
            await asyncio.sleep(pause)
            waited += pause
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    async def _erase(self, conversation_id: str) -> Receipt:
        try:
            receipt = await run_in_threadpool(self._privacy.erase, conversation_id)
        except StoreUnavailable as error:
            raise ErasureFailed(error.detail) from None
        self._transcripts.forget(conversation_id)
        self._turns.forget(conversation_id)
        return receipt

    def _typed(self, text: str) -> Sent:
        if len(text) > self._longest:
            raise MessageTooLong
        shown = clean(text)
        words = without_command(shown)
        if not words:
            raise EmptyMessage
        intent = self._recognise(words)
        return Sent(shown=shown, passed_on=f"/{intent}" if intent else words, joins=intent is None)

    def _clicked(self, conversation_id: str, choice: str | None) -> Sent:
        offered = self._tokens.payload_of(conversation_id, choice or "")
        if offered is None:
            raise UnknownChoice
        title, _, payload = offered.rpartition("\n")
        return Sent(shown=title, passed_on=payload)

    def _answer(self, conversation_id: str, reply: BotReply) -> StoredMessage:
        cards = [self._card(conversation_id, card) for card in reply.cards]
        payload = {
            "choices": [self._choice(conversation_id, choice) for choice in reply.choices],
            "cards": cards,
            "plain": reply.data.get("plain"),
            "question": reply.question,
            "change": self._change(conversation_id, reply.question),
            "progress": reply.progress,
            "effect": reply.effect,
        }
        return StoredMessage(
            id=secrets.token_urlsafe(12),
            author="bot",
            text=reply.text,
            at=datetime.now(UTC),
            payload=payload,
        )

    def _card(self, conversation_id: str, card: Mapping[str, Any]) -> dict[str, Any]:
        choices = [Choice(**choice) for choice in card.get("choices") or ()]
        return {**card, "choices": [self._choice(conversation_id, choice) for choice in choices]}

    def _choice(self, conversation_id: str, choice: Choice) -> dict[str, str]:
        # The title is signed too: the transcript shows what was clicked. A payload has one line.
        offered = f"{choice.title}\n{choice.payload}"
        return {"id": self._tokens.choice_id(conversation_id, offered), "label": choice.title}

    def _change(self, conversation_id: str, question: str | None) -> dict[str, str] | None:
        """The choice that asks the question again, once it has been answered."""
        if question not in CHANGEABLE:
            return None
        payload = f"/change_answer{json.dumps({'slot': question})}"
        return self._choice(conversation_id, Choice(title=self._change_label, payload=payload))

    async def _check_open(self, conversation_id: str) -> None:
        try:
            erased = await run_in_threadpool(self._privacy.erased, conversation_id)
        except StoreUnavailable as error:
            logger.error("%s: erasures not read", error.code)
            return
        if erased:
            raise ErasedConversation


def _id_of(conversation_id: str, message: str) -> str:
    """The same id for every retry of a message, so that it is kept once."""
    return hashlib.sha256(f"{conversation_id}\n{message}".encode()).hexdigest()[:24]


def _public(messages: Sequence[StoredMessage]) -> list[dict[str, Any]]:
    """Messages in the shape of the chat API."""
    return [
        {
            "id": message.id,
            "author": message.author,
            "text": message.text,
            "choices": [],
            "cards": [],
            **message.payload,
            "at": message.at.isoformat(timespec="milliseconds"),
        }
        for message in messages
    ]
