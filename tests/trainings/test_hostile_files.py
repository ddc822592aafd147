"""Files that are no catalogue, or would harm: refused in one line, with nothing changed."""

import io
import socket
import threading
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.places import PlaceFinder
from bot.roles import Role
from bot.trainings import Catalogue, ImportReport, import_offers
from bot.trainings.importers import Format, UnreadableCatalogue, open_catalogue
from bot.trainings.scope import Scope
from tests.trainings.conftest import ReadLheo
from tests.trainings.lheo_files import FORMATION, FULL, INDEX, with_change, with_element
from tests.trainings.offers import TODAY, offer


def zipped(text: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("lheo.xml", text)
    return content.getvalue()


def with_doctype(declarations: str, use: str) -> str:
    text = with_change("<lheo ", f"<!DOCTYPE lheo [{declarations}]><lheo ")
    return with_element("intitule-formation", use, text)


LAUGHS = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
)
HTML = (
    "<!DOCTYPE html><html><head><title>503</title></head><body><h1>Indisponible</h1></body></html>"
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (zipped(FULL), "a zip archive or a workbook"),
        (b"\x1f\x8b\x08\x00" + b"\x00" * 20, "a gzip archive"),
        (b"%PDF-1.7\n", "a PDF file"),
        (HTML.encode(), "a web page"),
        (b'<?xml version="1.0"?>\n' + HTML.encode(), "a web page"),
        (b"\n\n<HTML><BODY>Erreur 404", "a web page"),
        (b"<?xml version='1.0'?><!-- a --><!-- b -->" + HTML.encode(), "a web page"),
        (b"<!---->" * 500 + b"<rss/>", "XML, but not LHEO"),
        (b'{"offres": []}', "JSON"),
        (b"<rss><channel/></rss>", "XML, but not LHEO"),
        (b"<rss><formation/></rss>", "XML, but not LHEO"),
        (FULL[: len(FULL) // 2].encode(), "cut, or not well-formed XML"),
        (FULL[:-10].encode(), "cut, or not well-formed XML"),
        (FULL.encode()[: FULL.encode().index("é".encode()) + 1], "cut, or not well-formed XML"),
        (INDEX.replace("</lheo-index>", "").encode(), "cut, or not well-formed XML"),
        (with_change("<contenu-formation>", "<contenu>").encode(), "cut, or not well-formed XML"),
        (with_element("intitule-formation", "&inconnu;").encode(), "cut, or not well-formed XML"),
        (b"<lheo><offres>" + b"<a>" * 100_000, "cut, or not well-formed XML"),
        (with_doctype(LAUGHS, "&m;").encode(), "entit"),
        (
            with_doctype('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;").encode(),
            "declares entities",
        ),
        (with_doctype('<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;', "a").encode(), "entities"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_in_one_line_and_nothing_changes(
    tmp_path: Path,
    roles: dict[str, Role],
    scope: Scope,
    finder: PlaceFinder,
    content: bytes,
    reason: str,
) -> None:
    catalogue = tmp_path / "catalogue.db"
    import_offers(catalogue, lambda report: [offer("a")], source="region", roles=roles)
    before = catalogue.read_bytes()
    path = tmp_path / "offres.xml"
    path.write_bytes(content)
    with pytest.raises(UnreadableCatalogue) as raised:
        import_offers(
            catalogue,
            open_catalogue(path, source="region", scope=scope, finder=finder, today=TODAY),
            source="region",
            roles=roles,
        )
    assert reason in raised.value.detail
    assert "\n" not in raised.value.detail
    assert str(path) in raised.value.detail
    assert catalogue.read_bytes() == before


def test_an_absent_file_and_a_folder_are_refused(
    tmp_path: Path, scope: Scope, finder: PlaceFinder
) -> None:
    for path, reason in ((tmp_path / "rien.xml", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(UnreadableCatalogue, match=reason):
            open_catalogue(path, source="region", scope=scope, finder=finder, today=TODAY)


def test_a_format_that_is_not_the_one_announced_is_refused(
    tmp_path: Path, scope: Scope, finder: PlaceFinder
) -> None:
    path = tmp_path / "offres"
    path.write_text(FULL, encoding="utf-8")
    with pytest.raises(UnreadableCatalogue, match="not CSV, but looks like LHEO"):
        open_catalogue(
            path, source="r", scope=scope, finder=finder, today=TODAY, format_=Format.CSV
        )


def test_nothing_is_fetched_from_the_network(read_lheo: ReadLheo) -> None:
    called = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(1)

        def wait() -> None:
            try:
                server.accept()[0].close()
            except TimeoutError:
                return
            called.set()

        listener = threading.Thread(target=wait)
        listener.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/lheo.dtd"
        text = with_change("<lheo ", f'<!DOCTYPE lheo SYSTEM "{address}"><lheo ')
        offers, _ = read_lheo(text)
        listener.join()
    assert len(offers) == 1
    assert not called.is_set()


def test_a_record_without_end_does_not_fill_the_memory(
    tmp_path: Path, scope: Scope, finder: PlaceFinder
) -> None:
    path = tmp_path / "offres.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write("<lheo><offres><formation>")
        for _ in range(40_000):
            file.write(f"<extras><extra>{'x' * 1000}</extra></extras>")
    reader = open_catalogue(path, source="r", scope=scope, finder=finder, today=TODAY)
    with pytest.raises(UnreadableCatalogue, match="no end of a training within 16 MiB"):
        list(reader(ImportReport()))


def test_memory_stays_flat_however_many_records(
    tmp_path: Path, scope: Scope, finder: PlaceFinder
) -> None:
    """What Python holds; that of the parser is in ``benchmarks/importing.py``."""
    path = tmp_path / "offres.xml"
    record = FORMATION.replace("M1855", "D1102").replace("31090", "21538").replace("37674", "1")

    def peak(records: int) -> int:
        path.write_text(f"<lheo><offres>{record * records}</offres></lheo>", encoding="utf-8")
        reader = open_catalogue(path, source="r", scope=scope, finder=finder, today=TODAY)
        report = ImportReport()
        tracemalloc.start()
        assert list(reader(report)) == []
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert report.out_of_scope == records
        return highest

    peak(10)
    assert peak(2000) < peak(100) + 500_000


def test_a_training_with_too_many_sessions_is_refused(read_lheo: ReadLheo) -> None:
    session = FORMATION[FORMATION.index("<session") : FORMATION.index("</session>") + 10]
    offers, report = read_lheo(with_change(session, session * 2001))
    assert offers == []
    assert report.reasons == {"session: more than 2000 in one training": 1}


def test_html_that_never_closes_costs_no_more_than_its_length(read_lheo: ReadLheo) -> None:
    for piece in ("&lt;script ", "&lt;!-- ", "&amp;lt;", "&lt;a "):
        (found,), _ = read_lheo(with_element("contenu-formation", piece * 20_000))
        assert found.title == "Développeur web"


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(
        ["intitule-formation", "code-niveau-entree", "debut", "fin", "latitude", "codepostal",
         "ville", "code-ROME", "frais-restants", "nombre-heures-centre", "code-RNCP", "urlweb"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="<>&", exclude_categories=["Cc"])),
)  # fmt: skip
def test_any_value_is_kept_or_refused_and_all_are_counted(
    read_lheo: ReadLheo, name: str, value: str
) -> None:
    text = with_element(name, value.replace("\ufffe", "").replace("\uffff", ""))
    offers, report = read_lheo(text)
    assert report.read == len(offers) + report.refused + report.out_of_scope + report.over == 1


def test_a_file_without_any_offer_keeps_what_the_source_had(
    tmp_path: Path, roles: dict[str, Role], scope: Scope, finder: PlaceFinder
) -> None:
    catalogue = tmp_path / "catalogue.db"
    import_offers(catalogue, lambda report: [offer("a")], source="region", roles=roles)
    path = tmp_path / "offres.xml"
    path.write_text("<lheo><offres/></lheo>", encoding="utf-8")

    def again(*, allow_empty: bool) -> ImportReport:
        reader = open_catalogue(path, source="region", scope=scope, finder=finder, today=TODAY)
        return import_offers(
            catalogue, reader, source="region", roles=roles, allow_empty=allow_empty
        )

    before = catalogue.read_bytes()
    report = again(allow_empty=False)
    assert (report.read, report.unchanged, report.withdrawn) == (0, True, 0)
    assert catalogue.read_bytes() == before
    report = again(allow_empty=True)
    assert (report.unchanged, report.withdrawn) == (False, 1)
    assert Catalogue(catalogue).offer("region:a") is None
