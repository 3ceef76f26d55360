"""Report of the composition rules checked at each jury's opening, with the number of members for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.jury.facts import JurorAppointed, JurorRemoved, PanelDerogationGranted, SessionOpened, SubstituteSeated
from domain.jury.session import JurySession
from projections.engine.before import Before
from projections.engine.projection import Facts, Row, StreamOverTime
from projections.reporting.contract import CATALOGUE, CERTIFICATION, BilingualText, ReportingView, ViewColumn
from projections.reporting.reported_candidacies import names
from projections.reporting.reported_juries import MEMBERS, composition
from projections.reporting.reported_sessions import SESSION


def rows(session: JurySession, facts: Facts, before: Before) -> Iterator[Row]:
    """Yield one row per rule checked at the opening."""
    found = composition(session, facts, before)
    for number, check in enumerate(found.checks if found else (), 1):
        yield (
            session.id,
            number,
            session.planned.framework,
            check.broken.rule,
            check.asked,
            check.found,
            check.margin,
            check.kept,
            check.derogated,
        )


REPORTED_JURY_CHECKS = StreamOverTime("reported_jury_checks", 2, JurySession, rows, names(SessionOpened))
OF: Final = (SessionOpened, JurorAppointed, JurorRemoved, SubstituteSeated)
COUNTS_NOTHING: Final = BilingualText("la règle ne compte rien", "the rule counts nothing")
VIEW: Final = ReportingView(
    name="v1_jury_checks",
    row=BilingualText(
        "Une ligne par session ouverte et règle de composition par laquelle l'ouverture a été jugée.",
        "One row per opened session and rule of composition that applied at the opening.",
    ),
    tables=f"projection.reported_jury_checks h {CATALOGUE}",
    keys=("session", "number"),
    columns=(
        SESSION,
        *CERTIFICATION,
        ViewColumn(
            name="number",
            sql="h.number",
            kind="smallint",
            means=BilingualText(
                "Rang de la règle, dans l'ordre de la fiche.", "Rank of the rule, in the order of the sheet."
            ),
            of=(SessionOpened,),
        ),
        ViewColumn(
            name="rule",
            sql="h.rule",
            kind="text",
            means=BilingualText(
                "Code de la règle, comme panel-externals ou panel-balance-panel.",
                "Code of the rule, such as panel-externals or panel-balance-panel.",
            ),
            of=(SessionOpened,),
        ),
        ViewColumn(
            name="asked",
            sql="h.asked",
            kind="smallint",
            means=BilingualText(
                "Ce que la règle demande : tant de membres au moins, ou, de la parité, l'écart le plus grand.",
                "What the rule asks for: so many members at least, or of a balance, the largest difference.",
            ),
            of=OF,
            unit=MEMBERS,
            null=COUNTS_NOTHING,
        ),
        ViewColumn(
            name="found",
            sql="h.found",
            kind="smallint",
            means=BilingualText("Ce qu'il y a.", "What there is."),
            of=OF,
            unit=MEMBERS,
            null=COUNTS_NOTHING,
        ),
        ViewColumn(
            name="margin",
            sql="h.margin",
            kind="smallint",
            means=BilingualText(
                "De combien la règle est respectée, ou, négatif, ne l'est pas.",
                "By how many the rule is kept, or, where negative, is not.",
            ),
            of=OF,
            unit=MEMBERS,
            null=COUNTS_NOTHING,
        ),
        ViewColumn(
            name="kept",
            sql="h.kept",
            kind="boolean",
            means=BilingualText(
                "La règle est respectée, ou une dérogation l'a admise.", "It is kept, or a derogation was accepted."
            ),
            of=(*OF, PanelDerogationGranted),
        ),
        ViewColumn(
            name="derogated",
            sql="h.derogated",
            kind="boolean",
            means=BilingualText(
                "Elle ne l'est que par une dérogation admise.", "It is kept by an accepted derogation only."
            ),
            of=(*OF, PanelDerogationGranted),
        ),
    ),
)
