"""The person's situation."""

from itertools import pairwise
from typing import Final

from bot.dialogue.answers.phrases import Said, phrases
from bot.dialogue.answers.text import clauses
from bot.person import Status

_BEFORE: Final = "before"
_LEFT_STUDIES: Final = 5
"""Words between "arrêté" and "mon bac pro"."""


def read_status(text: str) -> Status | None:
    """Situation that the text tells, ``None`` when it tells none.

    Soldiers, temporary workers and people on sick or parental leave are employees; the
    self-employed, parents at home and pensioners are "other": offers for the public do not
    distinguish them further. What the person was before does not count; of several situations, the
    one told in most words does. A trade alone tells that one works in it.
    """
    found: dict[int, str] = {}
    weak: set[str] = set()
    for clause in clauses(text):
        all_said = phrases("status").in_clause(clause)
        said = [s for s in all_said if not s.denied]
        if any(s.value == _BEFORE for s in said):
            continue
        weak |= {s.value for s in said}
        left = _left_studies(all_said, clause)
        told = [s for s in said if s.value in set(Status) and not (left and s.value == "student")]
        found |= {s.end - s.start: s.value for s in told}
        if left:
            found.setdefault(1, Status.OUT_OF_SCHOOL)
    return _weighed(found, weak)


def _weighed(found: dict[int, str], weak: set[str]) -> Status | None:
    if "not_working" in weak:
        found = {length: value for length, value in found.items() if value != Status.EMPLOYEE}
    if found:
        return Status(found[max(found)])
    if "not_working" in weak:
        return Status.OTHER
    return Status.EMPLOYEE if "occupation" in weak else None


def _left_studies(said: tuple[Said, ...], clause: str) -> bool:
    """ "j'ai lâché mon bac pro", "je suis plus à la fac": whatever was left, however it is told."""
    return any(
        before.value == "left"
        and not before.denied
        and after.value in {"school", "student"}
        and len(clause[before.end : after.start].split()) <= _LEFT_STUDIES
        for before, after in pairwise(said)
    )
