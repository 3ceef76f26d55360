"""A post office in memory: a server that takes letters, and refuses the addresses that it is told to refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.mail import MailMessage, Unsent, written
from domain.ports import PersonId


@dataclass
class ServerInMemory:
    """A mail server: what it took, and the addresses that nobody has there."""

    delivers: bool = True
    taken: list[MailMessage] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

    def send(self, message: MailMessage, taken: Callable[[], None] = lambda: None) -> None:
        """Take a letter; raises Unsent for good where nobody has its address."""
        written(message, "acquis@example.org")
        if message.to in self.unknown:
            raise Unsent(for_good=True)
        self.taken.append(message)
        taken()

    def forget(self, person: PersonId) -> None:
        """Nothing of what was handed in is still here."""

    def tidy(self) -> None:
        """Nothing of what was handed in is still here."""

    def kinds(self, to: str) -> list[str]:
        """The French subjects of what was taken for an address, in order."""
        return [each.subject.partition(" / ")[0] for each in self.taken if each.to == to]
