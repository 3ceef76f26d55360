"""Consequences of a decision annulled or restored: credits elsewhere, titles, numbers in the register.

A decision, a piece of evidence or a link is invalidated or restored; all consequences are then derived again from
what is in force, and recorded where they changed. Nothing is patched: a decision annulled and restored leaves what it
would have left without the annulment. The time within which a certifier may itself withdraw a decision that created
rights is set by law (Code des relations entre le public et l'administration L242-1 and following, known without
having been read): no rule here checks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit, Won
from domain.candidacy.facts import BlockSatisfied, CreditFell, CreditRestored, Fall
from domain.fact import Fact, Text
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.jury.annulled_decision import Cause
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionRestored, TitleFell, TitleRestored
from domain.jury.session import JurySession
from domain.ports import CandidacyId, EvidenceId, Find, Log, S, SessionId, Stream
from domain.register.carrying_over import same_option, same_title
from domain.register.facts import TitleReinstated, TitleWithdrawn
from domain.register.register import Register

FOLLOWS: Final = (CreditFell, CreditRestored, TitleFell, TitleRestored, TitleWithdrawn, TitleReinstated)
"""The facts that `refold` records."""


class Since:
    """A log whose reads include the facts recorded through it."""

    def __init__(self, log: Log) -> None:
        """Start without recorded facts."""
        self.log, self._now = log, dict[UUID, Stream]()

    def find(self, kind: type[S], stream: UUID) -> S:
        """Find an aggregate, with the facts recorded here."""
        now = self._now.get(stream)
        return now if isinstance(now, kind) else self.log.find(kind, stream)

    def record(self, aggregate: Stream, *facts: Fact) -> None:
        """Record facts of an aggregate that was found here."""
        self.log.record(aggregate, *facts)
        for fact in facts:
            aggregate = aggregate.evolve(fact)
        self._now[aggregate.id] = aggregate


def annul(
    since: Since, candidacy: Candidacy, decided: Iterable[tuple[JurySession, Deliberation]], cause: Cause, on: date
) -> None:
    """Record DecisionAnnulled for these sessions' decisions on a candidacy; `refold` records the consequences."""
    for session, said in decided:
        since.record(said, said.annul(session, candidacy.id, cause, on))


def restore(since: Since, candidacy: Candidacy, decided: Iterable[tuple[SessionId, Deliberation]], on: date) -> None:
    """Record DecisionRestored for these sessions' decisions on a candidacy, in force again from that day."""
    for session, said in decided:
        since.record(said, DecisionRestored(session=session, candidacy=candidacy.id, restored_on=on))


def refold(
    since: Since, candidacies: Iterable[Candidacy], reason: Text, forged: frozenset[EvidenceId] | None = None
) -> None:
    """Record the consequences of an annulment or a restoration that concerns these candidacies.

    CreditFell and CreditRestored, in them and in later ones where their blocks count; TitleFell, TitleWithdrawn,
    TitleRestored and TitleReinstated. `forged` are the pieces now found to be a fraud, if that has changed. Reads
    these candidacies' credits, what they rest on, and what `_titles` reads.
    """
    affected = {each.id: each for each in candidacies}
    for candidacy in tuple(affected.values()):
        credit = since.find(Credit, Credit.id_of(candidacy.id))
        _count(since, candidacy, earlier=None, forged=forged)
        for later in sorted(credit.later):
            counts = since.find(Candidacy, later)
            if _count(since, counts, earlier=candidacy.id, forged=None):
                affected[later] = counts
    for candidacy in affected.values():
        _titles(since, candidacy, reason)


def _count(
    since: Since, candidacy: Candidacy, *, earlier: CandidacyId | None, forged: frozenset[EvidenceId] | None
) -> bool:
    """Record the credits of a candidacy that are lost, or count again; return whether there are any.

    These depend on the decisions in an `earlier` candidacy, and on the pieces now found to be `forged`.
    """
    credit = since.find(Credit, Credit.id_of(candidacy.id))

    def concerned(won: Won) -> bool:
        if isinstance(won.by, BlockSatisfied):
            return forged is not None
        return won.by.earlier == earlier

    def lost(won: Won) -> Fall | None:
        said = won.by
        if isinstance(said, BlockSatisfied):
            return Fall.FRAUD if forged is None or said.evidence in forged else None
        juries = [since.find(Deliberation, Deliberation.id_of(each, said.earlier)) for each in said.sessions]
        if all(any(block in jury.granted for jury in juries) for block in said.blocks):
            return None
        return Fall.FRAUD if any(jury.forfeited for jury in juries) else Fall.ANNULLED

    facts = tuple(credit.refold(candidacy.id, concerned, lost, since.log.today))
    since.record(credit, *facts)
    return bool(facts)


@dataclass(frozen=True, kw_only=True)
class PronouncedTitle:
    """A title as one jury pronounced it: its candidacy, the jury's rank in it, and the day."""

    candidacy: Candidacy
    session: SessionId
    place: int
    sat_on: date
    said: Deliberation
    founded: bool

    def order(self) -> tuple[date, int, UUID]:
        """Return the sort key of the order in which titles were pronounced."""
        return self.sat_on, self.place, self.said.id

    def excludes(self, other: PronouncedTitle) -> bool:
        """Return whether the two cannot both be in force: a title is won once, and is another with another option.

        Titles under two files can both be in force if neither jury knew that the other's was lost: nobody knew that
        the files belonged to one person, and linking two files takes nothing away.
        """
        elsewhere = self.candidacy.id != other.candidacy.id
        if elsewhere and not same_option(self.said.decision.option, other.said.decision.option):
            return False
        if self.candidacy.terms.candidate == other.candidacy.terms.candidate:
            return True
        ours, theirs = self.said, other.said
        return ours.id in theirs.decision.fallen_titles or theirs.id in ours.decision.fallen_titles

    def waits_for(self, other: PronouncedTitle) -> bool:
        """Return whether it is in force again only once that later title is not."""
        return self.excludes(other) and self.order() < other.order()


def founded(
    framework: Definition, said: Deliberation, by_then: Iterable[Deliberation], counted: frozenset[int]
) -> bool:
    """Return whether a jury's title rests on blocks in force, of those granted and counted by then."""
    return said.stands.title and framework.title_of(said.decision.option).met_by(
        counted.union(*(jury.granted for jury in by_then))
    )


def titles_of(find: Find, candidacy: Candidacy) -> Iterator[PronouncedTitle]:
    """Yield the titles that juries pronounced in a candidacy, in force or not."""
    juries = [find(Deliberation, Deliberation.id_of(session, candidacy.id)) for session in candidacy.sessions]
    if not any(said.decision.title for said in juries):
        return
    framework = find(Framework, candidacy.terms.framework).content
    credit = find(Credit, Credit.id_of(candidacy.id))
    for place, (session, said) in enumerate(zip(candidacy.sessions, juries, strict=True)):
        if said.decision.title:
            held = find(JurySession, session)
            yield PronouncedTitle(
                candidacy=candidacy,
                session=session,
                place=place,
                sat_on=held.opened_on or held.planned.held_on,
                said=said,
                founded=founded(framework, said, juries[: place + 1], credit.by_then(said.decision.counted)),
            )


def _titles(since: Since, candidacy: Candidacy, reason: Text) -> None:
    """Record which of the person's titles of a certification are lost, and which are in force again.

    A title is lost with a block that it needs, and returns with it: the jury that pronounced it said that all blocks
    were won. Of titles that exclude each other, the last one pronounced is in force: what a jury decided while
    another's decision was annulled is not lost when that decision is restored. Reads the person's files and
    candidacies of the version, their juries' decisions and credits, the register, and for pronounced titles the
    framework and the sessions.
    """
    theirs = (candidacy, *same_title(since.find, candidacy))
    every = sorted(
        (title for each in theirs for title in titles_of(since.find, each)), key=PronouncedTitle.order, reverse=True
    )
    stand = [title for title in every if title.founded and title.said.title]
    for title in every:
        if title.founded and not title.said.title and not any(map(title.waits_for, stand)):
            stand = [title, *(each for each in stand if not title.excludes(each))]
    for title in every:
        if title.said.title and title not in stand:
            since.record(title.said, TitleFell(session=title.session, candidacy=title.candidacy.id))
    _withdraw(since, theirs, {title.candidacy.id: title.sat_on for title in stand}, reason)
    for title in stand:
        if not title.said.title:
            since.record(title.said, TitleRestored(session=title.session, candidacy=title.candidacy.id))
        terms, register = title.candidacy.terms, since.find(Register, Register.id_of(candidacy.terms.framework))
        if reinstated := register.reinstate(title.candidacy.id, terms.candidate, reason, title.sat_on):
            since.record(register, reinstated)


def _withdraw(since: Since, candidacies: Iterable[Candidacy], won_on: dict[CandidacyId, date], reason: Text) -> None:
    """Record TitleWithdrawn for each number in the register that does not belong to the title in force."""
    for each in candidacies:
        register = since.find(Register, Register.id_of(each.terms.framework))
        entry = register.entries.get(each.id)
        if entry is not None and entry.obtained_on != won_on.get(each.id):
            since.record(register, register.withdraw(entry, each.terms.candidate, reason))
