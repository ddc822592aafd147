"""The desk through its pages: filters, acts, exports."""

import csv
import io
import json
import re
from datetime import UTC, datetime

import pypdf
import pytest

from bot.conversations import AccountRole, ConversationStore, ProposalRecord, StoredMessage
from bot.conversations.accounts import Accounts
from bot.person import Profile
from tests.web_adviser.conftest import CARD, EMAIL, LEAD, browser_of, form_token, keep, send

PAGE = "/conseil/conversations/AbCdEfGh"


def test_who_was_read_is_no_longer_told_as_unread(adviser, kept) -> None:
    assert "Non lue" in adviser.get("/conseil").text
    adviser.get(PAGE)
    assert "Non lue" not in adviser.get("/conseil").text
    assert "0 conversation" in adviser.get("/conseil?non_lues=true").text


def test_calling_and_following_are_one_click_each(adviser, kept, store) -> None:
    for act in ("suivi", "contact"):
        response = send(adviser, f"{PAGE}/{act}")
        assert response.headers["location"] == f"{PAGE}#suite"
    record = store.conversation(kept)
    assert (record.assigned_to, record.status) == (EMAIL, "ongoing")
    page = adviser.get(PAGE).text
    assert "attend un appel" not in page
    assert "Suivie par <strong>moi</strong>" in page
    assert "Personne contactée" in page.split('id="historique"')[1]
    send(adviser, f"{PAGE}/sans-suivi")
    assert store.conversation(kept).assigned_to is None


@pytest.mark.parametrize("status", ["to_contact", "ongoing", "oriented", "closed"])
def test_the_status_is_chosen_and_filters(adviser, kept, status) -> None:
    send(adviser, f"{PAGE}/statut", statut=status)
    assert "1 conversation" in adviser.get(f"/conseil?statut={status}").text


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("territoire=51", 1),
        ("territoire=57", 0),
        ("territoire=R44", 1),
        ("metier=community-manager", 1),
        ("metier=webdesigner", 0),
        ("etiquette=CPF", 1),
        ("etiquette=x", 0),
        ("depuis=2000-01-01&jusqua=9999-12-31", 1),
        ("depuis=9999-12-31", 0),
        ("jusqua=2000-01-01", 0),
        ("a_moi=true", 0),
        ("q=boulangerie+saint-remy&attente=true&tri=oldest", 1),
        ("territoire=&statut=&metier=&etiquette=&depuis=&jusqua=&q=", 1),
    ],
)
def test_filters_of_the_list(adviser, kept, query, count) -> None:
    send(adviser, f"{PAGE}/etiquette", nom="  CPF ")
    assert f"{count} conversation" in adviser.get(f"/conseil?{query}").text


def test_notes_and_tags_are_shown_and_an_empty_one_is_not_kept(adviser, kept) -> None:
    send(adviser, f"{PAGE}/note", texte=" Rappeler\njeudi ")
    send(adviser, f"{PAGE}/note", texte="   ")
    send(adviser, f"{PAGE}/etiquette", nom="Permis")
    page = adviser.get(PAGE).text
    assert page.count("Rappeler\njeudi") == 1
    assert "Permis" in page
    send(adviser, f"{PAGE}/sans-etiquette", nom="Permis")
    assert "Permis" not in adviser.get(PAGE).text.split('id="historique"')[0]


def test_a_role_is_corrected_with_a_reason(adviser, kept) -> None:
    fixed = {"metier": "technicien-support", "a_la_place_de": "community-manager"}
    send(adviser, f"{PAGE}/metier", **fixed, raison="Elle dépanne tout le monde")
    send(adviser, f"{PAGE}/metier", **fixed, raison=" ")
    send(adviser, f"{PAGE}/metier", metier="no-such-role", raison="x")
    page = adviser.get(PAGE).text
    assert page.count('class="fixed"') == 1
    assert "que Community manager" in page
    assert "Elle dépanne tout le monde" in page


def test_a_line_is_corrected_taken_away_and_brought_back(adviser, kept) -> None:
    line = {"ligne": "level", "texte": "Bac pro vente"}
    send(adviser, f"{PAGE}/ligne", **line)
    page = adviser.get(PAGE).text
    assert "Bac pro vente" in page
    assert f"Corrigé par {EMAIL}" in page
    assert "Auparavant : Bac" in page
    send(adviser, f"{PAGE}/ligne", **line, geste="retirer")
    assert "Lignes retirées" in adviser.get(PAGE).text
    send(adviser, f"{PAGE}/ligne", **line, geste="retablir")
    page = adviser.get(PAGE).text
    assert "Lignes retirées" not in page
    assert "Bac pro vente" not in page


def test_every_line_with_a_source_leads_to_its_message(adviser, kept) -> None:
    page = adviser.get(PAGE).text
    links = set(re.findall(r'href="#(m-[^"]+)"', page))
    assert "m-1" in links
    assert links <= set(re.findall(r'id="(m-[^"]+)"', page))


def test_what_a_machine_chose_is_said_to_be_so(adviser, kept) -> None:
    assert "Proposé par le programme" in adviser.get(PAGE).text


def test_only_a_lead_is_offered_to_give_a_conversation_away(adviser, lead, kept, store) -> None:
    assert "Confier à" not in adviser.get(PAGE).text
    assert "Confier à" in lead.get(PAGE).text
    send(lead, f"{PAGE}/suivi", to=EMAIL)
    assert store.conversation(kept).assigned_to == EMAIL


# Exports


def test_the_summary_as_json(adviser, kept) -> None:
    response = adviser.get(f"{PAGE}/resume.json")
    data = response.json()
    assert data["reference"] == "ABC-DEF"
    words = next(s for s in data["sections"] if s["key"] == "words")
    assert words["lines"][0]["source"] == "1"
    assert kept not in json.dumps(data)


def test_the_summary_as_a_pdf_says_what_the_page_says(adviser, kept, store) -> None:
    odd = "œuvre à 12 € – « l’été » <b>x</b> & 漢字 😀\n" + "long" * 400
    store.save_profile(kept, Profile(place_id="51478", place_name="Reims (51)", background=odd))
    response = adviser.get(f"{PAGE}/resume.pdf")
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == 'attachment; filename="resume-ABC-DEF.pdf"'
    reader = pypdf.PdfReader(io.BytesIO(response.content))
    text = " ".join("".join(page.extract_text() for page in reader.pages).split())
    for words in (
        "Résumé ABC-DEF",
        "Reims (51)",
        "œuvre à 12 € – « l’été » <b>x</b> &",
        "Community",
    ):
        assert words in text
    assert reader.metadata.title == "Résumé ABC-DEF"


def table(response) -> list[list[str]]:
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_the_list_as_csv_holds_the_filtered_list_without_the_persons_words(
    adviser, kept, store
) -> None:
    store.start("other")
    head, row = table(adviser.get("/conseil/export.csv?q=boulangerie"))
    found = dict(zip(head, row, strict=True))
    assert found["Référence"] == "ABC-DEF"
    assert found["Attend un appel"] == "oui"
    assert found["Territoire"] == "Marne"
    assert "boulangerie" not in str(row)
    assert len(table(adviser.get("/conseil/export.csv"))) == 3


@pytest.mark.parametrize("formula", ['=cmd|"/C calc"!A0', "+1", "-1", "@SUM(1)", "\t=1", " =1"])
def test_no_cell_of_the_csv_is_a_formula(adviser, store, formula) -> None:
    store.start("x")
    store.save_profile("x", Profile(place_name=formula))
    training = ProposalRecord(
        training_id="t", role_id="r", title=formula, provider="P", chosen=True
    )
    store.save_proposals("x", [training])
    _, row = table(adviser.get("/conseil/export.csv"))
    assert sum(cell.startswith("'") for cell in row) == 2
    assert not any(cell.strip(" ").startswith(("=", "+", "-", "@", "\t")) for cell in row)


def test_an_empty_list_is_an_empty_table(adviser) -> None:
    assert adviser.get("/conseil/export.csv").status_code == 200


def test_exports_and_readings_are_in_the_leads_audit(adviser, lead, kept) -> None:
    adviser.get(PAGE)
    adviser.get(f"{PAGE}/resume.pdf")
    adviser.get("/conseil/export.csv")
    page = lead.get("/conseil/journal").text
    for words in (EMAIL, "Conversation lue", "Export", "pdf", "csv 1", "Connexion"):
        assert words in page
    assert kept not in page
    assert EMAIL not in lead.get(f"/conseil/journal?compte={LEAD}").text.split("<table")[1]


def test_the_audit_has_pages(lead, kept) -> None:
    for _ in range(51):
        lead.get(PAGE)
    first = lead.get("/conseil/journal").text
    assert 'rel="next"' in first
    assert 'rel="prev"' in lead.get("/conseil/journal?page=2").text


# Who sees what


def test_a_conversation_elsewhere_is_absent_from_every_page_and_act(
    app, store: ConversationStore
) -> None:
    Accounts(store.engine).save_organisation("Meuse", departments=["55"])
    client = browser_of(app, store, EMAIL, AccountRole.LEAD)
    keep(store, "AbCdEfGh", "vendeuse")
    assert "0 conversation" in client.get("/conseil").text
    assert "Marne" not in client.get("/conseil").text
    for path in (PAGE, f"{PAGE}/resume.json", f"{PAGE}/resume.pdf"):
        response = client.get(path)
        assert response.status_code == 404
        assert "vendeuse" not in response.text
    for act, data in ACTS.items():
        assert send(client, f"{PAGE}/{act}", **data).status_code == 404, act
    assert len(table(client.get("/conseil/export.csv"))) == 1


ACTS = {
    "suivi": {},
    "sans-suivi": {},
    "statut": {"statut": "closed"},
    "contact": {},
    "note": {"texte": "n"},
    "etiquette": {"nom": "n"},
    "sans-etiquette": {"nom": "n"},
    "metier": {"metier": "webdesigner", "raison": "r"},
    "ligne": {"ligne": "level", "texte": "x"},
}


def test_every_act_is_tried_by_these_tests(app) -> None:
    paths = [
        path
        for path, acts in app.openapi()["paths"].items()
        if path.startswith("/conseil/conversations/") and "post" in acts
    ]
    assert {path.rpartition("/")[2] for path in paths} == set(ACTS)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_without_a_form_of_the_session_is_refused(adviser, app, kept, store, act) -> None:
    other = browser_of(app, store, LEAD, AccountRole.LEAD)
    stolen = form_token(other, "/conseil/compte")
    before = store.conversation(kept)
    for token in ({}, {"form_token": ""}, {"form_token": stolen}, {"form_token": "é"}):
        response = adviser.post(f"{PAGE}/{act}", data=token | ACTS[act])
        assert response.status_code == 403
    assert store.conversation(kept) == before


@pytest.mark.parametrize("act", ACTS)
def test_an_act_needs_a_session(client, kept, act) -> None:
    response = client.post(f"{PAGE}/{act}", data={"form_token": form_token(client)} | ACTS[act])
    assert response.headers["location"] == "/conseil/connexion"


def test_an_operator_reads_the_audit_but_no_conversation(operator, kept) -> None:
    assert operator.get("/conseil").headers["location"] == "/conseil/journal"
    assert operator.get("/conseil/journal").status_code == 200
    assert operator.get(PAGE).status_code == 404
    assert len(table(operator.get("/conseil/export.csv"))) == 1


def test_an_adviser_does_not_read_the_audit(adviser) -> None:
    response = adviser.get("/conseil/journal")
    assert response.status_code == 403
    assert "Demande refusée" in response.text


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/x",
        "x/../../static",
        "a%00b",
        "é" * 500,
    ],
)
def test_no_address_leads_out_of_the_conversations(adviser, path) -> None:
    for suffix in ("", "/resume.pdf", "/resume.json"):
        response = adviser.get(f"/conseil/conversations/{path}{suffix}")
        assert response.status_code in {404, 405}
        assert "root:" not in response.text


EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>"


def test_whatever_is_written_is_shown_as_text(adviser, store) -> None:
    keep(store, "AbCdEfGh", EVIL)
    card = CARD | {"title": EVIL, "note": EVIL, "facts": [{"label": EVIL, "value": EVIL}]}
    said = StoredMessage(
        id=EVIL[:60], author="bot", text=EVIL, at=datetime.now(UTC), payload={"cards": [card]}
    )
    store.add_messages("AbCdEfGh", [said])
    send(adviser, f"{PAGE}/note", texte=EVIL)
    send(adviser, f"{PAGE}/etiquette", nom=EVIL[:40])
    send(adviser, f"{PAGE}/ligne", ligne="level", texte=EVIL)
    send(adviser, f"{PAGE}/metier", metier="webdesigner", raison=EVIL)
    for path in (PAGE, "/conseil", f"/conseil?q={EVIL}&etiquette={EVIL}", "/conseil/journal"):
        page = adviser.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<svg/onload" not in page


@pytest.mark.parametrize(
    ("act", "data"),
    [
        ("statut", {"statut": "nonsense"}),
        ("note", {"texte": "x" * 4001}),
        ("ligne", {"ligne": "x" * 101, "texte": "x"}),
        ("ligne", {"texte": "x"}),
    ],
)
def test_an_act_that_makes_no_sense_is_answered_by_a_page(adviser, kept, act, data) -> None:
    response = send(adviser, f"{PAGE}/{act}", **data)
    assert response.status_code == 422
    assert "Demande non comprise" in response.text


@pytest.mark.parametrize(
    "query", ["statut=x", "depuis=hier", "tri=x", "territoire=" + "x" * 301, "non_lues=2"]
)
def test_a_filter_that_makes_no_sense_is_answered_by_a_page(adviser, query) -> None:
    assert adviser.get(f"/conseil?{query}").status_code == 422
