"""``/widget.js``: the element <declic-chat> as one file, made of its texts, style and scripts."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any, Final

import yaml
from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.settings import PROJECT, Settings

_SOURCES: Final = Path(__file__).parent / "widget"
_TEXTS: Final = PROJECT / "data" / "texts" / "widget.yml"
_SCRIPTS: Final = (  # each uses only what comes before it
    "dom",
    "api",
    "log",
    "speech",
    "composer",
    "panels",
    "commands",
    "chat",
    "element",
)
_KEPT_S: Final = 600


def load_texts(path: Path = _TEXTS) -> dict[str, Any]:
    """What the widget says by itself, in French."""
    texts: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return texts


def build(texts: dict[str, Any], *, longest: int) -> bytes:
    """The script; ``longest`` is the most characters that a message may have.

    One function holds it all, so that no name of it meets one of the portal's.
    """
    style = (_SOURCES / "widget.css").read_text(encoding="utf-8")
    constants = {"TEXTS": texts, "STYLES": style, "LONGEST": longest}
    parts = [f"const {name} = {json.dumps(value)};" for name, value in constants.items()]
    parts += [(_SOURCES / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS]
    return "\n".join(['(() => {\n"use strict";', *parts, "})();\n"]).encode()


def embed_router(settings: Settings, *, texts: dict[str, Any]) -> APIRouter:
    """The script is made once. Portals load it from their own pages: it is open to every site,
    unlike the API, and a browser keeps it for ten minutes.
    """
    router = APIRouter()
    script = build(texts, longest=settings.message_max_length)
    packed = gzip.compress(script, mtime=0)
    etag = f'"{hashlib.sha256(script).hexdigest()[:32]}"'
    headers = {
        "Cache-Control": f"public, max-age={_KEPT_S}",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "ETag": etag,
        "Vary": "Accept-Encoding",
    }

    @router.api_route("/widget.js", methods=["GET", "HEAD"], include_in_schema=False)
    async def widget(request: Request) -> Response:
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            coded = headers | {"Content-Encoding": "gzip"}
            return Response(packed, media_type="text/javascript", headers=coded)
        return Response(script, media_type="text/javascript", headers=headers)

    return router
