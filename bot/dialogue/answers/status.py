"""The person's situation."""

from typing import Final

from bot.dialogue.answers.phrases import phrases
from bot.dialogue.answers.text import clauses
from bot.person import Status

_BEFORE: Final = "before"
_NOT_A_STATUS: Final = frozenset({_BEFORE, "gone"})


def read_status(text: str) -> Status | None:
    """Situation that the text tells, ``None`` when it tells none.

    Soldiers, temporary workers and people on sick or parental leave are employees; the
    self-employed, parents at home and pensioners are "other": offers for the public do not
    distinguish them further. What the person was before does not count; of several situations, the
    one told in most words does.
    """
    found: dict[int, str] = {}
    for clause in clauses(text):
        said = [s for s in phrases("status").in_clause(clause) if not s.denied]
        if all(s.value != _BEFORE for s in said):
            found |= {s.end - s.start: s.value for s in said if s.value not in _NOT_A_STATUS}
    return Status(found[max(found)]) if found else None
