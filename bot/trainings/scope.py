"""Which offers are digital, and for which role: by their codes, else by their text.

data/trainings/scope.yml holds the codes and the words, with where they were read.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Final

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.errors import DataError
from bot.roles import Role, find_roles
from bot.trainings.guides import FOLDER

PATH: Final = FOLDER / "scope.yml"

RankRoles = Callable[[str], Sequence[str]]
"""Roles that a text speaks for, likeliest first; none when it speaks for none."""

_REMEMBERED: Final = 20_000
"""Titles come back: one training has many sessions, one title many providers."""


class Basis(StrEnum):
    """What told the role of an offer."""

    GIVEN = "given"
    RNCP = "rncp"
    ROME = "rome"
    FORMACODE = "formacode"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What an offer says of its subject; ``given`` are roles that its sender names by id."""

    title: str
    text: str = ""
    given: tuple[str, ...] = ()
    rncp: tuple[str, ...] = ()
    rome: tuple[str, ...] = ()
    formacodes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Found:
    """Roles of an offer, none when it is not digital, and what told so."""

    role_ids: tuple[str, ...]
    basis: Basis


@dataclass(frozen=True, kw_only=True)
class Codes:
    """The keys of scope.yml."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    rncp: Mapping[str, tuple[str, ...]]
    rome: Mapping[str, tuple[str, ...]]
    formacode: Mapping[str, tuple[str, ...]]
    formacode_fields: frozenset[str]
    digital: Mapping[str, tuple[str, ...]]
    never: tuple[str, ...]


def _ranks_nothing(text: str) -> Sequence[str]:
    return ()


class Scope:
    """Tells the roles of offers; ``rank`` reads texts whose title names no role."""

    def __init__(
        self, roles: Mapping[str, Role], *, codes: Codes, rank: RankRoles = _ranks_nothing
    ) -> None:
        self._roles = roles
        self._codes = codes
        self._rank = lru_cache(maxsize=_REMEMBERED)(rank)
        self._named = lru_cache(maxsize=_REMEMBERED)(lambda title: find_roles(title, roles))
        by_rome: dict[str, dict[str, None]] = {}
        for role in roles.values():
            for code in role.rome:
                by_rome.setdefault(code, {})[role.id] = None
        for code, role_ids in codes.rome.items():
            by_rome.setdefault(code, {}).update(dict.fromkeys(role_ids))
        self._by_rome = {code: tuple(role_ids) for code, role_ids in by_rome.items()}

    def knows(self, role_id: str) -> bool:
        """Whether there is such a role."""
        return role_id in self._roles

    def of(self, subject: Subject) -> Found:
        """Roles of an offer by what decides best: given, RNCP, ROME, FORMACODE, text.

        Codes of which most are not digital leave the decision to the text; codes of which none is
        settle that the offer is out of scope.
        """
        if subject.given:
            return Found(role_ids=subject.given, basis=Basis.GIVEN)
        for basis, found in (
            (Basis.RNCP, [self._codes.rncp.get(code, ()) for code in subject.rncp]),
            (Basis.ROME, [self._by_rome.get(code, ()) for code in subject.rome]),
            (Basis.FORMACODE, [self._codes.formacode.get(code, ()) for code in subject.formacodes]),
        ):
            candidates = tuple(dict.fromkeys(role for roles in found for role in roles))
            if candidates and 2 * sum(map(bool, found)) >= len(found):
                return Found(role_ids=self._among(candidates, subject), basis=basis)
        if self._codes_say_no(subject):
            return Found(role_ids=(), basis=Basis.ROME if subject.rome else Basis.FORMACODE)
        return Found(role_ids=self._by_text(subject), basis=Basis.TEXT)

    def _codes_say_no(self, subject: Subject) -> bool:
        """Whether there are codes of trades or subjects, and none of them is digital."""
        return bool(subject.rome or subject.formacodes) and not (
            any(code in self._by_rome for code in subject.rome)
            or any(
                code in self._codes.formacode or code[:3] in self._codes.formacode_fields
                for code in subject.formacodes
            )
        )

    def _among(self, candidates: tuple[str, ...], subject: Subject) -> tuple[str, ...]:
        """The candidates that the title names, else the one that the text speaks for, else all."""
        if len(candidates) == 1:
            return candidates
        if named := [role for role in self._named(subject.title) if role in candidates]:
            return tuple(named)
        ranked = (role for role in self._rank(subject.title) if role in candidates)
        likeliest = next(ranked, None)
        return candidates if likeliest is None else (likeliest,)

    def _by_text(self, subject: Subject) -> tuple[str, ...]:
        title = _plain(subject.title)
        if self._never.search(title) or not self._digital.search(title):
            return ()
        return self._named(subject.title) or tuple(self._rank(subject.title)[:1])

    @cached_property
    def _digital(self) -> re.Pattern[str]:
        return _any_of(phrase for group in self._codes.digital.values() for phrase in group)

    @cached_property
    def _never(self) -> re.Pattern[str]:
        return _any_of(self._codes.never)


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Matches any of the phrases in a plain text."""
    words = (re.escape(_plain(phrase)).replace(r"\*", r"\w*") for phrase in phrases)
    return re.compile(rf"(?<!\S)(?:{'|'.join(words)})(?!\S)")


def _plain(text: str) -> str:
    """Lower case without accents, words alone with one space between them."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    base = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9+#*]+", base))


def load_codes(path: Path = PATH, *, roles: Mapping[str, Role]) -> Codes:
    """Read scope.yml; ``DataError`` names the key and what is wrong."""
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        codes = TypeAdapter(Codes).validate_python(document)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(f"{path}: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise DataError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    for table in (codes.rncp, codes.rome, codes.formacode):
        for code, role_ids in table.items():
            if unknown := sorted(set(role_ids) - set(roles)):
                raise DataError(f"{path}: {code}: no role {', '.join(unknown)}")
    return codes
