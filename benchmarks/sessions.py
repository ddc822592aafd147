"""Invented catalogues of any size, and the searches that people would make in them.

The spread is meant to be that of a real catalogue: trainings follow the population of towns, a few
roles have most of them, one training has some ten sessions at several places and dates. Same size
and seed, same catalogue.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate

from bot.person import ANYWHERE_KM, Status
from bot.places import Place, PlaceKind
from bot.trainings import Applicant, Modality, Offer, SearchMode, TrainingQuery

TODAY = date(2026, 11, 24)
SESSIONS_OF_A_TRAINING = 10
SMALLEST_TOWN = 5_000
"""Inhabitants of the smallest town with a training; people live anywhere."""
WORDS = (
    "initiation", "bases", "projet", "certification", "cloud", "agile", "accessibilité", "réseau",
    "données", "python", "javascript", "sécurité", "mobile", "support", "contenus", "référencement",
    "tests", "linux", "ergonomie", "vente", "anglais", "équipe", "portfolio", "entreprise",
)  # fmt: skip
AUDIENCES = (
    (frozenset[Status](), 50),
    (frozenset({Status.JOB_SEEKER}), 30),
    (frozenset({Status.JOB_SEEKER, Status.OUT_OF_SCHOOL}), 10),
    (frozenset({Status.EMPLOYEE}), 10),
)


class Draw:
    """Chooses among values by their weights, from one source of chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def one(self, *weighted: tuple[object, int]):
        values, weights = zip(*weighted, strict=True)
        return self.chance.choices(values, weights)[0]


class Spread:
    """Where trainings and people are, and which roles they are for."""

    def __init__(self, places: Sequence[Place], role_ids: Sequence[str]) -> None:
        districts = [p for p in places if p.kind is PlaceKind.ARRONDISSEMENT]
        divided = {district.name.split()[0] for district in districts}
        communes = [
            *(p for p in places if p.kind is PlaceKind.COMMUNE and p.name not in divided),
            *districts,
        ]
        self._homes = communes
        self._towns = [place for place in communes if place.population >= SMALLEST_TOWN]
        self._home_weights = list(accumulate(p.population for p in self._homes))
        self._town_weights = list(accumulate(p.population for p in self._towns))
        self._roles = sorted(role_ids)
        self._role_weights = list(accumulate(1 / rank for rank in range(1, len(role_ids) + 1)))

    def home(self, chance: random.Random) -> Place:
        return chance.choices(self._homes, cum_weights=self._home_weights)[0]

    def town(self, chance: random.Random) -> Place:
        return chance.choices(self._towns, cum_weights=self._town_weights)[0]

    def role(self, chance: random.Random) -> str:
        return chance.choices(self._roles, cum_weights=self._role_weights)[0]


def sessions(size: int, spread: Spread, *, seed: int = 1) -> Iterator[Offer]:
    """``size`` offers; a training has ten sessions on average."""
    draw = Draw(seed)
    chance, made, training = draw.chance, 0, 0
    while made < size:
        training += 1
        first = spread.role(chance)
        roles = {first, spread.role(chance)} if chance.random() < 0.1 else {first}
        level = draw.one((None, 35), (3, 10), (4, 27), (5, 18), (6, 10))
        hours = chance.randrange(35, 1400, 7)
        shared = {
            "title": f"{first} : {' '.join(chance.sample(WORDS, 3))}",
            "provider": f"Organisme {chance.randrange(max(20, size // 100))}",
            "description": " ".join(chance.choices(WORDS, k=12)),
            "role_ids": tuple(sorted(roles)),
            "modality": draw.one(
                (Modality.ON_SITE, 60), (Modality.MIXED, 25), (Modality.REMOTE, 15)
            ),
            "hours": hours,
            "entry_level": level,
            "level_required": chance.random() < 0.6,
            "exit_level": (level or 3) + chance.randrange(2),
            "audience": draw.one(*AUDIENCES),
            "alternance": chance.random() < 0.25,
            "cost": draw.one((0.0, 45), (None, 25), (1500.0, 20), (4800.0, 10)),
            "funding": tuple(chance.sample(("cpf", "aif", "region", "ptp"), 2)),
        }
        for _ in range(min(chance.randrange(1, 2 * SESSIONS_OF_A_TRAINING), size - made)):
            yield _session(f"bench:{training}-{made}", shared, hours, spread, chance)
            made += 1


def _session(
    id_: str, shared: dict[str, object], hours: int, spread: Spread, chance: random.Random
) -> Offer:
    start = TODAY + timedelta(days=chance.randrange(-60, 330)) if chance.random() < 0.9 else None
    town = None if shared["modality"] is Modality.REMOTE else spread.town(chance)
    return Offer(
        id=id_,
        source="bench",
        updated_at=TODAY,
        start_date=start,
        end_date=start and start + timedelta(days=7 + hours // 5),
        place_name=town.label if town else "",
        latitude=town.latitude if town else None,
        longitude=town.longitude if town else None,
        url=f"https://example.org/{id_}",
        **shared,  # type: ignore[arg-type]
    )


def searches(number: int, spread: Spread, *, seed: int = 2) -> Iterator[TrainingQuery]:
    """What people ask: mostly around home, pages included, filters now and then."""
    draw = Draw(seed)
    chance = draw.chance
    for _ in range(number):
        home = spread.home(chance) if chance.random() < 0.97 else None
        yield TrainingQuery(
            role_id=spread.role(chance),
            latitude=home and home.latitude,
            longitude=home and home.longitude,
            radius_km=draw.one((10, 15), (30, 30), (50, 30), (100, 15), (ANYWHERE_KM, 10)),
            mode=draw.one((SearchMode.NEAR, 75), (SearchMode.FARTHER, 15), (SearchMode.REMOTE, 10)),
            applicant=Applicant(
                level=draw.one((None, 5), (2, 20), (3, 20), (4, 35), (5, 15), (7, 5)),
                status=draw.one((None, 5), (Status.JOB_SEEKER, 65), (Status.EMPLOYEE, 30)),
            ),
            free=chance.random() < 0.1,
            alternance=True if chance.random() < 0.1 else None,
            text=chance.choice(WORDS)[: chance.randrange(4, 9)] if chance.random() < 0.05 else "",
            limit=draw.one((4, 80), (10, 20)),
            offset=draw.one((0, 70), (4, 20), (8, 10)),
            today=TODAY,
        )
