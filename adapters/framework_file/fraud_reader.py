"""Reader of a rulebook's rules on fraud: who decides, and the sanctions."""

from __future__ import annotations

from adapters.framework_file.document import Spot, distinct
from domain.rulebook.fraud_rules import NO_WORD_OF_FRAUD, FraudBody, FraudRules, Sanction, SanctionKind


def read_fraud(spot: Spot) -> FraudRules:
    """Read the rules on fraud; if the file has any, every key is required."""
    if spot.empty:
        return NO_WORD_OF_FRAUD
    at = spot.fields("decided_by hearing_days sanctions source")
    rows = [item.fields("code kind label_fr label_en", "months") for item in at["sanctions"].items()]
    sanctions = tuple(
        Sanction(
            code=row["code"].text(),
            kind=row["kind"].choice(SanctionKind),
            label_fr=row["label_fr"].text(),
            label_en=row["label_en"].text(),
            months=row["months"].whole_or_none(1),
        )
        for row in rows
    )
    distinct(
        [(row["code"], each.code) for row, each in zip(rows, sanctions, strict=True)],
        "This sanction's code is already taken",
        "Ce code de sanction est déjà pris",
    )
    for row, each in zip(rows, sanctions, strict=True):
        if row["kind"].sound and (each.months is not None) != (each.kind is SanctionKind.EXCLUSION):
            en = "An exclusion has the most months that it may last; no other sanction has."
            row["kind"].wrong(en, "Une exclusion a une durée maximale en mois ; aucune autre sanction n'en a.")
    return FraudRules(
        decided_by=at["decided_by"].choice(FraudBody),
        hearing_days=at["hearing_days"].whole(),
        sanctions=sanctions,
        source=at["source"].text(),
    )
