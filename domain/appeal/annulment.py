"""What falls with a decision that was annulled or rectified: a title that rested on it, its place in the register?

Within which time a certifier may itself withdraw a decision that created rights is the law's affair (Code des
relations entre le public et l'administration L242-1 and following, known without having been read): no rule here
judges it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.appeal.restoring import stand_instead
from domain.appeal.review import Questioned
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit, Left
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.jury.annulled_decision import Cause
from domain.jury.deliberation import Deliberation
from domain.jury.facts import TitleFell
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log, SessionId
from domain.register.carrying_over import left_with
from domain.register.register import Register


def title_unfounded(
    framework: Definition, title: Deliberation, all_juries: Iterable[Deliberation], counted: frozenset[int]
) -> bool:
    """Whether a title is no longer made by what standing decisions grant and what counts from elsewhere."""
    granted = frozenset(block for deliberation in all_juries for block in deliberation.granted)
    return title.title and not framework.whole.met_by(granted | counted)


def annul(log: Log, questioned: Questioned, cause: Cause, reason: str, on: date) -> None:
    """Record DecisionAnnulled, then CreditFell, TitleFell and TitleWithdrawn where blocks and titles fell with it.

    And what `let_fall` records and loads besides.
    """
    annul_all(log, questioned.candidacy, ((questioned.session, questioned.deliberation),), cause, reason, on=on)


def annul_all(
    log: Log,
    candidacy: Candidacy,
    decided: Iterable[tuple[JurySession, Deliberation]],
    cause: Cause,
    reason: str,
    *,
    on: date,
    credit: Credit | None = None,
) -> None:
    """Do the same of the decisions of several sessions on one candidacy, together; of `credit` see `let_fall`."""
    now = {}
    for session, deliberation in decided:
        annulled = deliberation.annul(session, candidacy.id, cause, on)
        log.record(deliberation, annulled)
        now[session.id] = deliberation.evolve(annulled)
    let_fall(log, candidacy, now, reason, credit)


def let_fall(
    log: Log, candidacy: Candidacy, now: dict[SessionId, Deliberation], reason: str, credit: Credit | None = None
) -> bool:
    """Record TitleFell and TitleWithdrawn for a title that no longer rests on its blocks; gives whether one stands.

    `now` are the deliberations, `credit` what counts from elsewhere, on which something has just been recorded. Loads
    the framework, the deliberations of the candidacy's other sessions, what counts in it from elsewhere, and the
    register. A title of another jury that rested on a block that fell here falls too: the jury that pronounced it
    said that all blocks were won. So does, as CreditFell, what counted in a later candidacy because of such a block,
    and there the title that rested on it: loads the same of that candidacy. Where the title that stood here falls,
    the one that waited for it stands again (`stand_instead`).
    """
    before = {
        session: log.find(Deliberation, Deliberation.id_of(session, candidacy.id)) for session in candidacy.sessions
    }
    juries = {**before, **now}
    counted = credit or log.find(Credit, Credit.id_of(candidacy.id))
    framework = log.load(Framework, candidacy.terms.framework).content
    for session, jury in juries.items():
        if title_unfounded(framework, jury, juries.values(), counted.blocks):
            fell = TitleFell(session=session, candidacy=candidacy.id)
            log.record(jury, fell)
            juries[session] = jury.evolve(fell)
    stands = any(jury.title for jury in juries.values())
    register = None if stands else _withdraw(log, candidacy, reason)
    left = left_with(candidacy.id, juries)
    for later in sorted(counted.later):
        _fall_later(log, later, left, reason)
    if register is None or not any(jury.title for jury in before.values()):
        return stands
    return stand_instead(log, (candidacy, juries, counted), register=register, reason=reason)


def _withdraw(log: Log, candidacy: Candidacy, reason: str) -> Register:
    """Record TitleWithdrawn where the register holds a title of this candidacy; gives the register since."""
    register = log.find(Register, Register.id_of(candidacy.terms.framework))
    if withdrawn := register.withdraw(candidacy.id, candidacy.terms.candidate, reason):
        log.record(register, withdrawn)
        register = register.evolve(withdrawn)
    return register


def _fall_later(log: Log, later: CandidacyId, left: Left, reason: str) -> None:
    """Let fall what counted in a later candidacy by blocks that the earlier one no longer has."""
    credit = log.load(Credit, Credit.id_of(later))
    fell = list(credit.falls(later, left, log.today))
    log.record(credit, *fell)
    for each in fell:
        credit = credit.evolve(each)
    if fell:
        let_fall(log, log.load(Candidacy, later), {}, reason, credit)
