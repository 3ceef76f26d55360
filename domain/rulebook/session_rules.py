"""What did the certifier decide about how a jury's session is conducted? (règlement : tenue des sessions)"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Signatories(StrEnum):
    """Who signs the minutes: the chair alone, or every member present, the chair among them."""

    CHAIR = "chair"
    ALL_PRESENT = "all_present"


class Stead(StrEnum):
    """Who signs the minutes when the chair cannot: of the members present, the one appointed first."""

    FIRST_APPOINTED = "first_appointed"


class Confirmation(StrEnum):
    """Who confirms a decision before its session closes: the chair alone, or a majority of who deliberate."""

    CHAIR = "chair"
    MAJORITY = "majority"


@dataclass(frozen=True, kw_only=True)
class SessionRules:
    """How sessions are conducted; the defaults are what a rulebook that says nothing of it has always meant.

    `refusal_holds_minutes` says whether the minutes wait for a member, other than the chair, who does not sign;
    `hearing` whether a hearing is due on every route, as it is in VAE: only who is noted present is judged;
    `sign_in` whether a candidate noted present also signs, identity checked; `reason_for_excused` whether an
    absence is excused with a reason; `attempts` how many juries at most decide on a candidacy, an absence that is not
    excused being one of them where `absence_counts`; `commission_quorum` how many members of an evaluation
    commission at least examine a candidate; `commission_work_travels` whether what it ruled, provisionally, goes with
    a candidate who is freed for another jury, else they are examined again. `chair_replaced_by` is who signs in the
    stead of a chair who cannot: silent, whom the certifier names among the members present. `confirmed_by` says
    whether a majority of those who deliberate confirm, on their own screens, what the chair recorded.
    """

    minutes_signed_by: Signatories = Signatories.CHAIR
    refusal_holds_minutes: bool = True
    sign_in: bool = False
    reason_for_excused: bool = False
    attempts: int | None = None
    absence_counts: bool = False
    commission_quorum: int = 2
    chair_replaced_by: Stead | None = None
    commission_work_travels: bool = False
    hearing: bool = False
    confirmed_by: Confirmation = Confirmation.CHAIR


SILENT = SessionRules()
"""What a rulebook that says nothing of it means."""
