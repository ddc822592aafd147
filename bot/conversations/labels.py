"""French names of the answers (data/texts/labels.yml)."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from bot.conversations.audit import AuditAction
from bot.conversations.desk import Sort
from bot.conversations.records import AccountRole, DeskStatus
from bot.errors import DataError
from bot.person import ANYWHERE_KM, Equipment, Status
from bot.settings import PROJECT

_NEEDED: Final[Mapping[str, Iterable[str | int]]] = {
    "status": tuple(Status),
    "level": range(1, 9),
    "radius": ("remote", "anywhere", "km"),
    "equipment": tuple(Equipment),
    "vehicle": ("no", "yes"),
    "role_state": ("proposed", "chosen", "rejected"),
    "desk_status": tuple(DeskStatus),
    "sort": tuple(Sort),
    "account_role": tuple(AccountRole),
    "audit_action": tuple(AuditAction),
    "columns": (
        *("reference", "updated_at", "waiting", "desk_status", "assigned_to", "status", "level"),
        *("place", "territory", "roles", "training"),
    ),
    "waiting": ("no", "yes"),
}


class Labels:
    """Names for people; an unknown or missing value gives an empty text."""

    def __init__(self, texts: Mapping[str, Any]) -> None:
        self._texts = texts

    def status(self, value: str | None) -> str:
        return self._name("status", value)

    def level(self, value: int | None) -> str:
        return self._name("level", value)

    def equipment(self, value: str | None) -> str:
        return self._name("equipment", value)

    def role_state(self, value: str | None) -> str:
        return self._name("role_state", value)

    def desk_status(self, value: str | None) -> str:
        return self._name("desk_status", value)

    def sort(self, value: str) -> str:
        return self._name("sort", value)

    def account_role(self, value: str) -> str:
        return self._name("account_role", value)

    def audit_action(self, value: str) -> str:
        return self._name("audit_action", value)

    def column(self, name: str) -> str:
        return self._name("columns", name)

    def waiting(self, value: bool) -> str:
        return self._name("waiting", "yes" if value else "no")

    def vehicle(self, value: bool | None) -> str:
        return "" if value is None else self._name("vehicle", "yes" if value else "no")

    def radius(self, km: int | None) -> str:
        """How far the person can travel."""
        texts = self._texts["radius"]
        if km is None:
            return ""
        if km == 0:
            return str(texts["remote"])
        return str(texts["anywhere"] if km >= ANYWHERE_KM else texts["km"].format(km=km))

    def all(self, group: str) -> list[tuple[str, str]]:
        """Every value of a group with its name, in the order of the file."""
        return list(self._texts[group].items())

    @property
    def unknown(self) -> str:
        return str(self._texts["unknown"])

    def _name(self, group: str, value: str | int | None) -> str:
        return "" if value is None else str(self._texts[group].get(value, ""))


def load_labels(path: Path = PROJECT / "data" / "texts" / "labels.yml") -> Labels:
    """Read the names; DataError says which one is missing."""
    try:
        texts: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise DataError(f"{path.name} cannot be read: {type(error).__name__}") from error
    texts = texts if isinstance(texts, dict) else {}
    for group, names in _NEEDED.items():
        given = texts.get(group)
        for name in names:
            if not isinstance(given, dict) or not given.get(name):
                raise DataError(f"{path.name}: {group}: give '{name}' a French name")
    if not texts.get("unknown"):
        raise DataError(f"{path.name}: say in 'unknown' what stands for no answer")
    return Labels(texts)
