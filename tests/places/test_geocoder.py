"""The online geocoder on the wire: a real server on loopback that answers as the real one does.

Not one of these tests leaves this machine.
"""

import json
import logging
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.errors import GeocoderUnavailable
from bot.places import PlaceFinder, load_finder, open_finder
from bot.places.geocoder import Geocoder
from bot.settings import Settings

METZ, NANCY, FLOING = "57463", "54395", "08174"


class FakeService:
    """Answers every request with ``body``, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self.status, self.body, self.pause_s = 200, b"", 0.0
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.asked.append(parse_qs(urlsplit(self.path).query))
                self.send_response(service.status)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.end_headers()
                for byte in range(len(service.body)) if service.pause_s else ():
                    time.sleep(service.pause_s)
                    try:
                        self.wfile.write(service.body[byte : byte + 1])
                    except OSError:
                        return
                if not service.pause_s:
                    self.wfile.write(service.body)

            def log_message(self, *_: object) -> None:
                """Nothing of it belongs in the output of the tests."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/geocodage/search"

    def answers(self, *found: tuple[str, float]) -> None:
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [6.1757, 49.1193]},
                "properties": {
                    "label": "Rue Serpenoise 57000 Metz",
                    "score": score,
                    "id": "57463_9203",
                    "name": "Rue Serpenoise",
                    "postcode": "57000",
                    "citycode": code,
                    "city": "Metz",
                    "context": "57, Moselle, Grand Est",
                    "type": "street",
                    "importance": 0.7,
                },
            }
            for code, score in found
        ]
        body = {"type": "FeatureCollection", "features": features, "query": "metz"}
        self.body = json.dumps(body).encode()


@pytest.fixture
def service() -> Iterator[FakeService]:
    service = FakeService()
    thread = Thread(target=service.server.serve_forever, daemon=True)
    thread.start()
    yield service
    service.server.shutdown()
    service.server.server_close()
    thread.join()


@pytest.fixture
def geocoder(service: FakeService) -> Geocoder:
    return Geocoder(service.url, timeout_s=2)


@pytest.fixture
def online(geocoder: Geocoder) -> PlaceFinder:
    return load_finder(geocoder=geocoder)


def test_the_question_is_on_the_wire_as_the_service_wants_it(service, geocoder) -> None:
    service.answers((METZ, 0.9))
    assert geocoder.city_codes("  12 rue Serpenoise,\n Metz ") == (METZ,)
    assert service.asked == [
        {
            "q": ["12 rue Serpenoise, Metz"],
            "index": ["address"],
            "limit": ["5"],
            "autocomplete": ["0"],
        }
    ]


def test_no_more_is_sent_than_the_service_takes(service, geocoder) -> None:
    service.answers()
    assert geocoder.city_codes("é" * 10_000) == ()
    assert service.asked[0]["q"] == ["é" * 200]
    assert geocoder.city_codes("  a ") == ()
    assert len(service.asked) == 1


def test_what_only_resembles_is_no_answer_and_each_commune_comes_once(service, geocoder) -> None:
    service.answers((METZ, 0.95), (METZ, 0.9), (NANCY, 0.7), (FLOING, 0.3))
    assert geocoder.city_codes("rue de la gare") == (METZ, NANCY)


BAD_BODIES = [
    b"",
    b"<html>maintenance</html>",
    b"[]",
    b'{"features": [{"properties": {}}]}',
    b'{"features": [{"properties": {"citycode": "57463", "score": "NaN"}}]}',
    b'{"features": [{"properties": {"citycode": "../../etc", "score": 0.9}}]}',
    b'{"features": null}',
    b'{"features": [' + b" " * 300_000 + b"]}",
]


@pytest.mark.parametrize("body", BAD_BODIES)
def test_an_answer_that_cannot_be_read_is_an_error_of_ours(service, geocoder, body) -> None:
    service.body = body
    with pytest.raises(GeocoderUnavailable) as caught:
        geocoder.city_codes("chez moi à Metz")
    assert "chez moi" not in caught.value.detail


@pytest.mark.parametrize("status", [301, 400, 429, 500, 503])
def test_a_refusal_is_an_error_of_ours(service, geocoder, status) -> None:
    service.answers((METZ, 0.9))
    service.status = status
    with pytest.raises(GeocoderUnavailable, match="HTTPStatusError"):
        geocoder.city_codes("Metz")


def test_nobody_listening_is_an_error_of_ours(service) -> None:
    free = Geocoder("http://127.0.0.1:1/search", timeout_s=2)
    with pytest.raises(GeocoderUnavailable, match="ConnectError"):
        free.city_codes("Metz")


def test_a_service_that_drips_is_given_up_on(service) -> None:
    service.answers((METZ, 0.9))
    service.pause_s = 0.05
    with pytest.raises(GeocoderUnavailable, match="too long"):
        Geocoder(service.url, timeout_s=0.2).city_codes("Metz")


def test_what_is_certain_here_is_not_asked_online(service, online) -> None:
    assert online.find("Metz").places[0].id == METZ
    assert service.asked == []


def test_a_hamlet_that_only_the_service_knows_is_found(service, online) -> None:
    service.answers((FLOING, 0.92))
    found = online.find("lieu-dit Zwxyvillette")
    assert found.certain
    assert found.places[0].id == FLOING


def test_homonyms_that_the_service_tells_apart_need_no_question(service, online) -> None:
    offline = load_finder().find("Saint-Martin")
    assert not offline.certain
    service.answers((offline.places[1].id, 0.9))
    found = online.find("Saint-Martin")
    assert found.certain
    assert found.places[0] == offline.places[1]


def test_an_answer_unlike_that_of_this_machine_is_a_question(service, online) -> None:
    service.answers((METZ, 0.9))
    found = online.find("Saint-Martin")
    assert not found.certain
    assert found.places[0].id == METZ
    assert len(found.places) > 1


def test_when_the_service_is_silent_the_answer_is_that_of_this_machine(
    service, online, caplog
) -> None:
    service.status = 503
    with caplog.at_level(logging.DEBUG):
        assert online.find("Saint-Martin") == load_finder().find("Saint-Martin")
    assert "geocoder" in caplog.text
    assert "Saint-Martin" not in caplog.text


def test_it_is_off_unless_a_setting_names_it(service) -> None:
    service.answers((FLOING, 0.92))
    assert not open_finder(Settings()).find("lieu-dit Zwxyvillette").places
    assert service.asked == []
    named = Settings(geocoder_url=service.url)
    assert open_finder(named).find("lieu-dit Zwxyvillette").places[0].id == FLOING
