"""JSON lines in and out, as ``declic match`` reads and writes them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from bot.errors import DataError
from bot.matching.ranking import Match, Matcher


def match_lines(lines: Iterable[str], *, matcher: Matcher) -> Iterator[dict[str, Any]]:
    """One answer a line, in the same order; DataError names a line that is no JSON object."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        person = read_object(line, where=f"line {number}")
        match = matcher.match(
            background=text_of(person, "background"), motivations=text_of(person, "motivations")
        )
        yield {"id": person.get("id"), **to_json(match)}


def to_json(match: Match) -> dict[str, Any]:
    """Roles best first, each with its evidence."""
    return {
        "roles": [
            {
                "id": role.role_id,
                "score": round(role.score, 6),
                "evidence": [asdict(part) for part in role.evidence],
            }
            for role in match.roles
        ],
        "abstained": match.abstained,
    }


def read_object(line: str, *, where: str) -> Mapping[str, Any]:
    """The JSON object of a line; DataError names ``where`` it is none."""
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(f"{where}: not JSON ({error.msg})") from None
    if not isinstance(value, dict):
        raise DataError(f"{where}: must be a JSON object")
    return value


def text_of(person: Mapping[str, Any], field: str) -> str:
    """A field's text; missing or null is empty."""
    value = person.get(field)
    return value if isinstance(value, str) else "" if value is None else str(value)
