"""Facts of a person: registered, given roles and ties, recognised, linked, erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from domain.fact import Fact, Personal, Retention, Term
from domain.framework.jury_rule import Quality, Sex
from domain.people.identity import CivilDocument
from domain.ports import OrganisationId, PersonId, Role


@dataclass(frozen=True, kw_only=True)
class Registered(Fact):
    """A person became known to the register keeper; `born`, when and where, and `sex`, where that was said."""

    fr = "Une personne a été enregistrée."
    said_fr = fr
    said_en = "The person was registered."
    name: Annotated[Personal[str], Retention.IDENTITY]
    email: Annotated[Personal[str], Retention.IDENTITY] | None = None
    born: Annotated[Personal[str], Retention.IDENTITY] | None = None
    sex: Annotated[Personal[Sex], Retention.IDENTITY] | None = None


@dataclass(frozen=True, kw_only=True)
class BirthAndSexStated(Fact):
    """The person, or a registrar for them, said of which sex they are, or when and where they were born.

    No document was seen: a birth that is on file is corrected by one. Sex serves statistics and may be said anew.
    """

    fr = "Le sexe de la personne a été déclaré, ou sa naissance, qui n'était pas au dossier ; sans justificatif."
    said_fr = "La naissance ou le sexe de la personne a été déclaré, pour les statistiques et les parchemins."
    said_en = "The person's birth or sex was stated, for statistics and certificates."
    sex: Annotated[Personal[Sex], Retention.IDENTITY] | None = None
    born: Annotated[Personal[str], Retention.IDENTITY] | None = None


@dataclass(frozen=True, kw_only=True)
class AddressStated(Fact):
    """The e-mail address at which the person is written to was set, or mended (adresse électronique).

    `confirmed`: they followed a link that was sent to it; else a registrar says so, and nobody proved it yet.
    """

    fr = "L'adresse électronique de la personne a été donnée ou corrigée ; un lien envoyé la confirme."
    said_fr = "L'adresse électronique de la personne a été {confirmed:confirmée|enregistrée}."
    said_en = "The person's e-mail address was {confirmed:confirmed|recorded}."
    email: Annotated[Personal[str], Retention.IDENTITY]
    confirmed: bool


class IdentityCause(Term):
    """The reason why two people changed the identity on file: civil status, or a misspelling (ADR 27)."""

    CIVIL_STATUS = "civil_status", "changement d'état civil", "change of civil status"
    MATERIAL_ERROR = "material_error", "erreur matérielle", "material error"


@dataclass(frozen=True, kw_only=True)
class IdentityCorrectionProposed(Fact):
    """A registrar said how an identity reads on a document that was seen, and why: it waits for a second person.

    `cause`: it was misspelt, or civil status has changed. `seen` is the kind of document, `document` says it with its
    day; `born` and `sex` where those read otherwise as well.
    """

    fr = "Un gestionnaire a dit comment l'identité se lit sur le justificatif vu, et pourquoi elle est à corriger."
    said_fr = "La correction de l'identité a été proposée ({cause}), au vu d'un justificatif ({seen})."
    said_en = "The correction of the identity was proposed ({cause}), by a document that was seen ({seen})."
    name: Annotated[Personal[str], Retention.IDENTITY]
    cause: IdentityCause
    seen: CivilDocument
    document: Annotated[Personal[str], Retention.CIVIL_PROOF]
    reason: Annotated[Personal[str], Retention.DECISION]
    proposed_by: PersonId
    born: Annotated[Personal[str], Retention.IDENTITY] | None = None
    sex: Annotated[Personal[Sex], Retention.IDENTITY] | None = None


@dataclass(frozen=True, kw_only=True)
class IdentityCorrectionApproved(Fact):
    """A second person saw the document and agreed: the identity on file is corrected with it."""

    fr = "Une seconde personne a approuvé la correction de l'identité, justificatif vu."
    said_fr = fr
    said_en = "The correction of the identity was approved by a second person, who saw the document."


@dataclass(frozen=True, kw_only=True)
class IdentityCorrectionRejected(Fact):
    """What was proposed was rejected, or taken back: the identity on file stays as it is."""

    fr = "La correction proposée a été rejetée ou reprise : l'identité reste telle que saisie."
    said_fr = fr
    said_en = "The proposed correction was rejected or taken back: the identity stays as it is."
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class IdentityCorrected(Fact):
    """The person's identity was corrected, or changed with their civil status, by a document that was seen.

    With a `cause` two people agreed to it, and papers may be issued anew; without one, somebody keyed it more exactly
    alone. `born` and `sex` stay as they were where nothing is said.
    """

    fr = "L'identité a été corrigée, ou a changé avec l'état civil, au vu d'un justificatif."
    said_fr = "L'identité de la personne a été corrigée, au vu d'un justificatif{cause: ({cause})|}."
    said_en = "The person's identity was corrected, by a document that was seen{cause: ({cause})|}."
    name: Annotated[Personal[str], Retention.IDENTITY]
    document: Annotated[Personal[str], Retention.CIVIL_PROOF]
    born: Annotated[Personal[str], Retention.IDENTITY] | None = None
    cause: IdentityCause | None = None
    sex: Annotated[Personal[Sex], Retention.IDENTITY] | None = None


@dataclass(frozen=True, kw_only=True)
class RoleProposed(Fact):
    """Somebody proposed to give the person a role that two people give: it waits for a second one."""

    fr = "Un rôle que deux personnes accordent a été proposé : il attend la seconde."
    said_fr = "Le rôle « {role} » a été proposé ; il attend une seconde personne."
    said_en = "The role “{role}” was proposed; it waits for a second person."
    role: Role
    proposed_by: PersonId


@dataclass(frozen=True, kw_only=True)
class RoleProposalRejected(Fact):
    """A role that was proposed was not given, or was taken back by who proposed it."""

    fr = "Un rôle proposé n'a pas été accordé, ou la proposition a été reprise."
    said_fr = "Le rôle proposé « {role} » n'a pas été accordé."
    said_en = "The proposed role “{role}” was not granted."
    role: Role
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Fact):
    """The person was given a role.

    Of a role that two people give, `proposed_by` had proposed it; `alone`: the certifier has one registrar only, who
    proved again who they are.
    """

    fr = "Un rôle a été accordé à la personne."
    said_fr = "Le rôle « {role} » a été accordé{alone:, par une personne seule qui a prouvé son identité|}."
    said_en = "The role “{role}” was granted{alone:, by one person alone who proved who they are|}."
    role: Role
    proposed_by: PersonId | None = None
    alone: bool = False


@dataclass(frozen=True, kw_only=True)
class RoleWithdrawn(Fact):
    """The person lost a role."""

    fr = "Un rôle a été retiré à la personne."
    said_fr = "Le rôle « {role} » a été retiré."
    said_en = "The role “{role}” was withdrawn."
    role: Role


@dataclass(frozen=True, kw_only=True)
class SecrecyAccepted(Fact):
    """The person accepted professional secrecy, by this text, before reading any dossier (secret professionnel).

    `on_paper`: somebody else keyed it, from a paper that they signed on that day.
    """

    fr = "La personne a accepté le secret professionnel, selon ce texte, avant de lire un dossier."
    said_fr = (
        "Le secret professionnel a été accepté le {accepted_on} (texte n° {secrecy_text}{on_paper:, sur papier|})."
    )
    said_en = "Professional secrecy was accepted on {accepted_on} (text no. {secrecy_text}{on_paper:, on paper|})."
    effective = "accepted_on"
    secrecy_text: int
    accepted_on: date
    on_paper: bool


class Tie(Term):
    """A link between a juror or assessor and a candidate that bars the one from ruling on the other (lien)."""

    ADVISED = "advised", "l'a accompagné", "advised them"
    TRAINED = "trained", "l'a formé", "trained them"
    EMPLOYER = "employer", "l'emploie ou l'a employé", "employs or employed them"
    COLLEAGUE = "colleague", "travaille ou a travaillé avec elle ou lui", "is or was a colleague"
    FAMILY = "family", "est de sa famille", "is family"
    OTHER = "other", "a un autre lien avec elle ou lui", "has another tie with them"


@dataclass(frozen=True, kw_only=True)
class TieDeclared(Fact):
    """A tie between this person and a candidate was declared, by either or by the registrar.

    `declared_by` says who, who may take it back.
    """

    fr = "Un lien entre cette personne et un candidat a été déclaré."
    said_fr = "Un lien avec {candidate:un candidat} a été déclaré : {tie}."
    said_en = "A tie with {candidate:a candidate} was declared: {tie}."
    candidate: PersonId
    tie: Tie
    declared_by: PersonId


@dataclass(frozen=True, kw_only=True)
class TieWithdrawn(Fact):
    """A tie that had been declared is none, with the reason: it was declared wrongly, or of the wrong person."""

    fr = "Un lien déclaré à tort, ou sur la mauvaise personne, a été retiré, avec son motif."
    said_fr = "Le lien déclaré avec {candidate:un candidat} a été retiré : {tie}."
    said_en = "The tie declared with {candidate:a candidate} was withdrawn: {tie}."
    candidate: PersonId
    tie: Tie
    reason: Annotated[Personal[str], Retention.DECISION]


class OrganisationLink(StrEnum):
    """The relation of a person to an organisation: employed by it, or with a mandate in it (salariat, mandat)."""

    EMPLOYMENT = "employment"
    MANDATE = "mandate"


@dataclass(frozen=True, kw_only=True)
class AffiliationStated(Fact):
    """A person works or worked for an organisation, or has or had a mandate in it; stated again to give its end.

    `stated_by` is who says so, and who may then say it otherwise of themselves.
    """

    fr = "Une personne travaille ou a travaillé pour un organisme, ou y tient ou a tenu un mandat."
    said_fr = "Un emploi ou un mandat a été déclaré, à partir du {since}{until: et jusqu'au {until}|}."
    said_en = "An employment or a mandate was stated, from {since}{until: to {until}|}."
    organisation: OrganisationId
    link: OrganisationLink
    since: date
    until: date | None = None
    stated_by: PersonId


@dataclass(frozen=True, kw_only=True)
class QualityRecognised(Fact):
    """A person was recognised to represent a side, practise the profession or be qualified in a certification.

    Recognised again from the same day to give its end.
    """

    fr = "Une qualité a été reconnue : représenter un collège, exercer le métier, être qualifié."
    said_fr = "Il est reconnu que la personne {quality} depuis le {since}."
    said_en = "It is recognised that the person {quality}, since {since}."
    quality: Quality
    since: date
    ground: Annotated[Personal[str], Retention.DECISION]
    certification: str | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class LinkProposed(Fact):
    """A registrar said that this file and another are of the same person: it waits for a second one."""

    fr = "Un gestionnaire a dit que deux dossiers sont de la même personne ; cela attend une seconde personne."
    said_fr = "Il a été proposé de lier deux dossiers ; cela attend une seconde personne."
    said_en = "It was proposed to link two files; it waits for a second person."
    other: PersonId
    reason: Annotated[Personal[str], Retention.DECISION]
    proposed_by: PersonId


@dataclass(frozen=True, kw_only=True)
class LinkRejected(Fact):
    """Two files that were proposed to be linked were not, or the proposal was taken back."""

    fr = "Deux dossiers qu'on proposait de lier ne l'ont pas été, ou la proposition a été reprise."
    said_fr = "Les deux dossiers qu'on proposait de lier ne l'ont pas été."
    said_en = "The two files that were proposed to be linked were not."
    other: PersonId
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class DuplicateLinked(Fact):
    """This file and another were found to be of the same person (doublon); nothing is merged.

    `proposed_by` had proposed it; `alone`: the certifier has one registrar only, who proved again who they are.
    """

    fr = "Ce dossier et un autre sont de la même personne ; rien n'est fusionné."
    said_fr = "Deux dossiers ont été liés comme étant de la même personne ; rien n'est fusionné."
    said_en = "Two files were linked as of the same person; nothing is merged."
    other: PersonId
    reason: Annotated[Personal[str], Retention.DECISION]
    proposed_by: PersonId | None = None
    alone: bool = False


@dataclass(frozen=True, kw_only=True)
class DuplicateUnlinked(Fact):
    """This file and another were found to be of two people after all: all is as it was before they were linked."""

    fr = "Ce dossier et un autre sont de deux personnes : tout est comme avant leur lien."
    said_fr = "Deux dossiers ont été déliés : ils ne sont pas de la même personne."
    said_en = "Two files were unlinked: they are not of the same person."
    other: PersonId
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class PersonExported(Fact):
    """All that is held about this person was handed out: to them, or to who is to hand it to them."""

    fr = "Tout ce qui est conservé à son sujet lui a été remis, ou à qui le lui remettra."
    said_fr = "Toutes les données conservées au sujet de la personne ont été remises."
    said_en = "All that is held about the person was handed out."


@dataclass(frozen=True, kw_only=True)
class SoleRegistrarDeclared(Fact):
    """The certifier declared, with a reason, that it has one registrar only, who confirms alone what two would."""

    fr = "Le certificateur déclare n'avoir qu'un gestionnaire, qui confirme seul ce qui demande deux personnes."
    said_fr = "Le certificateur a déclaré le {declared_on} n'avoir qu'un gestionnaire : {reason}."
    said_en = "The certifier declared on {declared_on} that it has one registrar only: {reason}."
    effective = "declared_on"
    declared_on: date
    reason: str
    registrar: PersonId | None = None


@dataclass(frozen=True, kw_only=True)
class SoleRegistrarWithdrawn(Fact):
    """The certifier has several registrars: what takes two people takes two again."""

    fr = "Le certificateur a plusieurs gestionnaires : ce qui demande deux personnes les demande de nouveau."
    said_fr = "Depuis le {withdrawn_on}, le certificateur a plusieurs gestionnaires : {reason}."
    said_en = "Since {withdrawn_on} the certifier has several registrars: {reason}."
    effective = "withdrawn_on"
    withdrawn_on: date
    reason: str


class ErasureGround(StrEnum):
    """The reason for erasing personal data: the person's request (RGPD art. 17), or the end of their period."""

    REQUEST = "request"
    PERIOD_OVER = "period_over"


@dataclass(frozen=True, kw_only=True)
class PersonErased(Fact):
    """The key of one class of this person's data was ordered destroyed: nobody reads what it sealed any more."""

    fr = "La clé d'une catégorie de ses données est à détruire : plus personne ne les lit."
    said_fr = "Les données de la catégorie « {retention} » ont été effacées."
    said_en = "The data of the class “{retention}” were erased."
    retention: Retention
    ground: ErasureGround


IdentityFact = (
    Registered
    | BirthAndSexStated
    | AddressStated
    | IdentityCorrectionProposed
    | IdentityCorrectionApproved
    | IdentityCorrectionRejected
    | IdentityCorrected
)
CareerFact = AffiliationStated | QualityRecognised
PersonFact = (
    IdentityFact
    | RoleProposed
    | RoleProposalRejected
    | RoleGranted
    | RoleWithdrawn
    | SecrecyAccepted
    | TieDeclared
    | TieWithdrawn
    | LinkProposed
    | LinkRejected
    | DuplicateLinked
    | DuplicateUnlinked
    | PersonErased
    | PersonExported
    | CareerFact
)
StaffingFact = SoleRegistrarDeclared | SoleRegistrarWithdrawn
