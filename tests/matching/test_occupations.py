from pathlib import Path

import pytest

from bot.errors import DataError
from bot.matching import Matcher
from bot.matching.occupations import load_occupations
from bot.matching.training import KNOWLEDGE
from bot.roles import Role

CABLES = """
électricien, électrotechnicienne:
  technicien-reseaux-telecoms: 3, tirer des câbles
  technicien-support: 1, chercher la panne
"""


def sheet(folder: Path, text: str) -> Path:
    path = folder / "occupations.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_project_knows_three_hundred_occupations_that_lead_to_every_role(roles) -> None:
    path = KNOWLEDGE / "occupations.yml"
    load_occupations(path, roles=roles)
    text = path.read_text(encoding="utf-8")
    assert text.count(",") >= 300
    assert all(f"\n  {role_id}: " in text for role_id in roles)


@pytest.mark.parametrize(
    "said", ["Électricienne au chômage", "j'étais electricien", "ÉLECTRICIENS"]
)
def test_an_occupation_is_found_in_either_gender_and_spelling(roles, tmp_path, said: str) -> None:
    occupations = load_occupations(sheet(tmp_path, CABLES), roles=roles)
    scores = dict(zip(roles, occupations.score(said), strict=True))
    assert scores["technicien-reseaux-telecoms"] == 3
    assert scores["technicien-support"] == 1
    assert occupations.skills(said, "technicien-reseaux-telecoms") == ("tirer des câbles",)
    assert occupations.skills(said, "webdesigner") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fusée: {astronaute: '1, voler'}", "'astronaute' is no role"),
        ("facteur: {webdesigner: '4, marcher'}", "webdesigner: must be like"),
        ("facteur: {webdesigner: 2}", "webdesigner: must be like"),
        (CABLES + "électricienne: {webdesigner: '1, x'}", None),
        (CABLES + "électricien : {webdesigner: '1, x'}", "stands twice"),
    ],
)
def test_a_mistake_of_the_sheet_is_named(roles: dict[str, Role], tmp_path, text, message) -> None:
    path = sheet(tmp_path, text)
    if message is None:
        load_occupations(path, roles=roles)
        return
    with pytest.raises(DataError, match=message):
        load_occupations(path, roles=roles)


def test_a_former_occupation_says_what_it_brings(matcher: Matcher) -> None:
    match = matcher.match(background="Électricien pendant dix ans", motivations="du terrain")
    assert match.roles[0].role_id == "technicien-reseaux-telecoms"
    assert match.roles[0].skills == ("tirer des câbles et dépanner sur le terrain",)
    assert match.roles[0].evidence[0].quote == "Électricien pendant dix ans"


def test_a_former_occupation_alone_does_not_make_a_wish_digital(matcher: Matcher) -> None:
    match = matcher.match(
        background="J'ai toujours été électricien.", motivations="Ouvrir ma boulangerie."
    )
    assert match.abstained
