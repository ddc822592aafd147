import sqlite3
from datetime import UTC, datetime, timedelta
from random import Random
from secrets import token_hex

import pytest

from bot.conversations import ConversationStore, MatchRecord, Privacy, StoredMessage
from bot.errors import StoreUnavailable
from bot.person import Profile
from bot.settings import Settings

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def fill_tracker(settings: Settings, *events: tuple[str, datetime, str]) -> None:
    """A tracker database as Rasa 3.6 makes it, left open-ended in WAL mode."""
    connection = sqlite3.connect(settings.tracker_path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT,"
        " timestamp FLOAT, intent_name TEXT, action_name TEXT, data TEXT)"
    )
    connection.execute("CREATE INDEX IF NOT EXISTS ix_events_sender_id ON events (sender_id)")
    for sender, at, data in events:
        connection.execute(
            "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (?, 'user', ?, ?)",
            (sender, at.timestamp(), data),
        )
    connection.commit()
    connection.close()


def senders(settings: Settings) -> list[str]:
    connection = sqlite3.connect(settings.tracker_path)
    found = [row[0] for row in connection.execute("SELECT DISTINCT sender_id FROM events")]
    connection.close()
    return sorted(found)


def keep(store: ConversationStore, conversation_id: str, words: str) -> None:
    store.start(conversation_id)
    store.save_profile(conversation_id, Profile(background=words, motivations=words))
    store.save_matches(
        conversation_id, [MatchRecord(role_id="r", label="R", score=1, quotes=(words,))]
    )
    store.add_messages(
        conversation_id, [StoredMessage(id=token_hex(8), author="person", text=words, at=NOW)]
    )


def test_a_receipt_counts_what_was_deleted_everywhere(privacy, store, settings) -> None:
    keep(store, "gone", "mots")
    keep(store, "stays", "autre chose")
    fill_tracker(settings, ("gone", NOW, "mots"), ("stays", NOW, "autre chose"))
    rows = privacy.erase("gone").rows
    assert {name: count for name, count in rows.items() if count} == {
        "search_documents": 1,
        "messages": 1,
        "matches": 1,
        "profiles": 1,
        "conversations": 1,
        "tracker_events": 1,
    }
    assert senders(settings) == ["stays"]
    assert store.conversation("stays") is not None


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_after_erasures_no_file_on_disk_holds_a_word(privacy, store, settings) -> None:
    """Rows that grew, pages that were split and interleaved people leave copies in odd places."""
    random = Random(5)  # with secure_delete alone, this one leaves words
    people = [f"person{number:03}" for number in range(25)]
    for _ in range(20):
        said = {person: f"zyzzyva-{person} " * random.randint(1, 100) for person in people}
        for person in random.sample(people, len(people)):
            keep(store, person, said[person])
        fill_tracker(settings, *((person, NOW, said[person]) for person in people))
    for person in people[1:]:
        privacy.erase(person)
    for path in settings.data_dir.iterdir():
        content = path.read_bytes()
        left = [person for person in people[1:] if person.encode() in content]
        assert left == [], path.name
    assert store.conversation(people[0]) is not None


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_file_in_use_is_cleaned_by_the_next_purge(url, settings, caplog) -> None:
    store = ConversationStore(f"{url}?timeout=0.1")
    store.migrate()
    privacy = Privacy(store, settings=settings)
    keep(store, "gone", "zyzzyva")
    with store.engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT * FROM messages").all()
        privacy.erase("gone")
        assert b"zyzzyva" in (settings.data_dir / "conversations.db-wal").read_bytes()
        assert "next purge" in caplog.text
    privacy.purge(now=NOW)
    for path in settings.data_dir.iterdir():
        assert b"zyzzyva" not in path.read_bytes(), path.name
    store.engine.dispose()


def test_a_receipt_proves_the_erasure_and_keeps_nothing(privacy, store) -> None:
    keep(store, "gone", "mots")
    receipt = privacy.erase("gone").to_json()
    assert set(receipt) == {"conversation_hash", "erased_at", "rows"}
    assert "gone" not in str(receipt)
    assert privacy.erased("gone")
    assert not privacy.erased("other")


def test_erasing_twice_or_something_unknown_is_no_error(privacy) -> None:
    privacy.erase("unknown")
    assert sum(privacy.erase("unknown").rows.values()) == 0


def test_erasing_works_before_rasa_has_ever_run(privacy, store, settings) -> None:
    keep(store, "gone", "mots")
    assert not settings.tracker_path.exists()
    assert privacy.erase("gone").rows["tracker_events"] == 0


def test_without_consent_the_working_copy_goes_after_a_day_of_silence(
    privacy, store, settings
) -> None:
    keep(store, "consented", "mots")
    day = timedelta(hours=24)
    fill_tracker(
        settings,
        ("silent", NOW - day - timedelta(minutes=1), "x"),
        ("health-1", NOW - 2 * day, "x"),
        ("came-back", NOW - 2 * day, "x"),
        ("came-back", NOW - timedelta(hours=1), "x"),
        ("consented", NOW - 3 * day, "x"),
    )
    counts = privacy.purge(now=NOW)
    assert counts.to_json() == {"kept_with_consent": 0, "without_consent": 2}
    assert senders(settings) == ["came-back", "consented"]


def test_what_was_kept_with_consent_goes_after_its_retention(privacy, store, settings) -> None:
    keep(store, "kept", "mots")
    later = datetime.now(UTC) + timedelta(days=settings.retention_days)
    assert privacy.purge(now=later - timedelta(minutes=5)).kept_with_consent == 0
    assert privacy.purge(now=later + timedelta(minutes=5)).kept_with_consent == 1
    assert store.conversation("kept") is None


def test_a_broken_tracker_makes_the_erasure_fail_aloud(privacy, store, settings) -> None:
    keep(store, "gone", "mots")
    settings.tracker_path.write_bytes(b"no database" * 200)
    with pytest.raises(StoreUnavailable):
        privacy.erase("gone")
