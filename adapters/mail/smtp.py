"""How is a letter handed to a mail server? Over TLS, from the start or after STARTTLS, or in clear if that is said.

`smtps://` is TLS from the start, `smtp://` insists on STARTTLS, `smtp+plain://` is for a relay on the same machine.
The server's certificate is checked against the system's authorities (SSL_CERT_FILE names others).
"""

from __future__ import annotations

import smtplib
import ssl
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from adapters.mail import Message, Unsent, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.ports import PersonId

PATIENCE: Final = 20.0
"""Seconds that the server may take for an answer."""
PORTS: Final = {"smtps": 465, "smtp": 587, "smtp+plain": 25}
PERMANENT: Final = 500
"""From this status on, a server means it."""


class Smtp:
    """A mail server that takes our letters."""

    delivers = True

    def __init__(self, url: str, sender: str) -> None:
        """Keep its address; nothing is asked of it yet."""
        parts = urlsplit(url)
        self._scheme = parts.scheme
        self._host = parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._login = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender

    def send(self, message: Message, taken: Callable[[], None] = lambda: None) -> None:
        """Hand in a message, and call `taken` once the server has accepted it; raises Unsent."""
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
        except (smtplib.SMTPException, OSError) as error:  # it may be there again, or be set right, in a while
            if not accepted:  # else the session broke after the server had accepted the message
                raise Unsent(for_good=False) from error

    def forget(self, person: PersonId) -> None:
        """Nothing of what was handed in is still here."""

    def tidy(self) -> None:
        """Nothing of what was handed in is still here."""

    def _connected(self) -> smtplib.SMTP:
        if self._scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=PATIENCE, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=PATIENCE)
