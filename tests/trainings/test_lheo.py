"""Reading LHEO catalogues: what each element becomes, and what senders do to the format."""

import re
from datetime import date

import pytest

from bot.trainings.model import Modality, Offer, Precision, Public
from bot.trainings.report import ImportReport
from tests.trainings.conftest import ReadLheo
from tests.trainings.lheo_files import FORMATION, FULL, INDEX, with_change, with_element, without
from tests.trainings.offers import TODAY


def only(read: tuple[list[Offer], ImportReport]) -> Offer:
    (found,), report = read
    assert (report.read, report.refused) == (1, 0)
    return found


def test_every_element_reaches_the_offer(read_lheo: ReadLheo) -> None:
    found = only(read_lheo(FULL))
    assert found == Offer(
        id="region:F1/A1/S1",
        title="Développeur web",
        provider="Atelier des Tests",
        role_ids=("developpeur-web",),
        modality=Modality.MIXED,
        place_name="Metz (57)",
        latitude=49.11,
        longitude=6.17,
        start_date=date(2027, 1, 4),
        end_date=date(2027, 6, 30),
        hours=700,
        entry_level=4,
        level_required=True,
        exit_level=5,
        audience=frozenset({Public.JOB_SEEKER}),
        alternance=False,
        cost=0.0,
        funding=("region", "cpf"),
        url="https://formations.example/f1",
        description="Créer des sites. HTML & CSS",
        source="region",
        updated_at=date(2026, 11, 2),
    )


def test_an_index_file_gives_one_offer_a_session(read_lheo: ReadLheo) -> None:
    offers, report = read_lheo(INDEX)
    assert [found.id for found in offers] == ["region:R1/20270300", "region:R1/20270900"]
    first, second = offers
    assert (report.read, report.kept_by) == (2, {"rome": 2})
    assert first.role_ids == ("technicien-support",)
    assert (first.place_name, first.latitude) == ("Metz (57)", 49.1193)
    assert (first.known(first.start_date), first.known(first.end_date)) == ("2027-03", "2027-12")
    assert (second.start_date, second.end_date) == (date(2027, 9, 30), None)
    assert (first.entry_level, first.exit_level, first.audience) == (3, 4, frozenset())
    assert first.url == "https://formations.example/r1"


@pytest.mark.parametrize(
    "namespace",
    [
        "",
        'xmlns="http://www.lheo.org/2.2"',
        'xmlns="http://lheo.gouv.fr/2.2"',
        'xmlns="https://www.of.moncompteformation.gouv.fr"',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
def test_any_namespace_and_encoding_is_read(
    read_lheo: ReadLheo, namespace: str, encoding: str
) -> None:
    text = with_change('xmlns="http://lheo.gouv.fr/2.3"', namespace)
    text = text.replace('encoding="UTF-8"', f'encoding="{encoding}"').replace("€", "")
    assert only(read_lheo(text.encode(encoding))).title == "Développeur web"


def test_elements_with_a_prefix_are_read(read_lheo: ReadLheo) -> None:
    text = with_change("<![CDATA[<p>Créer des <b>sites</b>.</p>]]>", "Créer des sites.")
    text = re.sub(r"<(/?)([a-zA-Z])", r"<\1l:\2", text).replace("xmlns=", "xmlns:l=")
    assert only(read_lheo(text)).title == "Développeur web"


@pytest.mark.parametrize(("declared", "real"), [("UTF-8", "windows-1252"), ("ISO-8859-1", "utf-8")])
def test_a_wrongly_declared_encoding_is_found_out(
    read_lheo: ReadLheo, declared: str, real: str
) -> None:
    text = with_change('encoding="UTF-8"', f'encoding="{declared}"')
    assert only(read_lheo(text.encode(real))).title == "Développeur web"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("D&eacute;veloppeur&nbsp;web", "Développeur web"),
        (
            "<![CDATA[Développeur <i>web</i> &eacute;co]]>",
            "Développeur web éco",
        ),
        ("&lt;p&gt;Développeur web&lt;/p&gt;", "Développeur web"),
        ("Développeur web &amp;amp;amp; mobile", "Développeur web & mobile"),
        ("Développeur\n   web", "Développeur web"),
        ("Développeur web <!-- note --> confirmé", "Développeur web confirmé"),
        ("Développeur web, C &lt; C++", "Développeur web, C < C++"),
        ("Développeur web &lt;script&gt;alert(1)&lt;/script&gt;", "Développeur web"),
    ],
)
def test_entities_html_and_cdata_become_plain_text(
    read_lheo: ReadLheo, written: str, title: str
) -> None:
    assert only(read_lheo(with_element("intitule-formation", written))).title == title


@pytest.mark.parametrize(
    ("code", "level", "stated"),
    [
        ("0", None, False),
        ("1", None, True),
        ("2", None, True),
        ("3", None, True),
        ("4", 3, True),
        ("5", 4, True),
        ("6", 5, True),
        ("7", 6, True),
        ("8", 7, True),
        ("11", None, True),
        ("12", None, True),
        ("13", 3, True),
        ("14", 4, True),
        ("15", 5, True),
        ("16", 6, True),
        ("17", 7, True),
        ("18", 8, True),
        ("42", None, False),
    ],
)
def test_both_series_of_level_codes_are_understood(
    read_lheo: ReadLheo, code: str, level: int | None, stated: bool
) -> None:
    found = only(read_lheo(with_element("code-niveau-entree", code)))
    assert (found.entry_level, found.level_stated) == (level, stated)


@pytest.mark.parametrize(
    ("start", "end", "known", "precision"),
    [
        ("20270104", "20270630", ("2027-01-04", "2027-06-30"), Precision.DAY),
        ("20270100", "20270630", ("2027-01", "2027-06"), Precision.MONTH),
        ("20270104", "20270600", ("2027-01", "2027-06"), Precision.MONTH),
        ("20270000", "20280000", ("2027", "2028"), Precision.YEAR),
        ("20270104", "00000000", ("2027-01-04", None), Precision.DAY),
        ("20270104", "99999999", ("2027-01-04", None), Precision.DAY),
        ("00000000", "20270630", (None, "2027-06-30"), Precision.UNKNOWN),
        ("00000000", "00000000", (None, None), Precision.UNKNOWN),
    ],
)
def test_a_date_is_known_as_far_as_it_is_given(
    read_lheo: ReadLheo,
    start: str,
    end: str,
    known: tuple[str | None, str | None],
    precision: Precision,
) -> None:
    found = only(read_lheo(with_element("fin", end, with_element("debut", start))))
    assert (found.known(found.start_date), found.known(found.end_date)) == known
    assert found.date_precision is precision


def test_a_month_that_is_not_over_has_not_begun(read_lheo: ReadLheo) -> None:
    found = only(read_lheo(with_element("debut", f"{TODAY:%Y%m}00")))
    assert found.start_date is not None
    assert found.start_date >= TODAY


def test_entries_all_year_have_no_start(read_lheo: ReadLheo) -> None:
    text = with_element("modalites-entrees-sorties", "1", with_element("debut", "20260105"))
    found = only(read_lheo(text))
    assert (found.start_date, found.date_precision) == (None, Precision.DAY)


@pytest.mark.parametrize(
    "text",
    [with_element("fin", "20261123", with_element("debut", "20260105"))]
    + [with_element("etat-recrutement", state) for state in ("2", "3")],
)
def test_a_session_that_is_over_or_closed_is_counted_and_left_out(
    read_lheo: ReadLheo, text: str
) -> None:
    offers, report = read_lheo(text)
    assert (offers, report.read, report.over, report.refused) == ([], 1, 1, 0)


PLACE = """<lieu-de-formation><coordonnees><adresse><ligne>-</ligne><codepostal>54000</codepostal>
<ville>Nancy</ville></adresse></coordonnees></lieu-de-formation><modalites-entrees"""
SESSION = "<session numero='S2'><periode><debut>20270301</debut><fin>20270901</fin></periode>"


def test_each_session_at_each_place_is_an_offer(read_lheo: ReadLheo) -> None:
    text = with_change("<modalites-entrees", PLACE)
    text = with_change('<session numero="S1">', f'{SESSION}</session><session numero="S1">', text)
    offers, report = read_lheo(text)
    assert report.read == 4
    assert {(o.id, o.place_name) for o in offers} == {
        (f"region:F1/A1/S{session}#{number}", place)
        for session in (1, 2)
        for number, place in ((1, "Metz (57)"), (2, "Nancy (54)"))
    }


def test_an_offer_without_numbers_keeps_its_id_from_one_import_to_the_next(
    read_lheo: ReadLheo,
) -> None:
    text = FULL
    for numbered in (' numero="F1"', ' numero="A1"', ' numero="S1"'):
        text = with_change(numbered, "", text)
    first, again = only(read_lheo(text)), only(read_lheo(text))
    assert first.id == again.id
    later = only(read_lheo(with_element("debut", "20270201", text)))
    assert later.id != first.id


def test_a_session_listed_twice_is_kept_once(read_lheo: ReadLheo) -> None:
    offers, report = read_lheo(with_change("</offres>", f"{FORMATION}</offres>"))
    assert len(offers) == 1
    assert [refusal.reason for refusal in report.refusals] == ["numero: used twice"]


@pytest.mark.parametrize(
    ("latitude", "longitude", "point"),
    [
        ("49.11", "6.17", (49.11, 6.17)),
        ("49,11", "6,17", (49.11, 6.17)),
        ("", "", None),
        ("6.17", "49.11", None),
        ("45.0", "-20.0", None),
        ("0", "0", None),
        ("48.85", "2.35", None),
        ("nord", "est", None),
        ("nan", "inf", None),
    ],
)
def test_coordinates_that_contradict_the_commune_give_way_to_it(
    read_lheo: ReadLheo, latitude: str, longitude: str, point: tuple[float, float] | None
) -> None:
    text = with_element("longitude", longitude, with_element("latitude", latitude))
    found = only(read_lheo(text))
    assert found.latitude is not None
    assert found.longitude is not None
    if point is None:
        assert (round(found.latitude, 1), round(found.longitude, 1)) == (49.1, 6.2)
    else:
        assert (found.latitude, found.longitude) == point


def test_a_remote_training_is_at_no_place(read_lheo: ReadLheo) -> None:
    text = without("lieu-de-formation", with_element("modalites-enseignement", "2"))
    found = only(read_lheo(text))
    assert (found.modality, found.place_name, found.latitude) == (Modality.REMOTE, "", None)


@pytest.mark.parametrize(
    ("codes", "audience"),
    [
        (["83056"], set()),
        (["80006", "83056"], set()),
        (["82044"], {Public.EMPLOYEE}),
        (["81024", "80001"], {Public.UNDER_26, Public.JOB_SEEKER}),
        (["81026"], {Public.DISABLED}),
        (["81022"], {Public.OTHERS}),
    ],
)
def test_the_public_targeted_is_told_by_its_codes(
    read_lheo: ReadLheo, codes: list[str], audience: set[Public]
) -> None:
    elements = "".join(f"<code-public-vise>{code}</code-public-vise>" for code in codes)
    text = with_change("<code-public-vise>80006</code-public-vise>", elements)
    assert only(read_lheo(text)).audience == audience


@pytest.mark.parametrize(
    ("said", "alternance"),
    [
        ("pas d'alternance", False),
        ("Sans objet", False),
        ("-", False),
        ("non", False),
        ("Contrat d'apprentissage ou de professionnalisation", True),
        ("Alternance possible : 3 semaines en entreprise", True),
    ],
)
def test_alternance_is_read_in_what_is_said_of_it(
    read_lheo: ReadLheo, said: str, alternance: bool
) -> None:
    found = only(read_lheo(with_element("modalites-alternance", said)))
    assert found.alternance is alternance
    assert ("apprentissage" in found.funding) is alternance


@pytest.mark.parametrize(
    ("remains", "price", "agreed", "cost"),
    [
        ("0 €", "4500.00", "1", 0.0),
        ("Aucun", "4500.00", "0", 0.0),
        ("Formation gratuite", "", "0", 0.0),
        ("120,50", "4500.00", "1", 120.5),
        ("", "4500.00", "0", 4500.0),
        ("", "4500.00", "1", None),
        ("Frais de dossier à prévoir", "4500.00", "0", None),
        ("", "sur devis", "0", None),
    ],
)
def test_the_cost_is_what_the_person_pays(
    read_lheo: ReadLheo, remains: str, price: str, agreed: str, cost: float | None
) -> None:
    text = with_element("frais-restants", remains)
    text = with_element("prix-total-TTC", price, with_element("conventionnement", agreed, text))
    assert only(read_lheo(text)).cost == cost


def test_who_pays_is_told_by_the_financers(read_lheo: ReadLheo) -> None:
    for code, funding in {"4": "france_travail", "7": "agefiph", "16": "opco", "17": "ptp"}.items():
        assert only(read_lheo(with_element("code-financeur", code))).funding == (funding, "cpf")
    assert only(read_lheo(with_element("code-financeur", "11"))).funding == ("cpf",)
    assert only(read_lheo(with_element("certifiante", "0"))).funding == ("region",)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (with_element("intitule-formation", ""), "intitule-formation: missing"),
        (
            with_element("intitule-formation", "Web " * 100),
            "intitule-formation: longer than 300 characters",
        ),
        (with_element("modalites-enseignement", "7"), "modalites-enseignement: must be 0, 1 or 2"),
        (with_element("debut", "janvier"), "debut: must be a date like 20270131"),
        (with_element("debut", "19000101"), "debut: must be between 2000 and 2100"),
        (with_element("fin", "21500101"), "fin: must be between 2000 and 2100"),
        (with_element("debut", "20270230"), "debut: no such day"),
        (with_element("debut", "20271300"), "debut: no such day"),
        (with_element("fin", "20261201"), "fin: before debut"),
        (without("lieu-de-formation"), "lieu-de-formation: missing"),
        (re.sub(r"<action.*</action>", "", FULL, flags=re.DOTALL), "action: missing"),
    ],
)
def test_a_bad_record_is_refused_with_its_reason_and_the_others_are_kept(
    read_lheo: ReadLheo, text: str, reason: str
) -> None:
    good = FORMATION.replace('numero="F1"', 'numero="F2"')
    offers, report = read_lheo(with_change("</offres>", f"{good}</offres>", text))
    assert [found.id for found in offers] == ["region:F2/A1/S1"]
    assert [(r.number, r.reason) for r in report.refusals] == [(1, reason)]
