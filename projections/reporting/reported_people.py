"""Report of people's sex and year of birth, as they stated them, at each position and day.

No projection opens a sealed text: what reports count of a person is stored in clear in schema `desk` (ADR 58), and is
deleted with their identity. Once the erasure was ordered, nothing that they ever stated is counted, at any moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from domain.candidacy.facts import CandidacyOpened
from domain.people.facts import BirthAndSexStated, IdentityCorrected, PersonErased, Registered
from projections.engine.projection import InSql
from projections.reporting.contract import VALIDITY, BilingualText, ViewColumn

REPORTED_PEOPLE = InSql("reported_people")

BANDS: Final = {"under_25": 25, "25_29": 30, "30_39": 40, "40_49": 50}
"""The age bands, each with the age above it; the last one is `LAST_BAND`."""
LAST_BAND: Final = "50_and_over"
SEXES: Final = ("f", "m")
UNSTATED: Final = "unstated"
_CASES: Final = " ".join(
    f"when date_part('year', h.opened_on) - p.birth_year < {above} then '{band}'" for band, above in BANDS.items()
)
AGE_BAND: Final = f"case when p.birth_year is null then null {_CASES} else '{LAST_BAND}' end"
"""SQL for the band of the age reached in the year in which the candidacy was opened, over columns of `h` and `p`."""
OF_CANDIDATES: Final = """
left join projection.reported_people p on p.person = h.candidate
  and p.valid_from < coalesce(h.valid_to, 9223372036854775807)
  and h.valid_from < coalesce(p.valid_to, 9223372036854775807)
"""
"""The statements of candidates while a row `h` was valid: rows of both, cut where either changes."""


def _both(column: ViewColumn) -> ViewColumn:
    later: Callable[[str, str], str] = (
        "greatest({}, {})".format if "_from_" in column.name else "least({}, {})".format
    )
    return replace(column, sql=later(column.sql, column.sql.replace("h.", "p.")))


CUT: Final = tuple(_both(each) for each in VALIDITY)
"""The columns of validity for rows of both."""
STATED: Final = (Registered, BirthAndSexStated, IdentityCorrected, PersonErased)
SEX: Final = ViewColumn(
    name="sex",
    sql="p.sex",
    kind="text",
    means=BilingualText(
        "Sexe tel que déclaré : f (femme) ou m (homme). Effacé de toutes les lectures avec l'identité.",
        "Sex as stated: f (woman) or m (man). Erased from all readings with the person's identity.",
    ),
    of=STATED,
    null=BilingualText("non déclaré, ou effacé", "not stated, or erased"),
)
AGE: Final = ViewColumn(
    name="age_band",
    sql=AGE_BAND,
    kind="text",
    means=BilingualText(
        "Tranche de l'âge atteint au 31 décembre de l'année d'ouverture de la candidature : under_25, 25_29, 30_39, "
        "40_49 ou 50_and_over. Effacée de toutes les lectures avec l'identité.",
        "Band of the age reached by 31 December of the year in which the candidacy was opened: under_25, 25_29, "
        "30_39, 40_49 or 50_and_over. Erased from all readings with the person's identity.",
    ),
    of=(CandidacyOpened, *STATED),
    null=BilingualText("jour de naissance non dit, ou effacé", "day of birth not stated, or erased"),
)
BY: Final[Mapping[str, tuple[str, ...]]] = {"sex": SEXES, "age_band": (*BANDS, LAST_BAND)}
"""The criteria by which people are counted, with their values in order; `UNSTATED` comes in addition."""
