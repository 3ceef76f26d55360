"""Is what comes before the jury lawful: the candidacy, its evidence?"""

from __future__ import annotations

from domain.candidacy.candidacy import Candidacy, Opening
from domain.candidacy.candidacy_life import sought
from domain.candidacy.credit import Credit
from domain.candidacy.facts import (
    AdmissibilityDecided,
    CandidacyOpened,
    CandidateSummoned,
    EvidenceSubmitted,
    ValidationFileSubmitted,
)
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.evidence.clear_evidence import ClearEvidence
from domain.commands.evidence.note_scan import NoteScan
from domain.commands.evidence.redirect_evidence import RedirectEvidence
from domain.commands.evidence.reject_evidence import RejectEvidence
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.commands.evidence.withdraw_evidence import WithdrawEvidence
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.evidence.allowance import check_room
from domain.evidence.evidence import Evidence, Received, withdrawn_of
from domain.evidence.facts import (
    EvidenceCleared,
    EvidenceQuarantined,
    EvidenceRedirected,
    EvidenceRejected,
    EvidenceWithdrawn,
)
from domain.fact import Fact, RecordedFact
from domain.jury.session import JurySession
from domain.ports import CandidacyId, EvidenceId
from domain.replay.journeys import admitted, course, silent
from domain.replay.known import SAID, Known, Origins, by, if_said, same, who
from domain.rulebook.rulebook import Rulebook


def opened(known: Known, fact: CandidacyOpened, told: RecordedFact) -> bool:
    """Open the candidacy again, on that day, under the newest rulebook."""
    opening = Opening(
        candidate=fact.candidate,
        framework=fact.framework,
        rulebook=fact.rulebook,
        route=fact.route,
        opened_on=told.stamp.on,
        blocks=sought(fact.blocks, known.definition(fact)),
    )
    admitted(known, CandidacyId(told.stamp.stream), opening, told)
    rules = known.get(Rulebook, fact.rulebook).content
    rules.check_suits(known.definition(fact))
    ours = rules.certifier == known.definition(fact).certifier
    newest = not known.rulebook_version(rules.certifier, rules.version + 1)
    expected = Candidacy.id_of(fact.candidate, fact.framework, fact.route)
    again = known.get(Candidacy, told.stamp.stream).open(opening)
    return ours and newest and told.stamp.stream == expected and again == fact and known.own(told, fact.candidate)


def admissibility_decided(known: Known, fact: AdmissibilityDecided, told: RecordedFact) -> bool:
    """Decide the admissibility again, by who is not the candidate."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    again = candidacy.decide_admissibility(
        fact.admissible,
        fact.file_received_on,
        if_said(fact.reason),
        by=who(told.stamp.by),
        today=told.stamp.on,
        admits_from=known.definition(candidacy.terms).registration.admits_from,
        silence=silent(known, candidacy),
    )
    return same(again, fact) and candidacy.terms.candidate not in known.oneself(told)


def submitted(known: Known, fact: EvidenceSubmitted, told: RecordedFact) -> bool:
    """Put the piece in again, where the rulebook leaves room for it; what it replaces has given way just before."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    file = Received(
        media_type=fact.media_type,
        size=fact.size,
        digest=SAID,
        name=SAID,
        form=fact.form,
    )
    again = known.get(Evidence, fact.evidence).submit(
        candidacy,
        fact.competences,
        file,
        by=who(told.stamp.by),
        of=known.definition(candidacy.terms),
        replaces=fact.replaces,
        filed=_takes_its_place(known, fact, candidacy, told),
    )
    rules = known.get(Rulebook, candidacy.terms.rulebook).content.evidence
    check_room(known.get_all, candidacy, rules, again, gone=_gone(known, fact))
    return same(again, fact) and known.own(told, candidacy.terms.candidate) and _gave_way(known, fact, candidacy)


def _takes_its_place(known: Known, fact: EvidenceSubmitted, candidacy: Candidacy, told: RecordedFact) -> bool:
    """Whether this piece is filed in the place of the one that it replaces."""
    if fact.replaces is None:
        return False
    older = known.get(Evidence, fact.replaces)
    return older.gives_its_place(candidacy, lambda: course(known, candidacy), told.stamp.on)


def _gone(known: Known, fact: EvidenceSubmitted) -> EvidenceId | None:
    """The piece that was withdrawn for this one, which takes its place."""
    if fact.replaces is None or known.get(Evidence, fact.replaces).replaced_by != fact.evidence:
        return None
    return fact.replaces


def _gave_way(known: Known, fact: EvidenceSubmitted, candidacy: Candidacy) -> bool:
    """Whether the piece of this dossier that this one replaces was withdrawn for it, or stays as it may not be."""
    if fact.replaces is None:
        return True
    if _gone(known, fact):
        return fact.replaces in candidacy.evidence
    older = known.get(Evidence, fact.replaces)
    return older.give_way(candidacy, _proofs(known, candidacy), fact.evidence) is None


def _proofs(known: Known, candidacy: Candidacy) -> frozenset[EvidenceId]:
    return known.get(Credit, Credit.id_of(candidacy.id)).proofs


def filed(known: Known, fact: ValidationFileSubmitted, told: RecordedFact) -> bool:
    """File the validation file again, without what was withdrawn."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    candidacy.enrolment.check_accepted(known.get(Rulebook, candidacy.terms.rulebook).content.enrolment)
    withdrawn = withdrawn_of(known.get(Evidence, piece) for piece in fact.evidence)
    again = candidacy.file(fact.evidence, withdrawn, course(known, candidacy), told.stamp.on)
    return again == fact and known.own(told, candidacy.terms.candidate)


def summoned(known: Known, fact: CandidateSummoned, told: RecordedFact) -> bool:
    """The other half of CandidateListed, on the candidacy: once, and by nobody on their own."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    ran = candidacy.terms.candidate not in known.oneself(told) and fact.session not in candidacy.sessions
    return ran and told.stamp.stream in known.get(JurySession, fact.session).listed


def changed(known: Known, fact: EvidenceRedirected | EvidenceWithdrawn, told: RecordedFact) -> bool:
    """Redirect or withdraw the piece again, or let it give way to a newer version."""
    candidacy = known.get(Candidacy, fact.candidacy)
    piece = known.get(Evidence, told.stamp.stream)
    again: Fact | None
    match fact:
        case EvidenceRedirected(competences=competences):
            again = piece.redirect(candidacy, competences, known.definition(candidacy.terms))
        case EvidenceWithdrawn(replaced_by=None):
            again = piece.withdraw(candidacy, if_said(fact.reason), _proofs(known, candidacy))
        case EvidenceWithdrawn(replaced_by=newer):
            again = piece.give_way(candidacy, _proofs(known, candidacy), newer) if newer else None
    return again is not None and same(again, fact) and known.own(told, candidacy.terms.candidate)


def checked(known: Known, fact: EvidenceCleared | EvidenceRejected | EvidenceQuarantined, told: RecordedFact) -> bool:
    """Note again what the check, or a later scan, found in a piece of this very dossier."""
    candidacy = known.get(Candidacy, fact.candidacy)
    rules = known.get(Rulebook, candidacy.terms.rulebook).content.evidence
    piece = known.get(Evidence, told.stamp.stream)
    again: Fact
    match fact:
        case EvidenceCleared(scanner=scanner, media_type=None):
            again = piece.scan(candidacy, scanner or "")
        case EvidenceCleared(scanner=scanner, media_type=media_type):
            again = piece.clear(candidacy, scanner, media_type or "", fact.pages, rules)
        case EvidenceRejected(reason=reason):
            again = piece.reject(candidacy, reason, rules, told.stamp.on)
        case EvidenceQuarantined(finding=finding, scanner=scanner):
            again = piece.quarantine(candidacy, finding, scanner, rules, told.stamp.on)
    return again == fact


ORIGINS: Origins = {
    CandidacyOpened: by(opened, OpenCandidacy),
    AdmissibilityDecided: by(admissibility_decided, DecideAdmissibility),
    EvidenceSubmitted: by(submitted, SubmitEvidence),
    ValidationFileSubmitted: by(filed, SubmitValidationFile),
    CandidateSummoned: by(summoned, SummonCandidate),
    EvidenceRedirected: by(changed, RedirectEvidence),
    EvidenceWithdrawn: by(changed, WithdrawEvidence, SubmitEvidence),
    EvidenceCleared: by(checked, ClearEvidence, NoteScan),
    EvidenceRejected: by(checked, RejectEvidence),
    EvidenceQuarantined: by(checked, NoteScan),
}
