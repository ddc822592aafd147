import json
from datetime import date

import pytest

from bot.conversations import load_labels
from bot.dialogue.advice import TrainingPage
from bot.dialogue.cards import Card, Cards, load_cards
from bot.dialogue.interview import UNKNOWN
from bot.person import Status
from bot.roles import load_roles
from bot.settings import PROJECT, Settings
from bot.trainings import Eligibility, Modality, Offer, Precision, TrainingMatch, load_guides

ROLES = load_roles(Settings().roles_dir)
TODAY = date(2026, 11, 24)
OFFER = Offer(
    id="region:1",
    title="Développement web",
    provider="Atelier des Tests",
    role_ids=("developpeur-web",),
    modality=Modality.ON_SITE,
    place_name="Metz (57)",
    source="region",
    updated_at=date(2026, 11, 1),
)


@pytest.fixture(scope="module")
def cards() -> Cards:
    path = PROJECT / "data" / "texts" / "cards.yml"
    return load_cards(path, roles=ROLES, labels=load_labels(), guides=load_guides())


def facts(card: Card) -> dict[str, str]:
    return {fact["label"]: fact["value"] for fact in card["facts"]}


def training(cards: Cards, *, distance_km: float | None = None, **values: object) -> Card:
    match = TrainingMatch(
        offer=Offer(**(vars(OFFER) | values)),
        distance_km=distance_km,
        eligibility=Eligibility.YES,
        reasons=("à côté de chez vous",),
    )
    return cards.training(match, status=Status.JOB_SEEKER, today=TODAY)


@pytest.mark.parametrize("role_id", sorted(ROLES))
def test_every_role_has_a_card_and_a_sheet_without_an_empty_text(cards, role_id: str) -> None:
    for card in (cards.role(role_id, quotes=(), level=2), cards.role_sheet(ROLES[role_id])):
        assert card["title"] == ROLES[role_id].label.both
        assert card["text"]
        assert all(fact["label"] and fact["value"] for fact in card["facts"])
        assert not any("{" in fact["value"] for fact in card["facts"])


def test_a_role_card_carries_the_persons_words_and_what_she_can_do_with_it(cards) -> None:
    card = cards.role("webdesigner", quotes=["je dessine"], level=None)
    assert card["quotes"] == ["je dessine"]
    payloads = {choice["payload"].split("{")[0] for choice in card["choices"]}
    assert payloads == {"/show_trainings", "/more_about_role", "/why_role", "/reject_role"}
    assert all(
        json.loads(choice["payload"][choice["payload"].index("{") :]) == {"role": "webdesigner"}
        for choice in card["choices"]
    )


def test_the_way_in_without_a_diploma_is_told_to_whom_it_concerns(cards) -> None:
    role = ROLES["developpeur-web"]
    way_in = role.entry.without_diploma
    for level, told in ((None, True), (2, True), (role.entry.level, False), (8, False)):
        card = cards.role(role.id, quotes=(), level=level)
        assert (way_in in facts(card).values()) is told


@pytest.mark.parametrize(
    ("values", "distance_km", "where"),
    [
        ({}, 12.4, "Metz (57), à 12 km"),
        ({}, 0.3, "Metz (57)"),
        ({}, None, "Metz (57)"),
        ({"modality": Modality.MIXED}, 12.4, "Metz (57), à 12 km, en partie à distance"),
        ({"modality": Modality.MIXED}, None, "Metz (57), en partie à distance"),
        ({"modality": Modality.REMOTE, "place_name": ""}, None, "À distance"),
    ],
)
def test_a_training_says_where(cards, values, distance_km, where: str) -> None:
    assert facts(training(cards, distance_km=distance_km, **values))["Où"] == where


@pytest.mark.parametrize(
    ("values", "when"),
    [
        ({}, "Entrées toute l'année"),
        ({"start_date": date(2027, 3, 1)}, "à partir du 1er mars 2027"),
        (
            {"start_date": date(2027, 1, 10), "end_date": date(2027, 8, 2)},
            "du 10 janvier 2027 au 2 août 2027",
        ),
    ],
)
def test_a_training_says_when(cards, values, when: str) -> None:
    assert facts(training(cards, **values))["Quand"] == when


@pytest.mark.parametrize(
    ("cost", "said"), [(None, "À demander"), (0, "Gratuit"), (0.0, "Gratuit"), (1200.0, "1200 €")]
)
def test_a_training_says_what_it_costs(cards, cost, said: str) -> None:
    assert facts(training(cards, cost=cost))["Coût"] == said


def test_an_advised_level_is_told_from_a_required_one(cards) -> None:
    level = load_labels().level(4)
    assert facts(training(cards))["Diplôme demandé"] == "Aucun"
    assert facts(training(cards, entry_level=4))["Diplôme demandé"] == level
    advised = facts(training(cards, entry_level=4, level_required=False))["Diplôme demandé"]
    assert advised == f"{level} (conseillé)"


def test_an_invented_offer_says_so_and_a_real_one_names_its_source(cards) -> None:
    assert training(cards, sample=True)["note"].startswith("Exemple inventé")
    assert training(cards)["note"] == "Source : region, mise à jour le 1er novembre 2026"


def test_only_an_offer_with_a_page_has_a_link(cards) -> None:
    assert "link" not in training(cards)
    assert training(cards, url="https://exemple.fr/1")["link"]["url"] == "https://exemple.fr/1"


def test_the_summary_says_what_was_said_and_what_was_not(cards) -> None:
    slots = {
        "status": "employee",
        "level": UNKNOWN,
        "place_name": "Metz (57)",
        "radius": 0,
        "motivations": "aider",
        "proposals": [{"role": "webdesigner"}, {"role": "gone-since"}],
        "chosen_role": "webdesigner",
        "rejected_roles": ["data-analyst"],
    }
    said = facts(cards.summary(slots, training=OFFER))
    assert said["Diplôme"] == said["Parcours"] == "Non précisé"
    assert said["Lieu"] == "Metz (57)"
    assert said["Distance possible"] == load_labels().radius(0)
    assert said["Métiers proposés"] == said["Métier retenu"] == ROLES["webdesigner"].label.both
    assert said["Métiers écartés"] == ROLES["data-analyst"].label.both
    assert said["Formation retenue"] == "Développement web, Atelier des Tests"


def test_a_summary_of_nothing_names_no_role(cards) -> None:
    said = facts(cards.summary({}, training=None))
    assert set(said.values()) == {"Non précisé"}


def test_quotes_are_joined_as_french_does(cards) -> None:
    assert cards.quoted(["je répare", "j'aide"]) == "« je répare » et « j'aide »"


@pytest.mark.parametrize(
    ("values", "label", "said"),
    [
        (
            {"start_date": date(2027, 3, 31), "date_precision": Precision.MONTH},
            "Quand",
            "en mars 2027",
        ),
        ({"start_date": date(2027, 12, 31), "date_precision": Precision.YEAR}, "Quand", "en 2027"),
        ({"date_precision": Precision.UNKNOWN}, "Quand", "À demander à l'organisme"),
        ({}, "Quand", "Entrées toute l'année"),
        (
            {"area": True, "place_name": "Moselle"},
            "Où",
            "Moselle (la ville n'est pas précisée)",
        ),
        ({"level_stated": False}, "Diplôme demandé", "Non précisé"),
    ],
)
def test_what_a_catalogue_leaves_out_is_said_and_never_made_up(
    cards, values: dict[str, object], label: str, said: str
) -> None:
    assert facts(training(cards, distance_km=12.0, **values))[label] == said


def test_a_page_says_how_it_was_found_and_what_there_is_besides(cards) -> None:
    page = TrainingPage(
        matches=(),
        explanation="beyond",
        sample=False,
        filters=("free", "alternance"),
        offered=("without_diploma",),
        neighbours=("webdesigner",),
    )
    said = cards.explanation(page)
    assert "au-delà" in said
    assert "Seulement : gratuites, en alternance." in said
    assert "métier voisin" in said
    choices = {choice["title"]: choice["payload"] for choice in cards.training_choices(page)}
    assert choices == {
        f"Métier voisin : {ROLES['webdesigner'].label.both}": '/choose_role{"role": "webdesigner"}',
        "Sans diplôme exigé": '/other_trainings{"value": "without_diploma"}',
        "Toutes les formations": "/show_trainings",
    }


def test_a_page_without_more_says_only_how_it_was_found(cards) -> None:
    page = TrainingPage(matches=(), explanation="near", sample=False)
    assert cards.explanation(page) == "Les plus proches d'abord."
    assert cards.training_choices(page) == []


def test_a_distance_from_the_centre_of_an_area_is_told_as_about(cards) -> None:
    match = TrainingMatch(
        offer=OFFER, distance_km=33.4, eligibility=Eligibility.YES, reasons=(), about=True
    )
    card = cards.training(match, status=None, today=TODAY)
    assert facts(card)["Où"] == "Metz (57), à environ 33 km"
