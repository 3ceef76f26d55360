"""What falls with an annulled decision: the deliberation, a title that rested on it, its place in the register?

Within which time a certifier may itself withdraw a decision that created rights is the law's affair (Code des
relations entre le public et l'administration L242-1 and following, known without having been read): no rule here
judges it.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.deliberation import Cause, Deliberation, TitleFell
from domain.framework import Definition, Framework
from domain.ports import Log
from domain.register import Register
from domain.review import Questioned


def title_unfounded(framework: Definition, title: Deliberation, all_juries: Iterable[Deliberation]) -> bool:
    """Whether a title that a jury pronounced is no longer made by the blocks that standing decisions grant."""
    granted = frozenset(block for deliberation in all_juries for block in deliberation.granted)
    return title.title and not framework.whole.met_by(granted)


def annul(log: Log, questioned: Questioned, cause: Cause, reason: str) -> None:
    """Record DecisionAnnulled, then TitleFell and TitleWithdrawn where a title fell with it.

    Loads the framework, the deliberations of the candidacy's other sessions, and the register. A title of another
    jury that rested on a block granted here falls too: the jury that pronounced it said that all blocks were won.
    """
    candidacy = questioned.candidacy
    annulled = questioned.deliberation.annul(questioned.session, candidacy.id, cause)
    log.record(questioned.deliberation, annulled)
    juries = {
        session: log.find(Deliberation, Deliberation.id_of(session, candidacy.id)) for session in candidacy.sessions
    }
    juries[questioned.session.id] = questioned.deliberation.evolve(annulled)
    framework = log.load(Framework, candidacy.terms.framework).content
    for session, jury in juries.items():
        if title_unfounded(framework, jury, juries.values()):
            fell = TitleFell(session=session, candidacy=candidacy.id)
            log.record(jury, fell)
            juries[session] = jury.evolve(fell)
    if not any(jury.title for jury in juries.values()):
        register = log.find(Register, Register.id_of(candidacy.terms.framework))
        if withdrawn := register.withdraw(candidacy.id, candidacy.terms.candidate, reason):
            log.record(register, withdrawn)
