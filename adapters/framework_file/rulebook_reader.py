"""Reader of a rulebook file: the certifier's own rules (fichier de règlement → Rules)."""

from __future__ import annotations

from dataclasses import replace

from adapters.framework_file.compositions import share
from adapters.framework_file.document import Spot, distinct, document
from adapters.framework_file.enrolment_reader import read_carry_over, read_enrolment, read_retakes
from adapters.framework_file.evidence_reader import read_evidence
from adapters.framework_file.faults import Faults
from adapters.framework_file.fraud_reader import read_fraud
from adapters.framework_file.journey_reader import read_journeys
from adapters.framework_file.marking_reader import read_markings, read_scale, read_ties
from domain.fact import Retention
from domain.framework.jury_rule import Quality
from domain.rulebook.accommodation_rules import AccommodationRules, Measure
from domain.rulebook.chair_rules import SILENT as NO_CHAIR_RULE
from domain.rulebook.chair_rules import ChairAbsent, ChairRules
from domain.rulebook.rules import CompositionBasis, Keeping, PeriodStart, Remedy, RemedyKind, RemoteActivity, Rules
from domain.rulebook.session_rules import SILENT, ConfirmationRule, SessionRules, Signatories, Stead

FORMAT = "rulebook/1"

# These rules are required and have no defaults. Those below are optional: what they would allow is not allowed.
_KEYS = (
    "format certifier version title scale quorum substitute_same_quality trainers_may_rule unmarked_may_be_ruled"
    " casting_vote reason_for_not_acquired reason_for_departure reason_for_block_not_granted"
    " retention remedies"
)
# The keys that exist in later rulebooks only.
_LATER = (
    "fraud remote sessions points markings ties_bar_assessors case_days_before retakes carry_over journeys enrolment"
    " composition chair accommodations evidence anonymous_assessment least_count"
)


def read_rulebook(text: str) -> Rules:
    """Return the rules that this file states; raises FileFaults with all of its faults."""
    faults = Faults()
    at = document(text, FORMAT, faults).fields(_KEYS, _LATER)
    scale, points = read_scale(at["scale"], at["points"])
    rules = Rules(
        certifier=at["certifier"].text(),
        version=at["version"].whole(1),
        title=at["title"].text(),
        scale=scale,
        quorum=at["quorum"].whole(1),
        substitute_same_quality=at["substitute_same_quality"].flag(),
        trainers_may_rule=at["trainers_may_rule"].flag(),
        unmarked_may_be_ruled=at["unmarked_may_be_ruled"].flag(),
        casting_vote=at["casting_vote"].flag(),
        reason_for_not_acquired=at["reason_for_not_acquired"].flag(),
        reason_for_departure=at["reason_for_departure"].flag(),
        reason_for_block_not_granted=at["reason_for_block_not_granted"].flag(),
        retention=_retention(at["retention"]),
        remedies=_remedies(at["remedies"]),
        fraud=read_fraud(at["fraud"]),
        remote=tuple(item.choice(RemoteActivity) for item in at["remote"].items()),
        case_days_before=at["case_days_before"].whole_or_none(),
        sessions=_sessions(at["sessions"]),
        journeys=read_journeys(at["journeys"]),
        points=points,
        markings=read_markings(at["markings"], scale, points),
        ties_bar_assessors=read_ties(at["ties_bar_assessors"]),
        retakes=read_retakes(at["retakes"]),
        carry_over=read_carry_over(at["carry_over"]),
        enrolment=read_enrolment(at["enrolment"]),
        composition=CompositionBasis.PRESENT
        if at["composition"].empty
        else at["composition"].choice(CompositionBasis),
        chair=_chair(at["chair"]),
        accommodations=_accommodations(at["accommodations"]),
        evidence=read_evidence(at["evidence"]),
        anonymous_assessment=bool(at["anonymous_assessment"].flag_or_none()),
        least_count=at["least_count"].whole_or_none(3) or Rules.least_count,
    )
    faults.raise_if_any()
    return rules


def _retention(spot: Spot) -> tuple[Keeping, ...]:
    """Read how long each class of personal data is kept: every class once, except portfolios."""
    rows = [item.fields("class months after kept_by_law source") for item in spot.items(least=1)]
    kept = tuple(
        Keeping(
            retention=row["class"].choice(Retention),
            months=row["months"].whole_or_none(),
            after=row["after"].choice(PeriodStart),
            kept_by_law=row["kept_by_law"].flag(),
            source=row["source"].text(),
        )
        for row in rows
    )
    stated = distinct(
        [(row["class"], each.retention) for row, each in zip(rows, kept, strict=True)],
        "The period of this class is already stated",
        "La durée de cette catégorie est déjà donnée",
    )
    missing = ", ".join(each.value for each in Retention if each not in {*stated.at, Retention.PORTFOLIO})
    if rows and stated.complete and missing:
        en = f"The period of each class is stated; these are missing: {missing}."
        spot.wrong(en, f"La durée de chaque catégorie est donnée ; il manque : {missing}.")
    return kept


def _chair(spot: Spot) -> ChairRules:
    """Read the rules on who presides over a jury, also in the chair's absence."""
    if spot.empty:
        return NO_CHAIR_RULE
    at = spot.fields("absent source", "qualities")
    named = distinct(
        [(item, item.choice(Quality)) for item in at["qualities"].items()],
        "This is already named",
        "Ceci est déjà nommé",
    )
    return ChairRules(qualities=tuple(named.at), absent=at["absent"].choice(ChairAbsent), source=at["source"].text())


def _accommodations(spot: Spot) -> AccommodationRules | None:
    """Read which accommodation measures may be granted, and their upper limits."""
    if spot.empty:
        return None
    at = spot.fields("measures source", "extra_time breaks")
    named = distinct(
        [(item, item.choice(Measure)) for item in at["measures"].items(least=1)],
        "This measure is already named",
        "Cette mesure est déjà nommée",
    )
    for measure in (Measure.EXTRA_TIME, Measure.BREAKS):
        if named.complete and measure not in named.at and not at[measure.value].empty:
            en = "At most how much of a measure is said where the measure is granted."
            at[measure.value].wrong(en, "On ne borne une mesure que si elle s'accorde.")
    return AccommodationRules(
        measures=tuple(named.at),
        source=at["source"].text(),
        extra_time=share(at["extra_time"]),
        breaks=at["breaks"].whole_or_none(1),
    )


def _sessions(spot: Spot) -> SessionRules:
    """Read the rules on the conduct of a jury's session; if the file has any such rule, every key is required.

    Without such rules, all members present sign the minutes; if only the chair signs, the file must say so. The file
    may leave to the certifier who signs in the chair's place.
    """
    if spot.empty:
        return replace(SILENT, minutes_signed_by=Signatories.ALL_PRESENT)
    every = (
        "minutes_signed_by refusal_holds_minutes sign_in reason_for_excused attempts absence_counts commission_quorum"
    )
    at = spot.fields(every, "chair_replaced_by commission_work_travels hearing confirmed_by")
    stead, confirmed = at["chair_replaced_by"], at["confirmed_by"]
    return SessionRules(
        minutes_signed_by=at["minutes_signed_by"].choice(Signatories),
        refusal_holds_minutes=at["refusal_holds_minutes"].flag(),
        sign_in=at["sign_in"].flag(),
        reason_for_excused=at["reason_for_excused"].flag(),
        attempts=at["attempts"].whole_or_none(1),
        absence_counts=at["absence_counts"].flag(),
        commission_quorum=at["commission_quorum"].whole(1),
        chair_replaced_by=None if stead.empty else stead.choice(Stead),
        commission_work_travels=bool(at["commission_work_travels"].flag_or_none()),
        hearing=bool(at["hearing"].flag_or_none()),
        confirmed_by=ConfirmationRule.CHAIR if confirmed.empty else confirmed.choice(ConfirmationRule),
    )


def _remedies(spot: Spot) -> tuple[Remedy, ...]:
    """Read the remedies against a decision: each kind at most once, and a review always."""
    rows = [item.fields("way body address source", "months days next_working_day") for item in spot.items(least=1)]
    remedies = tuple(
        Remedy(
            way=row["way"].choice(RemedyKind),
            body=row["body"].text(),
            address=row["address"].text(),
            months=row["months"].whole_or_none(1),
            days=row["days"].whole_or_none(1),
            source=row["source"].text(),
            next_working_day=bool(row["next_working_day"].flag_or_none()),
        )
        for row in rows
    )
    for row, remedy in zip(rows, remedies, strict=True):
        if (remedy.months is None) == (remedy.days is None) and row["way"].sound:
            en = "The time limit of this remedy is given in months or in days: one of them."
            row["way"].wrong(en, "Le délai de cette voie est donné en mois ou en jours : l'un des deux.")
    stated = distinct(
        [(row["way"], remedy.way) for row, remedy in zip(rows, remedies, strict=True)],
        "This way to question a decision is already stated",
        "Cette voie de recours est déjà donnée",
    )
    if rows and stated.complete and RemedyKind.REVIEW not in stated.at:
        en = "A rulebook says how a decision is reviewed: a remedy by way of review is missing."
        spot.wrong(
            en, "Un règlement dit comment une décision est réexaminée : il manque une voie de réexamen (review)."
        )
    return remedies
