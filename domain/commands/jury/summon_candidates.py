from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import CandidateSummoned
from domain.commands.jury.summon_candidate import list_candidate
from domain.jury.access import run, run_session
from domain.jury.facts import CandidateListed, ReleaseWithheld
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.refusal import Missing, NotFound, Refused, Violation
from domain.streams.read_back import Again


class NobodySummoned(Refused):
    """Candidates are called together or not at all: while one of them may not come, nobody is called."""

    fr = (
        "Les candidats choisis sont convoqués ensemble, ou pas du tout : l'un d'eux ne peut pas l'être, "
        "personne n'est convoqué."
    )


class NobodyChosen(Refused):
    """At least one candidate is called before a session, and each of them once."""

    fr = "On convoque au moins un candidat devant une session, et chacun une seule fois."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class SummonCandidates:
    """Call several candidates before a jury session, all of them or none (convoquer plusieurs candidats).

    Loads what each summons loads. If there are fewer places than candidates, or one of them may not come, none is
    called: otherwise the order of a list would decide who is called.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (CandidateListed, ReleaseWithheld, CandidateSummoned)
    again: ClassVar[Again] = {
        "candidacies": lambda append: tuple(each.candidacy for each in append.of(CandidateListed))
    }
    session: SessionId
    candidacies: tuple[CandidacyId, ...]

    def execute(self, log: Log) -> None:
        """Record what SummonCandidate records, for each candidate in turn."""
        session = run_session(log, self.session)
        if not self.candidacies or len(set(self.candidacies)) < len(self.candidacies):
            raise NobodyChosen(self.session)
        session.check_places(len(self.candidacies))
        barred: list[Violation] = []
        for candidacy in [run(log, each) for each in self.candidacies]:
            try:
                session = _called(log, session, candidacy)
            except NotFound:
                raise
            except Refused as refusal:
                barred.extend(_why(candidacy, refusal))
        if barred:
            raise NobodySummoned(self.session, violations=tuple(barred))


def _called(log: Log, session: JurySession, candidacy: Candidacy) -> JurySession:
    """Call one candidate; return the session with them on its list."""
    facts = list_candidate(log, session, candidacy)
    log.record(session, *facts)
    log.record(candidacy, CandidateSummoned(session=session.id))
    for fact in facts:
        session = session.evolve(fact)
    return session


def _why(candidacy: Candidacy, refusal: Refused) -> Iterator[Violation]:
    """Yield the rules that prevent a candidate from being called."""
    them = Missing("CandidateListed", "Not called", "N'est pas convoqué", (candidacy.terms.candidate,))
    yield Violation(
        refusal.slug(),
        refusal.sentence("en"),
        refusal.sentence("fr"),
        refusal.reference("en"),
        refusal.reference("fr"),
        missing=(them,),
    )
    yield from refusal.violations
