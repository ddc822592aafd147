"""Documents as PDF, with reportlab's own Unicode fonts (Bitstream Vera)."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import reportlab
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate

from bot.conversations.summary import BY_PERSON, Line, Summary, SummaryTexts
from bot.web.console import local

_FONTS: Final = Path(reportlab.__file__).parent / "fonts"
_FAMILY: Final = {"Vera": "Vera.ttf", "Vera-Bold": "VeraBd.ttf", "Vera-Italic": "VeraIt.ttf"}
for _name, _file in _FAMILY.items():
    pdfmetrics.registerFont(TTFont(_name, str(_FONTS / _file)))

_BODY: Final = ParagraphStyle("body", fontName="Vera", fontSize=9.5, leading=13, spaceAfter=3)
_NOTE: Final = ParagraphStyle("note", parent=_BODY, fontSize=8.5, leading=11.5, leftIndent=10)
_QUOTE: Final = ParagraphStyle("quote", parent=_NOTE, fontName="Vera-Italic")
_TITLE: Final = ParagraphStyle(
    "title", parent=_BODY, fontName="Vera-Bold", fontSize=16, leading=20, spaceAfter=6
)
_HEADING: Final = ParagraphStyle(
    "heading", parent=_BODY, fontName="Vera-Bold", fontSize=11.5, leading=15, spaceBefore=9
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing said: in bold ``name``, then ``text``; under it quotations and notes."""

    name: str
    text: str
    quotes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Part:
    """Entries under a title."""

    title: str
    entries: tuple[Entry, ...]


def make_pdf(*, title: str, intro: str, parts: Sequence[Part], footer: str) -> bytes:
    """An A4 document; texts are plain, whatever is in them. ``footer`` has a ``{number}``."""
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        title=title,
        author="Déclic",
        lang="fr",
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=20 * mm,
    )
    flow: list[Flowable] = [_paragraph(title, _TITLE), _paragraph(intro, _BODY)]
    for part in parts:
        heading = _paragraph(part.title, _HEADING)
        first, *others = ([*_entry(entry)] for entry in part.entries) if part.entries else [[]]
        flow.append(KeepTogether([heading, *first[:1]]))
        flow += first[1:]
        for entry in others:
            flow += entry

    def number(canvas: Any, layout: Any) -> None:
        canvas.setFont("Vera", 8)
        canvas.drawCentredString(A4[0] / 2, 10 * mm, footer.format(number=layout.page))

    document.build(flow, onFirstPage=number, onLaterPages=number)
    return file.getvalue()


def of_summary(summary: Summary, *, texts: SummaryTexts, consented_at: datetime) -> bytes:
    """The summary that an adviser prints or keeps."""
    words = texts.document
    day = local(consented_at).strftime("%d/%m/%Y")
    parts = [
        Part(title=section.title, entries=tuple(_of_line(line, texts) for line in section.lines))
        for section in summary.sections
    ]
    return make_pdf(
        title=words["title"].format(reference=summary.reference),
        intro=words["kept"].format(date=day),
        parts=parts,
        footer=words["page"],
    )


def _of_line(line: Line, texts: SummaryTexts) -> Entry:
    words = texts.document
    notes = [f"{name} : {value}" for name, value in line.facts]
    if line.note:
        notes.append(line.note)
    if line.inferred and not line.edited_by:
        notes.append(words["inferred"])
    if line.edited_by == BY_PERSON:
        notes.append(words["edited_by_person"])
    elif line.edited_by:
        notes.append(words["edited"].format(author=line.edited_by, before=line.before))
    return Entry(
        name=line.name,
        text=f"{line.text} ({line.state})" if line.state else line.text,
        quotes=tuple(words["quoted"].format(text=quote.text) for quote in line.quotes),
        notes=tuple(notes),
    )


def _entry(entry: Entry) -> list[Paragraph]:
    said = Paragraph(
        f'<font name="Vera-Bold">{_plain(entry.name)}</font> : {_plain(entry.text)}', _BODY
    )
    quotes = [_paragraph(quote, _QUOTE) for quote in entry.quotes]
    return [said, *quotes, *(_paragraph(note, _NOTE) for note in entry.notes)]


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(_plain(text), style)


def _plain(text: str) -> str:
    """Text as a paragraph's markup: nothing in it is a tag, and line ends stay."""
    printable = "".join(c for c in text if c.isprintable() or c == "\n")
    return escape(printable).replace("\n", "<br/>")
