"""Offers from a CSV file: with the header of docs/catalogue.md, or Mon Compte Formation's own."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from bot.places import Place
from bot.trainings.guides import Guides, load_guides
from bot.trainings.importers import cells
from bot.trainings.importers.cells import Refused
from bot.trainings.importers.files import UnreadableCatalogue
from bot.trainings.importers.progress import Progress, quiet
from bot.trainings.importers.reading import Record, read_records
from bot.trainings.importers.tables import WRONG, read_table
from bot.trainings.importers.texts import plain
from bot.trainings.model import Modality, Offer, Public
from bot.trainings.report import ImportReport
from bot.trainings.scope import Found, Scope, Subject

REQUIRED: Final = ("id", "title", "provider", "modality")
COLUMNS: Final = (
    *REQUIRED,
    "roles", "rncp", "formacode", "place", "latitude", "longitude", "start_date",
    "starts_in_days", "end_date", "ends_in_days", "hours", "entry_level", "level_required",
    "exit_level", "audience", "alternance", "cost", "funding", "labels", "url", "description",
    "updated_at",
)  # fmt: skip
_TEXTS: Final = ("title", "provider", "description")
_MAX_LENGTH: Final = 300

Locate = Callable[[str], Place | None]


@dataclass(frozen=True, kw_only=True)
class CsvReader:
    """Reads one file; ``locate`` turns a place's text into a place or ``None``.

    ``sample`` marks the offers as invented. ``today`` is the day from which ``starts_in_days`` and
    ``ends_in_days`` count, and the day of an offer without ``updated_at``.
    """

    path: Path
    source: str
    scope: Scope
    locate: Locate
    today: date
    sample: bool = False
    progress: Progress = quiet
    guides: Guides = field(default_factory=load_guides)

    def __call__(self, report: ImportReport) -> Iterator[Offer]:
        """Yield the offers; UnreadableCatalogue when the file is none."""
        table = read_table(self.path)
        if missing := [name for name in REQUIRED if name not in table.columns]:
            raise UnreadableCatalogue(
                f"{self.path}: no column {', '.join(missing)}; see docs/catalogue.md for the header"
            )
        return read_records(
            table.rows(progress=self.progress),
            self._parse,
            id_column="id",
            today=self.today,
            report=report,
        )

    def _parse(self, record: Record) -> tuple[Found, Sequence[Offer]]:
        if wrong := record.get(WRONG):
            raise Refused(wrong)
        record = {**record, **{name: plain(record.get(name, "")) for name in _TEXTS}}
        for name in REQUIRED:
            if not record.get(name):
                raise Refused(f"{name}: missing")
            if len(record[name]) > _MAX_LENGTH:
                raise Refused(f"{name}: longer than {_MAX_LENGTH} characters")
        found = self.scope.of(self._subject(record))
        return found, [self._offer(record, found)]

    def _offer(self, record: Mapping[str, str], found: Found) -> Offer:
        modality = cells.one_of(record, "modality", Modality)
        place, latitude, longitude, area = self._place(record, modality)
        start = cells.day(record, "start_date") or self._in_days(record, "starts_in_days")
        end = cells.day(record, "end_date") or self._in_days(record, "ends_in_days")
        if start and end and end < start:
            raise Refused("end_date: before start_date")
        return Offer(
            id=f"{self.source}:{record['id']}",
            title=record["title"],
            provider=record["provider"],
            role_ids=found.role_ids,
            modality=modality,
            place_name=place,
            latitude=latitude,
            longitude=longitude,
            area=area,
            start_date=start,
            end_date=end,
            hours=cells.whole(record, "hours", 1, 6000),
            entry_level=cells.whole(record, "entry_level", 1, 8),
            level_required=cells.yes_no(record, "level_required") is not False,
            exit_level=cells.whole(record, "exit_level", 1, 8),
            audience=frozenset(cells.items(record, "audience", Public)),
            alternance=bool(cells.yes_no(record, "alternance")),
            cost=cells.euros(record, "cost"),
            funding=self._funding(record),
            labels=tuple(cells.words(record, "labels")),
            url=cells.url(record),
            description=record["description"],
            source=self.source,
            updated_at=cells.day(record, "updated_at") or self.today,
            sample=self.sample,
        )

    def _in_days(self, record: Mapping[str, str], name: str) -> date | None:
        days = cells.whole(record, name, 0, 3650)
        return None if days is None else self.today + timedelta(days=days)

    def _place(
        self, record: Mapping[str, str], modality: Modality
    ) -> tuple[str, float | None, float | None, bool]:
        """Name, degrees north and east, the record's own or those of the place it names; and
        whether they are those of an area.
        """
        text = record.get("place", "")
        place = self.locate(text) if text else None
        point = cells.point(record)
        area = point is None and place is not None and place.is_area
        if place and point is None:
            point = place.latitude, place.longitude
        if point is None:
            if modality is not Modality.REMOTE:
                raise Refused("place: unknown" if text else "place: missing")
            return "", None, None, False
        return (place.label if place else text), *point, area

    def _funding(self, record: Mapping[str, str]) -> tuple[str, ...]:
        codes = cells.words(record, "funding")
        if set(codes) - self.guides.funding_codes:
            raise Refused(f"funding: must be among {', '.join(sorted(self.guides.funding_codes))}")
        return tuple(codes)

    def _subject(self, record: Mapping[str, str]) -> Subject:
        """Roles given by id or by ROME code, other codes, and the title."""
        words = cells.words(record, "roles")
        given = tuple(dict.fromkeys(word for word in words if self.scope.knows(word)))
        rome = tuple(word for word in words if word not in given)
        for word in rome:
            if not re.fullmatch(r"[A-Za-z]\d{4}", word, re.ASCII):
                raise Refused(f"roles: {word!r} is neither a role nor a ROME code")
        return Subject(
            title=record["title"],
            given=given,
            rome=tuple(code.upper() for code in rome),
            rncp=tuple(w.upper().removeprefix("RNCP") for w in cells.words(record, "rncp")),
            formacodes=tuple(cells.words(record, "formacode")),
        )
