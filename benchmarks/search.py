"""The search as the catalogue grows, beside a plain scan and PostgreSQL with PostGIS.

The same people ask the same of each, in turn, so that noise hits all; a search's time is the
median of its rounds. Catalogues are made once, in var/bench. Writes docs/search.svg.
"""

import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.growth import draw_growth
from benchmarks.postgis import available, running_postgis
from benchmarks.ranking_sql import Dialect, SqlRanking
from benchmarks.sessions import Spread, searches, sessions
from bot.places import load_places
from bot.roles import load_roles
from bot.settings import PROJECT, Settings
from bot.trainings import Catalogue, TrainingQuery, import_offers

SIZES = (2_000, 20_000, 200_000)
SEARCHES = 400
SLOW_SEARCHES = 60
"""The scan is asked fewer: it takes minutes otherwise."""
ROUNDS = 3
FOLDER = PROJECT / "var" / "bench"
PLOT = PROJECT / "docs" / "search.svg"

_COSINES = (
    "sin(radians(latitude)) * sin(radians({latitude})) + cos(radians(latitude)) *"
    " cos(radians({latitude})) * cos(radians(longitude - {longitude}))"
)
SCAN = Dialect(
    offers="offers WHERE role_ids LIKE '%\"' || {role} || '\"%'",
    distance=f"6371.0088 * acos(min(1.0, {_COSINES}))",
    within=f"6371.0088 * acos(min(1.0, {_COSINES})) <= {{reach}}",
    words="replace(' ' || title || ' ' || provider || ' ' || description, '-', ' ')"
    " LIKE '% ' || {words} || '%'",
    mark=":{}",
)

Search = Callable[[TrainingQuery], Sequence[str]]


def main() -> None:
    roles = load_roles(Settings().roles_dir)
    spread = Spread(load_places(), list(roles))
    asked = list(searches(SEARCHES, spread))
    figures: dict[str, list[tuple[int, float, float]]] = {}
    if not available():
        say("PostGIS is not installed (Debian: postgresql postgresql-postgis): left out")
    for size in SIZES:
        path = FOLDER / f"{size}.db"
        say(f"{size:,} sessions: building")
        begin = time.perf_counter()
        import_offers(path, lambda _, n=size: sessions(n, spread), source="bench", roles=roles)
        say(f"  built in {time.perf_counter() - begin:.0f} s, {path.stat().st_size / 1e6:.0f} MB")
        with engines(path) as found:
            report(size, measure(found, asked), figures)
        path.unlink()
    draw_growth(PLOT, figures)
    say(f"written: {PLOT.relative_to(PROJECT)}")


@contextmanager
def engines(path: Path) -> Iterator[dict[str, Search]]:
    """Each way to search, by name, ours first."""
    catalogue = Catalogue(path)
    with ExitStack() as stack:
        ways: dict[str, Search] = {
            "declic": lambda query: [match.offer.id for match in catalogue.search(query)]
        }
        if available():
            ways["PostGIS"] = stack.enter_context(running_postgis(path)).search
        scan = stack.enter_context(plain_scan(path))
        ways["scan"] = scan.search
        yield ways


@contextmanager
def plain_scan(path: Path) -> Iterator[SqlRanking]:
    """SQL over the offers as they are, with no index."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)

    def execute(sql: str, bound: Mapping[str, Any]) -> Sequence[Any]:
        return connection.execute(sql, bound).fetchall()

    try:
        yield SqlRanking(execute=execute, dialect=SCAN)
    finally:
        connection.close()


def measure(ways: Mapping[str, Search], asked: Sequence[TrainingQuery]) -> dict[str, list[float]]:
    """Milliseconds of each search, by way; says when the answers differ."""
    times: dict[str, list[float]] = {way: [] for way in ways}
    same: dict[str, list[bool]] = {way: [] for way in ways}
    for number, query in enumerate(asked):
        rounds: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(ROUNDS):
            ours: Sequence[str] = ()
            for way, search in ways.items():
                if way == "scan" and number >= SLOW_SEARCHES:
                    continue
                begin = time.perf_counter()
                ids = search(query)
                rounds[way].append((time.perf_counter() - begin) * 1000)
                ours = ours or ids
                same[way].append(list(ids) == list(ours))
        for way, taken in rounds.items():
            if taken:
                times[way].append(statistics.median(taken))
    for way, answers in same.items():
        if not all(answers):
            say(f"  {way}: the same page in {sum(answers) / len(answers):.1%} of the searches")
    return times


def report(
    size: int,
    times: Mapping[str, Sequence[float]],
    figures: dict[str, list[tuple[int, float, float]]],
) -> None:
    for way, taken in times.items():
        p50, p95 = statistics.median(taken), quantile(taken, 0.95)
        figures.setdefault(way, []).append((size, p50, p95))
        line = f"  {way}: p50 {p50:.2f} ms, p95 {p95:.2f} ms ({len(taken)} searches)"
        if way != "declic":
            # The same searches on both sides, also where this one was asked fewer.
            ours = times["declic"][: len(taken)]
            line += (
                f"; ours is {p50 / statistics.median(ours):.1f} times faster at p50, "
                f"{p95 / quantile(ours, 0.95):.1f} at p95, {sum(taken) / sum(ours):.1f} in all"
            )
        say(line)


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
