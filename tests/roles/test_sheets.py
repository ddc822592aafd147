"""The sheets of data/jobs, as people read them."""

import re

import pytest

from bot.roles import Role, find_roles

FIRST_CATALOGUE = {
    "administrateur-cloud",
    "administrateur-systemes-reseaux",
    "analyste-cybersecurite",
    "charge-marketing-digital",
    "chef-de-projet-digital",
    "community-manager",
    "data-analyst",
    "data-engineer",
    "developpeur-cloud",
    "developpeur-ia",
    "developpeur-logiciel",
    "developpeur-mobile",
    "developpeur-web",
    "gestionnaire-e-commerce",
    "redacteur-web",
    "referent-numerique",
    "technicien-reseaux-telecoms",
    "technicien-support",
    "testeur-logiciel",
    "ux-designer",
    "webdesigner",
}


def texts(role: Role) -> list[str]:
    """Every sentence of a sheet that a person reads."""
    return [
        role.summary,
        role.day,
        *role.what,
        *role.tasks,
        *role.qualities,
        *role.dislikes,
        role.entry.text,
        role.entry.without_diploma,
        role.telework.text,
        role.prospects.text,
    ]


def test_the_first_catalogue_is_whole(roles: dict[str, Role]) -> None:
    assert roles.keys() >= FIRST_CATALOGUE


def test_every_role_is_listed_under_its_own_id_and_in_order(roles: dict[str, Role]) -> None:
    assert [role.id for role in roles.values()] == list(roles) == sorted(roles)


def test_every_name_of_a_role_leads_to_this_role_only(roles: dict[str, Role]) -> None:
    for role in roles.values():
        for name in (role.label.both, *role.names):
            assert find_roles(name, roles) == (role.id,), name


def test_the_roles_that_open_without_a_diploma_say_so_by_their_level(
    roles: dict[str, Role],
) -> None:
    open_roles = {role.id for role in roles.values() if role.entry.level <= 4}
    assert open_roles >= {
        "technicien-reseaux-telecoms",
        "technicien-support",
        "gestionnaire-e-commerce",
        "referent-numerique",
    }


def test_sheets_never_address_a_person_as_tu(roles: dict[str, Role]) -> None:
    for role in roles.values():
        for text in texts(role):
            assert not re.search(r"\b(tu|toi|tes|ton)\b", text, re.IGNORECASE), (role.id, text)


def test_sentences_are_short_enough_to_be_read_in_one_go(roles: dict[str, Role]) -> None:
    for role in roles.values():
        for text in texts(role):
            for sentence in re.split(r"(?<=[.!?])\s", text):
                assert len(sentence.split()) <= 40, (role.id, sentence)


@pytest.mark.parametrize("unwanted", ["—", "...", " ,", "  "])
def test_typography_of_sheets_is_correct(roles: dict[str, Role], unwanted: str) -> None:
    for role in roles.values():
        for text in texts(role):
            assert unwanted not in text, (role.id, text)
