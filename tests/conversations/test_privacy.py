import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversations import ConversationStore, MatchRecord, Privacy, StoredMessage
from bot.errors import StoreUnavailable
from bot.person import Profile
from bot.settings import Settings

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def privacy(store: ConversationStore, settings: Settings) -> Privacy:
    return Privacy(store, settings=settings)


def fill_tracker(settings: Settings, *events: tuple[str, datetime, str]) -> None:
    """A tracker database as Rasa 3.6 makes it, left open-ended in WAL mode."""
    connection = sqlite3.connect(settings.tracker_path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT,"
        " timestamp FLOAT, intent_name TEXT, action_name TEXT, data TEXT)"
    )
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
    store.save_profile(conversation_id, Profile(background=words, place_name=words))
    store.save_matches(
        conversation_id, [MatchRecord(role_id="r", label="R", score=1, quotes=(words,))]
    )
    store.add_messages(
        conversation_id, [StoredMessage(id="1", author="person", text=words, at=NOW)]
    )


def test_after_an_erasure_no_file_on_disk_holds_a_word(privacy, store, settings) -> None:
    keep(store, "gone", "zyzzyva " * 400)
    keep(store, "stays", "autre chose")
    fill_tracker(settings, ("gone", NOW, "zyzzyva"), ("stays", NOW, "autre chose"))
    receipt = privacy.erase("gone")
    assert receipt.rows == {
        "messages": 1,
        "matches": 1,
        "proposals": 0,
        "profiles": 1,
        "conversations": 1,
        "tracker_events": 1,
    }
    for path in settings.data_dir.iterdir():
        content = path.read_bytes()
        assert b"zyzzyva" not in content, path.name
        assert b"gone" not in content, path.name
    assert senders(settings) == ["stays"]
    assert store.conversation("stays") is not None


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
