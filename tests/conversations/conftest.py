import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from bot.conversations import AccountRole, Adviser, ConversationStore, Desk, Privacy
from bot.conversations.accounts import Accounts
from bot.settings import Settings


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of an empty PostgreSQL server of our own; it refuses to run as root, hence "nobody"."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not installed:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("no PostgreSQL server (/usr/lib/postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="declic-postgres-"))
    as_nobody = []
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        ids = [f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
        as_nobody = ["setpriv", *ids]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, control = folder / "data", installed[-1].with_name("pg_ctl")
    initdb = [installed[-1], "-D", data, "-U", "declic", "-A", "trust", "-E", "UTF8", "--no-sync"]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    start = [control, "-D", data, "-o", options, "-l", folder / "log", "-w", "start"]
    stop = [control, "-D", data, "-m", "immediate", "stop"]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run([*as_nobody, *initdb], **quiet)
    subprocess.run([*as_nobody, *start], **quiet)
    try:
        yield f"postgresql+psycopg://declic@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*as_nobody, *stop], **quiet)
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind that the store works with."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'conversations.db'}"
    server = sa.make_url(request.getfixturevalue("postgres"))
    name = f"declic_{uuid4().hex}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def settings(tmp_path: Path, url: str) -> Settings:
    return Settings(data_dir=tmp_path, database_url=url)


@pytest.fixture
def store(url: str) -> Iterator[ConversationStore]:
    store = ConversationStore(url)
    store.migrate()
    yield store
    store.engine.dispose()


@pytest.fixture
def privacy(store: ConversationStore, settings: Settings) -> Privacy:
    return Privacy(store, settings=settings)


@pytest.fixture
def accounts(store: ConversationStore) -> Accounts:
    return Accounts(store.engine)


@pytest.fixture
def desk(store: ConversationStore) -> Desk:
    return Desk(store.engine)


@pytest.fixture
def lead(store: ConversationStore, accounts: Accounts) -> Adviser:
    """A lead of an organisation without limits: she sees every conversation."""
    national = accounts.save_organisation("Nationale", departments=None)
    return member(accounts, "lead@exemple.fr", AccountRole.LEAD, national.id)


def member(
    accounts: Accounts, email: str, role: AccountRole, organisation_id: int | None
) -> Adviser:
    """An account whose password nobody knows."""
    accounts.save(email, password_hash="-", role=role, organisation_id=organisation_id)
    account = accounts.account(email)
    assert account is not None
    return account
