"""What falls with a decision that was annulled or rectified: a title that rested on it, its place in the register?

Within which time a certifier may itself withdraw a decision that created rights is the law's affair (Code des
relations entre le public et l'administration L242-1 and following, known without having been read): no rule here
judges it.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.candidacy import Candidacy
from domain.deliberation import Cause, Deliberation, TitleFell
from domain.framework import Definition, Framework
from domain.ports import Log, SessionId
from domain.register import Register
from domain.review import Questioned


def title_unfounded(framework: Definition, title: Deliberation, all_juries: Iterable[Deliberation]) -> bool:
    """Whether a title that a jury pronounced is no longer made by the blocks that standing decisions grant."""
    granted = frozenset(block for deliberation in all_juries for block in deliberation.granted)
    return title.title and not framework.whole.met_by(granted)


def annul(log: Log, questioned: Questioned, cause: Cause, reason: str) -> None:
    """Record DecisionAnnulled, then TitleFell and TitleWithdrawn where a title fell with it.

    Loads what `let_fall` loads.
    """
    candidacy = questioned.candidacy
    annulled = questioned.deliberation.annul(questioned.session, candidacy.id, cause)
    log.record(questioned.deliberation, annulled)
    let_fall(log, candidacy, {questioned.session.id: questioned.deliberation.evolve(annulled)}, reason)


def let_fall(log: Log, candidacy: Candidacy, now: dict[SessionId, Deliberation], reason: str) -> bool:
    """Record TitleFell and TitleWithdrawn for a title that no longer rests on its blocks; gives whether one stands.

    `now` are the deliberations that something has just been recorded on. Loads the framework, the deliberations of
    the candidacy's other sessions, and the register. A title of another jury that rested on a block that fell here
    falls too: the jury that pronounced it said that all blocks were won.
    """
    juries = {
        session: now.get(session) or log.find(Deliberation, Deliberation.id_of(session, candidacy.id))
        for session in candidacy.sessions
    }
    framework = log.load(Framework, candidacy.terms.framework).content
    for session, jury in juries.items():
        if title_unfounded(framework, jury, juries.values()):
            fell = TitleFell(session=session, candidacy=candidacy.id)
            log.record(jury, fell)
            juries[session] = jury.evolve(fell)
    stands = any(jury.title for jury in juries.values())
    if not stands:
        register = log.find(Register, Register.id_of(candidacy.terms.framework))
        if withdrawn := register.withdraw(candidacy.id, candidacy.terms.candidate, reason):
            log.record(register, withdrawn)
    return stands
