"""What happened at an épreuve, and which accommodation was granted, in one sentence, in French and in English?"""

from __future__ import annotations

from typing import assert_never

from domain.accommodation import (
    AccommodationFact,
    AccommodationGranted,
    AccommodationRefused,
    AccommodationRequested,
    Measures,
)
from domain.candidacy import CalledToSitting
from domain.sitting import (
    AttendanceSigned,
    CandidateExpected,
    CaseHandedOver,
    IdentityChecked,
    IncidentReported,
    InvigilatorReplaced,
    MarkerNamed,
    Movement,
    PaperCollected,
    SittingCancelled,
    SittingClosed,
    SittingFact,
    SittingOpened,
    SittingPlanned,
)
from webapi.words import DOCUMENTS, day, listed

AtSittings = SittingFact | AccommodationFact | CalledToSitting


def french(fact: AtSittings) -> str:  # noqa: C901, PLR0911, PLR0912  (one case a fact)
    """The sentence in French."""
    match fact:
        case SittingPlanned(held_on=held_on, place=place):
            return f"Une épreuve a été fixée au {day(held_on, 'fr')}, à : {place}."
        case CandidateExpected():
            return "La candidature a été inscrite à l'épreuve."
        case CalledToSitting():
            return "Le ou la candidat·e a été convoqué·e à une épreuve."
        case CaseHandedOver():
            return "Le cas a été remis au ou à la candidat·e individuel·le."
        case SittingOpened():
            return "L'épreuve a commencé."
        case IdentityChecked(document=document, matches=matches):
            verdict = "concorde" if matches else "ne concorde pas"
            return f"L'identité a été contrôlée sur une pièce ({DOCUMENTS[document][0]}) : elle {verdict}."
        case AttendanceSigned(movement=movement, minutes=minutes):
            allowed = f" ; durée accordée : {lasting(minutes)}" if minutes is not None else ""
            return f"Le ou la candidat·e a signé {'son entrée' if movement is Movement.IN else 'sa sortie'}{allowed}."
        case IncidentReported():
            return "Un incident a été signalé pendant l'épreuve ; rien n'en est décidé."
        case PaperCollected(number=number, under_reserve=reserve):
            return f"La copie a été ramassée sous le numéro {number}" + (", sous réserve." if reserve else ".")
        case SittingClosed():
            return "L'épreuve a été close."
        case MarkerNamed(numbers=numbers):
            will = "1 copie sera notée" if len(numbers) == 1 else f"{len(numbers)} copies seront notées"
            return f"{will} par numéro."
        case SittingCancelled():
            return "L'épreuve a été annulée avant de s'ouvrir."
        case InvigilatorReplaced():
            return "Une autre personne surveille l'épreuve."
        case AccommodationRequested():
            return "Un aménagement a été demandé ; seul·e le ou la référent·e handicap en lit le motif."
        case AccommodationGranted(measures=measures):
            return f"Un aménagement a été accordé : {listed(measured(measures, 'fr'), 'fr')}."
        case AccommodationRefused():
            return "L'aménagement demandé n'a pas été accordé."
        case _:
            assert_never(fact)


def english(fact: AtSittings) -> str:  # noqa: C901, PLR0911, PLR0912  (one case a fact)
    """The sentence in English."""
    match fact:
        case SittingPlanned(held_on=held_on, place=place):
            return f"An épreuve was set for {day(held_on, 'en')}, at: {place}."
        case CandidateExpected():
            return "The candidacy was put on the list of an épreuve."
        case CalledToSitting():
            return "The candidate was called to an épreuve."
        case CaseHandedOver():
            return "The case was handed over to the individual candidate."
        case SittingOpened():
            return "The épreuve began."
        case IdentityChecked(document=document, matches=matches):
            verdict = "matches" if matches else "does not match"
            return f"The candidate's identity was checked by a document ({DOCUMENTS[document][1]}): it {verdict}."
        case AttendanceSigned(movement=movement, minutes=minutes):
            allowed = f"; time allowed: {lasting(minutes)}" if minutes is not None else ""
            return f"The candidate signed {'in' if movement is Movement.IN else 'out'}{allowed}."
        case IncidentReported():
            return "An incident was reported during the épreuve; nothing is decided by it."
        case PaperCollected(number=number, under_reserve=reserve):
            return f"The paper was collected under number {number}" + (", under reserve." if reserve else ".")
        case SittingClosed():
            return "The épreuve was closed."
        case MarkerNamed(numbers=numbers):
            return f"{len(numbers)} paper{'' if len(numbers) == 1 else 's'} will be marked by number."
        case SittingCancelled():
            return "The épreuve was called off before it opened."
        case InvigilatorReplaced():
            return "Another person watches over the épreuve."
        case AccommodationRequested():
            return "An accommodation was asked for; the disability officer alone reads why."
        case AccommodationGranted(measures=measures):
            return f"An accommodation was granted: {listed(measured(measures, 'en'), 'en')}."
        case AccommodationRefused():
            return "The accommodation asked for was not granted."
        case _:
            assert_never(fact)


def lasting(minutes: int) -> str:
    """A duration as both languages write it: 2 h 40."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def measured(measures: Measures, language: str) -> list[str]:
    """The measures of an accommodation, each in words; never why."""
    extra, fr = measures.extra_time, language == "fr"
    said = []
    if extra:
        share = f"{extra.numerator}/{extra.denominator}"
        said.append(f"temps majoré de {share}" if fr else f"{share} more time")
    if measures.reader:
        said.append("un lecteur" if fr else "a reader")
    if measures.breaks:
        pause = lasting(measures.breaks)
        said.append(f"{pause} de pause" if fr else f"{pause} of break")
    if measures.remote:
        said.append("à distance" if fr else "remotely")
    return said
