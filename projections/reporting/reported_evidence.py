"""Report of evidence: how much was submitted, by form and media type, and its state, never its content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.candidacy.facts import EvidenceSubmitted
from domain.evidence.facts import (
    EvidenceCleared,
    EvidenceQuarantined,
    EvidenceRedirected,
    EvidenceRejected,
    EvidenceWithdrawn,
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

MOVED_BY: Final = (
    EvidenceSubmitted,
    EvidenceRedirected,
    EvidenceWithdrawn,
    EvidenceRejected,
    EvidenceQuarantined,
    EvidenceCleared,
)
PIECES: Final = BilingualText("preuves", "pieces")


def rows(case: Case) -> Iterator[Row]:
    """Yield one row per form and media type with a submitted piece."""
    for (form, media_type), kind in case.pieces.kinds.items():
        yield (
            case.candidacy,
            form,
            media_type,
            case.opened.framework,
            kind.submitted,
            kind.withdrawn,
            kind.refused,
            kind.size,
            len(kind.serves),
        )


REPORTED_EVIDENCE = CaseOverTime("reported_evidence", 3, rows, names(*MOVED_BY))
VIEW: Final = ReportingView(
    name="v1_evidence",
    row=BilingualText(
        "Une ligne par candidature, forme et type de fichier des preuves déposées ; jamais un titre ni un contenu.",
        "One row per candidacy, form and media type of the evidence put in; never a title or a content.",
    ),
    tables=f"projection.reported_evidence h {CATALOGUE}",
    keys=("candidacy", "form", "media_type"),
    columns=(
        CANDIDACY,
        *CERTIFICATION,
        ViewColumn(
            name="form",
            sql="h.form",
            kind="text",
            means=BilingualText(
                "Forme sous laquelle la preuve est venue : un fichier, un lien, une déclaration…",
                "In which form the piece came: a file, a link, a statement…",
            ),
            of=(EvidenceSubmitted,),
        ),
        ViewColumn(
            name="media_type",
            sql="h.media_type",
            kind="text",
            means=BilingualText(
                "Type du fichier, d'après ses premiers octets, comme application/pdf.",
                "Media type by the first bytes of the file, such as application/pdf.",
            ),
            of=(EvidenceSubmitted,),
        ),
        ViewColumn(
            name="submitted",
            sql="h.submitted",
            kind="integer",
            means=BilingualText("Preuves versées, toutes comprises.", "Pieces put in, all of them."),
            of=(EvidenceSubmitted,),
            unit=PIECES,
        ),
        ViewColumn(
            name="withdrawn",
            sql="h.withdrawn",
            kind="integer",
            means=BilingualText(
                "Dont retirées, ou remplacées par une version plus récente.",
                "Those withdrawn, or replaced by a newer version.",
            ),
            of=(EvidenceWithdrawn,),
            unit=PIECES,
        ),
        ViewColumn(
            name="refused",
            sql="h.refused",
            kind="integer",
            means=BilingualText(
                "Dont refusées à la vérification ou mises en quarantaine, et non retirées.",
                "Those refused by the check or in quarantine, and not withdrawn.",
            ),
            of=(EvidenceRejected, EvidenceQuarantined, EvidenceCleared, EvidenceWithdrawn),
            unit=PIECES,
        ),
        ViewColumn(
            name="bytes",
            sql="h.size",
            kind="bigint",
            means=BilingualText("Taille des autres, ensemble.", "Size of the others, together."),
            of=MOVED_BY,
            unit=BilingualText("octets", "bytes"),
        ),
        ViewColumn(
            name="competences",
            sql="h.competences",
            kind="smallint",
            means=BilingualText(
                "Compétences différentes que les autres servent.", "Different competences that the others serve."
            ),
            of=MOVED_BY,
            unit=BilingualText("compétences", "competences"),
        ),
    ),
)
