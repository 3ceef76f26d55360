"""Who decides on a fraud under the certifier's rules, and which sanctions are there? (règlement : fraude)"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.fact import Term


class FraudBody(StrEnum):
    """Who decides on a fraud: the certifier, through its registrar, or the jury, through its chair."""

    CERTIFIER = "certifier"
    JURY = "jury"


class SanctionKind(Term):
    """What a sanction does: it warns, takes the marks of an épreuve away, or excludes from later sessions."""

    WARNING = "warning", "avertissement", "warning"
    MARKS_VOID = "marks_void", "nullité des notes de l'épreuve", "marks of the épreuve void"
    EXCLUSION = "exclusion", "exclusion", "exclusion"


@dataclass(frozen=True, kw_only=True)
class Sanction:
    """One sanction of the rulebook, by its code; `months` is the longest that an exclusion lasts.

    No text that was read names any of them: R6412-7 of the labour code knows the certification, or parts of it,
    refused or withdrawn.
    """

    code: str
    kind: SanctionKind
    label_fr: str
    label_en: str
    months: int | None = None


@dataclass(frozen=True, kw_only=True)
class FraudRules:
    """How a fraud is dealt with (`decided_by`, how many days before the candidate is heard they are told, sanctions).

    The defaults are what a rulebook that says nothing of it means: the certifier decides, and nothing is a sanction.
    """

    decided_by: FraudBody = FraudBody.CERTIFIER
    hearing_days: int = 0
    sanctions: tuple[Sanction, ...] = ()
    source: str = ""


NO_WORD_OF_FRAUD = FraudRules()
"""What a rulebook that says nothing of it means."""
