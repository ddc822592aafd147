"""Every setting of Déclic, from environment variables that start with ``DECLIC_``."""

import re
import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent

_ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")
"""Scheme, host and port as a browser writes them (RFC 6454): lower case, no final slash."""


class Settings(BaseSettings):
    """Settings with defaults that run; ``declic --help`` lists them with these descriptions."""

    model_config = SettingsConfigDict(env_prefix="DECLIC_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        PROJECT / "var", description="folder of everything that the program writes"
    )
    host: str = Field("127.0.0.1", description="address on which the web process listens")
    port: int = Field(8000, ge=1, le=65535, description="port of the web process")
    dialogue_port: int = Field(
        5005, ge=1, le=65535, description="port of the Rasa process (loopback)"
    )
    actions_port: int = Field(
        5055, ge=1, le=65535, description="port of the actions process (loopback)"
    )
    root_path: str = Field(
        "",
        pattern=r"^(/[A-Za-z0-9._~-]+)*$",
        description="path under which a proxy serves the web process, such as /declic",
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="origins of the portals that may embed the chat, separated by spaces",
    )
    database_url: str | None = Field(
        None,
        description="SQLAlchemy URL of the conversations database; default: SQLite in data_dir",
    )
    secret_key: str | None = Field(
        None, min_length=16, description="signs tokens and sessions; default: made once in data_dir"
    )
    encoder: str = Field(
        "all-MiniLM-L6-v2",
        description="sentence-transformers model: embedded, hub name or local path",
    )
    message_max_length: int = Field(
        4000, ge=200, description="longest message accepted, in characters"
    )
    messages_per_minute: int = Field(
        60, ge=1, description="messages accepted in a minute from one conversation"
    )
    openings_per_minute: int = Field(
        60, ge=1, description="conversations that one address may open in a minute"
    )
    requests_per_minute: int = Field(
        600, ge=1, description="requests to the chat accepted in a minute from one address"
    )
    turn_timeout_s: float = Field(
        5.0, gt=0, description="longest wait of a person for an answer, in seconds"
    )
    outage_patience_s: float = Field(
        60.0,
        ge=0,
        description="how long a message is tried again while a process restarts, in seconds",
    )
    quick_death_s: float = Field(
        60.0,
        ge=0,
        description="a process that dies within so many seconds of its start is ill: the fifth "
        "such death in a row ends declic serve",
    )
    token_days: int = Field(
        180, ge=1, description="days during which a conversation's token is valid"
    )
    resume_days: int = Field(
        7, ge=1, le=30, description="days during which a conversation is resumed by code or link"
    )
    retention_days: int = Field(
        180, ge=1, description="days during which a conversation kept with consent is kept"
    )
    ephemeral_hours: int = Field(
        24, ge=1, description="hours after which a conversation without consent is forgotten"
    )
    session_hours: int = Field(8, ge=1, description="hours after which an adviser logs in again")
    session_idle_minutes: int = Field(
        60, ge=5, description="minutes without use after which an adviser logs in again"
    )
    smtp_url: str | None = Field(
        None,
        description="server that e-mails advisers, smtp://[user:password@]host:port or smtps://…; "
        "default: no e-mail",
    )
    smtp_from: str = Field("declic@localhost", description="sender of the e-mails to advisers")
    public_url: str = Field(
        "http://127.0.0.1:8000", description="address of the web process, as links in e-mails say"
    )
    operator_name: str = Field(
        "Déclic", description="who answers for personal data, as shown to people"
    )
    operator_contact: str = Field(
        "une conseillère ou un conseiller de France Travail, de la mission locale "
        "ou de Numéric'Emploi",
        description="how a person reaches a human, as shown to people",
    )
    geocoder_url: str | None = Field(
        None,
        description="online geocoder asked when a place is in doubt, such as "
        "https://data.geopf.fr/geocodage/search; default: none, places stay on this machine",
    )
    geocoder_timeout_s: float = Field(
        1.5, gt=0, le=10, description="longest wait for the online geocoder, in seconds"
    )
    python310: str | None = Field(None, description="Python 3.10 for the Rasa environment")

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin: write https://portail.example")
        return origins

    @property
    def catalogue_path(self) -> Path:
        return self.data_dir / "catalogue.db"

    @property
    def conversations_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'conversations.db'}"

    @property
    def tracker_path(self) -> Path:
        return self.data_dir / "tracker.db"

    @property
    def matching_dir(self) -> Path:
        return self.data_dir / "matching"

    @property
    def dialogue_models_dir(self) -> Path:
        return self.data_dir / "dialogue"

    @property
    def roles_dir(self) -> Path:
        return PROJECT / "data" / "jobs"

    @cached_property
    def signing_key(self) -> str:
        """The secret key, made on first use and kept in ``data_dir/secret.key`` (mode 600)."""
        if self.secret_key:
            return self.secret_key
        path = self.data_dir / "secret.key"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x", encoding="ascii") as file:
                path.chmod(0o600)
                file.write(secrets.token_urlsafe(32))
        except FileExistsError:
            pass
        return path.read_text(encoding="ascii")
