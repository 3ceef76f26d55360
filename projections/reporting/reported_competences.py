"""Report of the released ruling on each competence of each candidacy, at each position and on each day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.candidacy.facts import CandidacyOpened
from domain.jury.facts import CompetenceRuled
from domain.standing.standing import CompetenceState
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
from projections.reporting.reported_blocks import BLOCK
from projections.reporting.reported_candidacies import MADE_KNOWN, SAID, names


def rows(case: Case) -> Iterator[Row]:
    """Yield one row per competence of the framework."""
    framework = case.opened.framework
    for number, block in case.fold.framework.block_of.items():
        state, acquired, _ = case.fold.said(number, provisional=False)
        ruled = acquired if state is CompetenceState.RULED else None
        yield case.candidacy, number, block.number, framework, ruled


REPORTED_COMPETENCES = CaseOverTime(
    "reported_competences", 2, rows, names(CandidacyOpened, *MADE_KNOWN), names(*SAID)
)
VIEW: Final = ReportingView(
    name="v1_competences",
    row=BilingualText(
        "Une ligne par candidature et compétence de son référentiel.",
        "One row per candidacy and competence of its framework.",
    ),
    tables=f"projection.reported_competences h {CATALOGUE}",
    keys=("candidacy", "competence"),
    columns=(
        CANDIDACY,
        *CERTIFICATION,
        BLOCK,
        ViewColumn(
            name="competence",
            sql="h.competence",
            kind="smallint",
            means=BilingualText(
                "Numéro de la compétence dans cette version du référentiel.",
                "Number of the competence within this version of the framework.",
            ),
        ),
        ViewColumn(
            name="acquired",
            sql="h.acquired",
            kind="boolean",
            means=BilingualText(
                "Jugée acquise ou non par un jury dont les résultats sont publiés. Les notes des évaluateurs ne sont "
                "jamais publiées.",
                "Ruled acquired or not by a jury whose results are released. Assessors' marks are never reported.",
            ),
            of=(CompetenceRuled, *MADE_KNOWN),
            null=BilingualText("pas encore jugée", "not ruled yet"),
        ),
    ),
)
