"""Candidates who wait for a jury such as this one: who is ready to be called before it, who is not, and why."""

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
    """What keeps a candidate from being ready to be called."""

    ADMISSIBILITY = "admissibility"
    FILE = "file"
    ASSESSORS = "assessors"
    MARKS = "marks"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, kw_only=True)
class WaitingCandidacy:
    """One candidacy that waits: by when a jury is to meet, whom it would make leave, or why it may not come here.

    `elsewhere`: the session before which it is called, and which is not over for it.
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
    """The most pressing of those who wait, who are ready first, each asked of the command that would call them."""
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
    """Read all that is asked of each, in a question per kind."""
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
    """The last day on which the jury is to meet, where some text gives one."""
    if row.since is None:
        return None
    clock, ends = RunningPeriod(duty=Duty.JURY, since=row.since), panel.framework.registration.ends_on
    found = deadline(clock, candidacy.terms, log.find(Law, Law.the()), panel.rules, ends)
    return found.ends_on if found else None
