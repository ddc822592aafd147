"""Offers from the open data of Mon Compte Formation: a département and no dates, as published."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from bot.trainings.guides import Guides, load_guides
from bot.trainings.importers import cells
from bot.trainings.importers.cells import Refused
from bot.trainings.importers.locating import Gazetteer
from bot.trainings.importers.progress import Progress, quiet
from bot.trainings.importers.reading import Record, read_records
from bot.trainings.importers.tables import WRONG, read_table
from bot.trainings.importers.texts import plain
from bot.trainings.model import Modality, Offer, Precision
from bot.trainings.report import ImportReport
from bot.trainings.scope import Found, Scope, Subject

COLUMNS: Final = frozenset(
    ("nom_of", "numero_formation", "intitule_formation", "code_departement", "nb_session_active")
)
"""Columns by which the file is recognised."""
_LEVEL: Final = re.compile(r"niveau\s*([1-8])\b", re.IGNORECASE)
_MAX_LENGTH: Final = 300
_LONGEST_DESCRIPTION: Final = 600
_FUNDING: Final = "cpf"


@dataclass(frozen=True, kw_only=True)
class McfReader:
    """Reads one file. A training becomes one offer in its département, one remote, or both."""

    path: Path
    source: str
    scope: Scope
    gazetteer: Gazetteer
    today: date
    progress: Progress = quiet
    guides: Guides = field(default_factory=load_guides)

    def __call__(self, report: ImportReport) -> Iterator[Offer]:
        """Yield the offers; UnreadableCatalogue when the file is none."""
        return read_records(
            read_table(self.path).rows(progress=self.progress),
            self._parse,
            id_column="numero_formation",
            today=self.today,
            report=report,
        )

    def _parse(self, record: Record) -> tuple[Found, Sequence[Offer]]:
        if wrong := record.get(WRONG):
            raise Refused(wrong)
        texts = {name: plain(record.get(name, "")) for name in ("intitule_formation", "nom_of")}
        for name, text in {**texts, "numero_formation": record["numero_formation"]}.items():
            if not text:
                raise Refused(f"{name}: missing")
            if len(text) > _MAX_LENGTH:
                raise Refused(f"{name}: longer than {_MAX_LENGTH} characters")
        found = self.scope.of(_subject(record, texts["intitule_formation"]))
        if not found.role_ids:
            return found, ()
        level = _LEVEL.search(record.get("libelle_niveau_sortie_formation", ""))
        code = record["code_departement"]
        shared: dict[str, Any] = {
            "title": texts["intitule_formation"],
            "provider": texts["nom_of"],
            "role_ids": found.role_ids,
            "date_precision": Precision.UNKNOWN,
            "hours": _mean_hours(record),
            "level_stated": False,
            "exit_level": int(level[1]) if level else None,
            "cost": cells.euros(record, "frais_ttc_tot_mean"),
            "funding": (_FUNDING,) if _FUNDING in self.guides.funding_codes else (),
            "description": plain(record.get("points_forts", ""), _LONGEST_DESCRIPTION),
            "source": self.source,
            "updated_at": cells.day(record, "date_extract") or self.today,
        }
        reference = f"{self.source}:{record['numero_formation']}/{code}"
        active = cells.whole(record, "nb_session_active", 0, 100_000)
        distant = cells.whole(record, "nb_session_a_distance", 0, 100_000) or 0
        offers: list[Offer] = []
        if distant:
            offers.append(Offer(**shared, id=f"{reference}/distance", modality=Modality.REMOTE))
        if active is None or active > distant:
            place = self.gazetteer.department(code)
            if place is None:
                raise Refused("code_departement: unknown")
            offers.append(
                Offer(
                    **shared,
                    id=reference,
                    modality=Modality.ON_SITE,
                    place_name=place.label,
                    latitude=place.latitude,
                    longitude=place.longitude,
                    area=True,
                )
            )
        return found, offers


def _subject(record: Record, title: str) -> Subject:
    codes = (record.get(f"code_formacode_{number}", "") for number in range(1, 6))
    rncp = record.get("code_rncp", "").upper().removeprefix("RNCP")
    return Subject(
        title=title,
        rncp=(rncp,) if rncp else (),
        formacodes=tuple(filter(None, codes)),
    )


def _mean_hours(record: Record) -> int | None:
    hours = cells.number(record, "nombre_heures_total_mean")
    return round(hours) if hours and 1 <= hours <= 6000 else None
