"""Rules on the conduct of a jury's session (règlement : tenue des sessions)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Signatories(StrEnum):
    """The signatories of the minutes: the chair alone, or every member present, the chair among them."""

    CHAIR = "chair"
    ALL_PRESENT = "all_present"


class Stead(StrEnum):
    """The member who signs the minutes when the chair cannot: the first appointed among those present."""

    FIRST_APPOINTED = "first_appointed"


class ConfirmationRule(StrEnum):
    """Who confirms a decision before its session closes: the chair alone, or a majority of the panel."""

    CHAIR = "chair"
    MAJORITY = "majority"


@dataclass(frozen=True, kw_only=True)
class SessionRules:
    """The conduct of sessions; the defaults are the rules of a silent rulebook.

    `refusal_holds_minutes` says whether the minutes wait for a member, other than the chair, who does not sign;
    `hearing` whether a hearing is required on every route, as it is in VAE: then only candidates recorded as present
    are judged; `sign_in` whether a candidate recorded as present also signs, identity checked; `reason_for_excused`
    whether an excused absence needs a reason. `attempts` is the maximum number of juries that decide on a candidacy;
    an absence that is not excused counts as one if `absence_counts`. `commission_quorum` is the minimum number of
    members of an evaluation commission who examine a candidate; `commission_work_travels` says whether its
    provisional rulings follow a candidate who is freed for another jury, or they are examined again.
    `chair_replaced_by` says who signs in place of a chair who cannot; None: the certifier names a member present.
    `confirmed_by` says whether a majority of those who deliberate confirm, on their own screens, what the chair
    recorded.
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
    confirmed_by: ConfirmationRule = ConfirmationRule.CHAIR


SILENT = SessionRules()
"""The rules of a rulebook that is silent on this."""
