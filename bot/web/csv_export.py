"""The list as a table for a spreadsheet, which must never run what a person wrote."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from bot.conversations import ConversationRecord, Labels, territories
from bot.web.console import local

_RUN_BY_SPREADSHEETS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def table_of(records: Sequence[ConversationRecord], *, labels: Labels) -> str:
    """CSV with semicolons, as French spreadsheets read it: facts only, not the person's words."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=";", lineterminator="\r\n")
    names = _cells(records[0], labels) if records else {}
    writer.writerow(labels.column(name) for name in names)
    for record in records:
        writer.writerow(map(_harmless, _cells(record, labels).values()))
    return lines.getvalue()


def _cells(record: ConversationRecord, labels: Labels) -> dict[str, str]:
    roles = (match.label for match in record.matches if match.state != "rejected")
    chosen = (training.title for training in record.proposals if training.chosen)
    return {
        "reference": record.reference,
        "updated_at": local(record.updated_at).strftime("%Y-%m-%d %H:%M"),
        "waiting": labels.waiting(record.waiting_for_human),
        "desk_status": labels.desk_status(record.status),
        "assigned_to": record.assigned_to or "",
        "status": labels.status(record.profile.status),
        "level": labels.level(record.profile.level),
        "place": record.profile.place_name or "",
        "territory": territories.names().get(record.territory or "", ""),
        "roles": ", ".join(roles),
        "training": next(chosen, ""),
    }


def _harmless(cell: str) -> str:
    """A cell that starts like a formula is text, for whoever opens it (OWASP, CSV injection)."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_RUN_BY_SPREADSHEETS) else cell
