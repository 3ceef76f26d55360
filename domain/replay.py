"""Was each decision lawful on the facts then known? The same rules, run again over the sealed log, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast, get_args
from uuid import UUID

from domain.assessment import Assessment, AssessmentFact, AssessmentFiled, CompetenceAssessed
from domain.candidacy import Candidacy, CandidacyFact, CandidacyOpened, ValidationFileSubmitted
from domain.deliberation import (
    BlockGranted,
    BlockNotGranted,
    CompetenceRuled,
    Deliberation,
    DeliberationFact,
    DeliberationOpened,
    Ruling,
    TitlePronounced,
)
from domain.evidence import Evidence, EvidenceFact
from domain.fact import Fact, Told
from domain.framework import Framework, FrameworkFact
from domain.hearing import Hearing
from domain.jury import JurySession, JurySessionFact, MinutesSigned, ResultsReleased, SessionClosed, SessionOpened
from domain.person import Person, PersonFact
from domain.ports import CandidacyId, EvidenceId, PersonId, SessionId
from domain.refusal import Refused
from domain.register import Register, RegisterFact
from domain.rulebook import Rulebook, RulebookFact

SAID = "…"
"""Stands for a reason that was given: its text is sealed, that it was given is not."""

KINDS: dict[type[Fact], type[Any]] = {
    fact: kind
    for kind, union in (
        (Framework, FrameworkFact),
        (Rulebook, RulebookFact),
        (Person, PersonFact),
        (Candidacy, CandidacyFact),
        (Evidence, EvidenceFact),
        (Assessment, AssessmentFact),
        (JurySession, JurySessionFact),
        (Deliberation, DeliberationFact),
        (Register, RegisterFact),
    )
    for fact in (get_args(union) or (union,))
}
"""The aggregate whose stream holds each fact."""


@dataclass(frozen=True)
class Unlawful:
    """A fact that the rules would refuse on what was known before it: its position, and the rule."""

    position: int
    rule: str


def replay(facts: Iterable[Told]) -> Iterator[Unlawful]:
    """Run the rules again over all facts, in order of position; yields what they would refuse."""
    known = _Known()
    for told in facts:
        refusal = known.refuses(told)
        if refusal is not None:
            yield Unlawful(told.stamp.position, refusal)
        known.learn(told)


class _Known:
    """What was known just before a fact: every aggregate as it then was."""

    def __init__(self) -> None:
        self._streams: dict[UUID, Any] = {}

    def learn(self, told: Told) -> None:
        """Let the aggregate take the fact in."""
        before = self._get(KINDS[type(told.fact)], told.stamp.stream)
        self._streams[told.stamp.stream] = before.evolve(told.fact)

    def refuses(self, told: Told) -> str | None:
        """The rule that this fact breaks, if it does."""
        try:
            again = self._decide(told)
        except Refused as refusal:
            return refusal.slug()
        return None if again else "decided-otherwise"

    def _decide(self, told: Told) -> bool:
        """Decide the same again; False when the rules give another fact."""
        fact, stamp = told.fact, told.stamp
        match fact:
            case CandidacyOpened():
                self._get(Framework, fact.framework).admit(fact.route, fact.opened_on)
            case ValidationFileSubmitted(evidence=listed):
                withdrawn = frozenset(piece for piece in listed if self._get(Evidence, piece).withdrawn)
                return cast("bool", self._get(Candidacy, stamp.stream).file(listed, withdrawn) == fact)
            case CompetenceAssessed():
                return self._assessed(fact)
            case AssessmentFiled(candidacy=candidacy, assessor=assessor):
                self._get(Assessment, stamp.stream).file(self._get(Candidacy, candidacy), assessor)
            case SessionOpened(present=present):
                session = self._get(JurySession, stamp.stream)
                law = self._get(Framework, session.planned.framework).content.jury(session.planned.jury)
                session.open(present, law, stamp.on)
            case SessionClosed():
                self._get(JurySession, stamp.stream).close()
            case MinutesSigned(signed_by=signed_by):
                self._get(JurySession, stamp.stream).sign(signed_by)
            case ResultsReleased():
                self._get(JurySession, stamp.stream).release()
            case DeliberationOpened() | CompetenceRuled() | BlockGranted() | BlockNotGranted() | TitlePronounced():
                return self._deliberated(fact, stamp.stream, stamp.by)
            case _:
                pass
        return True

    def _assessed(self, fact: CompetenceAssessed) -> bool:
        candidacy = self._get(Candidacy, fact.candidacy)
        self._get(Assessment, Assessment.id_of(fact.candidacy, fact.assessor)).assess(
            candidacy,
            fact.competence,
            fact.mark,
            by=fact.assessor,
            comment=None,
            of=self._get(Framework, candidacy.terms.framework).content,
            rules=self._get(Rulebook, candidacy.terms.rulebook),
        )
        return True

    def _deliberated(
        self,
        fact: DeliberationOpened | CompetenceRuled | BlockGranted | BlockNotGranted | TitlePronounced,
        stream: UUID,
        by: UUID | None,
    ) -> bool:
        deliberation = self._get(Deliberation, stream)
        hearing = self._hearing(fact.session, fact.candidacy, by)
        match fact:
            case DeliberationOpened():
                return cast("bool", deliberation.open(hearing) == fact)
            case CompetenceRuled():
                marks = tuple(
                    self._get(Assessment, Assessment.id_of(fact.candidacy, assessor))
                    for assessor in sorted(hearing.candidacy.assessors)
                )
                reason = SAID if fact.reason is not None else None
                ruling = Ruling(competence=fact.competence, acquired=fact.acquired, reason=reason)
                (again,) = deliberation.rule(hearing, (ruling,), marks)
                return cast("bool", again.departs_from == fact.departs_from)
            case BlockGranted(block=block):
                deliberation.grant(hearing, block)
            case BlockNotGranted(block=block):
                deliberation.refuse(hearing, block, SAID if fact.reason is not None else None, None)
            case TitlePronounced():
                deliberation.pronounce(hearing)
        return True

    def _hearing(self, session: SessionId, candidacy: CandidacyId, by: UUID | None) -> Hearing:
        sitting = self._get(JurySession, session)
        applied = self._get(Candidacy, candidacy)
        earlier = [
            self._get(Deliberation, Deliberation.id_of(other, candidacy))
            for other in applied.sessions
            if other != session
        ]
        return Hearing(
            session=sitting,
            candidacy=applied,
            framework=self._get(Framework, applied.terms.framework).content,
            rules=self._get(Rulebook, applied.terms.rulebook),
            jurors=tuple(self._get(Person, juror) for juror in sorted(sitting.present)),
            by=PersonId(by) if by else PersonId(UUID(int=0)),
            granted_before=frozenset(block for deliberation in earlier for block in deliberation.granted),
            title_before=any(deliberation.title for deliberation in earlier),
        )

    def _get(self, kind: type[Any], stream: UUID | EvidenceId) -> Any:
        return self._streams.get(stream) or kind(id=stream)
