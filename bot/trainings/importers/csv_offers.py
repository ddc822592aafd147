"""Offers from a CSV file with the header that docs/catalogue.md describes."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from bot.errors import DeclicError
from bot.person import Status
from bot.places import Place
from bot.roles import Role, find_roles
from bot.trainings.guides import Guides, load_guides
from bot.trainings.importers import cells
from bot.trainings.importers.cells import Refused
from bot.trainings.model import Modality, Offer
from bot.trainings.report import ImportReport

REQUIRED: Final = ("id", "title", "provider", "modality")
COLUMNS: Final = (
    *REQUIRED,
    "roles", "place", "latitude", "longitude", "start_date", "starts_in_days", "end_date",
    "ends_in_days", "hours", "entry_level", "level_required", "exit_level", "audience",
    "alternance", "cost", "funding", "labels", "url", "description", "updated_at",
)  # fmt: skip
_MAX_LENGTH: Final = 300
_EXTRA: Final = "extra cells"
_WRONG: Final = "wrong"
_CUT_OFF: Final = "unexpected end of data"
"""What the csv module says of a text in quotes that the end of the file cuts."""
_ENCODINGS: Final = ("utf-8-sig", "cp1252")

Locate = Callable[[str], Place | None]


class UnreadableCatalogue(DeclicError):
    """A file that is no catalogue at all: nothing of it is imported."""

    code = "catalogue_file"


@dataclass(frozen=True, kw_only=True)
class CsvReader:
    """Reads one file; ``locate`` turns a place's text into a place or ``None``.

    ``sample`` marks the offers as invented. ``today`` is the day from which ``starts_in_days`` and
    ``ends_in_days`` count, and the day of an offer without ``updated_at``.
    """

    path: Path
    source: str
    roles: Mapping[str, Role]
    locate: Locate
    today: date
    sample: bool = False
    guides: Guides = field(default_factory=load_guides)

    def __call__(self, report: ImportReport) -> Iterator[Offer]:
        """Yield the offers; UnreadableCatalogue when the file is none."""
        seen: set[str] = set()
        for number, record in enumerate(self._records(), start=1):
            report.read += 1
            try:
                offer = self._offer(record)
                if offer.id in seen:
                    raise Refused("id: used twice")
            except Refused as refusal:
                report.refusals.append((number, str(refusal)))
                continue
            seen.add(offer.id)
            if offer.role_ids:
                yield offer
            else:
                report.out_of_scope += 1

    def _records(self) -> Iterator[dict[str, str]]:
        text = self._text().lstrip()
        header = text.partition("\n")[0]
        delimiter = max(";,\t", key=header.count)
        reader = csv.DictReader(
            io.StringIO(text, newline=""), delimiter=delimiter, restkey=_EXTRA, strict=True
        )
        try:
            names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
            if missing := [name for name in REQUIRED if name not in names]:
                raise UnreadableCatalogue(
                    f"{self.path}: no column {', '.join(missing)}; "
                    "see docs/catalogue.md for the header"
                )
            reader.fieldnames = names
        except csv.Error as error:
            raise UnreadableCatalogue(f"{self.path}: {error}") from error
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                if str(error) == _CUT_OFF:
                    raise UnreadableCatalogue(
                        f"{self.path}: ends in the middle of a text in quotes"
                    ) from error
                yield {_WRONG: str(error)}
                continue
            if _EXTRA in row:
                yield {_WRONG: "more cells than the header: put a text with delimiters in quotes"}
            else:
                yield {k: (v or "").strip() for k, v in row.items() if k in COLUMNS}

    def _text(self) -> str:
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise UnreadableCatalogue(f"{self.path}: {error.strerror}") from error
        if b"\0" in content or not content.strip():
            raise UnreadableCatalogue(f"{self.path}: not a CSV file")
        for encoding in _ENCODINGS:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise UnreadableCatalogue(f"{self.path}: neither UTF-8 nor Windows-1252")

    def _offer(self, record: Mapping[str, str]) -> Offer:
        if wrong := record.get(_WRONG):
            raise Refused(wrong)
        for name in REQUIRED:
            if not record.get(name):
                raise Refused(f"{name}: missing")
            if len(record[name]) > _MAX_LENGTH:
                raise Refused(f"{name}: longer than {_MAX_LENGTH} characters")
        modality = cells.one_of(record, "modality", Modality)
        place, latitude, longitude = self._place(record, modality)
        start = cells.day(record, "start_date") or self._in_days(record, "starts_in_days")
        end = cells.day(record, "end_date") or self._in_days(record, "ends_in_days")
        if start and end and end < start:
            raise Refused("end_date: before start_date")
        return Offer(
            id=f"{self.source}:{record['id']}",
            title=record["title"],
            provider=record["provider"],
            role_ids=self._role_ids(record),
            modality=modality,
            place_name=place,
            latitude=latitude,
            longitude=longitude,
            start_date=start,
            end_date=end,
            hours=cells.whole(record, "hours", 1, 6000),
            entry_level=cells.whole(record, "entry_level", 1, 8),
            level_required=cells.yes_no(record, "level_required") is not False,
            exit_level=cells.whole(record, "exit_level", 1, 8),
            audience=frozenset(cells.items(record, "audience", Status)),
            alternance=bool(cells.yes_no(record, "alternance")),
            cost=cells.cost(record),
            funding=self._funding(record),
            labels=tuple(cells.words(record, "labels")),
            url=cells.url(record),
            description=record.get("description", ""),
            source=self.source,
            updated_at=cells.day(record, "updated_at") or self.today,
            sample=self.sample,
        )

    def _in_days(self, record: Mapping[str, str], name: str) -> date | None:
        days = cells.whole(record, name, 0, 3650)
        return None if days is None else self.today + timedelta(days=days)

    def _place(
        self, record: Mapping[str, str], modality: Modality
    ) -> tuple[str, float | None, float | None]:
        """Name, degrees north and east: the record's own, else those of the place it names."""
        text = record.get("place", "")
        place = self.locate(text) if text else None
        point = cells.point(record)
        if place and point is None:
            point = place.latitude, place.longitude
        if point is None:
            if modality is not Modality.REMOTE:
                raise Refused("place: unknown" if text else "place: missing")
            return "", None, None
        return (place.label if place else text), *point

    def _funding(self, record: Mapping[str, str]) -> tuple[str, ...]:
        codes = cells.words(record, "funding")
        if set(codes) - self.guides.funding_codes:
            raise Refused(f"funding: must be among {', '.join(sorted(self.guides.funding_codes))}")
        return tuple(codes)

    def _role_ids(self, record: Mapping[str, str]) -> tuple[str, ...]:
        """Roles given by id or by ROME code, else those that the title names."""
        given = cells.words(record, "roles")
        if not given:
            return find_roles(record["title"], self.roles)
        found: dict[str, None] = {}
        for word in given:
            by_rome = [role.id for role in self.roles.values() if word.upper() in role.rome]
            if word in self.roles:
                found[word] = None
            elif by_rome:
                found |= dict.fromkeys(by_rome)
            elif not re.fullmatch(r"[A-Za-z]\d{4}", word):
                raise Refused(f"roles: {word!r} is neither a role nor a ROME code")
        return tuple(found)
