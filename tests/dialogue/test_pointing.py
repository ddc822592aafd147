import pytest

from bot.dialogue.pointing import role_pointed_at, training_pointed_at
from bot.roles import load_roles
from bot.settings import Settings
from bot.trainings import Modality, Offer

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


def shown(id_: str, **values: object) -> Offer:
    known: dict = {"title": "Web", "provider": "Test", "role_ids": (), "place_name": "Metz (57)"}
    return Offer(id=id_, **(known | {"modality": Modality.ON_SITE} | values))


TRAININGS = [
    shown("metz", cost=900.0),
    shown("nancy", place_name="Nancy (54)", alternance=True, cost=0.0),
    shown("st-die", place_name="Saint-Dié-des-Vosges (88)", entry_level=5),
    shown("soi", place_name="", modality=Modality.REMOTE, cost=0.0),
]


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("la première", "metz"),
        ("je prends la deuxième formation", "nancy"),
        ("la 3", "st-die"),
        ("la dernière me plaît bien", "soi"),
        ("celle de Nancy", "nancy"),
        ("saint dié des vosges", "st-die"),
        ("celle en alternance m'intéresse", "nancy"),
        ("celle à distance me va", "soi"),
        ("celle qui est gratuite", None),  # two are
        ("celle-là", None),
        ("la 9", None),
        ("", None),
        ("🙂" * 500, None),
    ],
)
def test_a_training_is_counted_or_told_by_what_it_alone_is(text: str, id_: str | None) -> None:
    found = training_pointed_at(text, TRAININGS)
    assert (found and found.id) == id_


def test_the_only_training_shown_is_the_one_meant() -> None:
    assert training_pointed_at("celle-là me plaît", TRAININGS[:1]) == TRAININGS[0]
    assert training_pointed_at("celle-là me plaît", []) is None
