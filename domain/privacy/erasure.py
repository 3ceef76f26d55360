"""The plan of an erasure: what may be erased of a person today, and why the rest stays (effacement, RGPD art. 17).

The plan is a pure function of facts: those of the person, of their candidacies and sessions, of the rulebooks of
these, and of the legal holds. Commands and the replay decide by it, and a dry run shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.appeal.annulment import Annulments
from domain.appeal.review import Review
from domain.calendar import months_after
from domain.candidacy.candidacy import Candidacy
from domain.fact import Retention
from domain.fraud.fraud import Fraud
from domain.jury.session import JurySession, SessionStage
from domain.organisation.organisation import Organisation
from domain.people.facts import ErasureGround
from domain.people.person import Person
from domain.ports import CandidacyId, Log, PersonId, Role, SessionId
from domain.refusal import NotFound
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Keeping, PeriodStart, Rules

MOST_SESSIONS = 40
"""Number of a juror's latest sessions that are read: a period counted from an older one ends sooner.

That holds if their rulebooks keep data equally long; a longer period of an older session only is not seen.
"""


class RetentionReason(StrEnum):
    """The reason why data of a class stay."""

    NOTHING_THERE = "nothing_there"
    HELD = "legal_hold"
    IN_SERVICE = "in_service"
    UNDER_WAY = "under_way"
    QUESTIONED = "questioned"
    """A request for review or a fraud procedure is under way: the data it concerns are its proof."""
    KEPT_BY_LAW = "kept_by_law"
    NOT_DUE = "not_due"
    BEING_CARRIED_OUT = "being_carried_out"
    """Ordered, and not completed yet."""


@dataclass(frozen=True, kw_only=True)
class Fate:
    """The fate of one class: erased, or kept for a reason, until a day if known, by a text."""

    retention: Retention
    why: RetentionReason | None = None
    until: date | None = None
    source: str = ""

    @property
    def goes(self) -> bool:
        """True if it may be erased."""
        return self.why is None


@dataclass(frozen=True, kw_only=True)
class Involvement:
    """A candidacy of the person's, or a session in which they have a seat, as far as it concerns keeping data.

    `pending` means that a jury has still to release its decision; `decided_on` is the day of the last one released.
    `questioned` means that a request for review, also of a finding of fraud, is unanswered, an annulment waits for a
    second person, or a fraud procedure is under way: all classes are kept then.
    """

    rules: Rules
    opened_on: date
    decided_on: date | None
    pending: bool
    questioned: bool = False

    def fate(self, retention: Retention, ground: ErasureGround, today: date) -> Fate:
        """Return the fate of a class as far as this involvement decides it."""
        keeping = self.rules.keeping(retention)
        if self.questioned:
            return Fate(retention=retention, why=RetentionReason.QUESTIONED)
        until = self._until(keeping)
        if until is not None and until <= today:
            return Fate(retention=retention)
        open_ended = keeping.after is PeriodStart.LAST_DECISION and (self.pending or self.decided_on is None)
        if open_ended:
            return Fate(retention=retention, why=RetentionReason.UNDER_WAY, until=until, source=keeping.source)
        if ground is ErasureGround.REQUEST and not keeping.kept_by_law:
            return Fate(retention=retention)
        why = RetentionReason.KEPT_BY_LAW if keeping.kept_by_law else RetentionReason.NOT_DUE
        return Fate(retention=retention, why=why, until=until, source=keeping.source)

    def _until(self, keeping: Keeping) -> date | None:
        """Return the day on which the class is due; None if it is not known yet, or never due."""
        if keeping.months is None or (keeping.after is PeriodStart.LAST_DECISION and self.pending):
            return None
        since = self.opened_on if keeping.after is PeriodStart.OPENING else self.decided_on or self.opened_on
        return months_after(since, keeping.months)


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """All circumstances that decide on the erasure of one person's data."""

    person: Person
    held: frozenset[Retention]
    involvements: tuple[Involvement, ...]

    def fate(self, retention: Retention, ground: ErasureGround, today: date) -> Fate:
        """Return the fate of one class of this person's data today."""
        if retention is Retention.PORTFOLIO:  # the person's own, of no candidacy: neither a hold nor a period applies
            return Fate(retention=retention, why=None if ground is ErasureGround.REQUEST else RetentionReason.NOT_DUE)
        if retention in self.held:
            return Fate(retention=retention, why=RetentionReason.HELD)
        if retention is Retention.IDENTITY and self.person.roles - {Role.CANDIDATE}:
            return Fate(retention=retention, why=RetentionReason.IN_SERVICE)
        fates = [each.fate(retention, ground, today) for each in self.involvements]
        if not fates:
            unused = ground is ErasureGround.REQUEST  # there is no day to count a period from
            return Fate(retention=retention, why=None if unused else RetentionReason.NOT_DUE)
        return max(fates, key=_weight)

    def plan(
        self,
        classes: Iterable[Retention],
        ground: ErasureGround,
        today: date,
        there: frozenset[Retention] = frozenset(Retention),
    ) -> tuple[Fate, ...]:
        """Return the fate of each class asked for; `there` are the classes with sealed data."""
        return tuple(
            self.fate(retention, ground, today)
            if retention in there
            else Fate(retention=retention, why=RetentionReason.NOTHING_THERE)
            for retention in dict.fromkeys(classes)
        )


def _weight(fate: Fate) -> tuple[bool, bool, date]:
    """Return a sort key whose maximum is the longest retention: kept over erased, an unknown end, the later end."""
    return not fate.goes, fate.until is None, fate.until or date.min


def of_candidacy(
    candidacy: Candidacy,
    sessions: Iterable[JurySession],
    rules: Rules,
    reviews: Iterable[Review] = (),
    *,
    fraud: Fraud | None = None,
    annulments: Annulments | None = None,
) -> Involvement:
    """Return a person's own candidacy as an involvement: it ends with the last session released, or its own end."""
    called = tuple(sessions)
    decided = [session.opened_on for session in called if session.released_to(candidacy.id) and session.opened_on]
    if candidacy.life.ended_on:
        decided.append(candidacy.life.ended_on)
    return Involvement(
        rules=rules,
        opened_on=candidacy.terms.opened_on,
        decided_on=max(decided, default=None),
        pending=not all(session.over_for(candidacy.id) for session in called),
        questioned=any(review.under_way is not None for review in reviews)
        or bool(fraud and (fraud.under_way(candidacy.id) or fraud.questioned(candidacy.id)))
        or bool(annulments and annulments.waiting),
    )


def of_session(session: JurySession, rules: Rules) -> Involvement:
    """Return a session with a seat of the person's as an involvement: it ends when released or cancelled."""
    ended_on = session.opened_on if session.stage is SessionStage.RELEASED else session.planned.held_on
    return Involvement(
        rules=rules,
        opened_on=session.planned.held_on,
        decided_on=ended_on if session.over else None,
        pending=not session.over,
    )


def circumstances(
    log: Log, person: PersonId, candidacies: Iterable[CandidacyId], seats: Iterable[SessionId]
) -> Circumstances:
    """Load the circumstances of an erasure: the person, the holds, the candidacies named, the seats.

    For a candidacy, loads its sessions, its rulebook and the contests of a decision on it. Raises NotFound if a
    candidacy or seat is not this person's.
    """
    known = log.load(Person, person)
    fraud = log.find(Fraud, Fraud.id_of(person))
    keeper = log.find(Organisation, Organisation.keeper())
    found = []
    for named in candidacies:
        candidacy = log.load(Candidacy, named)
        if candidacy.terms.candidate != person:
            raise NotFound(named)
        called = [log.load(JurySession, session) for session in candidacy.sessions]
        reviews = [log.find(Review, Review.id_of(session, named)) for session in candidacy.sessions]
        rules = log.load(Rulebook, candidacy.terms.rulebook).content
        annulments = log.find(Annulments, Annulments.id_of(named))
        found.append(of_candidacy(candidacy, called, rules, reviews, fraud=fraud, annulments=annulments))
    for seat in seats:
        session = log.load(JurySession, seat)
        if person not in session.seats:
            raise NotFound(seat)
        found.append(of_session(session, log.load(Rulebook, session.planned.rulebook).content))
    return Circumstances(person=known, held=keeper.held(person), involvements=tuple(found))
