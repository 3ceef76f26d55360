"""The rules that a panel must keep to deliberate on a candidate (`session.py` checks those of the opening).

Also the checks, made when a candidate is called or a seat is given, of whom the law keeps off the panel.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from domain.candidacy.candidacy_life import Expired
from domain.candidacy.ties import ConflictOfInterest, ties
from domain.framework.jury_rule import RuleCheck, broken
from domain.jury.decision_context import DecisionContext
from domain.jury.facts import CandidateListed
from domain.jury.panel_for_candidate import PanelForCandidate
from domain.jury.session import NAMED_TWICE, JuryComposition, JurySession, NotOnThePanel, PanelNotRenewed
from domain.people.one_person import OnePerson, one_person, twice
from domain.ports import Find, PersonId
from domain.refusal import Refused, Violation
from domain.rulebook.law import Law
from domain.rulebook.rules import Rules


class QuorumNotMet(Refused):
    """A candidate is deliberated by the number of members that the rulebook and the sheet require, at least."""

    fr = "Un candidat est délibéré par le nombre de membres qu'exigent le règlement et la fiche, au moins."
    source = "the certifier's rulebook; {sheet}, composition of juries"
    source_fr = "le règlement du certificateur ; {sheet}, composition des jurys"


@dataclass(frozen=True, kw_only=True)
class PanelCheck:
    """One rule that a panel was checked against for a candidate: kept or not, and the refusal to raise if it is not.

    `by` are the members who prevent it from being kept. `counted` members are present of the `asked` number. `checks`
    are the rules of composition one by one.
    """

    kept: bool
    rule: Refused
    by: frozenset[PersonId] = frozenset()
    counted: int | None = None
    asked: int | None = None
    checks: tuple[RuleCheck, ...] = ()


def judged(
    context: DecisionContext, panel: AbstractSet[PersonId], recused: AbstractSet[PersonId]
) -> Iterator[PanelCheck]:
    """Check a panel against each rule: first who is on it, then whom it lacks; it is checked again after a recusal.

    A member counts once, whatever their number of files, and a member who stepped out is out under each of them. A
    panel also fails with a member who is no longer a juror, or if the registration does not run on the day of the
    session (unless that was authorised). A member whom the law keeps off the panel cannot remedy it by stepping out:
    they were on the panel before which the candidate was called, so another jury decides. A commission is not a jury:
    the certifier decides its composition.
    """
    panel_for_candidate, rules, session = context.panel_for_candidate, context.rules.content, context.session
    sheet, life = context.framework.code, context.candidacy.life
    if context.obstacles:
        goes_on = all(life.may_despite(each) for each in context.obstacles)
        yield PanelCheck(kept=goes_on, rule=Expired(context.candidacy.id, sheet=sheet))
    if context.barred:
        yield _kept_off(panel & panel_for_candidate.known_as(context.barred), PanelNotRenewed)
    yield _kept_off(panel & panel_for_candidate.out_of_function, NotOnThePanel)
    if panel_for_candidate.text:
        off = panel_for_candidate.off_the_panel & session.present
        yield _kept_off(off, ConflictOfInterest, off_by_law(panel_for_candidate.text.reference))
    tied = panel_for_candidate.tied(panel, rules) | (panel & panel_for_candidate.known_as(recused))
    yield _kept_off(tied, ConflictOfInterest)
    yield _kept_off(twice(panel_for_candidate.files, panel), JuryComposition, NAMED_TWICE)
    least = rules.sessions.commission_quorum if session.commission else panel_for_candidate.quorum(rules)
    enough, members = len(panel) >= least, len(panel)
    yield PanelCheck(kept=enough, rule=QuorumNotMet(context.candidacy.id, sheet=sheet), counted=members, asked=least)
    if not session.commission:
        checks = panel_for_candidate.checks(panel, session, rules)
        unlawful = JuryComposition(session.id, violations=broken(checks), sheet=sheet)
        yield PanelCheck(kept=not unlawful.violations, rule=unlawful, checks=checks)


def _kept_off(members: AbstractSet[PersonId], rule: type[Refused], *why: Violation) -> PanelCheck:
    """Return the result of a rule that fails if there are any such `members` on the panel."""
    return PanelCheck(kept=not members, rule=rule(*sorted(members), violations=why), by=frozenset(members))


def check_panel(context: DecisionContext, panel: AbstractSet[PersonId], recused: AbstractSet[PersonId]) -> None:
    """Raise the refusal of the first rule that the panel does not keep."""
    for each in judged(context, panel, recused):
        if not each.kept:
            raise each.rule


def conflicted(
    panel_for_candidate: PanelForCandidate, session: JurySession, panel: AbstractSet[PersonId], rules: Rules
) -> frozenset[PersonId]:
    """Return the members, of the panel or present at the session, who are known to be barred from deciding."""
    return panel_for_candidate.tied(panel, rules) | panel_for_candidate.off_the_panel & session.present


def under_law(listed: CandidateListed, panel_for_candidate: PanelForCandidate) -> CandidateListed:
    """Record on a listing which jurors are tied and the law that applies; refuse a panel with a member it bars.

    Also refuses a member who was, under any of their files, on a jury whose decision on the candidate was annulled. A
    tied member who is not barred leaves the deliberation: the summons mentions it and refuses nothing.
    """
    if common := panel_for_candidate.known_as(frozenset(listed.barred)):
        raise PanelNotRenewed(*sorted(common))
    listed = replace(listed, tied=tuple(sorted(member for member, tied in panel_for_candidate.ties.items() if tied)))
    if panel_for_candidate.text is None:
        return listed
    if off := panel_for_candidate.off_the_panel:
        raise ConflictOfInterest(*sorted(off), violations=(off_by_law(panel_for_candidate.text.reference),))
    return replace(listed, jury_law=panel_for_candidate.text.id, advisors=tuple(sorted(panel_for_candidate.advisors)))


def check_seat(find: Find, session: JurySession, juror: OnePerson) -> None:
    """Refuse a seat to a person whom the law of a candidate already called keeps off the panel.

    Reads the law and the candidates called. The advisors are those known when the candidate was called; they are
    checked again when the jury deliberates.
    """
    on, law = session.planned.held_on, find(Law, Law.the())
    for listing in session.listings:
        text = law.sets.get(listing.jury_law or "")
        if text is None or text.jury is None or not text.jury.from_panel:
            continue
        candidate = one_person(find, listing.candidate)
        if ties(juror, candidate, frozenset(listing.advisors), on, text.jury) & set(text.jury.from_panel):
            raise ConflictOfInterest(juror.id, violations=(off_by_law(text.reference),))


def off_by_law(reference: str) -> Violation:
    """Return the violation of the law that keeps a person off the panel before which a candidate is called."""
    return Violation(
        "law-panel-ties",
        "Nobody sits on the panel who has or had a professional or personal relation with the candidate.",
        "Nul ne siège dans le jury qui a ou a eu un lien professionnel ou personnel avec le candidat.",
        reference,
    )
