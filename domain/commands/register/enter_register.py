from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.framework.framework import Framework
from domain.jury.access import run
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log, Role
from domain.register.facts import RegisterEntered
from domain.register.register import Register, TitleNotReleased


@dataclass(frozen=True, kw_only=True)
class EnterRegister:
    """Enter a released title under the next number (inscrire au registre).

    Loads the candidacy, its sessions and deliberations, the framework and its register.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (RegisterEntered,)
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        """Record RegisterEntered with the day of the jury that pronounced the title, and its option."""
        candidacy = run(log, self.candidacy)
        terms = candidacy.terms
        sessions = [log.load(JurySession, session) for session in candidacy.sessions]
        won = [
            (session.opened_on, session.id, said)
            for session in sessions
            if session.opened_on is not None
            and session.released_to(self.candidacy)
            and (said := log.find(Deliberation, Deliberation.id_of(session.id, self.candidacy))).title
        ]
        if not won:
            raise TitleNotReleased(self.candidacy)
        obtained_on, session, said = won[0]
        framework = log.load(Framework, terms.framework).content
        option = said.option_title(candidacy.called(session), framework)
        register = log.find(Register, Register.id_of(terms.framework))
        log.record(register, register.enter(self.candidacy, terms.candidate, terms.framework, obtained_on, option))
