"""Report of candidacies: their aim, progress and released results, at each position and on each day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.candidacy.facts import (
    AdmissibilityCorrected,
    AdmissibilityDecided,
    AdmissibilityImplied,
    AdmissibilityKept,
    AdmissibilityLapsed,
    AdmissibilityReconsidered,
    BlockCarriedOver,
    BlockSatisfied,
    BlocksSought,
    CandidacyLapsed,
    CandidacyOpened,
    CandidacyResumed,
    CandidacyWithdrawn,
    CandidateSummoned,
    CreditFell,
    CreditRestored,
    EvidenceSubmitted,
    RouteChanged,
    ValidationFileSubmitted,
)
from domain.evidence.facts import EvidenceWithdrawn
from domain.fact import Fact
from domain.jury.facts import (
    Attendance,
    AttendanceCorrected,
    BlockGranted,
    BlockNotGranted,
    CandidateFreed,
    CandidateNotHeard,
    CompetenceRuled,
    DecisionAnnulled,
    DecisionRectified,
    DecisionRestored,
    DecisionTakenBack,
    DeliberationOpened,
    DeliberationReopened,
    JurorRecused,
    ReleaseResumed,
    ReleaseWithheld,
    ResultsReleased,
    SummonsFell,
    TitleFell,
    TitlePronounced,
    TitleRestored,
)
from domain.register.facts import RegisterEntered, TitleReinstated, TitleWithdrawn
from domain.standing.standing import BlockState
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
from projections.reporting.reported_people import AGE, CUT, OF_CANDIDATES, SEX

MADE_KNOWN: Final = (
    ResultsReleased,
    ReleaseWithheld,
    ReleaseResumed,
    DecisionAnnulled,
    DecisionRestored,
    DecisionRectified,
    TitleFell,
    TitleRestored,
    BlockCarriedOver,
    BlockSatisfied,
    CreditFell,
    CreditRestored,
    CandidateFreed,
    SummonsFell,
)
"""The facts that change released results, besides the statements of a jury whose results are released."""
SAID: Final = (
    CompetenceRuled,
    BlockGranted,
    BlockNotGranted,
    TitlePronounced,
    DeliberationOpened,
    DeliberationReopened,
    DecisionTakenBack,
    CandidateNotHeard,
    AttendanceCorrected,
    JurorRecused,
)
"""The statements of a jury about a candidate: visible at once if its results are released already."""
OWN: Final = (
    CandidacyOpened,
    BlocksSought,
    RouteChanged,
    AdmissibilityDecided,
    AdmissibilityCorrected,
    AdmissibilityReconsidered,
    AdmissibilityImplied,
    AdmissibilityKept,
    AdmissibilityLapsed,
    CandidacyWithdrawn,
    CandidacyLapsed,
    CandidacyResumed,
    CandidateSummoned,
    EvidenceSubmitted,
    EvidenceWithdrawn,
    ValidationFileSubmitted,
    RegisterEntered,
    TitleWithdrawn,
    TitleReinstated,
)


def names(*facts: type[Fact]) -> frozenset[str]:
    """Return the names of these types of facts."""
    return frozenset(fact.__name__ for fact in facts)


def rows(case: Case) -> Iterator[Row]:
    """Yield one row for the candidacy; of juries' decisions it has what is released."""
    turns, whole = case.whole
    if turns != case.turns:
        case.whole = _, whole = case.turns, _whole(case)
    yield (*whole[:9], len(case.evidence), *whole[9:])


def _whole(case: Case) -> Row:
    """Return the row without its number of pieces, which changes most often."""
    fold, opened = case.fold, case.opened
    known = [session for session in case.sessions if fold.knows(session) and case.time.decides(session)]
    title = fold.pronounced(provisional=False)
    states = {block.number: fold.block_state(block, provisional=False) for block in fold.framework.blocks}
    granted = tuple(number for number, state in states.items() if state is BlockState.GRANTED)
    judged_by = fold.judged_by()
    return (
        case.candidacy,
        opened.framework,
        opened.route,
        opened.option,
        opened.opened_on,
        len(fold.framework.sought(opened.blocks, opened.option)),
        case.ended,
        case.admissible,
        case.filed,
        sum(case.attendance.get(session) is Attendance.PRESENT for session in known),
        known[-1] if known else None,
        fold.held_on(known[-1]) if known else None,
        case.attendance.get(known[-1]) if known else None,
        fold.outcome(provisional=False),
        len(granted),
        fold.day_of(title),
        case.registered is not None,
        opened.rulebook,
        granted,
        tuple(n for n, state in states.items() if state not in {BlockState.GRANTED, BlockState.NOT_SOUGHT}),
        tuple(n for n, state in states.items() if state is BlockState.NOT_SOUGHT),
        judged_by,
        fold.held_on(judged_by) if judged_by else None,
        case.time.terms_before(judged_by).route if judged_by else None,
        opened.candidate,
    )


REPORTED_CANDIDACIES = CaseOverTime("reported_candidacies", 1, rows, names(*OWN, *MADE_KNOWN), names(*SAID))

ROUTE: Final = ViewColumn(
    name="route",
    sql="h.route",
    kind="text",
    means=BilingualText(
        "Voie d'accès : FI (formation initiale), CA (apprentissage), FC (formation continue), CQ (contrat de "
        "professionnalisation), CL (candidature individuelle) ou VAE.",
        "Route of access: FI (initial training), CA (apprenticeship), FC (continuing training), CQ "
        "(professionalisation contract), CL (independent candidate) or VAE (validation of experience).",
    ),
    of=(CandidacyOpened, RouteChanged),
)
VIEW: Final = ReportingView(
    name="v1_candidacies",
    row=BilingualText("Une ligne par candidature.", "One row per candidacy."),
    tables=f"projection.reported_candidacies h {CATALOGUE} {OF_CANDIDATES}",
    keys=("candidacy",),
    cut=CUT,
    columns=(
        CANDIDACY,
        *CERTIFICATION,
        ROUTE,
        ViewColumn(
            name="option",
            sql="h.option",
            kind="text",
            means=BilingualText("Code de l'option choisie.", "Code of the option chosen."),
            of=(CandidacyOpened, BlocksSought),
            null=BilingualText(
                "la certification n'a pas d'option, ou aucune n'est choisie", "no option exists or none is chosen"
            ),
        ),
        ViewColumn(
            name="opened_on",
            sql="h.opened_on",
            kind="date",
            means=BilingualText("Jour d'ouverture de la candidature.", "Day on which the candidacy was opened."),
            of=(CandidacyOpened,),
            unit=BilingualText("jour", "day"),
        ),
        ViewColumn(
            name="blocks_sought",
            sql="h.sought",
            kind="smallint",
            means=BilingualText("Nombre de blocs demandés.", "How many blocks are sought."),
            of=(CandidacyOpened, BlocksSought),
            unit=BilingualText("blocs", "blocks"),
        ),
        ViewColumn(
            name="ended",
            sql="h.ended",
            kind="text",
            means=BilingualText(
                "Comment la candidature a pris fin sans titre : withdrawn (retrait) ou lapsed (caducité).",
                "How the candidacy ended without a title: withdrawn or lapsed.",
            ),
            of=(CandidacyWithdrawn, CandidacyLapsed, CandidacyResumed),
            null=BilingualText("elle n'a pas pris fin ainsi", "it has not ended like that"),
        ),
        ViewColumn(
            name="admissible",
            sql="h.admissible",
            kind="boolean",
            means=BilingualText("VAE : recevable ou non.", "VAE: declared admissible or not."),
            of=(
                AdmissibilityDecided,
                AdmissibilityCorrected,
                AdmissibilityReconsidered,
                AdmissibilityImplied,
                AdmissibilityKept,
                AdmissibilityLapsed,
                RouteChanged,
            ),
            null=BilingualText("non décidé, caduc, ou autre voie", "not decided, lapsed, or another route"),
        ),
        ViewColumn(
            name="validation_file_submitted",
            sql="h.filed",
            kind="boolean",
            means=BilingualText(
                "Le dossier de validation est déposé, pour la voie actuelle.",
                "A validation file was filed, for the present route.",
            ),
            of=(ValidationFileSubmitted, RouteChanged, BlocksSought),
        ),
        ViewColumn(
            name="evidence_pieces",
            sql="h.evidence",
            kind="integer",
            means=BilingualText("Preuves versées et non retirées.", "Pieces of evidence put in and not withdrawn."),
            of=(EvidenceSubmitted, EvidenceWithdrawn),
            unit=BilingualText("preuves", "pieces"),
        ),
        ViewColumn(
            name="juries",
            sql="h.juries",
            kind="smallint",
            means=BilingualText(
                "Jurys devant lesquels le candidat s'est présenté et dont les résultats sont publiés, annulés "
                "compris : le rang de sa tentative.",
                "Juries before which the candidate came and whose results are released, annulled ones included: the "
                "number of attempts.",
            ),
            of=(DeliberationOpened, ResultsReleased, ReleaseWithheld, ReleaseResumed),
            unit=BilingualText("jurys", "juries"),
        ),
        ViewColumn(
            name="session",
            sql="h.session",
            kind="uuid",
            means=BilingualText(
                "La dernière session convoquée dont les résultats sont publiés (v1_sessions).",
                "The last session that called the candidate and whose results are released (v1_sessions).",
            ),
            of=(CandidateSummoned, ResultsReleased, ReleaseWithheld, ReleaseResumed),
            null=BilingualText("aucun résultat n'est publié", "no result is released"),
        ),
        ViewColumn(
            name="jury_on",
            sql="h.jury_on",
            kind="date",
            means=BilingualText("Jour de cette session.", "Day of that session."),
            of=(CandidateSummoned, ResultsReleased, ReleaseWithheld, ReleaseResumed),
            unit=BilingualText("jour", "day"),
            null=BilingualText("aucun résultat n'est publié", "no result is released"),
        ),
        ViewColumn(
            name="attendance",
            sql="h.attendance",
            kind="text",
            means=BilingualText(
                "Venue devant cette session : present, absent, excused (excusé) ou excluded (exclu).",
                "Whether the candidate came to that session: present, absent, excused or excluded.",
            ),
            of=(DeliberationOpened, CandidateNotHeard, SummonsFell, AttendanceCorrected),
            null=BilingualText(
                "aucun résultat n'est publié, ou rien n'est noté", "no result is released, or nothing was noted"
            ),
        ),
        ViewColumn(
            name="outcome",
            sql="h.outcome",
            kind="text",
            means=BilingualText(
                "Résultat publié : full (certification obtenue), partial (des blocs), none (aucun) ou in_progress "
                "(pas encore décidé).",
                "Released result: full (the whole certification), partial (some blocks), none, or in_progress (not "
                "decided yet).",
            ),
            of=(*MADE_KNOWN, BlockGranted, BlockNotGranted, TitlePronounced),
        ),
        ViewColumn(
            name="blocks_granted",
            sql="h.blocks_granted",
            kind="smallint",
            means=BilingualText(
                "Blocs acquis, d'après les résultats publiés, y compris ceux obtenus ailleurs.",
                "Blocks granted, by released results, those won elsewhere included.",
            ),
            of=(*MADE_KNOWN, BlockGranted),
            unit=BilingualText("blocs", "blocks"),
        ),
        ViewColumn(
            name="title_on",
            sql="h.title_on",
            kind="date",
            means=BilingualText(
                "Jour du jury qui a prononcé la certification, une fois publié.",
                "Day of the jury that pronounced the title, once released.",
            ),
            of=(TitlePronounced, TitleFell, TitleRestored, *MADE_KNOWN),
            unit=BilingualText("jour", "day"),
            null=BilingualText("aucun titre publié qui vaille", "no released title that stands"),
        ),
        ViewColumn(
            name="in_register",
            sql="h.registered",
            kind="boolean",
            means=BilingualText(
                "Le titre est inscrit au registre des diplômés, et n'en est pas retiré.",
                "The title was entered in the register and not withdrawn.",
            ),
            of=(RegisterEntered, TitleWithdrawn, TitleReinstated),
        ),
        ViewColumn(
            name="rulebook",
            sql="h.rulebook",
            kind="uuid",
            means=BilingualText(
                "Identifiant du règlement dont relève la candidature.",
                "Identifier of the rulebook that the candidacy is under.",
            ),
            of=(CandidacyOpened,),
        ),
        SEX,
        AGE,
    ),
)
