"""Certificates, block certificates, duplicates and reissued papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from domain.appeal.facts import ComplaintGround
from domain.candidacy.candidacy import OwnWork
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.appeal.request_review import RequestReview
from domain.commands.candidacy.authorise_late_decision import AuthoriseLateDecision
from domain.commands.people.approve_identity_correction import ApproveIdentityCorrection
from domain.commands.people.correct_identity import CorrectIdentity
from domain.commands.people.propose_identity_correction import ProposeIdentityCorrection
from domain.commands.register.certify_block import CertifyBlock
from domain.commands.register.enter_register import EnterRegister
from domain.commands.register.issue_certificate import IssueCertificate
from domain.commands.register.issue_duplicate import IssueDuplicate
from domain.commands.register.reissue_for_civil_status import ReissueForCivilStatus
from domain.commands.register.reissue_for_material_error import ReissueForMaterialError
from domain.fact import Fact, Personal, Retention
from domain.framework.facts import FrameworkPublished, RegistrationEnded
from domain.framework.registration import IssuanceOver, LateCause, Registration
from domain.people.facts import (
    ErasureGround,
    IdentityCause,
    IdentityCorrected,
    IdentityCorrectionApproved,
    IdentityFact,
    PersonErased,
    Registered,
    RoleGranted,
)
from domain.people.identity import CivilDocument
from domain.people.person import CorrectedAlone, IdentityUnproved
from domain.ports import Command, PersonId, Role, SessionId
from domain.refusal import Forbidden, NotFound
from domain.register.certificates import (
    CivilStatusUnchanged,
    HolderUnnamed,
    NoMaterialError,
    NotHeld,
    PaperAlreadyIssued,
    PaperMisdated,
    PaperNeverIssued,
    Papers,
)
from domain.register.facts import (
    BlockCertified,
    CertificateIssued,
    CertificateStruck,
    DuplicateIssued,
    Loss,
    RegisterEntered,
    ReissuedForCivilStatus,
    ReissuedForMaterialError,
    TitleWithdrawn,
)
from domain.register.register import Register
from domain.replay.judge import replay
from domain.standing.disclosure import PAPERS, disclosed
from tests.given.domain.people import (
    AS_ADA,
    AS_MARIE,
    AS_NADIA,
    AS_RENEE,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    LATER_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    RENEWED,
    RENEWED_SEATS,
    RNCP31936,
    actor,
    annulled,
    as_reader,
    before_the_jury,
    ended,
    granted,
    heard,
    known,
    not_granted,
    opened,
    planned,
    pronounced,
    ruled,
    summoned,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At, Scenario

BORN = "12 mars 1990, Lyon"
CERTIFICATE = IssueCertificate(candidacy=MARIE_VAE)
BLOCK = CertifyBlock(candidacy=MARIE_VAE, block=3)
DUPLICATE = IssueDuplicate(candidacy=MARIE_VAE, loss=Loss.LOST)
REISSUE = ReissueForCivilStatus(candidacy=MARIE_VAE)
REPLACE = ReissueForMaterialError(candidacy=MARIE_VAE)
KEYED = CorrectIdentity(person=MARIE, name="Marie Exemple", born=BORN, document="Carte d'identité")
MARRIES = ProposeIdentityCorrection(
    person=MARIE,
    name="Marie Modèle",
    cause=IdentityCause.CIVIL_STATUS,
    seen=CivilDocument.MARRIAGE_RECORD,
    dated=date(2021, 5, 29),
    reason="Mariée le 29 mai.",
)
PUT_RIGHT = ProposeIdentityCorrection(
    person=MARIE,
    name="Marie Exemple",
    cause=IdentityCause.MATERIAL_ERROR,
    seen=CivilDocument.BIRTH_RECORD,
    dated=date(2021, 1, 4),
    reason="Exmeple sur le parchemin.",
)
AGREE = ApproveIdentityCorrection(person=MARIE)
ENTER = EnterRegister(candidacy=MARIE_VAE)


@pytest.fixture
def titled(scenario: Scenario) -> Scenario:
    scenario.given(*won(MARIE_VAE))
    scenario.when(ENTER, by=AS_RENEE)
    return scenario


@pytest.fixture
def partial(scenario: Scenario) -> Scenario:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(granted(MARIE_VAE, 1, 3), not_granted(MARIE_VAE, 2, 4), ended())
    return scenario


def court(session: SessionId, *, annuls: bool) -> NoteCourtRuling:
    """Annul a jury's decision by a court, or quash that annulment by a higher one."""
    return NoteCourtRuling(
        session=session,
        candidacy=MARIE_VAE,
        court="x",
        ruled_on=LATER_DAY,
        reference="x",
        annuls=annuls,
        quashes=not annuls,
    )


def lawful(scenario: Scenario) -> bool:
    kinds = (*PAPERS, *(kind for kind in get_args(IdentityFact) if kind is not Registered))
    ours = {told.stamp.position for told in scenario.store.told if isinstance(told.fact, kinds)}
    return not [found for found in replay(scenario.store.told) if found.position in ours]


def test_certificate_states_the_holder_the_day_obtained_and_the_day_issued(titled: Scenario) -> None:
    titled.when(KEYED, by=AS_RENEE)
    titled.when(replace(CERTIFICATE, issued_on=date(2021, 9, 1)), by=AS_RENEE, on=date(2021, 9, 3))
    titled.then(
        CertificateIssued(
            candidacy=MARIE_VAE,
            number=1,
            obtained_on=JURY_DAY,
            issued_on=date(2021, 9, 1),
            corrections=1,
            holder=Personal("Marie Exemple", MARIE),
            born=Personal(BORN, MARIE),
        )
    )
    assert lawful(titled)


def test_block_of_a_partial_validation_is_certified_once_as_granted(partial: Scenario) -> None:
    partial.when(BLOCK, by=AS_RENEE)
    partial.then(
        BlockCertified(
            candidacy=MARIE_VAE,
            block=3,
            session=JUNE,
            obtained_on=JURY_DAY,
            issued_on=JURY_DAY,
            corrections=0,
            holder=Personal("x", MARIE),
        )
    )
    partial.when(BLOCK, by=AS_RENEE)
    partial.then_refused(PaperAlreadyIssued, 3)
    assert lawful(partial)


@pytest.mark.parametrize("command", [CERTIFICATE, replace(BLOCK, block=2), replace(BLOCK, block=9)])
def test_title_or_block_that_is_not_held_cannot_be_certified(partial: Scenario, command: Command) -> None:
    partial.when(command, by=AS_RENEE)
    partial.then_refused(NotHeld)


def test_block_that_is_not_released_cannot_be_certified(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.given(granted(MARIE_VAE, 1, 3), ended(released=False))
    scenario.when(BLOCK, by=AS_RENEE)
    scenario.then_refused(NotHeld)


def test_title_that_is_not_in_the_register_cannot_be_certified(scenario: Scenario) -> None:
    scenario.given(*won(MARIE_VAE))
    scenario.when(CERTIFICATE, by=AS_RENEE)
    scenario.then_refused(NotHeld)


def test_certificate_is_issued_once_and_duplicated_at_each_loss(titled: Scenario) -> None:
    titled.when(DUPLICATE, by=AS_RENEE)
    titled.then_refused(PaperNeverIssued)
    titled.when(CERTIFICATE, by=AS_RENEE)
    titled.when(CERTIFICATE, by=AS_RENEE)
    titled.then_refused(PaperAlreadyIssued)
    for copy, loss in ((1, Loss.LOST), (2, Loss.STOLEN)):
        titled.when(replace(DUPLICATE, loss=loss), by=AS_RENEE)
        titled.then(
            DuplicateIssued(candidacy=MARIE_VAE, block=None, number=1, copy=copy, loss=loss, issued_on=JURY_DAY)
        )
    assert lawful(titled)


def test_duplicate_cannot_be_dated_before_the_previous_one(titled: Scenario) -> None:
    titled.when(CERTIFICATE, by=AS_RENEE)
    titled.when(DUPLICATE, by=AS_RENEE, on=date(2021, 9, 2))
    titled.then_recorded(DuplicateIssued)
    titled.when(replace(DUPLICATE, issued_on=date(2021, 9, 1)), by=AS_RENEE, on=date(2021, 9, 3))
    titled.then_refused(PaperMisdated)


def test_certificate_is_reissued_under_its_number_after_a_change_of_civil_status_by_two_people(
    titled: Scenario,
) -> None:
    titled.when(CERTIFICATE, by=AS_RENEE)
    titled.when(REISSUE, by=AS_RENEE)
    titled.then_refused(CivilStatusUnchanged)
    titled.when(replace(KEYED, name="Marie Modèle"), by=AS_RENEE)
    titled.when(REISSUE, by=AS_RENEE)
    titled.then_refused(CivilStatusUnchanged)
    titled.take_back(len(titled.store.told) - 1)
    titled.when(MARRIES, by=AS_RENEE)
    titled.when(REISSUE, by=AS_RENEE)
    titled.then_refused(CivilStatusUnchanged)
    titled.when(AGREE, by=AS_RENEE)
    titled.then_refused(CorrectedAlone, MARIE)
    titled.when(AGREE, by=AS_ADA)
    titled.then(
        IdentityCorrectionApproved(),
        IdentityCorrected(
            name=Personal("Marie Modèle", MARIE),
            document=Personal("acte de mariage, 2021-05-29", MARIE),
            cause=IdentityCause.CIVIL_STATUS,
        ),
    )
    titled.when(REISSUE, by=AS_RENEE)
    titled.then(
        ReissuedForCivilStatus(
            candidacy=MARIE_VAE,
            block=None,
            number=1,
            issued_on=JURY_DAY,
            corrections=1,
            holder=Personal("Marie Modèle", MARIE),
        )
    )
    titled.when(REISSUE, by=AS_RENEE)
    titled.then_refused(CivilStatusUnchanged)
    titled.when(DUPLICATE, by=AS_RENEE)
    assert titled.then_recorded(DuplicateIssued) == (
        DuplicateIssued(candidacy=MARIE_VAE, block=None, number=1, copy=1, loss=Loss.LOST, issued_on=JURY_DAY),
    )
    assert lawful(titled)


def test_block_certificate_is_reissued_and_duplicated(partial: Scenario) -> None:
    for command in (BLOCK, MARRIES, AGREE, replace(REISSUE, block=3), replace(DUPLICATE, block=3)):
        partial.when(command, by=AS_ADA if command is AGREE else AS_RENEE)
    partial.then_recorded(DuplicateIssued)
    partial.when(replace(DUPLICATE, block=1), by=AS_RENEE)
    partial.then_refused(PaperNeverIssued)
    assert lawful(partial)


def test_fallen_title_cannot_be_duplicated_and_a_title_won_again_has_its_own_certificate(titled: Scenario) -> None:
    titled.when(CERTIFICATE, by=AS_RENEE)
    ask = RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.PROCEDURAL, statement="x")
    titled.when(ask, by=AS_MARIE)
    titled.when_annulled(AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason="x"), by=AS_RENEE)
    assert isinstance(titled.store.told[-1].fact, TitleWithdrawn)
    for command in (DUPLICATE, CERTIFICATE):
        titled.when(command, by=AS_RENEE)
        titled.then_refused(NotHeld)
    titled.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    titled.given(granted(MARIE_VAE, 1, 2, 3, 4, session=MARCH), pronounced(MARIE_VAE, MARCH), ended(MARCH))
    titled.when(ENTER, by=AS_RENEE, on=LATER_DAY)
    titled.when(DUPLICATE, by=AS_RENEE, on=LATER_DAY)
    titled.then_refused(PaperNeverIssued)
    titled.when(CERTIFICATE, by=AS_RENEE, on=LATER_DAY)
    (issued,) = titled.then_recorded(CertificateIssued)
    assert isinstance(issued, CertificateIssued)
    assert (issued.number, issued.obtained_on) == (2, LATER_DAY)
    entered = [fact for fact in titled.store.facts(Register.id_of(FRAMEWORK)) if isinstance(fact, RegisterEntered)]
    assert [fact.number for fact in entered] == [1, 2]


def test_restored_title_keeps_its_own_papers_even_when_others_were_issued_since(titled: Scenario) -> None:
    """Nothing is certified twice: once June's title is restored under its number, its certificate is valid again."""
    certify: tuple[Command, ...] = (CERTIFICATE, BLOCK)
    for command in certify:
        titled.when(command, by=AS_RENEE)
    titled.when_annulled(court(JUNE, annuls=True), by=AS_RENEE, on=LATER_DAY)
    titled.given(planned(MARCH, seats=RENEWED_SEATS), *summoned(MARCH, MARIE_VAE), opened(MARCH, RENEWED))
    titled.given(heard(MARIE_VAE, MARCH, RENEWED), ruled(MARIE_VAE, ENOUGH, session=MARCH))
    titled.given(granted(MARIE_VAE, 1, 2, 3, 4, session=MARCH), pronounced(MARIE_VAE, MARCH), ended(MARCH))
    for command in (ENTER, *certify):
        titled.when(command, by=AS_RENEE, on=LATER_DAY)
    titled.then_recorded(BlockCertified)
    titled.when_annulled(court(MARCH, annuls=True), by=AS_RENEE, on=LATER_DAY)
    titled.when(court(JUNE, annuls=False), by=AS_RENEE, on=LATER_DAY)
    for command in certify:
        titled.when(command, by=AS_RENEE, on=LATER_DAY)
        titled.then_refused(PaperAlreadyIssued)
    for copy in (1, 2):
        titled.when(replace(DUPLICATE, block=3), by=AS_RENEE, on=LATER_DAY)
        (again,) = titled.then_recorded(DuplicateIssued)
        assert isinstance(again, DuplicateIssued)
        assert (again.session, again.copy) == (JUNE, copy)
    titled.when(DUPLICATE, by=AS_RENEE, on=LATER_DAY)
    (again,) = titled.then_recorded(DuplicateIssued)
    assert isinstance(again, DuplicateIssued)
    assert (again.number, again.copy, again.session) == (1, 1, None)
    assert lawful(titled)


def test_block_granted_by_two_juries_is_certified_as_granted_by_the_first_released(partial: Scenario) -> None:
    partial.given(*before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    partial.given(granted(MARIE_VAE, 3, session=MARCH), ended(MARCH))
    partial.when(BLOCK, by=AS_RENEE, on=LATER_DAY)
    (fact,) = partial.then_recorded(BlockCertified)
    assert isinstance(fact, BlockCertified)
    assert (fact.session, fact.obtained_on) == (JUNE, JURY_DAY)


def test_block_granted_again_by_another_jury_after_an_annulment_has_a_new_certificate(partial: Scenario) -> None:
    partial.when(BLOCK, by=AS_RENEE)
    partial.given(annulled(MARIE_VAE), *before_the_jury(MARIE_VAE, session=MARCH), heard(MARIE_VAE, MARCH))
    partial.given(granted(MARIE_VAE, 3, session=MARCH), ended(MARCH))
    partial.when(replace(DUPLICATE, block=3), by=AS_RENEE, on=LATER_DAY)
    partial.then_refused(PaperNeverIssued)
    partial.when(BLOCK, by=AS_RENEE, on=LATER_DAY)
    (issued,) = partial.then_recorded(BlockCertified)
    assert isinstance(issued, BlockCertified)
    assert (issued.session, issued.obtained_on) == (MARCH, LATER_DAY)


@pytest.mark.parametrize("day", [date(2021, 6, 14), date(2021, 6, 16)], ids=["before the release", "tomorrow"])
@pytest.mark.parametrize("command", [CERTIFICATE, BLOCK, DUPLICATE], ids=lambda each: type(each).__name__)
def test_paper_cannot_be_dated_before_the_release_or_in_the_future(
    titled: Scenario, command: IssueCertificate | CertifyBlock | IssueDuplicate, day: date
) -> None:
    if isinstance(command, IssueDuplicate):
        titled.when(CERTIFICATE, by=AS_RENEE)
    titled.when(replace(command, issued_on=day), by=AS_RENEE)
    titled.then_refused(PaperMisdated)


def test_paper_names_its_holder_by_the_identity_on_file_and_cannot_be_issued_once_it_is_erased(
    titled: Scenario,
) -> None:
    titled.when(KEYED, by=AS_RENEE)
    titled.when(replace(KEYED, name="Marie-Anne Exemple", born=None), by=AS_RENEE)
    titled.when(CERTIFICATE, by=AS_RENEE)
    (issued,) = titled.then_recorded(CertificateIssued)
    assert isinstance(issued, CertificateIssued)
    assert (issued.holder, issued.born) == (Personal("Marie-Anne Exemple", MARIE), Personal(BORN, MARIE))
    titled.given(At(MARIE, (PersonErased(retention=Retention.CIVIL_PROOF, ground=ErasureGround.REQUEST),)))
    titled.when(BLOCK, by=AS_RENEE)
    titled.then_recorded(BlockCertified)
    titled.take_back()
    titled.given(At(MARIE, (PersonErased(retention=Retention.IDENTITY, ground=ErasureGround.REQUEST),)))
    titled.when(BLOCK, by=AS_RENEE)
    titled.then_refused(HolderUnnamed, MARIE_VAE)
    titled.when(DUPLICATE, by=AS_RENEE)
    titled.then_recorded(DuplicateIssued)
    titled.when(KEYED, by=AS_RENEE)
    titled.when(BLOCK, by=AS_RENEE)
    titled.then_recorded(BlockCertified)
    assert lawful(titled)


def test_misspelt_certificate_is_replaced_and_struck_after_a_correction_by_two_people(
    titled: Scenario,
) -> None:
    titled.when(CERTIFICATE, by=AS_RENEE)
    titled.when(DUPLICATE, by=AS_RENEE, on=date(2021, 6, 20))
    for alone in (KEYED, PUT_RIGHT):
        titled.when(alone, by=AS_RENEE)
        titled.when(REPLACE, by=AS_RENEE, on=date(2021, 6, 20))
        titled.then_refused(NoMaterialError)
    titled.when(AGREE, by=AS_ADA)
    titled.when(MARRIES, by=AS_RENEE)
    titled.when(AGREE, by=AS_ADA)
    titled.when(REISSUE, by=AS_RENEE, on=date(2021, 6, 20))
    titled.then_refused(CivilStatusUnchanged)
    late = date(2021, 7, 1)
    titled.when(REPLACE, by=AS_RENEE, on=late)
    anew = ReissuedForMaterialError(
        candidacy=MARIE_VAE,
        block=None,
        number=1,
        edition=2,
        issued_on=late,
        corrections=3,
        holder=Personal("Marie Modèle", MARIE),
        born=Personal(BORN, MARIE),
    )
    titled.then(
        anew,
        CertificateStruck(
            number=1, candidacy=MARIE_VAE, edition=1, issued_on=JURY_DAY, replacement=2, struck_on=late
        ),
    )
    struck = titled.store.facts(Register.id_of(FRAMEWORK))[-1]
    assert titled.forged(Papers.id_of(MARIE_VAE), anew, by=AS_RENEE, on=late) == ["no-material-error"]
    assert titled.forged(Register.id_of(FRAMEWORK), struck, by=AS_RENEE, on=late) != []
    for again, refusal in ((REPLACE, NoMaterialError), (REISSUE, CivilStatusUnchanged)):
        titled.when(again, by=AS_RENEE, on=late)
        titled.then_refused(refusal)
    titled.when(DUPLICATE, by=AS_RENEE, on=late)
    (copy,) = titled.then_recorded(DuplicateIssued)
    assert isinstance(copy, DuplicateIssued)
    assert (copy.number, copy.copy) == (1, 1)
    assert lawful(titled)


@pytest.mark.parametrize(
    ("agreed", "paper", "kinds"),
    [
        ((PUT_RIGHT, AGREE), REPLACE, (ReissuedForMaterialError, CertificateStruck)),
        ((PUT_RIGHT, AGREE, MARRIES, AGREE), REPLACE, (ReissuedForMaterialError, CertificateStruck)),
        ((MARRIES, AGREE), REISSUE, (ReissuedForCivilStatus,)),
    ],
    ids=["two people put it right", "and a marriage followed", "a marriage"],
)
def test_later_correction_by_one_person_alone_leads_to_no_other_paper(
    titled: Scenario, agreed: tuple[Command, ...], paper: Command, kinds: tuple[type[Fact], ...]
) -> None:
    """ADR 27: a correction by one person never leads to another paper; one by two people does."""
    titled.when(CERTIFICATE, by=AS_RENEE)
    for command in agreed:
        titled.when(command, by=AS_ADA if command is AGREE else AS_RENEE)
    titled.when(paper, by=AS_RENEE)
    anew = titled.then_recorded(*kinds)[0]
    titled.take_back()
    titled.when(replace(KEYED, name="Somebody Else"), by=AS_RENEE)
    for each, refusal in ((REPLACE, NoMaterialError), (REISSUE, CivilStatusUnchanged)):
        titled.when(each, by=AS_RENEE)
        titled.then_refused(refusal)
        if each is paper:
            assert titled.forged(Papers.id_of(MARIE_VAE), anew, by=AS_RENEE) == [refusal.slug()]
    for command in agreed:
        titled.when(command, by=AS_ADA if command is AGREE else AS_RENEE)
    titled.when(paper, by=AS_RENEE)
    titled.then_recorded(*kinds)
    assert lawful(titled)


def test_misspelt_block_certificate_is_replaced_without_a_register_entry(partial: Scenario) -> None:
    for command, by in ((BLOCK, AS_RENEE), (PUT_RIGHT, AS_RENEE), (AGREE, AS_ADA)):
        partial.when(command, by=by)
    partial.when(replace(REPLACE, block=1), by=AS_RENEE)
    partial.then_refused(PaperNeverIssued)
    partial.when(replace(REPLACE, block=3), by=AS_RENEE)
    (anew,) = partial.then_recorded(ReissuedForMaterialError)
    assert isinstance(anew, ReissuedForMaterialError)
    assert (anew.block, anew.session, anew.number, anew.edition) == (3, JUNE, None, 2)
    assert lawful(partial)


@pytest.mark.parametrize(
    "command", [CERTIFICATE, BLOCK, DUPLICATE, REISSUE, REPLACE], ids=lambda each: type(each).__name__
)
def test_papers_cannot_be_issued_by_the_candidate_or_by_a_registrar_for_themselves(
    titled: Scenario, command: Command
) -> None:
    titled.when(command, by=AS_MARIE)
    titled.then_refused(Forbidden)
    titled.given(At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    titled.when(command, by=actor(MARIE, Role.REGISTRAR))
    titled.then_refused(OwnWork)


def test_identity_is_corrected_only_with_a_name_a_document_and_by_another_person(scenario: Scenario) -> None:
    scenario.when(replace(KEYED, document=" "), by=AS_RENEE)
    scenario.then_refused(IdentityUnproved)
    scenario.when(replace(KEYED, name=" "), by=AS_ADA)
    scenario.then_refused(IdentityUnproved)
    scenario.when(replace(KEYED, person=PersonId(known("nobody"))), by=AS_ADA)
    scenario.then_refused(NotFound)
    scenario.when(KEYED, by=AS_MARIE)
    scenario.then_refused(Forbidden)
    scenario.given(At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(KEYED, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork, MARIE)


def test_papers_are_hidden_from_jurors(titled: Scenario) -> None:
    titled.when(CERTIFICATE, by=AS_RENEE)
    assert any(isinstance(told.fact, PAPERS) for told in disclosed(as_reader(AS_MARIE), titled.store.told))
    assert not any(isinstance(told.fact, PAPERS) for told in disclosed(as_reader(AS_NADIA), titled.store.told))


def test_replay_finds_a_forged_paper(titled: Scenario) -> None:
    titled.when(CERTIFICATE, by=AS_RENEE)
    *told, last = titled.store.told

    def verdict(**changes: object) -> list[str]:
        changed = replace(last, fact=replace(last.fact, **changes))
        return [each.rule for each in replay([*told, changed]) if each.position == last.stamp.position]

    assert verdict() == []
    assert verdict(number=2) == ["decided-otherwise"]
    assert verdict(obtained_on=date(2020, 1, 1)) == ["decided-otherwise"]
    assert verdict(issued_on=LATER_DAY) == ["paper-misdated"]
    assert verdict(corrections=1) == ["decided-otherwise"]


def test_certificate_cannot_be_issued_after_the_last_day_of_issuance_unless_authorised(titled: Scenario) -> None:
    """The register's date limite de délivrance differs from the registration's end (ambiguity A18)."""
    ended_ = RegistrationEnded(
        framework=FRAMEWORK, ends_on=date(2021, 8, 1), ground="arrêté", issuance_ends_on=date(2021, 9, 30)
    )
    titled.given(At(Registration.id_of(FRAMEWORK), (ended_,)))
    titled.when(CERTIFICATE, by=AS_RENEE, on=date(2021, 10, 1))
    titled.then_refused(IssuanceOver)
    authorise = AuthoriseLateDecision(candidacy=MARIE_VAE, cause=LateCause.END, ground="L6113-9")
    titled.when(authorise, by=AS_RENEE, on=date(2021, 10, 1))
    titled.when(CERTIFICATE, by=AS_RENEE, on=date(2021, 10, 1))
    titled.then_refused(IssuanceOver)
    titled.when(replace(authorise, cause=LateCause.ISSUANCE), by=AS_RENEE, on=date(2021, 10, 1))
    titled.when(CERTIFICATE, by=AS_RENEE, on=date(2021, 10, 1))
    titled.then_recorded(CertificateIssued)
    assert lawful(titled)


def test_certificate_is_issued_until_the_last_day_of_issuance_after_the_registration_ended(titled: Scenario) -> None:
    ended_ = RegistrationEnded(
        framework=FRAMEWORK, ends_on=date(2021, 8, 1), ground="arrêté", issuance_ends_on=date(2021, 9, 30)
    )
    titled.given(At(Registration.id_of(FRAMEWORK), (ended_,)))
    titled.when(CERTIFICATE, by=AS_RENEE, on=date(2021, 9, 30))
    titled.then_recorded(CertificateIssued)
    assert lawful(titled)


def test_last_day_of_issuance_on_the_sheet_applies_to_certificates_but_not_to_block_certificates(
    titled: Scenario,
) -> None:
    """A block certificate attests what is held, whenever it is requested."""
    dated = replace(RNCP31936, registration=replace(RNCP31936.registration, last_issuance_on=date(2021, 12, 31)))
    titled.given(At(FRAMEWORK, (FrameworkPublished(definition=dated),)))
    late = date(2022, 1, 1)
    titled.when(CERTIFICATE, by=AS_RENEE, on=late)
    titled.then_refused(IssuanceOver)
    titled.when(CERTIFICATE, by=AS_RENEE, on=date(2021, 12, 31))
    titled.then_recorded(CertificateIssued)
    assert lawful(titled)
    *told, last = titled.store.told
    assert isinstance(last.fact, CertificateIssued)
    forged = replace(last, fact=replace(last.fact, issued_on=late), stamp=replace(last.stamp, on=late))
    assert [each.rule for each in replay([*told, forged]) if each.position == last.stamp.position] == [
        "issuance-over"
    ]
    titled.when(CertifyBlock(candidacy=MARIE_VAE, block=1), by=AS_RENEE, on=late)
    titled.then_recorded(BlockCertified)
    assert lawful(titled)
