"""Offers from an LHEO file, 2.2 or 2.3, full or index: one for each session at each place."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from bot.trainings.guides import Guides, load_guides
from bot.trainings.importers import lheo_values as values
from bot.trainings.importers.cells import Refused
from bot.trainings.importers.lheo_codes import Codes, load_codes
from bot.trainings.importers.lheo_records import (
    Stated,
    actions_of,
    certifications,
    count_offers,
    number_of,
    stated_in,
    subject_of,
)
from bot.trainings.importers.lheo_stream import records
from bot.trainings.importers.lheo_values import Element
from bot.trainings.importers.locating import Gazetteer, trusted
from bot.trainings.importers.progress import Progress, quiet
from bot.trainings.importers.reading import is_over
from bot.trainings.importers.texts import plain
from bot.trainings.model import Modality, Offer, Precision, Public
from bot.trainings.report import ImportReport
from bot.trainings.scope import Found, Scope

_LONGEST_TITLE: Final = 300
_LONGEST_DESCRIPTION: Final = 600
_MOST_OFFERS: Final = 2000
"""Sessions times places of one training beyond which its record is a mistake."""
_PERMANENT: Final = "1"
_COARSER: Final = (Precision.DAY, Precision.MONTH, Precision.YEAR)
_ALTERNANCE_FUNDING: Final = ("apprentissage", "professionnalisation")

Values = dict[str, Any]
"""Fields of Offer by name."""


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
    codes: Codes = field(default_factory=load_codes)

    def __call__(self, report: ImportReport) -> Iterator[Offer]:
        """Yield the offers; UnreadableCatalogue when the file is no LHEO or is cut."""
        seen: set[str] = set()
        for number, record in enumerate(records(self.path, progress=self.progress), start=1):
            offers = count_offers(record)
            try:
                found = self.scope.of(subject_of(record))
                if not found.role_ids:
                    report.read += max(1, offers)
                    report.leave_out(found, max(1, offers))
                    continue
                if not 1 <= offers <= _MOST_OFFERS:
                    raise Refused(
                        f"session: more than {_MOST_OFFERS} in one training"
                        if offers
                        else "action: missing"
                    )
                training = self._training(record, found)
            except Refused as refusal:
                report.read += 1
                report.refuse(number, str(refusal), reference=number_of(record))
                continue
            for action in actions_of(record):
                shared = self._action(record, action)
                for stated in stated_in(record, action):
                    report.read += 1
                    try:
                        offer = self._offer(stated, {**training, **shared})
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

    def _training(self, record: Element, found: Found) -> Values:
        """What all offers of a record share."""
        title = values.text(record, "intitule-formation")
        organisation = values.child(record, "organisme-formation-responsable")
        provider = (
            values.text(organisation, "nom-organisme")
            or values.text(organisation, "raison-sociale")
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

    def _action(self, record: Element, action: Element) -> Values:
        """What all sessions of an action share."""
        return {
            "hours": values.hours(action),
            "level_required": values.text(action, "niveau-entree-obligatoire") != "0",
            "audience": self._audience(values.codes(action, "code-public-vise")),
            "cost": values.cost(action),
            "funding": self._funding(record, action),
        }

    def _offer(self, stated: Stated, shared: Values) -> Offer:
        action, session = stated.action, stated.session
        modality = values.modality(values.text(action, "modalites-enseignement"))
        place, latitude, longitude = self._place(stated, modality)
        start, end, precision = self._dates(action, session)
        if alternance := values.alternance(action, session):
            shared = {**shared, "funding": (*_ALTERNANCE_FUNDING, *shared["funding"])}
        return Offer(
            **shared,
            id=f"{self.source}:{stated.reference or _digest(shared, place, start, end)}",
            modality=modality,
            place_name=place,
            latitude=latitude,
            longitude=longitude,
            start_date=start,
            end_date=end,
            date_precision=precision,
            alternance=alternance,
            url=values.url(
                values.text(session, "url-session", "urlweb"),
                values.text(action, "url-action", "urlweb"),
                values.text(stated.record, "url-formation", "urlweb"),
                stated.record.get("href", ""),
            ),
            updated_at=self._updated(stated),
        )

    def _dates(
        self, action: Element, session: Element | None
    ) -> tuple[date | None, date | None, Precision]:
        period = values.child(session, "periode")
        start, precision = values.day(values.text(period, "debut"), "debut")
        end, end_precision = values.day(values.text(period, "fin"), "fin")
        if start and end and end < start:
            raise Refused("fin: before debut")
        always = values.text(action, "modalites-entrees-sorties") == _PERMANENT
        if always and (start is None or start <= self.today):
            return None, end, Precision.DAY
        if start and end:
            precision = max(precision, end_precision, key=_COARSER.index)
        return start, end, precision

    def _place(self, stated: Stated, modality: Modality) -> tuple[str, float | None, float | None]:
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
        publics = {self.codes.publics.get(code, Public.OTHERS) for code in found}
        return frozenset() if None in publics else frozenset(filter(None, publics))

    def _funding(self, record: Element, action: Element) -> tuple[str, ...]:
        found = [
            self.codes.financers.get(values.text(payer, "code-financeur"))
            for payer in values.children(action, "organisme-financeur")
        ]
        registered = certifications(record, "code-RNCP", "code-RS", "code-CPF")
        if registered and values.flag(values.text(record, "certifiante")):
            found.append("cpf")
        known = self.guides.funding_codes
        return tuple(dict.fromkeys(code for code in found if code in known))

    def _labels(self, record: Element) -> tuple[str, ...]:
        said = values.extra(record, "label", "labels").split("|")
        return tuple(filter(None, (name.strip() for name in said)))

    def _updated(self, stated: Stated) -> date:
        dates = [
            values.day((holder.get("datemaj") or "")[:8], "datemaj")[0]
            for holder in (stated.record, stated.action, stated.session)
            if holder is not None
        ]
        known = [found for found in dates if found and found <= self.today]
        return max(known, default=self.today)


def _digest(shared: Values, *parts: object) -> str:
    """An id for a session without any, the same as long as what it says is."""
    said = "\n".join(map(str, (shared["title"], shared["provider"], *parts)))
    return hashlib.sha256(said.encode()).hexdigest()[:20]
