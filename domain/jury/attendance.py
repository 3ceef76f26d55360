"""The attendance of a candidate before the jury, in the room or remotely."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from typing import Self, assert_never

from domain.framework.definition import Route
from domain.jury.facts import CandidateArrived, RemoteHearingAnswered, RemoteHearingOffered
from domain.refusal import Refused
from domain.rulebook.rules import Rules


class RemoteHearingNotAccepted(Refused):
    """A candidate is heard remotely only when it was offered and they accepted; whoever does not is no absentee."""

    fr = (
        "Un candidat n'est entendu à distance que si cela lui a été proposé et qu'il l'a accepté ; "
        "qui ne l'accepte pas n'est pas absent."
    )


class CandidateNotPresent(Refused):
    """Nobody is judged who did not come: where a hearing is due, a jury takes up a candidate noted present.

    A hearing is due in VAE, and on every route where the rulebook says so.
    """

    fr = (
        "Nul n'est jugé sans être venu : là où un entretien est dû (VAE, ou règlement), le jury délibère une fois "
        "la présence du candidat notée."
    )
    source = "{sheet}, modalities of the VAE (file and interview); the certifier's rulebook"
    source_fr = "{sheet}, modalités de la VAE (dossier et entretien) ; le règlement du certificateur"


class NotSignedIn(Refused):
    """Where the rulebook has candidates sign in, their identity is checked on a document and they sign."""

    fr = "Là où le règlement exige l'émargement, l'identité du candidat est vérifiée sur une pièce et il signe."
    source = "the certifier's rulebook"
    source_fr = "le règlement du certificateur"
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class Coming:
    """What is recorded of one candidate's arrival: whether and when they came, remotely or not, and the remote offer.

    `remote` is None until the candidate has answered the offer of a remote hearing.
    """

    arrived: bool = False
    arrived_on: date | None = None
    at: time | None = None
    remotely: bool = False
    signed: bool = False
    offered: bool = False
    remote: bool | None = None

    @property
    def taken_back(self) -> Self:
        """A copy without the arrival, which was recorded by mistake."""
        return replace(self, arrived=False, arrived_on=None, at=None, remotely=False, signed=False)

    def after(self, fact: RemoteHearingOffered | RemoteHearingAnswered | CandidateArrived) -> Self:
        """Return a copy with one more fact applied."""
        match fact:
            case RemoteHearingOffered():
                return replace(self, offered=True)
            case RemoteHearingAnswered(accepted=accepted):
                return replace(self, remote=accepted)
            case CandidateArrived(arrived_on=day, at=at, remote=remotely, signed=signed):
                return replace(self, arrived=True, arrived_on=day, at=at, remotely=remotely, signed=signed)
            case _:
                assert_never(fact)


def is_hearing_due(route: Route, rules: Rules) -> bool:
    """Return whether a jury hears a candidate of this route before it decides: in VAE, or as the rulebook says."""
    return route is Route.VAE or rules.sessions.hearing


EXPECTED = Coming()
"""The state before anything is recorded."""
