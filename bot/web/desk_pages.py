"""The desk: the list of conversations, one of them, and their exports."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from bot.conversations import AccountRole, Dossier, territories
from bot.conversations.summary import Summary, summarise
from bot.web import csv_export, pdf
from bot.web.console import Console, ConsoleRoute, Missing, back_to
from bot.web.listing import Filters
from bot.web.sessions import PATH, Session

_PAGE_SIZE: Final = 25
_LONGEST_EXPORT: Final = 10_000


def desk_router(console: Console) -> APIRouter:
    """Server-rendered pages; handlers are synchronous and run in threads."""
    router = APIRouter(prefix=PATH, default_response_class=HTMLResponse, route_class=ConsoleRoute)
    desk = console.desk
    Reading = Annotated[Session, Depends(console.reading)]
    Filtered = Annotated[Filters, Query()]

    def opened(session: Session, conversation_id: str, *, export: str = "") -> Dossier:
        dossier = desk.open(session.account, conversation_id, export=export)
        if dossier is None:
            raise Missing
        return dossier

    def summary_of(dossier: Dossier) -> Summary:
        return summarise(
            dossier.record,
            messages=dossier.messages,
            labels=console.labels,
            texts=console.texts,
            edits=dossier.edits,
        )

    @router.get("")
    def listing(request: Request, session: Reading, filters: Filtered) -> Response:
        if session.account.role is AccountRole.OPERATOR:
            return back_to("/journal")
        offset = (filters.page - 1) * _PAGE_SIZE
        query = filters.query(session)
        records, total = desk.page(session.account, query, limit=_PAGE_SIZE, offset=offset)
        return console.page(
            request,
            "liste",
            session=session,
            records=records,
            total=total,
            filters=filters,
            page_size=_PAGE_SIZE,
            territories=_territories_of(session),
            roles={id_: role.label.both for id_, role in console.roles.items()},
            named_tags=[(tag, tag) for tag in desk.tags(session.account)],
            longest_export=_LONGEST_EXPORT,
        )

    @router.get("/export.csv")
    def export(session: Reading, filters: Filtered) -> Response:
        records = desk.export(session.account, filters.query(session), limit=_LONGEST_EXPORT)
        table = csv_export.table_of(records, labels=console.labels)
        return _download(table.encode("utf-8-sig"), "conversations.csv", "text/csv")

    @router.get("/conversations/{conversation_id}")
    def detail(request: Request, conversation_id: str, session: Reading) -> Response:
        dossier = opened(session, conversation_id)
        leads = session.account.role is AccountRole.LEAD
        return console.page(
            request,
            "conversation",
            session=session,
            dossier=dossier,
            record=dossier.record,
            summary=summary_of(dossier),
            roles={id_: role.label.both for id_, role in console.roles.items()},
            colleagues=console.accounts.colleagues(session.account) if leads else (),
            territories=territories.names(),
        )

    @router.get("/conversations/{conversation_id}/resume.json")
    def as_json(conversation_id: str, session: Reading) -> Response:
        dossier = opened(session, conversation_id, export="json")
        return JSONResponse(_json_of(dossier, summary_of(dossier)))

    @router.get("/conversations/{conversation_id}/resume.pdf")
    def as_pdf(conversation_id: str, session: Reading) -> Response:
        dossier = opened(session, conversation_id, export="pdf")
        made = pdf.of_summary(
            summary_of(dossier), texts=console.texts, consented_at=dossier.record.consented_at
        )
        name = "".join(c for c in dossier.record.reference if c.isascii())
        return _download(made, f"resume-{name}.pdf", "application/pdf")

    return router


def _territories_of(session: Session) -> dict[str, str]:
    """Names of the territories of which conversations may be seen."""
    organisation = session.account.organisation
    names = territories.names()
    if organisation is None or organisation.nationwide:
        return dict(names)
    covered = territories.codes_covered(organisation.departments)
    return {code: name for code, name in names.items() if code in covered}


def _download(content: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


def _json_of(dossier: Dossier, summary: Summary) -> dict[str, Any]:
    """The summary with what advisers made of the conversation; moments as ISO 8601."""
    record = dossier.record
    return {
        "reference": record.reference,
        "consented_at": record.consented_at.isoformat(timespec="seconds"),
        "updated_at": record.updated_at.isoformat(timespec="seconds"),
        "territory": record.territory,
        "status": record.status,
        "waiting_for_human": record.waiting_for_human,
        "assigned_to": record.assigned_to,
        "tags": dossier.tags,
        "sections": summary.to_json()["sections"],
        "role_corrections": [
            {
                "role_id": correction.role_id,
                "label": correction.label,
                "instead_of": correction.instead_of,
                "reason": correction.reason,
                "author": correction.author,
                "at": correction.at.isoformat(timespec="seconds"),
            }
            for correction in dossier.corrections
        ],
        "notes": [
            {"author": n.author, "text": n.text, "at": n.at.isoformat(timespec="seconds")}
            for n in dossier.notes
        ],
    }
