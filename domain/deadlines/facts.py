"""Facts of notices and reminders: deadlines recalled, results and annulments notified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.deadlines.deadline import Duty
from domain.fact import Fact, Term
from domain.jury.annulled_decision import Cause
from domain.ports import CandidacyId, PersonId, SessionId
from domain.rulebook.rules import Remedy


@dataclass(frozen=True, kw_only=True)
class ReminderGiven(Fact):
    """It was recalled that something is due by a day: what, about which candidacy, and by which text."""

    fr = "Une échéance a été rappelée : laquelle, pour quelle candidature, selon quel texte."
    said_fr = "Échéance rappelée : {duty} ; dernier jour, le {ends_on}."
    said_en = "Deadline recalled: {duty}; last day, {ends_on}."
    after_the_end = "a reminder decides nothing, and what was decided before is still to be told"
    candidacy: CandidacyId
    duty: Duty
    session: SessionId | None
    ends_on: date
    rule_set: str | None


class NotificationChannel(Term):
    """The way in which a candidate was notified: on the portal, by e-mail, by post, or by hand."""

    PORTAL = "portal", "sur le portail", "on the portal"
    EMAIL = "email", "par courriel", "by e-mail"
    POST = "post", "par courrier", "by post"
    HAND = "hand", "en main propre", "by hand"


@dataclass(frozen=True, kw_only=True)
class ResultNotified(Fact):
    """The candidate was told what a jury decided of them, and how to question it (notification du résultat).

    `remedies` are those of the rulebook, as told. `due_on` is the last day that the law leaves for it, where the
    `rule_set` says so. `rectification` counts how often the decision had been rectified by then, `annulment` how
    often it had been annulled, and stood again. Where a text has whoever accompanies them told as well, `advisor` is
    who then did, if anybody, and `granted` and `title` what both were told: the blocks that this jury granted, and
    whether it pronounced the title.
    """

    fr = "Le candidat a été informé de ce qu'un jury a décidé, et de la façon de le contester."
    said_fr = (
        "Le résultat a été notifié le {notified_on} {channel}{advisor:, à l'accompagnateur aussi|}"
        "{granted: (blocs acquis : {granted})|}, avec les voies de recours"
        "{late:, après le dernier jour légal ({due_on})|}."
    )
    said_en = (
        "The result was notified on {notified_on} {channel}{advisor:, to the advisor too|}"
        "{granted: (blocks acquired: {granted})|}, with the remedies"
        "{late:, after the last day by law ({due_on})|}."
    )
    effective = "notified_on"
    after_the_end = "what a jury decided before is told all the same"
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    notified_on: date
    channel: NotificationChannel
    remedies: tuple[Remedy, ...]
    rectification: int = 0
    due_on: date | None = None
    rule_set: str | None = None
    annulment: int = 0
    advisor: PersonId | None = None
    granted: tuple[int, ...] = ()
    title: bool = False

    @property
    def late(self) -> bool:
        """Whether it was notified after the last day that the law allows."""
        return self.due_on is not None and self.notified_on > self.due_on


@dataclass(frozen=True, kw_only=True)
class AnnulmentNotified(Fact):
    """The candidate was told that what a jury decided of them was annulled, and what they may do (notification).

    `remedies` are those of the rulebook, as told; `annulment` counts how often it had been annulled by then.
    """

    fr = "Le candidat a été informé que la décision d'un jury est annulée, et de ses recours."
    said_fr = "L'annulation de la décision a été notifiée le {notified_on} {channel}, avec les voies de recours."
    said_en = "The annulment of the decision was notified on {notified_on} {channel}, with the remedies."
    effective = "notified_on"
    after_the_end = "what fell before is told all the same"
    milestone = True
    session: SessionId
    candidacy: CandidacyId
    notified_on: date
    channel: NotificationChannel
    cause: Cause
    remedies: tuple[Remedy, ...]
    annulment: int


NoticeFact = ResultNotified | AnnulmentNotified
ReminderFact = ReminderGiven
