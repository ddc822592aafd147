"""What the summary says, before anybody sets it right: types, texts, and the lines themselves."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from bot.conversations.desk_work import LONGEST_LINE
from bot.conversations.labels import Labels
from bot.conversations.records import ConversationRecord, MatchRecord, ProposalRecord
from bot.conversations.searching import searchable
from bot.conversations.sources import Said, Transcript
from bot.errors import DataError
from bot.settings import PROJECT

_SENTENCE: Final = re.compile(r"[^.!?;\n]+[.!?;]*")


@dataclass(frozen=True, kw_only=True)
class Quote:
    """The person's own words, and the message where she wrote them (``None`` when unknown)."""

    text: str
    source: str | None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line; ``key`` names it for corrections.

    ``source`` is the id of its message. ``inferred`` when a machine understood typed words or made
    a choice; ``quotes`` are then the words. ``state`` is what became of a role or training;
    ``facts`` are (name, value) of a card; ``url`` is empty unless it is a web address.
    ``edited_by`` set ``text`` right, which was ``before``.
    """

    key: str
    name: str
    text: str
    source: str | None = None
    inferred: bool = False
    quotes: tuple[Quote, ...] = ()
    state: str = ""
    strong: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    note: str = ""
    url: str = ""
    edited_by: str = ""
    before: str = ""


@dataclass(frozen=True, kw_only=True)
class SummaryTexts:
    """data/texts/summary.yml."""

    sections: Mapping[str, str]
    lines: Mapping[str, str]
    training_state: Mapping[str, str]
    steps: Mapping[str, str]
    document: Mapping[str, str]
    questions: tuple[str, ...]
    doubts: tuple[str, ...]


def load_summary_texts(path: Path = PROJECT / "data" / "texts" / "summary.yml") -> SummaryTexts:
    """Read the texts; DataError says what is missing."""
    try:
        texts: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        cues: Any = {name: tuple(map(str, texts.pop(name))) for name in ("questions", "doubts")}
        return SummaryTexts(**texts, **cues)
    except (OSError, UnicodeError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path.name} cannot be read: {type(error).__name__}: {error}") from error


class Writer:
    """Writes the lines of one conversation, part by part."""

    def __init__(
        self,
        record: ConversationRecord,
        transcript: Transcript,
        labels: Labels,
        texts: SummaryTexts,
    ) -> None:
        self._record = record
        self._profile = record.profile
        self._transcript = transcript
        self._labels = labels
        self._texts = texts

    def lines(self, section: str) -> Iterator[Line]:
        """The lines of a part of data/texts/summary.yml."""
        match section:
            case "situation":
                yield self._fact("status", self._labels.status(self._profile.status))
                yield self._fact("level", self._labels.level(self._profile.level))
            case "constraints":
                yield self._fact("place", self._profile.place_name or "")
                yield self._fact("radius", self._labels.radius(self._profile.radius_km))
                vehicle = self._labels.vehicle(self._profile.has_vehicle)
                yield self._fact("vehicle", vehicle, question="radius")
                yield self._fact("equipment", self._labels.equipment(self._profile.equipment))
            case "words":
                yield self._words("background", self._profile.background)
                yield self._words("motivations", self._profile.motivations)
            case "roles":
                yield from map(self._role, self._record.matches)
            case "trainings":
                yield from map(self._training, self._record.proposals)
            case "questions":
                asked = filter(self._is_question, self._transcript.asides)
                yield from (self._quoted("question", said, said.text) for said in asked)
            case "doubts":
                yield from self._doubts()
            case "request":
                if asked_at := self._record.asked_for_human_at:
                    said = self._transcript.before(asked_at)
                    if said:
                        yield self._quoted("request", said, said.text)
            case "steps":
                yield from self._steps()

    def _fact(self, name: str, text: str, *, question: str = "") -> Line:
        """A closed answer; understood by a machine when it was typed in other words."""
        said = self._transcript.answers.get(question or name) if text else None
        typed = said is not None and not said.clicked
        same = said is not None and searchable(said.text) in {
            searchable(text),
            searchable(text.partition(" (")[0]),
        }
        inferred = (typed and not same) or (said is not None and bool(question))
        quotes = (Quote(text=said.text, source=said.id),) if said and inferred else ()
        return Line(
            key=name,
            name=self._texts.lines[name],
            text=text or self._labels.unknown,
            source=said.id if said else None,
            inferred=inferred,
            quotes=quotes,
        )

    def _words(self, name: str, text: str) -> Line:
        said = self._transcript.answers.get(name) if text else None
        return Line(
            key=name,
            name=self._texts.lines[name],
            text=text or self._labels.unknown,
            source=said.id if said else None,
        )

    def _role(self, role: MatchRecord) -> Line:
        source, _ = self._transcript.cards("role_id").get(role.role_id, (None, {}))
        quotes = (Quote(text=q, source=self._transcript.quoted(q)) for q in role.quotes)
        return Line(
            key=f"role:{role.role_id}",
            name=self._texts.lines["role"],
            text=role.label,
            source=source,
            inferred=True,
            quotes=tuple(quotes),
            state=self._labels.role_state(role.state),
            strong=role.state == "chosen",
        )

    def _training(self, proposal: ProposalRecord) -> Line:
        found = self._transcript.cards("training_id").get(proposal.training_id)
        source, card = found or (None, {})
        url = card.get("link", {}).get("url", "")
        parts = (proposal.title, proposal.provider, proposal.place_name)
        return Line(
            key=f"training:{proposal.training_id}"[:LONGEST_LINE],
            name=self._texts.lines["training"],
            text=", ".join(part for part in parts if part),
            source=source,
            inferred=True,
            state=self._texts.training_state["chosen" if proposal.chosen else "shown"],
            strong=proposal.chosen,
            facts=tuple((fact["label"], fact["value"]) for fact in card.get("facts", ())),
            note=card.get("note", ""),
            # Catalogues come from outside: an address that is a script must not become a link.
            url=url if url.startswith(("https://", "http://")) else "",
        )

    def _quoted(self, name: str, said: Said, text: str, *, inferred: bool = False) -> Line:
        return Line(
            key=f"{name}:{said.id}:{searchable(text)[:20]}",
            name=self._texts.lines[name],
            text=text,
            source=said.id,
            inferred=inferred,
        )

    def _is_question(self, said: Said) -> bool:
        words = searchable(said.text)
        return not said.clicked and ("?" in words or words.startswith(self._texts.questions))

    def _doubts(self) -> Iterator[Line]:
        for said in self._transcript.said:
            if said.clicked:
                continue
            for sentence in _SENTENCE.findall(said.text):
                words = searchable(sentence)
                if any(cue in words for cue in self._texts.doubts):
                    yield self._quoted("doubt", said, sentence.strip(), inferred=True)

    def _steps(self) -> Iterator[Line]:
        steps = self._texts.steps
        chosen = next((role.label for role in self._record.matches if role.state == "chosen"), "")
        training = next((p.title for p in self._record.proposals if p.chosen), "")
        if self._record.waiting_for_human:
            yield self._step("call", steps["call"])
        if training:
            yield self._step("enrol", steps["enrol"].format(title=training))
        elif chosen:
            yield self._step("find", steps["find"].format(role=chosen))
        else:
            yield self._step("explore", steps["explore"])
        if next(self._doubts(), None):
            yield self._step("reassure", steps["reassure"])

    def _step(self, name: str, text: str) -> Line:
        return Line(key=f"step:{name}", name=self._texts.lines["step"], text=text, inferred=True)
