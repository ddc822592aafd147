"""Applies the Alembic migrations of migrations/, one process at a time."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

_FOLDER = Path(__file__).parent / "migrations"
_LOCK_KEY = 0x0DEC11C
_PATIENCE_MS = 30_000


def upgrade(engine: sa.Engine, *, revision: str = "head") -> None:
    """Bring the database to a revision, the latest by default."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    with engine.connect() as connection:
        # Two processes that start at once must not create the same table.
        if engine.dialect.name == "sqlite":
            # A turn gives up waiting sooner: no person waits for this. Such a connection is for
            # this use alone.
            connection.detach()
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_KEY)))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
