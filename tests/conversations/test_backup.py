"""One file holds everything as it was at one moment, and brings it back."""

import gzip
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.conversations import (
    AccountRole,
    Adviser,
    ConversationStore,
    Desk,
    DeskQuery,
    MatchRecord,
    StoredMessage,
)
from bot.conversations.backup import Backup
from bot.conversations.desk_schema import audit
from bot.conversations.desk_work import DeskWork
from bot.conversations.schema import metadata
from bot.errors import DataError
from bot.person import Profile
from tests.conversations.conftest import member


@pytest.fixture
def backup(store: ConversationStore) -> Backup:
    return Backup(store.engine)


def fill(store: ConversationStore, conversation_id: str) -> None:
    store.start(conversation_id)
    store.save_profile(conversation_id, Profile(place_id="57463", background=f"mots {'é' * 5}"))
    store.save_matches(
        conversation_id, [MatchRecord(role_id="r", label="R", score=0.1, quotes=("mots",))]
    )
    said = StoredMessage(
        id="1", author="person", text="bonjour 😀\n", at=datetime.now(UTC), payload={"cards": [{}]}
    )
    store.add_messages(conversation_id, [said])


def content(store: ConversationStore) -> dict[str, list[tuple]]:
    with store.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(table)).all()))
            for table in metadata.sorted_tables
            if table.name not in {"audit", "sessions", "invitations"}
        }


def test_what_was_saved_comes_back_as_it_was(store, backup, lead, accounts, tmp_path) -> None:
    fill(store, "x")
    DeskWork(store.engine).add_note(lead, "x", "note")
    DeskWork(store.engine).assign(lead, "x", to=lead.email)
    before = content(store)
    counts = backup.save(tmp_path / "backup.gz")
    assert counts["conversations"] == counts["notes"] == 1
    store.erase("never mind")
    fill(store, "later")
    member(accounts, "late@exemple.fr", AccountRole.LEAD, lead.organisation.id)
    store.save_profile("x", Profile(background="autre chose"))
    assert backup.restore(tmp_path / "backup.gz") == counts
    after = content(store)
    assert after.pop("erasures") != before.pop("erasures")
    assert after == before
    found, _ = Desk(store.engine).page(lead, DeskQuery(text="mots eeeee"))
    assert [record.id for record in found] == ["x"]
    fill(store, "new")  # numbers go on after those that came back
    assert store.messages("x")[0].text == "bonjour 😀\n"


def test_who_was_erased_since_does_not_come_back(store, backup, lead, tmp_path) -> None:
    fill(store, "gone")
    fill(store, "stays")
    backup.save(tmp_path / "backup.gz")
    store.erase("gone")
    backup.restore(tmp_path / "backup.gz")
    assert [r.id for r in Desk(store.engine).page(lead, DeskQuery())[0]] == ["stays"]
    assert store.messages("gone") == ()
    assert store.erased("gone")


def test_the_audit_grows_only(store, backup, lead, tmp_path) -> None:
    fill(store, "x")
    desk = Desk(store.engine)
    desk.open(lead, "x")
    backup.save(tmp_path / "backup.gz")
    desk.open(lead, "x")
    backup.restore(tmp_path / "backup.gz")
    with store.engine.connect() as connection:
        actions = list(connection.scalars(sa.select(audit.c.action).order_by(audit.c.id)))
    assert actions[-4:] == ["read", "backed_up", "read", "restored"]
    assert actions.count("backed_up") == 1


def test_a_backup_is_for_its_owner_only_and_holds_no_session(store, backup, lead, tmp_path) -> None:
    backup.save(tmp_path / "backup.gz")
    assert stat.S_IMODE((tmp_path / "backup.gz").stat().st_mode) == 0o600
    text = gzip.decompress((tmp_path / "backup.gz").read_bytes()).decode()
    assert '"sessions"' not in text
    assert [path.name for path in tmp_path.glob("*.partial")] == []


def test_a_backup_taken_while_people_talk_is_whole(store, backup, lead, tmp_path) -> None:
    """Every conversation of the file has all that was written with it in one transaction."""
    stop = threading.Event()
    written: list[str] = []

    def talk() -> None:
        while not stop.is_set():
            name = f"c{len(written):05}"
            store.start(name)
            store.ask_for_human(name)
            written.append(name)

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        for number in range(3):
            counts = backup.save(tmp_path / f"{number}.gz")
            assert counts["profiles"] == counts["conversations"] == counts["search_documents"]
        while not written:
            pass
    finally:
        stop.set()
        thread.join()
    assert backup.restore(tmp_path / "2.gz") == counts
    assert Desk(store.engine).page(lead, DeskQuery())[1] == counts["conversations"]


def test_a_restore_while_advisers_read_shows_the_old_or_the_new(
    store, backup, lead: Adviser, tmp_path
) -> None:
    for number in range(30):
        fill(store, f"c{number}")
    backup.save(tmp_path / "backup.gz")
    fill(store, "one more")
    stop, seen, desk = threading.Event(), set(), Desk(store.engine)

    def read() -> None:
        while not stop.is_set():
            seen.add(desk.page(lead, DeskQuery())[1])

    thread = threading.Thread(target=read)
    thread.start()
    try:
        backup.restore(tmp_path / "backup.gz")
    finally:
        stop.set()
        thread.join()
    assert seen <= {31, 30}
    assert desk.page(lead, DeskQuery())[1] == 30


def damaged(whole: bytes) -> dict[str, bytes]:
    lines = gzip.decompress(whole).decode().splitlines()
    return {
        "no gzip": b"hello",
        "cut gzip": whole[: len(whole) // 2],
        "empty": b"",
        "no backup": gzip.compress(b"{}\n"),
        "a list": gzip.compress(b"[]\n"),
        "no end": gzip.compress("\n".join(lines[:-1]).encode()),
        "a line less": gzip.compress("\n".join([*lines[:2], *lines[3:]]).encode()),
        "other release": gzip.compress("\n".join(lines).replace("0003", "0002", 1).encode()),
        "other table": gzip.compress("\n".join(lines).replace('"advisers"', '"x"', 1).encode()),
    }


def test_a_file_that_is_no_whole_backup_changes_nothing(store, backup, lead, tmp_path) -> None:
    fill(store, "x")
    backup.save(tmp_path / "backup.gz")
    before = content(store)
    for name, data in damaged((tmp_path / "backup.gz").read_bytes()).items():
        path = tmp_path / "damaged.gz"
        path.write_bytes(data)
        with pytest.raises(DataError):
            backup.restore(path)
        assert content(store) == before, name
    with pytest.raises(DataError):
        backup.restore(tmp_path / "absent.gz")


def test_a_backup_that_cannot_be_written_is_told(backup, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be written"):
        backup.save(tmp_path / "no" / "folder.gz")


def test_a_backup_of_sqlite_is_restored_into_postgresql(tmp_path: Path, postgres: str) -> None:
    small = ConversationStore(f"sqlite:///{tmp_path / 'small.db'}")
    small.migrate()
    fill(small, "x")
    Backup(small.engine).save(tmp_path / "backup.gz")
    big = ConversationStore(postgres)
    big.migrate()
    Backup(big.engine).restore(tmp_path / "backup.gz")
    assert big.messages("x") == small.messages("x")
    assert big.conversation("x") == small.conversation("x")
    fill(big, "y")
    for store in (small, big):
        store.engine.dispose()
