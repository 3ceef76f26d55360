"""Judgement of a jury's panel: lawful under its sheet and before each called candidate, by what is known now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from domain.candidacy.candidacy import Candidacy
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.framework.jury_rule import JuryRule, Seat
from domain.jury.composition import CompositionCheck, JuryRequirements
from domain.jury.lawful_panel import QuorumNotMet
from domain.jury.panel import seats
from domain.jury.panel_for_candidate import PanelForCandidate, panel_for_candidate, unexplained_panel
from domain.jury.session import JurySession
from domain.organisation.institution import Institution
from domain.people.person import Person
from domain.ports import CandidacyId, Log, PersonId
from domain.rulebook.chair_rules import NO_CHAIR, NO_SUCH_CHAIR, UNNAMED, Presiding
from domain.rulebook.law import Law
from domain.rulebook.rule_set import Provision, RuleSet
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules


@dataclass(frozen=True, kw_only=True)
class SessionPanel:
    """A session's members as they count on its day, and the rules on them: `texts` are the laws that bind it.

    `before`: their ties to each candidate on its list.
    """

    session: JurySession
    framework: Definition
    rules: Rules
    seats: Mapping[PersonId, Seat]
    before: Mapping[CandidacyId, PanelForCandidate]
    candidacies: Mapping[CandidacyId, Candidacy]
    texts: tuple[RuleSet, ...]

    @property
    def sheet(self) -> JuryRule:
        """The sheet's statement on this jury."""
        return self.framework.jury(self.session.planned.jury)

    @cached_property
    def members(self) -> tuple[PersonId, ...]:
        """The members judged: those present or, before the session opens, those who hold the seats."""
        return tuple(sorted(self.session.present)) or self.session.titulars

    @cached_property
    def sitting(self) -> tuple[Seat, ...]:
        """Their seats."""
        return tuple(self.seats[member] for member in self.members)

    @cached_property
    def asked(self) -> JuryRequirements:
        """The requirements of sheet and law."""
        laws = tuple((text.jury, text.reference) for text in self.texts if text.jury)
        return JuryRequirements(sheet=self.sheet, laws=laws, derogated=self.session.derogations)

    @cached_property
    def judged(self) -> tuple[CompositionCheck, ...]:
        """Every rule, kept by this panel or not; a commission, composed by the certifier, has fewer."""
        composition = () if self.session.commission else self.asked.judge(self.sitting)
        return tuple(dict.fromkeys((*composition, *self._presided(), *self._explained(), self._quorate())))

    def _presided(self) -> Iterable[CompositionCheck]:
        session, chairing = self.session, self.rules.chair
        if not (self.sheet.chair or session.commission or session.presides):
            return
        places = Presiding(appointed=session.appointed_chair, seated=session.chair, chosen=session.presides)
        counted = None if session.commission else self.sitting
        broken = {each.rule for each in chairing.broken(places, self.members, counted)}
        for rule, words in (("panel-chair", NO_CHAIR), ("panel-chair-quality", NO_SUCH_CHAIR)):
            if rule == "panel-chair" or chairing.qualities:
                en, fr = (each.rstrip(".") for each in words)
                there = "0 / 1" if rule in broken else "1 / 1"
                source_fr = UNNAMED[1] if chairing.source == UNNAMED[0] else ""
                yield CompositionCheck(
                    rule=rule,
                    en=en,
                    fr=fr,
                    measured=(there, there),
                    kept=rule not in broken,
                    source=chairing.source,
                    source_fr=source_fr,
                )

    def _explained(self) -> Iterable[CompositionCheck]:
        texts = [text for text in self.texts if text.jury and text.jury.both_sexes]
        if texts and self.session.of_one_sex:
            said, kept = unexplained_panel(texts[0].reference), self.session.one_sex_explained
            measured = ("said", "consigné") if kept else ("not said", "non consigné")
            en, fr = ONE_SEX
            yield CompositionCheck(rule=said.rule, en=en, fr=fr, measured=measured, kept=kept, source=said.source)

    def quorate(self, added: Collection[Collection[CandidacyId]]) -> bool:
        """Whether enough members are left for each candidate once these members, with their ties, are added."""
        least, fewest = self._quorum(added)
        return fewest >= least

    def _quorate(self) -> CompositionCheck:
        least, fewest = self._quorum()
        measured = f"{fewest} / {least}"
        return CompositionCheck(
            rule="quorum",
            en=f"{least} members at least deliberate on each candidate, whoever is tied to them apart",
            fr=f"{least} membres au moins délibèrent sur chaque candidat, qui lui est lié mis à part",
            measured=(measured, measured),
            kept=fewest >= least,
            source=QuorumNotMet.reference("en", self.framework.code),
            source_fr=QuorumNotMet.reference("fr", self.framework.code),
        )

    def _quorum(self, added: Collection[Collection[CandidacyId]] = ()) -> tuple[int, int]:
        """Return the quorum, and the smallest number left to deliberate on a called candidate, as in `quorate`."""
        rules, present = self.rules, set(self.members)
        if self.session.commission:
            least = rules.sessions.commission_quorum
        else:
            least = max(rules.quorum, self.sheet.least(len(self.session.titulars) + len(added)))
        left = [
            len(present - each.tied(present, rules)) + sum(candidacy not in tied for tied in added)
            for candidacy, each in self.before.items()
        ]
        return least, min(left, default=len(present) + len(added))

    def tied_to(self, member: PersonId) -> bool:
        """Return whether a member leaves the deliberation of some candidate."""
        return any(member in self.tied(candidacy) for candidacy in self.before)

    def tied(self, candidacy: CandidacyId) -> frozenset[PersonId]:
        """Return the jury's members, substitutes included, who leave this candidate's deliberation."""
        return self.before[candidacy].tied(self.session.seats, self.rules)


ONE_SEX = (
    "Of a panel of one sex the reason is kept, for the minutes",
    "D'un jury d'un seul sexe, le motif est consigné pour le procès-verbal",
)


def panel(log: Log, session: JurySession) -> SessionPanel:
    """Read everything that a session's panel is judged by, in a fixed number of queries."""
    plan = session.planned
    framework, rules = log.load(Framework, plan.framework).content, log.load(Rulebook, plan.rulebook).content
    candidacies = {each.id: each for each in log.find_all(Candidacy, sorted(session.listed))}
    read_people(log, {*session.seats, *(each.terms.candidate for each in candidacies.values())})
    before = {
        each: panel_for_candidate(log.find, session, candidacy, session.seats)
        for each, candidacy in candidacies.items()
    }
    texts = {each.text.id: each.text for each in before.values() if each.text} or _expected(log, session, framework)
    return SessionPanel(
        session=session,
        framework=framework,
        rules=rules,
        seats=seats(log.find, session, session.seats, session.opened_on or plan.held_on),
        before=before,
        candidacies=candidacies,
        texts=tuple(texts.values()),
    )


def _expected(log: Log, session: JurySession, framework: Definition) -> dict[str, RuleSet]:
    """Return, while nobody is called, the texts on juries of candidacies that begin today by its routes."""
    law, day = log.find(Law, Law.the()), session.planned.held_on
    routes = (row.route for row in framework.routes if row.open and row.jury == session.planned.jury)
    provisions = (law.in_force(route, began_on=log.today, session_on=day) for route in routes)
    return {text.id: text for each in provisions if (text := each.source(Provision.JURY))}


def read_people(log: Log, people: AbstractSet[PersonId]) -> None:
    """Read people under each of their files, and where they work; later lookups need no query."""
    known, waiting = set[PersonId](), set(people)
    organisations = set()
    while waiting:
        files = log.find_all(Person, sorted(waiting))
        known |= waiting
        organisations |= {of for file in files for of, _, _ in file.career.affiliations}
        waiting = {other for file in files for other in file.same_as} - known
    log.find_all(Institution, sorted(organisations))
