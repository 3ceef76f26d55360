"""What became of a candidacy on its way, in a sentence: its file, its route, its end, its registration."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never
from uuid import UUID

from domain.candidacy_life import (
    AdvisorNamed,
    AdvisorReleased,
    BlocksSought,
    CandidacyLapsed,
    CandidacyResumed,
    CandidacyWithdrawn,
    LateCause,
    LateDecisionAuthorised,
    LifeFact,
    RouteChanged,
)
from domain.clocks import Duty
from domain.feasibility import (
    AdmissibilityImplied,
    Channel,
    FeasibilityFact,
    FeasibilityFileCompleted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileSubmitted,
    ReceiptDayCorrected,
)
from domain.quota import PlaceTaken
from domain.registration import RegistrationEnded, RegistrationFact, RegistrationResumed, RegistrationSuspended
from domain.reminder import ReminderGiven
from webapi.words import day, named_blocks

OnTheWay = LifeFact | FeasibilityFact | RegistrationFact | PlaceTaken | ReminderGiven
DUTIES: dict[Duty, tuple[str, str]] = {
    Duty.ADMISSIBILITY: ("décider de la recevabilité", "decide on admissibility"),
    Duty.JURY: ("réunir le jury", "hold the jury"),
    Duty.NOTICE: ("notifier le résultat", "notify the result"),
    Duty.DECLARATION: ("déclarer le titre", "declare the award"),
    Duty.LAPSE: ("avancer, avant que la candidature ne soit caduque", "go on, before the candidacy lapses"),
    Duty.REGISTRATION: ("décider avant le terme de l'enregistrement", "decide before the registration ends"),
}
AFTER_THE_END = ("Une décision après le terme de l'enregistrement", "A decision after the end of the registration")
LATE: dict[LateCause | None, tuple[str, str]] = {
    None: AFTER_THE_END,
    LateCause.END: AFTER_THE_END,
    LateCause.SUSPENSION: (
        "Une décision pendant la suspension de l'enregistrement",
        "A decision while the registration is suspended",
    ),
    LateCause.ISSUANCE: (
        "La délivrance du parchemin après sa date limite",
        "Issuing the certificate after the last day for that",
    ),
}
CHANNELS: dict[Channel, tuple[str, str]] = {
    Channel.PORTAL: ("sur le portail", "on the portal"),
    Channel.POST: ("par la poste", "by post"),
}


def french(fact: OnTheWay, who: Callable[[UUID, str], str]) -> str:  # noqa: C901, PLR0911, PLR0912  (one case a fact)
    """The sentence in French."""
    match fact:
        case CandidacyWithdrawn():
            return "La candidature a été retirée."
        case CandidacyLapsed(last_day=last_day):
            return f"La candidature est devenue caduque : son délai a pris fin le {day(last_day, 'fr')}."
        case CandidacyResumed():
            return "La candidature a été reprise ; ce qui était accordé le reste."
        case RouteChanged(route=route):
            return f"La candidature se poursuit par la voie {route.value} ; ce qui était accordé le reste."
        case BlocksSought(blocks=blocks):
            which = named_blocks(blocks, "fr") if blocks else "la certification entière"
            return f"La candidature vise désormais {which}."
        case AdvisorNamed(advisor=advisor):
            return f"{who(advisor, 'Une personne')} accompagne la candidature."
        case AdvisorReleased(advisor=advisor):
            return f"{who(advisor, 'Une personne')} n'accompagne plus la candidature."
        case LateDecisionAuthorised(ground=ground):
            return f"{LATE[fact.cause][0]} a été autorisée ({ground})."
        case FeasibilityFileSubmitted(received_on=on, channel=channel):
            return f"Le dossier de faisabilité a été reçu {CHANNELS[channel][0]} le {day(on, 'fr')}."
        case ReceiptDayCorrected(received_on=on):
            return f"Le jour de réception du dossier de faisabilité a été corrigé : c'est le {day(on, 'fr')}."
        case FeasibilityFileFoundIncomplete():
            return "Des pièces manquantes du dossier de faisabilité ont été demandées : le délai est suspendu."
        case FeasibilityFileCompleted(received_on=on, channel=channel):
            return f"Les pièces manquantes ont été reçues {CHANNELS[channel][0]} le {day(on, 'fr')}."
        case AdmissibilityImplied(ended_on=ended_on):
            return f"Le silence gardé jusqu'au {day(ended_on, 'fr')} vaut recevabilité."
        case RegistrationSuspended(suspended_on=on, ground=ground):
            return f"L'enregistrement est suspendu à compter du {day(on, 'fr')} ({ground})."
        case RegistrationResumed(resumed_on=on, ground=ground):
            return f"L'enregistrement reprend à compter du {day(on, 'fr')} ({ground})."
        case RegistrationEnded(ends_on=on, ground=ground):
            return f"L'enregistrement prend fin le {day(on, 'fr')} ({ground})."
        case PlaceTaken(route=route, year=year):
            return f"Une place de l'année {year} a été prise par la voie {route.value}."
        case ReminderGiven(duty=duty, ends_on=ends_on):
            return f"Échéance rappelée : {DUTIES[duty][0]} ; dernier jour, le {day(ends_on, 'fr')}."
        case _:
            assert_never(fact)


def english(fact: OnTheWay, who: Callable[[UUID, str], str]) -> str:  # noqa: C901, PLR0911, PLR0912  (one case a fact)
    """The sentence in English."""
    match fact:
        case CandidacyWithdrawn():
            return "The candidacy was withdrawn."
        case CandidacyLapsed(last_day=last_day):
            return f"The candidacy lapsed: its period ended on {day(last_day, 'en')}."
        case CandidacyResumed():
            return "The candidacy was taken up again; what was granted stays granted."
        case RouteChanged(route=route):
            return f"The candidacy goes on by route {route.value}; what was granted stays granted."
        case BlocksSought(blocks=blocks):
            which = named_blocks(blocks, "en") if blocks else "the whole certification"
            return f"The candidacy now seeks {which}."
        case AdvisorNamed(advisor=advisor):
            return f"{who(advisor, 'Somebody')} accompanies the candidacy."
        case AdvisorReleased(advisor=advisor):
            return f"{who(advisor, 'Somebody')} accompanies the candidacy no more."
        case LateDecisionAuthorised(ground=ground):
            return f"{LATE[fact.cause][1]} was authorised ({ground})."
        case FeasibilityFileSubmitted(received_on=on, channel=channel):
            return f"The feasibility file was received {CHANNELS[channel][1]} on {day(on, 'en')}."
        case ReceiptDayCorrected(received_on=on):
            return f"The day on which the feasibility file was received was corrected: it is {day(on, 'en')}."
        case FeasibilityFileFoundIncomplete():
            return "Missing pieces of the feasibility file were asked for: the time does not run."
        case FeasibilityFileCompleted(received_on=on, channel=channel):
            return f"The missing pieces were received {CHANNELS[channel][1]} on {day(on, 'en')}."
        case AdmissibilityImplied(ended_on=ended_on):
            return f"Silence kept until {day(ended_on, 'en')} admits the candidacy."
        case RegistrationSuspended(suspended_on=on, ground=ground):
            return f"The registration is suspended from {day(on, 'en')} ({ground})."
        case RegistrationResumed(resumed_on=on, ground=ground):
            return f"The registration runs again from {day(on, 'en')} ({ground})."
        case RegistrationEnded(ends_on=on, ground=ground):
            return f"The registration ends on {day(on, 'en')} ({ground})."
        case PlaceTaken(route=route, year=year):
            return f"A place of the year {year} was taken by route {route.value}."
        case ReminderGiven(duty=duty, ends_on=ends_on):
            return f"Deadline recalled: {DUTIES[duty][1]}; last day, {day(ends_on, 'en')}."
        case _:
            assert_never(fact)
