"""What a person asks of the trainings that she is shown: farther, remote, free, others…

Read from data/answers/trainings.yml, whatever the classifier makes of two or three words such as
"gratuit": while trainings are on the table, they are a wish and not a question about the price.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.dialogue.answers.phrases import phrases
from bot.dialogue.answers.text import clauses, plain
from bot.trainings import SearchMode

FILTERS: Final = ("free", "without_diploma", "alternance", "mixed", "on_site", "soon")
_MODES: Final = {
    "near": SearchMode.NEAR,
    "farther": SearchMode.FARTHER,
    "remote": SearchMode.REMOTE,
}
_PLACES: Final = frozenset({"mixed", "on_site"})
"""Filters about where, of which one excludes the other, and a search for remote offers both."""
_LONGEST: Final = 8
"""Words beyond which a text tells more than what to look for."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """``mode`` ``None`` is where she was looking; ``everything`` drops the filters that she had."""

    mode: SearchMode | None = None
    filters: frozenset[str] = frozenset()
    everything: bool = False


def read_wish(text: str) -> Wish | None:
    """The wish that a short text is, ``None`` for anything else, questions included."""
    if len(plain(text).split()) > _LONGEST:
        return None
    said = [s for clause in clauses(text) for s in phrases("trainings").in_clause(clause)]
    if any(s.value == "question" for s in said):
        return None
    wanted = {s.value for s in said if not s.denied}
    if not wanted:
        return None
    return Wish(
        mode=next((mode for name, mode in _MODES.items() if name in wanted), None),
        filters=frozenset(wanted.intersection(FILTERS)),
        everything="everything" in wanted,
    )


def next_search(before: Mapping[str, Any] | None, *, role_id: str, wish: Wish) -> dict[str, Any]:
    """The search to make: ``{"role", "mode", "offset", "filters", "shown"}``, as slots keep it.

    Another role begins anew; a new mode or filter begins at the first offer; else the next ones.
    """
    before = before if before and before.get("role") == role_id else {}
    mode = wish.mode or SearchMode(before.get("mode", SearchMode.NEAR))
    kept = set() if wish.everything else set(before.get("filters", ()))
    filters = kept | wish.filters
    if wish.mode is SearchMode.REMOTE:
        filters -= _PLACES
    elif wish.filters & _PLACES:
        filters -= _PLACES - wish.filters
        mode = SearchMode.NEAR if mode is SearchMode.REMOTE else mode
    same = mode == before.get("mode") and filters == set(before.get("filters", ()))
    return {
        "role": role_id,
        "mode": mode.value,
        "offset": before["offset"] if same and not wish.everything else 0,
        "filters": [name for name in FILTERS if name in filters],
        "shown": before.get("shown", []),
    }
