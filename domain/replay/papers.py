"""Is it lawful that a paper was issued: of what is held, once, to whom the identity then known allowed?"""

from __future__ import annotations

from domain.candidacy.candidacy import Candidacy
from domain.commands.register.certify_block import CertifyBlock
from domain.commands.register.issue_certificate import IssueCertificate
from domain.commands.register.issue_duplicate import IssueDuplicate
from domain.commands.register.reissue_for_civil_status import ReissueForCivilStatus
from domain.fact import Fact, Personal, RecordedFact
from domain.framework.registration import Registration
from domain.jury.session import JurySession
from domain.people.person import Person
from domain.ports import CandidacyId
from domain.register.certificates import Held, Holder, Papers
from domain.register.facts import (
    BlockCertified,
    CertificateIssued,
    DuplicateIssued,
    PapersFact,
    ReissuedForCivilStatus,
)
from domain.register.register import Register
from domain.replay.known import SAID, Known, Origins, by, if_said, same


def issued(known: Known, fact: PapersFact, told: RecordedFact) -> bool:
    """Issue the paper again, never by its holder."""
    papers, held, day = known.get(Papers, told.stamp.stream), _held(known, fact.candidacy), told.stamp.on
    again: Fact
    match fact:
        case CertificateIssued(born=born):
            again = papers.certify(held, _holder(born), fact.issued_on, day)
        case BlockCertified(block=block, born=born):
            again = papers.certify_block(held, block, _holder(born), fact.issued_on, day)
        case DuplicateIssued(block=which, loss=loss):
            again = papers.duplicate(held, which, loss, fact.issued_on, day)
        case ReissuedForCivilStatus(block=which, born=born):
            again = papers.reissue(held, which, _holder(born), fact.issued_on, day)
    here = Papers.id_of(fact.candidacy) == told.stamp.stream
    return same(again, fact) and here and held.candidacy.terms.candidate not in known.oneself(told)


def _holder(born: Personal[str] | None) -> Holder:
    return Holder(name=SAID, born=if_said(born))


def _held(known: Known, candidacy: CandidacyId) -> Held:
    applied = known.get(Candidacy, candidacy)
    terms = applied.terms
    return Held(
        candidacy=applied,
        person=known.get(Person, terms.candidate),
        number=known.get(Register, Register.id_of(terms.framework)).number(candidacy),
        juries=tuple(
            (known.get(JurySession, session), known.decision(session, candidacy)) for session in applied.sessions
        ),
        registration=known.get(Registration, Registration.id_of(terms.framework)),
        framework=known.definition(terms),
    )


ORIGINS: Origins = {
    CertificateIssued: by(issued, IssueCertificate),
    BlockCertified: by(issued, CertifyBlock),
    DuplicateIssued: by(issued, IssueDuplicate),
    ReissuedForCivilStatus: by(issued, ReissueForCivilStatus),
}
