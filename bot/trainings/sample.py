"""The sample catalogue: invented offers, so that Déclic runs before a real one is imported."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from bot.errors import CatalogueMissing
from bot.places import load_finder
from bot.roles import load_roles
from bot.settings import PROJECT, Settings
from bot.trainings.catalogue import Catalogue, import_offers
from bot.trainings.importers.csv_offers import CsvReader
from bot.trainings.importers.locating import Gazetteer
from bot.trainings.model import SAMPLE_SOURCE
from bot.trainings.scope import Scope, load_codes

PATH: Final = PROJECT / "data" / "trainings" / "exemples.csv"
_FRESH: Final = timedelta(days=14)
"""Age after which the sample is built again: its sessions start so many days after that."""


def prepare(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Build the sample catalogue when there is no catalogue, or when its dates have aged.

    As soon as a real source is there the sample is left out.
    """
    digest = hashlib.sha256(PATH.read_bytes()).hexdigest()
    try:
        sources = Catalogue(settings.catalogue_path).sources()
    except CatalogueMissing:
        sources = {}
    if sources:
        sample = sources.get(SAMPLE_SOURCE)
        if sample is None or (sample.digest == digest and sample.age() < _FRESH):
            return
    say("building the sample catalogue")
    roles = load_roles(settings.roles_dir)
    reader = CsvReader(
        path=PATH,
        source=SAMPLE_SOURCE,
        scope=Scope(roles, codes=load_codes(roles=roles)),
        locate=Gazetteer(load_finder()).find,
        today=date.today(),
        sample=True,
    )
    report = import_offers(
        settings.catalogue_path, reader, source=SAMPLE_SOURCE, roles=roles, digest=digest
    )
    if report.refusals:
        first = report.refusals[0]
        raise CatalogueMissing(f"{PATH}: record {first.number}: {first.reason}")
