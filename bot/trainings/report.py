"""What an import did."""

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from bot.trainings.scope import Basis, Found

_SHOWN: Final = 30
"""Reasons in the counts; the report file has them all."""


class Refusal(NamedTuple):
    """A record that is wrong: its number in the file, from 1, its own id if any, and why."""

    number: int
    reference: str
    reason: str


@dataclass(kw_only=True)
class ImportReport:
    """Counts of one import: every offer read is kept, out of scope, over or refused.

    ``over`` are offers of which the session has ended or takes no more people. Of the offers that
    the source had before, ``updated`` are still there and ``withdrawn`` are not; ``unchanged``
    tells that none was touched, because nothing of the file was kept.
    """

    read: int = 0
    kept: int = 0
    out_of_scope: int = 0
    over: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    kept_by: Counter[Basis] = field(default_factory=Counter)
    out_of_scope_by: Counter[Basis] = field(default_factory=Counter)
    updated: int = 0
    withdrawn: int = 0
    unchanged: bool = False

    def refuse(self, number: int, reason: str, *, reference: str = "") -> None:
        """Count a record that is wrong."""
        self.refusals.append(Refusal(number, reference, reason))

    def leave_out(self, found: Found, offers: int = 1) -> None:
        """Count offers that are not digital."""
        self.out_of_scope += offers
        self.out_of_scope_by[found.basis] += offers

    @property
    def refused(self) -> int:
        return len(self.refusals)

    @property
    def reasons(self) -> dict[str, int]:
        """How often each reason was met, the most frequent first."""
        counts = Counter(refusal.reason for refusal in self.refusals)
        return dict(counts.most_common(_SHOWN))

    def to_json(self) -> dict[str, Any]:
        return {
            "read": self.read,
            "kept": self.kept,
            "out_of_scope": self.out_of_scope,
            "over": self.over,
            "refused": self.refused,
            "reasons": self.reasons,
            "kept_by": dict(self.kept_by.most_common()),
            "out_of_scope_by": dict(self.out_of_scope_by.most_common()),
            "added": self.kept - self.updated,
            "updated": self.updated,
            "withdrawn": self.withdrawn,
            "unchanged": self.unchanged,
        }

    def write_refusals(self, path: Path) -> None:
        """Every refusal as a CSV file, for the one who can mend the source."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            rows = csv.writer(file, delimiter=";")
            rows.writerow(Refusal._fields)
            rows.writerows(self.refusals)
