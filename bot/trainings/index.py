"""The index of catalogue.db that a search reads: packed columns by role, and words.

An import writes it last, from the offers. For each role there is one array a column, in the
order of the offers' ids: to look at each of a role's sessions in one sweep costs less than a tree
of boxes, whatever the place and the filters; ``python -m benchmarks search`` measures it. What
many offers share is kept once: conditions of entry (``admission``), so that
``bot.trainings.eligibility`` judges each only once, and words (``text``), in FTS5.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from math import cos, nan, radians, sin
from struct import Struct
from typing import Any, Final
from uuid import uuid4

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from bot.trainings.eligibility import Applicant, Eligibility, judge
from bot.trainings.model import Modality, Offer
from bot.trainings.rows import offer_of

COLUMNS: Final = {
    "offer": "q",  # rowid
    "x": "d", "y": "d", "z": "d",  # on the sphere of radius 1; not a number when unknown
    "start": "i", "end": "i",  # proleptic ordinals; ANY_DAY when there is none
    "admission": "i", "text": "i",
    "modality": "b", "free": "?", "alternance": "?", "without_diploma": "?",
}  # fmt: skip
"""Names and types, little-endian, in the letters that ``struct`` and numpy share."""
_SESSION: Final = Struct(f"<{''.join(COLUMNS.values())}")
_RECORD: Final = np.dtype([(name, f"<{type_}") for name, type_ in COLUMNS.items()])
ANY_DAY: Final = date.max.toordinal()
MODALITIES: Final = tuple(Modality)
VERDICTS: Final = tuple(Eligibility)
"""Eligibility by its number in an array: the better, the smaller."""

ADMISSION: Final = ("entry_level", "level_required", "level_stated", "audience", "alternance")
"""Fields of an offer that eligibility looks at."""
_WORDS: Final = ("title", "provider", "description")

Columns = Mapping[str, NDArray[Any]]


def write_index(database: sqlite_utils.Database) -> None:
    """Index every offer anew, inside the transaction of the caller if there is one.

    Holds some 70 bytes a session in memory, whatever the length of the texts.
    """
    for table in ("search_build", "search_roles", "search_admissions", "search_words"):
        database.execute(f"DROP TABLE IF EXISTS {table}")
    database.execute("CREATE TABLE search_build (build TEXT NOT NULL)")
    database.execute(
        f"CREATE TABLE search_roles (role_id TEXT PRIMARY KEY, {' BLOB, '.join(COLUMNS)} BLOB)"
    )
    database.execute("CREATE TABLE search_admissions (number INTEGER PRIMARY KEY, offer INTEGER)")
    database.execute(
        "CREATE VIRTUAL TABLE search_words USING fts5(roles, words, content='',"
        " prefix='3', tokenize='unicode61 remove_diacritics 2')"
    )
    admissions, texts = dict[tuple[Any, ...], int](), dict[bytes, int]()
    sessions: dict[str, bytearray] = defaultdict(bytearray)
    for row in _offers(database):
        roles = row["roles"].split()
        admission = tuple(row[name] for name in ADMISSION)
        if admission not in admissions:
            values = (len(admissions), row["rowid"])
            database.execute("INSERT INTO search_admissions VALUES (?, ?)", values)
        words = (" ".join(map(role_word, roles)), "\n".join(row[name] for name in _WORDS))
        text = blake2b("\n".join(words).encode(), digest_size=16).digest()
        if text not in texts:
            database.execute(
                "INSERT INTO search_words (rowid, roles, words) VALUES (?, ?, ?)",
                (len(texts), *words),
            )
        session = _session(
            row,
            admission=admissions.setdefault(admission, len(admissions)),
            text=texts.setdefault(text, len(texts)),
        )
        for role in roles:
            sessions[role] += session
    database.execute("INSERT INTO search_words(search_words) VALUES ('optimize')")
    for role, packed in sessions.items():
        records = np.frombuffer(packed, _RECORD)
        columns = {name: records[name].tobytes() for name in COLUMNS}
        database.table("search_roles").insert({"role_id": role, **columns})
    database.execute("INSERT INTO search_build VALUES (?)", (uuid4().hex,))


def _offers(database: sqlite_utils.Database) -> Iterable[sqlite3.Row]:
    cursor = database.conn.cursor()
    cursor.row_factory = sqlite3.Row
    columns = dict.fromkeys((
        "latitude", "longitude", "start_date", "end_date", "modality", "cost", "alternance",
        *ADMISSION, *_WORDS,
    ))  # fmt: skip
    return cursor.execute(
        f"SELECT offers.rowid, {', '.join(columns)}, group_concat(role_id, ' ') AS roles"
        " FROM offers JOIN offer_roles ON offer_id = id GROUP BY id ORDER BY id"
    )


def _session(row: sqlite3.Row, *, admission: int, text: int) -> bytes:
    placed = row["latitude"] is not None and row["longitude"] is not None
    return _SESSION.pack(
        row["rowid"],
        *(on_sphere(row["latitude"], row["longitude"]) if placed else (nan,) * 3),
        _ordinal(row["start_date"]),
        _ordinal(row["end_date"]),
        admission,
        text,
        MODALITIES.index(Modality(row["modality"])),
        row["cost"] == 0,
        row["alternance"],
        bool(row["level_stated"]) and (row["entry_level"] is None or not row["level_required"]),
    )


@lru_cache(maxsize=4096)
def _ordinal(day: str | None) -> int:
    return date.fromisoformat(day).toordinal() if day else ANY_DAY


def role_word(role_id: str) -> str:
    """A role's id as one word of FTS5."""
    return "".join(character for character in role_id if character.isalnum())


@lru_cache(maxsize=4096)
def on_sphere(latitude: float, longitude: float) -> tuple[float, float, float]:
    """A point in degrees on the sphere of radius 1: the chord between two grows with distance."""
    north, east = radians(latitude), radians(longitude)
    return cos(north) * cos(east), cos(north) * sin(east), sin(north)


def build_of(connection: sqlite3.Connection) -> str:
    """What tells one build of the catalogue from another; sqlite3.Error without an index."""
    (build,) = connection.execute("SELECT build FROM search_build").fetchone()
    return str(build)


class SearchIndex:
    """The index of one build of the catalogue; each part is read once and kept in memory.

    Some 70 bytes a session. Every thread may use it: parts never change.
    """

    def __init__(self) -> None:
        self._sessions: dict[str, Columns] = {}
        self._admissions: Sequence[Offer] | None = None
        self._verdicts: dict[Applicant, NDArray[np.int8]] = {}

    def sessions(self, connection: sqlite3.Connection, role_id: str) -> Columns:
        """Every session for a role."""
        if (sessions := self._sessions.get(role_id)) is None:
            found = connection.execute(
                f"SELECT {', '.join(COLUMNS)} FROM search_roles WHERE role_id = ?", (role_id,)
            ).fetchone()
            columns = found or (b"",) * len(COLUMNS)
            sessions = {
                name: np.frombuffer(column, f"<{type_}")
                for (name, type_), column in zip(COLUMNS.items(), columns, strict=True)
            }
            if found:  # what is asked for must not fill the memory
                self._sessions[role_id] = sessions
        return sessions

    def verdicts(
        self, connection: sqlite3.Connection, applicant: Applicant, *, texts: dict[str, str]
    ) -> NDArray[np.int8]:
        """Number of the verdict in ``VERDICTS`` for each admission."""
        if applicant not in self._verdicts:
            if self._admissions is None:
                self._admissions = [
                    offer_of(row)
                    for row in connection.execute(
                        "SELECT offers.* FROM search_admissions JOIN offers"
                        " ON offers.rowid = search_admissions.offer ORDER BY number"
                    )
                ]
            judged = (judge(offer, applicant, texts=texts)[0] for offer in self._admissions)
            self._verdicts[applicant] = np.array([VERDICTS.index(one) for one in judged], np.int8)
        return self._verdicts[applicant]
