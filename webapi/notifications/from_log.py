"""Letters queued from the log: each fact that somebody is told of becomes one letter per person concerned.

The letter's id is derived from the fact's position and the person: read again after a crash, the same fact queues the
same letters, and nobody is written to twice. The position that was read is noted with the letters, or not at all.
"""

from __future__ import annotations

from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog

from adapters.log.store import PostgresAttempt
from adapters.operations.letters import Closing, FactOfLetter
from adapters.operations.letters_to_tell import LetterOfFact
from domain.candidacy.facts import AdmissibilityCorrected, AdmissibilityNotified
from domain.deadlines.facts import AnnulmentNotified, ResultNotified
from domain.people.facts import RoleGranted, RoleProposed, SoleRegistrarDeclared, SoleRegistrarWithdrawn
from domain.people.two_people import GUARDED
from domain.ports import SYSTEM, PersonId
from domain.refusal import Refused
from projections.people.person_directory import persons
from projections.reading import DossierFact
from projections.told import sealed_facts_of_types
from webapi.accounts.guarded_access import tell_administrators
from webapi.notifications.catalogue import ADMISSIBILITIES, ANNULMENTS, RESULTS, TOLD_OF, FactLetter, letters_of
from webapi.wiring import App

AT_ONCE: Final = 200
"""Facts looked at together."""
CLOSING: Final = (ResultNotified, AnnulmentNotified, AdmissibilityNotified, AdmissibilityCorrected)
"""Facts by which a candidate was told otherwise, or is told no more."""
STAFFING: Final = (SoleRegistrarDeclared, SoleRegistrarWithdrawn)
"""Facts that administrators and registrars are told of."""
GIVEN: Final = (RoleProposed, RoleGranted)
"""Facts that every administrator is told of where the role is a guarded one."""
TYPES: Final = [each.__name__ for each in (*TOLD_OF, *CLOSING, *STAFFING, *GIVEN)]

log = structlog.get_logger(__name__)


def queue_letters(acquis: App) -> int:
    """Queue the letters of the facts that were sealed since the last time; gives how many facts were read."""
    read = 0
    while found := _queue_some(acquis):
        read += found
    return read


def send_again(acquis: App, letter: LetterOfFact) -> None:
    """Have the letter of a fact tried again, to the address that is known now."""
    reading = acquis.store.look(acquis.request_of(SYSTEM))
    facts, _ = sealed_facts_of_types(acquis.database, TYPES, letter.fact - 1, 1)
    for each in (
        found for told in facts if told.stamp.position == letter.fact for found in letters_of(told, reading)
    ):
        if letter_id(letter.fact, each) == letter.id:
            acquis.letters.put_again(letter.id, {"path": each.path, **each.about})


def letter_id(position: int, letter: FactLetter) -> UUID:
    """Return the id of the letter that tells a person of a fact, in one of their dossiers.

    A result is out once: a letter read late from the release, and one from what was withheld and resumed, are one.
    So are those of facts that are told together.
    """
    if letter.together:
        return uuid5(NAMESPACE_URL, f"acquis:together:{letter.together}:{letter.candidacy}")
    if letter.kind == "result_out":
        return uuid5(NAMESPACE_URL, f"acquis:result:{letter.session}:{letter.candidacy}")
    return uuid5(NAMESPACE_URL, f"acquis:fact:{position}:{letter.person}:{letter.candidacy or ''}")


def _guardians(acquis: App) -> set[PersonId]:
    """Return the administrators and registrars, whom a declaration of a sole registrar concerns."""
    return {
        PersonId(each.person) for role in GUARDED for each in persons(acquis.database, role=role.value, limit=200)
    }


def _queue_some(acquis: App) -> int:
    after = acquis.letters.read_to()
    facts, up_to = sealed_facts_of_types(acquis.database, TYPES, after, AT_ONCE)
    reading = acquis.store.look(acquis.request_of(SYSTEM))
    for told in facts:
        try:
            _queue_of(acquis, told, reading)
        except Refused as refused:  # what a later fact took away: nobody else waits for it
            log.error("nobody is told of a fact", position=told.stamp.position, why=refused.slug())  # noqa: TRY400
    acquis.letters.note_read(up_to)
    return len(facts)


def _queue_of(acquis: App, told: DossierFact, reading: PostgresAttempt) -> None:
    position = told.stamp.position
    match told.fact:
        case ResultNotified(session=session, candidacy=candidacy, channel=channel, notified_on=on):
            about = Closing(RESULTS, candidacy, session, position)
            acquis.letters.close_told(about, on, channel.value, told.stamp.by)
        case AnnulmentNotified(session=session, candidacy=candidacy, channel=channel, notified_on=on):
            about = Closing(ANNULMENTS, candidacy, session, position)
            acquis.letters.close_told(about, on, channel.value, told.stamp.by)
        case AdmissibilityNotified(channel=channel, notified_on=on):
            about = Closing(ADMISSIBILITIES, told.stamp.stream, None, position)
            acquis.letters.close_told(about, on, channel.value, told.stamp.by)
        case AdmissibilityCorrected():
            acquis.letters.take_back(Closing(ADMISSIBILITIES, told.stamp.stream, None, position))
        case SoleRegistrarDeclared() | SoleRegistrarWithdrawn() | RoleProposed() | RoleGranted():
            _tell_guardians(acquis, told)
        case _:
            for each in letters_of(told, reading):
                acquis.letters.put(
                    each.kind,
                    "",
                    "fr",
                    person=each.person,
                    about={"path": each.path, **each.about},
                    once=letter_id(position, each),
                    fact=FactOfLetter(position, each.candidacy, each.session),
                )


def _tell_guardians(acquis: App, told: DossierFact) -> None:
    """Queue the letters of a declaration of a sole registrar, or of a guarded role that is proposed or given."""
    position, person = told.stamp.position, told.stamp.stream
    match told.fact:
        case RoleProposed(role=role) | RoleGranted(role=role):
            if role in GUARDED:
                kind = "role_proposed" if isinstance(told.fact, RoleProposed) else "role_given"
                about = {"path": f"/admin/people/{person}/role/{role.value}", "role": role.value}
                tell_administrators(acquis, kind, about, but=person, fact=position)
        case _:
            declared = isinstance(told.fact, SoleRegistrarDeclared)
            for who in _guardians(acquis):
                once = uuid5(NAMESPACE_URL, f"acquis:fact:{position}:{who}")
                kind = "sole_registrar_declared" if declared else "sole_registrar_withdrawn"
                if to := acquis.accounts.held(who).get("login"):
                    acquis.letters.put(kind, to, "fr", person=who, once=once)
