"""Which of the proposed roles a typed text points at: by its name, or by its place in the list."""

from collections.abc import Mapping, Sequence

from bot.dialogue.answers.phrases import phrases
from bot.dialogue.answers.text import plain
from bot.roles import Role, find_roles

_PLACES = ("first", "second", "third")
_LONGEST_POINTER = 8
"""Words beyond which "premier" belongs to a story rather than to the list."""


def role_pointed_at(text: str, proposed: Sequence[str], *, roles: Mapping[str, Role]) -> str | None:
    """Id of the role that the text names, a proposed one first; ``None`` when it names none."""
    named = find_roles(text, roles)
    if named:
        return next((role_id for role_id in named if role_id in proposed), named[0])
    words = plain(text)
    if len(words.split()) > _LONGEST_POINTER:
        return None
    place = phrases("ordinals").find(words)
    index = _PLACES.index(place) if place else len(proposed)
    return proposed[index] if index < len(proposed) else None
