"""Answers given in passing: "bac pro, et j'habite Forbach"."""

from collections.abc import Mapping
from typing import Final

from bot.dialogue.answers.level import read_level
from bot.dialogue.answers.phrases import phrases
from bot.dialogue.answers.text import clauses

_SHORT: Final = 4
"""Words up to which a clause that begins with a diploma tells nothing else: "bac pro compta"."""


def read_answers(text: str) -> Mapping[str, str]:
    """Questions that the text answers explicitly, whichever was asked, each with its clause.

    Explicit wordings only: an answer to a question that was not asked must leave no doubt, so that
    "je voudrais un master" tells no level.
    """
    found: dict[str, str] = {}
    for clause in clauses(text):
        for said in phrases("passing").in_clause(clause):
            if said.value == "level":
                _keep_level(found, clause, clause[said.end :].strip())
            elif said.value != "wish":
                found.setdefault(said.value, clause[said.start :])
        if len(clause.split()) <= _SHORT:
            _keep_level(found, clause, clause)
    return found


def _keep_level(found: dict[str, str], clause: str, rest: str) -> None:
    """Keep the clause when a diploma is what ``rest`` begins with."""
    first = next(iter(phrases("level").in_clause(rest)), None)
    if first and first.start == 0 and first.value.isdigit() and read_level(clause) is not None:
        found.setdefault("level", clause)
