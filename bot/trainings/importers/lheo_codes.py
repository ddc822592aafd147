"""What LHEO's codes of publics and financers mean for Déclic: data/trainings/lheo.yml."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from bot.errors import DataError
from bot.trainings.guides import FOLDER
from bot.trainings.model import Public

PATH: Final = FOLDER / "lheo.yml"
_EVERYBODY: Final = "everybody"


@dataclass(frozen=True, kw_only=True)
class Codes:
    """Publics by code, ``None`` for everybody; codes of ways of paying by financer."""

    publics: Mapping[str, Public | None]
    financers: Mapping[str, str]


def load_codes(path: Path = PATH) -> Codes:
    """Read the file; ``DataError`` when it is wrong."""
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Codes(
            publics={
                str(code): None if public == _EVERYBODY else Public(public)
                for code, public in document["publics"].items()
            },
            financers={str(code): str(name) for code, name in document["financers"].items()},
        )
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(f"{path}: {' '.join(str(error).split())}") from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DataError(f"{path}: must hold publics and financers by code: {error}") from error
