"""What a value of a role sheet must be, said as the mend that its author reads."""

import re
from collections.abc import Callable, Sized
from typing import Annotated, Final

from pydantic import AfterValidator, Strict

_ROME_CODE: Final = re.compile(r"[A-N]\d{4}")
_ROLE_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _stated(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text.strip()


def _rome_code(text: str) -> str:
    if not _ROME_CODE.fullmatch(text):
        raise ValueError(
            f"must be a letter from A to N and four digits, such as M1855, got {text!r}"
        )
    return text


def _role_id(text: str) -> str:
    if not _ROLE_ID.fullmatch(text):
        raise ValueError(f"must be lower-case words joined by hyphens, got {text!r}")
    return text


Text = Annotated[str, AfterValidator(_stated)]
"""Text for people, never blank."""

RomeCode = Annotated[str, AfterValidator(_rome_code)]
"""Code of an occupation in France Travail's ROME 4.0."""

RoleId = Annotated[str, AfterValidator(_role_id)]
"""Stable key of a role, equal to its file name."""

WholeNumber = Annotated[int, Strict()]
"""A number written as a number: neither "4" in quotes nor true."""


def between(low: int, high: int) -> AfterValidator:
    """A number from ``low`` to ``high``, both allowed."""

    def check(value: int) -> int:
        if not low <= value <= high:
            raise ValueError(f"must be between {low} and {high}, got {value}")
        return value

    return AfterValidator(check)


def holds(low: int, high: int | None = None) -> AfterValidator:
    """A list of ``low`` to ``high`` entries, none of them written twice."""

    def check(entries: tuple[str, ...]) -> tuple[str, ...]:
        _check_size(entries, low=low, high=high, unit="entries")
        for entry in entries:
            if entries.count(entry) > 1:
                raise ValueError(f"must not hold {entry!r} twice")
        return entries

    return AfterValidator(check)


def counts(
    measure: Callable[[str], Sized], *, low: int = 1, high: int, unit: str
) -> AfterValidator:
    """A text of ``low`` to ``high`` units, as ``measure`` splits it."""

    def check(text: str) -> str:
        _check_size(measure(text), low=low, high=high, unit=unit)
        return text

    return AfterValidator(check)


def _check_size(things: Sized, *, low: int, high: int | None, unit: str) -> None:
    size = len(things)
    if high is None and size < low:
        raise ValueError(f"must hold at least {low} {unit}, got {size}")
    if high is not None and not low <= size <= high:
        raise ValueError(f"must hold {low} to {high} {unit}, got {size}")
