"""Did the candidate come before the jury, in the room or remotely, and what was noted of it?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self, assert_never

from domain.jury.facts import CandidateSignedIn, RemoteHearingAnswered, RemoteHearingOffered
from domain.refusal import Refused


class RemoteHearingNotAccepted(Refused):
    """A candidate is heard remotely only when it was offered and they accepted; whoever does not is no absentee."""

    fr = (
        "Un candidat n'est entendu à distance que si cela lui a été proposé et qu'il l'a accepté ; "
        "qui ne l'accepte pas n'est pas absent."
    )


@dataclass(frozen=True, kw_only=True)
class Coming:
    """What is known of one candidate's coming beside their attendance: signed in, when, asked to be heard remotely.

    `remote` is None until the candidate has answered an offer.
    """

    signed_in: bool = False
    signed_on: date | None = None
    offered: bool = False
    remote: bool | None = None

    @property
    def heard(self) -> bool:
        """Whether a jury that sits remotely may hear them: remotely as they accepted, or signed in in the room."""
        return self.signed_in or bool(self.remote)

    def after(self, fact: RemoteHearingOffered | RemoteHearingAnswered | CandidateSignedIn) -> Self:
        """What is known of it after one more fact."""
        match fact:
            case RemoteHearingOffered():
                return replace(self, offered=True)
            case RemoteHearingAnswered(accepted=accepted):
                return replace(self, remote=accepted)
            case CandidateSignedIn(signed_on=signed_on):
                return replace(self, signed_in=True, signed_on=signed_on)
            case _:
                assert_never(fact)


EXPECTED = Coming()
"""Nothing is known of it yet."""
