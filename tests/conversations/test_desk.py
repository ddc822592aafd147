"""What advisers see, and what they do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.conversations import (
    AccountRole,
    Adviser,
    ConversationStore,
    Desk,
    DeskQuery,
    DeskStatus,
    MatchRecord,
    Sort,
    StoredMessage,
)
from bot.conversations.accounts import Accounts
from bot.conversations.audit import Audit, AuditAction
from bot.conversations.desk_schema import audit
from bot.conversations.desk_work import DeskWork
from bot.conversations.schema import conversations
from bot.errors import StoreUnavailable
from bot.person import Profile
from tests.conversations.conftest import member

PROFILE = Profile(
    place_id="55122", place_name="Commercy (55)", background="comptable", motivations="les chiffres"
)
MATCH = MatchRecord(role_id="data-analyst", label="Data analyst", score=0.7, quotes=("chiffres",))


@pytest.fixture
def work(store: ConversationStore) -> DeskWork:
    return DeskWork(store.engine)


@pytest.fixture
def anne(accounts: Accounts, lead: Adviser) -> Adviser:
    return member(accounts, "anne@exemple.fr", AccountRole.ADVISER, lead.organisation.id)


@pytest.fixture
def meuse(accounts: Accounts) -> Adviser:
    """An adviser of one département."""
    organisation = accounts.save_organisation("Meuse", departments=["55"])
    return member(accounts, "meuse@exemple.fr", AccountRole.ADVISER, organisation.id)


def ids(desk: Desk, viewer: Adviser, **query: object) -> list[str]:
    return [record.id for record in desk.page(viewer, DeskQuery(**query))[0]]


def say(store: ConversationStore, conversation_id: str, text: str = "bonjour") -> None:
    message = StoredMessage(id=text, author="person", text=text, at=datetime.now(UTC))
    store.add_messages(conversation_id, [message])


# The list


def test_those_who_wait_come_first_then_the_unread_then_the_latest(store, desk, lead) -> None:
    for name in ("old", "waiting", "read", "new"):
        store.start(name)
    store.ask_for_human("waiting")
    say(store, "new")
    desk.open(lead, "read")
    assert ids(desk, lead) == ["waiting", "new", "old", "read"]
    assert ids(desk, lead, waiting_only=True) == ["waiting"]
    assert ids(desk, lead, unread_only=True) == ["waiting", "new", "old"]
    page, total = desk.page(lead, DeskQuery(), limit=1, offset=1)
    assert [record.id for record in page] == ["new"]
    assert total == 4


def test_what_the_person_says_next_makes_it_unread_again(store, desk, lead) -> None:
    store.start("x")
    desk.open(lead, "x")
    assert ids(desk, lead, unread_only=True) == []
    say(store, "x")
    assert ids(desk, lead, unread_only=True) == ["x"]


def test_other_orders_are_those_of_time(store, desk, lead) -> None:
    for name in ("a", "b", "c"):
        store.start(name)
    store.ask_for_human("b")
    store.ask_for_human("a")
    say(store, "c")
    assert ids(desk, lead, sort=Sort.LATEST) == ["c", "a", "b"]
    assert ids(desk, lead, sort=Sort.OLDEST) == ["b", "a", "c"]
    assert ids(desk, lead, sort=Sort.WAITING_LONGEST) == ["b", "a", "c"]


@pytest.mark.parametrize(
    "text", ["commercy", "CHIFFRES", "analyst", "abc-def", "abcdef", "compta data", "Com 55"]
)
def test_a_conversation_is_found_by_place_words_role_or_reference(store, desk, lead, text) -> None:
    store.start("AbCdEf0000")
    store.start("other00000")
    store.save_profile("AbCdEf0000", PROFILE)
    store.save_matches("AbCdEf0000", [MATCH])
    assert ids(desk, lead, text=text) == ["AbCdEf0000"]


def test_a_conversation_is_found_whatever_the_accents_and_the_order_of_words(
    store, desk, lead
) -> None:
    store.start("x")
    profile = replace(PROFILE, place_name="Épinal (88)", background="ma sœur, l’été, où ça ?")
    store.save_profile("x", profile)
    store.save_matches("x", [replace(MATCH, label="Développeuse / Développeur web")])
    for text in ("epinal", "ÉPINAL", "sœur", "soeur", "developpeur épinal", " web  88 ", "l'été"):
        assert ids(desk, lead, text=text) == ["x"], text
    for text in ("epinal metz", "-", "comptable"):
        assert ids(desk, lead, text=text) == [], text


@pytest.mark.parametrize(
    "text", ["%", "_", "\\", "' OR 1=1 --", '" OR x*', "NEAR(", "a:b & c | !d", "x" * 5000, "\0"]
)
def test_a_search_is_never_a_query_language(store, desk, lead, text: str) -> None:
    store.start("z")
    assert ids(desk, lead, text=text) == []


def test_words_that_no_index_takes_are_still_kept_and_the_others_found(store, desk, lead) -> None:
    store.start("x")
    words = "préfixe " + "z" * 5000 + " 漢字 привет 😀 '\\\":*&|! fin"
    store.save_profile("x", replace(PROFILE, background=words))
    for text in ("prefixe", "z" * 4000, "漢字", "привет", "fin"):
        assert ids(desk, lead, text=text) == ["x"], text


def test_a_search_sees_what_is_there_now(store, desk, lead) -> None:
    store.start("x")
    store.save_profile("x", PROFILE)
    store.save_matches("x", [MATCH])
    store.save_profile("x", replace(PROFILE, background="boulangère", motivations="le pain"))
    assert ids(desk, lead, text="boulangere") == ["x"]
    assert ids(desk, lead, text="comptable") == []
    assert ids(desk, lead, text="analyst") == []  # proposed from words that have changed
    store.erase("x")
    assert ids(desk, lead, text="boulangere") == []


def test_each_filter_keeps_what_it_says(store, desk, work, lead, anne) -> None:
    for name in ("x", "y"):
        store.start(name)
    store.save_profile("x", PROFILE)
    store.save_matches("x", [MATCH])
    store.save_profile("y", Profile(place_id="57463", place_name="Metz (57)"))
    work.set_status(lead, "x", DeskStatus.ORIENTED)
    work.add_tag(lead, "x", "CPF")
    work.assign(lead, "x", to=anne.email)
    moment = datetime.now(UTC)
    for query in (
        {"territory": "55"},
        {"status": DeskStatus.ORIENTED},
        {"role_id": "data-analyst"},
        {"tag": "CPF"},
        {"assigned_to": anne.email},
    ):
        assert ids(desk, lead, **query) == ["x"], query
    assert sorted(ids(desk, lead, territory="R44")) == ["x", "y"]
    assert sorted(ids(desk, lead, since=moment - timedelta(hours=1), until=moment)) == ["x", "y"]
    assert ids(desk, lead, since=moment) == []
    assert ids(desk, lead, until=moment - timedelta(hours=1)) == []
    assert desk.tags(lead) == ("CPF",)
    store.set_role_state("x", "data-analyst", "rejected")
    assert ids(desk, lead, role_id="data-analyst") == []


# Who sees what


def test_an_adviser_sees_her_organisations_territory_only(store, desk, meuse) -> None:
    places = {"x": "55122", "y": "57463", "region": "R44", "other": "R84", "area": "D55"}
    for name, place_id in places.items():
        store.start(name)
        store.save_profile(name, Profile(place_id=place_id))
    store.start("nowhere")
    assert sorted(ids(desk, meuse)) == ["area", "region", "x"]
    assert desk.open(meuse, "y") is None
    assert desk.open(meuse, "nowhere") is None
    assert ids(desk, meuse, territory="57") == []


def test_what_a_colleague_follows_is_the_leads_and_hers_alone(
    store, desk, work, lead, anne, accounts
) -> None:
    store.start("x")
    other = member(accounts, "other@exemple.fr", AccountRole.ADVISER, lead.organisation.id)
    assert work.assign(anne, "x", to=anne.email)
    assert ids(desk, anne) == ids(desk, lead) == ["x"]
    assert ids(desk, other) == []
    assert not work.assign(other, "x", to=other.email)
    assert work.assign(lead, "x", to=other.email)
    assert ids(desk, anne) == []
    assert work.release(other, "x")
    assert ids(desk, anne) == ["x"]


def test_operators_and_accounts_without_organisation_see_no_conversation(
    store, desk, accounts
) -> None:
    store.start("x")
    national = accounts.save_organisation("N", departments=None)
    operator = member(accounts, "op@exemple.fr", AccountRole.OPERATOR, national.id)
    nobody = member(accounts, "no@exemple.fr", AccountRole.LEAD, None)
    for viewer in (operator, nobody):
        assert desk.page(viewer, DeskQuery()) == ((), 0)
        assert desk.open(viewer, "x") is None


def test_nothing_can_be_done_with_what_one_does_not_see(store, desk, work, lead, meuse) -> None:
    store.start("x")
    store.save_profile("x", Profile(place_id="57463"))
    work.add_tag(lead, "x", "CPF")
    work.edit_line(lead, "x", "level", "Bac")
    before = desk.open(lead, "x")
    correction = {"role_id": "r", "label": "R", "reason": "parce que"}
    acts = (
        work.assign(meuse, "x", to=meuse.email),
        work.release(meuse, "x"),
        work.set_status(meuse, "x", DeskStatus.CLOSED),
        work.contacted(meuse, "x"),
        work.add_note(meuse, "x", "vue"),
        work.add_tag(meuse, "x", "tag"),
        work.remove_tag(meuse, "x", "CPF"),
        work.correct_role(meuse, "x", **correction),
        work.edit_line(meuse, "x", "level", None),
        work.restore_line(meuse, "x", "level"),
    )
    assert not any(acts)
    public = {n for n in vars(DeskWork) if not n.startswith("_")}
    assert len(acts) == len(public)
    after = desk.open(lead, "x")
    assert replace(after, history=()) == replace(before, record=after.record, history=())
    assert after.history == before.history


def test_only_a_lead_gives_a_conversation_to_somebody_else_of_her_organisation(
    store, work, lead, anne, meuse
) -> None:
    store.start("x")
    assert not work.assign(anne, "x", to=lead.email)
    assert not work.assign(lead, "x", to=meuse.email)
    assert not work.assign(lead, "x", to="nobody@exemple.fr")
    assert work.assign(lead, "x", to=anne.email)


# What is done


def test_calling_clears_the_wait_and_begins_the_work(store, desk, work, lead) -> None:
    store.start("x")
    store.ask_for_human("x")
    assert work.contacted(lead, "x")
    record = desk.open(lead, "x").record
    assert not record.waiting_for_human
    assert record.status is DeskStatus.ONGOING
    work.set_status(lead, "x", DeskStatus.CLOSED)
    store.ask_for_human("x")
    record = desk.open(lead, "x").record
    assert (record.waiting_for_human, record.status) == (True, DeskStatus.TO_CONTACT)
    work.set_status(lead, "x", DeskStatus.ORIENTED)
    assert not desk.open(lead, "x").record.waiting_for_human


def test_notes_tags_and_corrections_are_shown_with_who_made_them(
    store, desk, work, lead, anne
) -> None:
    store.start("x")
    store.save_matches("x", [MATCH])
    work.add_note(anne, "x", "Rappeler jeudi")
    assert work.add_tag(lead, "x", "CPF")
    assert not work.add_tag(lead, "x", "CPF")
    work.correct_role(
        anne,
        "x",
        role_id="technicien-support",
        label="Technicien support",
        instead_of="data-analyst",
        reason="Elle aime dépanner",
        reusable=True,
    )
    dossier = desk.open(lead, "x")
    assert [(n.author, n.text) for n in dossier.notes] == [(anne.email, "Rappeler jeudi")]
    assert dossier.tags == ("CPF",)
    [correction] = dossier.corrections
    assert correction.instead_of_label == "Data analyst"
    assert (correction.reason, correction.reusable) == ("Elle aime dépanner", True)
    assert work.remove_tag(lead, "x", "CPF")
    assert not work.remove_tag(lead, "x", "CPF")
    assert [entry.action for entry in desk.open(lead, "x").history] == [
        AuditAction.TAG_REMOVED,
        AuditAction.ROLE_CORRECTED,
        AuditAction.TAG_ADDED,
        AuditAction.NOTE_ADDED,
    ]


def test_a_line_is_set_right_taken_away_and_brought_back(store, desk, work, lead) -> None:
    store.start("x")
    work.edit_line(lead, "x", "level", "Bac + 3")
    work.edit_line(lead, "x", "level", None)
    [edit] = desk.open(lead, "x").edits
    assert (edit.line, edit.text, edit.author) == ("level", None, lead.email)
    assert work.restore_line(lead, "x", "level")
    assert desk.open(lead, "x").edits == ()


def test_what_advisers_do_does_not_prolong_what_is_kept(store, desk, work, lead) -> None:
    store.start("x")
    before = store.conversation("x").updated_at
    work.add_note(lead, "x", "note")
    work.set_status(lead, "x", DeskStatus.CLOSED)
    desk.open(lead, "x")
    assert store.conversation("x").updated_at == before


def test_an_erasure_takes_everything_that_was_made_of_the_conversation(
    store, work, lead, settings
) -> None:
    store.start("gone0000")
    store.save_profile("gone0000", PROFILE)
    store.ask_for_human("gone0000")
    work.add_note(lead, "gone0000", "note")
    work.add_tag(lead, "gone0000", "CPF")
    work.edit_line(lead, "gone0000", "level", "Bac")
    work.correct_role(lead, "gone0000", role_id="r", label="R", reason="parce que")
    counts = store.erase("gone0000")
    for name in ("notes", "tags", "summary_edits", "role_corrections", "outbox"):
        assert counts[name] == 1, name
    with store.engine.connect() as connection:
        rows = connection.execute(sa.select(audit)).all()
    assert len(rows) >= 4
    assert "gone0000" not in str(rows)


# The audit


def test_a_lead_reads_the_audit_of_her_organisation_an_operator_all_of_it(
    store, desk, accounts, lead, anne, meuse
) -> None:
    store.start("x")
    store.save_profile("x", PROFILE)
    desk.open(anne, "x")
    desk.open(meuse, "x", export="pdf")
    trail = Audit(store.engine)
    operator = member(accounts, "op@exemple.fr", AccountRole.OPERATOR, None)
    seen = trail.entries(lead, limit=50)
    assert [(e.actor, e.action) for e in seen] == [(anne.email, AuditAction.READ)]
    everything = trail.entries(operator, limit=50)
    assert everything[1].actor == meuse.email
    assert (everything[1].action, everything[1].detail) == (AuditAction.EXPORTED, "pdf")
    assert trail.entries(operator, limit=50, actor=" ANNE@exemple.fr") == seen
    assert trail.entries(anne, limit=50) == ()


def test_the_audit_cannot_be_rewritten_nor_erased_before_a_year(store, desk, lead) -> None:
    store.start("x")
    desk.open(lead, "x")
    long_ago = datetime.now(UTC) - timedelta(days=366)
    with store.engine.begin() as connection:
        connection.execute(
            audit.insert().values(at=long_ago, actor="old", action="read", detail="")
        )
    for statement in (audit.update().values(actor="nobody"), audit.delete()):
        with pytest.raises(sa.exc.DBAPIError), store.engine.begin() as connection:
            connection.execute(statement)
    with store.engine.begin() as connection:
        gone = connection.execute(audit.delete().where(audit.c.actor == "old"))
    assert gone.rowcount == 1


def test_a_database_that_does_not_answer_is_one_error_of_ours(store, desk, work, lead) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE tags RENAME TO lost"))
        connection.execute(sa.text("ALTER TABLE audit RENAME TO lost2"))
    store.start("x")
    for call in (
        lambda: desk.tags(lead),
        lambda: desk.open(lead, "x"),
        lambda: desk.export(lead, DeskQuery(), limit=1),
        lambda: work.add_tag(lead, "x", "t"),
        lambda: Audit(store.engine).entries(lead, limit=1),
    ):
        with pytest.raises(StoreUnavailable):
            call()
    with store.engine.connect() as connection:
        assert connection.scalar(sa.select(conversations.c.unread)) is True


def test_an_export_of_the_list_is_audited_with_its_size(store, desk, lead) -> None:
    for name in ("x", "y"):
        store.start(name)
    assert len(desk.export(lead, DeskQuery(), limit=10)) == 2
    assert Audit(store.engine).entries(lead, limit=1)[0].detail == "csv 2"
