"""Messages that a person sends faster than they are answered: they belong together."""

from collections import defaultdict
from dataclasses import dataclass

from bot.conversations import StoredMessage

Answer = list[StoredMessage]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What the person sent: the text shown in the transcript, and what Rasa receives.

    ``joins`` tells plain words, which may be read together with those that follow.
    """

    shown: str
    passed_on: str
    joins: bool = False


@dataclass(eq=False, kw_only=True)
class Waiting:
    """A message in the queue; ``in_a_row`` when it was sent before the one ahead was answered."""

    sent: Sent
    said: StoredMessage
    in_a_row: bool
    answer: Answer | None = None


class Queue:
    """The messages of each conversation that have no answer yet, in their order."""

    def __init__(self, *, longest: int) -> None:
        """``longest``: characters up to which messages are joined."""
        self._longest = longest
        self._waiting: dict[str, list[Waiting]] = defaultdict(list)

    def enter(self, conversation_id: str, sent: Sent, said: StoredMessage) -> Waiting:
        """Put a message at the end."""
        line = self._waiting[conversation_id]
        message = Waiting(sent=sent, said=said, in_a_row=bool(line))
        line.append(message)
        return message

    def together(self, conversation_id: str, first: Waiting) -> list[Waiting]:
        """``first`` with the plain words that were sent right after it."""
        line = self._waiting[conversation_id]
        joined, length = [first], len(first.sent.passed_on)
        for message in line[line.index(first) + 1 :]:
            length += 1 + len(message.sent.passed_on)
            if not (first.sent.joins and message.sent.joins) or length > self._longest:
                break
            joined.append(message)
        return joined

    def leave(self, conversation_id: str, message: Waiting) -> None:
        """Take a message out: it was answered, or could not be."""
        line = self._waiting[conversation_id]
        line.remove(message)
        if not line:
            del self._waiting[conversation_id]
