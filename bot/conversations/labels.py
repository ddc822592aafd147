"""French names of the answers (data/texts/labels.yml)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.person import ANYWHERE_KM
from bot.settings import PROJECT


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

    @property
    def unknown(self) -> str:
        return str(self._texts["unknown"])

    def _name(self, group: str, value: str | int | None) -> str:
        return "" if value is None else str(self._texts[group].get(value, ""))


def load_labels(path: Path = PROJECT / "data" / "texts" / "labels.yml") -> Labels:
    """Read the names."""
    return Labels(yaml.safe_load(path.read_text(encoding="utf-8")))
