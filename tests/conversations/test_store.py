from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from bot.conversations import (
    ConversationRecord,
    ConversationStore,
    MatchRecord,
    ProposalRecord,
    StoredMessage,
)
from bot.conversations.engine import make_engine
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


def at_once(calls: Sequence[Callable[[], object]]) -> None:
    """Make the calls together; the first failure is raised."""
    with ThreadPoolExecutor(len(calls)) as threads:
        for call in [threads.submit(call) for call in calls]:
            call.result()


def record_of(store: ConversationStore, conversation_id: str) -> ConversationRecord:
    record = store.conversation(conversation_id)
    assert record is not None
    return record


def message(id_: str, text: str = "bonjour") -> StoredMessage:
    return StoredMessage(id=id_, author="person", text=text, at=datetime.now(UTC))


def test_migrating_twice_or_at_once_is_safe(url: str) -> None:
    stores = [ConversationStore(url) for _ in range(4)]
    at_once([store.migrate for store in stores])
    for store in stores:
        store.ping()
        store.engine.dispose()


def test_processes_that_open_a_new_database_at_once_all_get_it(tmp_path: Path) -> None:
    # SQLite refuses about one in fifty such openings; sixty rounds of six do not miss it.
    for number in range(60):
        at_once = Barrier(6)

        def open_it(url: str, at_once: Barrier = at_once) -> None:
            engine = make_engine(url)
            at_once.wait()
            engine.connect().close()
            engine.dispose()

        with ThreadPoolExecutor(6) as threads:
            url = f"sqlite:///{tmp_path / f'{number}.db'}"
            list(threads.map(open_it, [url] * 6))


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


def test_a_reference_is_short_and_easy_to_say() -> None:
    assert reference_of("AbCdEf0000") == "ABC-DEF"


def test_a_retry_that_comes_with_the_first_try_changes_nothing(store: ConversationStore) -> None:
    said = [message("1", "un"), message("2", "deux")]
    at_once([lambda: store.start("x")] * 4)
    at_once([lambda: store.add_messages("x", said)] * 4)
    assert [m.text for m in store.messages("x")] == ["un", "deux"]


def test_what_is_written_during_an_erasure_does_not_outlive_it(store: ConversationStore) -> None:
    store.start("x")
    at_once(
        [
            lambda: store.erase("x"),
            lambda: store.add_messages("x", [message("1")]),
            lambda: store.save_profile("x", PROFILE),
            lambda: store.erase("x"),
        ]
    )
    assert store.conversation("x") is None
    assert store.messages("x") == ()


def test_an_erased_conversation_cannot_be_started_again(store: ConversationStore) -> None:
    store.erase("x")
    assert store.start("x") is False
    assert not store.consented("x")


def test_roles_proposed_from_words_that_have_changed_are_forgotten(
    store: ConversationStore,
) -> None:
    store.start("x")
    store.save_profile("x", PROFILE)
    roles = [replace(MATCH, role_id=role) for role in ("proposed", "rejected", "chosen")]
    store.save_matches("x", roles)
    store.set_role_state("x", "rejected", "rejected")
    store.set_role_state("x", "chosen", "chosen")
    store.save_profile("x", replace(PROFILE, place_name="Metz (57)"))
    assert len(record_of(store, "x").matches) == 3
    store.save_profile("x", replace(PROFILE, motivations="dessiner"))
    assert [m.role_id for m in record_of(store, "x").matches] == ["rejected", "chosen"]


def test_moments_come_back_aware_whatever_the_zone_they_came_in(store: ConversationStore) -> None:
    noon_in_paris = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=1)))
    store.start("x")
    store.add_messages("x", [StoredMessage(id="1", author="bot", text="", at=noon_in_paris)])
    at = store.messages("x")[0].at
    assert at == noon_in_paris
    assert at.tzinfo is UTC


@pytest.mark.parametrize("bad", ["nonsense", "mysterydb://host/base"])
def test_a_database_setting_that_means_nothing_is_ours_too(bad: str) -> None:
    with pytest.raises(StoreUnavailable):
        ConversationStore(bad)


def test_a_fault_of_the_data_does_not_put_the_words_in_the_error(store: ConversationStore) -> None:
    store.start("x")
    with pytest.raises(StoreUnavailable) as failure:
        store.add_messages("x", [message("1", "mot secret \ud800")])
    assert "secret" not in str(failure.value)
    assert failure.value.__suppress_context__
    assert store.messages("x") == ()


@pytest.fixture(params=["a file that is no database", "no server"])
def broken(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ConversationStore]:
    """A store over something that does not work."""
    if request.param == "no server":
        pytest.importorskip("psycopg", reason="no PostgreSQL driver (psycopg)")
        store = ConversationStore("postgresql+psycopg://declic@127.0.0.1:1/declic")
    else:
        path = tmp_path / "broken.db"
        path.write_bytes(b"this is no database, far from it" * 100)
        store = ConversationStore(f"sqlite:///{path}")
    yield store
    store.engine.dispose()


def test_every_fault_of_the_database_becomes_ours(broken: ConversationStore) -> None:
    store = broken
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
        lambda: store.called("ABCDEF"),
        lambda: store.erase("x"),
        lambda: store.erased("x"),
        lambda: store.older_than(moment),
        store.scrub,
    ]
    public = {name for name in vars(ConversationStore) if not name.startswith("_")}
    assert len(calls) == len(public)
    if store.engine.dialect.name != "sqlite":
        calls.remove(store.scrub)  # nothing to rebuild on a server
    for call in calls:
        with pytest.raises(StoreUnavailable):
            call()
