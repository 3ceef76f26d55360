"""What stands, once a decision fell or stands again: what counts elsewhere, titles, numbers in the register?

A decision, a piece of evidence or a link is said to fall or to stand again; all that follows from it is then derived
anew from what stands, and recorded where it is otherwise than before. Nothing is patched: annulled and restored, a
decision leaves what it would have left had nobody annulled it.

Within which time a certifier may itself withdraw a decision that created rights is the law's affair (Code des
relations entre le public et l'administration L242-1 and following, known without having been read): no rule here
judges it.
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
"""What `refold` records."""


class Since:
    """A log as it will be: what was recorded through this counts already."""

    def __init__(self, log: Log) -> None:
        """Begin where nothing is recorded yet."""
        self.log, self._now = log, dict[UUID, Stream]()

    def find(self, kind: type[S], stream: UUID) -> S:
        """Find an aggregate, with what was recorded of it."""
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
    """Record DecisionAnnulled of what sessions decided of one candidacy; what falls with it, `refold` records."""
    for session, said in decided:
        since.record(said, said.annul(session, candidacy.id, cause, on))


def restore(since: Since, candidacy: Candidacy, decided: Iterable[tuple[SessionId, Deliberation]], on: date) -> None:
    """Record DecisionRestored of what sessions decided of one candidacy, which stands again from that day."""
    for session, said in decided:
        since.record(said, DecisionRestored(session=session, candidacy=candidacy.id, restored_on=on))


def refold(
    since: Since, candidacies: Iterable[Candidacy], reason: Text, forged: frozenset[EvidenceId] | None = None
) -> None:
    """Record what follows, where something fell or stands again that concerns these candidacies.

    CreditFell and CreditRestored, in them and in later ones where what was won in them counts; TitleFell,
    TitleWithdrawn, TitleRestored and TitleReinstated. `forged` are the pieces that are now found to be a fraud, where
    that has changed. Finds what counts in these candidacies from elsewhere, what it
    rests on, and what `_titles` finds.
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
    """Record what falls, or counts again, of what is counted in a candidacy; whether any does.

    By what is decided in an `earlier` one, and by which pieces are now found to be `forged`.
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
class Title:
    """A title as one jury pronounced it: of which candidacy, before the how-manieth jury of it, on which day."""

    candidacy: Candidacy
    session: SessionId
    place: int
    sat_on: date
    said: Deliberation
    founded: bool

    def order(self) -> tuple[date, int, UUID]:
        """The order in which titles were pronounced."""
        return self.sat_on, self.place, self.said.id

    def excludes(self, other: Title) -> bool:
        """Whether the two do not stand together: a title is won once; with another option it is another.

        Those of two files do where neither jury knew that the other's had fallen: nobody knew that they were one
        person's, and nothing falls because two files were linked.
        """
        elsewhere = self.candidacy.id != other.candidacy.id
        if elsewhere and not same_option(self.said.decision.option, other.said.decision.option):
            return False
        if self.candidacy.terms.candidate == other.candidacy.terms.candidate:
            return True
        ours, theirs = self.said, other.said
        return ours.id in theirs.decision.fallen_titles or theirs.id in ours.decision.fallen_titles

    def waits_for(self, other: Title) -> bool:
        """Whether it stands again only once that one, which was pronounced after it, does not."""
        return self.excludes(other) and self.order() < other.order()


def founded(
    framework: Definition, said: Deliberation, by_then: Iterable[Deliberation], counted: frozenset[int]
) -> bool:
    """Whether a jury's title rests on its blocks: those that stand of what was granted and counted by then."""
    return said.stands.title and framework.title_of(said.decision.option).met_by(
        counted.union(*(jury.granted for jury in by_then))
    )


def titles_of(find: Find, candidacy: Candidacy) -> Iterator[Title]:
    """The titles that juries pronounced in a candidacy, whether they stand or not."""
    juries = [find(Deliberation, Deliberation.id_of(session, candidacy.id)) for session in candidacy.sessions]
    if not any(said.decision.title for said in juries):
        return
    framework = find(Framework, candidacy.terms.framework).content
    credit = find(Credit, Credit.id_of(candidacy.id))
    for place, (session, said) in enumerate(zip(candidacy.sessions, juries, strict=True)):
        if said.decision.title:
            held = find(JurySession, session)
            yield Title(
                candidacy=candidacy,
                session=session,
                place=place,
                sat_on=held.opened_on or held.planned.held_on,
                said=said,
                founded=founded(framework, said, juries[: place + 1], credit.by_then(said.decision.counted)),
            )


def _titles(since: Since, candidacy: Candidacy, reason: Text) -> None:
    """Record which titles of a certification fall, and which stand again, of the person whose candidacy it is.

    One falls with a block that it rested on, and comes back with it: the jury that pronounced it said that all blocks
    were won. Of those that exclude each other the one pronounced last stands: what
    a jury decided while another's decision was annulled, a candidate does not lose by having that one back.
    Finds the person's files and candidacies of the version, what juries decided there and what counts there, the
    register, and where a title was pronounced the framework and the sessions.
    """
    theirs = (candidacy, *same_title(since.find, candidacy))
    every = sorted((title for each in theirs for title in titles_of(since.find, each)), key=Title.order, reverse=True)
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
    """Record TitleWithdrawn for each number in the register that is not of the title which stands there now."""
    for each in candidacies:
        register = since.find(Register, Register.id_of(each.terms.framework))
        entry = register.entries.get(each.id)
        if entry is not None and entry.obtained_on != won_on.get(each.id):
            since.record(register, register.withdraw(entry, each.terms.candidate, reason))
