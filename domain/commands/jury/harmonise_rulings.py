from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NoReturn
from uuid import UUID

from domain.commands.jury.marks_before_the_jury import to_rule_on
from domain.jury.commission import harmonised
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CompetenceRuled, KeyedFromPaper
from domain.jury.ruling import Ruling
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.streams.read_back import Again, Append, Unread


def _as_rulings(append: Append) -> NoReturn:
    """Raise Unread: a replay reads these facts back as RuleCompetences, since the same rules apply."""
    raise Unread(append)


@dataclass(frozen=True, kw_only=True)
class HarmoniseRulings:
    """Rule as the commission did, except on the competences named, each with its reason (harmoniser).

    Loads the deliberation, and what `to_rule_on` loads.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (CompetenceRuled, KeyedFromPaper)
    again: ClassVar[Again] = {"changed": _as_rulings}
    session: SessionId
    candidacy: CandidacyId
    changed: tuple[Ruling, ...] = ()

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown, whose version is checked."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record a CompetenceRuled for each competence that the commission ruled or the jury names.

        For a session held on paper, KeyedFromPaper before them.
        """
        context, marks = to_rule_on(log, self.session, self.candidacy)
        deliberation = log.find(Deliberation, self.subject)
        ruled = deliberation.rule(context, harmonised(context.proposals, self.changed), marks)
        log.record(deliberation, *deliberation.keyed(context.session, self.candidacy, log.actor.who), *ruled)
