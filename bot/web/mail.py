"""E-mails to advisers, by the server that DECLIC_SMTP_URL names."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

from bot.conversations.outbox import DueMail
from bot.errors import DataError, DeclicError
from bot.settings import Settings
from bot.web.pages import TEMPLATES

_TIMEOUT_S: Final = 10.0
_PORTS: Final = {"smtp": 25, "smtps": 465}


class MailUnavailable(DeclicError):
    """The SMTP server did not take the e-mail; the detail is a code, never an address."""

    code = "mail"
    status = 503


class Mailer:
    """Sends one e-mail at a time. DataError when the settings mean nothing.

    With ``smtp://`` the connection is encrypted when the server offers it, and always when there
    is a password to send.
    """

    def __init__(self, settings: Settings) -> None:
        try:
            url = urlsplit(settings.smtp_url or "")
            self._port = url.port or _PORTS[url.scheme]
        except (ValueError, KeyError):
            raise DataError(
                "DECLIC_SMTP_URL must be smtp://host:port or smtps://host:port"
            ) from None
        if not url.hostname:
            raise DataError("DECLIC_SMTP_URL names no host")
        self._host = url.hostname
        self._encrypted = url.scheme == "smtps"
        self._user, self._password = unquote(url.username or ""), unquote(url.password or "")
        self._sender = settings.smtp_from
        self._domain = parseaddr(settings.smtp_from)[1].partition("@")[2]
        if not self._domain or not settings.smtp_from.isprintable():
            raise DataError("DECLIC_SMTP_FROM must be an e-mail address")
        self._public_url = settings.public_url.rstrip("/")

    def announce(self, mail: DueMail) -> None:
        """Tell an adviser that somebody waits; MailUnavailable when the server did not take it."""
        message = self._message(mail)
        try:
            with self._connection() as server:
                server.send_message(message)
        except smtplib.SMTPResponseException as error:
            raise MailUnavailable(f"SMTP {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise MailUnavailable(type(error).__name__) from None

    def _message(self, mail: DueMail) -> EmailMessage:
        template = TEMPLATES.get_template("courriel/attente.txt")
        subject, _, text = template.render(url=self._public_url).partition("\n")
        message = EmailMessage()
        message["Subject"] = subject
        message["From"] = self._sender
        message["To"] = mail.recipient
        message["Date"] = formatdate(localtime=False)
        # The same for a retry: should both arrive, a mail client shows one.
        message["Message-ID"] = f"<declic-{mail.id}-{mail.created_at:%Y%m%d%H%M%S}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text.strip() + "\n")
        return message

    def _connection(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._encrypted:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=_TIMEOUT_S, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT_S)
        try:
            server.ehlo()
            if not self._encrypted and (self._password or server.has_extn("starttls")):
                server.starttls(context=context)
                server.ehlo()
            if self._user:
                server.login(self._user, self._password)
        except (smtplib.SMTPException, OSError):
            server.close()
            raise
        return server
