"""Notices of a jury's decision or its annulment to a candidate, with the remedies (notification).

A release makes results visible; a notice is sent to one candidate, with the remedies. Time limits run from it. A late
notice is valid: its lateness is shown, never refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self, assert_never
from uuid import UUID

from domain.assessment.attempts import RectifiedPart
from domain.candidacy.candidacy import Candidacy, Opening
from domain.candidacy.facts import NoticeChannel
from domain.deadlines.deadline import Duty, RunningPeriod, deadline
from domain.deadlines.facts import AnnulmentNotified, NoticeFact, NotificationChannel, ResultNotified
from domain.fact import stream_of
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession
from domain.ports import Actor, CandidacyId, Find, Log, PersonId, Role, SessionId
from domain.refusal import NotFound, Refused
from domain.rulebook.law import Law
from domain.rulebook.rule_set import Provision
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Remedy, RemedyKind, Rules


class AlreadyNotified(Refused):
    """A decision is notified once, and anew once it was rectified, or stands again after it was annulled."""

    fr = (
        "Une décision se notifie une fois, et de nouveau après une rectification, "
        "ou quand elle vaut de nouveau après avoir été annulée."
    )


class NothingAnnulled(Refused):
    """That a decision was annulled is notified while it is, and once."""

    fr = "L'annulation d'une décision se notifie tant qu'elle est annulée, et une fois."


class NoticeMisdated(Refused):
    """A candidate is told from the release, last rectification, annulment or its lifting on, not ahead of today."""

    fr = (
        "La notification est du jour de la communication, de la dernière rectification, de l'annulation "
        "ou de sa levée, ou d'après, sans anticiper."
    )
    kind = "invalid"


class NotSentByServer(Refused):
    """That a candidate was notified by e-mail is recorded when a mail server took the letter, and by nobody."""

    fr = "Une notification par courriel s'enregistre quand un serveur de courrier a pris la lettre, et par personne."
    kind = "invalid"


def check_channel(channel: NotificationChannel | NoticeChannel, actor: Actor) -> None:
    """Raise NotSentByServer for an e-mail, unless the system, which sends letters, records it."""
    if channel in {NotificationChannel.EMAIL, NoticeChannel.EMAIL} and actor.role is not Role.SYSTEM:
        raise NotSentByServer(channel.value)


@dataclass(frozen=True, kw_only=True)
class NotifiedDecision:
    """The object of a notice: a session's decision on a candidacy, with its rules and law."""

    session: JurySession
    candidacy: Candidacy
    deliberation: Deliberation
    rules: Rules
    law: Law

    @property
    def known_on(self) -> date:
        """The first day on which the candidate may be notified."""
        return self.session.known_on(self.candidacy.id) or date.min

    @property
    def terms(self) -> Opening:
        """The route and beginning with which the candidacy came before that jury."""
        return self.candidacy.called(self.session.id)

    @property
    def heard_on(self) -> date:
        """The day on which the candidate came before that jury."""
        return self.deliberation.heard_on or self.session.opened_on or self.session.planned.held_on

    @property
    def advisor(self) -> PersonId | None:
        """The advisor on that day, even if released since; else the current one."""
        return self.candidacy.life.advisor_on(self.heard_on) or self.candidacy.life.advisor

    @property
    def tells_advisor(self) -> bool:
        """True if a text requires that the advisor also be notified of the result and its blocks (R6412-7)."""
        found = self.terms.under(self.law, self.session.opened_on)
        return found.source(Provision.NOTICE_TO_ADVISOR) is not None


@dataclass(frozen=True, kw_only=True)
class Notice:
    """The notices to one candidate of one jury's decision: the last result, and an annulment since then.

    `days` are the notices of results given since the last notice of an annulment, in order.
    """

    id: UUID
    version: int = 0
    told: ResultNotified | None = None
    fell: AnnulmentNotified | None = None
    annulment: int = 0
    days: tuple[ResultNotified, ...] = ()

    @staticmethod
    def id_of(session: SessionId, candidacy: CandidacyId) -> UUID:
        """Return the stream id of the notices of a deliberation: unique by session and candidacy."""
        return stream_of("notice", session, candidacy)

    def tells(self, said: Deliberation) -> bool:
        """Return whether the last notice states the current decision: neither rectified nor annulled since."""
        if self.told is None or self.fell or self.told.rectification < said.rectified:
            return False
        return self.told.annulment >= said.annulments

    def taken(self, said: Deliberation) -> RectifiedPart | None:
        """Return what rectifications took away, and the day of the notice of it; None if nothing was taken."""
        if not (said.stands.taken or said.stands.title_taken):
            return None
        told = (each.notified_on for each in self.days if each.rectification >= said.taken_by)
        told_on = next(told, None)  # a later rectification that takes nothing does not invalidate this notice
        return RectifiedPart(blocks=said.stands.taken, told_on=told_on)

    def notify(
        self, decided: NotifiedDecision, channel: NotificationChannel, on: date, today: date
    ) -> ResultNotified:
        """Notify the candidate of a released decision, once, and again if the last notice differs from it."""
        deliberation, session = decided.deliberation, decided.session
        deliberation.check_questionable(session, decided.candidacy.id)
        if self.tells(deliberation):
            raise AlreadyNotified(self.id)
        since = (decided.known_on, deliberation.rectified_on or date.min, deliberation.restored_on or date.min)
        if not max(since) <= on <= today:
            raise NoticeMisdated(on.isoformat())
        due_on, rule_set = _due(decided)
        told = decided.tells_advisor
        return ResultNotified(
            session=session.id,
            candidacy=decided.candidacy.id,
            notified_on=on,
            channel=channel,
            remedies=decided.rules.remedies,
            rectification=deliberation.rectified,
            due_on=due_on,
            rule_set=rule_set,
            annulment=deliberation.annulments,
            advisor=decided.advisor if told else None,
            granted=tuple(sorted(deliberation.granted)) if told else (),
            title=told and deliberation.title,
        )

    def notify_annulment(
        self, decided: NotifiedDecision, channel: NotificationChannel, on: date, today: date
    ) -> AnnulmentNotified:
        """Notify the candidate that the decision is annulled, once for each annulment."""
        said = decided.deliberation
        if said.annulment is None or self.annulment >= said.annulments:
            raise NothingAnnulled(self.id)
        if not max(decided.known_on, said.annulment.annulled_on) <= on <= today:
            raise NoticeMisdated(on.isoformat())
        return AnnulmentNotified(
            session=decided.session.id,
            candidacy=decided.candidacy.id,
            notified_on=on,
            channel=channel,
            cause=said.annulment.cause,
            remedies=decided.rules.remedies,
            annulment=said.annulments,
        )

    def fall(self, said: Deliberation) -> AnnulmentNotified | None:
        """Return the notice of the current annulment, if it was given."""
        return self.fell if said.annulled and self.annulment >= said.annulments else None

    def remedy(self, of: Rules) -> Remedy | None:
        """Return the remedy of review: as the candidate was notified, else as in the rulebook."""
        if self.told is None:
            return of.remedy(RemedyKind.REVIEW)
        return next((each for each in self.told.remedies if each.way is RemedyKind.REVIEW), None)

    def known_on(self, session: JurySession, candidacy: CandidacyId, deliberation: Deliberation) -> date | None:
        """Return the day from which time limits run: of the notice, else of the release.

        None if nobody recorded it, and for a decision that was rectified, or annulled and restored, without a notice
        since: the notified decision is then not the one in force, or could not be contested for a time.
        """
        if self.told:
            return self.told.notified_on if self.tells(deliberation) else None
        moved = self.fell or deliberation.rectified or deliberation.annulments
        return None if moved else session.known_on(candidacy)

    def evolve(self, fact: NoticeFact) -> Self:
        match fact:
            case ResultNotified():
                return replace(self, told=fact, fell=None, days=(*self.days, fact))
            case AnnulmentNotified(annulment=annulment):
                return replace(self, fell=fact, annulment=annulment, days=())
            case _:
                assert_never(fact)


def taken_from(find: Find, candidacy: Candidacy) -> tuple[RectifiedPart, ...]:
    """Return what rectifications took from a candidate, for each jury's decision as keyed.

    Reads each jury's deliberation, and its notice if something was taken.
    """
    said = ((each, find(Deliberation, Deliberation.id_of(each, candidacy.id))) for each in candidacy.sessions)
    found = (
        find(Notice, Notice.id_of(each, candidacy.id)).taken(decided)
        for each, decided in said
        if decided.stands.taken or decided.stands.title_taken
    )
    return tuple(each for each in found if each)


def decided(log: Log, session: SessionId, candidacy: Candidacy) -> NotifiedDecision:
    """Load the object of a notice: session, deliberation, rulebook and law; raise NotFound."""
    if session not in candidacy.sessions:
        raise NotFound(session)
    return NotifiedDecision(
        session=log.load(JurySession, session),
        candidacy=candidacy,
        deliberation=log.find(Deliberation, Deliberation.id_of(session, candidacy.id)),
        rules=log.load(Rulebook, candidacy.terms.rulebook).content,
        law=log.find(Law, Law.the()),
    )


def _due(decided: NotifiedDecision) -> tuple[date | None, str | None]:
    """Return the last day for the notice, and the rule set's id, as in the candidacy's deadlines."""
    session, candidacy = decided.session, decided.candidacy
    clock = RunningPeriod(
        duty=Duty.NOTICE,
        since=decided.heard_on,
        session=session.id,
        terms=decided.terms,
    )
    due = deadline(clock, candidacy.terms, decided.law, decided.rules, registration_ends=date.max)
    return (due.ends_on, due.rule_set) if due else (None, None)
