"""The ``roles`` table of catalogue.db: the catalogue that a machine carries is whole."""

import sqlite3
from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError
from sqlite_utils import Database

from bot.errors import CatalogueMissing
from bot.roles.loading import SHEET
from bot.roles.model import Role

_COLUMNS: Final = {
    "id": str,
    "label": str,
    "family": str,
    "rome": str,
    "level": int,
    "summary": str,
    "sheet": str,
}


def write_roles(db: Database, roles: Mapping[str, Role]) -> None:
    """Replaces the ``roles`` table by one row a role.

    ``sheet`` holds the whole role in JSON; the other columns, of which ``rome`` is a JSON list
    of codes, are there for queries.
    """
    table = db.table("roles").create(_COLUMNS, pk="id", not_null=_COLUMNS, replace=True)
    table.insert_all(
        {
            "id": role.id,
            "label": role.label.both,
            "family": role.family.value,
            "rome": role.rome,
            "level": role.entry.level,
            "summary": role.summary,
            "sheet": SHEET.dump_json(role).decode(),
        }
        for role in roles.values()
    )


def read_roles(db: Database) -> dict[str, Role]:
    """The roles that ``write_roles`` wrote, by id, in the order of the ids.

    Raises ``CatalogueMissing`` when the table is absent or written by another version.
    """
    try:
        sheets = [row["sheet"] for row in db.query("select sheet from roles order by id")]
        roles = [SHEET.validate_json(sheet) for sheet in sheets]
    except sqlite3.DatabaseError as error:
        raise CatalogueMissing(f"roles cannot be read: {error}") from error
    except ValidationError as error:
        raise CatalogueMissing("roles were written by another version: build again") from error
    return {role.id: role for role in roles}
