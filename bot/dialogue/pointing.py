"""Which of what was shown a typed text points at: by its name, or by its place in the list."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.dialogue.answers.phrases import phrases
from bot.dialogue.answers.text import clauses, plain
from bot.dialogue.wishes import read_wish
from bot.roles import Role, find_roles
from bot.trainings import Modality, Offer, SearchMode

_PLACES: Final = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
_LONGEST_POINTER: Final = 8
"""Words of a clause beyond which "premier" belongs to a story rather than to the list."""
_LONGEST_TEXT: Final = 20
"""Words of a text, such as "pas le premier" and why not."""


def role_pointed_at(text: str, proposed: Sequence[str], *, roles: Mapping[str, Role]) -> str | None:
    """Id of the role that the text names, a proposed one first; ``None`` when it names none."""
    named = find_roles(text, roles)
    if named:
        return next((role_id for role_id in named if role_id in proposed), named[0])
    index = _index(text, len(proposed))
    return None if index is None else proposed[index]


def roles_pointed_at(text: str, proposed: Sequence[str], *, roles: Mapping[str, Role]) -> list[str]:
    """Ids of all roles that the text names, then of those that it counts in the list."""
    said = dict.fromkeys(find_roles(text, roles))
    for place in sorted(_counted(text), key=list(_PLACES).index):
        index = _PLACES[place]
        if -len(proposed) <= index < len(proposed):
            said.setdefault(proposed[index])
    return list(said)


def training_pointed_at(text: str, shown: Sequence[Offer]) -> Offer | None:
    """The one offer that the text counts, or alone fits: "la deuxième", "celle de Metz".

    ``None`` when it may be several of those shown.
    """
    index = _index(text, len(shown))
    if index is not None:
        return shown[index]
    said = f" {plain(text)} "
    named = [offer for offer in shown if offer.place_name and f" {_town(offer)} " in said]
    wish = read_wish(text)
    fitting = named or [offer for offer in shown if wish and _fits(offer, wish.mode, wish.filters)]
    if not fitting and len(shown) == 1:
        return shown[0]
    return fitting[0] if len(fitting) == 1 else None


def _index(text: str, size: int) -> int | None:
    """Index in a list of ``size`` that the text counts, if it does."""
    places = _counted(text)
    if not places or not -size <= _PLACES[places[0]] < size:
        return None
    return _PLACES[places[0]]


def _counted(text: str) -> list[str]:
    """Places in the list that the text tells, those that it does not deny first.

    "Pas le premier, le deuxième" points at the second; "pas le premier", and why, at the first.
    """
    if len(text.split()) > _LONGEST_TEXT:
        return []
    said = [
        said
        for clause in clauses(text)
        if len(clause.split()) <= _LONGEST_POINTER
        for said in phrases("ordinals").in_clause(clause)
    ]
    said.sort(key=lambda s: (s.denied, s.start - s.end))
    return [s.value for s in said]


def _town(offer: Offer) -> str:
    """The town of "Metz (57)", in plain words."""
    return plain(offer.place_name.partition("(")[0])


def _fits(offer: Offer, mode: SearchMode | None, filters: frozenset[str]) -> bool:
    asked = {
        "remote": mode is SearchMode.REMOTE,
        **{name: name in filters for name in ("free", "alternance", "mixed", "without_diploma")},
    }
    is_so = {
        "remote": offer.modality is Modality.REMOTE,
        "free": offer.cost == 0,
        "alternance": offer.alternance,
        "mixed": offer.modality is Modality.MIXED,
        "without_diploma": offer.entry_level is None or not offer.level_required,
    }
    wanted = [name for name, is_asked in asked.items() if is_asked]
    return bool(wanted) and all(is_so[name] for name in wanted)
