"""Fictitious people, a small version of RNCP 31936, and unfinished dossiers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import NAMESPACE_DNS, UUID, uuid5

from domain.assessment.assessment import Assessment
from domain.assessment.facts import AssessmentFiled, CompetenceAssessed
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import (
    AdmissibilityDecided,
    AssessorAssigned,
    CandidacyOpened,
    CandidateSummoned,
    EvidenceSubmitted,
    ValidationFileSubmitted,
)
from domain.evidence.facts import EvidenceCleared
from domain.fact import Fact, Personal, RecordedFact
from domain.framework.block_rule import BlockRule
from domain.framework.definition import Block, Competence, Definition, Modality, RegistrationDates, Route, RouteRow
from domain.framework.facts import FrameworkPublished, RouteOpened
from domain.framework.framework import Framework
from domain.framework.jury_rule import Balance, BalanceScope, JuryRule, Quality, Sex
from domain.framework.scale import Mark
from domain.jury.annulled_decision import Cause
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    BlockGranted,
    BlockNotGranted,
    CandidateArrived,
    CandidateListed,
    CompetenceRuled,
    DecisionAnnulled,
    DecisionVoted,
    DeliberationOpened,
    JurorAppointed,
    JurorRecused,
    MemberSignedIn,
    MinutesSigned,
    ResultsReleased,
    SessionClosed,
    SessionOpened,
    SessionPlanned,
    TitlePronounced,
)
from domain.jury.session import JurySession
from domain.organisation.certifiers import Certifiers
from domain.organisation.facts import CertifierNamed, OrganisationRegistered
from domain.people.facts import (
    AffiliationStated,
    OrganisationLink,
    QualityRecognised,
    Registered,
    RoleGranted,
    Tie,
    TieDeclared,
)
from domain.ports import (
    Actor,
    CandidacyId,
    EvidenceId,
    FrameworkId,
    OrganisationId,
    PersonId,
    Role,
    RulebookId,
    SessionId,
)
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Remedy, RemedyKind, Rules
from domain.standing.disclosure import Reader, counted
from domain.standing.standing import Standing, standing
from tests.given.domain.scenario import NOON, At, rebuilt

APPLIED_ON = date(2021, 1, 4)
JURY_DAY = date(2021, 6, 15)
LATER_DAY = date(2022, 3, 1)


def known(name: str) -> UUID:
    """Return the id that this name always has in the tests."""
    return uuid5(NAMESPACE_DNS, f"{name}.example")


def person(name: str) -> PersonId:
    return PersonId(known(name))


def as_reader(who: Actor, *linked: PersonId) -> Reader:
    """Return a reader with these files."""
    return Reader(actor=who, files=frozenset(linked) | ({who.person} if who.person else set()))


def standing_for(reader: Reader, framework: Definition, rulebook: Rules, facts: Sequence[RecordedFact]) -> Standing:
    """Return the standing of the dossier for this reader."""
    known = counted(reader, facts)
    return standing(framework, rulebook, known.facts, provisional=known.provisional)


def actor(who: PersonId, role: Role) -> Actor:
    return Actor(person=who, role=role)


# --- people

MARIE, SAMIR = person("marie"), person("samir")  # candidates
RENEE, ADA, ASTRID, OSCAR = person("renee"), person("ada"), person("astrid"), person("oscar")
ADELE = person("adele")  # an advisor
PAUL, NADIA, LUC = person("paul"), person("nadia"), person("luc")  # of the certifier
EMMA, KARIM = person("emma"), person("karim")  # for employers, for employees
ELSA, SACHA = person("elsa"), person("sacha")  # substitutes: for employers, for employees
PANEL = (PAUL, NADIA, LUC, EMMA, KARIM)
MARC, NINA, LEO = person("marc"), person("nina"), person("leo")  # of the certifier, only on the renewed jury
EDITH, KEMAL = person("edith"), person("kemal")  # for employers, for employees, on the renewed jury too
RENEWED = (MARC, NINA, LEO, EDITH, KEMAL)
ROLES = {
    MARIE: Role.CANDIDATE,
    SAMIR: Role.CANDIDATE,
    RENEE: Role.REGISTRAR,
    ADA: Role.ADMIN,
    ASTRID: Role.ASSESSOR,
    OSCAR: Role.ASSESSOR,
    ADELE: Role.ADVISOR,
    **dict.fromkeys((*PANEL, *RENEWED, ELSA, SACHA), Role.JUROR),
}

AS_MARIE, AS_SAMIR = actor(MARIE, Role.CANDIDATE), actor(SAMIR, Role.CANDIDATE)
AS_RENEE, AS_ADA = actor(RENEE, Role.REGISTRAR), actor(ADA, Role.ADMIN)
AS_ASTRID, AS_OSCAR = actor(ASTRID, Role.ASSESSOR), actor(OSCAR, Role.ASSESSOR)
AS_PAUL, AS_NADIA, AS_ELSA = actor(PAUL, Role.JUROR), actor(NADIA, Role.JUROR), actor(ELSA, Role.JUROR)
AS_MARC = actor(MARC, Role.JUROR)


def registered(who: PersonId, *roles: Role) -> At:
    return At(who, (Registered(name=Personal("x", who)), *(RoleGranted(role=role) for role in roles)))


def tied(juror: PersonId, candidate: PersonId, tie: Tie = Tie.ADVISED) -> At:
    return At(juror, (TieDeclared(candidate=candidate, tie=tie, declared_by=RENEE),))


# --- the certification: a small RNCP 31936 (the texts of competences do not matter to a rule)


def block(number: int, heading: int, first: int, last: int, required: int, *mandatory: int) -> Block:
    return Block(
        number=number,
        heading_number=heading,
        code=None,
        code_inferred=False,
        title=f"Bloc {number}",
        heading_title="",
        competences=tuple(range(first, last + 1)),
        rule=BlockRule(required=required, mandatory=mandatory),
    )


def modality(name: str, *routes: Route) -> Modality:
    return Modality(
        id=name,
        competences=tuple(range(1, 31)),
        routes=routes,
        kind="épreuve",
        individual=True,
        duration=None,
        computer_provided=None,
        place=None,
        deliverable=None,
        set_by=None,
        given=None,
        examined_by=None,
        text="",
    )


J1 = JuryRule(
    id="J1",
    size=5,
    externals=2,
    employers=1,
    employees=1,
    balances=(
        Balance(scope=BalanceScope.EXTERNALS, difference=0),
        Balance(scope=BalanceScope.PANEL, difference=1),
    ),
    text="5 personnes, 40% extérieures, un représentant des salariés et un des employeurs, parité",
)
BLOCKS = (
    block(1, 2, 1, 9, 5, 4, 7, 9),
    block(2, 4, 10, 20, 6, 10, 16, 19),
    block(3, 1, 21, 25, 3, 21, 25),
    block(4, 3, 26, 30, 3, 27, 28),
)
OPEN = (Route.FI, Route.FC, Route.CQ, Route.CL, Route.VAE)
RNCP31936 = Definition(
    code="RNCP31936",
    version=1,
    title="Community Manager",
    title_in_order=None,
    certifier="IMCI",
    signatory=None,
    levels=(),
    nsf=(),
    formacodes=(),
    conventions=(),
    rome=(),
    registration=RegistrationDates(
        decided_on=date(2018, 9, 11),
        published_on=date(2018, 12, 18),
        effect_from=date(2014, 12, 22),
        ends_on=date(2023, 12, 18),
        years_stated=5,
        text="",
    ),
    validity_of_acquired="illimitée",
    new_caledonia=False,
    french_polynesia=False,
    certification_places=(),
    preparation_places=(),
    composition="",
    required_blocks=(1, 2, 3, 4),
    blocks=BLOCKS,
    competences=tuple(Competence(number=number, text="") for number in range(1, 31)),
    modalities=(modality("M1", Route.FI, Route.FC, Route.CQ),),
    routes=(
        *(RouteRow(route=route, label=route.value, open=True, jury="J1") for route in OPEN),
        RouteRow(route=Route.CA, label="CA", open=False, jury=None),
    ),
    juries=(J1,),
    readings=(),
)
FRAMEWORK = FrameworkId(Framework.id_of("RNCP31936", 1))
MARKS = (
    Mark(code="acquired", label_fr="Acquis", label_en="Acquired", acquired=True),
    Mark(code="partly", label_fr="Partiellement acquis", label_en="Partly acquired", acquired=False),
    Mark(code="not_acquired", label_fr="Non acquis", label_en="Not acquired", acquired=False),
)
REVIEW = Remedy(way=RemedyKind.REVIEW, body="Direction", address="Paris", months=2, days=None, source="règlement")
RULES = Rules(
    certifier="IMCI",
    version=2,
    title="Règlement",
    scale=MARKS,
    quorum=4,
    substitute_same_quality=True,
    trainers_may_rule=False,
    unmarked_may_be_ruled=False,
    casting_vote=False,
    reason_for_not_acquired=True,
    reason_for_departure=True,
    reason_for_block_not_granted=True,
    remedies=(REVIEW,),
)
RULEBOOK = RulebookId(Rulebook.id_of("IMCI", 2))
GENTLE = replace(RULES, version=1, trainers_may_rule=True, unmarked_may_be_ruled=True, substitute_same_quality=False)
GENTLE_RULEBOOK = RulebookId(Rulebook.id_of("IMCI", 1))
VAE_OPENED = RouteOpened(
    route=Route.VAE, opened_on=date(2019, 1, 7), ground="décision", modalities=(modality("VAE", Route.VAE),)
)
# --- jurors' work, mandates and qualities, which decide their seats

HOUSE_OF_JURIES = OrganisationId(known("the certifier"))
ATELIER, SYNDICAT = OrganisationId(known("atelier")), OrganisationId(known("syndicat"))
LONG_AGO = date(2008, 9, 1)


def works(
    who: PersonId,
    where: OrganisationId,
    link: OrganisationLink = OrganisationLink.EMPLOYMENT,
    since: date = LONG_AGO,
    until: date | None = None,
) -> At:
    return At(who, (AffiliationStated(organisation=where, link=link, since=since, until=until, stated_by=RENEE),))


def recognised(
    who: PersonId,
    quality: Quality,
    certification: str | None = None,
    since: date = LONG_AGO,
    until: date | None = None,
) -> At:
    fact = QualityRecognised(
        quality=quality, certification=certification, since=since, until=until, ground=Personal("x", who)
    )
    return At(who, (fact,))


ORGANISATIONS = (
    At(HOUSE_OF_JURIES, (OrganisationRegistered(legal_name="Le certificateur", siret=None),)),
    At(ATELIER, (OrganisationRegistered(legal_name="Atelier Fictif", siret=None),)),
    At(SYNDICAT, (OrganisationRegistered(legal_name="Syndicat Imaginaire", siret=None),)),
    At(
        Certifiers.id_of("RNCP31936"),
        (CertifierNamed(certification="RNCP31936", organisation=HOUSE_OF_JURIES, keeps_register=True),),
    ),
)
CAREERS = (
    *ORGANISATIONS,
    *(works(who, HOUSE_OF_JURIES) for who in (PAUL, NADIA, LUC, MARC, NINA, LEO)),
    *(works(who, ATELIER, OrganisationLink.MANDATE) for who in (EMMA, ELSA, EDITH)),
    *(works(who, SYNDICAT, OrganisationLink.MANDATE) for who in (KARIM, SACHA, KEMAL)),
    *(recognised(who, Quality.EMPLOYERS) for who in (EMMA, ELSA, EDITH)),
    *(recognised(who, Quality.EMPLOYEES) for who in (KARIM, SACHA, KEMAL)),
)
"""Facts that make `SEATS` and `RENEWED_SEATS` lawful panels, without professions and qualifications."""
PROFESSIONALS = tuple(recognised(who, Quality.PROFESSION) for who in (EMMA, ELSA, KARIM, SACHA, LUC))
UNSTATED = (
    *(registered(who, role) for who, role in ROLES.items()),
    At(FRAMEWORK, (FrameworkPublished(definition=RNCP31936), VAE_OPENED)),
    At(RULEBOOK, (RulebookPublished(rules=RULES),)),
    At(GENTLE_RULEBOOK, (RulebookPublished(rules=GENTLE),)),
)
"""The certifier's installation before anything was stated about its jurors."""
HOUSE = (*UNSTATED, *CAREERS)

# --- dossiers

MARIE_FI = Candidacy.id_of(MARIE, FRAMEWORK, Route.FI)
MARIE_VAE = Candidacy.id_of(MARIE, FRAMEWORK, Route.VAE)
SAMIR_VAE = Candidacy.id_of(SAMIR, FRAMEWORK, Route.VAE)
OWNERS = {MARIE_FI: (MARIE, Route.FI), MARIE_VAE: (MARIE, Route.VAE), SAMIR_VAE: (SAMIR, Route.VAE)}
CV, BLOG = EvidenceId(known("cv")), EvidenceId(known("blog"))


def applied(candidacy: CandidacyId, rulebook: RulebookId = RULEBOOK) -> At:
    who, route = OWNERS[candidacy]
    opening = CandidacyOpened(
        candidate=who, framework=FRAMEWORK, rulebook=rulebook, route=route, opened_on=APPLIED_ON
    )
    return At(candidacy, (opening,))


def admissible(candidacy: CandidacyId) -> At:
    return At(candidacy, (AdmissibilityDecided(admissible=True, file_received_on=APPLIED_ON, decided_on=APPLIED_ON),))


def put_in(candidacy: CandidacyId, evidence: EvidenceId, *competences: int, by: PersonId | None = None) -> At:
    who, _ = OWNERS[candidacy]
    fact = EvidenceSubmitted(
        evidence=evidence,
        submitted_by=by or who,
        competences=competences or (1,),
        media_type="application/pdf",
        size=1,
        name=Personal("cv.pdf", who),
        digest=Personal("00", who),
    )
    return At(candidacy, (fact,))


def cleared(candidacy: CandidacyId, evidence: EvidenceId) -> At:
    """Return the fact of a check without findings, by an installation without a virus scanner."""
    return At(evidence, (EvidenceCleared(candidacy=candidacy, scanner=None, media_type="application/pdf", pages=1),))


def filed(candidacy: CandidacyId, *evidence: EvidenceId) -> At:
    return At(candidacy, (ValidationFileSubmitted(evidence=tuple(sorted(evidence)), filed_on=APPLIED_ON),))


def vae_filed(candidacy: CandidacyId, rulebook: RulebookId = RULEBOOK) -> tuple[At, ...]:
    """Return a VAE candidacy, admissible, with its validation file."""
    piece = EvidenceId(known(f"piece of {candidacy}"))
    return (applied(candidacy, rulebook), admissible(candidacy), put_in(candidacy, piece), filed(candidacy, piece))


def assigned(candidacy: CandidacyId, assessor: PersonId, competences: Iterable[int]) -> At:
    return At(candidacy, (AssessorAssigned(assessor=assessor, competences=tuple(competences)),))


def marked(candidacy: CandidacyId, assessor: PersonId, *marks: tuple[int, str], handed: bool = True) -> At:
    facts: list[Fact] = [
        CompetenceAssessed(candidacy=candidacy, assessor=assessor, competence=number, mark=mark)
        for number, mark in marks
    ]
    if handed:
        facts.append(AssessmentFiled(candidacy=candidacy, assessor=assessor))
    return At(Assessment.id_of(candidacy, assessor), tuple(facts))


# --- juries

JUNE, MARCH = SessionId(known("june session")), SessionId(known("march session"))


def seat(juror: PersonId, sex: Sex, *, substitute: bool = False, chair: bool = False) -> JurorAppointed:
    return JurorAppointed(juror=juror, sex=sex, substitute=substitute, chair=chair)


SEATS = (
    seat(PAUL, Sex.M, chair=True),
    seat(NADIA, Sex.F),
    seat(LUC, Sex.M),
    seat(EMMA, Sex.F),
    seat(KARIM, Sex.M),
    seat(ELSA, Sex.F, substitute=True),
    seat(SACHA, Sex.F, substitute=True),
)

RENEWED_SEATS = (
    seat(MARC, Sex.M, chair=True),
    seat(NINA, Sex.F),
    seat(LEO, Sex.M),
    seat(EDITH, Sex.F),
    seat(KEMAL, Sex.M),
)
"""A lawful panel without members of `SEATS`."""


def plan(
    held_on: date = JURY_DAY, rulebook: RulebookId = RULEBOOK, places: int = 10, jury: str = "J1"
) -> SessionPlanned:
    return SessionPlanned(
        framework=FRAMEWORK, rulebook=rulebook, jury=jury, held_on=held_on, place="Paris", places=places
    )


def planned(session: SessionId, plan: SessionPlanned | None = None, seats: tuple[JurorAppointed, ...] = SEATS) -> At:
    return At(session, (plan or PLANS[session], *seats))


PLANS = {JUNE: plan(), MARCH: plan(LATER_DAY)}


def summoned(session: SessionId, *candidacies: CandidacyId) -> tuple[At, ...]:
    return (
        *(
            At(session, (CandidateListed(candidacy=candidacy, candidate=OWNERS[candidacy][0]),))
            for candidacy in candidacies
        ),
        *(At(candidacy, (CandidateSummoned(session=session),)) for candidacy in candidacies),
    )


def signed_in(session: SessionId, present: tuple[PersonId, ...] = PANEL, on: date | None = None) -> At:
    """Return the facts that these members signed the attendance sheet, on the session's day or another."""
    day = on or PLANS[session].held_on
    return At(session, tuple(MemberSignedIn(juror=each, signed_on=day, on_paper=True) for each in present))


def opened(session: SessionId, present: tuple[PersonId, ...] = PANEL) -> At:
    return At(session, (SessionOpened(present=present, opened_on=PLANS[session].held_on),))


def arrived(candidacy: CandidacyId, session: SessionId = JUNE) -> At:
    """Return the fact that the candidate is present before this jury."""
    fact = CandidateArrived(session=session, candidacy=candidacy, remote=False, arrived_on=PLANS[session].held_on)
    return At(Deliberation.id_of(session, candidacy), (fact,))


def before_the_jury(
    *candidacies: CandidacyId, session: SessionId = JUNE, plan: SessionPlanned | None = None, came: bool = True
) -> tuple[At, ...]:
    """Return an open session with its lawful panel, these candidacies on its list, and their candidates present."""
    there = (arrived(each, session) for each in candidacies if came)
    return (planned(session, plan), *summoned(session, *candidacies), opened(session), *there)


def heard(
    candidacy: CandidacyId,
    session: SessionId = JUNE,
    panel: tuple[PersonId, ...] = PANEL,
    sought: tuple[int, ...] = (),
) -> At:
    """Return the facts of an opened deliberation in which this jury is to decide on the blocks `sought`."""
    fact = DeliberationOpened(session=session, candidacy=candidacy, panel=panel, sought=sought)
    return At(Deliberation.id_of(session, candidacy), (fact,))


def ruled(
    candidacy: CandidacyId, acquired: Iterable[int], lacking: Iterable[int] = (), session: SessionId = JUNE
) -> At:
    rulings = [(number, True) for number in acquired] + [(number, False) for number in lacking]
    facts = [
        CompetenceRuled(session=session, candidacy=candidacy, competence=number, acquired=said)
        for number, said in rulings
    ]
    return At(Deliberation.id_of(session, candidacy), tuple(facts))


def unanimous(candidacy: CandidacyId, session: SessionId = JUNE) -> DecisionVoted:
    """Return the vote that belongs to a jury's decision in these tests."""
    return DecisionVoted(session=session, candidacy=candidacy, casting_vote=False, unanimous=True, at=NOON)


def granted(candidacy: CandidacyId, *blocks: int, session: SessionId = JUNE) -> At:
    facts = tuple(BlockGranted(session=session, candidacy=candidacy, block=number) for number in blocks)
    return At(Deliberation.id_of(session, candidacy), facts)


def not_granted(candidacy: CandidacyId, *blocks: int, session: SessionId = JUNE) -> At:
    facts = tuple(BlockNotGranted(session=session, candidacy=candidacy, block=number) for number in blocks)
    return At(Deliberation.id_of(session, candidacy), facts)


def pronounced(candidacy: CandidacyId, session: SessionId = JUNE, fallen: tuple[UUID, ...] = ()) -> At:
    fact = TitlePronounced(session=session, candidacy=candidacy, fallen_titles=fallen)
    return At(Deliberation.id_of(session, candidacy), (fact,))


def recused(candidacy: CandidacyId, juror: PersonId, session: SessionId = JUNE) -> At:
    fact = JurorRecused(session=session, candidacy=candidacy, juror=juror, reason=Personal("x", juror))
    return At(Deliberation.id_of(session, candidacy), (fact,))


CLOSED, SIGNED = SessionClosed(), MinutesSigned(signed_by=PAUL, digest="00")
RELEASED = ResultsReleased(released_on=JURY_DAY)


def ended(session: SessionId = JUNE, *, released: bool = True) -> At:
    """Return the facts of a session closed and signed, and released or not."""
    known = (ResultsReleased(released_on=PLANS[session].held_on),) if released else ()
    return At(session, (CLOSED, SIGNED, *known))


def annulled(candidacy: CandidacyId, session: SessionId = JUNE, cause: Cause = Cause.COURT) -> At:
    fact = DecisionAnnulled(session=session, candidacy=candidacy, cause=cause, annulled_on=JURY_DAY)
    return At(Deliberation.id_of(session, candidacy), (fact,))


def won(candidacy: CandidacyId) -> tuple[At, ...]:
    """Return the facts of a VAE candidate who obtained the whole title before the jury of June and was notified."""
    return (
        *vae_filed(candidacy),
        *before_the_jury(candidacy),
        heard(candidacy),
        ruled(candidacy, ENOUGH),
        granted(candidacy, 1, 2, 3, 4),
        pronounced(candidacy),
        ended(),
    )


def session_of(facts: Iterable[Fact], session: SessionId = JUNE) -> JurySession:
    return rebuilt(JurySession(id=session), facts)


ENOUGH = (1, 2, 4, 7, 9, 10, 11, 12, 13, 16, 19, 21, 22, 25, 26, 27, 28)
"""Seventeen competences: the fewest that suffice for the title."""
