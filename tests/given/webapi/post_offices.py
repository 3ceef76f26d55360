"""A mail server in memory, which refuses chosen addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.mail import MailMessage, Unsent, written
from domain.ports import PersonId


@dataclass
class ServerInMemory:
    """A mail server: the letters that it accepted, and the addresses that do not exist."""

    delivers: bool = True
    taken: list[MailMessage] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

    def send(self, message: MailMessage, taken: Callable[[], None] = lambda: None) -> None:
        """Accept a letter; raises Unsent permanently for an address that does not exist."""
        written(message, "acquis@example.org")
        if message.to in self.unknown:
            raise Unsent(for_good=True)
        self.taken.append(message)
        taken()

    def forget(self, person: PersonId) -> None:
        """Do nothing: accepted letters are not stored here."""

    def tidy(self) -> None:
        """Do nothing: accepted letters are not stored here."""

    def kinds(self, to: str) -> list[str]:
        """Return the French subjects of the letters to an address, in order."""
        return [each.subject.partition(" / ")[0] for each in self.taken if each.to == to]
