"""Reads data/places; see its README for the sources."""

import csv
import gzip
import io
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import fmean

import yaml

from bot.errors import DataError
from bot.places.distances import distance_km
from bot.places.finder import PlaceFinder
from bot.places.geocoder import Geocoder
from bot.places.model import Place, PlaceKind
from bot.places.names import Words, name_key
from bot.settings import PROJECT, Settings

PLACES_DIR = PROJECT / "data" / "places"


def load_places(folder: Path = PLACES_DIR) -> tuple[Place, ...]:
    """Every commune, arrondissement, département and region; DataError when a file is wrong."""
    try:
        departments = {row["code"]: row for row in _rows(folder / "departements.csv")}
        communes = tuple(_communes(folder / "communes.csv.gz", departments))
    except (OSError, EOFError, zlib.error, KeyError, ValueError, csv.Error) as error:
        raise DataError(
            f"{folder}: {type(error).__name__}: {error}; make it again with scripts/build_places.py"
        ) from error
    return (*communes, *_departments(departments, communes), *_regions(departments, communes))


def open_finder(settings: Settings) -> PlaceFinder:
    """A finder over every place, with the online geocoder that the settings name, if any."""
    if settings.geocoder_url is None:
        return load_finder()
    geocoder = Geocoder(settings.geocoder_url, timeout_s=settings.geocoder_timeout_s)
    return load_finder(geocoder=geocoder)


def load_finder(folder: Path = PLACES_DIR, *, geocoder: Geocoder | None = None) -> PlaceFinder:
    """A finder over every place, with data/places/words.yml; offline without a ``geocoder``."""
    words = yaml.safe_load((folder / "words.yml").read_text(encoding="utf-8"))
    return PlaceFinder(
        load_places(folder),
        words=Words(**{name: frozenset(map(name_key, all_)) for name, all_ in words.items()}),
        geocoder=geocoder,
    )


def _communes(path: Path, departments: dict[str, dict[str, str]]) -> Iterator[Place]:
    for row in _rows(path):
        department = departments[row["department"]]
        yield Place(
            id=row["code"],
            name=row["name"],
            kind=PlaceKind(row["kind"]),
            department_code=row["department"],
            department_name=department["name"],
            region_code=department["region"],
            region_name=department["region_name"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            postal_codes=tuple(row["postal_codes"].split()),
            population=int(row["population"]),
            approximate=row["exact"] == "0",
        )


def _departments(
    departments: dict[str, dict[str, str]], communes: tuple[Place, ...]
) -> Iterator[Place]:
    members = _grouped(communes, lambda place: place.department_code)
    for code, row in departments.items():
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
        yield Place(
            id=f"D{code}",
            name=row["name"],
            kind=PlaceKind.DEPARTMENT,
            department_code=code,
            department_name=row["name"],
            region_code=row["region"],
            region_name=row["region_name"],
            latitude=latitude,
            longitude=longitude,
            population=sum(place.population for place in members[code]),
            approximate=True,
            extent_km=_extent_km(latitude, longitude, members[code]),
        )


def _regions(
    departments: dict[str, dict[str, str]], communes: tuple[Place, ...]
) -> Iterator[Place]:
    members = _grouped(communes, lambda place: place.region_code)
    rows_of: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in departments.values():
        rows_of[row["region"]].append(row)
    for code, rows in rows_of.items():
        if len(rows) == 1:  # overseas, the région is its département
            continue
        latitude = fmean(float(row["latitude"]) for row in rows)
        longitude = fmean(float(row["longitude"]) for row in rows)
        yield Place(
            id=f"R{code}",
            name=rows[0]["region_name"],
            kind=PlaceKind.REGION,
            department_code="",
            department_name="",
            region_code=code,
            region_name=rows[0]["region_name"],
            latitude=latitude,
            longitude=longitude,
            population=sum(place.population for place in members[code]),
            approximate=True,
            extent_km=_extent_km(latitude, longitude, members[code]),
        )


def _grouped(
    communes: tuple[Place, ...], area: Callable[[Place], str]
) -> defaultdict[str, list[Place]]:
    members: defaultdict[str, list[Place]] = defaultdict(list)
    for place in communes:
        if place.kind is PlaceKind.COMMUNE:
            members[area(place)].append(place)
    return members


def _extent_km(latitude: float, longitude: float, members: list[Place]) -> float:
    """Distance from the centre within which 90 % of the inhabitants of the members live."""
    apart = sorted(
        (distance_km(latitude, longitude, place.latitude, place.longitude), place.population)
        for place in members
    )
    within, everybody = 0, sum(place.population for place in members)
    for kilometres, population in apart:
        within += population
        if within >= 0.9 * everybody:
            return kilometres
    return 0.0


def _rows(path: Path) -> Iterator[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file, io.TextIOWrapper(file, encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
