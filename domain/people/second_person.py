"""The rule that takes a second person: what one proposes another one confirms.

A change that cannot be taken back, or that gives power over others' work, is recorded by two people: who proposes it,
and who confirms it, under whichever of their files they come. Where the certifier has declared that it has one
registrar only, the registrar whom the declaration names confirms alone, having proved again who they are; so does an
administrator, for what is an administrator's. The operator, who has the machine, is asked for nobody else.
"""

from __future__ import annotations

from domain.people.one_person import files_of
from domain.people.staffing import Staffing
from domain.people.two_people import Agreed, AlreadyProposed, ConfirmedAlone, NothingWaits
from domain.ports import NOBODY, Log, PersonId


def agreed(log: Log, waiting: PersonId | None, *, confirms: bool) -> Agreed | None:
    """Return how an act that takes two is recorded now; None where it is only proposed.

    `waiting` is who proposed this very act, if anybody did; `confirms`: who acts means to confirm it, not to propose
    it. Who proved again who they are means to have it done alone, whatever waits. Finds the files of who acts and, of
    one who proved again who they are, the declaration of a sole registrar. Raises ConfirmedAlone, AlreadyProposed,
    NothingWaits and NotDeclaredSole.
    """
    if log.actor.role in NOBODY:
        return Agreed()
    files = files_of(log.find, log.actor.who)
    if log.actor.proved:
        log.find(Staffing, Staffing.the()).check_alone(log.actor.role, files)
        return Agreed(proposed_by=waiting) if waiting is not None and waiting not in files else Agreed(alone=True)
    if waiting is None:
        if confirms:
            raise NothingWaits
        return None
    if not confirms:
        raise AlreadyProposed
    if waiting in files:
        raise ConfirmedAlone(log.actor.who)
    return Agreed(proposed_by=waiting)


def note_registrar(log: Log, person: PersonId) -> None:
    """Record what becomes of the declaration of a sole registrar once this person is given the role of registrar."""
    staffing = log.find(Staffing, Staffing.the())
    if (follows := staffing.with_registrar(person, log.today)) is not None:
        log.record(staffing, follows)
