"""A panel's fitness to decide on a candidate, by the law of the candidate's dates, the sheet and the rulebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.ties import NO_TEXT, ties
from domain.framework.framework import Framework
from domain.framework.jury_rule import JuryRule, RuleCheck, Seat, balanced, counts, despite
from domain.jury.panel import seats
from domain.jury.session import JurySession
from domain.people.facts import Tie
from domain.people.one_person import one_person
from domain.people.person import Person
from domain.ports import Find, PersonId, Role
from domain.refusal import Missing, Violation
from domain.rulebook.law import Law
from domain.rulebook.rule_set import Provision, RuleSet
from domain.rulebook.rules import CompositionBasis, Rules


@dataclass(frozen=True, kw_only=True)
class PanelForCandidate:
    """Members of a jury before one candidate: what each counts as, how each is tied, and under which law.

    `files` are those of each member, `candidate` those of the candidate; members `out_of_function` are no longer
    jurors.
    """

    seats: Mapping[PersonId, Seat]
    ties: Mapping[PersonId, frozenset[Tie]]
    sheet: JuryRule
    jury: int
    advisors: frozenset[PersonId] = frozenset()
    files: Mapping[PersonId, frozenset[PersonId]]
    candidate: frozenset[PersonId]
    text: RuleSet | None = None
    out_of_function: frozenset[PersonId] = frozenset()

    @property
    def off_the_panel(self) -> frozenset[PersonId]:
        """The members whom the law keeps off the whole panel before which this candidate is called."""
        barring = set(self.text.jury.from_panel) if self.text and self.text.jury else set()
        return frozenset(member for member, tied in self.ties.items() if tied & barring)

    def tied(self, panel: Iterable[PersonId], rules: Rules) -> frozenset[PersonId]:
        """Return the members of a panel who are tied to the candidate or are the candidate.

        Trainers count as tied only where neither the rulebook nor the law lets them rule.
        """
        law = self.text.jury if self.text else None
        trainers = rules.trainers_may_rule and not (law and Tie.TRAINED in law.from_deliberation)
        waived = {Tie.TRAINED} if trainers else set()
        themselves = self.known_as(self.candidate)
        return frozenset(member for member in panel if self.ties[member] - waived or member in themselves)

    def known_as(self, people: AbstractSet[PersonId]) -> frozenset[PersonId]:
        """Return the members who are one of these people, under any of their files."""
        return frozenset(member for member, files in self.files.items() if files & people)

    def quorum(self, rules: Rules) -> int:
        """Return the minimum number of members who deliberate on this candidate."""
        return max(rules.quorum, self.sheet.least(self.jury))

    def checks(self, panel: Iterable[PersonId], session: JurySession, rules: Rules) -> tuple[RuleCheck, ...]:
        """Check each rule of composition against the members who deliberate.

        The law's balance is checked on all who are present, since a recusal does not unbalance a jury. Where balance
        is an objective, a panel of one sex must state why. The sheet's rules were checked at the opening; they are
        checked again, with its balance, if the rulebook says so.
        """
        deliberating = tuple(self.seats[member] for member in sorted(panel))
        found: tuple[RuleCheck, ...] = ()
        if self.text is not None and self.text.jury is not None:
            law, reference = self.text.jury, self.text.reference
            present = tuple(self.seats[member] for member in sorted(session.sitting))
            found += counts(deliberating, law.minimum, law.quotas, "law", reference)
            found += balanced(present, law.balances, reference)
            if law.both_sexes and session.of_one_sex:
                found += (_explained(session, reference),)
        if rules.composition is CompositionBasis.DELIBERATING:
            found += self.sheet.checks(deliberating)
            found += self.sheet.balanced(deliberating)
        return despite(found, session.derogations)

    def casting_vote(self, rules: Rules) -> bool:
        """Return whether the chair has a casting vote: by the candidate's law or, if it is silent, the rulebook."""
        stated = self.text.jury.casting_vote if self.text and self.text.jury else None
        return rules.casting_vote if stated is None else stated


def unexplained_panel(reference: str) -> Violation:
    """Return the violation of the rule of law that a panel of one sex states why."""
    return Violation(
        "law-panel-one-sex",
        "The composition of the jury contributes to a balance of women and men: of a panel of one sex the registrar "
        "or the chair first keeps the reason, which the minutes say.",
        "La composition du jury concourt à une représentation équilibrée des femmes et des hommes : d'un jury d'un "
        "seul sexe, le gestionnaire ou le président consigne d'abord le motif, que dit le procès-verbal.",
        reference,
        missing=(
            Missing(
                "one_sex",
                "Why the panel is of one sex is not said",
                "Le motif d'un jury d'un seul sexe n'est pas consigné",
            ),
        ),
    )


def _explained(session: JurySession, reference: str) -> RuleCheck:
    kept = session.one_sex_explained
    return RuleCheck(
        asks=("Why the jury is of one sex is said", "Le motif d'un jury d'un seul sexe est consigné"),
        measured=("said", "consigné") if kept else ("not said", "non consigné"),
        kept=kept,
        broken=unexplained_panel(reference),
    )


def panel_for_candidate(
    find: Find, session: JurySession, candidacy: Candidacy, members: Iterable[PersonId]
) -> PanelForCandidate:
    """Gather what decides whether these members of a session may decide on a candidacy.

    Reads the law, the candidate and the members under each of their files, and what their seats depend on. The day is
    that of the session. The law is that of the day on which the candidacy began or of the session's day, as each text
    says.
    """
    on = session.opened_on or session.planned.held_on
    terms, sheet = candidacy.terms, find(Framework, session.planned.framework).content.jury(session.planned.jury)
    candidate = one_person(find, terms.candidate)
    law = terms.under(find(Law, Law.the()), on)
    counted, advisors = seats(find, session, members, on), candidacy.life.advised_by
    text = law.source(Provision.JURY)
    stated = text.jury if text and text.jury else NO_TEXT
    persons = {member: one_person(find, member) for member in counted}
    return PanelForCandidate(
        seats=counted,
        ties={member: ties(person, candidate, advisors, on, stated) for member, person in persons.items()},
        files={member: person.names for member, person in persons.items()},
        candidate=candidate.names,
        sheet=sheet,
        jury=len(session.titulars),
        advisors=advisors,
        text=text,
        out_of_function=frozenset(each for each in counted if Role.JUROR not in find(Person, each).roles),
    )
