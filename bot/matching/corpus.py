"""Training texts: the role sheets and data/corpus, each text with its role."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.errors import DataError
from bot.roles import Role

OUT_OF_SCOPE: Final = ""
"""Role of a text with nothing digital in it."""


@dataclass(frozen=True)
class Sample:
    """A text and the role that it speaks for; ``parts`` are the two answers of a story."""

    text: str
    role_id: str
    parts: tuple[str, ...] = ()


def load_corpus(roles: Mapping[str, Role], folder: Path) -> list[Sample]:
    """Every training text, always in the same order; DataError names file, line and mend."""
    samples = [sample for role in roles.values() for sample in _of_role(role)]
    for path in sorted(folder.rglob("*.jsonl")):
        samples += [_sample(record, where, roles) for record, where in _records(path)]
    return list(dict.fromkeys(samples))


def joined(background: str, motivations: str) -> str:
    """Both answers as one text, the way that training and matching see them."""
    return "\n".join(part for part in (background.strip(), motivations.strip()) if part)


def _of_role(role: Role) -> Iterator[Sample]:
    texts = (
        *role.examples.background,
        *role.examples.motivations,
        *role.names,
        role.summary,
        role.day,
        *role.what,
        *role.tasks,
        ", ".join(role.qualities),
    )
    return (Sample(text, role.id) for text in texts)


def _records(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            where = f"{path}:{number}"
            try:
                record = json.loads(line)
            except json.JSONDecodeError as error:
                raise DataError(
                    f"{where}: not JSON ({error.msg}); mend or remove the line"
                ) from None
            if not isinstance(record, dict):
                raise DataError(f"{where}: must be an object with text or background, motivations")
            yield record, where


def _sample(record: Mapping[str, Any], where: str, roles: Mapping[str, Role]) -> Sample:
    role_id = record.get("role", OUT_OF_SCOPE)
    for known in [role_id, *record.get("never", ())]:
        if known != OUT_OF_SCOPE and known not in roles:
            raise DataError(f"{where}: role: {known!r} is no role; use a file name of data/jobs")
    answers = [str(record.get(key) or "") for key in ("background", "motivations")]
    text = record.get("text") or joined(*answers)
    if not text.strip():
        raise DataError(f"{where}: text: must not be empty")
    # Alone, half a story says where the other half does not; half of nothing digital says nothing.
    parts = tuple(answers) if all(answers) and role_id != OUT_OF_SCOPE else ()
    return Sample(text, role_id, parts)
