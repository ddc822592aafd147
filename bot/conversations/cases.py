"""Corrections of advisers as evaluation cases for the matching: with consent, nothing personal."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

import sqlalchemy as sa

from bot.conversations.audit import AuditAction, record
from bot.conversations.desk_schema import role_corrections
from bot.conversations.engine import Connected
from bot.conversations.schema import profiles
from bot.conversations.searching import searchable

MASK: Final = "…"
_ADDRESS: Final = re.compile(r"\S*@\S*|\b(?:https?://|www\.)\S+", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+")
_MASKS: Final = re.compile(rf"{MASK}(?:[\s'’.,-]*{MASK})+")
_SENTENCE_ENDS: Final = ".!?:;\n"


class Cases(Connected):
    """``vocabulary``: words that say nothing about anybody, as ``known_words`` finds them."""

    def __init__(self, engine: sa.Engine, *, vocabulary: Collection[str]) -> None:
        super().__init__(engine)
        self._vocabulary = vocabulary

    def export(self) -> list[dict[str, Any]]:
        """A case for each correction whose person agreed to it, in the form that ``declic
        evaluate`` reads. The latest correction of a conversation counts; its id is a number of
        this export, which leads back to nobody.
        """
        chosen = (
            sa.select(role_corrections, profiles)
            .join(profiles, profiles.c.conversation_id == role_corrections.c.conversation_id)
            .where(role_corrections.c.reusable)
            .order_by(role_corrections.c.id)
        )
        with self._writing() as connection:
            rows = {row.conversation_id: row for row in connection.execute(chosen)}
            cases = [case for row in rows.values() if (case := self._case(row))]
            record(connection, AuditAction.CASES_EXPORTED, actor=None, detail=f"{len(cases)} cases")
        return [{"id": f"correction-{n}"} | case for n, case in enumerate(cases, start=1)]

    def _case(self, row: sa.Row[Any]) -> dict[str, Any] | None:
        """``None`` when nothing is left of what was said."""
        secret = set(searchable(row.place_name or "").replace("-", " ").split())
        said = {
            name: anonymous(getattr(row, name), vocabulary=self._vocabulary, secret=secret)
            for name in ("background", "motivations")
        }
        if not any(_WORD.search(text) for text in said.values()):
            return None
        return {"kind": "correction", **said, "gold": [row.role_id], "never": []}


def known_words(texts: Iterable[str]) -> frozenset[str]:
    """Every word of texts that are about nobody, such as the role sheets and the corpus."""
    return frozenset(word for text in texts for word in _WORD.findall(searchable(text)))


def anonymous(text: str, *, vocabulary: Collection[str], secret: Collection[str] = ()) -> str:
    """The text with only the words that are known to say nothing about anybody; ``…`` elsewhere.

    Masked are words out of the vocabulary (names, streets, employers), numbers, addresses, words
    with a capital inside a sentence, and ``secret`` ones, whatever the vocabulary says.
    """
    cleared = _ADDRESS.sub(MASK, text)
    return _MASKS.sub(MASK, "".join(_parts(cleared, vocabulary, secret)))


def _parts(text: str, vocabulary: Collection[str], secret: Collection[str]) -> Iterator[str]:
    end = 0
    for found in _WORD.finditer(text):
        before, word = text[end : found.start()], found[0]
        yield before
        end = found.end()
        key = searchable(word)
        begins = not text[: found.start()].strip(" «»\"'’(-") or any(
            mark in before for mark in _SENTENCE_ENDS
        )
        named = word[0].isupper() and not begins and not word.isupper()
        safe = key in vocabulary and key not in secret and not word.isdigit() and not named
        yield word if safe else MASK
    yield text[end:]
