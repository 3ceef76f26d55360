"""A jury's ruling on a competence: the marks it rests on, and when a reason is required (appréciation)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.assessment.agreement import Marks, MarksState
from domain.candidacy.candidacy import AlreadyDecided
from domain.candidacy.candidacy_life import BlockNotSought
from domain.framework.definition import Route
from domain.framework.scale import Mark
from domain.jury.decision_context import DecisionContext
from domain.jury.facts import CompetenceRuled
from domain.refusal import Refused


class NotReady(Refused):
    """A jury decides after the hearing or on filed assessments, and refuses a block once all of it is ruled on."""

    fr = (
        "Le jury décide après l'entretien ou sur évaluations déposées ; il ne refuse qu'un bloc entièrement apprécié."
    )


class ReasonRequired(Refused):
    """The rulebook requires a reason for a departure from opinions, a refusal without one, a block not granted.

    A competence that the opinions find not acquired either is ruled so without a reason: theirs stands.
    """

    fr = (
        "Le règlement exige un motif pour un écart aux avis, une compétence non acquise sans avis en ce sens, "
        "un bloc non accordé."
    )


class MarkRequired(Refused):
    """Where a mean counts a competence, the jury gives its own mark unless it rules as the agreed mark says."""

    fr = "Où une moyenne compte une compétence, le jury donne sa note, sauf à juger comme le dit la note arrêtée."
    kind = "invalid"


class MarkAgainstRuling(Refused):
    """A ruling and its mark say the same: acquired, or not."""

    fr = "Une appréciation et sa note disent la même chose : acquise, ou non."
    kind = "invalid"


class MarksVoid(Refused):
    """A competence whose marks a sanction for fraud took away is not ruled acquired."""

    fr = "Une compétence dont les notes sont annulées pour fraude n'est pas jugée acquise."
    source = "the certifier's rulebook (fraud)"
    source_fr = "le règlement du certificateur (fraude)"


class RuledTwice(Refused):
    """One request rules on a competence once: acquired or not."""

    fr = "Une même demande n'apprécie une compétence qu'une fois : acquise ou non."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """The jury's ruling on one competence, as keyed: acquired or not, its mark, and the reason if required."""

    competence: int
    acquired: bool
    reason: str | None = None
    mark: str | None = None


def rule_on(context: DecisionContext, ruling: Ruling, marks: Marks, decided: frozenset[int]) -> CompetenceRuled:
    """Rule on one competence of a block not yet `decided`, by its current marks, with a reason if required."""
    block = context.framework.block_of[ruling.competence].number
    if not context.candidacy.terms.seeks(block, context.framework):
        raise BlockNotSought(block)
    if block in decided:
        raise AlreadyDecided(ruling.competence)
    void = ruling.competence in context.void
    if void and ruling.acquired:
        raise MarksVoid(ruling.competence)
    if context.candidacy.terms.route is not Route.VAE and not void:
        check_ready(ruling.competence, marks)
    departs_from = departs(context, ruling, marks)
    proposal = context.proposals.get(ruling.competence)
    otherwise = proposal is not None and proposal.acquired != ruling.acquired
    reason = context.about_candidate(ruling.reason)
    if reason is None and reason_due(context, ruling, marks):
        raise ReasonRequired(ruling.competence)
    mark = counted_mark(ruling, context, marks)
    return CompetenceRuled(
        session=context.session.id,
        candidacy=context.candidacy.id,
        competence=ruling.competence,
        acquired=ruling.acquired,
        departs_from=departs_from,
        mark=mark.code if mark else None,
        worth=mark.value if mark else None,
        reason=reason,
        harmonises=proposal.commission if proposal and otherwise else None,
        attempt=marks.attempts.at(block),
    )


def departs(context: DecisionContext, ruling: Ruling, marks: Marks) -> str | None:
    """Return the mark that a ruling departs from, or None; a mark taken away by a sanction does not count."""
    return None if ruling.competence in context.void else overturned(ruling, marks)


def reason_due(context: DecisionContext, ruling: Ruling, marks: Marks) -> bool:
    """Return whether a ruling needs a reason: if it differs from a commission's, else as the rulebook requires.

    A competence ruled not acquired in agreement with its opinions needs none: theirs is enough.
    """
    rules, proposal = context.rules.content, context.proposals.get(ruling.competence)
    if proposal is not None:
        return proposal.acquired != ruling.acquired
    unsupported = agreed_opinion(ruling.competence, context, marks) is not False
    if not ruling.acquired and rules.reason_for_not_acquired and unsupported:
        return True
    return rules.reason_for_departure and departs(context, ruling, marks) is not None


def agreed_opinion(competence: int, context: DecisionContext, marks: Marks) -> bool | None:
    """Return the common opinion on a competence: acquired or not; None if the opinions differ or none counts."""
    if competence in context.void:
        return None
    agreed = marks.agreed(competence)
    if agreed is not None:
        return agreed.mark.acquired if agreed.state is MarksState.AGREED and agreed.mark else None
    said = {given.mark.acquired for given in marks.of(competence)}
    return said.pop() if len(said) == 1 else None


def check_ready(competence: int, marks: Marks) -> None:
    """Refuse to rule while a third reader is needed or, unless the rulebook allows it, marks are missing."""
    agreed, given = marks.agreed(competence), marks.of(competence)
    disputed = agreed is not None and agreed.state is MarksState.DISPUTED
    awaited = agreed.state is MarksState.AWAITED if agreed else not given
    if disputed or (awaited and not marks.rules.unmarked_may_be_ruled):
        raise NotReady(competence)


def overturned(ruling: Ruling, marks: Marks) -> str | None:
    """Return the mark that a ruling departs from: the agreed one or, where none is agreed, the first that differs."""
    agreed = marks.agreed(ruling.competence)
    read = [each.mark for each in marks.of(ruling.competence)] if agreed is None else [agreed.mark]
    other = [mark.code for mark in read if mark and mark.acquired != ruling.acquired]
    if agreed and agreed.mark and ruling.mark and ruling.mark != agreed.mark.code:
        return agreed.mark.code
    return next(iter(other), None)


def check_mark(ruling: Ruling, context: DecisionContext, path: str) -> None:
    """Refuse a mark that is not on the scale, or that contradicts its ruling."""
    if ruling.mark is not None and context.rules.content.read(ruling.mark, path).acquired != ruling.acquired:
        raise MarkAgainstRuling(ruling.competence)


def counted_mark(ruling: Ruling, context: DecisionContext, marks: Marks) -> Mark | None:
    """Return the mark that a ruling counts with: the jury's own or, where a mean counts it, the agreed one.

    Raises MarkRequired if a mean counts the competence, and there is no single agreed mark to count.
    """
    if ruling.mark is not None:
        return context.rules.content.read(ruling.mark)
    mean = context.framework.block_of[ruling.competence].rule.mean
    if mean is None or ruling.competence not in mean.numbers:
        return None
    agreed = marks.agreed(ruling.competence)
    given = [each.mark for each in marks.of(ruling.competence)] if agreed is None else [agreed.mark]
    mark = given[0] if len(given) == 1 else None
    if mark is None or mark.value is None or mark.acquired != ruling.acquired:
        raise MarkRequired(ruling.competence)
    return mark
