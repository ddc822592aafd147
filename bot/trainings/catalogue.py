"""catalogue.db: built beside and swapped in whole by imports, read-only afterwards."""

import fcntl
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

import sqlite_utils
import yaml

from bot.errors import CatalogueMissing
from bot.roles import Role, write_roles
from bot.trainings.guides import FOLDER, load_guides
from bot.trainings.index import SearchIndex, build_of, write_index
from bot.trainings.model import SAMPLE_SOURCE, Offer
from bot.trainings.query import TrainingMatch, TrainingQuery
from bot.trainings.report import ImportReport
from bot.trainings.rows import columns, offer_of, row_defaults, row_of
from bot.trainings.search import search

TEXTS_PATH: Final = FOLDER / "texts.yml"
_BATCH: Final = 500

OfferReader = Callable[[ImportReport], Iterable[Offer]]
"""Yields the offers of one file, and counts in the report what it does not yield."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One source of offers; ``digest`` is that of the file when the importer gave it."""

    imported_at: datetime
    offers: int
    digest: str

    def age(self) -> timedelta:
        return datetime.now(UTC) - self.imported_at


def import_offers(
    path: Path,
    reader: OfferReader,
    *,
    source: str,
    roles: Mapping[str, Role],
    digest: str = "",
    allow_empty: bool = False,
) -> ImportReport:
    """Replace what ``source`` had in the catalogue by what ``reader`` yields; atomic.

    The new catalogue is written beside ``path``, checked, and put in its place in one step. Any
    error of the reader, or a kill, leaves the old one byte for byte as it was. One import runs at
    a time, the next one waits. The sample offers leave with the first real ones.

    A file of which nothing is kept withdraws nothing: a source that had offers keeps them, and the
    report says ``unchanged``, unless ``allow_empty``.

    Raises what ``reader`` raises, and CatalogueMissing when the old catalogue is corrupt or the
    new one cannot be written.
    """
    report = ImportReport()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path), _swapped(path, report) as beside:
            database = sqlite_utils.Database(beside)
            try:
                _disposable(database)
                _create(database)
                with database.atomic():
                    write_roles(database, roles)
                    _replace_source(
                        database, reader(report), source=source, report=report, digest=digest
                    )
                    if source != SAMPLE_SOURCE and report.kept:
                        _withdraw(database, SAMPLE_SOURCE)
                if report.withdrawn and not (report.kept or allow_empty):
                    report.unchanged, report.withdrawn = True, 0
                else:
                    database.vacuum()
                    with database.atomic():
                        write_index(database)
                    _check(database, source, report)
            finally:
                database.close()
    except (OSError, sqlite3.Error) as error:
        raise CatalogueMissing(f"{path}: {error}; if it is corrupt, move it away") from error
    return report


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Holds the lock of the catalogue, which the system releases when the process dies."""
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _swapped(path: Path, report: ImportReport) -> Iterator[Path]:
    """A copy of ``path`` to work on, which takes its place when all went well and it changed."""
    beside = path.with_name(f"{path.name}.new")
    _remove(beside)  # of an import that was killed
    try:
        if path.exists():
            shutil.copyfile(path, beside)
        yield beside
        if report.unchanged:
            return
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        _remove(beside)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _remove(beside: Path) -> None:
    """Remove a database with what SQLite keeps next to it."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        beside.with_name(f"{beside.name}{suffix}").unlink(missing_ok=True)


def _create(database: sqlite_utils.Database) -> None:
    offers = database.table("offers")
    if offers.exists():
        for name, kind in columns().items():
            if name not in offers.columns_dict:  # of a catalogue that an older version made
                default = row_defaults()[name]
                offers.add_column(name, kind, not_null_default=default)
        return
    offers.create(columns(), pk="id")
    database.table("offers").create_index(["source"])
    database.table("offer_roles").create(
        {"role_id": str, "offer_id": str}, pk=("role_id", "offer_id")
    )
    database.table("sources").create(
        {"name": str, "imported_at": str, "offers": int, "digest": str}, pk="name"
    )


def _replace_source(
    database: sqlite_utils.Database,
    offers: Iterable[Offer],
    *,
    source: str,
    report: ImportReport,
    digest: str,
) -> None:
    before = _withdraw(database, source)
    report.withdrawn = len(before)
    for batch in _batches(offers):
        again = sum(offer.id in before for offer in batch)
        report.kept += len(batch)
        report.updated += again
        report.withdrawn -= again
        database.table("offers").insert_all(map(row_of, batch), replace=True)
        database.table("offer_roles").insert_all(
            ({"role_id": role, "offer_id": offer.id} for offer in batch for role in offer.role_ids),
            replace=True,
        )
    database.table("sources").insert(
        {
            "name": source,
            "imported_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "offers": report.kept,
            "digest": digest,
        },
        replace=True,
    )


def _batches(offers: Iterable[Offer]) -> Iterator[list[Offer]]:
    rest = iter(offers)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _withdraw(database: sqlite_utils.Database, source: str) -> frozenset[str]:
    """Take the offers of a source out of every table; their ids."""
    old = "FROM offers WHERE source = ?"
    ids = frozenset(id_ for (id_,) in database.execute(f"SELECT id {old}", [source]))
    database.execute(f"DELETE FROM offer_roles WHERE offer_id IN (SELECT id {old})", [source])
    database.execute(f"DELETE {old}", [source])
    database.execute("DELETE FROM sources WHERE name = ?", [source])
    return ids


def _disposable(database: sqlite_utils.Database) -> None:
    """No journal and no waiting for the disk: a file that fails is thrown away.

    A journal that a kill leaves behind would be taken for that of the next file of the same name.
    """
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")


def _check(database: sqlite_utils.Database, source: str, report: ImportReport) -> None:
    """Raise unless the file is sound and holds the offers that the report counts."""
    (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)
    (stored,) = database.execute(
        "SELECT count(*) FROM offers WHERE source = ?", [source]
    ).fetchone()
    if stored != report.kept:
        raise sqlite3.DatabaseError(f"{stored} offers stored of {report.kept} kept")


class Catalogue:
    """The catalogue file, read-only; notices when an import has replaced it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._indexes: dict[str, SearchIndex] = {}
        self._texts = yaml.safe_load(TEXTS_PATH.read_text(encoding="utf-8"))
        self._guides = load_guides()

    def search(self, query: TrainingQuery) -> tuple[TrainingMatch, ...]:
        """See ``bot.trainings.search``; CatalogueMissing when the file is absent or unreadable."""
        with self._connection() as connection:
            return search(
                connection,
                query,
                index=self._index(),
                texts=self._texts,
                guides=self._guides,
            )

    def offer(self, offer_id: str) -> Offer | None:
        """The offer of an id, if it is still in the catalogue."""
        with self._connection() as connection:
            row = connection.execute("SELECT * FROM offers WHERE id = ?", [offer_id]).fetchone()
        return None if row is None else offer_of(row)

    def sources(self) -> dict[str, Source]:
        """What each source brought, by name."""
        with self._connection() as connection:
            rows = connection.execute("SELECT * FROM sources").fetchall()
        return {
            row["name"]: Source(
                imported_at=datetime.fromisoformat(row["imported_at"]),
                offers=row["offers"],
                digest=row["digest"],
            )
            for row in rows
        }

    def _index(self) -> SearchIndex:
        """The index of the build that this thread reads, shared with the other threads."""
        build = self._local.build
        if (index := self._indexes.get(build)) is None:
            index = SearchIndex()
            self._indexes = {build: index}
        return index

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection to the file of the moment."""
        try:
            state = self._path.stat()
            version = (state.st_ino, state.st_mtime_ns)
            if getattr(self._local, "version", None) != version:
                if old := getattr(self._local, "connection", None):
                    old.close()
                self._local.version = None  # until the new file has proved to be a catalogue
                uri = f"{self._path.resolve().as_uri()}?mode=ro"
                self._local.connection = sqlite3.connect(uri, uri=True)
                self._local.connection.row_factory = sqlite3.Row
                self._local.build = build_of(self._local.connection)
                self._local.version = version
            yield self._local.connection
        except (OSError, sqlite3.Error) as error:
            raise CatalogueMissing(f"{self._path}: {error}") from error
