"""The address of the desk's list: its filters, as people may write and share them."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as Member

from bot.conversations import DeskQuery, DeskStatus, Sort
from bot.web.console import CLOCK_OF_READERS, LONGEST_FIELD
from bot.web.sessions import PATH, Session

Words = Annotated[str, StringConstraints(max_length=LONGEST_FIELD)]
Nothing = Literal[""]


class Filters(BaseModel):
    """Parameters of ``/conseil``; an empty one filters nothing. ``jusqua`` is included."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    q: Words = ""
    territoire: Words = ""
    statut: DeskStatus | Nothing = ""
    metier: Words = ""
    etiquette: Words = ""
    depuis: date | Nothing = ""
    jusqua: date | Nothing = ""
    attente: bool = False
    non_lues: bool = False
    a_moi: bool = False
    tri: Sort = Sort.PRIORITY
    page: Annotated[int, Member(ge=1, le=10_000)] = 1

    def query(self, session: Session) -> DeskQuery:
        """What to look for."""
        return DeskQuery(
            text=self.q.strip(),
            territory=self.territoire or None,
            status=self.statut or None,
            role_id=self.metier or None,
            tag=self.etiquette or None,
            since=_morning(self.depuis),
            until=_morning(self.jusqua, days=1),
            waiting_only=self.attente,
            unread_only=self.non_lues,
            assigned_to=session.email if self.a_moi else None,
            sort=self.tri,
        )

    def address(self, path: str = "", **changed: Any) -> str:
        """The address of the same list, but for what changed."""
        given = self.model_dump(mode="json", exclude_defaults=True) | changed
        words = {n: str(v).lower() if isinstance(v, bool) else v for n, v in given.items()}
        return f"{PATH}{path}?{urlencode(words)}" if words else f"{PATH}{path}"

    @property
    def active(self) -> bool:
        """Whether anything but the search and the page differs from the plain list."""
        given = self.model_dump(exclude_defaults=True)
        return bool(given.keys() - {"q", "page", "attente"})


def _morning(day: date | Nothing, *, days: int = 0) -> datetime | None:
    """When a day begins on French clocks; None too beyond what a calendar holds."""
    if not day:
        return None
    try:
        return datetime.combine(day + timedelta(days=days), time(), tzinfo=CLOCK_OF_READERS)
    except OverflowError:
        return None
