from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.jury.access import of_another
from domain.people.facts import SecrecyAccepted
from domain.people.person import Person, RoleNotHeld
from domain.people.secrecy import SWORN, SecrecyMisstated, accept
from domain.ports import Log, PersonId, Role
from domain.refusal import NotFound
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class AcceptSecrecy:
    """Accept professional secrecy, by the number of the text that was shown (accepter le secret professionnel).

    A person who is to read a dossier accepts for themselves. The registrar or the operator keys a paper signed on a
    given day: never their own, under any of their files, and only for a person who holds one of those roles. Loads
    the person.
    """

    roles: ClassVar = SWORN | {Role.REGISTRAR, Role.OPERATOR}
    records: ClassVar = (SecrecyAccepted,)
    again: ClassVar[Again] = {
        "signed_on": lambda append: next((f.accepted_on for f in append.of(SecrecyAccepted) if f.on_paper), None)
    }
    person: PersonId
    secrecy_text: int
    signed_on: date | None = None

    def execute(self, log: Log) -> None:
        oneself = log.actor.role in SWORN
        if oneself and log.actor.person != self.person:
            raise NotFound(self.person)
        if oneself and self.signed_on:
            en, fr = "One accepts oneself here, without a paper.", "On accepte soi-même ici, sans papier."
            raise SecrecyMisstated(self.secrecy_text, "signed-on", en, fr)
        if not oneself and not self.signed_on:
            en = "Who keys it for somebody gives the day of the paper that they signed."
            fr = "Qui le saisit pour une autre personne donne le jour du papier qu'elle a signé."
            raise SecrecyMisstated(self.secrecy_text, "signed-on", en, fr)
        person = log.load(Person, self.person) if oneself else of_another(log, self.person)
        if not person.roles & SWORN:
            raise RoleNotHeld(self.person)
        log.record(person, accept(person.secrecy, self.secrecy_text, log.today, self.signed_on))
