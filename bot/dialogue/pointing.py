"""Which of what was shown a typed text points at: by its name, or by its place in the list."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.dialogue.answers.phrases import phrases
from bot.dialogue.answers.text import plain
from bot.dialogue.wishes import read_wish
from bot.roles import Role, find_roles
from bot.trainings import Modality, Offer, SearchMode

_PLACES: Final = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
_LONGEST_POINTER: Final = 8
"""Words beyond which "premier" belongs to a story rather than to the list."""


def role_pointed_at(text: str, proposed: Sequence[str], *, roles: Mapping[str, Role]) -> str | None:
    """Id of the role that the text names, a proposed one first; ``None`` when it names none."""
    named = find_roles(text, roles)
    if named:
        return next((role_id for role_id in named if role_id in proposed), named[0])
    index = _index(text, len(proposed))
    return None if index is None else proposed[index]


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
    words = plain(text)
    place = phrases("ordinals").find(words) if len(words.split()) <= _LONGEST_POINTER else None
    if place is None or not -size <= _PLACES[place] < size:
        return None
    return _PLACES[place]


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
