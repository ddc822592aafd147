"""What the search proposes, in which order, and what it says of it."""

import math
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.person import Status
from bot.places import distance_km, load_finder
from bot.trainings import Applicant, Catalogue, Eligibility, SearchMode, TrainingQuery
from bot.trainings.model import Modality, Offer
from bot.trainings.search import TrainingMatch, to_json
from tests.trainings.conftest import Build
from tests.trainings.offers import LILLE, METZ, NANCY, SAINT_DENIS_974, TODAY, offer, remote

JOB_SEEKER = Applicant(level=4, status=Status.JOB_SEEKER)


def at(point: tuple[float, float], reference: str, **values: object) -> Offer:
    return offer(reference, latitude=point[0], longitude=point[1], **values)


def query(**values: object) -> TrainingQuery:
    defaults: dict[str, object] = {
        "role_id": "developpeur-web",
        "latitude": METZ[0],
        "longitude": METZ[1],
        "applicant": JOB_SEEKER,
        "today": TODAY,
    }
    return TrainingQuery(**(defaults | values))  # type: ignore[arg-type]


def found(catalogue: Catalogue, **values: object) -> list[str]:
    return [match.offer.id.split(":")[1] for match in catalogue.search(query(**values))]


def test_the_nearest_comes_first_and_remote_after(build: Build) -> None:
    catalogue = build(remote("chez-soi"), at(NANCY, "nancy"), at(METZ, "metz"), at(LILLE, "lille"))
    assert found(catalogue, radius_km=80) == ["metz", "nancy", "chez-soi"]


def test_what_the_person_can_enter_comes_before_what_is_nearer(build: Build) -> None:
    catalogue = build(
        at(METZ, "bac+2", entry_level=5),
        at(METZ, "bac+2-conseille", entry_level=5, level_required=False),
        at(NANCY, "bac", entry_level=4),
        remote("chez-soi"),
    )
    assert found(catalogue) == ["bac", "bac+2-conseille", "chez-soi", "bac+2"]


def test_another_role_is_not_proposed(build: Build) -> None:
    catalogue = build(offer("web"), offer("fibre", role_ids=("technicien-reseaux-telecoms",)))
    assert found(catalogue) == ["web"]


def test_a_role_that_does_not_exist_has_no_training(build: Build) -> None:
    assert found(build(offer("web")), role_id="' OR 1=1 --") == []


def test_beyond_the_radius_when_nothing_is_within_and_it_is_said(build: Build) -> None:
    catalogue = build(
        at(LILLE, "lille"), at(NANCY, "nancy"), at(SAINT_DENIS_974, "reunion"), remote("chez-soi")
    )
    matches = catalogue.search(query(radius_km=10))
    assert [match.offer.id for match in matches] == [
        "region:nancy",
        "region:lille",
        "region:chez-soi",
    ]
    assert [match.beyond for match in matches] == [True, True, False]
    assert "Plus loin que ce que vous souhaitez : 48 km." in matches[0].reasons


def test_beyond_the_radius_when_she_can_enter_nothing_within(build: Build) -> None:
    catalogue = build(at(METZ, "master", entry_level=7), at(NANCY, "bac", entry_level=4))
    assert found(catalogue, radius_km=10) == ["bac", "master"]


def test_farther_shows_only_what_lies_beyond(build: Build) -> None:
    catalogue = build(at(METZ, "metz"), at(LILLE, "lille"), at(NANCY, "nancy"), remote("chez-soi"))
    assert found(catalogue, radius_km=10, mode=SearchMode.FARTHER) == ["nancy", "lille"]


def test_remote_only_by_mode_or_by_a_radius_of_nothing(build: Build) -> None:
    catalogue = build(at(METZ, "metz"), at(METZ, "mixte", modality=Modality.MIXED), remote("soi"))
    assert found(catalogue, mode=SearchMode.REMOTE) == ["soi"]
    for radius in (0, -5, math.nan, -math.inf):
        assert found(catalogue, radius_km=radius) == ["soi"]


@pytest.mark.parametrize("radius", [1000, 1e12, math.inf])
def test_no_limit_reaches_the_other_end_of_the_earth(build: Build, radius: float) -> None:
    catalogue = build(at(SAINT_DENIS_974, "reunion"), at(METZ, "metz"))
    matches = catalogue.search(query(radius_km=radius))
    assert [match.offer.id for match in matches] == ["region:metz", "region:reunion"]
    assert not any(match.beyond for match in matches)


def test_without_a_place_the_soonest_comes_first_and_no_distance_is_told(build: Build) -> None:
    catalogue = build(
        offer("mars", start_date=date(2027, 3, 1)), at(LILLE, "janvier"), remote("soi")
    )
    matches = catalogue.search(query(latitude=None, longitude=None))
    assert [match.offer.id for match in matches] == ["region:janvier", "region:mars", "region:soi"]
    assert all(match.distance_km is None for match in matches)
    assert "Je ne connais pas la distance." in matches[0].reasons


def test_what_has_ended_or_begun_is_not_proposed(build: Build) -> None:
    day = timedelta(days=1)
    catalogue = build(
        offer("hier", start_date=TODAY - day),
        offer("finie", start_date=None, end_date=TODAY - day),
        offer("aujourdhui", start_date=TODAY),
        offer("toute-l-annee", start_date=None, end_date=TODAY + 90 * day),
    )
    assert found(catalogue) == ["aujourdhui", "toute-l-annee"]


def test_free_and_alternance_are_filters(build: Build) -> None:
    catalogue = build(
        offer("payante", cost=900.0),
        offer("inconnue", cost=None),
        offer("gratuite", cost=0.0),
        offer("contrat", cost=0.0, alternance=True),
    )
    assert found(catalogue, free=True) == ["contrat", "gratuite"]
    assert found(catalogue, alternance=True) == ["contrat"]
    assert found(catalogue, alternance=False, free=True) == ["gratuite"]


def test_no_diploma_required_starting_soon_and_partly_remote_are_filters(build: Build) -> None:
    catalogue = build(
        offer("bac", entry_level=4),
        offer("conseille", entry_level=4, level_required=False),
        offer("mixte", modality=Modality.MIXED, start_date=None),
        offer("mars", start_date=date(2027, 3, 1)),
    )
    assert found(catalogue, without_diploma=True, applicant=Applicant(level=2)) == [
        "mars",
        "mixte",
        "conseille",
    ]
    assert found(catalogue, starts_before=date(2027, 1, 31)) == ["bac", "conseille", "mixte"]
    assert found(catalogue, modalities=frozenset({Modality.MIXED})) == ["mixte"]


def test_around_an_area_its_extent_comes_on_top_and_distances_are_about_its_centre(
    build: Build,
) -> None:
    moselle = load_finder().find("la Moselle").places[0]
    catalogue = build(at(METZ, "metz"), at(LILLE, "lille"))
    around = TrainingQuery.around(moselle, radius_km=10, role_id="developpeur-web", today=TODAY)
    match, *others = catalogue.search(around)
    assert match.offer.id == "region:metz"
    assert others == []
    assert 30 < moselle.extent_km < 80
    assert match.about
    assert not match.beyond
    assert "À environ 33 km du centre du secteur que vous avez donné." in match.reasons
    remote_only = TrainingQuery.around(moselle, radius_km=0, role_id="developpeur-web")
    assert remote_only.reach_km == 0


def test_an_index_is_read_again_after_an_import(build: Build) -> None:
    catalogue = build(offer("a"))
    assert found(catalogue) == ["a"]
    build(offer("b"), offer("c"))
    assert found(catalogue) == ["b", "c"]


def test_words_are_looked_for_without_accents_by_their_beginning(build: Build) -> None:
    catalogue = build(
        offer("a", title="Intégration et accessibilité"), offer("b", description="Projets Java")
    )
    assert found(catalogue, text="accessib INTEGRATION") == ["a"]
    assert found(catalogue, text="java accessib") == []
    assert found(catalogue, text="...") == ["a", "b"]


def test_pages_follow_each_other_without_a_gap(build: Build) -> None:
    catalogue = build(*(offer(f"{n:02}") for n in range(7)), remote("soi"))
    pages = [found(catalogue, limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [one for page in pages for one in page] == found(catalogue, limit=100)
    assert [len(page) for page in pages] == [3, 3, 2, 0]
    assert found(catalogue, limit=-1) == []
    assert len(found(catalogue, offset=-4)) == 8


def test_reasons_tell_a_label_only_while_it_is_awarded(build: Build) -> None:
    catalogue = build(
        offer("a", labels=("Numéric'Emploi", "Grande École du Numérique (historique)", "Inconnu"))
    )
    (match,) = catalogue.search(query())
    assert [reason for reason in match.reasons if "abel" in reason] == ["Label Numéric'Emploi."]


def test_reasons_tell_who_may_pay_for_this_person(build: Build) -> None:
    catalogue = build(offer("a", cost=900.0, funding=("ptp", "cpf", "aif")))

    def way(status: Status | None) -> str:
        (match,) = catalogue.search(query(applicant=Applicant(status=status)))
        return match.reasons[-1].partition(" : ")[0]

    assert way(Status.JOB_SEEKER) == "Compte personnel de formation (CPF)"
    assert way(Status.STUDENT) == "Aucun diplôme n'est demandé."


def test_the_json_has_the_keys_that_other_tools_rely_on(build: Build) -> None:
    catalogue = build(at(NANCY, "a", place_name="Nancy (54)", entry_level=5, hours=700, cost=0.0))
    (match,) = catalogue.search(query(applicant=Applicant(level=3, status=Status.JOB_SEEKER)))
    assert to_json(match) == {
        "id": "region:a",
        "title": "Développement web a",
        "provider": "Atelier des Tests",
        "role_ids": ["developpeur-web"],
        "modality": "on_site",
        "place": "Nancy (54)",
        "distance_km": 47.5,
        "start_date": "2027-01-10",
        "end_date": None,
        "hours": 700,
        "entry_level": 5,
        "exit_level": None,
        "labels": [],
        "funding": [],
        "cost": 0.0,
        "url": None,
        "source": "region",
        "updated_at": "2026-11-24",
        "eligible": False,
        "reasons": [
            "À 48 km de chez vous.",
            "Le diplôme demandé est plus élevé que le vôtre.",
            "Gratuite pour vous.",
        ],
    }


HOSTILE = [
    '"', "'; DROP TABLE offers; --", "title:web", "NEAR(a b, 3)", "*", "^web", "web OR 1", "-web",
    "(", "a\0b", "\ud800", "%", "é" * 10_000, "web " * 5_000, "<script>", "{web}", "_", "ᾳ̈́", "🙂",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_only_words(build: Build, text: str) -> None:
    catalogue = build(offer("a"))
    catalogue.search(query(text=text))
    assert found(catalogue) == ["a"]


PLAIN = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@PLAIN
@given(text=st.text(alphabet=st.characters(), max_size=60))
def test_any_text_is_searched_without_an_error(build: Build, text: str) -> None:
    for match in build(offer("a"), remote("b")).search(query(text=text)):
        assert match.offer.role_ids == ("developpeur-web",)


POINTS = st.tuples(st.floats(-60, 60), st.floats(-179, 179))


@PLAIN
@given(
    centre=POINTS,
    shift=st.tuples(st.floats(-12, 12), st.floats(-20, 20)),
    radius=st.floats(1, 999),
)
def test_the_box_of_the_index_loses_nothing_within_the_radius(
    build: Build, centre: tuple[float, float], shift: tuple[float, float], radius: float
) -> None:
    point = (centre[0] + shift[0], max(-180.0, min(180.0, centre[1] + shift[1])))
    catalogue = build(at(point, "a"))
    matches = catalogue.search(query(latitude=centre[0], longitude=centre[1], radius_km=radius))
    assert [match.beyond for match in matches] == [distance_km(*centre, *point) > radius]


@PLAIN
@given(
    levels=st.lists(st.one_of(st.none(), st.integers(3, 8)), min_size=1, max_size=6),
    level=st.one_of(st.none(), st.integers(2, 8)),
)
def test_what_cannot_be_entered_is_always_last(
    build: Build, levels: list[int | None], level: int | None
) -> None:
    offers = [offer(str(n), entry_level=asked) for n, asked in enumerate(levels)]
    matches: tuple[TrainingMatch, ...] = build(*offers).search(
        query(applicant=Applicant(level=level, status=Status.JOB_SEEKER))
    )
    verdicts = [match.eligibility for match in matches]
    assert len(verdicts) == len(levels)
    assert verdicts == sorted(verdicts, key=list(Eligibility).index)


def test_a_level_that_is_not_stated_is_not_without_a_diploma(build: Build) -> None:
    catalogue = build(offer("open"), offer("unstated", level_stated=False))
    query = TrainingQuery(role_id="developpeur-web", today=TODAY, without_diploma=True)
    assert [match.offer.id for match in catalogue.search(query)] == ["region:open"]


def test_offers_alike_but_for_alternance_are_judged_apart(build: Build) -> None:
    catalogue = build(offer("a", alternance=True), offer("b"))
    query = TrainingQuery(
        role_id="developpeur-web", today=TODAY, applicant=Applicant(age=40, level=4)
    )
    verdicts = {match.offer.id: match.eligibility for match in catalogue.search(query)}
    assert verdicts == {"region:a": Eligibility.ADVISER, "region:b": Eligibility.YES}


def test_an_offer_known_by_its_departement_is_said_to_be_somewhere_in_it(build: Build) -> None:
    catalogue = build(offer("a", area=True, place_name="Moselle"))
    query = TrainingQuery(
        role_id="developpeur-web", today=TODAY, latitude=METZ[0], longitude=METZ[1]
    )
    (match,) = catalogue.search(query)
    assert match.reasons[0] == "Quelque part dans ce département : Moselle."
