"""What an import did."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(kw_only=True)
class ImportReport:
    """Counts of one import; ``refusals`` holds (record number, reason) for each record refused."""

    read: int = 0
    kept: int = 0
    out_of_scope: int = 0
    refusals: list[tuple[int, str]] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return len(self.refusals)

    @property
    def reasons(self) -> dict[str, int]:
        """How often each reason was met, the most frequent first."""
        return dict(Counter(reason for _, reason in self.refusals).most_common())

    def to_json(self) -> dict[str, Any]:
        return {
            "read": self.read,
            "kept": self.kept,
            "out_of_scope": self.out_of_scope,
            "refused": self.refused,
            "reasons": self.reasons,
        }
