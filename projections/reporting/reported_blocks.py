"""Report of the released state of each block of each candidacy, at each position and on each day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.candidacy.facts import BlocksSought, CandidacyOpened
from domain.jury.facts import BlockGranted, BlockNotGranted, CompetenceRuled
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
from projections.reporting.reported_candidacies import MADE_KNOWN, SAID, names


def rows(case: Case) -> Iterator[Row]:
    """Yield one row per block of the framework."""
    for block in case.fold.framework.blocks:
        line = case.fold.block(block, provisional=False)
        yield (
            case.candidacy,
            line.number,
            case.opened.framework,
            line.state,
            line.acquired,
            line.required,
            line.session,
            line.decided_on,
        )


REPORTED_BLOCKS = CaseOverTime(
    "reported_blocks", 2, rows, names(CandidacyOpened, BlocksSought, *MADE_KNOWN), names(*SAID)
)
BLOCK: Final = ViewColumn(
    name="block",
    sql="h.block",
    kind="smallint",
    means=BilingualText(
        "Numéro du bloc au répertoire (et non celui du titre de la fiche).",
        "Certification number of the block (not the number in the heading of the sheet).",
    ),
)
NO_JURY: Final = BilingualText(
    "aucun jury d'ici n'en a publié la décision", "no jury here has released a decision on it"
)
VIEW: Final = ReportingView(
    name="v1_blocks",
    row=BilingualText(
        "Une ligne par candidature et bloc de son référentiel.", "One row per candidacy and block of its framework."
    ),
    tables=f"projection.reported_blocks h {CATALOGUE}",
    keys=("candidacy", "block"),
    columns=(
        CANDIDACY,
        *CERTIFICATION,
        BLOCK,
        ViewColumn(
            name="state",
            sql="h.state",
            kind="text",
            means=BilingualText(
                "D'après les résultats publiés : granted (acquis), not_granted (non acquis), not_decided (non "
                "décidé) ou not_sought (non demandé).",
                "By released results: granted, not_granted, not_decided or not_sought.",
            ),
            of=(CandidacyOpened, BlocksSought, BlockGranted, BlockNotGranted, *MADE_KNOWN),
        ),
        ViewColumn(
            name="acquired",
            sql="h.acquired",
            kind="smallint",
            means=BilingualText(
                "Compétences du bloc jugées acquises, d'après les résultats publiés.",
                "Competences of the block that a jury ruled acquired, by released results.",
            ),
            of=(CompetenceRuled, *MADE_KNOWN),
            unit=BilingualText("compétences", "competences"),
        ),
        ViewColumn(
            name="required",
            sql="h.required",
            kind="smallint",
            means=BilingualText(
                "Compétences acquises que demande la règle du bloc.",
                "Acquired competences that the block's rule asks for.",
            ),
            unit=BilingualText("compétences", "competences"),
        ),
        ViewColumn(
            name="session",
            sql="h.session",
            kind="uuid",
            means=BilingualText(
                "La session qui en a décidé (v1_sessions).", "The session that decided on it (v1_sessions)."
            ),
            of=(BlockGranted, BlockNotGranted, *MADE_KNOWN),
            null=NO_JURY,
        ),
        ViewColumn(
            name="decided_on",
            sql="h.decided_on",
            kind="date",
            means=BilingualText(
                "Jour du jury qui en a décidé, ou jour où le bloc a été obtenu ailleurs.",
                "Day of the jury that decided, or on which the block was won elsewhere.",
            ),
            of=(BlockGranted, BlockNotGranted, *MADE_KNOWN),
            unit=BilingualText("jour", "day"),
            null=BilingualText("rien n'est décidé ni obtenu ailleurs", "nothing was decided or won elsewhere"),
        ),
    ),
)
