"""Search and registration of people, and the page of one person."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from adapters.operations.ways_in import invitations, ways_in
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.people.approve_identity_correction import ApproveIdentityCorrection
from domain.commands.people.correct_identity import CorrectIdentity
from domain.commands.people.declare_tie import DeclareTie
from domain.commands.people.propose_identity_correction import ProposeIdentityCorrection
from domain.commands.people.recognise_quality import RecogniseQuality
from domain.commands.people.register_person import GIVEN_BY_REGISTRAR, RegisterPerson
from domain.commands.people.reject_identity_correction import RejectIdentityCorrection
from domain.commands.people.state_affiliation import StateAffiliation
from domain.commands.people.state_birth_and_sex import StateBirthAndSex
from domain.commands.people.unlink_duplicate import UnlinkDuplicate
from domain.commands.people.withdraw_tie import WithdrawTie
from domain.framework.jury_rule import Quality, Sex
from domain.people.facts import IdentityCause, OrganisationLink, Tie
from domain.people.identity import CivilDocument
from domain.people.person import Person
from domain.ports import PersonId, Recorded, Role
from domain.refusal import Refused
from projections.candidacy.candidacy_overview import candidacies
from projections.framework.certification_catalogue import certifications
from projections.organisation.organisations import organisations
from projections.reading import DossierFact
from webapi.accounts.authentication import actor, allowed, reader
from webapi.accounts.invitations import invite_known
from webapi.current import acquis
from webapi.edge.paging import begins_after, next_page
from webapi.enrolment.enrolling import published
from webapi.explain.explanation import stage_of
from webapi.forms import NUMBER, Many, text
from webapi.notifications.addresses import set_address
from webapi.pages.desk import Desk
from webapi.pages.filled import KEY, FilledForm, InvalidForm, read
from webapi.pages.registrar.enrolment import options
from webapi.privacy.disclosure import names, on_file, personal, rebuilt, stream
from webapi.privacy.finding import find, find_by_address
from webapi.privacy.persons_candidacies import candidacies_of
from webapi.problems import language
from webapi.requests import Body
from webapi.words import phrase

bp = Desk("people", __name__, url_prefix="/people", only=Role.REGISTRAR)
bp.entry(Role.REGISTRAR, 60, phrase("Personnes"), "users", "list_people")

MOST: Final = 1000
SHOWN: Final = 25
ROLES: Final = (Role.ASSESSOR, Role.JUROR, Role.ADVISOR, Role.CANDIDATE)
"""The roles that a registrar grants."""
LINKS: Final = {OrganisationLink.EMPLOYMENT: phrase("emploi"), OrganisationLink.MANDATE: phrase("mandat")}
QUALITIES: Final = {
    Quality.EMPLOYERS: phrase("représente les employeurs"),
    Quality.EMPLOYEES: phrase("représente les salariés"),
    Quality.PROFESSION: phrase("exerce le métier"),
    Quality.QUALIFIED: phrase("qualifiée au titre d'une certification"),
}
TIES: Final = {
    Tie.ADVISED: phrase("a accompagné"),
    Tie.TRAINED: phrase("a formé"),
    Tie.EMPLOYER: phrase("emploie ou a employé"),
    Tie.COLLEAGUE: phrase("travaille ou a travaillé avec"),
    Tie.FAMILY: phrase("est de la famille de"),
    Tie.OTHER: phrase("a un autre lien avec"),
}
CAUSES: Final = {
    IdentityCause.CIVIL_STATUS: phrase("changement d'état civil"),
    IdentityCause.MATERIAL_ERROR: phrase("erreur matérielle"),
}
NOT_CHOSEN: Final = {"framework": ("Choose a certification.", "Choisissez une certification.")}
NOBODY: Final = ("Nobody has this address, or several people do.", "Personne n'a cette adresse, ou plusieurs l'ont.")


class AddressBody(Body):
    """An e-mail address."""

    email = fields.Email(required=True, validate=validate.Length(3, 254))


@bp.get("")
@allowed(Role.REGISTRAR)
def list_people() -> ResponseReturnValue:
    """Show the people whom `q` finds by words of a name or by an address, and the form to register somebody."""
    wanted, after = request.args.get("q", "").strip(), begins_after(request.args.get("cursor")) or 0
    found, following = find(acquis(), wanted, actor(), after=after, most=SHOWN) if wanted else (None, None)
    candidates = [each.id for each in found or () if Role.CANDIDATE in each.roles]
    return render_template(
        "registrar/people.html",
        found=found,
        applied={each: candidacies(acquis().database, candidate=each, limit=None) for each in candidates},
        stage_of=stage_of,
        searched=wanted,
        cursor=next_page(following),
        begun=bool(after),
        given=ROLES,
        at="people.list_people",
    )


def _to_person(recorded: Recorded) -> str:
    return url_for("people.show", person=next(iter(recorded.versions)))


@bp.act(
    "/registration",
    RegisterPerson,
    list_people,
    done="La personne est enregistrée.",
    lead=_to_person,
    signs=False,
    email=partial(fields.Email, validate=validate.Length(3, 254)),
    given=Many(1, len(GIVEN_BY_REGISTRAR)),
)
def register() -> None:
    """Register a person and grant them roles."""


@bp.get("/<uuid:person>")
@allowed(Role.REGISTRAR)
def show(person: UUID) -> ResponseReturnValue:
    """Show a person: identity, roles, career, ties, linked files, candidacies, and the possible acts."""
    told = stream(person)
    found = rebuilt(Person, PersonId(person), told)
    houses = organisations(acquis().database, limit=MOST)
    tied = {candidate for candidate, _ in found.ties}
    called = names({person, *tied, *found.same_as, *found.links_waiting})
    applied = candidacies(acquis().database, candidate=person, limit=None)
    return render_template(
        "registrar/person.html",
        person=found,
        name=called[person],
        born=on_file(told, "born"),
        sex=_sex(told),
        sexes=list(Sex),
        email=on_file(told, "email"),
        way=ways_in(acquis().database, [person])[person],
        address_asked=acquis().letters.address_asked(person),
        invited=next(iter(invitations(acquis().database, of=person)), None),
        invitable=bool(found.roles) and found.roles | found.roles_waiting.keys() <= GIVEN_BY_REGISTRAR,
        proposed=_proposed(told, found),
        mine=bool(found.proposed and found.proposed.proposed_by in reader().files),
        houses={each.organisation: each.legal_name for each in houses},
        called=called,
        applied=applied,
        titles={each.framework: each for each in certifications(acquis().database, limit=None)},
        stage_of=stage_of,
        words={"link": LINKS, "quality": QUALITIES, "tie": TIES, "cause": CAUSES},
        documents=list(CivilDocument),
        at="people.list_people",
    )


def _sex(told: list[DossierFact]) -> Sex | None:
    said = on_file(told, "sex")
    return Sex(said) if said else None


def _proposed(told: list[DossierFact], found: Person) -> dict[str, Any] | None:
    """Return the proposed correction of the identity, decrypted, if one waits for a second person."""
    if found.proposed is None:
        return None
    said = [each for each in told if type(each.fact) is type(found.proposed)][-1]
    return {"on": said.stamp.on, "seen": found.proposed.seen, "cause": found.proposed.cause, **personal(said)}


@bp.form(
    "/<uuid:person>/invitation",
    show,
    Role.REGISTRAR,
    done="L'invitation part : cette page dit quand un serveur de courrier l'a prise.",
)
def invite(sent: FilledForm, person: UUID) -> Recorded | None:
    """Send the person an invitation to open an account, to the address they were registered with."""
    request = acquis().request_of(actor())
    return invite_known(acquis(), request, PersonId(person), None, language(), key=sent.values.get(KEY)).recorded


@bp.form(
    "/<uuid:person>/address",
    show,
    Role.REGISTRAR,
    done="C'est noté. L'ancienne adresse est prévenue ; qui a un compte confirme la nouvelle avant qu'elle serve.",
)
def change_address(sent: FilledForm, person: UUID) -> Recorded | None:
    """Change the person's e-mail address."""
    email = read(AddressBody(), sent)["email"]
    return set_address(acquis(), acquis().request_of(actor()), PersonId(person), email)


@bp.act("/<uuid:person>/affiliation", StateAffiliation, show, done="L'emploi ou le mandat est enregistré.")
def affiliate(person: UUID) -> None:
    """State an employment or a mandate; stating it again from the same day gives its end."""


@bp.act("/<uuid:person>/quality", RecogniseQuality, show, done="La qualité est reconnue.")
def recognise(person: UUID) -> None:
    """Recognise a quality, on a ground."""


@bp.act("/<uuid:person>/tie", DeclareTie, show, done="Le lien est déclaré.", without=("candidate",))
def tie(person: UUID) -> dict[str, Any]:
    """Declare a tie with a candidate, who is named by their address."""
    del person
    return {"candidate": _by_address("candidate_address")}


@bp.act("/<uuid:person>/tie/withdrawal", WithdrawTie, show, done="Le lien est retiré.")
def untie(person: UUID) -> None:
    """Withdraw a tie that was declared, with the reason."""


def _to_review(_: Recorded | None, person: UUID) -> str:
    return url_for("linking.show", person=person, other=g.other)


@bp.form("/<uuid:person>/duplicate", show, Role.REGISTRAR, done="Relisez les deux dossiers.", lead=_to_review)
def link(sent: FilledForm, person: UUID) -> None:
    """Find another file by its address, to review both side by side."""
    del sent, person
    g.other = _by_address("other_address")


@bp.act(
    "/<uuid:person>/duplicate/<uuid:other>/unlinking",
    UnlinkDuplicate,
    show,
    done="Les deux dossiers ne sont plus liés.",
    without=("candidacies",),
)
def unlink(person: UUID, other: UUID) -> dict[str, Any]:
    """Declare that two linked files belong to two people."""
    del other
    return {"candidacies": candidacies_of(person)}


def _by_address(field: str) -> PersonId:
    try:
        return find_by_address(acquis(), request.form.get(field, "").strip() or "-@-", actor())
    except Refused as refused:
        raise InvalidForm({field: NOBODY}) from refused


@bp.act("/<uuid:person>/birth-and-sex", StateBirthAndSex, show, done="C'est enregistré.")
def state(person: UUID) -> None:
    """State a person's sex, or a birth that is not on file, as the person said it."""


@bp.act("/<uuid:person>/identity", CorrectIdentity, show, done="L'identité est corrigée.")
def correct(person: UUID) -> None:
    """Correct an identity that is on no certificate yet, according to a document that was seen."""


@bp.act(
    "/<uuid:person>/identity-proposal",
    ProposeIdentityCorrection,
    show,
    done="La correction est proposée : une seconde personne l'approuve.",
)
def propose(person: UUID) -> None:
    """Propose a change of civil status, or the correction of a material error."""


@bp.act("/<uuid:person>/identity-approval", ApproveIdentityCorrection, show, done="L'identité est corrigée.")
def approve(person: UUID) -> None:
    """Approve the correction as a second person, who saw the document."""


@bp.act("/<uuid:person>/identity-rejection", RejectIdentityCorrection, show, done="La proposition est écartée.")
def reject(person: UUID) -> None:
    """Reject the correction: the identity stays as it is."""


@bp.get("/<uuid:candidate>/candidacy")
@allowed(Role.REGISTRAR)
def application(candidate: UUID) -> ResponseReturnValue:
    """Show the form for a candidacy of a known person."""
    offered = published(acquis()).certifications
    return render_template(
        "registrar/apply.html",
        candidate=candidate,
        name=names([candidate])[candidate],
        certifications=offered,
        options=options(offered),
        at="people.list_people",
    )


def _to_dossier(recorded: Recorded, candidate: UUID) -> str:
    del candidate
    return url_for("candidacy.show", candidacy=list(recorded.versions)[-1])


@bp.act(
    "/<uuid:candidate>/candidacy",
    OpenCandidacy,
    application,
    done="La candidature est ouverte.",
    signs=False,
    without=("rulebook", "accepts_rulebook"),
    blocks=Many(0, 99, NUMBER),
    option=text(40),
)
def apply(candidate: UUID) -> dict[str, Any]:
    """Open a candidacy for a known person."""
    del candidate
    chosen = published(acquis())
    wanted = request.form.get("framework")
    framework = next((each for each in chosen.certifications if str(each.framework) == wanted), None)
    rulebook = chosen.rulebooks.get(framework.certifier) if framework else None
    if rulebook is None:
        raise InvalidForm(NOT_CHOSEN)
    return {"rulebook": rulebook}
