"""Where SQLite and PostgreSQL differ, and how their errors become ours."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from bot.errors import StoreUnavailable

_DATABASE: Final = "conversations database"
_BUSY_TIMEOUT_S: Final = "1"
"""How long SQLite waits for a lock, unless ``?timeout=`` in the URL says otherwise. A turn writes
three times, and a person waits five seconds for it (``DECLIC_TURN_TIMEOUT_S``).
"""


def make_engine(url: str) -> sa.Engine:
    """An engine whose SQLite connections wait for a lock, use WAL, and erase what they delete."""
    with translated("database setting"):
        parsed = sa.make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return sa.create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        waiting = {"timeout": _BUSY_TIMEOUT_S} | dict(parsed.query)
        engine = sa.create_engine(parsed.set(query=waiting), hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: Any) -> None:
        _write_ahead(connection)
        for pragma in ("synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _write_ahead(connection: Any) -> None:
    """Have the file use WAL. Of two that switch it at once, SQLite refuses one without waiting: it
    waits here, as long as for any other lock.
    """
    (patience_ms,) = connection.execute("PRAGMA busy_timeout").fetchone()
    deadline = time.monotonic() + patience_ms / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _is_busy(error: BaseException | None) -> bool:
    return getattr(error, "sqlite_errorname", "") == "SQLITE_BUSY"


def scrub(engine: sa.Engine) -> bool:
    """Leave no deleted word in SQLite's files; False when another connection was in the way.

    ``secure_delete`` overwrites deleted rows, but pages that were split keep copies in their
    unused space, and so does the write-ahead log: the file is rebuilt and the log emptied. That
    takes about 8 ms a megabyte, during which writers wait. PostgreSQL does its own vacuuming.
    """
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            # FTS5 keeps what was deleted until its segments are merged.
            if sa.inspect(engine).has_table("search_index"):
                connection.exec_driver_sql(
                    "INSERT INTO search_index(search_index) VALUES ('optimize')"
                )
            connection.exec_driver_sql("VACUUM")
        except sa.exc.OperationalError as error:
            if not _is_busy(error.orig):
                raise
            return False
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
        return not busy


class Connected:
    """What reads and writes through an engine; faults become StoreUnavailable."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with translated(_DATABASE), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        try:
            with translated(_DATABASE), self.engine.begin() as connection:
                yield connection
        except StoreUnavailable:
            # SQLite opens a file that it may not write for reading only, and keeps to that.
            self.engine.dispose()
            raise


@contextmanager
def unless_there(connection: sa.Connection) -> Iterator[None]:
    """Insert what another transaction may have just inserted: then nothing is written."""
    with suppress(IntegrityError), connection.begin_nested():
        yield


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Raise StoreUnavailable in place of what SQLAlchemy, Alembic and the disk raise.

    Its detail is a code, never the database's message: that may hold a person's words.
    """
    try:
        yield
    except DBAPIError as error:
        names = ("sqlstate", "sqlite_errorname")
        codes = [code for name in names if (code := getattr(error.orig, name, None))]
        detail = " ".join([type(error).__name__, *codes])
        raise StoreUnavailable(f"{what}: {detail}") from None
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        raise StoreUnavailable(f"{what}: {type(error).__name__}") from None
    except (CommandError, ModuleNotFoundError) as error:
        raise StoreUnavailable(f"{what}: {error}") from error
