"""Search in what is kept, whatever the capitals and accents, on any database."""

import unicodedata

import sqlalchemy as sa

from bot.conversations.schema import conversations, matches, profiles

_SPELT_OUT = str.maketrans({"œ": "oe", "æ": "ae", "’": "'"})


def searchable(*texts: str | None) -> str:
    """The texts without capitals and accents, as they are kept in ``search_text``."""
    joined = " ".join(text for text in texts if text).casefold().translate(_SPELT_OUT)
    letters = unicodedata.normalize("NFKD", joined)
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def mentions(text: str) -> list[sa.ColumnElement[bool]]:
    """Each word of ``text`` in the place, the person's words, a role or the reference."""
    return [_mentions(word) for word in searchable(text).split()]


def _mentions(word: str) -> sa.ColumnElement[bool]:
    in_roles = matches.c.search_text.contains(word, autoescape=True)
    role = sa.select(matches.c.position).where(
        matches.c.conversation_id == conversations.c.id, in_roles
    )
    reference = word.replace("-", "")
    return sa.or_(
        profiles.c.search_text.contains(word, autoescape=True),
        role.exists(),
        conversations.c.id.istartswith(reference, autoescape=True) if reference else sa.false(),
    )
