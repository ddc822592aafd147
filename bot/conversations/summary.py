"""The summary that an adviser reads: what the person said and chose, nothing invented.

Each line points to the message it comes from, and says whether a machine understood or chose it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from bot.conversations.desk import SummaryEdit
from bot.conversations.labels import Labels
from bot.conversations.records import ConversationRecord, StoredMessage
from bot.conversations.sources import Transcript
from bot.conversations.summary_lines import (
    Line,
    Quote,
    SummaryTexts,
    Writer,
    load_summary_texts,
)

__all__ = [
    "BY_PERSON",
    "Line",
    "Quote",
    "Section",
    "Summary",
    "SummaryTexts",
    "load_summary_texts",
    "summarise",
]

BY_PERSON: Final = "person"
"""Author of what the person herself set right."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """Lines under a French title; ``key`` is that of data/texts/summary.yml."""

    key: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """``removed`` are the lines that an adviser took away; those that the person took away are
    nowhere any more.
    """

    reference: str
    sections: tuple[Section, ...]
    removed: tuple[Line, ...] = ()
    waiting_for_human: bool = False

    def section(self, key: str) -> Section | None:
        """A part by its key; ``None`` when it has no line."""
        return next((section for section in self.sections if section.key == key), None)

    def line(self, key: str) -> Line | None:
        """A line by its key, one that was taken away included."""
        lines = [*(line for section in self.sections for line in section.lines), *self.removed]
        return next((line for line in lines if line.key == key), None)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def summarise(
    record: ConversationRecord,
    *,
    messages: Sequence[StoredMessage],
    labels: Labels,
    texts: SummaryTexts,
    edits: Sequence[SummaryEdit] = (),
) -> Summary:
    """The summary of one conversation, as it was set right."""
    writer = Writer(record, Transcript(messages), labels, texts)
    edited = {edit.line: edit for edit in edits}
    sections, removed = [], []
    for key, title in texts.sections.items():
        lines = []
        for line in writer.lines(key):
            edit = edited.get(line.key)
            if edit is None:
                lines.append(line)
            elif edit.text is not None:
                lines.append(replace(line, text=edit.text, before=line.text, edited_by=edit.author))
            elif edit.author != BY_PERSON:
                removed.append(replace(line, edited_by=edit.author))
        if lines:
            sections.append(Section(key=key, title=title, lines=tuple(lines)))
    return Summary(
        reference=record.reference,
        sections=tuple(sections),
        removed=tuple(removed),
        waiting_for_human=record.waiting_for_human,
    )
