"""What stands again once what made it fall is lifted: a decision, a title, what counted elsewhere, a register number?

The counterpart of `annulment.py`. Nothing that fell is unsaid: each thing that stands again is a fact of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit, Left
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionRestored, TitleRestored
from domain.jury.session import JurySession
from domain.ports import CandidacyId, EvidenceId, Find, FrameworkId, Log, SessionId
from domain.register.carrying_over import granted_here, left_with, same_title, titled_elsewhere
from domain.register.register import Register


def title_founded(
    framework: Definition, title: Deliberation, all_juries: Iterable[Deliberation], counted: frozenset[int]
) -> bool:
    """Whether a title that fell rests again on its blocks, and no other jury has pronounced it since."""
    juries = list(all_juries)
    granted = frozenset(block for jury in juries for block in jury.granted)
    again = title.title_fell and not any(jury.title for jury in juries)
    return again and framework.whole.met_by(granted | counted)


def restore_all(
    log: Log,
    candidacy: Candidacy,
    decided: Iterable[tuple[SessionId, Deliberation]],
    reason: str,
    forged: frozenset[EvidenceId],
    *,
    on: date,
) -> None:
    """Record DecisionRestored for these, and then what stands again with them; loads what `let_fall` loads.

    `forged` are the pieces that are still found to be a fraud: what they proved does not count again. `on` is the day
    from which what fell stands again.
    """
    now = {}
    for session, deliberation in decided:
        restored = DecisionRestored(session=session, candidacy=candidacy.id, restored_on=on)
        log.record(deliberation, restored)
        now[session] = deliberation.evolve(restored)
    credit = log.find(Credit, Credit.id_of(candidacy.id))
    granted = {block for said in now.values() for block in said.granted} | granted_here(log.find, candidacy)
    proved = list(credit.proved_again(candidacy.id, forged, granted))
    log.record(credit, *proved)
    for each in proved:
        credit = credit.evolve(each)
    _stand(log, candidacy, now, reason, credit)


def _stand(
    log: Log,
    candidacy: Candidacy,
    now: dict[SessionId, Deliberation],
    reason: str,
    counted: Credit,
    *,
    titled: frozenset[FrameworkId] = frozenset(),
) -> frozenset[FrameworkId]:
    """Record TitleRestored, and TitleReinstated, for a title that rests again on its blocks; then for later ones.

    `titled` are the certifications whose title has just come back by another candidacy; gives them, with those of
    here: a title is won once.
    """
    juries = {
        session: now.get(session) or log.find(Deliberation, Deliberation.id_of(session, candidacy.id))
        for session in candidacy.sessions
    }
    version = candidacy.terms.framework
    framework = log.load(Framework, version).content
    for session, jury in juries.items():
        founded = title_founded(framework, jury, juries.values(), counted.blocks)
        if founded and version not in titled and not titled_elsewhere(log.find, candidacy):
            again = TitleRestored(session=session, candidacy=candidacy.id)
            log.record(jury, again)
            juries[session] = jury.evolve(again)
            titled |= {version}
            register = log.find(Register, Register.id_of(version))
            won_on = log.find(JurySession, session).opened_on
            if reinstated := register.reinstate(candidacy.id, candidacy.terms.candidate, reason, won_on):
                log.record(register, reinstated)
    left = left_with(candidacy.id, juries)
    for later in sorted(counted.later):
        titled = _stand_later(log, later, left, reason, titled)
    return titled


def _stand_later(
    log: Log, later: CandidacyId, left: Left, reason: str, titled: frozenset[FrameworkId]
) -> frozenset[FrameworkId]:
    """Let count again, in a later candidacy, what fell there with blocks that the earlier one has again."""
    candidacy, credit = log.load(Candidacy, later), log.load(Credit, Credit.id_of(later))
    won = granted_here(log.find, candidacy)
    again = list(credit.counts_again(later, left, won))
    log.record(credit, *again)
    for each in again:
        credit = credit.evolve(each)
    return _stand(log, candidacy, {}, reason, credit, titled=titled) if again else titled


_Here = tuple[Candidacy, dict[SessionId, Deliberation], Credit]
"""A candidacy, what its juries decided of it, and what counts in it from elsewhere."""


def stand_instead(log: Log, here: _Here, *, register: Register, reason: str, find: Find | None = None) -> bool:
    """Record TitleRestored, and TitleReinstated, for a title that waited for the one that fell; whether one did here.

    What stands again does so without its title while another stands (`title_founded`): a title is won once. Once that
    one has fallen it has its title too, which rests on what was granted by when it was pronounced: a block granted
    anew since brings none back without a jury. `here` is what is left where it fell, `register` what is left of the
    register. Loads the framework; finds the person's other candidacies of the version, what counts in them, their
    sessions and deliberations. `find` knows better which files are theirs, where that has just changed.
    """
    candidacy = here[0]
    waiting = [here, *_others(log, here, find or log.find)]
    if any(jury.title for _, juries, _ in waiting for jury in juries.values()):
        return False
    framework = log.load(Framework, candidacy.terms.framework).content
    for each, juries, counted in waiting:
        for session, jury in juries.items():
            sat_on = _sat_on(log.find, session)
            by_then = [said for other, said in juries.items() if _sat_on(log.find, other) <= sat_on]
            if title_founded(framework, jury, by_then, counted.blocks):
                log.record(jury, TitleRestored(session=session, candidacy=each.id))
                if reinstated := register.reinstate(each.id, each.terms.candidate, reason, sat_on):
                    log.record(register, reinstated)
                return each.id == candidacy.id
    return False


def _others(log: Log, here: _Here, find: Find) -> Iterator[_Here]:
    """The same of the person's other candidacies of that version, once what counted in them has fallen with this."""
    candidacy, juries, _ = here
    left = left_with(candidacy.id, juries)
    for other in same_title(find, candidacy):
        credit = log.find(Credit, Credit.id_of(other.id))
        for fell in credit.falls(other.id, left, log.today):
            credit = credit.evolve(fell)
        said = {session: log.find(Deliberation, Deliberation.id_of(session, other.id)) for session in other.sessions}
        yield other, said, credit


def _sat_on(find: Find, session: SessionId) -> date:
    """The day of what a session decided."""
    held = find(JurySession, session)
    return held.opened_on or held.planned.held_on
