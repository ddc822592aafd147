import json

import pytest
from sqlite_utils import Database

from bot.errors import CatalogueMissing
from bot.roles import Role, read_roles, write_roles


@pytest.fixture
def db() -> Database:
    return Database(memory=True)


def test_roles_come_back_as_they_were_written(db: Database, roles: dict[str, Role]) -> None:
    write_roles(db, roles)
    assert read_roles(db) == roles
    assert list(read_roles(db)) == list(roles)


def test_columns_serve_queries(db: Database, roles: dict[str, Role]) -> None:
    write_roles(db, roles)
    row = db.table("roles").get("technicien-support")
    assert row["label"] == "Technicienne / Technicien support informatique"
    assert row["family"] == "infrastructure"
    assert json.loads(row["rome"]) == ["I1404", "I1401", "M1874"]
    assert row["level"] == 4
    assert row["summary"] == roles["technicien-support"].summary


def test_writing_again_replaces_the_roles(db: Database, roles: dict[str, Role]) -> None:
    write_roles(db, roles)
    write_roles(db, {"data-analyst": roles["data-analyst"]})
    assert list(read_roles(db)) == ["data-analyst"]


def test_a_catalogue_without_roles_is_said_missing(db: Database) -> None:
    with pytest.raises(CatalogueMissing, match="no such table: roles"):
        read_roles(db)


def test_a_sheet_of_another_version_is_said_missing(db: Database, roles: dict[str, Role]) -> None:
    write_roles(db, roles)
    db.table("roles").update("data-analyst", {"sheet": '{"id": "data-analyst"}'})
    with pytest.raises(CatalogueMissing, match="another version"):
        read_roles(db)
