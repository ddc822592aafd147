import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.conversations import ConversationStore, MatchRecord, ProposalRecord, StoredMessage
from bot.conversations.records import reference_of
from bot.conversations.schema import metadata
from bot.errors import StoreUnavailable
from bot.person import Equipment, Profile, Status

PROFILE = Profile(
    status=Status.EMPLOYEE,
    level=5,
    place_id="55122",
    place_name="Commercy (55)",
    radius_km=15,
    has_vehicle=False,
    equipment=Equipment.COMPUTER_AND_INTERNET,
    background="comptable",
    motivations="les chiffres",
)
MATCH = MatchRecord(role_id="data-analyst", label="Data analyst", score=0.7, quotes=("chiffres",))
PROPOSAL = ProposalRecord(training_id="ex:1", role_id="data-analyst", title="T", provider="P")


def message(id_: str, text: str = "bonjour") -> StoredMessage:
    return StoredMessage(id=id_, author="person", text=text, at=datetime.now(UTC))


def test_the_migrations_make_exactly_the_tables_of_the_schema(store: ConversationStore) -> None:
    with store.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differences == []


def test_migrating_twice_or_at_once_is_safe(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'conversations.db'}"
    stores = [ConversationStore(url) for _ in range(4)]
    failures: list[StoreUnavailable] = []

    def migrate(store: ConversationStore) -> None:
        try:
            store.migrate()
        except StoreUnavailable as error:
            failures.append(error)

    threads = [threading.Thread(target=migrate, args=[store]) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for store in stores:
        store.ping()
        store.engine.dispose()


def test_nothing_is_written_about_a_person_who_has_not_agreed(store: ConversationStore) -> None:
    assert store.save_profile("x", PROFILE) is False
    assert store.save_matches("x", [MATCH]) is False
    assert store.save_proposals("x", [PROPOSAL]) is False
    assert store.set_role_state("x", "data-analyst", "chosen") is False
    assert store.choose_training("x", "ex:1") is False
    assert store.ask_for_human("x") is False
    assert store.add_messages("x", [message("1")]) is False
    with store.engine.connect() as connection:
        for table in metadata.sorted_tables:
            assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_what_is_kept_is_read_back_as_it_was(store: ConversationStore) -> None:
    store.start("x")
    assert store.consented("x")
    store.save_profile("x", PROFILE)
    store.save_matches("x", [MATCH])
    store.save_proposals("x", [PROPOSAL])
    store.set_role_state("x", "data-analyst", "chosen")
    store.choose_training("x", "ex:1")
    store.ask_for_human("x")
    record = store.conversation("x")
    assert record is not None
    assert record.profile == PROFILE
    assert [(m.role_id, m.state, m.quotes) for m in record.matches] == [
        ("data-analyst", "chosen", ("chiffres",))
    ]
    assert record.proposals[0].chosen
    assert record.waiting_for_human
    assert record.consented_at.tzinfo is not None


def test_choosing_another_role_lets_go_of_the_first(store: ConversationStore) -> None:
    store.start("x")
    other = MatchRecord(role_id="webdesigner", label="Webdesigner", score=0.2)
    store.save_matches("x", [MATCH, other])
    store.set_role_state("x", "data-analyst", "chosen")
    store.set_role_state("x", "webdesigner", "chosen")
    record = store.conversation("x")
    assert record is not None
    assert {m.role_id: m.state for m in record.matches} == {
        "data-analyst": "proposed",
        "webdesigner": "chosen",
    }


def test_a_message_added_twice_is_kept_once_and_in_order(store: ConversationStore) -> None:
    store.start("x")
    store.add_messages("x", [message("1", "un"), message("2", "deux")])
    store.add_messages("x", [message("2", "deux"), message("3", "trois 😀")])
    assert [m.text for m in store.messages("x")] == ["un", "deux", "trois 😀"]


def test_those_who_wait_for_a_human_come_first_then_the_latest(store: ConversationStore) -> None:
    for name in ("old", "waiting", "new"):
        store.start(name)
    store.ask_for_human("waiting")
    store.add_messages("new", [message("1")])
    records, total = store.conversations()
    assert [record.id for record in records] == ["waiting", "new", "old"]
    assert total == 3
    assert [r.id for r in store.conversations(waiting_only=True)[0]] == ["waiting"]
    assert [r.id for r in store.conversations(limit=1, offset=1)[0]] == ["new"]


@pytest.mark.parametrize("text", ["commercy", "CHIFFRES", "analyst", "abc-def"])
def test_a_conversation_is_found_by_place_words_role_or_reference(
    store: ConversationStore, text: str
) -> None:
    store.start("AbCdEf0000")
    store.start("other00000")
    store.save_profile("AbCdEf0000", PROFILE)
    store.save_matches("AbCdEf0000", [MATCH])
    assert [r.id for r in store.conversations(text=text)[0]] == ["AbCdEf0000"]


@pytest.mark.parametrize("text", ["%", "_", "\\", "' OR 1=1 --", "%' --"])
def test_a_search_is_never_sql(store: ConversationStore, text: str) -> None:
    store.start("x")
    assert store.conversations(text=text) == ((), 0)


def test_a_reference_is_short_and_easy_to_say() -> None:
    assert reference_of("AbCdEf0000") == "ABC-DEF"


def test_every_fault_of_the_database_becomes_ours_without_the_words(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    store = ConversationStore(f"sqlite:///{path}")
    path.write_bytes(b"this is no database, far from it" * 100)
    moment = datetime.now(UTC) - timedelta(days=1)
    calls = [
        store.migrate,
        store.ping,
        lambda: store.start("x"),
        lambda: store.consented("x"),
        lambda: store.save_profile("x", PROFILE),
        lambda: store.save_matches("x", [MATCH]),
        lambda: store.set_role_state("x", "r", "chosen"),
        lambda: store.save_proposals("x", [PROPOSAL]),
        lambda: store.choose_training("x", "t"),
        lambda: store.ask_for_human("x"),
        lambda: store.add_messages("x", [message("1", "mot secret")]),
        lambda: store.messages("x"),
        lambda: store.conversation("x"),
        lambda: store.conversations(),
        lambda: store.save_adviser("a@b.fr", "hash"),
        lambda: store.adviser("a@b.fr"),
        lambda: store.has_advisers(),
        lambda: store.erase("x", conversation_hash="h"),
        lambda: store.erased("h"),
        lambda: store.older_than(moment),
    ]
    public = {name for name in vars(ConversationStore) if not name.startswith("_")}
    assert len(calls) == len(public)
    for call in calls:
        with pytest.raises(StoreUnavailable) as failure:
            call()
        assert "secret" not in failure.value.detail
    store.engine.dispose()
