"""The person's situation."""

from bot.dialogue.answers.text import phrases, plain
from bot.person import Status


def read_status(text: str) -> Status | None:
    """Situation that the text tells, ``None`` when it tells none.

    Soldiers and people on sick or parental leave are employees; the self-employed, parents at home
    and pensioners are "other": offers for the public do not distinguish them further.
    """
    value = phrases("status").find(plain(text))
    return None if value is None else Status(value)
