"""Check that the reporting views agree with the log: counts and sums of both, from one snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from adapters.database.pool import Database
from adapters.trouble import Trouble
from projections.engine.statements import statements
from projections.reporting.contract import BilingualText
from projections.reporting.export import snapshot

NOW: Final = "valid_to_position is null"


@dataclass(frozen=True, kw_only=True)
class CountedTwice:
    """A number counted twice: from the facts, by the statement of that name, and from a view, by `sum` and `only`."""

    name: str
    means: BilingualText
    view: str
    sum: str = "count(*)"
    only: str = "true"


COUNTED: Final = (
    CountedTwice(
        name="candidacies", means=BilingualText("candidatures ouvertes", "candidacies opened"), view="v1_candidacies"
    ),
    CountedTwice(
        name="sexes",
        means=BilingualText("dont le candidat a déclaré son sexe", "whose candidate stated their sex"),
        view="v1_candidacies",
        only="sex is not null",
    ),
    CountedTwice(name="sessions", means=BilingualText("sessions convoquées", "sessions called"), view="v1_sessions"),
    CountedTwice(
        name="sessions_opened", means=BilingualText("sessions ouvertes", "sessions opened"), view="v1_juries"
    ),
    CountedTwice(
        name="sessions_released",
        means=BilingualText("sessions aux résultats publiés", "sessions whose results are released"),
        view="v1_sessions",
        only="stage = 'released'",
    ),
    CountedTwice(
        name="hearings",
        means=BilingualText("candidats devant ces sessions", "candidates before those sessions"),
        view="v1_hearings",
    ),
    CountedTwice(
        name="presences",
        means=BilingualText("dont présents", "of whom present"),
        view="v1_hearings",
        only="attendance = 'present'",
    ),
    CountedTwice(
        name="blocks",
        means=BilingualText("blocs accordés et publiés", "blocks granted and released"),
        view="v1_hearings",
        sum="sum(blocks_granted)",
    ),
    CountedTwice(
        name="titles",
        means=BilingualText("titres prononcés et publiés", "titles pronounced and released"),
        view="v1_candidacies",
        only="title_on is not null",
    ),
    CountedTwice(
        name="evidence",
        means=BilingualText("preuves versées", "pieces put in"),
        view="v1_evidence",
        sum="sum(submitted)",
    ),
    CountedTwice(
        name="evidence_bytes",
        means=BilingualText("leur taille, en octets", "their size, in bytes"),
        view="v1_evidence",
        sum="sum(bytes)",
    ),
    CountedTwice(
        name="registered",
        means=BilingualText("titres inscrits au registre", "titles in the register"),
        view="v1_register",
        only="in_register",
    ),
    CountedTwice(
        name="papers",
        means=BilingualText("documents délivrés", "papers issued"),
        view="v1_register",
        sum="sum(papers)",
    ),
    CountedTwice(
        name="appeals",
        means=BilingualText("réexamens demandés et décisions de justice", "reviews asked for and court rulings"),
        view="v1_appeals",
        only="kind <> 'rectification'",
    ),
    CountedTwice(
        name="frauds",
        means=BilingualText("fraudes établies ou écartées", "frauds found or dismissed"),
        view="v1_fraud",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Tied:
    """The log's and the views' number for one thing."""

    counted: CountedTwice
    log: int
    views: int

    @property
    def agrees(self) -> bool:
        """True if both numbers are equal."""
        return self.log == self.views


class ReportsDoNotTie(Trouble):
    """The reporting views disagree with the log."""

    def __init__(self, found: list[Tied]) -> None:
        """Name what differs, with both figures."""
        fr, en = (", ".join(_told(each, language) for each in found) for language in (0, 1))
        super().__init__(
            f"The reporting views do not add up to the log ({en}): see acquis report check, then acquis rebuild.",
            f"Les vues de reporting ne concordent pas avec le journal ({fr}) : voyez acquis report check, puis "
            "acquis rebuild.",
        )


def tie_out(database: Database) -> tuple[int, list[Tied]]:
    """Compare all counts at the position of the views; return that position and the results."""
    told = statements("tie_out")
    with snapshot(database) as seen:
        sql, at = seen.cursor, seen.position
        found = []
        for each in COUNTED:
            sql.execute(told[each.name].replace("{known}", told["known"]), {"at": at})
            log = sql.fetchall()[0][0]
            sql.execute(
                f"select coalesce({each.sum}, 0)::bigint from reporting.{each.view} where {NOW} and {each.only}"  # noqa: S608  (constants only)
            )
            found.append(Tied(counted=each, log=log, views=sql.fetchall()[0][0]))
    return at, found


def check(database: Database) -> None:
    """Raise ReportsDoNotTie if any count differs."""
    if differing := [each for each in tie_out(database)[1] if not each.agrees]:
        raise ReportsDoNotTie(differing)


def _told(tied: Tied, language: int) -> str:
    log = ("journal", "log")[language]
    return f"{tied.counted.means[language]}: {tied.views}, {log} {tied.log}"
