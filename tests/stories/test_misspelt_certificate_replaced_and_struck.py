"""Marie's certificate says "Exmeple": the name was keyed wrongly, and nobody noticed before it was printed.

The name on a certificate is that of the identity on file: nobody types it. So the file is corrected first. Renée
records how the name reads on Marie's passport; Rose, who saw it too, approves, and Renée may not do so alone (RGPD,
art. 16: inaccurate data are corrected). Then a second edition is issued under the same number, and the register says
that the first is struck and which edition replaces it. Meanwhile Marie has married: the edition has her current name.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.commands.people.approve_identity_correction import ApproveIdentityCorrection
from domain.commands.people.correct_identity import CorrectIdentity
from domain.commands.people.propose_identity_correction import ProposeIdentityCorrection
from domain.commands.register.issue_certificate import IssueCertificate
from domain.commands.register.issue_duplicate import IssueDuplicate
from domain.commands.register.reissue_for_civil_status import ReissueForCivilStatus
from domain.commands.register.reissue_for_material_error import ReissueForMaterialError
from domain.fact import Personal, RecordedFact
from domain.people.facts import IdentityCause
from domain.people.identity import CivilDocument
from domain.people.person import CorrectedAlone
from domain.ports import Role
from domain.register.certificates import CivilStatusUnchanged, NoMaterialError
from domain.register.facts import (
    CertificateIssued,
    CertificateStruck,
    DuplicateIssued,
    Loss,
    RegisterEntered,
    ReissuedForMaterialError,
)
from domain.register.register import Register
from domain.standing.effective_date import true_on
from tests.given.domain.people import (
    AS_ADA,
    AS_MARIE,
    AS_RENEE,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    MARIE,
    MARIE_VAE,
    PANEL,
    actor,
    person,
    planned,
    registered,
    vae_filed,
)
from tests.given.stories.after_the_jury import Story, days_later, story

__all__ = ["story"]

ROSE = person("rose")
AS_ROSE = actor(ROSE, Role.REGISTRAR)
ISSUED, SEEN, AGAIN = days_later(30), days_later(60), days_later(61)
PUT_RIGHT = ProposeIdentityCorrection(
    person=MARIE,
    name="Marie Exemple",
    cause=IdentityCause.MATERIAL_ERROR,
    seen=CivilDocument.PASSPORT,
    dated=date(2019, 5, 2),
    reason="Le parchemin dit Exmeple.",
)
REPLACE = ReissueForMaterialError(candidacy=MARIE_VAE)


def misspelt(story: Story) -> int:
    """Key Marie's name wrongly, enter her title and issue its certificate; return the position where the story
    begins.
    """
    story.given(*vae_filed(MARIE_VAE), planned(JUNE), registered(ROSE, Role.REGISTRAR))
    start = len(story.store.told)
    keyed = CorrectIdentity(
        person=MARIE, name="Marie Exmeple", born="12 mars 1990, Lyon", document="Carte d'identité"
    )
    story.done(keyed, AS_RENEE)
    story.sits(JUNE, PANEL, MARIE_VAE, ENOUGH, title=True)
    (issued,) = story.done(IssueCertificate(candidacy=MARIE_VAE), AS_RENEE, ISSUED)
    assert isinstance(issued, CertificateIssued)
    assert issued.holder == Personal("Marie Exmeple", MARIE)
    return start


def test_misspelt_certificate_is_struck_and_replaced_once_two_people_correct_the_name(story: Story) -> None:
    start = misspelt(story)

    # a correction by one person alone allows no new certificate
    alone = CorrectIdentity(person=MARIE, name="Marie Exemple", document="Passeport")
    story.done(alone, AS_RENEE, SEEN)
    for again, refusal in (
        (REPLACE, NoMaterialError),
        (ReissueForCivilStatus(candidacy=MARIE_VAE), CivilStatusUnchanged),
    ):
        story.when(again, by=AS_RENEE, on=SEEN)
        story.then_refused(refusal)

    story.done(PUT_RIGHT, AS_RENEE, SEEN)
    story.when(ApproveIdentityCorrection(person=MARIE), by=AS_RENEE, on=SEEN)
    story.then_refused(CorrectedAlone)
    story.done(ApproveIdentityCorrection(person=MARIE), AS_ROSE, AGAIN)
    anew, struck = story.done(REPLACE, AS_RENEE, AGAIN)
    assert isinstance(anew, ReissuedForMaterialError)
    assert (anew.number, anew.edition, anew.holder) == (1, 2, Personal("Marie Exemple", MARIE))
    assert anew.born == Personal("12 mars 1990, Lyon", MARIE), "of which nothing was misspelt"

    # the title keeps its day and its number; its first certificate is struck
    entered = RegisterEntered(
        number=1, candidacy=MARIE_VAE, candidate=MARIE, framework=FRAMEWORK, obtained_on=JURY_DAY
    )
    assert story.store.facts(Register.id_of(FRAMEWORK)) == [entered, struck]
    assert struck == CertificateStruck(
        number=1, candidacy=MARIE_VAE, edition=1, issued_on=ISSUED, replacement=2, struck_on=AGAIN
    )
    assert story.stands(MARIE_VAE).title_on == JURY_DAY
    assert {"ReissuedForMaterialError", "CertificateStruck"} <= story.shown(MARIE_VAE, AS_MARIE)
    assert [kinds(story, day) for day in (SEEN, AGAIN)] == [set(), {"CertificateStruck", "ReissuedForMaterialError"}]

    # when lost, it is duplicated with its current text; when misspelt again, a third edition strikes the second
    (copy,) = story.done(IssueDuplicate(candidacy=MARIE_VAE, loss=Loss.LOST), AS_RENEE, days_later(800))
    assert isinstance(copy, DuplicateIssued)
    assert copy.copy == 1
    story.done(PUT_RIGHT, AS_ROSE, days_later(900))
    story.done(ApproveIdentityCorrection(person=MARIE), AS_ADA, days_later(901))
    _, third = story.done(REPLACE, AS_RENEE, days_later(901))
    assert isinstance(third, CertificateStruck)
    assert (third.edition, third.issued_on, third.replacement) == (2, AGAIN, 3)
    assert story.unlawful(after=start) == []


def test_replacement_of_a_misspelt_certificate_has_the_married_name(
    story: Story,
) -> None:
    start = misspelt(story)
    story.done(PUT_RIGHT, AS_RENEE, SEEN)
    story.done(ApproveIdentityCorrection(person=MARIE), AS_ROSE, SEEN)
    married = replace(
        PUT_RIGHT,
        name="Marie Modèle",
        cause=IdentityCause.CIVIL_STATUS,
        seen=CivilDocument.MARRIAGE_RECORD,
        dated=SEEN,
    )
    story.done(married, AS_RENEE, AGAIN)
    story.done(ApproveIdentityCorrection(person=MARIE), AS_ROSE, AGAIN)
    story.when(ReissueForCivilStatus(candidacy=MARIE_VAE), by=AS_RENEE, on=AGAIN)
    story.then_refused(CivilStatusUnchanged)
    anew, struck = story.done(REPLACE, AS_RENEE, AGAIN)
    assert isinstance(anew, ReissuedForMaterialError)
    assert anew.holder == Personal("Marie Modèle", MARIE)
    assert isinstance(struck, CertificateStruck)
    assert story.unlawful(after=start) == []


def kinds(story: Story, day: date) -> set[str]:
    """Return the kinds of facts about the replacement that were true on a day."""
    told: list[RecordedFact] = true_on(day, story.dossier(MARIE_VAE))
    said = (CertificateStruck, ReissuedForMaterialError)
    return {type(each.fact).__name__ for each in told if isinstance(each.fact, said)}
