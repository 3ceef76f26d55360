"""Candidates who wait for such a jury: ready to be called or not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import Final

from adapters.database.pool import Database
from domain.candidacy.candidacy import Candidacy, NotAdmissible, NoValidationFile, Opening
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.deadlines.deadline import Duty, RunningPeriod, deadline
from domain.fraud.fraud import Fraud
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CandidateListed
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log, PersonId
from domain.refusal import Refused
from domain.rulebook.law import Law
from projections.jury.jury_agenda import ToPlace, to_place
from webapi.juries.dry_run import would
from webapi.juries.panel import SessionPanel, read_people

SHOWN: Final = 30


class Lack(StrEnum):
    """A reason why a candidate is not ready to be called."""

    ADMISSIBILITY = "admissibility"
    FILE = "file"
    ASSESSORS = "assessors"
    MARKS = "marks"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, kw_only=True)
class WaitingCandidacy:
    """A waiting candidacy: the last day for its jury, the members who would leave, or why it cannot come here.

    `elsewhere`: the open session before which it is already called.
    """

    candidacy: CandidacyId
    candidate: PersonId
    terms: Opening
    row: ToPlace
    due: date | None
    tied: tuple[PersonId, ...]
    renews: bool
    bar: Refused | None
    elsewhere: JurySession | None

    @property
    def ready(self) -> bool:
        """Return whether the command would summon this candidate, and their marks are handed in."""
        return self.row.ready and self.bar is None

    @property
    def lacks(self) -> Lack | None:
        """Return what is missing before a summons, if anything is."""
        if self.elsewhere:
            return Lack.ELSEWHERE
        if isinstance(self.bar, NotAdmissible):
            return Lack.ADMISSIBILITY
        if isinstance(self.bar, NoValidationFile):
            return Lack.FILE
        if self.bar or self.row.ready:
            return None
        return Lack.ASSESSORS if self.row.unnamed else Lack.MARKS


def waiting(log: Log, database: Database, panel: SessionPanel) -> list[WaitingCandidacy]:
    """Return the most urgent waiting candidacies, ready ones first; the summoning command judges each."""
    session = panel.session
    plan = session.planned
    routes = [row.route.value for row in panel.framework.routes if row.jury == plan.jury]
    beside = [*session.commissions, *([plan.reports_to] if plan.reports_to else [])]
    found = to_place(
        database,
        session=session.id,
        framework=plan.framework,
        rulebook=plan.rulebook,
        routes=routes,
        beside=beside,
        limit=SHOWN,
    )
    candidacies = {each.id: each for each in log.find_all(Candidacy, [each.candidacy for each in found])}
    _read(log, list(candidacies.values()))
    return [_waiting(log, panel, each, candidacies[CandidacyId(each.candidacy)]) for each in found]


def _read(log: Log, candidacies: Sequence[Candidacy]) -> None:
    """Read everything needed for each, with one query for each kind."""
    people = {each.terms.candidate for each in candidacies}
    read_people(log, people)
    log.find_all(Fraud, [Fraud.id_of(each) for each in sorted(people)])
    log.find_all(JurySession, sorted(set(chain.from_iterable(each.sessions for each in candidacies))))
    called = ((of, each.id) for each in candidacies for of in each.sessions)
    log.find_all(Deliberation, [Deliberation.id_of(of, candidacy) for of, candidacy in called])


def _waiting(log: Log, panel: SessionPanel, row: ToPlace, candidacy: Candidacy) -> WaitingCandidacy:
    earlier = log.find_all(JurySession, candidacy.sessions)
    facts, bar = would(log, SummonCandidate(session=panel.session.id, candidacy=candidacy.id))
    listed = next((each for each in facts if isinstance(each, CandidateListed)), None)
    return WaitingCandidacy(
        candidacy=candidacy.id,
        candidate=candidacy.terms.candidate,
        terms=candidacy.terms,
        row=row,
        due=_due(log, panel, row, candidacy),
        tied=listed.tied if listed else (),
        renews=bool(listed and listed.renews),
        bar=bar,
        elsewhere=next((each for each in earlier if not each.over_for(candidacy.id)), None) if bar else None,
    )


def _due(log: Log, panel: SessionPanel, row: ToPlace, candidacy: Candidacy) -> date | None:
    """Return the last day for the jury to meet, if a text sets one."""
    if row.since is None:
        return None
    clock, ends = RunningPeriod(duty=Duty.JURY, since=row.since), panel.framework.registration.ends_on
    found = deadline(clock, candidacy.terms, log.find(Law, Law.the()), panel.rules, ends)
    return found.ends_on if found else None
