"""Transport of letters to a mail server: over TLS, from the start or after STARTTLS, or in clear if configured so.

`smtps://` is TLS from the start, `smtp://` requires STARTTLS, `smtp+plain://` is for a relay on the same machine. The
server's certificate is checked against the system's authorities (SSL_CERT_FILE names others).
"""

from __future__ import annotations

import smtplib
import ssl
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from adapters.mail import MailMessage, Unsent, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.ports import PersonId

PATIENCE: Final = 20.0
"""Seconds that the server may take for an answer."""
PORTS: Final = {"smtps": 465, "smtp": 587, "smtp+plain": 25}
PERMANENT: Final = 500
"""The lowest status of a permanent failure."""


class Smtp:
    """A mail server that accepts our letters."""

    delivers = True

    def __init__(self, url: str, sender: str) -> None:
        """Store its address; no connection is made yet."""
        parts = urlsplit(url)
        self._scheme = parts.scheme
        self._host = parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._login = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender

    def send(self, message: MailMessage, taken: Callable[[], None] = lambda: None) -> None:
        """Send a message, and call `taken` once the server has accepted it; raises Unsent."""
        mail, accepted = written(message, self._sender), False
        try:
            with self._connected() as server:
                if self._scheme == "smtp":
                    server.starttls(context=ssl.create_default_context())
                if self._login[0]:
                    server.login(*self._login)
                server.send_message(mail, self._sender, [message.to])
                accepted = True
                taken()
        except smtplib.SMTPRecipientsRefused as error:
            refused = all(code >= PERMANENT for code, _ in error.recipients.values())
            raise Unsent(for_good=refused) from error
        except smtplib.SMTPDataError as error:
            raise Unsent(for_good=error.smtp_code >= PERMANENT) from error
        except (smtplib.SMTPException, OSError) as error:  # a later try may succeed, on a corrected server
            if not accepted:  # otherwise the session broke after the server had accepted the message
                raise Unsent(for_good=False) from error

    def forget(self, person: PersonId) -> None:
        """Do nothing: no copy of a sent letter is kept."""

    def tidy(self) -> None:
        """Do nothing: no copy of a sent letter is kept."""

    def _connected(self) -> smtplib.SMTP:
        if self._scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=PATIENCE, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=PATIENCE)
