"""The one script that portals load, and what it is made of."""

import gzip
import re
from collections.abc import Iterator
from typing import Any

from bot.dialogue.shortcuts import load_shortcuts
from bot.settings import PROJECT
from bot.web import embed

SCRIPTS = "".join(
    path.read_text(encoding="utf-8")
    for path in sorted((PROJECT / "bot" / "web" / "widget").glob("*.js"))
)


def test_the_script_is_one_small_file_that_any_page_may_load(client) -> None:
    response = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert len(gzip.compress(response.content, mtime=0)) <= 25_000
    plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert plain.content == response.content
    etag = {"If-None-Match": response.headers["ETag"]}
    assert client.get("/widget.js", headers=etag).status_code == 304


def test_the_script_names_no_other_site(client) -> None:
    script = client.get("/widget.js").text
    addresses = set(re.findall(r"https?://[\w.-]+", script))
    assert addresses == {"http://www.w3.org"}  # the namespace of SVG, which nothing asks for


def leaves(texts: dict[str, Any], before: str = "") -> Iterator[str]:
    for name, text in texts.items():
        if isinstance(text, dict):
            yield from leaves(text, f"{before}{name}.")
        else:
            yield before + name


def test_the_scripts_say_every_text_and_no_other() -> None:
    said = set(re.findall(r"TEXTS\.([a-z_]+(?:\.[a-z_]+)?)", SCRIPTS))
    assert said == set(leaves(embed.load_texts()))


def test_no_script_makes_elements_from_markup() -> None:
    for sink in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        ".style=",
    ):
        assert sink not in SCRIPTS


def test_what_the_buttons_say_for_the_person_is_understood_beyond_doubt() -> None:
    recognise = load_shortcuts(PROJECT / "data" / "answers" / "shortcuts.yml")
    said = embed.load_texts()["said"]
    assert {name: recognise(text) for name, text in said.items()} == {
        "human": "talk_to_human",
        "change_answer": "change_answer",
        "start_over": "start_over",
        "erase": "erase_data",
    }


def test_the_scripts_are_put_together_in_one_function() -> None:
    script = embed.build({"a": "</script>\u2028é"}, longest=7).decode()
    assert script.startswith('(() => {\n"use strict";')
    assert script.rstrip().endswith("})();")
    assert "const LONGEST = 7;" in script
    assert script.split("const STYLES")[0].isascii()
