"""Databases of every release, with data, are brought to this one."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.conversations import AccountRole, ConversationStore, Desk, DeskQuery, migrating
from bot.conversations.accounts import Accounts
from bot.conversations.schema import metadata
from bot.errors import StoreUnavailable

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def of_the_schema(name: str | None, *_: object) -> bool:
    """Full-text indexes are each database's own; the schema knows nothing of them."""
    return not (name or "").startswith("search_index")


def test_the_migrations_make_exactly_the_tables_of_the_schema(store: ConversationStore) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": of_the_schema})
        found = compare_metadata(context, metadata)
    # SQLAlchemy misreads what a key added by ALTER TABLE does in SQLite: see the next test.
    assert [d for d in found if d[0] not in {"add_fk", "remove_fk"}] == []


def test_foreign_keys_do_on_both_databases_what_the_schema_says(store: ConversationStore) -> None:
    for table in metadata.sorted_tables:
        declared = {
            (
                key.parent.name,
                key.column.table.name,
                key.ondelete or "NO ACTION",
                key.onupdate or "NO ACTION",
            )
            for key in table.foreign_keys
        }
        assert keys_of(store.engine, table.name) == declared, table.name


def keys_of(engine: sa.Engine, table: str) -> set[tuple[str, str, str, str]]:
    """Column, table referred to, what happens on delete and on update."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            found = connection.exec_driver_sql(f"PRAGMA foreign_key_list({table})").mappings()
            return {(k["from"], k["table"], k["on_delete"], k["on_update"]) for k in found}
    return {
        (
            key["constrained_columns"][0],
            key["referred_table"],
            key["options"].get("ondelete", "NO ACTION"),
            key["options"].get("onupdate", "NO ACTION"),
        )
        for key in sa.inspect(engine).get_foreign_keys(table)
    }


@pytest.fixture
def store_of_0001(url: str):
    store = ConversationStore(url)
    migrating.upgrade(store.engine, revision="0001")
    with store.engine.begin() as connection:
        for statement in (
            "INSERT INTO conversations VALUES ('xyzabc1', 'web', 'v', :now, :now, true, :now)",
            "INSERT INTO conversations VALUES ('y', 'web', 'v', :now, :now, false, NULL)",
            "INSERT INTO profiles (conversation_id, place_id, place_name, background, motivations)"
            " VALUES ('xyzabc1', '88160', 'Épinal (88)', 'vente', 'aider')",
            "INSERT INTO profiles (conversation_id, background, motivations) VALUES ('y', '', '')",
            "INSERT INTO messages (conversation_id, id, author, text, payload, at)"
            " VALUES ('xyzabc1', 'm', 'person', 'bonjour', '{}', :now)",
            "INSERT INTO matches (conversation_id, role_id, label, score, quotes, state)"
            " VALUES ('xyzabc1', 'r', 'Référent numérique', 0.5, '[\"aider\"]', 'proposed')",
            "INSERT INTO advisers VALUES ('anne@exemple.fr', 'hash', :now)",
        ):
            parameters = {"now": NOW} if ":now" in statement else {}
            connection.execute(sa.text(statement), parameters)
    yield store
    store.engine.dispose()


@pytest.mark.parametrize("through", ["0002", "0003"])
def test_a_database_of_an_earlier_release_is_brought_forward_with_its_data(
    store_of_0001: ConversationStore, through: str
) -> None:
    store = store_of_0001
    migrating.upgrade(store.engine, revision=through)
    store.migrate()
    account = Accounts(store.engine).account("anne@exemple.fr")
    assert account is not None
    assert account.password_hash == "hash"
    records, total = Desk(store.engine).page(account, DeskQuery(text="epinal vente referent xyz"))
    assert total == 1
    record = records[0]
    assert record.matches[0].quotes == ("aider",)
    assert record.waiting_for_human
    assert record.unread
    assert record.territory == "88"
    assert [m.text for m in store.messages("xyzabc1")] == ["bonjour"]
    assert store.save_profile("xyzabc1", record.profile)


def test_accounts_of_before_the_desk_still_see_everything(store_of_0001) -> None:
    store_of_0001.migrate()
    account = Accounts(store_of_0001.engine).account("anne@exemple.fr")
    assert account.role is AccountRole.LEAD
    assert account.organisation.nationwide
    assert Desk(store_of_0001.engine).page(account, DeskQuery())[1] == 2


def test_a_database_without_accounts_gets_no_organisation(store: ConversationStore) -> None:
    assert Accounts(store.engine).organisations() == ()


def test_a_database_of_a_later_release_is_refused(store: ConversationStore) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailable, match="9999"):
        store.migrate()
