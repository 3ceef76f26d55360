"""Rules on fraud: who decides, and the sanctions (règlement : fraude)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.fact import Term


class FraudBody(StrEnum):
    """The body that decides on a fraud: the certifier, through its registrar, or the jury, through its chair."""

    CERTIFIER = "certifier"
    JURY = "jury"


class SanctionKind(Term):
    """The effect of a sanction: a warning, the marks of an épreuve void, or exclusion from later sessions."""

    WARNING = "warning", "avertissement", "warning"
    MARKS_VOID = "marks_void", "nullité des notes de l'épreuve", "marks of the épreuve void"
    EXCLUSION = "exclusion", "exclusion", "exclusion"


@dataclass(frozen=True, kw_only=True)
class Sanction:
    """One sanction of the rulebook, by its code; `months` is the maximum duration of an exclusion.

    No text that was read names any of them: R6412-7 of the labour code provides for the refusal or withdrawal of the
    certification, or of parts of it.
    """

    code: str
    kind: SanctionKind
    label_fr: str
    label_en: str
    months: int | None = None


@dataclass(frozen=True, kw_only=True)
class FraudRules:
    """The procedure for a fraud: `decided_by`, the days of notice before the candidate's hearing, and the sanctions.

    The defaults are the rules of a silent rulebook: the certifier decides, and there is no sanction.
    """

    decided_by: FraudBody = FraudBody.CERTIFIER
    hearing_days: int = 0
    sanctions: tuple[Sanction, ...] = ()
    source: str = ""


NO_WORD_OF_FRAUD = FraudRules()
"""The rules of a rulebook that is silent on this."""
