"""What advisers do with a conversation: one form each, then the page that shows its effect."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response

from bot.conversations import DeskStatus
from bot.conversations.desk_work import LONGEST_LINE, LONGEST_TAG
from bot.web.console import Console, ConsoleRoute, Field, Forbidden, Missing, Text, back_to
from bot.web.sessions import PATH, Session


def acts_router(console: Console) -> APIRouter:
    """Forms of ``/conseil/conversations/…``; each needs a form token of the session."""
    router = APIRouter(
        prefix=f"{PATH}/conversations/{{conversation_id}}",
        default_response_class=HTMLResponse,
        route_class=ConsoleRoute,
    )
    work = console.work
    Acting = Annotated[Session, Depends(console.acting)]

    def done(session: Session, conversation_id: str, acted: bool, anchor: str) -> Response:
        """Back to the conversation; an act on one that is not there for this account is told."""
        if not acted and not console.desk.sees(session.account, conversation_id):
            raise Missing
        return back_to(f"/conversations/{conversation_id}#{anchor}")

    @router.post("/suivi")
    def assign(conversation_id: str, session: Acting, to: Field = "") -> Response:
        acted = work.assign(session.account, conversation_id, to=to or session.email)
        return done(session, conversation_id, acted, "suite")

    @router.post("/sans-suivi")
    def release(conversation_id: str, session: Acting) -> Response:
        acted = work.release(session.account, conversation_id)
        return done(session, conversation_id, acted, "suite")

    @router.post("/statut")
    def set_status(
        conversation_id: str, session: Acting, statut: Annotated[DeskStatus, Form()]
    ) -> Response:
        acted = work.set_status(session.account, conversation_id, statut)
        return done(session, conversation_id, acted, "suite")

    @router.post("/contact")
    def contacted(conversation_id: str, session: Acting) -> Response:
        acted = work.contacted(session.account, conversation_id)
        return done(session, conversation_id, acted, "suite")

    @router.post("/note")
    def add_note(conversation_id: str, session: Acting, texte: Text = "") -> Response:
        text = texte.strip()
        acted = bool(text) and work.add_note(session.account, conversation_id, text)
        return done(session, conversation_id, acted, "notes")

    @router.post("/etiquette")
    def add_tag(conversation_id: str, session: Acting, nom: Field = "") -> Response:
        name = " ".join(nom.split())[:LONGEST_TAG]
        acted = bool(name) and work.add_tag(session.account, conversation_id, name)
        return done(session, conversation_id, acted, "etiquettes")

    @router.post("/sans-etiquette")
    def remove_tag(conversation_id: str, session: Acting, nom: Field = "") -> Response:
        acted = work.remove_tag(session.account, conversation_id, nom)
        return done(session, conversation_id, acted, "etiquettes")

    @router.post("/metier")
    def correct_role(
        conversation_id: str,
        session: Acting,
        metier: Field = "",
        a_la_place_de: Field = "",
        raison: Text = "",
        reutilisable: Annotated[bool, Form()] = False,
    ) -> Response:
        role, reason = console.roles.get(metier), raison.strip()
        acted = (
            role is not None
            and bool(reason)
            and work.correct_role(
                session.account,
                conversation_id,
                role_id=role.id,
                label=role.label.both,
                instead_of=a_la_place_de,
                reason=reason,
                reusable=reutilisable,
            )
        )
        return done(session, conversation_id, acted, "metiers")

    @router.post("/ligne")
    def edit_line(
        request: Request,
        conversation_id: str,
        session: Acting,
        ligne: Annotated[str, Form(max_length=LONGEST_LINE)],
        texte: Text = "",
        geste: Field = "corriger",
    ) -> Response:
        text = texte.strip()
        match geste:
            case "corriger":
                acted = bool(text) and work.edit_line(session.account, conversation_id, ligne, text)
            case "retirer":
                acted = work.edit_line(session.account, conversation_id, ligne, None)
            case "retablir":
                acted = work.restore_line(session.account, conversation_id, ligne)
            case _:
                raise Forbidden
        return done(session, conversation_id, acted, "resume")

    return router
