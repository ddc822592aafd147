"""The ranking held to its own words: every search against the docstring written out plainly."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.person import Status
from bot.places import distance_km
from bot.trainings import Applicant, Eligibility, SearchMode, TrainingQuery
from bot.trainings.catalogue import TEXTS_PATH
from bot.trainings.eligibility import judge
from bot.trainings.index import ADMISSION
from bot.trainings.model import Modality, Offer
from tests.trainings.conftest import Build
from tests.trainings.offers import LILLE, METZ, NANCY, SAINT_DENIS_974, TODAY, offer

TEXTS = yaml.safe_load(Path(TEXTS_PATH).read_text("utf-8"))["eligibility"]
PLACES = (METZ, NANCY, LILLE, SAINT_DENIS_974, (None, None))
STATUSES = (Status.JOB_SEEKER, Status.EMPLOYEE)
DAYS = st.one_of(st.none(), st.integers(-40, 200).map(lambda days: TODAY + timedelta(days)))


@st.composite
def offers(draw: st.DrawFn) -> list[Offer]:
    made = []
    for number in range(draw(st.integers(0, 12))):
        modality = draw(st.sampled_from(list(Modality)))
        latitude, longitude = draw(st.sampled_from(PLACES))
        made.append(
            offer(
                f"{number:02}",
                modality=modality,
                latitude=latitude,
                longitude=longitude,
                start_date=draw(DAYS),
                end_date=draw(DAYS),
                entry_level=draw(st.sampled_from((None, 3, 5))),
                level_required=draw(st.booleans()),
                audience=frozenset(draw(st.sets(st.sampled_from(STATUSES)))),
                alternance=draw(st.booleans()),
                cost=draw(st.sampled_from((None, 0.0, 900.0))),
                title=draw(st.sampled_from(("Réseaux et web", "Web", "Réparer"))),
            )
        )
    return made


QUERIES = st.builds(
    TrainingQuery,
    role_id=st.just("developpeur-web"),
    latitude=st.just(METZ[0]),
    longitude=st.sampled_from((METZ[1], None)),
    radius_km=st.sampled_from((0, 10, 100, 1000)),
    mode=st.sampled_from(SearchMode),
    modalities=st.sampled_from((frozenset(Modality), frozenset({Modality.MIXED}))),
    applicant=st.builds(
        Applicant,
        level=st.sampled_from((None, 2, 4, 7)),
        status=st.sampled_from((None, *STATUSES)),
    ),
    free=st.booleans(),
    without_diploma=st.booleans(),
    alternance=st.sampled_from((None, None, True, False)),
    starts_before=st.sampled_from((None, TODAY + timedelta(60))),
    text=st.sampled_from(("", "", "rese")),
    limit=st.integers(0, 12),
    offset=st.integers(0, 4),
    today=st.just(TODAY),
)


def asked(one: Offer, query: TrainingQuery) -> bool:
    ahead = [day is None or day >= TODAY for day in (one.start_date, one.end_date)]
    in_time = None in (one.start_date, query.starts_before) or one.start_date <= query.starts_before
    return (
        all(ahead)
        and in_time
        and one.modality in query.modalities
        and (one.cost == 0 or not query.free)
        and (one.entry_level is None or not one.level_required or not query.without_diploma)
        and query.alternance in (None, one.alternance)
        and ("Réseaux" in one.title or not query.text)
    )


def expected(made: list[Offer], query: TrainingQuery) -> Iterator[str]:
    def distance(one: Offer) -> float:
        if query.longitude is None or one.latitude is None or one.modality is Modality.REMOTE:
            return float("inf")
        return distance_km(*METZ, one.latitude, one.longitude)

    def verdict(one: Offer) -> int:
        return list(Eligibility).index(judge(one, query.applicant, texts=TEXTS)[0])

    def key(one: Offer) -> tuple[Any, ...]:
        return verdict(one), distance(one), one.start_date or date.max, one.id

    found = sorted((one for one in made if asked(one, query)), key=key)
    remote = [one for one in found if one.modality is Modality.REMOTE]
    placed = [one for one in found if one.modality is not Modality.REMOTE]
    unlimited = query.longitude is None or query.radius_km == 1000
    near = [one for one in placed if unlimited or distance(one) <= query.radius_km]
    beyond = [one for one in placed if query.radius_km < distance(one) < float("inf")]
    if query.mode is SearchMode.REMOTE or query.radius_km == 0:
        return iter(one.id for one in remote)
    if query.mode is SearchMode.FARTHER:
        chosen = placed if query.longitude is None else ([] if unlimited else beyond)
        return iter(one.id for one in chosen)
    opened = {one.id for one in found if verdict(one) < 2}
    first = [one for one in near if one.id in opened]
    if not first and not unlimited:
        far = [one for one in beyond if one.id in opened]
        first = far[:2] if any(one.id in opened for one in remote) else far
    ordered = [
        *first,
        *(one for one in remote if one.id in opened),
        *(one for one in [*near, *remote] if one.id not in opened),
    ]
    return iter(one.id for one in ordered)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(made=offers(), query=QUERIES)
@example(made=[], query=TrainingQuery(role_id="developpeur-web", today=TODAY))
def test_a_search_shows_what_the_ranking_promises_in_that_order(
    build: Build, made: list[Offer], query: TrainingQuery
) -> None:
    matches = build(*made).search(query)
    wanted = list(expected(made, query))[query.offset : query.offset + query.limit]
    assert [match.offer.id for match in matches] == wanted
    by_id = {one.id: one for one in made}
    assert all(match.offer == by_id[match.offer.id] for match in matches)


class Watched:
    """An offer that remembers which of its fields were read."""

    def __init__(self, one: Offer, read: set[str]) -> None:
        self._one, self._read = one, read

    def __getattr__(self, name: str) -> object:
        self._read.add(name)
        return getattr(self._one, name)


@settings(max_examples=200, deadline=None)
@given(made=offers(), query=QUERIES)
def test_eligibility_looks_at_no_field_that_the_index_does_not_tell_apart(
    made: list[Offer], query: TrainingQuery
) -> None:
    read: set[str] = set()
    for one in made:
        judge(Watched(one, read), query.applicant, texts=TEXTS)  # type: ignore[arg-type]
    assert read <= set(ADMISSION)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(6.1757, 149.1193), (91, 0), (-200, 5), (0, 181), (float("nan"), 6), (float("inf"), 6)],
)
def test_a_point_nowhere_near_france_or_the_earth_breaks_nothing(
    build: Build, latitude: float, longitude: float
) -> None:
    catalogue = build(offer("a"))
    asked = TrainingQuery(
        role_id="developpeur-web", latitude=latitude, longitude=longitude, today=TODAY
    )
    (match,) = catalogue.search(asked)
    on_earth = abs(latitude) <= 90 and abs(longitude) <= 180
    assert (match.distance_km is not None) == on_earth
    assert match.beyond == on_earth
