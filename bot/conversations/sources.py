"""From which message each answer comes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.conversations.records import StoredMessage
from bot.conversations.searching import searchable


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message of the person; ``clicked`` when she took a choice rather than typing."""

    id: str
    text: str
    clicked: bool


class Transcript:
    """Looks things up in the messages of one conversation."""

    def __init__(self, messages: Sequence[StoredMessage]) -> None:
        self._messages = messages
        self.answers: Mapping[str, Said] = {}
        self.asides: tuple[Said, ...] = ()
        self._read()

    @property
    def said(self) -> tuple[Said, ...]:
        """All that the person said, in order."""
        found = [*self.answers.values(), *self.asides]
        order = {message.id: place for place, message in enumerate(self._messages)}
        return tuple(sorted(found, key=lambda said: order[said.id]))

    def quoted(self, quote: str) -> str | None:
        """The last message of the person that holds these words."""
        words = searchable(quote)
        found = (m.id for m in reversed(self._messages) if words and words in searchable(m.text))
        theirs = {message.id for message in self._messages if message.author == "person"}
        return next((id_ for id_ in found if id_ in theirs), None)

    def cards(self, key: str) -> Mapping[str, tuple[str, dict[str, Any]]]:
        """By the value of ``key``, the last card shown with it and the id of its message."""
        return {
            card[key]: (message.id, card)
            for message in self._messages
            for card in message.payload.get("cards", ())
            if key in card
        }

    def before(self, moment: Any) -> Said | None:
        """The last thing that the person said by then."""
        by_id = {said.id: said for said in self.said}
        found = (m for m in reversed(self._messages) if m.author == "person" and m.at <= moment)
        message = next(found, None)
        return by_id.get(message.id) if message else None

    def _read(self) -> None:
        """An answer is what was said to a question that was then not asked again."""
        answers: dict[str, Said] = {}
        asides: list[Said] = []
        offered: dict[str, str | None] = {}
        asked: str | None = None
        pending: list[tuple[str | None, Said]] = []
        for author, turn in groupby(self._messages, key=lambda message: message.author):
            if author == "person":
                for message in turn:
                    clicked = message.text in offered
                    question = offered[message.text] if clicked else asked
                    said = Said(id=message.id, text=message.text, clicked=clicked)
                    pending.append((question, said))
                continue
            asked, choices = _asked(list(turn))
            offered |= dict.fromkeys(choices, asked)
            _settle(pending, asked, answers, asides)
            pending = []
        _settle(pending, None, answers, asides)
        self.answers, self.asides = answers, tuple(asides)


def _settle(
    pending: Sequence[tuple[str | None, Said]],
    asked_now: str | None,
    answers: dict[str, Said],
    asides: list[Said],
) -> None:
    for question, said in pending:
        if question and question != asked_now:
            if question in answers:
                asides.append(answers[question])
            answers[question] = said
        else:
            asides.append(said)


def _asked(turn: Sequence[StoredMessage]) -> tuple[str | None, Iterator[str]]:
    """The question that a turn of the bot asks, and the labels of what it offers."""
    questions = [m.payload["question"] for m in turn if m.payload.get("question")]
    cards = [card for message in turn for card in message.payload.get("cards", ())]
    offers = [*(m.payload for m in turn), *cards]
    labels = (choice["label"] for offer in offers for choice in offer.get("choices") or ())
    return (questions[-1] if questions else None), labels
