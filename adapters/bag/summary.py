"""The readable summary of an export: the standing of each candidate, and the decisions with their grounds.

The writer reads one dossier at a time from the snapshot, so that a page of any length needs little memory.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Final, get_args
from uuid import UUID

import psycopg2

from adapters.bag.dictionary import word
from adapters.bag.opening import OpenedField, Opener
from adapters.bag.page import FOOT, both, head, paragraph, table
from adapters.bag.scope import ExportSelection, of_dossier
from adapters.bag.snapshot import LogSnapshot, read_fact
from adapters.log.codec import FACTS
from adapters.text.sentences import Names, in_both
from domain.candidacy.facts import CandidacyOpened
from domain.fact import RecordedFact
from domain.former_facts import current_name
from domain.framework.definition import Definition
from domain.framework.facts import FrameworkPublished
from domain.people.facts import IdentityCorrected, Registered
from domain.ports import CandidacyId
from domain.register.facts import RegisterFact
from domain.register.register import Register
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rules import Rules
from domain.standing.standing import BlockState, Fold, Outcome, Standing

TOLD: Final = frozenset(name for name, kind in FACTS.items() if kind.decides or kind.milestone)
"""The facts that the page lists in a dossier."""
REGISTERED: Final = frozenset(kind.__name__ for kind in get_args(RegisterFact))
"""The facts that are lines of a register."""
LEFT_OUT = (
    (
        "marques et décisions des jurys dont les résultats ne sont pas communiqués, qu'il y en ait déjà ou non ; "
        "demandes d'aménagement et NIR, qu'aucun auditeur ne voit"
    ),
    (
        "marks and decisions of juries whose results are not released, whether there are any yet or not; "
        "requests for an accommodation and national numbers, which no auditor sees"
    ),
)
OUTCOMES = {
    Outcome.FULL: ("certification entière", "full certification"),
    Outcome.PARTIAL: ("certification partielle", "partial certification"),
    Outcome.NONE: ("aucun bloc obtenu", "no block obtained"),
    Outcome.IN_PROGRESS: ("en cours", "in progress"),
}
BLOCKS = {
    BlockState.GRANTED: ("accordé", "granted"),
    BlockState.NOT_GRANTED: ("non accordé", "not granted"),
    BlockState.NOT_DECIDED: ("non décidé", "not decided"),
    BlockState.NOT_SOUGHT: ("non demandé", "not sought"),
}


@dataclass(frozen=True, kw_only=True)
class ExportSummary:
    """The description of the export on the page."""

    log: str
    made_at: str
    scope: tuple[str, str]
    size: int
    root: str
    facts: int
    left_out: bool


class Summary:
    """Writer of the page, a dossier at a time."""

    def __init__(self, snapshot: LogSnapshot, opener: Opener, size: int, untold: Container[int]) -> None:
        """Read the facts that are not left out from a snapshot, and decrypt the fields that the auditor may read."""
        self._snapshot = snapshot
        self._untold = untold
        self._opener = opener
        self._size = size
        self._definitions: dict[UUID, Definition] = {}
        self._rules: dict[UUID, Rules] = {}

    def page(self, about: ExportSummary, selection: ExportSelection) -> Iterator[str]:
        """Yield the page, in parts."""
        yield head("Export d'audit : résumé lisible", "Audit export: readable summary")
        yield paragraph(
            "Cette page aide à lire l'export ; elle ne prouve rien. Ce qui fait foi, ce sont les faits de "
            "facts.ndjson, que « acquis verify » contrôle hors ligne.",
            "This page helps to read the export; it proves nothing. What counts are the facts of facts.ndjson, which "
            "“acquis verify” checks offline.",
        )
        yield table(
            both("L'export", "The export"),
            [both("quoi", "what"), both("valeur", "value")],
            [
                [both("Journal", "Log"), f"<code>{escape(about.log)}</code>"],
                [both("Établi le", "Made at"), escape(about.made_at)],
                [both("Étendue", "Scope"), both(*about.scope)],
                [both("Feuilles de l'arbre", "Leaves of the tree"), str(about.size)],
                [both("Racine", "Root"), f"<code>{escape(about.root)}</code>"],
                [both("Faits dans cet export", "Facts in this export"), str(about.facts)],
                [both("Laissé de côté", "Left out"), both(*LEFT_OUT) if about.left_out else both("rien", "nothing")],
            ],
        )
        for candidacy in self._candidacies(selection):
            yield self._readable(candidacy)
        yield FOOT

    def _candidacies(self, selection: ExportSelection) -> Iterable[UUID]:
        if not selection.everything:
            return sorted(selection.candidacies)
        return self._snapshot.candidacies(self._size)

    def _readable(self, candidacy: UUID) -> str:
        try:
            return self._dossier(candidacy)
        except psycopg2.Error:
            raise
        except Exception:  # noqa: BLE001  (tampered facts may raise anything: the verifier names them)
            heading = both("Dossier illisible", "Dossier that cannot be read")
            return f'<h2 id="c-{candidacy}">{heading}</h2>\n<p><code>{candidacy}</code></p>\n'

    def _dossier(self, candidacy: UUID) -> str:
        rows = self._rows({candidacy})
        streams = {candidacy}
        for row in rows:
            streams |= of_dossier(CandidacyId(candidacy), read_fact(row).fact)
        terms = next((fact for row in rows if isinstance(fact := read_fact(row).fact, CandidacyOpened)), None)
        if terms is None:
            return ""
        rows = self._rows(streams | {Register.id_of(terms.framework)}, about=str(candidacy))
        facts = [read_fact(row) for row in rows]
        running = Fold(self._definition(terms.framework), self._rulebook(terms.rulebook))
        for each in facts:
            running.add(each)
        return self._section(candidacy, terms, running.standing(provisional=False), facts, self._grounds(rows))

    def _rows(self, streams: set[UUID], about: str = "") -> list[tuple[Any, ...]]:
        """Return the facts of some streams; from a register, only the lines about this candidacy."""
        rows = self._snapshot.facts(streams, self._size)
        here = (row for row in rows if row[0] not in self._untold)
        return [row for row in here if row[3] not in REGISTERED or about in row[4]]

    def _grounds(self, rows: list[tuple[Any, ...]]) -> dict[int, list[str]]:
        """Return the texts of decisions by position, each after its field's word; a withheld one is marked so."""
        texts: dict[int, list[str]] = {}
        decided = [row for row in rows if current_name(row[3]) in TOLD]
        for each in self._opener.of(decided):
            said = f"« {each.value} »" if isinstance(each, OpenedField) else f"[{each.why}]"
            texts.setdefault(each.position, []).append(f"{word(each.field)} : {escape(said)}")
        return texts

    def _section(
        self,
        candidacy: UUID,
        terms: CandidacyOpened,
        standing: Standing,
        facts: list[RecordedFact],
        grounds: dict[int, list[str]],
    ) -> str:
        name = self._name(terms.candidate)
        title = escape(name) if name else both("Personne non nommée ici", "Person not named here")
        outcome = both(*OUTCOMES[standing.outcome])
        names = [_names(self._rulebook(terms.rulebook), language) for language in ("fr", "en")]
        blocks = [[str(line.number), both(*BLOCKS[line.state]), _day(line.decided_on)] for line in standing.blocks]
        decisions = [
            [
                escape(each.stamp.on.isoformat()),
                both(*in_both(each.fact, *names)),
                f"<code>{getattr(each.fact, 'session', None) or '—'}</code>",
                "<br>".join(grounds.get(each.stamp.position, ["—"])),
                str(each.stamp.position),
            ]
            for each in facts
            if each.fact.decides or each.fact.milestone
        ]
        return (
            f'<section>\n<h2 id="c-{candidacy}">{title}</h2>\n'
            f"<p>{both('Candidature', 'Candidacy')} <code>{candidacy}</code> · {both('voie', 'route')} "
            f"{escape(terms.route.value)} · {outcome}</p>\n"
            + table(
                both("Blocs, résultats communiqués", "Blocks, released results"),
                [both("bloc", "block"), both("état", "state"), both("jour", "day")],
                blocks,
            )
            + table(
                both("Décisions", "Decisions"),
                [
                    both("jour", "day"),
                    both("décision", "decision"),
                    both("session", "session"),
                    both("motifs", "grounds"),
                    both("place", "position"),
                ],
                decisions,
            )
            + "</section>\n"
        )

    def _name(self, person: UUID) -> str | None:
        naming = {Registered.__name__, IdentityCorrected.__name__}
        registered = [row for row in self._rows({person}) if row[3] in naming][-1:]
        opened = {each.field: each.value for each in self._opener.of(registered) if isinstance(each, OpenedField)}
        return opened.get("name")

    def _definition(self, framework: UUID) -> Definition:
        if framework not in self._definitions:
            facts = (read_fact(row).fact for row in self._rows({framework}))
            self._definitions[framework] = next(f.definition for f in facts if isinstance(f, FrameworkPublished))
        return self._definitions[framework]

    def _rulebook(self, rulebook: UUID) -> Rules:
        if rulebook not in self._rules:
            facts = (read_fact(row).fact for row in self._rows({rulebook}))
            self._rules[rulebook] = next(f.rules for f in facts if isinstance(f, RulebookPublished))
        return self._rules[rulebook]


def _names(rules: Rules, language: str) -> Names:
    """Return the naming functions for sentences: no person is named, and a mark has its label in the rulebook."""

    def mark(code: str) -> str:
        found = rules.marks.get(code)
        return code if found is None else found.label_fr if language == "fr" else found.label_en

    return Names(who=lambda _, otherwise: otherwise, mark=mark, rule=str)


def _day(day: date | None) -> str:
    return day.isoformat() if day else "—"
