"""Role sheets, from the YAML files that people write to ``Role``.

Every mistake is a ``DataError`` of one line: the file, the key, the mend.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from pathlib import Path
from reprlib import repr as brief
from typing import Any, Final

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import DataError
from bot.roles.model import Role
from bot.roles.naming import name_words

SHEET: Final = TypeAdapter(Role)
"""Validates and serialises a whole sheet."""


def load_roles(folder: Path) -> dict[str, Role]:
    """Every role of ``folder`` by id, in the order of the ids; each ``*.yml`` file is a role.

    Raises ``DataError`` when the folder holds none, when a sheet is wrong, or when two sheets
    share a name or an example.
    """
    for path in folder.glob("*.yaml"):
        raise DataError(f"{path}: is not read: rename it to {path.stem}.yml")
    roles = [load_role(path) for path in folder.glob("*.yml")]
    if not roles:
        raise DataError(f"{folder}: holds no role: add one ROLE_ID.yml file a role")
    roles.sort(key=attrgetter("id"))
    _refuse_shared(folder, roles)
    return {role.id: role for role in roles}


def load_role(path: Path) -> Role:
    """The role of one sheet; raises ``DataError`` when the file is wrong or unreadable."""
    document = _read_yaml(path)
    try:
        role = SHEET.validate_python(document)
    except ValidationError as error:
        raise DataError(f"{path}: {_first_line(error.errors(include_url=False))}") from error
    if role.id != path.stem:
        raise DataError(f"{path}: id: must be {path.stem}, as the file name says, got {role.id}")
    return role


class _SheetLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key written twice, of which YAML silently keeps the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set[str]()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key.value} is written twice: keep one", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _read_yaml(path: Path) -> object:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path}: byte {error.start} is not UTF-8: save the file again as UTF-8"
        ) from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        return yaml.load(text, Loader=_SheetLoader)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise DataError(f"{path}: {line}{error.problem}") from error
    except yaml.YAMLError as error:
        raise DataError(f"{path}: {' '.join(str(error).split())}") from error


def _first_line(problems: list[ErrorDetails]) -> str:
    """The first problem in full, and the keys of the others."""
    first, *others = problems
    line = ": ".join(filter(None, (_key(first), _mend(first))))
    if others:
        line += f" (and {len(others)} more: {', '.join(_key(problem) for problem in others)})"
    return line


def _key(problem: ErrorDetails) -> str:
    """Path of a key, entries counted from 1: ``examples.background.3``."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in problem["loc"])


def _mend(problem: ErrorDetails) -> str:
    got = problem["input"]
    match problem["type"]:
        case "missing":
            return "is missing: add it"
        case "unexpected_keyword_argument":
            return "is not a key of a role sheet: correct its spelling or remove it"
        case "value_error":
            return str(problem["ctx"]["error"])
        case "string_type":
            return f"must be a text, in quotes if need be, got {brief(got)}"
        case "int_type":
            return f"must be a whole number without quotes, got {brief(got)}"
        case "tuple_type":
            return f"must be a list, one entry a line after a hyphen, got {brief(got)}"
        case "dataclass_type":
            return f"must be keys with their values, got {brief(got)}"
        case "enum":
            return f"must be one of {problem['ctx']['expected']}, got {brief(got)}"
        case _:
            return problem["msg"]


def _refuse_shared(folder: Path, roles: Sequence[Role]) -> None:
    """Names and examples lead to one role: what two roles share would lead to either."""

    def refuse(key: str, texts_of: Callable[[Role], Sequence[str]]) -> None:
        owners: dict[tuple[str, ...], str] = {}
        for role in roles:
            for text in texts_of(role):
                owner = owners.setdefault(name_words(text) or (text,), role.id)
                if owner != role.id:
                    raise DataError(
                        f"{folder / role.id}.yml: {key}: {text!r} is also in {owner}.yml: "
                        "keep it in one of the two"
                    )

    refuse("aliases", lambda role: role.names)
    refuse("examples", lambda role: role.examples.background + role.examples.motivations)
