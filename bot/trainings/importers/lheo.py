"""Offers from an LHEO file, 2.2 or 2.3, full or index: one for each session at each place."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from bot.errors import DataError
from bot.trainings.guides import FOLDER, Guides, load_guides
from bot.trainings.importers import lheo_values as values
from bot.trainings.importers.cells import Refused
from bot.trainings.importers.lheo_stream import local_name, records
from bot.trainings.importers.lheo_values import Element
from bot.trainings.importers.locating import Gazetteer, trusted
from bot.trainings.importers.progress import Progress, quiet
from bot.trainings.importers.reading import is_over
from bot.trainings.importers.texts import plain
from bot.trainings.model import Modality, Offer, Precision, Public
from bot.trainings.report import ImportReport
from bot.trainings.scope import Found, Scope, Subject

CODES_PATH: Final = FOLDER / "lheo.yml"
_EVERYBODY: Final = "everybody"
_LONGEST_TITLE: Final = 300
_LONGEST_DESCRIPTION: Final = 600
_MOST_OFFERS: Final = 2000
"""Sessions times places of one training beyond which its record is a mistake."""
_OPEN: Final = frozenset(("", "1"))
_PERMANENT: Final = "1"
_COARSER: Final = (Precision.DAY, Precision.MONTH, Precision.YEAR)


@dataclass(frozen=True, kw_only=True)
class LheoReader:
    """Reads one file; ``progress`` is told of each block of bytes.

    An offer that has no date of its own is of ``today``.
    """

    path: Path
    source: str
    scope: Scope
    gazetteer: Gazetteer
    today: date
    progress: Progress = quiet
    guides: Guides = field(default_factory=load_guides)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: load_codes())

    def __call__(self, report: ImportReport) -> Iterator[Offer]:
        """Yield the offers; UnreadableCatalogue when the file is no LHEO or is cut."""
        seen: set[str] = set()
        for number, record in enumerate(records(self.path, progress=self.progress), start=1):
            offers = _sessions(record)
            try:
                found = self.scope.of(_subject(record))
                if not found.role_ids:
                    report.read += max(1, offers)
                    report.leave_out(found, max(1, offers))
                    continue
                training = self._training(record, found)
                if not offers:
                    raise Refused("action: missing")
                if offers > _MOST_OFFERS:
                    raise Refused(f"session: more than {_MOST_OFFERS} in one training")
            except Refused as refusal:
                report.read += 1
                report.refuse(number, str(refusal), reference=_number(record))
                continue
            for stated in _stated(record):
                report.read += 1
                try:
                    offer = self._offer(stated, training)
                    if offer.id in seen:
                        raise Refused("numero: used twice")
                except Refused as refusal:
                    report.refuse(number, str(refusal), reference=stated.reference)
                    continue
                if stated.closed or is_over(offer, self.today):
                    report.over += 1
                    continue
                seen.add(offer.id)
                report.kept_by[found.basis] += 1
                yield offer

    def _training(self, record: Element, found: Found) -> dict[str, Any]:
        """What all offers of a record share."""
        title = values.text(record, "intitule-formation")
        provider = (
            values.text(record, "organisme-formation-responsable", "nom-organisme")
            or values.text(record, "organisme-formation-responsable", "raison-sociale")
            or values.text(record, "nom-organisme")
        )
        for name, value in (("intitule-formation", title), ("nom-organisme", provider)):
            if not value:
                raise Refused(f"{name}: missing")
            if len(value) > _LONGEST_TITLE:
                raise Refused(f"{name}: longer than {_LONGEST_TITLE} characters")
        entry_level, stated = values.level(values.text(record, "code-niveau-entree"))
        exit_code = values.text(record, "code-niveau-sortie")
        exit_level, _ = values.level(exit_code or values.extra(record, "code-niveau-sortie"))
        said = [
            values.text(record, name, longest=_LONGEST_DESCRIPTION)
            for name in ("objectif-formation", "contenu-formation")
        ]
        return {
            "title": title,
            "provider": provider,
            "role_ids": found.role_ids,
            "entry_level": entry_level,
            "level_stated": stated,
            "exit_level": exit_level,
            "labels": self._labels(record),
            "description": plain(" ".join(filter(None, said)), _LONGEST_DESCRIPTION),
            "source": self.source,
        }

    def _offer(self, stated: "_Stated", training: Mapping[str, Any]) -> Offer:
        action, session = stated.action, stated.session
        modality = values.modality(values.text(action, "modalites-enseignement"))
        place, latitude, longitude = self._place(stated, modality)
        start, precision = values.day(values.text(session, "periode", "debut"), "debut")
        end, end_precision = values.day(values.text(session, "periode", "fin"), "fin")
        if start and end and end < start:
            raise Refused("fin: before debut")
        always = values.text(action, "modalites-entrees-sorties") == _PERMANENT
        if always and (start is None or start <= self.today):
            start, precision = None, Precision.DAY
        elif start and end:
            precision = max(precision, end_precision, key=_COARSER.index)
        alternance = values.alternance(action, session)
        return Offer(
            **training,
            id=f"{self.source}:{stated.reference or self._digest(training, place, start, end)}",
            modality=modality,
            place_name=place,
            latitude=latitude,
            longitude=longitude,
            start_date=start,
            end_date=end,
            date_precision=precision,
            hours=values.hours(action),
            level_required=values.text(action, "niveau-entree-obligatoire") != "0",
            audience=self._audience(values.codes(action, "code-public-vise")),
            alternance=alternance,
            cost=values.cost(action),
            funding=self._funding(stated.record, action, alternance=alternance),
            url=values.url(
                values.text(session, "url-session", "urlweb"),
                values.text(action, "url-action", "urlweb"),
                values.text(stated.record, "url-formation", "urlweb"),
                stated.record.get("href", ""),
            ),
            updated_at=self._updated(stated),
        )

    def _place(
        self, stated: "_Stated", modality: Modality
    ) -> tuple[str, float | None, float | None]:
        if modality is Modality.REMOTE:
            return "", None, None
        address = stated.address
        town = values.text(address, "ville")
        place = self.gazetteer.commune(
            insee=values.text(address, "code-INSEE-commune"),
            postal_code=values.text(address, "codepostal"),
            town=town,
        )
        given = [values.extra(stated.record, name) for name in ("latitude", "longitude")]
        point = trusted(values.point(address, *given), place)
        if point is None:
            raise Refused("ville: unknown" if town else "lieu-de-formation: missing")
        return (place.label if place else town), *point

    def _audience(self, found: tuple[str, ...]) -> frozenset[Public]:
        publics = {self.codes["publics"].get(code, Public.OTHERS) for code in found}
        return frozenset() if _EVERYBODY in publics else frozenset(map(Public, publics))

    def _funding(self, record: Element, action: Element, *, alternance: bool) -> tuple[str, ...]:
        found = [
            self.codes["financers"].get(values.text(payer, "code-financeur"))
            for payer in values.children(action, "organisme-financeur")
        ]
        if alternance:
            found += ["apprentissage", "professionnalisation"]
        if _certifications(record, "code-RNCP", "code-RS", "code-CPF") and values.flag(
            values.text(record, "certifiante")
        ):
            found.append("cpf")
        known = self.guides.funding_codes
        return tuple(dict.fromkeys(code for code in found if code in known))

    def _labels(self, record: Element) -> tuple[str, ...]:
        said = values.extra(record, "label", "labels").split("|")
        return tuple(filter(None, (name.strip() for name in said)))

    def _updated(self, stated: "_Stated") -> date:
        dates = [
            values.day((holder.get("datemaj") or "")[:8], "datemaj")[0]
            for holder in (stated.record, stated.action, stated.session)
            if holder is not None
        ]
        known = [found for found in dates if found and found <= self.today]
        return max(known, default=self.today)

    @staticmethod
    def _digest(training: Mapping[str, Any], *parts: object) -> str:
        """An id for a session without any, the same as long as what it says is."""
        said = "\n".join(map(str, (training["title"], training["provider"], *parts)))
        return hashlib.sha256(said.encode()).hexdigest()[:20]


@dataclass(frozen=True, kw_only=True)
class _Stated:
    """The elements that describe one offer; in an index file they are the record itself."""

    record: Element
    action: Element
    session: Element | None
    address: Element | None
    reference: str

    @property
    def closed(self) -> bool:
        return values.text(self.session, "etat-recrutement") not in _OPEN


def _subject(record: Element) -> Subject:
    domain = values.child(record, "domaine-formation")
    return Subject(
        title=values.text(record, "intitule-formation", longest=_LONGEST_TITLE),
        rncp=tuple(code.removeprefix("RNCP") for code in _certifications(record, "code-RNCP")),
        rome=values.codes(domain, "code-ROME"),
        formacodes=values.codes(domain, "code-FORMACODE"),
    )


def _certifications(record: Element, *names: str) -> list[str]:
    """Codes of the certifications that the training prepares; it may prepare several."""
    return [
        code
        for certification in values.children(record, "certification")
        for name in names
        for code in values.codes(certification, name)
    ]


def _sessions(record: Element) -> int:
    """How many offers a record holds: sessions times places, at least one for each action."""
    if _is_index(record):
        return max(1, values.count(record, "session"))
    return sum(
        max(1, values.count(action, "session")) * max(1, values.count(action, "lieu-de-formation"))
        for action in values.children(record, "action")
    )


def _stated(record: Element) -> Iterator[_Stated]:
    """The offers of a record."""
    for action in [record] if _is_index(record) else values.children(record, "action"):
        places = _or_none(values.children(action, "lieu-de-formation"))
        for session in _or_none(values.children(action, "session")):
            for number, place in enumerate(places, start=1):
                reference = _reference(record, action, session)
                if reference and len(places) > 1:
                    reference += f"#{number}"
                address = values.child(place, "coordonnees", "adresse")
                yield _Stated(
                    record=record,
                    action=action,
                    session=session,
                    address=record if _is_index(record) else address,
                    reference=reference,
                )


def _is_index(record: Element) -> bool:
    return local_name(record) == "resume-offre"


def _or_none(elements: Iterator[Element]) -> list[Element | None]:
    return [*elements] or [None]


def _reference(record: Element, action: Element, session: Element | None) -> str:
    """The sender's own numbers, of the training down to the session; "" without any.

    A session without a number is known by its first day.
    """
    numbers = [_number(record)]
    if action is not record:
        numbers.append(_number(action))
    if session is not None:
        numbers.append(_number(session) or values.text(session, "periode", "debut"))
    return "/".join(filter(None, numbers)) if numbers[0] else ""


def _number(element: Element) -> str:
    return " ".join(element.get("numero", "").split())


def load_codes(path: Path = CODES_PATH) -> Mapping[str, Mapping[str, str]]:
    """Read lheo.yml; ``DataError`` when it is wrong."""
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        publics, financers = document["publics"], document["financers"]
        unknown = set(publics.values()) - {*Public, _EVERYBODY}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise DataError(f"{path}: {' '.join(str(error).split())}") from error
    if unknown:
        raise DataError(f"{path}: publics: no public {', '.join(sorted(map(str, unknown)))}")
    return {"publics": publics, "financers": financers}
