"""Candidacies and files of a person."""

from __future__ import annotations

from uuid import UUID

from domain.people.one_person import files_of
from domain.ports import CandidacyId, PersonId
from domain.refusal import Busy
from projections.people.about_person import newest
from projections.people.involvements import involvements
from projections.visible import wait_for
from webapi.accounts.authentication import reading
from webapi.current import acquis


def candidacies_of(person: UUID) -> tuple[CandidacyId, ...]:
    """Return all candidacies of a person under each of their files, from which a block may fall.

    Raises Busy while the projector is behind, since it might not know all of them.
    """
    if not wait_for(acquis().database, newest(acquis().database)):
        raise Busy
    theirs = (involvements(acquis().database, each).candidacies for each in sorted(_files(person)))
    return tuple(candidacy for candidacies in theirs for candidacy in candidacies)


def _files(person: UUID) -> frozenset[PersonId]:
    """Return all files of a person, as committed."""
    return files_of(reading().find, PersonId(person))
