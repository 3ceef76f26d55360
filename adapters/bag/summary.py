"""Where did each candidate of an export stand, and what was decided, when, by whom, on what grounds? For people.

One dossier at a time is read from the snapshot: a page of any length is written without holding more than that.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any
from uuid import UUID

import psycopg2

from adapters.bag.opening import Opened, Opener
from adapters.bag.page import FOOT, both, head, paragraph, table
from adapters.bag.scope import Selection, of_dossier
from adapters.bag.snapshot import Snapshot, told
from domain.attendance import CandidateNotHeard, SummonsFell
from domain.candidacy import AdmissibilityDecided, CandidacyOpened, ValidationFileSubmitted
from domain.candidacy_life import (
    CandidacyLapsed,
    CandidacyResumed,
    CandidacyWithdrawn,
    LateDecisionAuthorised,
    RouteChanged,
)
from domain.credit import BlockCarriedOver, BlockSatisfied, CreditFell, CreditRestored
from domain.deliberation import DeliberationOpened, JurorRecused
from domain.fact import Fact, Told
from domain.fallen import DecisionAnnulled, DecisionRestored, TitleFell, TitleRestored
from domain.feasibility import AdmissibilityImplied
from domain.finding import FindingAnswered, FindingJudged, FindingLifted, FindingQuestioned
from domain.framework import Definition, FrameworkPublished
from domain.fraud import FraudDismissed, FraudFound, SanctionPronounced
from domain.granting import BlockGranted, BlockNotGranted, TitlePronounced
from domain.jury import ResultsReleased
from domain.notice import AnnulmentNotified, ResultNotified
from domain.papers import BlockCertified, CertificateIssued, DuplicateIssued, ReissuedForCivilStatus
from domain.person import IdentityCorrected, Registered
from domain.ports import CandidacyId
from domain.rectified import DecisionRectified
from domain.register import Register, RegisterEntered, TitleReinstated, TitleWithdrawn
from domain.reopened import DeliberationReopened
from domain.review import CourtRuled, Ground, ReviewAnswered, ReviewRequested
from domain.rulebook import RulebookPublished, Rules
from domain.ruling import CompetenceRuled
from domain.standing import BlockState, Fold, Outcome, Standing
from domain.vote import CandidateReferred, DecisionDeferred, DecisionVoted

LEFT_OUT = (
    "marques et décisions des jurys dont les résultats ne sont pas communiqués, qu'il y en ait déjà ou non",
    "marks and decisions of juries whose results are not released, whether there are any yet or not",
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
}


@dataclass(frozen=True, kw_only=True)
class About:
    """What the page says of the export itself."""

    log: str
    made_at: str
    scope: tuple[str, str]
    size: int
    root: str
    facts: int
    left_out: bool


class Summary:
    """Writes the page, a dossier at a time."""

    def __init__(self, snapshot: Snapshot, opener: Opener, size: int, untold: Container[int]) -> None:
        """Read from a snapshot what is not left out, and open what the auditor may read."""
        self._snapshot = snapshot
        self._untold = untold
        self._opener = opener
        self._size = size
        self._definitions: dict[UUID, Definition] = {}
        self._rules: dict[UUID, Rules] = {}

    def page(self, about: About, selection: Selection) -> Iterator[str]:
        """The page, in parts."""
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

    def _candidacies(self, selection: Selection) -> Iterable[UUID]:
        if not selection.everything:
            return sorted(selection.candidacies)
        return self._snapshot.candidacies(self._size)

    def _readable(self, candidacy: UUID) -> str:
        try:
            return self._dossier(candidacy)
        except psycopg2.Error:
            raise
        except Exception:  # noqa: BLE001  (facts that somebody broke may break anything: the verifier says which)
            heading = both("Dossier illisible", "Dossier that cannot be read")
            return f'<h2 id="c-{candidacy}">{heading}</h2>\n<p><code>{candidacy}</code></p>\n'

    def _dossier(self, candidacy: UUID) -> str:
        rows = self._rows({candidacy})
        streams = {candidacy}
        for row in rows:
            streams |= of_dossier(CandidacyId(candidacy), told(row).fact)
        terms = next((fact for row in rows if isinstance(fact := told(row).fact, CandidacyOpened)), None)
        if terms is None:
            return ""
        rows = self._rows(streams | {Register.id_of(terms.framework)}, about=str(candidacy))
        facts = [told(row) for row in rows]
        running = Fold(self._definition(terms.framework), self._rulebook(terms.rulebook))
        for each in facts:
            running.add(each)
        return self._section(candidacy, terms, running.standing(provisional=False), facts, self._grounds(rows))

    def _rows(self, streams: set[UUID], about: str = "") -> list[tuple[Any, ...]]:
        """The facts of some streams; of a register, only the lines about this candidacy."""
        rows = self._snapshot.facts(streams, self._size)
        here = (row for row in rows if row[0] not in self._untold)
        return [row for row in here if row[3] not in REGISTERED or about in row[4]]

    def _grounds(self, rows: list[tuple[Any, ...]]) -> dict[int, list[str]]:
        """The texts that go with decisions, by position; what is withheld is said."""
        texts: dict[int, list[str]] = {}
        decided = [row for row in rows if row[3] in DECISIONS]
        for each in self._opener.of(decided):
            said = f"« {each.value} »" if isinstance(each, Opened) else f"[{each.why}]"
            texts.setdefault(each.position, []).append(said)
        return texts

    def _section(
        self,
        candidacy: UUID,
        terms: CandidacyOpened,
        standing: Standing,
        facts: list[Told],
        grounds: dict[int, list[str]],
    ) -> str:
        name = self._name(terms.candidate)
        title = escape(name) if name else both("Personne non nommée ici", "Person not named here")
        outcome = both(*OUTCOMES[standing.outcome])
        blocks = [[str(line.number), both(*BLOCKS[line.state]), _day(line.decided_on)] for line in standing.blocks]
        decisions = [
            [
                escape(each.stamp.on.isoformat()),
                both(*DECISIONS[type(each.fact).__name__]) + escape(_detail(each.fact)),
                f"<code>{getattr(each.fact, 'session', None) or '—'}</code>",
                escape(" ".join(grounds.get(each.stamp.position, ["—"]))),
                str(each.stamp.position),
            ]
            for each in facts
            if type(each.fact).__name__ in DECISIONS
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
        opened = {each.field: each.value for each in self._opener.of(registered) if isinstance(each, Opened)}
        return opened.get("name")

    def _definition(self, framework: UUID) -> Definition:
        if framework not in self._definitions:
            facts = (told(row).fact for row in self._rows({framework}))
            self._definitions[framework] = next(f.definition for f in facts if isinstance(f, FrameworkPublished))
        return self._definitions[framework]

    def _rulebook(self, rulebook: UUID) -> Rules:
        if rulebook not in self._rules:
            facts = (told(row).fact for row in self._rows({rulebook}))
            self._rules[rulebook] = next(f.rules for f in facts if isinstance(f, RulebookPublished))
        return self._rules[rulebook]


DECISIONS: dict[str, tuple[str, str]] = {
    cls.__name__: said
    for cls, said in (
        (AdmissibilityDecided, ("Recevabilité", "Admissibility")),
        (ValidationFileSubmitted, ("Dossier de validation déposé", "Validation file submitted")),
        (DeliberationOpened, ("Examiné par le jury", "Taken up by the jury")),
        (SummonsFell, ("Convocation tombée", "Summons fell")),
        (CandidateNotHeard, ("Non entendu", "Not heard")),
        (CandidateReferred, ("Renvoyé devant un autre jury", "Sent before another jury")),
        (DecisionVoted, ("Vote", "Vote")),
        (DecisionDeferred, ("Reporté par le jury", "Put off by the jury")),
        (JurorRecused, ("Déport d'un juré", "A juror stepped out")),
        (DeliberationReopened, ("Délibération rouverte, tout est à décider", "Deliberated anew, all undone")),
        (CompetenceRuled, ("Compétence", "Competence")),
        (BlockGranted, ("Bloc accordé", "Block granted")),
        (BlockNotGranted, ("Bloc non accordé", "Block not granted")),
        (TitlePronounced, ("Titre prononcé", "Title pronounced")),
        (AdmissibilityImplied, ("Recevable par silence", "Admitted by silence")),
        (CandidacyWithdrawn, ("Candidature retirée", "Candidacy withdrawn")),
        (CandidacyLapsed, ("Candidature caduque", "Candidacy lapsed")),
        (CandidacyResumed, ("Candidature reprise", "Candidacy taken up again")),
        (RouteChanged, ("Voie d'accès changée", "Route changed")),
        (LateDecisionAuthorised, ("Décision tardive autorisée", "Late decision authorised")),
        (ResultsReleased, ("Résultats communiqués", "Results released")),
        (AnnulmentNotified, ("Annulation notifiée", "Annulment notified")),
        (ResultNotified, ("Résultat notifié", "Result notified")),
        (ReviewRequested, ("Réexamen demandé", "Review asked for")),
        (ReviewAnswered, ("Réponse au réexamen", "Answer to the review")),
        (CourtRuled, ("Décision de justice", "Ruling of a court")),
        (DecisionAnnulled, ("Décision du jury annulée", "The jury's decision annulled")),
        (FraudFound, ("Fraude établie", "Fraud found")),
        (FraudDismissed, ("Fraude écartée", "Fraud dismissed")),
        (SanctionPronounced, ("Sanction prononcée", "Sanction pronounced")),
        (DecisionRectified, ("Erreur de saisie rectifiée", "What was keyed wrongly was rectified")),
        (TitleFell, ("Titre tombé avec un bloc", "Title fell with a block")),
        (FindingQuestioned, ("Réexamen de la fraude demandé", "Review of the finding asked for")),
        (FindingAnswered, ("Réponse au réexamen de la fraude", "Answer to the review of the finding")),
        (FindingJudged, ("Décision de justice sur la fraude", "Ruling of a court on the finding")),
        (FindingLifted, ("Fraude ou sanction levée", "Finding or sanction lifted")),
        (DecisionRestored, ("Décision du jury de nouveau valable", "The jury's decision stands again")),
        (TitleRestored, ("Titre de nouveau valable", "Title stands again")),
        (CreditRestored, ("Compte de nouveau : bloc", "Counts again: block")),
        (BlockCarriedOver, ("Bloc repris d'une autre candidature", "Block carried over from another candidacy")),
        (BlockSatisfied, ("Bloc satisfait par une autre certification", "Block satisfied by another certification")),
        (CreditFell, ("Ne compte plus : bloc", "Counts no more: block")),
        (RegisterEntered, ("Inscrit au registre", "Entered in the register")),
        (CertificateIssued, ("Parchemin délivré", "Certificate issued")),
        (BlockCertified, ("Attestation de bloc délivrée", "Block certificate issued")),
        (DuplicateIssued, ("Duplicata délivré", "Duplicate issued")),
        (ReissuedForCivilStatus, ("Réédité : état civil", "Reissued: civil status")),
        (TitleWithdrawn, ("Retiré du registre", "Withdrawn from the register")),
        (TitleReinstated, ("Réinscrit au registre", "In the register again")),
    )
}


REGISTERED = frozenset({RegisterEntered.__name__, TitleWithdrawn.__name__, TitleReinstated.__name__})
"""The lines of a register."""
GROUNDS = {
    Ground.MATERIAL: "erreur matérielle / material error",
    Ground.PROCEDURAL: "procédure / procedure",
    Ground.MERITS: "appréciation / merits",
}


def _detail(fact: Fact) -> str:  # noqa: C901, PLR0911, PLR0912  (one case a fact)
    match fact:
        case CompetenceRuled(competence=competence, acquired=acquired):
            return f" {competence} : {'acquise / acquired' if acquired else 'non acquise / not acquired'}"
        case (
            BlockGranted(block=block)
            | BlockNotGranted(block=block)
            | BlockCarriedOver(block=block)
            | BlockSatisfied(block=block)
            | CreditFell(block=block)
            | CreditRestored(block=block)
            | BlockCertified(block=block)
        ):
            return f" {block}"
        case AdmissibilityDecided(admissible=admissible):
            return f" : {'recevable / admissible' if admissible else 'non recevable / not admissible'}"
        case DecisionRectified(rulings=rulings):
            return "".join(f" {each.competence}" for each in rulings)
        case SanctionPronounced(sanction=sanction):
            return f" : {sanction}"
        case (
            RegisterEntered(number=number)
            | TitleWithdrawn(number=number)
            | TitleReinstated(number=number)
            | CertificateIssued(number=number)
        ):
            return f" : n° {number}"
        case ReviewRequested(ground=ground):
            return f" : {GROUNDS[ground]}"
        case ReviewAnswered(accepted=accepted):
            return f" : {'acceptée / accepted' if accepted else 'rejetée / rejected'}"
        case CourtRuled(court=court, quashes=True):
            return f" : {court}, casse l'annulation / quashes the annulment"
        case CourtRuled(court=court, annuls=annuls):
            return f" : {court}, {'annule / annuls' if annuls else 'laisse subsister / lets stand'}"
        case CandidateReferred(rule=rule):
            return f" : {rule}"
        case DecisionVoted(majority=False):
            return " : sans majorité / no majority"
        case DecisionVoted(casting_vote=casting_vote):
            return f" : {'voix prépondérante / casting vote' if casting_vote else 'majorité / majority'}"
        case CandidateNotHeard(attendance=attendance):
            return f" : {attendance.value}"
        case RouteChanged(route=route):
            return f" : {route.value}"
        case LateDecisionAuthorised(ground=ground, cause=cause):
            return f" : {cause.value}, {ground}" if cause else f" : {ground}"
        case _:
            return ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else "—"
