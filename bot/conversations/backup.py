"""The conversations database in one file, and back; the same for SQLite and PostgreSQL."""

import gzip
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from bot.conversations.audit import AuditAction, record
from bot.conversations.desk_schema import audit, invitations, sessions
from bot.conversations.engine import Connected
from bot.conversations.records import hash_of
from bot.conversations.schema import UtcDateTime, conversations, erasures, metadata
from bot.errors import DataError

_FORMAT: Final = 1
_BATCH: Final = 500
_NOT_KEPT: Final = {sessions.name, invitations.name}
"""What ends with a restore: everybody logs in again."""
_ONLY_GROW: Final = {audit.name, erasures.name}
"""What a restore adds to, so that it takes no proof away and brings back nobody who left."""


class Backup(Connected):
    """Both work while the service runs: each is one transaction."""

    def save(self, path: Path) -> dict[str, int]:
        """Write everything as it is at one moment, rows by table; the file is made in one piece,
        for its owner's eyes only. DataError when it cannot be written.
        """
        partial = path.with_name(f"{path.name}.partial")
        counts: dict[str, int] = {}
        with self._writing() as connection:
            record(connection, AuditAction.BACKED_UP, actor=None)
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with (
                os.fdopen(descriptor, "wb") as file,
                gzip.open(file, "wt", encoding="utf-8") as lines,
                self._snapshot() as connection,
            ):
                head = {"declic": _FORMAT, "revision": _revision(connection)}
                lines.write(json.dumps(head) + "\n")
                for table in _tables():
                    counts[table.name] = 0
                    for rows in _batches(connection, table):
                        counts[table.name] += len(rows)
                        lines.write(json.dumps({"table": table.name, "rows": rows}) + "\n")
                lines.write(json.dumps({"end": counts}) + "\n")
            partial.replace(path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise DataError(f"{path}: {type(error).__name__}: cannot be written") from None
        return counts

    def restore(self, path: Path) -> dict[str, int]:
        """Put everything back as the file has it, rows by table, or change nothing and raise
        DataError. Conversations erased since stay erased, and the audit keeps what it holds.
        """
        expected = _check(path, revision=self._known_revision())
        with self._writing() as connection:
            # A write first: SQLite then locks from the start.
            for table in reversed(_tables(everything=True)):
                if table.name not in _ONLY_GROW:
                    connection.execute(table.delete())
            for name, rows in _contents(path):
                _put(connection, metadata.tables[name], rows)
            _keep_away_who_left(connection)
            _follow_numbers(connection)
            record(connection, AuditAction.RESTORED, actor=None)
        return expected

    def _known_revision(self) -> str | None:
        with self._reading() as connection:
            return _revision(connection)

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        """A connection whose reads all see the same moment."""
        with self._reading() as connection:
            if self.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            else:
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection


def _tables(*, everything: bool = False) -> list[sa.Table]:
    """Tables in an order in which each comes after those that it refers to."""
    return [t for t in metadata.sorted_tables if everything or t.name not in _NOT_KEPT]


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _batches(connection: Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    chosen = sa.select(table).order_by(*table.primary_key.columns)
    found = connection.execution_options(yield_per=_BATCH).execute(chosen).mappings()
    for rows in found.partitions(_BATCH):
        yield [
            {
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in row.items()
            }
            for row in rows
        ]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                content = json.loads(line)
                if not isinstance(content, dict):
                    raise ValueError
                yield content
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise DataError(f"{path}: no whole backup of Déclic ({type(error).__name__})") from None


def _contents(path: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for line in _lines(path):
        if "table" in line:
            yield line["table"], line["rows"]


def _check(path: Path, *, revision: str | None) -> dict[str, int]:
    """Rows by table of a backup that is whole and of this release, else DataError."""
    head = next(_lines(path), {})
    if head.get("declic") != _FORMAT:
        raise DataError(f"{path}: no backup of Déclic")
    if head.get("revision") != revision:
        raise DataError(
            f"{path}: made at revision {head.get('revision')!r} of the tables, these are at "
            f"{revision!r}: restore it with the release that made it, then run declic prepare"
        )
    counted = {table.name: 0 for table in _tables()}
    last: dict[str, Any] = {}
    for line in _lines(path):
        last = line
        if "table" in line:
            table = metadata.tables.get(str(line["table"]))
            rows = line.get("rows")
            if table is None or not isinstance(rows, list):
                raise DataError(f"{path}: {line['table']!r} is no table of this release")
            counted[table.name] += len(rows)
    if last.get("end") != counted:
        raise DataError(f"{path}: cut short, nothing was restored")
    return counted


def _put(connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    moments = {column.name for column in table.c if isinstance(column.type, UtcDateTime)}
    read = [
        {
            name: datetime.fromisoformat(value) if name in moments and value else value
            for name, value in row.items()
        }
        for row in rows
    ]
    if table.name in _ONLY_GROW:
        # Numbers may have been given again since: an act is known by what it was.
        for row in read:
            row.pop("id", None)
        known = _known(connection, table, read)
        read = [row for row in read if tuple(row.values()) not in known]
    if read:
        connection.execute(table.insert(), read)


def _known(
    connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]]
) -> set[tuple[Any, ...]]:
    names = list(rows[0]) if rows else []
    columns = [table.c[name] for name in names]
    return {tuple(row) for row in connection.execute(sa.select(*columns))} if columns else set()


def _keep_away_who_left(connection: Connection) -> None:
    gone = set(connection.scalars(sa.select(erasures.c.conversation_hash)))
    for id_ in connection.scalars(sa.select(conversations.c.id)).all():
        if hash_of(id_) in gone:
            connection.execute(conversations.delete().where(conversations.c.id == id_))


def _follow_numbers(connection: Connection) -> None:
    """Have PostgreSQL number new rows after those that were put back; SQLite does by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        for column in table.primary_key.columns:
            if column.autoincrement is True:
                sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
                highest = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
                connection.execute(sa.select(sa.func.setval(sequence, highest, False)))
