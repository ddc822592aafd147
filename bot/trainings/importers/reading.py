"""Reads records one by one: each of their offers is kept, out of scope, over or refused."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from bot.trainings.importers.cells import Refused
from bot.trainings.model import Offer
from bot.trainings.report import ImportReport
from bot.trainings.scope import Found

Record = Mapping[str, str]
Parse = Callable[[Record], tuple[Found, Sequence[Offer]]]
"""What a record is about, and its offers: none when no session is left, or when it is not digital.

Raises Refused when the record is wrong.
"""


def read_records(
    records: Iterable[Record], parse: Parse, *, id_column: str, today: date, report: ImportReport
) -> Iterator[Offer]:
    """Yield the offers to keep, and count the others in the report."""
    seen: set[str] = set()
    for number, record in enumerate(records, start=1):
        reference = record.get(id_column, "")
        try:
            found, offers = parse(record)
            if seen.intersection(offer.id for offer in offers):
                raise Refused(f"{id_column}: used twice")
        except Refused as refusal:
            report.read += 1
            report.refuse(number, str(refusal), reference=reference)
            continue
        report.read += max(1, len(offers))
        seen.update(offer.id for offer in offers)
        if not found.role_ids:
            report.leave_out(found, max(1, len(offers)))
            continue
        if not offers:
            report.over += 1
        for offer in offers:
            if is_over(offer, today):
                report.over += 1
            else:
                report.kept_by[found.basis] += 1
                yield offer


def is_over(offer: Offer, today: date) -> bool:
    """Whether the session has ended."""
    return offer.end_date is not None and offer.end_date < today
