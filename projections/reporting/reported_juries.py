"""Report of each jury's composition at its opening: numbers, qualities and sexes, never names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.framework.framework import Framework
from domain.framework.jury_rule import Quality, Quota, RuleCheck, Seat, Sex
from domain.jury.facts import (
    JurorAppointed,
    JurorRemoved,
    PanelDerogationGranted,
    PanelOfOneSexExplained,
    SessionOpened,
    SubstituteSeated,
)
from domain.jury.panel import judged_at_opening, panel, seated_twice
from domain.jury.session import JurySession
from domain.rulebook.rulebook import Rulebook
from projections.engine.before import Before
from projections.engine.projection import Facts, Row, StreamOverTime
from projections.reporting.contract import CATALOGUE, CERTIFICATION, BilingualText, ReportingView, ViewColumn
from projections.reporting.reported_candidacies import names
from projections.reporting.reported_sessions import SESSION


@dataclass(frozen=True)
class ReportedComposition:
    """The panel whose composition was judged at an opening, and each rule's check."""

    seats: tuple[Seat, ...]
    checks: tuple[RuleCheck, ...]


def composition(session: JurySession, facts: Facts, before: Before) -> ReportedComposition | None:
    """Return the checks of an opening, with the members as known then; None before it."""
    opening = next((position for fact, position in facts if isinstance(fact, SessionOpened)), None)
    if opening is None or session.opened_on is None:
        return None
    find, plan, there = before.at(opening), session.planned, tuple(sorted(session.present))
    rules = find(Rulebook, plan.rulebook).content
    members = judged_at_opening(session, there, rules)
    seats = panel(find, session, members, session.opened_on)
    checks = session.checks_at_opening(
        find(Framework, plan.framework).content.jury(plan.jury),
        there,
        seats,
        chairing=rules.chair,
        presides=session.presides,
        double=bool(seated_twice(find, {*there, *members})),
    )
    return ReportedComposition(seats, checks)


def rows(session: JurySession, facts: Facts, before: Before) -> Iterator[Row]:
    """Yield one row per session that opened."""
    found = composition(session, facts, before)
    if found is None:
        return
    of_quality = [sum(seat.counts_for(Quota(quality=quality)) for seat in found.seats) for quality in Quality]
    of_sex = [sum(seat.sex is sex for seat in found.seats) for sex in Sex]
    substitutes = set(session.replaced.values())
    yield (
        session.id,
        session.planned.framework,
        len(session.present),
        len(found.seats),
        *of_sex,
        *of_quality,
        sum(seat.juror in substitutes for seat in found.seats),
        session.chair in session.present,
        all(check.kept for check in found.checks),
        sum(check.derogated for check in found.checks),
        session.one_sex_explained if session.of_one_sex else None,
    )


REPORTED_JURIES = StreamOverTime(
    "reported_juries", 1, JurySession, rows, names(SessionOpened, PanelOfOneSexExplained)
)
MEMBERS: Final = BilingualText("membres", "members")
SEATED: Final = (SessionOpened, JurorAppointed, JurorRemoved, SubstituteSeated)


def _counted(name: str, fr: str, en: str) -> ViewColumn:
    return ViewColumn(
        name=name, sql=f"h.{name}", kind="smallint", means=BilingualText(fr, en), of=SEATED, unit=MEMBERS
    )


VIEW: Final = ReportingView(
    name="v1_juries",
    row=BilingualText(
        "Une ligne par session ouverte, jury ou commission : sa composition à l'ouverture, d'après ce qui était "
        "connu "
        "de ses membres alors. Jamais une personne.",
        "One row per session that opened, jury or commission: its composition at the opening, by what was known "
        "of its "
        "members then. Never a person.",
    ),
    tables=f"projection.reported_juries h {CATALOGUE}",
    keys=("session",),
    columns=(
        SESSION,
        *CERTIFICATION,
        _counted("present", "Membres présents à l'ouverture.", "Members present at the opening."),
        _counted(
            "judged",
            "Membres d'après qui la composition est jugée : les présents, ou tous ceux qui ont un siège si le "
            "règlement "
            "le dit. Les colonnes qui suivent comptent parmi eux.",
            "Members who count for the composition: those present, or all who hold a seat where the "
            "rulebook says "
            "so. The columns that follow count among them.",
        ),
        _counted("women", "Femmes.", "Women."),
        _counted("men", "Hommes.", "Men."),
        _counted("sex_unstated", "Membres dont le sexe n'est pas déclaré.", "Members whose sex is not stated."),
        _counted("external", "Extérieurs au certificateur.", "From outside the certifier."),
        _counted("employers", "Extérieurs représentant les employeurs.", "From outside, for employers."),
        _counted("employees", "Extérieurs représentant les salariés.", "From outside, for employees."),
        _counted("profession", "Représentants de la profession.", "Practising the profession."),
        _counted("qualified", "Qualifiés au titre de la certification.", "Qualified in the certification."),
        _counted("substitutes", "Suppléants qui occupent un siège.", "Substitutes who took a seat."),
        ViewColumn(
            name="chair_present",
            sql="h.chair_present",
            kind="boolean",
            means=BilingualText("Qui préside est présent.", "The person who presides is present."),
            of=SEATED,
        ),
        ViewColumn(
            name="lawful",
            sql="h.lawful",
            kind="boolean",
            means=BilingualText(
                "Chaque règle de composition de la fiche est respectée, au besoin par dérogation "
                "(v1_jury_checks). Ce "
                "que la loi demande à chaque décision n'y est pas.",
                "Each of the sheet's rules of composition is kept, by a derogation where need be "
                "(v1_jury_checks). What "
                "the law asks at each decision is not in it.",
            ),
            of=(*SEATED, PanelDerogationGranted),
        ),
        ViewColumn(
            name="derogations",
            sql="h.derogations",
            kind="smallint",
            means=BilingualText(
                "Règles qui ne sont respectées que par une dérogation admise.",
                "Rules that are kept by an accepted derogation only.",
            ),
            of=(*SEATED, PanelDerogationGranted),
            unit=BilingualText("règles", "rules"),
        ),
        ViewColumn(
            name="one_sex_explained",
            sql="h.one_sex_explained",
            kind="boolean",
            means=BilingualText(
                "Jury d'un seul sexe : le motif en est consigné.", "Of a jury of one sex: the reason was kept."
            ),
            of=(*SEATED, PanelOfOneSexExplained),
            null=BilingualText("le jury n'est pas d'un seul sexe", "the jury is not of one sex"),
        ),
    ),
)
