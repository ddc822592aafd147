"""The messages of a conversation: in the store with consent, else in memory only."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

from bot.conversations import ConversationStore, StoredMessage
from bot.errors import StoreUnavailable

logger = logging.getLogger(__name__)

_MOST_CONVERSATIONS: Final = 2000
_MOST_MESSAGES: Final = 400


class Transcripts:
    """Calls are synchronous: the gateway runs them in a thread."""

    def __init__(
        self,
        store: ConversationStore,
        *,
        ephemeral_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._ephemeral_s = ephemeral_s
        self._clock = clock
        self._lock = threading.Lock()
        self._memory: OrderedDict[str, tuple[float, list[StoredMessage]]] = OrderedDict()

    def add(self, conversation_id: str, messages: Sequence[StoredMessage]) -> None:
        """Keep the messages; a store that does not answer costs nothing but their keeping."""
        remembered = self._remembered(conversation_id)
        known = {message.id for message in remembered}
        remembered += [message for message in messages if message.id not in known]
        try:
            # All that memory holds: the welcome came before the consent.
            kept = self._store.add_messages(conversation_id, remembered)
        except StoreUnavailable as error:
            logger.error("%s: transcript of a turn not kept yet", error.code)
            kept = False
        with self._lock:
            self._memory.pop(conversation_id, None)
            if not kept:
                self._memory[conversation_id] = (self._clock(), remembered[-_MOST_MESSAGES:])
        self.forget_old()

    def read(self, conversation_id: str) -> tuple[StoredMessage, ...]:
        """All messages, those kept first; empty when nothing is known any more."""
        try:
            kept = self._store.messages(conversation_id)
        except StoreUnavailable as error:
            logger.error("%s: transcript not read", error.code)
            kept = ()
        return (*kept, *self._remembered(conversation_id))

    def is_kept(self, conversation_id: str) -> bool:
        """Whether the person agreed that the conversation is kept."""
        return self._store.consented(conversation_id)

    def called(self, reference: str) -> tuple[str, ...]:
        """Ids of the conversations, kept or in memory, whose reference this is."""
        with self._lock:
            here = tuple(id_ for id_ in self._memory if id_[: len(reference)].upper() == reference)
        return (*self._store.called(reference), *here)

    def forget(self, conversation_id: str) -> None:
        """Drop what memory holds."""
        with self._lock:
            self._memory.pop(conversation_id, None)

    def forget_old(self) -> None:
        """Drop from memory what has been silent for ``ephemeral_s``."""
        oldest = self._clock() - self._ephemeral_s
        with self._lock:
            while self._memory:
                conversation_id, (at, _) = next(iter(self._memory.items()))
                if at >= oldest and len(self._memory) <= _MOST_CONVERSATIONS:
                    return
                del self._memory[conversation_id]

    def _remembered(self, conversation_id: str) -> list[StoredMessage]:
        _, messages = self._memory.get(conversation_id, (0.0, []))
        return list(messages)
