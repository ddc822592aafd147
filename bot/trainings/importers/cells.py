"""Cells of a record, from text to checked values; ``Refused`` names the column and the mend."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from bot.trainings.importers.territory import in_france
from bot.trainings.model import Modality, Public

_YES_NO: Final = {"": None, "1": True, "0": False, "oui": True, "non": False}


class Refused(Exception):
    """One record is wrong; its message is the reason."""


def point(record: Mapping[str, str]) -> tuple[float, float] | None:
    texts = [record.get(name, "").replace(",", ".") for name in ("latitude", "longitude")]
    if not any(texts):
        return None
    try:
        latitude, longitude = map(float, texts)
    except ValueError as error:
        raise Refused("latitude, longitude: must be two numbers of degrees") from error
    if in_france(latitude, longitude):
        return latitude, longitude
    swapped = in_france(longitude, latitude)
    raise Refused(f"latitude, longitude: {'swapped' if swapped else 'not in France'}")


def words(record: Mapping[str, str], name: str) -> list[str]:
    return [word.strip() for word in record.get(name, "").split("|") if word.strip()]


def items(record: Mapping[str, str], name: str, kind: type[Public]) -> list[Public]:
    try:
        return [kind(word) for word in words(record, name)]
    except ValueError as error:
        raise Refused(f"{name}: must be among {', '.join(kind)}") from error


def one_of(record: Mapping[str, str], name: str, kind: type[Modality]) -> Modality:
    try:
        return kind(record[name])
    except ValueError as error:
        raise Refused(f"{name}: must be among {', '.join(kind)}") from error


def whole(record: Mapping[str, str], name: str, low: int, high: int) -> int | None:
    text = record.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise Refused(f"{name}: must be a whole number from {low} to {high}")
    return int(text)


def yes_no(record: Mapping[str, str], name: str) -> bool | None:
    text = record.get(name, "").lower()
    if text not in _YES_NO:
        raise Refused(f"{name}: must be oui or non")
    return _YES_NO[text]


def day(record: Mapping[str, str], name: str) -> date | None:
    text = record.get(name, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"{name}: must be a date like 2027-01-31") from error
    if not 2000 <= day.year <= 2100:
        raise Refused(f"{name}: must be between 2000 and 2100")
    return day


def number(record: Mapping[str, str], name: str) -> float | None:
    text = re.sub(r"\s", "", record.get(name, "")).replace(",", ".")
    if not text:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise Refused(f"{name}: must be a number") from error


def euros(record: Mapping[str, str], name: str) -> float | None:
    cost = number(record, name)
    if cost is not None and not 0 <= cost <= 100_000:
        raise Refused(f"{name}: must be between 0 and 100000 euros")
    return cost


def url(record: Mapping[str, str]) -> str:
    url = record.get("url", "")
    if url and not re.match(r"https?://[^\s<>\"]+$", url):
        raise Refused("url: must begin with https:// or http://")
    return url
