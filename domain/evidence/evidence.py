"""A piece of evidence after its submission: checked, redirected, withdrawn, replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self, assert_never

from domain.candidacy.candidacy import Candidacy, DossierFrozen, check_competences
from domain.candidacy.candidacy_life import BeingDecided, JuryProgress
from domain.candidacy.facts import EvidenceSubmitted
from domain.evidence.facts import (
    EvidenceCleared,
    EvidenceFact,
    EvidenceQuarantined,
    EvidenceRedirected,
    EvidenceRejected,
    EvidenceWithdrawn,
)
from domain.fact import Personal
from domain.framework.definition import Definition
from domain.ports import EvidenceId, PersonId, PieceId
from domain.refusal import NotFound, Refused
from domain.rulebook.evidence_rules import EvidenceCheck, EvidenceRules, PieceForm, Stock


class EvidenceAlreadySubmitted(Refused):
    """A piece of evidence is put in once: another file, or other competences, are another piece."""

    fr = "Une preuve ne se dépose qu'une fois : un autre fichier ou d'autres compétences sont une autre preuve."


class EvidenceAlreadyWithdrawn(Refused):
    """A withdrawn piece of evidence no longer counts for anything."""

    fr = "Une preuve retirée ne compte plus."


class EvidenceAlreadyReplaced(Refused):
    """A piece of evidence has one newer version at most: the next one replaces that one."""

    fr = "Une preuve n'a qu'une version plus récente : la suivante remplace celle-ci."


class Quarantined(Refused):
    """A piece of evidence in which a virus scanner found something is neither opened, filed nor used."""

    fr = "Une preuve dans laquelle un antivirus a trouvé quelque chose ne s'ouvre, ne se dépose ni ne sert."


class UnderCheck(Refused):
    """A piece under check is opened by its candidate only, and proves no block yet: come back in a moment."""

    fr = (
        "Une preuve en cours de vérification n'est ouverte que par son candidat, et ne justifie encore aucun bloc : "
        "revenez dans un instant."
    )


class RefusedAtCheck(Refused):
    """A piece that its check refused enters no file, and is opened by its candidate only: put in another."""

    fr = (
        "Une preuve refusée à la vérification n'entre dans aucun dossier, et n'est ouverte que par son candidat : "
        "déposez-en une autre."
    )


class AlreadyChecked(Refused):
    """What the check of a piece of evidence found is noted once."""

    fr = "Ce que la vérification d'une preuve a donné se note une fois."


class AlreadyScanned(Refused):
    """What a virus scanner found in a piece of evidence is noted once, until it finds otherwise."""

    fr = "Ce qu'un antivirus a trouvé dans une preuve se note une fois, tant qu'il ne trouve pas autre chose."


class FindingUnnamed(Refused):
    """A piece of evidence is refused, or goes into quarantine, under the name of what was found in it."""

    fr = "Une preuve est refusée, ou mise en quarantaine, sous le nom de ce qui y a été trouvé."
    kind = "invalid"


class ReplacedTooLate(Refused):
    """A filed piece of evidence that the check refused is replaced within the time that the rulebook gives."""

    fr = "Une preuve déposée, puis refusée à la vérification, se remplace dans le délai que donne le règlement."
    source = "the certifier's rulebook"
    source_fr = "le règlement du certificateur"


@dataclass(frozen=True, kw_only=True)
class ReceivedFile:
    """A file as the store received it: type by its first bytes, size in bytes, SHA-256 in hexadecimal, name as given.

    `form` says whether it is a file of the candidate's, or what the server made of what was sent.
    """

    media_type: str
    size: int
    digest: str
    name: str
    form: PieceForm = PieceForm.FILE


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One piece of evidence (preuve); its submission is recorded on its candidacy, which holds the set of pieces.

    `media_type` is the type found by the check, if accepted. `scanned` means that a virus scanner found nothing.
    `changed` is the version at which a person last redirected or withdrew it; checks do not change it.
    """

    id: EvidenceId
    version: int = 0
    changed: int = 0
    withdrawn: bool = False
    serves: tuple[int, ...] | None = None
    replaced_by: EvidenceId | None = None
    media_type: str | None = None
    scanned: bool = False
    reason: str | None = None
    quarantined: bool = False
    replace_by: date | None = None

    @property
    def inspected(self) -> bool:
        """True if the check accepted its file."""
        return self.media_type is not None

    @property
    def rejected(self) -> bool:
        """True if the check refused it, for a `reason`."""
        return self.reason is not None

    @property
    def out(self) -> bool:
        """True if it is withdrawn, refused or in quarantine: unless it was filed before, it then does not count."""
        return self.withdrawn or self.rejected or self.quarantined

    def check(self, form: PieceForm) -> EvidenceCheck:
        """Return the state of its check, given its form."""
        if self.quarantined:
            return EvidenceCheck.QUARANTINED
        if self.rejected:
            return EvidenceCheck.REFUSED
        return EvidenceCheck.CLEARED if self.inspected or form is not PieceForm.FILE else EvidenceCheck.PENDING

    def submit(
        self,
        candidacy: Candidacy,
        competences: tuple[int, ...],
        file: ReceivedFile,
        *,
        by: PersonId,
        of: Definition,
        replaces: EvidenceId | None = None,
        filed: bool = False,
        from_piece: PieceId | None = None,
    ) -> EvidenceSubmitted:
        """Submit this piece for competences of the framework, once: otherwise a frozen one could change."""
        if self.version or self.id in candidacy.evidence:
            raise EvidenceAlreadySubmitted(self.id)
        check_competences(competences, of)
        candidate = candidacy.terms.candidate
        return EvidenceSubmitted(
            evidence=self.id,
            submitted_by=by,
            competences=tuple(sorted(set(competences))),
            media_type=file.media_type,
            size=file.size,
            name=Personal(file.name, candidate),
            digest=Personal(file.digest, candidate),
            form=file.form,
            replaces=replaces,
            filed=filed,
            from_piece=from_piece,
        )

    def give_way(
        self, candidacy: Candidacy, proofs: frozenset[EvidenceId], newer: EvidenceId
    ) -> EvidenceWithdrawn | None:
        """Withdraw the piece for its newer version; a piece that is filed, or proves a block, is kept."""
        if self.id not in candidacy.evidence:
            raise NotFound(self.id)
        last = candidacy.evidence[self.id].replaced_by
        if last and not (self._unfit_in_the_file(candidacy) and last not in candidacy.frozen):
            raise EvidenceAlreadyReplaced(self.id)
        if self.withdrawn:
            raise EvidenceAlreadyWithdrawn(self.id)
        if self.id in candidacy.frozen | proofs:
            return None
        return EvidenceWithdrawn(candidacy=candidacy.id, replaced_by=newer)

    def gives_its_place(self, candidacy: Candidacy, juries: Callable[[], JuryProgress], today: date) -> bool:
        """Return whether a newer version replaces it in the validation file, since it was found unfit there.

        Raises ReplacedTooLate, or BeingDecided once a jury has started on the file.
        """
        if not self._unfit_in_the_file(candidacy):
            return False
        if self.replace_by is None or today > self.replace_by:
            raise ReplacedTooLate(self.id)
        if juries().taken_up:
            raise BeingDecided
        return True

    def _unfit_in_the_file(self, candidacy: Candidacy) -> bool:
        return self.id in candidacy.frozen and (self.rejected or self.quarantined)

    def redirect(self, candidacy: Candidacy, competences: tuple[int, ...], of: Definition) -> EvidenceRedirected:
        """Change the competences it serves, while it is neither filed, withdrawn, refused nor in quarantine."""
        self._changeable(candidacy)
        self.check_usable()
        check_competences(competences, of)
        return EvidenceRedirected(candidacy=candidacy.id, competences=tuple(sorted(set(competences))))

    def withdraw(
        self, candidacy: Candidacy, reason: str | None, proofs: frozenset[EvidenceId] = frozenset()
    ) -> EvidenceWithdrawn:
        """Withdraw the piece, while it is not filed, nor among the `proofs` on which a block rests."""
        self._changeable(candidacy)
        if self.id in proofs:
            raise DossierFrozen(self.id)
        return EvidenceWithdrawn(
            candidacy=candidacy.id, reason=Personal(reason, candidacy.terms.candidate) if reason else None
        )

    def clear(
        self, candidacy: Candidacy, scanner: str | None, media_type: str, pages: int | None, rules: EvidenceRules
    ) -> EvidenceCleared:
        """Record that the check found nothing against a piece of this type, which the rulebook must accept."""
        rules.left(Stock(pieces=0, size=0)).check_type(self._to_check(candidacy), media_type)
        return EvidenceCleared(candidacy=candidacy.id, scanner=scanner, media_type=media_type, pages=pages)

    def reject(self, candidacy: Candidacy, reason: str, rules: EvidenceRules, today: date) -> EvidenceRejected:
        """Record why the check refuses the piece; a filed one may be replaced for as long as the rulebook says."""
        self._to_check(candidacy)
        check_named(reason)
        return EvidenceRejected(
            candidacy=candidacy.id, reason=reason, replace_by=self._replaceable(candidacy, rules, today)
        )

    def _to_check(self, candidacy: Candidacy) -> PieceForm:
        """Return its form; refuse a piece whose check is over."""
        if self.id not in candidacy.evidence:
            raise NotFound(self.id)
        form = candidacy.evidence[self.id].form
        if self.check(form) is not EvidenceCheck.PENDING:
            raise AlreadyChecked(self.id)
        return form

    def scan(self, candidacy: Candidacy, scanner: str) -> EvidenceCleared:
        """Record that a scanner found nothing in a piece checked before, or in quarantine until then.

        A piece that was quarantined before any check ended is then under check again.
        """
        if self.id not in candidacy.evidence:
            raise NotFound(self.id)
        if self.rejected or (self.scanned and not self.quarantined):
            raise AlreadyScanned(self.id)
        if not (self.inspected or self.quarantined):
            raise UnderCheck(self.id)
        return EvidenceCleared(candidacy=candidacy.id, scanner=scanner)

    def quarantine(
        self, candidacy: Candidacy, finding: str, scanner: str, rules: EvidenceRules, today: date
    ) -> EvidenceQuarantined:
        """Record what a scanner found in it; a filed piece may be replaced for as long as the rulebook says."""
        if self.id not in candidacy.evidence:
            raise NotFound(self.id)
        if self.quarantined:
            raise AlreadyScanned(self.id)
        check_named(finding)
        by = self._replaceable(candidacy, rules, today)
        return EvidenceQuarantined(candidacy=candidacy.id, finding=finding, scanner=scanner, replace_by=by)

    def _replaceable(self, candidacy: Candidacy, rules: EvidenceRules, today: date) -> date | None:
        return rules.replace_by(today) if self.id in candidacy.frozen else None

    def proves(self, candidacy: Candidacy) -> bool:
        """Return whether a block may rest on it: not withdrawn, and its check found nothing; raise UnderCheck."""
        if self.check(candidacy.evidence[self.id].form) is EvidenceCheck.PENDING and not self.withdrawn:
            raise UnderCheck(self.id)
        return not self.out

    def check_usable(self) -> None:
        """Refuse a piece that the check refused, or that is in quarantine."""
        if self.quarantined:
            raise Quarantined(self.id)
        if self.rejected:
            raise RefusedAtCheck(self.id)

    def _changeable(self, candidacy: Candidacy) -> None:
        if self.id not in candidacy.evidence:
            raise NotFound(self.id)
        if self.id in candidacy.frozen:
            raise DossierFrozen(self.id)
        if self.withdrawn:
            raise EvidenceAlreadyWithdrawn(self.id)

    def evolve(self, fact: EvidenceFact) -> Self:
        match fact:
            case EvidenceRedirected(competences=competences):
                return replace(self, serves=competences, changed=self.version + 1)
            case EvidenceWithdrawn(replaced_by=newer):
                return replace(self, withdrawn=True, replaced_by=newer, changed=self.version + 1)
            case EvidenceCleared(scanner=scanner, media_type=media_type):
                return replace(
                    self,
                    media_type=media_type or self.media_type,
                    scanned=scanner is not None,
                    quarantined=False,
                    replace_by=None,
                )
            case EvidenceRejected(reason=reason, replace_by=by):
                return replace(self, reason=reason, replace_by=by)
            case EvidenceQuarantined(replace_by=by):
                return replace(self, quarantined=True, scanned=False, replace_by=by)
            case _:
                assert_never(fact)


def withdrawn_of(pieces: Iterable[Evidence]) -> frozenset[EvidenceId]:
    """Return which of these pieces were withdrawn and cannot be filed; refuse pieces that the check found unfit."""
    listed = tuple(pieces)
    for piece in listed:
        if not piece.withdrawn:
            piece.check_usable()
    return frozenset(piece.id for piece in listed if piece.withdrawn)


def check_named(finding: str) -> None:
    """Refuse a finding without a name."""
    if not finding.strip():
        raise FindingUnnamed
