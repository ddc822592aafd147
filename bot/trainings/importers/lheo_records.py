"""Records of an LHEO file: which offers they hold, under which numbers, about which subject.

In an index file the record itself stands for its only action and for the place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.trainings.importers import lheo_values as values
from bot.trainings.importers.lheo_stream import local_name
from bot.trainings.importers.lheo_values import Element
from bot.trainings.scope import Subject

_OPEN: Final = frozenset(("", "1"))
_LONGEST_TITLE: Final = 301
"""One more than an offer may have, so that a longer one is still seen to be."""


@dataclass(frozen=True, kw_only=True)
class Stated:
    """The elements that describe one offer; ``reference`` is "" when they carry no number."""

    record: Element
    action: Element
    session: Element | None
    address: Element | None
    reference: str

    @property
    def closed(self) -> bool:
        """Whether the session takes no more people."""
        return values.text(self.session, "etat-recrutement") not in _OPEN


def subject_of(record: Element) -> Subject:
    """Title and codes of a training."""
    domain = values.child(record, "domaine-formation")
    return Subject(
        title=values.text(record, "intitule-formation", longest=_LONGEST_TITLE),
        rncp=tuple(code.removeprefix("RNCP") for code in certifications(record, "code-RNCP")),
        rome=values.codes(domain, "code-ROME"),
        formacodes=values.codes(domain, "code-FORMACODE"),
    )


def certifications(record: Element, *names: str) -> list[str]:
    """Codes of the certifications that the training prepares; it may prepare several."""
    return [
        code
        for certification in values.children(record, "certification")
        for name in names
        for code in values.codes(certification, name)
    ]


def count_offers(record: Element) -> int:
    """How many offers a record holds: sessions times places, at least one for each action."""
    return sum(
        max(1, values.count(action, "session")) * max(1, values.count(action, "lieu-de-formation"))
        for action in actions_of(record)
    )


def actions_of(record: Element) -> Iterator[Element]:
    """The actions of a training."""
    return iter((record,)) if _is_index(record) else values.children(record, "action")


def stated_in(record: Element, action: Element) -> Iterator[Stated]:
    """The offers of an action."""
    places = _or_none(values.children(action, "lieu-de-formation"))
    for session in _or_none(values.children(action, "session")):
        reference = _reference(record, action, session)
        for number, place in enumerate(places, start=1):
            several = f"#{number}" if reference and len(places) > 1 else ""
            address = values.child(place, "coordonnees", "adresse")
            yield Stated(
                record=record,
                action=action,
                session=session,
                address=record if _is_index(record) else address,
                reference=reference + several,
            )


def number_of(element: Element) -> str:
    """The number that the sender gives to an element."""
    return " ".join(element.get("numero", "").split())


def _reference(record: Element, action: Element, session: Element | None) -> str:
    """The sender's own numbers, of the training down to the session; "" without any.

    A session without a number is known by its first day.
    """
    numbers = [number_of(record)]
    if action is not record:
        numbers.append(number_of(action))
    if session is not None:
        numbers.append(number_of(session) or values.text(session, "periode", "debut"))
    return "/".join(filter(None, numbers)) if numbers[0] else ""


def _is_index(record: Element) -> bool:
    return local_name(record) == "resume-offre"


def _or_none(elements: Iterator[Element]) -> list[Element | None]:
    return [*elements] or [None]
