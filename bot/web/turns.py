"""Order and retries: one turn at a time in a conversation, and each message answered once."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final
from weakref import WeakValueDictionary

from bot.conversations import StoredMessage
from bot.web.problems import StillAnswering

_MOST_ANSWERS: Final = 5000
_REMEMBERED_S: Final = 600.0

Answer = list[StoredMessage]


class Turns:
    """``wait_s`` is the longest wait of a caller. A turn that takes longer goes on without it, and
    a retry, or the answer to the next message, brings its answer along.
    """

    def __init__(self, *, wait_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._wait_s = wait_s
        self._clock = clock
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._answers: OrderedDict[tuple[str, str], tuple[float, asyncio.Task[Answer]]] = (
            OrderedDict()
        )
        self._late: dict[str, list[asyncio.Task[Answer]]] = {}

    @asynccontextmanager
    async def alone(self, conversation_id: str) -> AsyncIterator[None]:
        """Wait for the conversation's other turns, then keep them waiting."""
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            yield

    async def settled(self, conversation_id: str) -> None:
        """Wait, as long as a caller may, until no turn of the conversation is being answered."""
        try:
            async with asyncio.timeout(self._wait_s), self.alone(conversation_id):
                pass
        except TimeoutError:
            return

    def known(self, conversation_id: str, message: str) -> bool:
        """Whether the message is being answered, or was answered and is remembered."""
        return (conversation_id, message) in self._answers

    async def once(
        self,
        conversation_id: str,
        message: str,
        turn: Callable[[], Coroutine[Any, Any, Answer]],
        *,
        remember: bool,
    ) -> Answer:
        """The answer of ``turn``, started unless ``message`` is known; StillAnswering when it
        takes too long. Late answers to earlier messages come before it.

        With ``remember`` a success is known for ten minutes more; a failure never is.
        """
        key = (conversation_id, message)
        if key not in self._answers:
            task = asyncio.create_task(turn())
            self._answers[key] = (self._clock(), task)
            task.add_done_callback(lambda done: self._settle(key, done, remember=remember))
        task = self._answers[key][1]
        try:
            # Shielded: neither a client that hangs up nor the time limit interrupts the turn.
            answer = await asyncio.wait_for(asyncio.shield(task), self._wait_s)
        except (TimeoutError, asyncio.CancelledError) as gone:
            late = self._late.setdefault(conversation_id, [])
            if task not in late:
                late.append(task)
            if isinstance(gone, TimeoutError):
                raise StillAnswering from None
            raise
        return [*self._catch_up(conversation_id, but=task), *answer]

    def caught_up(self, conversation_id: str) -> None:
        """The person reads the whole conversation: no answer of it is late any more."""
        self._late.pop(conversation_id, None)

    def _catch_up(self, conversation_id: str, *, but: asyncio.Task[Answer]) -> Answer:
        """Answers that came after their caller had left, once."""
        late = self._late.pop(conversation_id, [])
        ready = [task for task in late if task is not but and task.done()]
        if waiting := [task for task in late if not task.done()]:
            self._late[conversation_id] = waiting
        answered = [task for task in ready if not task.cancelled() and task.exception() is None]
        return [message for task in answered for message in task.result()]

    def forget(self, conversation_id: str) -> None:
        """Drop the answers of one conversation."""
        self.caught_up(conversation_id)
        for key in [key for key in self._answers if key[0] == conversation_id]:
            del self._answers[key]

    def forget_old(self) -> None:
        """Drop the answers that nobody will ask for again."""
        oldest = self._clock() - _REMEMBERED_S
        while self._answers:
            key, (since, _) = next(iter(self._answers.items()))
            if since >= oldest and len(self._answers) <= _MOST_ANSWERS:
                return
            del self._answers[key]

    def _settle(self, key: tuple[str, str], done: asyncio.Task[Answer], *, remember: bool) -> None:
        failed = done.cancelled() or done.exception() is not None
        if failed or not remember:
            self._answers.pop(key, None)
        if failed:
            self._drop_late(key[0], done)
        self.forget_old()

    def _drop_late(self, conversation_id: str, task: asyncio.Task[Answer]) -> None:
        late = [other for other in self._late.pop(conversation_id, []) if other is not task]
        if late:
            self._late[conversation_id] = late
