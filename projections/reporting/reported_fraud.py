"""Report of frauds found or dismissed, with their sanctions; procedures under way are left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from domain.fraud.facts import (
    CandidateHeardOnFraud,
    FindingLifted,
    FraudDismissed,
    FraudFound,
    FraudReported,
    SanctionPronounced,
)
from domain.rulebook.fraud_rules import SanctionKind
from projections.engine.case import Case
from projections.engine.projection import CaseOverTime, Row
from projections.reporting.contract import (
    CANDIDACY,
    CATALOGUE,
    CERTIFICATION,
    BilingualText,
    ReportingView,
    ViewColumn,
)
from projections.reporting.reported_candidacies import names

ENDED: Final = (FraudFound, FraudDismissed, SanctionPronounced, FindingLifted)
_Step = CandidateHeardOnFraud | FraudFound | FraudDismissed | SanctionPronounced | FindingLifted


@dataclass
class _Fraud:
    report: FraudReported
    reported_on: date
    heard_on: date | None = None
    closed_on: date | None = None
    body: str = ""
    finding: str = ""
    lifted_on: date | None = None
    sanctions: dict[str, SanctionPronounced] = field(default_factory=dict)

    def read(self, fact: _Step, on: date) -> None:
        """Read a fact that continues the procedure."""
        match fact:
            case CandidateHeardOnFraud(heard_on=heard_on):
                self.heard_on = heard_on
            case FraudFound(body=body):
                self.closed_on, self.body, self.finding = on, body, "found"
            case FraudDismissed(body=body):
                self.closed_on, self.body, self.finding = on, body, "dismissed"
            case SanctionPronounced(sanction=sanction):
                self.sanctions[sanction] = fact
            case FindingLifted(sanction=None, lifted_on=lifted_on):
                self.finding, self.lifted_on = "lifted", lifted_on
                self.sanctions.clear()
            case FindingLifted(sanction=str(sanction)):
                self.sanctions.pop(sanction, None)

    def has(self, kind: SanctionKind) -> bool:
        return any(each.kind is kind for each in self.sanctions.values())


def rows(case: Case) -> Iterator[Row]:
    """Yield one row per fraud that was found or dismissed."""
    for name, each in _frauds(case).items():
        if each.closed_on:
            until = (sanction.until for sanction in each.sanctions.values() if sanction.until)
            yield (
                case.candidacy,
                name,
                case.opened.framework,
                each.report.session is not None,
                each.report.sitting is not None,
                bool(each.report.evidence),
                each.reported_on,
                each.heard_on,
                each.closed_on,
                (each.closed_on - each.reported_on).days,
                each.body,
                each.finding,
                each.has(SanctionKind.WARNING),
                each.has(SanctionKind.MARKS_VOID),
                each.has(SanctionKind.EXCLUSION),
                max(until, default=None),
                each.lifted_on,
            )


def _frauds(case: Case) -> dict[UUID, _Fraud]:
    """Return all fraud procedures of a dossier, by case."""
    found: dict[UUID, _Fraud] = {}
    for fact, _, on in case.dated:
        match fact:
            case FraudReported():
                found[fact.case] = _Fraud(fact, on)
            case (
                CandidateHeardOnFraud() | FraudFound() | FraudDismissed() | SanctionPronounced() | FindingLifted()
            ) if fact.case in found:
                found[fact.case].read(fact, on)
            case _:
                pass
    return found


REPORTED_FRAUD = CaseOverTime("reported_fraud", 2, rows, names(*ENDED))
DAY: Final = BilingualText("jour", "day")
VIEW: Final = ReportingView(
    name="v1_fraud",
    row=BilingualText(
        "Une ligne par fraude signalée, une fois établie ou écartée : rien ne dit qu'une procédure est en cours.",
        "One row per fraud that was reported, once it is found or dismissed: nothing says that a procedure is under "
        "way.",
    ),
    tables=f"projection.reported_fraud h {CATALOGUE}",
    keys=("candidacy", "fraud"),
    columns=(
        CANDIDACY,
        *CERTIFICATION,
        ViewColumn(
            name="fraud",
            sql="h.fraud",
            kind="uuid",
            means=BilingualText(
                "Identifiant de la procédure, qui ne dit rien de la personne.",
                "Identifier of the procedure, which says nothing of the person.",
            ),
            of=(FraudReported,),
        ),
        ViewColumn(
            name="before_jury",
            sql="h.before_jury",
            kind="boolean",
            means=BilingualText("Le signalement vise une session de jury.", "The report is about a jury session."),
            of=(FraudReported,),
        ),
        ViewColumn(
            name="at_sitting",
            sql="h.at_sitting",
            kind="boolean",
            means=BilingualText("Le signalement vise une épreuve.", "The report is about the sitting of an épreuve."),
            of=(FraudReported,),
        ),
        ViewColumn(
            name="in_evidence",
            sql="h.in_evidence",
            kind="boolean",
            means=BilingualText("Le signalement vise des preuves.", "The report is about pieces of evidence."),
            of=(FraudReported,),
        ),
        ViewColumn(
            name="opened_on",
            sql="h.opened_on",
            kind="date",
            means=BilingualText(
                "Jour du signalement, connu à la fin de la procédure.",
                "Day of the report, known at the end of the procedure.",
            ),
            of=(FraudReported,),
            unit=DAY,
        ),
        ViewColumn(
            name="heard_on",
            sql="h.heard_on",
            kind="date",
            means=BilingualText(
                "Jour où le candidat a été entendu, ou n'est pas venu.",
                "Day on which the candidate was heard, or did not come.",
            ),
            of=(CandidateHeardOnFraud,),
            unit=DAY,
            null=BilingualText("il n'a pas été entendu", "there was no hearing"),
        ),
        ViewColumn(
            name="closed_on",
            sql="h.closed_on",
            kind="date",
            means=BilingualText(
                "Jour où la fraude a été établie ou écartée.", "Day on which it was found or dismissed."
            ),
            of=(FraudFound, FraudDismissed),
            unit=DAY,
        ),
        ViewColumn(
            name="days",
            sql="h.days",
            kind="integer",
            means=BilingualText("Jours du signalement à la décision.", "Days from the report to the decision."),
            of=(FraudFound, FraudDismissed),
            unit=BilingualText("jours", "days"),
        ),
        ViewColumn(
            name="body",
            sql="h.body",
            kind="text",
            means=BilingualText(
                "Qui en a décidé : certifier (le certificateur) ou jury.", "Who decided: the certifier or the jury."
            ),
            of=(FraudFound, FraudDismissed),
        ),
        ViewColumn(
            name="finding",
            sql="h.finding",
            kind="text",
            means=BilingualText(
                "found (établie), dismissed (écartée) ou lifted (établie, puis levée).",
                "found, dismissed, or lifted (found, and lifted since).",
            ),
            of=(FraudFound, FraudDismissed, FindingLifted),
        ),
        *(
            ViewColumn(
                name=kind.value,
                sql=f"h.{kind.value}",
                kind="boolean",
                means=BilingualText(
                    f"Une sanction de ce genre a été prononcée et n'est pas levée : {kind.said[0]}.",
                    f"A sanction of this kind was pronounced and is not lifted: {kind.said[1]}.",
                ),
                of=(SanctionPronounced, FindingLifted),
            )
            for kind in SanctionKind
        ),
        ViewColumn(
            name="excluded_until",
            sql="h.excluded_until",
            kind="date",
            means=BilingualText("Dernier jour de l'exclusion.", "Last day of the exclusion."),
            of=(SanctionPronounced, FindingLifted),
            unit=DAY,
            null=BilingualText("aucune exclusion ne vaut", "no exclusion stands"),
        ),
        ViewColumn(
            name="lifted_on",
            sql="h.lifted_on",
            kind="date",
            means=BilingualText(
                "Jour depuis lequel la fraude établie ne compte plus.",
                "Day from which the finding counts no more.",
            ),
            of=(FindingLifted,),
            unit=DAY,
            null=BilingualText("elle n'est pas levée", "it was not lifted"),
        ),
    ),
)
