import pytest

from bot.dialogue.pointing import role_pointed_at
from bot.roles import load_roles
from bot.settings import Settings

ROLES = load_roles(Settings().roles_dir)
PROPOSED = ["technicien-support", "webdesigner", "data-analyst"]


@pytest.mark.parametrize(
    ("text", "role_id"),
    [
        ("le premier", "technicien-support"),
        ("la première svp", "technicien-support"),
        ("2", "webdesigner"),
        ("plutôt le 2eme", "webdesigner"),
        ("le dernier", "data-analyst"),
        ("numéro 3 !", "data-analyst"),
        ("webdesigner", "webdesigner"),
        ("la data analyst", "data-analyst"),
        ("technicienne support", "technicien-support"),
    ],
)
def test_a_role_is_pointed_at_by_name_or_by_place(text: str, role_id: str) -> None:
    assert role_pointed_at(text, PROPOSED, roles=ROLES) == role_id


def test_a_role_that_was_not_proposed_can_be_named() -> None:
    assert role_pointed_at("community manager", PROPOSED, roles=ROLES) == "community-manager"


def test_of_two_named_roles_the_proposed_one_is_meant() -> None:
    text = "community manager ou webdesigner"
    assert role_pointed_at(text, PROPOSED, roles=ROLES) == "webdesigner"


@pytest.mark.parametrize("text", ["", "je ne sais pas", "aucun", "مرحبا"])
def test_other_texts_point_at_nothing(text: str) -> None:
    assert role_pointed_at(text, PROPOSED, roles=ROLES) is None


def test_a_place_beyond_the_list_points_at_nothing() -> None:
    assert role_pointed_at("le troisième", PROPOSED[:2], roles=ROLES) is None
    assert role_pointed_at("le premier", [], roles=ROLES) is None


def test_a_story_that_says_first_points_at_nothing() -> None:
    story = "mon premier travail a été de ranger des rayons la nuit"
    assert role_pointed_at(story, PROPOSED, roles=ROLES) is None
