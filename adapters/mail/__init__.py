"""Sending of letters: to a mail server if one is configured, else to a folder, for trials and tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from domain.ports import PersonId

ESCAPED: Final = re.compile(r"\\(.)")
"""An escaped character in a quoted local part (RFC 5322, 3.2.4)."""


@dataclass(frozen=True, kw_only=True)
class MailMessage:
    """A letter to send: its address, subject, text and language(s)."""

    id: UUID
    person: PersonId | None
    to: str
    subject: str
    text: str
    language: str


class Unsent(Exception):  # noqa: N818  (an answer)
    """The letter was not accepted; `for_good` if a later try would not help."""

    def __init__(self, *, for_good: bool) -> None:
        """Set `for_good`; the error holds no address, since errors are logged."""
        super().__init__(for_good)
        self.for_good = for_good


class PostOffice(Protocol):
    """Interface of a letter's transport."""

    @property
    def delivers(self) -> bool:
        """True if a sent letter reaches its reader without further action."""
        ...

    def send(self, message: MailMessage, taken: Callable[[], None] = lambda: None) -> None:
        """Send a message, and call `taken` as soon as it is accepted; raises Unsent."""
        ...

    def forget(self, person: PersonId) -> None:
        """Delete the copies of letters to a person that are still on this machine."""
        ...

    def tidy(self) -> None:
        """Delete the copies of letters whose links are no longer valid."""
        ...


def written(message: MailMessage, sender: str) -> EmailMessage:
    """Return the message in the form of RFC 5322; raises Unsent for an invalid address."""
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = sender
        mail["To"] = message.to
        _says(mail, message.to)
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(localtime())
        mail["Message-ID"] = f"<{message.id}@{sender.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)  # removes headers about other content
        mail["Content-Language"] = message.language
    except Exception as error:  # e.g. a line break; for invalid addresses the library raises errors of all kinds
        raise Unsent(for_good=True) from error
    return mail


def _says(mail: EmailMessage, to: str) -> None:
    """Raise ValueError unless the header names exactly this recipient after decoding encoded words."""
    local, _, domain = to.rpartition("@")
    if local.startswith('"'):
        local = ESCAPED.sub(r"\1", local[1:-1])
    named = [(each.username, each.domain) for each in mail["To"].addresses]
    if named != [(local, domain)]:
        raise ValueError(len(named))
