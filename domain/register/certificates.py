"""Papers issued for a candidate's title and blocks: certificate, block certificates, duplicates, reissues.

A title or block (`obtained_on`) and the paper for it (`issued_on`) differ: a title is held from the jury's day, with
or without paper. The paper's holder is sealed with the register's own retention class, so that a duplicate can be
made after everything else about the person was erased. The holder's name is the identity on file at issuance: nobody
types it, and no rule reads it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self, assert_never
from uuid import UUID

from domain.candidacy.candidacy import Candidacy
from domain.fact import Personal, stream_of
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.framework.registration import LateCause, Obstacle, Registration
from domain.jury.access import run
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession
from domain.people.facts import IdentityCause
from domain.people.person import Person
from domain.ports import CandidacyId, Log, SessionId
from domain.refusal import Refused
from domain.register.facts import (
    BlockCertified,
    CertificateIssued,
    CertificateStruck,
    DuplicateIssued,
    Loss,
    PapersFact,
    RegisterEntered,
    ReissuedForCivilStatus,
    ReissuedForMaterialError,
)
from domain.register.register import Register


class NotHeld(Refused):
    """A paper is issued of what is held: a title in the register, or a block granted and made known."""

    fr = "Un document se délivre pour ce qui est détenu : un titre au registre, ou un bloc accordé et communiqué."


class PaperAlreadyIssued(Refused):
    """A paper is issued once: one that was lost is replaced by a duplicate, one of another civil status reissued."""

    fr = "Un document se délivre une fois : perdu, il a un duplicata ; l'état civil ayant changé, il est réédité."


class PaperNeverIssued(Refused):
    """Only a paper that was issued, and of which the title or block is still held, is duplicated or reissued."""

    fr = "On ne duplique ou réédite qu'un document délivré, dont le titre ou le bloc est toujours détenu."


class CivilStatusUnchanged(Refused):
    """A paper is reissued for a later change of civil status that two noted, if it bears no error to strike."""

    fr = (
        "Un document est réédité pour un changement d'état civil postérieur, constaté à deux, que personne n'a "
        "corrigé seul ensuite, s'il ne porte aucune erreur à radier."
    )


class NoMaterialError(Refused):
    """A paper is issued anew for a material error that two put right since, and nobody alone corrected after them."""

    fr = (
        "Un document est réédité pour erreur matérielle une fois celle-ci corrigée à deux, après sa délivrance, "
        "si personne n'a corrigé seul ensuite."
    )


class PaperMisdated(Refused):
    """A paper is issued from the day on which the results were made known, and not on a day that has not come."""

    fr = "Un document se délivre à partir de la communication des résultats, et pas un jour qui n'est pas venu."
    kind = "invalid"


class HolderUnnamed(Refused):
    """A paper names its holder by the identity on file: none is issued once that was erased."""

    fr = "Un document nomme son titulaire par l'identité qui figure au dossier : effacée, il n'en est plus délivré."


@dataclass(frozen=True, kw_only=True)
class RegisterHolding:
    """A candidate's current results: their entry in the register, and the juries with their decisions."""

    candidacy: Candidacy
    person: Person
    entry: RegisterEntered | None
    juries: tuple[tuple[JurySession, Deliberation], ...]
    registration: Registration
    framework: Definition

    def check_issuance(self, issued_on: date) -> None:
        """Refuse the certificate of a title after the last day of issuance, unless that was authorised."""
        if not self.candidacy.life.may_despite(Obstacle(cause=LateCause.ISSUANCE)):
            self.registration.check_issues(issued_on, self.framework)

    def title(self) -> tuple[int, JurySession]:
        """Return the number of the title and the session that pronounced it; raise NotHeld."""
        session = next((session for session, said in self._known() if said.title), None)
        if self.entry is None or session is None:
            raise NotHeld(self.candidacy.id)
        return self.entry.number, session

    @property
    def option_title(self) -> str | None:
        """The option of the title, as the register words it, if it has one."""
        return self.entry.option_title if self.entry else None

    def block(self, block: int) -> JurySession:
        """Return the session whose grant of a block counts; raise NotHeld."""
        if (session := self.won(block)) is None:
            raise NotHeld(block)
        return session

    def won(self, block: int) -> JurySession | None:
        """Return the session whose grant of a block counts, the first one released, or None."""
        granted = [(session, said) for session, said in self._known() if block in said.granted]
        granted.sort(key=lambda jury: jury[1].granted_since(block, jury[0], self.candidacy.id))
        return granted[0][0] if granted else None

    def _known(self) -> list[tuple[JurySession, Deliberation]]:
        return [(session, said) for session, said in self.juries if session.released_to(self.candidacy.id)]

    @property
    def holder(self) -> Personal[str]:
        """The name on file, for a paper; raises HolderUnnamed."""
        if self.person.name is None:
            raise HolderUnnamed(self.candidacy.id)
        return self.person.name


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One paper: its number or session, the number of its copies, and which identity it shows.

    `dated` is its own day, `issued_on` that of its last copy.
    """

    number: int | None
    session: SessionId | None
    corrections: int
    issued_on: date
    dated: date
    edition: int = 1
    copies: int = 0

    def since(self, held: RegisterHolding, cause: IdentityCause) -> bool:
        """Return whether two people corrected the identity for this cause after its issue, and none alone later."""
        since = held.person.causes[self.corrections :]
        return cause in since and since[-1] is not None


@dataclass(frozen=True, kw_only=True)
class Papers:
    """All papers issued for one candidacy; the title's under None, a block's under its number.

    They are in order of issue: a paper on something that was lost is valid again once that is in force again.
    `delivered` is the day on which the certificate of a title was issued, by the day on which it was obtained.
    """

    id: UUID
    version: int = 0
    of: dict[int | None, tuple[Paper, ...]] = field(default_factory=dict)
    delivered: dict[date, date] = field(default_factory=dict)

    @staticmethod
    def id_of(candidacy: CandidacyId) -> UUID:
        """Return the stream id of a candidacy's papers."""
        return stream_of("papers", candidacy)

    def certify(self, held: RegisterHolding, issued_on: date, today: date) -> CertificateIssued:
        """Issue the certificate of the title that is held, once."""
        number, session = held.title()
        if self._standing(held, None):
            raise PaperAlreadyIssued(number)
        _dated(session, held.candidacy.id, issued_on, today)
        held.check_issuance(issued_on)
        return CertificateIssued(
            candidacy=held.candidacy.id,
            number=number,
            obtained_on=session.opened_on or session.planned.held_on,
            issued_on=issued_on,
            corrections=held.person.corrections,
            holder=held.holder,
            born=held.person.born,
            option_title=held.option_title,
        )

    def certify_block(self, held: RegisterHolding, block: int, issued_on: date, today: date) -> BlockCertified:
        """Issue the certificate of a block that is held, once; it has no last day (`IssuanceOver`)."""
        session = held.block(block)
        if self._standing(held, block):
            raise PaperAlreadyIssued(block)
        _dated(session, held.candidacy.id, issued_on, today)
        return BlockCertified(
            candidacy=held.candidacy.id,
            block=block,
            session=session.id,
            obtained_on=session.opened_on or session.planned.held_on,
            issued_on=issued_on,
            corrections=held.person.corrections,
            holder=held.holder,
            born=held.person.born,
        )

    def duplicate(
        self, held: RegisterHolding, block: int | None, loss: Loss, issued_on: date, today: date
    ) -> DuplicateIssued:
        """Issue a duplicate of a lost paper, unchanged, even if all else about the holder was erased."""
        paper = self._issued(held, block, issued_on, today)
        return DuplicateIssued(
            candidacy=held.candidacy.id,
            block=block,
            number=paper.number,
            copy=paper.copies + 1,
            loss=loss,
            issued_on=issued_on,
            session=paper.session,
        )

    def reissue(
        self, held: RegisterHolding, block: int | None, issued_on: date, today: date
    ) -> ReissuedForCivilStatus:
        """Reissue a paper under its number, after a change of civil status that it does not show."""
        paper = self._issued(held, block, issued_on, today)
        misspelt = paper.since(held, IdentityCause.MATERIAL_ERROR)
        if misspelt or not paper.since(held, IdentityCause.CIVIL_STATUS):
            raise CivilStatusUnchanged(held.candidacy.id)
        return ReissuedForCivilStatus(
            candidacy=held.candidacy.id,
            block=block,
            number=paper.number,
            issued_on=issued_on,
            corrections=held.person.corrections,
            holder=held.holder,
            born=held.person.born,
            session=paper.session,
        )

    def replace_misspelt(
        self, held: RegisterHolding, block: int | None, issued_on: date, today: date
    ) -> tuple[ReissuedForMaterialError, CertificateStruck | None]:
        """Reissue a paper that had a material error, and strike the earlier one: for a title, in the register."""
        paper = self._issued(held, block, issued_on, today)
        if not paper.since(held, IdentityCause.MATERIAL_ERROR):
            raise NoMaterialError(held.candidacy.id)
        anew = ReissuedForMaterialError(
            candidacy=held.candidacy.id,
            block=block,
            number=paper.number,
            edition=paper.edition + 1,
            issued_on=issued_on,
            corrections=held.person.corrections,
            holder=held.holder,
            born=held.person.born,
            session=paper.session,
        )
        if paper.number is None:
            return anew, None
        return anew, CertificateStruck(
            number=paper.number,
            candidacy=held.candidacy.id,
            edition=paper.edition,
            issued_on=paper.dated,
            replacement=anew.edition,
            struck_on=issued_on,
        )

    def _standing(self, held: RegisterHolding, block: int | None) -> Paper | None:
        """Return the paper of a title or block that is held; None if earlier papers are for others, since lost."""
        now = (held.title()[0], None) if block is None else (None, held.block(block).id)
        return next((each for each in self.of.get(block, ()) if (each.number, each.session) == now), None)

    def _issued(self, held: RegisterHolding, block: int | None, issued_on: date, today: date) -> Paper:
        paper = self._standing(held, block)
        if paper is None:
            raise PaperNeverIssued(held.candidacy.id)
        if not paper.issued_on <= issued_on <= today:
            raise PaperMisdated(issued_on.isoformat())
        return paper

    def evolve(self, fact: PapersFact) -> Self:
        match fact:
            case CertificateIssued(number=number, obtained_on=obtained_on, issued_on=issued_on):
                issued = self._with(None, _new(fact, number=number))
                return replace(issued, delivered={obtained_on: issued_on} | self.delivered)
            case BlockCertified(block=block, session=session):
                return self._with(block, _new(fact, session=session))
            case DuplicateIssued(copy=copy, issued_on=issued_on):
                again = self._of(fact)
                return self._with(fact.block, replace(again, copies=copy, issued_on=issued_on)) if again else self
            case ReissuedForCivilStatus() | ReissuedForMaterialError():
                again = self._of(fact)
                if again is None:
                    return self
                anew = _new(fact, number=again.number, session=again.session)
                return self._with(fact.block, replace(anew, edition=again.edition + 1))
            case _:
                assert_never(fact)

    def _of(self, fact: DuplicateIssued | ReissuedForCivilStatus | ReissuedForMaterialError) -> Paper | None:
        """Return the paper that was issued again."""
        here = (fact.number, fact.session)
        return next((each for each in self.of.get(fact.block, ()) if (each.number, each.session) == here), None)

    def _with(self, block: int | None, paper: Paper) -> Self:
        """Return a copy with this paper in place of the one for the same thing, if there is one."""
        others = tuple(
            each for each in self.of.get(block, ()) if (each.number, each.session) != (paper.number, paper.session)
        )
        return replace(self, of={**self.of, block: (*others, paper)})


def _new(
    fact: CertificateIssued | BlockCertified | ReissuedForCivilStatus | ReissuedForMaterialError,
    *,
    number: int | None = None,
    session: SessionId | None = None,
) -> Paper:
    day = fact.issued_on
    return Paper(number=number, session=session, corrections=fact.corrections, issued_on=day, dated=day)


def _dated(session: JurySession, candidacy: CandidacyId, issued_on: date, today: date) -> None:
    known_on = session.known_on(candidacy)
    if known_on is None or not known_on <= issued_on <= today:
        raise PaperMisdated(issued_on.isoformat())


def held(log: Log, candidacy: CandidacyId) -> RegisterHolding:
    """Load the content of a paper, for an actor who manages the dossier.

    Loads the candidacy, its sessions and deliberations, the candidate, the framework, its register and its
    registration.
    """
    applied = run(log, candidacy)
    terms = applied.terms
    return RegisterHolding(
        candidacy=applied,
        person=log.load(Person, terms.candidate),
        entry=log.find(Register, Register.id_of(terms.framework)).entries.get(candidacy),
        juries=tuple(
            (log.load(JurySession, session), log.find(Deliberation, Deliberation.id_of(session, candidacy)))
            for session in applied.sessions
        ),
        registration=log.find(Registration, Registration.id_of(terms.framework)),
        framework=log.load(Framework, terms.framework).content,
    )
