"""What do the facts that come after a jury's decision say, as one sentence of a history?"""

from __future__ import annotations

from typing import assert_never

from domain.finding import FindingAnswered, FindingFact, FindingJudged, FindingLifted, FindingQuestioned
from domain.fraud import (
    CandidateHeardOnFraud,
    FraudDismissed,
    FraudFact,
    FraudFound,
    FraudReported,
    FraudToldToCandidate,
    SanctionPronounced,
)
from domain.fraud_rules import SanctionKind
from domain.notice import AnnulmentNotified, Channel, NoticeFact
from domain.papers import BlockCertified, CertificateIssued, DuplicateIssued, PapersFact, ReissuedForCivilStatus
from domain.reserve import ReleaseWithheld, ReserveFact
from webapi.words import day

CHANNELS: dict[Channel, tuple[str, str]] = {
    Channel.PORTAL: ("sur le portail", "on the portal"),
    Channel.EMAIL: ("par courriel", "by e-mail"),
    Channel.POST: ("par courrier", "by post"),
    Channel.HAND: ("en main propre", "by hand"),
}


def notice(fact: NoticeFact, language: str) -> str:
    """When and how the candidate was told, and whether that was late."""
    french = language == "fr"
    on, how = day(fact.notified_on, language), CHANNELS[fact.channel][0 if french else 1]
    if isinstance(fact, AnnulmentNotified):
        if french:
            return f"L'annulation de la décision a été notifiée le {on} {how}, avec les voies de recours."
        return f"The annulment of the decision was notified on {on} {how}, with the remedies."
    late = ""
    if fact.due_on and fact.notified_on > fact.due_on:
        due = day(fact.due_on, language)
        late = f", après le dernier jour légal ({due})" if french else f", after the last day by law ({due})"
    if french:
        return f"Le résultat a été notifié le {on} {how}, avec les voies de recours{late}."
    return f"The result was notified on {on} {how}, with the remedies{late}."


def paper(fact: PapersFact, language: str) -> str:
    """What was issued, on which day."""
    on = day(fact.issued_on, language)
    match fact:
        case CertificateIssued(number=number):
            said = (
                f"Le parchemin du titre numéro {number} a été délivré le {on}.",
                f"The certificate of title number {number} was issued on {on}.",
            )
        case BlockCertified(block=block):
            said = (
                f"L'attestation du bloc {block} a été délivrée le {on}.",
                f"The certificate of block {block} was issued on {on}.",
            )
        case DuplicateIssued(copy=copy, block=which):
            said = (
                f"Le duplicata n° {copy} {_of(which, 'fr')} a été délivré le {on}.",
                f"Duplicate no. {copy} {_of(which, 'en')} was issued on {on}.",
            )
        case ReissuedForCivilStatus(block=which):
            said = (
                f"Le document {_of(which, 'fr')} a été réédité le {on}, l'état civil ayant changé.",
                f"The paper {_of(which, 'en')} was reissued on {on}, after a change of civil status.",
            )
        case _:
            assert_never(fact)
    return said[0 if language == "fr" else 1]


def reserve(fact: ReserveFact, language: str) -> str:
    """That a result waits, or is known."""
    if isinstance(fact, ReleaseWithheld):
        said = (
            "Le résultat de cette candidature n'est pas communiqué tant qu'une procédure est en cours.",
            "This candidate's result is not made known while a procedure is under way.",
        )
    else:
        said = (
            "La procédure est finie : le résultat de cette candidature est communiqué avec les autres.",
            "The procedure is over: this candidate's result is made known with the others'.",
        )
    return said[0 if language == "fr" else 1]


SANCTIONS: dict[SanctionKind, tuple[str, str]] = {
    SanctionKind.WARNING: ("avertissement", "warning"),
    SanctionKind.MARKS_VOID: ("nullité des notes de l'épreuve", "marks of the épreuve void"),
    SanctionKind.EXCLUSION: ("exclusion", "exclusion"),
}


def fraud(fact: FraudFact, language: str) -> str:
    """What was said and found of a fraud."""
    french = language == "fr"
    match fact:
        case FraudReported():
            said = "Une fraude a été signalée.", "A fraud was reported."
        case FraudToldToCandidate(hearing_on=hearing_on):
            on = day(hearing_on, language)
            said = (
                f"Le ou la candidat·e a été informé·e du signalement, et sera entendu·e le {on}.",
                f"The candidate was told of the report, and will be heard on {on}.",
            )
        case CandidateHeardOnFraud(came=True):
            said = (
                "Le ou la candidat·e a été entendu·e sur le signalement.",
                "The candidate was heard on the report.",
            )
        case CandidateHeardOnFraud():
            said = (
                "Le ou la candidat·e, informé·e, n'est pas venu·e s'expliquer.",
                "The candidate was told and did not come.",
            )
        case FraudFound():
            said = "La fraude a été établie.", "The fraud was found."
        case FraudDismissed():
            said = "La fraude a été écartée.", "The fraud was dismissed."
        case SanctionPronounced(kind=kind, until=until):
            called = SANCTIONS[kind][0 if french else 1]
            last = f" ({'jusqu’au' if french else 'until'} {day(until, language)})" if until else ""
            said = f"Sanction prononcée : {called}{last}.", f"Sanction pronounced: {called}{last}."
        case FindingQuestioned() | FindingAnswered() | FindingJudged() | FindingLifted():
            said = _questioned(fact, language)
        case _:
            assert_never(fact)
    return said[0 if french else 1]


def _questioned(fact: FindingFact, language: str) -> tuple[str, str]:
    """What came of questioning it; each half in its own language, a day in the reader's."""
    match fact:
        case FindingQuestioned(sanction=sanction):
            about = (
                ("de la fraude établie", "of the fraud found")
                if sanction is None
                else (f"de la sanction « {sanction} »", f"of the sanction “{sanction}”")
            )
            return f"Un réexamen {about[0]} a été demandé.", f"A review {about[1]} was asked for."
        case FindingAnswered(accepted=accepted):
            answered = ("acceptée", "accepted") if accepted else ("rejetée", "rejected")
            return (
                f"La demande de réexamen de la fraude a été {answered[0]}.",
                f"The request for a review of the fraud was {answered[1]}.",
            )
        case FindingJudged(court=court, ruled_on=ruled_on, annuls=annuls, sanction=sanction):
            what = ("la fraude établie", "the finding") if sanction is None else ("la sanction", "the sanction")
            on = day(ruled_on, language)
            return (
                f"Le {on}, la juridiction « {court} » a {'annulé' if annuls else 'laissé subsister'} {what[0]}.",
                f"On {on} the court “{court}” {'annulled' if annuls else 'let stand'} {what[1]}.",
            )
        case FindingLifted(lifted_on=lifted_on, sanction=sanction):
            on = day(lifted_on, language)
            if sanction is None:
                return (
                    f"La fraude établie est levée depuis le {on}, avec ses sanctions.",
                    f"The finding of fraud is lifted from {on} on, with its sanctions.",
                )
            return f"La sanction est levée depuis le {on}.", f"The sanction is lifted from {on} on."
        case _:
            assert_never(fact)


def _of(block: int | None, language: str) -> str:
    if language == "fr":
        return "du titre" if block is None else f"du bloc {block}"
    return "of the title" if block is None else f"of block {block}"
