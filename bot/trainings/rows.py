"""Offers as rows of catalogue.db."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from bot.trainings.model import Modality, Offer, Precision, Public

_LISTS = ("role_ids", "funding", "labels")
_DATES = ("start_date", "end_date", "updated_at")
_FLAGS = ("area", "level_required", "level_stated", "alternance", "sample")
_NUMBERS = ("hours", "entry_level", "exit_level")
_DECIMALS = ("latitude", "longitude", "cost")


def columns() -> dict[str, type]:
    """Columns of the table of offers with their types."""
    types: dict[str, type] = dict.fromkeys(Offer.__dataclass_fields__, str)
    return types | dict.fromkeys((*_FLAGS, *_NUMBERS), int) | dict.fromkeys(_DECIMALS, float)


def row_defaults() -> dict[str, Any]:
    """What a column holds when the catalogue was made before it existed."""
    return {
        name: int(field.default) if isinstance(field.default, bool) else field.default
        for name, field in Offer.__dataclass_fields__.items()
    }


def row_of(offer: Offer) -> dict[str, Any]:
    """Columns of an offer; lists are JSON, dates ISO 8601."""
    row = asdict(offer)
    row["modality"] = offer.modality.value
    row["date_precision"] = offer.date_precision.value
    row["audience"] = json.dumps(sorted(offer.audience))
    for name in _LISTS:
        row[name] = json.dumps(row[name], ensure_ascii=False)
    for name in _DATES:
        row[name] = row[name] and row[name].isoformat()
    return row


def offer_of(row: Mapping[str, Any]) -> Offer:
    """The offer that a row holds; what an older catalogue has no column for has its default."""
    names = set(row.keys())
    values = {name: row[name] for name in Offer.__dataclass_fields__ if name in names}
    values["modality"] = Modality(values["modality"])
    values["date_precision"] = Precision(values.get("date_precision", Precision.DAY))
    values["audience"] = frozenset(map(Public, json.loads(values["audience"])))
    for name in _LISTS:
        values[name] = tuple(json.loads(values[name]))
    for name in _DATES:
        values[name] = values[name] and date.fromisoformat(values[name])
    for name in names.intersection(_FLAGS):
        values[name] = bool(values[name])
    return Offer(**values)
