"""The two-person rule: one person proposes an act, another one confirms it.

A change that cannot be undone, or that gives power over others' work, takes two people: a proposer, and a person who
confirms, who must differ whatever file they use. If the certifier declared that it has only one registrar, the
registrar named confirms alone, after authenticating again; so does an administrator, for the acts of administrators.
The operator, who controls the machine, needs nobody else.
"""

from __future__ import annotations

from domain.people.one_person import files_of
from domain.people.staffing import Staffing
from domain.people.two_people import AlreadyProposed, ConfirmedAlone, NothingWaits, TwoPersonAct
from domain.ports import NOBODY, Log, PersonId


def agreed(log: Log, waiting: PersonId | None, *, confirms: bool) -> TwoPersonAct | None:
    """Return how an act that takes two people is recorded now; None if it is only proposed.

    `waiting` is the person who proposed this act, if any. `confirms` means that the actor wants to confirm it, not to
    propose it. An actor who authenticated again wants to act alone, whatever is proposed. Reads the files of the
    actor and, if they authenticated again, the declaration of a sole registrar. Raises ConfirmedAlone,
    AlreadyProposed, NothingWaits and NotDeclaredSole.
    """
    if log.actor.role in NOBODY:
        return TwoPersonAct()
    files = files_of(log.find, log.actor.who)
    if log.actor.proved:
        log.find(Staffing, Staffing.the()).check_alone(log.actor.role, files)
        return (
            TwoPersonAct(proposed_by=waiting)
            if waiting is not None and waiting not in files
            else TwoPersonAct(alone=True)
        )
    if waiting is None:
        if confirms:
            raise NothingWaits
        return None
    if not confirms:
        raise AlreadyProposed
    if waiting in files:
        raise ConfirmedAlone(log.actor.who)
    return TwoPersonAct(proposed_by=waiting)


def note_registrar(log: Log, person: PersonId) -> None:
    """Record how the declaration of a sole registrar changes now that this person has the role of registrar."""
    staffing = log.find(Staffing, Staffing.the())
    if (follows := staffing.with_registrar(person, log.today)) is not None:
        log.record(staffing, follows)
