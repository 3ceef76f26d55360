"""Report of titles in the register, and of papers issued for them and for blocks, without holder or number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, get_args

from domain.register.facts import (
    BlockCertified,
    CertificateIssued,
    DuplicateIssued,
    PapersFact,
    RegisterEntered,
    ReissuedForCivilStatus,
    ReissuedForMaterialError,
    TitleReinstated,
    TitleWithdrawn,
)
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

WHOLE: Final = 0
"""The block number that means the whole certification."""


@dataclass
class _Held:
    obtained_on: date
    entered_on: date | None = None
    withdrawn_on: date | None = None
    issued_on: date | None = None
    last_issued_on: date | None = None
    papers: int = 0
    duplicates: int = 0

    def issue(self, on: date, *, duplicate: bool) -> None:
        self.issued_on, self.last_issued_on = self.issued_on or on, on
        self.papers += 1
        self.duplicates += duplicate


def rows(case: Case) -> Iterator[Row]:
    """Yield one row for a registered title, and one per block with a certificate."""
    for block, held in _held(case).items():
        yield (
            case.candidacy,
            block,
            case.opened.framework,
            held.obtained_on,
            held.entered_on,
            None if block else case.registered is not None,
            held.withdrawn_on,
            held.issued_on,
            held.last_issued_on,
            held.papers,
            held.duplicates,
        )


def _held(case: Case) -> dict[int, _Held]:
    """Return the title and blocks held in a dossier, by block."""
    found: dict[int, _Held] = {}
    for fact, _, on in case.dated:
        match fact:
            case RegisterEntered(obtained_on=obtained_on):
                held = found.setdefault(WHOLE, _Held(obtained_on))
                held.obtained_on, held.entered_on, held.withdrawn_on = obtained_on, on, None
            case TitleWithdrawn() | TitleReinstated() if WHOLE in found:
                found[WHOLE].withdrawn_on = on if isinstance(fact, TitleWithdrawn) else None
            case CertificateIssued(obtained_on=obtained_on, issued_on=issued_on):
                found.setdefault(WHOLE, _Held(obtained_on)).issue(issued_on, duplicate=False)
            case BlockCertified(block=block, obtained_on=obtained_on, issued_on=issued_on):
                held = found.setdefault(block, _Held(obtained_on))
                held.obtained_on = obtained_on
                held.issue(issued_on, duplicate=False)
            case DuplicateIssued() | ReissuedForCivilStatus() | ReissuedForMaterialError():
                again = found.get(fact.block or WHOLE)
                if again:
                    again.issue(fact.issued_on, duplicate=isinstance(fact, DuplicateIssued))
            case _:
                pass
    return found


ISSUED: Final = get_args(PapersFact)
REPORTED_REGISTER = CaseOverTime(
    "reported_register", 2, rows, names(RegisterEntered, TitleWithdrawn, TitleReinstated, *ISSUED)
)
DAY: Final = BilingualText("jour", "day")
PAPERS: Final = BilingualText("documents", "papers")
NOT_A_TITLE: Final = BilingualText("c'est un bloc", "it is a block")
VIEW: Final = ReportingView(
    name="v1_register",
    row=BilingualText(
        "Une ligne par titre inscrit au registre, et par bloc dont une attestation a été délivrée. Le numéro n'y est "
        "pas : avec lui, qui tient un parchemin retrouverait son titulaire.",
        "One row per title entered in the register, and per block with an issued certificate. The number "
        "is not "
        "here: with it, a person who sees a certificate would find its holder's row.",
    ),
    tables=f"projection.reported_register h {CATALOGUE}",
    keys=("candidacy", "block"),
    columns=(
        CANDIDACY,
        *CERTIFICATION,
        ViewColumn(
            name="block",
            sql="h.block",
            kind="smallint",
            means=BilingualText(
                "0 : la certification entière ; sinon le numéro du bloc au répertoire.",
                "0: the whole certification; otherwise the certification number of the block.",
            ),
            of=(RegisterEntered, BlockCertified),
        ),
        ViewColumn(
            name="obtained_on",
            sql="h.obtained_on",
            kind="date",
            means=BilingualText("Jour du jury qui l'a accordé.", "Day of the jury that granted it."),
            of=(RegisterEntered, BlockCertified),
            unit=DAY,
        ),
        ViewColumn(
            name="entered_on",
            sql="h.entered_on",
            kind="date",
            means=BilingualText(
                "Jour de l'inscription au registre, sous un numéro.",
                "Day of the entry in the register, under a number.",
            ),
            of=(RegisterEntered,),
            unit=DAY,
            null=NOT_A_TITLE,
        ),
        ViewColumn(
            name="in_register",
            sql="h.in_register",
            kind="boolean",
            means=BilingualText(
                "Le titre a un numéro au registre, et n'en est pas retiré.",
                "The title has a number in the register and is not withdrawn from it.",
            ),
            of=(RegisterEntered, TitleWithdrawn, TitleReinstated),
            null=NOT_A_TITLE,
        ),
        ViewColumn(
            name="withdrawn_on",
            sql="h.withdrawn_on",
            kind="date",
            means=BilingualText("Jour du retrait du registre.", "Day on which it was withdrawn from the register."),
            of=(TitleWithdrawn, TitleReinstated),
            unit=DAY,
            null=BilingualText("il n'en est pas retiré, ou c'est un bloc", "it was not withdrawn, or it is a block"),
        ),
        ViewColumn(
            name="issued_on",
            sql="h.issued_on",
            kind="date",
            means=BilingualText(
                "Jour où le parchemin, ou l'attestation du bloc, a d'abord été délivré.",
                "Day on which its certificate was first issued.",
            ),
            of=(CertificateIssued, BlockCertified),
            unit=DAY,
            null=BilingualText("rien n'est délivré", "none was issued"),
        ),
        ViewColumn(
            name="last_issued_on",
            sql="h.last_issued_on",
            kind="date",
            means=BilingualText(
                "Jour du dernier document délivré, duplicatas et rééditions compris.",
                "Day of the last paper issued, duplicates and reissues included.",
            ),
            of=ISSUED,
            unit=DAY,
            null=BilingualText("rien n'est délivré", "none was issued"),
        ),
        ViewColumn(
            name="papers",
            sql="h.papers",
            kind="smallint",
            means=BilingualText(
                "Documents délivrés, duplicatas et rééditions compris.",
                "Papers issued, duplicates and reissues included.",
            ),
            of=ISSUED,
            unit=PAPERS,
        ),
        ViewColumn(
            name="duplicates",
            sql="h.duplicates",
            kind="smallint",
            means=BilingualText("Dont duplicatas.", "Duplicates among them."),
            of=(DuplicateIssued,),
            unit=PAPERS,
        ),
    ),
)
