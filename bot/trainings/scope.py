"""Which offers are digital, and for which role: by their codes, else by their text.

data/trainings/scope.yml holds the codes and the words, with where they were read.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
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


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Every role for a text, likeliest first; ``sure`` when it speaks for the first one."""

    role_ids: tuple[str, ...] = ()
    sure: bool = False


RankRoles = Callable[[str], Ranking]

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
class Vocabulary:
    """Words that make a title digital, and the roles that they speak of."""

    roles: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Codes:
    """The keys of scope.yml."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    rncp: Mapping[str, tuple[str, ...]]
    rome: Mapping[str, tuple[str, ...]]
    formacode: Mapping[str, tuple[str, ...]]
    formacode_fields: frozenset[str]
    digital: Mapping[str, Vocabulary]
    never: tuple[str, ...]


def _ranks_nothing(text: str) -> Ranking:
    return Ranking()


class Scope:
    """Tells the roles of offers; ``rank`` reads texts whose title names no role."""

    def __init__(
        self, roles: Mapping[str, Role], *, codes: Codes, rank: RankRoles = _ranks_nothing
    ) -> None:
        self._roles = roles
        self._codes = codes
        self._rank = lru_cache(maxsize=_REMEMBERED)(rank)
        self._decide = lru_cache(maxsize=_REMEMBERED)(self._by_codes)
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
        candidates, basis = self._decide(subject.rncp, subject.rome, subject.formacodes)
        if basis is Basis.TEXT:
            return Found(role_ids=self._by_text(subject), basis=basis)
        return Found(role_ids=self._among(candidates, subject), basis=basis)

    def _by_codes(
        self, rncp: tuple[str, ...], rome: tuple[str, ...], formacodes: tuple[str, ...]
    ) -> tuple[tuple[str, ...], Basis]:
        """Roles between which codes leave the choice, and which codes; TEXT when none decides.

        A FORMACODE that contradicts the ROME codes leaves the decision to the text.
        """
        codes = self._codes
        for basis, found in (
            (Basis.RNCP, [codes.rncp.get(code, ()) for code in rncp]),
            (Basis.ROME, [self._by_rome.get(code, ()) for code in rome]),
            (Basis.FORMACODE, [codes.formacode.get(code, ()) for code in formacodes if not rome]),
        ):
            candidates = tuple(dict.fromkeys(role for roles in found for role in roles))
            if candidates and 2 * sum(map(bool, found)) >= len(found):
                return candidates, basis
        is_digital = any(code in self._by_rome for code in rome) or any(
            code in codes.formacode or code[:3] in codes.formacode_fields for code in formacodes
        )
        if is_digital or not (rome or formacodes):
            return (), Basis.TEXT
        return (), Basis.ROME if rome else Basis.FORMACODE

    def _among(self, candidates: tuple[str, ...], subject: Subject) -> tuple[str, ...]:
        """The candidates that the title names, else the likeliest by its text, else all."""
        if len(candidates) <= 1:
            return candidates
        if named := [role for role in self._named(subject.title) if role in candidates]:
            return tuple(named)
        ranked = (role for role in self._rank(subject.title).role_ids if role in candidates)
        likeliest = next(ranked, None)
        return candidates if likeliest is None else (likeliest,)

    def _by_text(self, subject: Subject) -> tuple[str, ...]:
        title = _plain(subject.title)
        said = [roles for words, roles in self._digital if words.search(title)]
        if not said or self._never.search(title):
            return ()
        named = self._named(subject.title)
        candidates = dict.fromkeys((*named, *(role for roles in said for role in roles)))
        ranking = self._rank(subject.title)
        if candidates:
            ranked = (role for role in ranking.role_ids if role in candidates)
            return (next(ranked, next(iter(candidates))),)
        return ranking.role_ids[:1] if ranking.sure else ()

    @cached_property
    def _digital(self) -> list[tuple[re.Pattern[str], tuple[str, ...]]]:
        return [(_any_of(group.words), group.roles) for group in self._codes.digital.values()]

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
    said = {name: group.roles for name, group in codes.digital.items()}
    for table in (codes.rncp, codes.rome, codes.formacode, said):
        for code, role_ids in table.items():
            if unknown := sorted(set(role_ids) - set(roles)):
                raise DataError(f"{path}: {code}: no role {', '.join(unknown)}")
    return codes
