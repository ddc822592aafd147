"""Offers as rows of catalogue.db."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from bot.person import Status
from bot.trainings.model import Modality, Offer

_LISTS = ("role_ids", "funding", "labels")
_DATES = ("start_date", "end_date", "updated_at")


def row_of(offer: Offer) -> dict[str, Any]:
    """Columns of an offer; lists are JSON, dates ISO 8601."""
    row = asdict(offer)
    row["modality"] = offer.modality.value
    row["audience"] = json.dumps(sorted(offer.audience))
    for name in _LISTS:
        row[name] = json.dumps(row[name], ensure_ascii=False)
    for name in _DATES:
        row[name] = row[name] and row[name].isoformat()
    return row


def offer_of(row: Mapping[str, Any]) -> Offer:
    """The offer that a row holds."""
    values = {name: row[name] for name in Offer.__dataclass_fields__}
    values["modality"] = Modality(values["modality"])
    values["audience"] = frozenset(map(Status, json.loads(values["audience"])))
    for name in _LISTS:
        values[name] = tuple(json.loads(values[name]))
    for name in _DATES:
        values[name] = values[name] and date.fromisoformat(values[name])
    for name in ("level_required", "alternance", "sample"):
        values[name] = bool(values[name])
    return Offer(**values)
