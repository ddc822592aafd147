"""Online geocoder of the Géoplateforme (IGN): which commune a text means.

Off by default: a setting gives its address. It is asked only for what the places of this machine
leave in doubt, and only the text about the place is sent. Its answers follow GeoCodeJSON.
"""

import logging
import time
from dataclasses import dataclass
from typing import Annotated, Final

import httpx
from pydantic import Field, TypeAdapter, ValidationError

from bot.errors import GeocoderUnavailable

_SHORTEST: Final = 3
_LONGEST: Final = 200
"""Characters, at least and at most, that the service takes."""
_LARGEST: Final = 200_000
"""Bytes of an answer; five places take some three thousand."""
_LIMIT: Final = 5
_PROBABLE: Final = 0.6
"""Score from 0 to 1 under which an answer is no more than a resemblance."""


@dataclass(frozen=True)
class _Properties:
    citycode: Annotated[str, Field(pattern=r"^\d[\dAB]\d{3}$")]
    score: Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(frozen=True)
class _Feature:
    properties: _Properties


@dataclass(frozen=True)
class _Features:
    features: list[_Feature]


_ANSWER: Final = TypeAdapter(_Features)


class Geocoder:
    """Asks one service; ``transport`` stands for the network."""

    def __init__(
        self, url: str, *, timeout_s: float, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._url = url
        self._timeout_s = timeout_s
        self._http = httpx.Client(timeout=timeout_s, transport=transport)
        # It writes each address called, and so what people typed, at the level "info".
        logging.getLogger("httpx").setLevel(logging.WARNING)

    def city_codes(self, text: str) -> tuple[str, ...]:
        """INSEE codes of the communes that the text probably means, likeliest first.

        Raises GeocoderUnavailable when there is no answer in time, or none that can be read.
        """
        asked = " ".join(text.split())[:_LONGEST]
        if len(asked) < _SHORTEST:
            return ()
        try:
            answer = _ANSWER.validate_json(self._read(asked))
        except (httpx.HTTPError, httpx.InvalidURL, ValidationError) as error:
            # Neither error is quoted: both hold what the person wrote.
            raise GeocoderUnavailable(f"{self._url}: {type(error).__name__}") from None
        probable = [f.properties for f in answer.features if f.properties.score >= _PROBABLE]
        return tuple(dict.fromkeys(found.citycode for found in probable))

    def _read(self, asked: str) -> bytes:
        """The body of the answer; the time-out is for the whole, not for each packet."""
        deadline = time.monotonic() + self._timeout_s
        query = httpx.QueryParams(q=asked, index="address", limit=_LIMIT, autocomplete=0)
        body = b""
        with self._http.stream("GET", self._url, params=query) as response:
            response.raise_for_status()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _LARGEST or time.monotonic() > deadline:
                    raise GeocoderUnavailable(f"{self._url}: too long an answer")
        return body
