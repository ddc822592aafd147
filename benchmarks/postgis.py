"""A PostgreSQL with PostGIS of our own, holding the offers of a catalogue: private folder, Unix
socket, no network, stopped when done.
"""

import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.ranking_sql import Dialect, SqlRanking

POINT = "ST_SetSRID(ST_MakePoint({longitude}, {latitude}), 4326)::geography"
DIALECT = Dialect(
    offers="offers JOIN offer_roles ON offer_id = id WHERE role_id = {role}",
    distance=f"ST_Distance(place, {POINT}, false)",
    within=f"ST_DWithin(place, {POINT}, {{reach}} * 1000, false)",
    words="to_tsvector('simple', title || ' ' || provider || ' ' || description)"
    " @@ to_tsquery('simple', {words} || ':*')",
    mark="%({})s",
)
SCHEMA = """
CREATE EXTENSION postgis;
CREATE TABLE offers (
    id text PRIMARY KEY, title text, provider text, description text, modality text,
    place_name text, place geography(Point), start_date date, end_date date, hours int,
    entry_level int, level_required int, exit_level int, audience text, alternance int,
    cost float, funding text, url text
);
CREATE TABLE offer_roles (role_id text, offer_id text, PRIMARY KEY (role_id, offer_id));
"""
INDEXES = (
    "CREATE INDEX ON offers USING gist (place)",
    "CREATE INDEX ON offers (modality)",
    "CREATE INDEX ON offers USING gin"
    " (to_tsvector('simple', title || ' ' || provider || ' ' || description))",
    "VACUUM ANALYZE",
)


def available() -> bool:
    """Whether the Debian packages postgresql and postgresql-postgis are there."""
    return bool(_programs()) and any(
        Path("/usr/share/postgresql").glob("*/extension/postgis.control")
    )


@contextmanager
def running_postgis(catalogue: Path) -> Iterator[SqlRanking]:
    """The ranking over the offers of ``catalogue``."""
    with (
        _server() as folder,
        psycopg.connect(
            host=str(folder), user="declic", dbname="postgres", autocommit=True, prepare_threshold=1
        ) as connection,
    ):
        connection.execute(SCHEMA)
        _copy(catalogue, connection)
        for statement in INDEXES:
            connection.execute(statement)

        def execute(sql: str, bound: Mapping[str, Any]) -> Sequence[Any]:
            return connection.execute(sql, bound).fetchall()

        yield SqlRanking(execute=execute, dialect=DIALECT)


def _copy(catalogue: Path, connection: psycopg.Connection) -> None:
    names = (
        "id, title, provider, description, modality, place_name, {place}, start_date, end_date,"
        " hours, entry_level, level_required, exit_level, audience, alternance, cost, funding, url"
    )
    place = "'POINT(' || longitude || ' ' || latitude || ')'"
    source = sqlite3.connect(catalogue)
    cursor = connection.cursor()
    with cursor.copy(f"COPY offers ({names.format(place='place')}) FROM STDIN") as offers:
        for row in source.execute(f"SELECT {names.format(place=place)} FROM offers"):
            offers.write_row(row)
    with cursor.copy("COPY offer_roles FROM STDIN") as roles:
        for row in source.execute("SELECT role_id, offer_id FROM offer_roles"):
            roles.write_row(row)
    source.close()


@contextmanager
def _server() -> Iterator[Path]:
    """Folder of the socket of a server that runs; it refuses to run as root, hence "nobody"."""
    folder = Path(tempfile.mkdtemp(prefix="declic-postgis-"))
    as_nobody: list[str] = []
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        ids = [f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
        as_nobody = ["setpriv", *ids]
    data, programs = folder / "data", _programs()[-1].parent
    # Memory for the whole catalogue, no wait for the disk, one core a search as ours.
    tuned = (
        "-c listen_addresses= -c fsync=off -c shared_buffers=512MB -c work_mem=64MB -c jit=off"
        " -c random_page_cost=1.1 -c max_parallel_workers_per_gather=0"
    )
    control = [*as_nobody, str(programs / "pg_ctl"), "-D", str(data)]
    initdb = [*as_nobody, str(programs / "initdb"), "-D", str(data), "-U", "declic", "-A", "trust"]
    start = ["-o", f"-k {folder} {tuned}", "-l", str(folder / "log"), "-w", "start"]
    quiet: dict[str, Any] = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    try:
        subprocess.run([*initdb, "-E", "UTF8", "--no-locale", "--no-sync"], **quiet)
        subprocess.run([*control, *start], **quiet)
        try:
            yield folder
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **quiet)
    finally:
        shutil.rmtree(folder)


def _programs() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
