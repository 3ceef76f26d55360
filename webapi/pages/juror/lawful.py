"""View of a panel's lawfulness: each rule, whether it is met, the measured value and the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from adapters.log.store import PostgresAttempt
from domain.framework.jury_rule import RuleCheck
from domain.jury.decision_context import DecisionContext
from domain.jury.lawful_panel import PanelCheck, judged
from domain.jury.panel import judged_at_opening, panel, seated_twice
from domain.jury.panel_for_candidate import panel_for_candidate
from domain.jury.session import JuryComposition
from domain.people.facts import Tie
from domain.ports import CandidacyId, PersonId
from webapi.pages.juror.at_session import AtSession, decided
from webapi.problems import language


@dataclass(frozen=True, kw_only=True)
class PanelRuleLine:
    """A rule as a page shows it, with the members who violate it."""

    kept: bool
    rule: str
    measured: str = ""
    source: str = ""
    by: tuple[str, ...] = ()
    derogated: bool = False


@dataclass(frozen=True, kw_only=True)
class PanelView:
    """The panel of a candidate, present or future, and each rule that applies to it."""

    members: frozenset[PersonId]
    quorum: int
    lines: tuple[PanelRuleLine, ...]
    casting_vote: bool

    @property
    def broken(self) -> tuple[PanelRuleLine, ...]:
        """Return the rules that are violated, which prevent a decision."""
        return tuple(line for line in self.lines if not line.kept)


def panel_of(known: AtSession, context: DecisionContext) -> PanelView:
    """Return the current panel of an open session for one candidate."""
    said, rules = known.deliberations[context.candidacy.id], context.rules.content
    away = known.connections.lost | context.panel_for_candidate.out_of_function
    members = known.session.sitting - said.recused - away if said.panel is None else said.panel
    found = tuple(judged(context, members, said.recused))
    return PanelView(
        members=members,
        quorum=next(each.asked for each in found if each.asked is not None),
        lines=tuple(line for each in found for line in _lines(each, known.called)),
        casting_vote=context.panel_for_candidate.casting_vote(rules),
    )


def at_opening(log: PostgresAttempt, known: AtSession) -> tuple[PanelRuleLine, ...]:
    """Return the rules that apply to the opening, for the members present, or before it for all with a seat."""
    session, plan = known.session, known.session.planned
    there = tuple(sorted(session.present)) or session.titulars
    members = judged_at_opening(session, there, known.rules)
    checks = session.checks_at_opening(
        known.framework.jury(plan.jury),
        there,
        panel(log.find, session, members, plan.held_on),
        chairing=known.rules.chair,
        presides=session.presides,
        double=bool(seated_twice(log.find, {*there, *members})),
    )
    return tuple(_line(each, known.called) for each in checks)


def ties_known(
    log: PostgresAttempt, known: AtSession, candidacy: CandidacyId, context: DecisionContext | None
) -> Mapping[PersonId, frozenset[Tie]]:
    """Return the known ties of the members with a candidate; members without a tie are left out.

    Once everything is decided, only the members who took part count: a tie of another member undoes nothing.
    `context` is what a decision on the candidate relies on, if the session has opened.
    """
    session, said = known.session, known.deliberations[candidacy]
    if session.commission:
        return {}
    if context is None or not session.present:
        found = panel_for_candidate(log.find, session, known.candidacies[candidacy], session.titulars)
    else:
        found = context.panel_for_candidate
    members = (session.present or frozenset(session.titulars)) - said.recused
    if decided(known, candidacy):
        members &= said.rests_on
    tied = found.tied(members, known.rules) | (found.off_the_panel & members)
    return {member: found.ties[member] for member in sorted(tied)}


def _lines(check: PanelCheck, called: Mapping[UUID, str | None]) -> Iterator[PanelRuleLine]:
    if check.checks:
        yield from (_line(each, called) for each in check.checks)
        return
    if check.kept and isinstance(check.rule, JuryComposition) and not check.rule.violations:
        return  # the rule does not apply to the deliberating members
    spoken = language()
    said = [each.fr if spoken == "fr" else each.en for each in check.rule.violations]
    yield PanelRuleLine(
        kept=check.kept,
        rule=said[0] if said else check.rule.sentence(spoken),
        measured="" if check.asked is None else f"{check.counted} / {check.asked}",
        source="" if check.kept else check.rule.reference(spoken, check.rule.sheet),
        by=_names(check.by, called),
    )


def _line(check: RuleCheck, called: Mapping[UUID, str | None]) -> PanelRuleLine:
    spoken = language()
    return PanelRuleLine(
        kept=check.kept,
        rule=check.asks[spoken == "fr"],
        measured=check.measured[spoken == "fr"],
        source=check.broken.reference(spoken),
        by=_names((who for each in check.broken.missing for who in each.of), called),
        derogated=check.derogated,
    )


def _names(people: Iterable[UUID], called: Mapping[UUID, str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for each in people if (name := called.get(each))))
