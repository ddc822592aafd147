"""Search in what is kept, whatever the capitals and accents: FTS5 or PostgreSQL's full text."""

import re
import unicodedata
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversations.desk_schema import search_documents
from bot.conversations.schema import matches, profiles

_SPELT_OUT = str.maketrans({"œ": "oe", "æ": "ae", "’": "'"})
_WORD: Final = re.compile(r"[^\W_]+")
_LONGEST_WORD: Final = 60
"""PostgreSQL's lexemes have a limit, and nobody looks for a longer word."""


def searchable(*texts: str | None) -> str:
    """The texts without capitals and accents."""
    joined = " ".join(text for text in texts if text).casefold().translate(_SPELT_OUT)
    letters = unicodedata.normalize("NFKD", joined)
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def words_of(conversation_id: str, *texts: str | None) -> str:
    """The different words of the texts and of the reference, one space apart."""
    letters = "".join(c for c in conversation_id if c.isalnum())[:6]
    reference = (letters, letters[:3], letters[3:])
    return " ".join(dict.fromkeys(_words(" ".join([*reference, *(t for t in texts if t)]))))


def index(connection: Connection, conversation_id: str) -> None:
    """Have the conversation found by its place, the person's words, its roles and reference."""
    here = profiles.c.conversation_id == conversation_id
    said = connection.execute(
        sa.select(profiles.c.place_name, profiles.c.background, profiles.c.motivations).where(here)
    ).one()
    roles = connection.scalars(
        sa.select(matches.c.label).where(matches.c.conversation_id == conversation_id)
    )
    words = words_of(conversation_id, *said, *roles)
    document = search_documents.c.conversation_id == conversation_id
    known = connection.execute(search_documents.update().where(document).values(words=words))
    if not known.rowcount:
        connection.execute(
            search_documents.insert().values(conversation_id=conversation_id, words=words)
        )


def mentions(text: str, *, dialect: str) -> sa.Select[Any] | None:
    """Ids of the conversations with words that start like each word of ``text``, which are none
    for a text without words; ``None`` for an empty text.
    """
    words = _words(text)
    if not words:
        ids = sa.select(search_documents.c.conversation_id)
        return ids.where(sa.false()) if text.strip() else None
    # Letters and digits only: nothing in them means anything to either query language.
    if dialect == "sqlite":
        query = " AND ".join(f'"{word}"*' for word in words)
        return sa.select(search_documents.c.conversation_id).where(
            search_documents.c.id.in_(
                sa.select(sa.column("rowid", sa.Integer))
                .select_from(sa.table("search_index"))
                .where(sa.literal_column("search_index").op("MATCH")(query))
            )
        )
    query = " & ".join(f"'{word}':*" for word in words)
    lexemes = "array_to_tsvector(string_to_array(words, ' '))"
    found: Any = sa.text(f"{lexemes} @@ CAST(:query AS tsquery)").bindparams(query=query)
    return sa.select(search_documents.c.conversation_id).where(found)


def _words(text: str) -> list[str]:
    return [word[:_LONGEST_WORD] for word in _WORD.findall(searchable(text))]
