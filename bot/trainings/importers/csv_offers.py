"""Offers from a CSV file with the header that docs/catalogue.md describes."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from bot.errors import DeclicError
from bot.person import Status
from bot.places import Place
from bot.roles import Role, find_roles
from bot.trainings.model import Modality, Offer
from bot.trainings.report import ImportReport

REQUIRED: Final = ("id", "title", "provider", "modality")
COLUMNS: Final = (
    *REQUIRED,
    "roles", "place", "start_date", "starts_in_days", "end_date", "hours", "entry_level",
    "level_required", "exit_level", "audience", "alternance", "cost", "funding", "labels", "url",
    "description", "updated_at",
)  # fmt: skip
_YES_NO: Final = {"": None, "1": True, "0": False, "oui": True, "non": False}
_MAX_HOURS: Final = 6000
_ENCODINGS: Final = ("utf-8-sig", "cp1252")

Locate = Callable[[str], Place | None]


class UnreadableCatalogue(DeclicError):
    """A file that is no catalogue at all: nothing of it is imported."""

    code = "catalogue_file"


class _Refused(Exception):
    """One record is wrong; its message is the reason."""


@dataclass(frozen=True, kw_only=True)
class CsvReader:
    """Reads one file; ``locate`` turns a place's text into a place or ``None``.

    ``sample`` marks the offers as invented. ``today`` is the day from which ``starts_in_days``
    counts, and the day of an offer without ``updated_at``.
    """

    path: Path
    source: str
    roles: Mapping[str, Role]
    locate: Locate
    today: date
    sample: bool = False

    def __call__(self, report: ImportReport) -> Iterator[Offer]:
        """Yield the offers; UnreadableCatalogue when the file is none."""
        seen: set[str] = set()
        for number, record in enumerate(self._records(), start=1):
            report.read += 1
            try:
                offer = self._offer(record)
                if offer.id in seen:
                    raise _Refused("id: used twice")
            except _Refused as refusal:
                report.refusals.append((number, str(refusal)))
                continue
            seen.add(offer.id)
            if offer.role_ids:
                yield offer
            else:
                report.out_of_scope += 1

    def _records(self) -> Iterator[dict[str, str]]:
        lines = self._text().splitlines()
        header = next((line for line in lines if line.strip()), "")
        delimiter = max(";,\t", key=header.count)
        reader = csv.DictReader(lines, delimiter=delimiter)
        names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            raise UnreadableCatalogue(
                f"{self.path}: no column {', '.join(missing)}; see docs/catalogue.md for the header"
            )
        reader.fieldnames = names
        try:
            for row in reader:
                yield {k: (v or "").strip() for k, v in row.items() if k in COLUMNS}
        except csv.Error as error:
            raise UnreadableCatalogue(f"{self.path}: line {reader.line_num}: {error}") from error

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
        for name in REQUIRED:
            if not record.get(name):
                raise _Refused(f"{name}: missing")
        modality = _one_of(record, "modality", Modality)
        place = self._place(record.get("place", ""), modality)
        start = _day(record, "start_date")
        if start is None and record.get("starts_in_days"):
            start = self.today + timedelta(days=_whole(record, "starts_in_days", 0, 3650) or 0)
        end = _day(record, "end_date")
        if start and end and end < start:
            raise _Refused("end_date: before start_date")
        return Offer(
            id=f"{self.source}:{record['id']}",
            title=record["title"],
            provider=record["provider"],
            role_ids=self._role_ids(record),
            modality=modality,
            place_name=place.label if place else "",
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
            start_date=start,
            end_date=end,
            hours=_whole(record, "hours", 1, _MAX_HOURS),
            entry_level=_whole(record, "entry_level", 1, 8),
            level_required=_yes_no(record, "level_required") is not False,
            exit_level=_whole(record, "exit_level", 1, 8),
            audience=frozenset(_items(record, "audience", Status)),
            alternance=bool(_yes_no(record, "alternance")),
            cost=_cost(record),
            funding=tuple(_words(record, "funding")),
            labels=tuple(_words(record, "labels")),
            url=_url(record),
            description=record.get("description", ""),
            source=self.source,
            updated_at=_day(record, "updated_at") or self.today,
            sample=self.sample,
        )

    def _place(self, text: str, modality: Modality) -> Place | None:
        place = self.locate(text) if text else None
        if place is None and modality is not Modality.REMOTE:
            raise _Refused("place: unknown" if text else "place: missing")
        return place

    def _role_ids(self, record: Mapping[str, str]) -> tuple[str, ...]:
        """Roles given by id or by ROME code, else those that the title names."""
        given = _words(record, "roles")
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
                raise _Refused(f"roles: {word!r} is neither a role nor a ROME code")
        return tuple(found)


def _words(record: Mapping[str, str], name: str) -> list[str]:
    return [word.strip() for word in record.get(name, "").split("|") if word.strip()]


def _items(record: Mapping[str, str], name: str, kind: type[Status]) -> list[Status]:
    try:
        return [kind(word) for word in _words(record, name)]
    except ValueError as error:
        raise _Refused(f"{name}: must be among {', '.join(kind)}") from error


def _one_of(record: Mapping[str, str], name: str, kind: type[Modality]) -> Modality:
    try:
        return kind(record[name])
    except ValueError as error:
        raise _Refused(f"{name}: must be among {', '.join(kind)}") from error


def _whole(record: Mapping[str, str], name: str, low: int, high: int) -> int | None:
    text = record.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise _Refused(f"{name}: must be a whole number from {low} to {high}")
    return int(text)


def _yes_no(record: Mapping[str, str], name: str) -> bool | None:
    text = record.get(name, "").lower()
    if text not in _YES_NO:
        raise _Refused(f"{name}: must be oui or non")
    return _YES_NO[text]


def _day(record: Mapping[str, str], name: str) -> date | None:
    text = record.get(name, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise _Refused(f"{name}: must be a date like 2027-01-31") from error
    if not 2000 <= day.year <= 2100:
        raise _Refused(f"{name}: must be between 2000 and 2100")
    return day


def _cost(record: Mapping[str, str]) -> float | None:
    text = record.get("cost", "").replace(",", ".").replace(" ", "")
    if not text:
        return None
    try:
        cost = float(text)
    except ValueError as error:
        raise _Refused("cost: must be a number of euros") from error
    if not 0 <= cost <= 100_000:
        raise _Refused("cost: must be between 0 and 100000")
    return cost


def _url(record: Mapping[str, str]) -> str:
    url = record.get("url", "")
    if url and not re.match(r"https?://[^\s<>\"]+$", url):
        raise _Refused("url: must begin with https:// or http://")
    return url
