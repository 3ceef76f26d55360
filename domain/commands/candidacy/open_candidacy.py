from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.candidacy.beginning import beginning
from domain.candidacy.candidacy import Candidacy, Opening, OwnWork
from domain.candidacy.enrolment import CandidateAgreement
from domain.candidacy.facts import BlockCarriedOver, CandidacyOpened, CountedElsewhere, PlaceTaken, RulebookAccepted
from domain.candidacy.seeking import sought
from domain.commands.candidacy.admission import admit
from domain.framework.definition import Route
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.jury.access import oneself
from domain.people.person import Person
from domain.ports import FrameworkId, Log, OrganisationId, PersonId, Role, RulebookId
from domain.refusal import NotFound
from domain.register.carrying_over import count
from domain.rulebook.rulebook import AnotherCertifier, Rulebook, RulebookSuperseded
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class OpenCandidacy:
    """Apply for a certification, or some of its blocks, by a route, with an option if it has some (candidater).

    Loads the candidate, the framework, the rulebook, the version that would supersede it, what the admission relies
    on, the candidacy's own stream, which is unique, and what `domain.register.carrying_over` reads of earlier
    candidacies whose blocks count here.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (CandidacyOpened, PlaceTaken, BlockCarriedOver, CountedElsewhere, RulebookAccepted)
    again: ClassVar[Again] = {"accepts_rulebook": lambda append: bool(append.of(RulebookAccepted))}
    candidate: PersonId
    framework: FrameworkId
    rulebook: RulebookId
    route: Route
    blocks: tuple[int, ...] = ()
    accepts_rulebook: bool = False
    began_on: date | None = None
    option: str | None = None

    def execute(self, log: Log) -> None:
        """Record CandidacyOpened for today, and PlaceTaken if the year's places are counted.

        For blocks that count already, BlockCarriedOver and CountedElsewhere. RulebookAccepted if the candidate
        accepts the rulebook with their application, as some rulebooks require.
        """
        if log.actor.role is Role.CANDIDATE and log.actor.person != self.candidate:
            raise NotFound(self.candidate)
        candidate = log.load(Person, self.candidate)
        if Role.CANDIDATE not in candidate.roles:
            raise NotFound(self.candidate)
        if log.actor.role is not Role.CANDIDATE and self.candidate in oneself(log):
            raise OwnWork(self.candidate)
        self.apply(log)

    def apply(self, log: Log, centre: OrganisationId | None = None) -> None:
        """Record the same facts for a person who is or becomes a candidate here; a centre may enrol them."""
        framework = log.load(Framework, self.framework)
        rules = log.load(Rulebook, self.rulebook).content
        if rules.certifier != framework.content.certifier:
            raise AnotherCertifier(self.rulebook)
        if log.find(Rulebook, Rulebook.id_of(rules.certifier, rules.version + 1)).version:
            raise RulebookSuperseded(self.rulebook)
        framework.admit(self.route, log.today)
        rules.check_suits(framework.content)
        candidacy = log.find(Candidacy, Candidacy.id_of(self.candidate, self.framework, self.route))
        registration = log.find(Registration, Registration.id_of(self.framework))
        own = log.today if log.actor.role is Role.CANDIDATE else date.min
        began = beginning(self.route, self.began_on, log.today, framework.content, registration, outside_from=own)
        blocks, option = sought(self.blocks, self.option, framework.content)
        opening = Opening(
            candidate=self.candidate,
            framework=self.framework,
            rulebook=self.rulebook,
            route=self.route,
            opened_on=log.today,
            blocks=blocks,
            begun=began.began_on,
            portal=began.portal,
            option=option,
            centre=centre,
        )
        opened = candidacy.open(opening)
        admit(log, candidacy.id, opening)
        log.record(candidacy, opened)
        candidacy = candidacy.evolve(opened)
        if log.actor.role is Role.CANDIDATE:
            if self.accepts_rulebook:
                accepted = candidacy.enrolment.accept(
                    self.rulebook, CandidateAgreement(today=log.today, first=log.today)
                )
                log.record(candidacy, accepted)
                candidacy = candidacy.evolve(accepted)
            candidacy.enrolment.check_accepted(rules.enrolment)
        count(log, candidacy, framework)
