"""Readers of the formats in which catalogues come."""

from datetime import date
from pathlib import Path

from bot.places import PlaceFinder
from bot.trainings.catalogue import OfferReader
from bot.trainings.importers.csv_offers import CsvReader
from bot.trainings.importers.files import Format, UnreadableCatalogue, detect
from bot.trainings.importers.lheo import LheoReader
from bot.trainings.importers.locating import Gazetteer
from bot.trainings.importers.mcf_offers import COLUMNS as MCF_COLUMNS
from bot.trainings.importers.mcf_offers import McfReader
from bot.trainings.importers.progress import Progress, quiet
from bot.trainings.importers.tables import read_table
from bot.trainings.scope import Scope

__all__ = ["Format", "Progress", "UnreadableCatalogue", "open_catalogue"]


def open_catalogue(
    path: Path,
    *,
    source: str,
    scope: Scope,
    finder: PlaceFinder,
    today: date,
    format_: Format | None = None,
    progress: Progress = quiet,
) -> OfferReader:
    """The reader of a file, by its content; UnreadableCatalogue when it is none that is known.

    ``format_`` is what the operator says that it is: another one is refused, never guessed.
    """
    found = detect(path)
    if format_ is not None and found is not format_:
        raise UnreadableCatalogue(f"{path}: not {format_.upper()}, but looks like {found.upper()}")
    gazetteer = Gazetteer(finder)
    if found is Format.LHEO:
        return LheoReader(
            path=path,
            source=source,
            scope=scope,
            gazetteer=gazetteer,
            today=today,
            progress=progress,
        )
    if MCF_COLUMNS.issubset(read_table(path).columns):
        return McfReader(
            path=path,
            source=source,
            scope=scope,
            gazetteer=gazetteer,
            today=today,
            progress=progress,
        )
    return CsvReader(
        path=path,
        source=source,
        scope=scope,
        locate=gazetteer.find,
        today=today,
        progress=progress,
    )
