"""How does a letter leave? To a mail server where one is named, else into a folder, for a trial and for tests."""

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
"""A character of a quoted local part that stands for itself (RFC 5322, 3.2.4)."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A letter as it is read: to which address, about what, in which language or languages."""

    id: UUID
    person: PersonId | None
    to: str
    subject: str
    text: str
    language: str


class Unsent(Exception):  # noqa: N818  (an answer)
    """The letter was not taken; for good, where no later try would do better."""

    def __init__(self, *, for_good: bool) -> None:
        """Say nothing of whom it was for."""
        super().__init__(for_good)
        self.for_good = for_good


class PostOffice(Protocol):
    """Where letters are handed in; `delivers`: it hands them on by itself, as a server does and a folder does not."""

    @property
    def delivers(self) -> bool:
        """Return whether what was handed in reaches its reader without anybody doing more."""
        ...

    def send(self, message: Message, taken: Callable[[], None] = lambda: None) -> None:
        """Hand in a message, and call `taken` as soon as it is accepted; raises Unsent."""
        ...

    def forget(self, person: PersonId) -> None:
        """Take back the copies of letters to a person that are still here."""
        ...

    def tidy(self) -> None:
        """Take back the copies of letters in which no link is valid any longer."""
        ...


def written(message: Message, sender: str) -> EmailMessage:
    """The message as RFC 5322 wants it; raises Unsent for an address that is none."""
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = sender
        mail["To"] = message.to
        _says(mail, message.to)
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(localtime())
        mail["Message-ID"] = f"<{message.id}@{sender.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)  # takes away what was said of other content
        mail["Content-Language"] = message.language
    except Exception as error:  # a line break, say; of what is no address the library makes errors of all kinds
        raise Unsent(for_good=True) from error
    return mail


def _says(mail: EmailMessage, to: str) -> None:
    """Whoever it is handed in for, and nobody else, is whom it names: what looks like an encoded word is unpacked."""
    local, _, domain = to.rpartition("@")
    if local.startswith('"'):
        local = ESCAPED.sub(r"\1", local[1:-1])
    named = [(each.username, each.domain) for each in mail["To"].addresses]
    if named != [(local, domain)]:
        raise ValueError(len(named))
