"""Facts of a candidacy, from its opening to its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.fact import After, Fact, Personal, Retention, Term
from domain.framework.definition import Route
from domain.framework.registration import LateCause
from domain.people.facts import Tie
from domain.ports import (
    CandidacyId,
    EvidenceId,
    FrameworkId,
    OrganisationId,
    PersonId,
    PieceId,
    RulebookId,
    SessionId,
    SittingId,
)
from domain.rulebook.evidence_rules import PieceForm


@dataclass(frozen=True, kw_only=True)
class CandidacyOpened(Fact):
    """A person applied for a certification by a route, or for some of its blocks only (candidature).

    In VAE `began_on` is the day on which the parcours began, where it is not the one of the application: the
    inscription on the national portal (`portal`), or the day on which the candidate engaged. `centre` is the training
    centre that enrolled them, if one did.
    """

    fr = "Une personne a demandé une certification par une voie d'accès (candidature)."
    said_fr = "{candidate:Le candidat} : candidature ouverte par la voie {route}{option:, option {option}|}."
    said_en = "{candidate:The candidate} applied by the route {route}{option:, option {option}|}."
    effective = "opened_on"
    candidate: PersonId
    framework: FrameworkId
    rulebook: RulebookId
    route: Route
    opened_on: date
    blocks: tuple[int, ...] = ()
    began_on: date | None = None
    portal: bool = False
    option: str | None = None
    centre: OrganisationId | None = None


@dataclass(frozen=True, kw_only=True)
class BeginningCorrected(Fact):
    """The day on which the parcours began, by which its law is chosen, had been stated wrongly: it is this one.

    `unused_since`: where an admissibility that waits for a step can only lapse by that law, it is from this day.
    """

    fr = "Le jour où le parcours a débuté, qui en choisit le droit, avait été mal indiqué : le voici."
    said_fr = "Le début du parcours a été corrigé : c'est le {began_on}{portal:, sur le portail national|}."
    said_en = "The beginning of the parcours was corrected: it is {began_on}{portal:, on the national portal|}."
    began_on: date
    portal: bool
    reason: Annotated[Personal[str], Retention.DECISION]
    unused_since: date | None = None


@dataclass(frozen=True, kw_only=True)
class RulebookAccepted(Fact):
    """The candidate accepted the rulebook of their candidacy, here or on a paper that they signed that day."""

    fr = "Le candidat a accepté le règlement de sa candidature, ici ou sur un papier signé."
    said_fr = "Le règlement de la candidature a été accepté{on_paper:, sur papier|}."
    said_en = "The candidacy's rulebook was accepted{on_paper:, on paper|}."
    effective = "accepted_on"
    rulebook: RulebookId
    accepted_on: date
    on_paper: bool = False


@dataclass(frozen=True, kw_only=True)
class AdvisorNamed(Fact):
    """Somebody accompanies the candidate from that day on (accompagnateur)."""

    fr = "Quelqu'un accompagne le candidat à compter de ce jour."
    said_fr = "{advisor:Une personne} accompagne la candidature."
    said_en = "{advisor:Somebody} accompanies the candidacy."
    effective = "named_on"
    advisor: PersonId
    named_on: date


@dataclass(frozen=True, kw_only=True)
class AdvisorReleased(Fact):
    """Somebody accompanies the candidate no more; that they did stays a tie."""

    fr = "Quelqu'un n'accompagne plus le candidat ; qu'il l'a fait reste un lien."
    said_fr = "{advisor:Une personne} n'accompagne plus la candidature."
    said_en = "{advisor:Somebody} accompanies the candidacy no more."
    effective = "released_on"
    advisor: PersonId
    released_on: date


class FilingChannel(Term):
    """The way in which a file came: filed on the portal, or by post and keyed by the registrar."""

    PORTAL = "portal", "sur le portail", "on the portal"
    POST = "post", "par la poste", "by post"


@dataclass(frozen=True, kw_only=True)
class FeasibilityFileSubmitted(Fact):
    """The candidate's feasibility file was received on that day (dossier de faisabilité).

    `elsewhere` is how many the candidate declared to have submitted to other certifiers in that year, for other
    certifications and not for blocks only.
    """

    fr = "Le dossier de faisabilité a été reçu ce jour-là ; VAE seulement."
    said_fr = "Le dossier de faisabilité a été reçu {channel} le {received_on}."
    said_en = "The feasibility file was received {channel} on {received_on}."
    effective = "received_on"
    received_on: date
    channel: FilingChannel
    elsewhere: int | None = None


@dataclass(frozen=True, kw_only=True)
class FeasibilityFileFoundIncomplete(Fact):
    """The certifier asked for missing pieces: its time does not run until they have come."""

    fr = "Des pièces manquantes ont été demandées : le délai ne court plus."
    said_fr = "Des pièces manquantes du dossier de faisabilité ont été demandées : sans elles, le délai ne court pas."
    said_en = "Missing pieces of the feasibility file were asked for: without them the time does not run."
    effective = "found_on"
    found_on: date
    missing: Annotated[Personal[str], Retention.PAPERS]


@dataclass(frozen=True, kw_only=True)
class FeasibilityFileCompleted(Fact):
    """The missing pieces were received on that day."""

    fr = "Les pièces manquantes ont été reçues ce jour-là."
    said_fr = "Les pièces manquantes ont été reçues {channel} le {received_on}."
    said_en = "The missing pieces were received {channel} on {received_on}."
    effective = "received_on"
    received_on: date
    channel: FilingChannel


@dataclass(frozen=True, kw_only=True)
class ReceiptDayCorrected(Fact):
    """The day on which the file came by post had been keyed wrongly: it was received on this one."""

    fr = "Le jour de réception du dossier, venu par la poste, avait été mal saisi : le voici."
    said_fr = "Le jour de réception du dossier de faisabilité a été corrigé : c'est le {received_on}."
    said_en = "The day on which the feasibility file was received was corrected: it is {received_on}."
    received_on: date
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class AdmissibilityDecided(Fact):
    """The certifier found the candidacy admissible or not (recevabilité); VAE only.

    `gaps` are those between what the candidate declared and the framework, `recommendations` what may fill them.
    """

    fr = "Le certificateur a déclaré la candidature recevable ou non ; VAE seulement."
    said_fr = (
        "La candidature a été déclarée {admissible:recevable|non recevable}, sur le dossier reçu le "
        "{file_received_on}."
    )
    said_en = (
        "The candidacy was found {admissible:admissible|not admissible}, on the file received on {file_received_on}."
    )
    decides = True
    admissible: bool
    file_received_on: date
    reason: Annotated[Personal[str], Retention.DECISION] | None = None
    decided_on: date
    gaps: Annotated[Personal[str], Retention.DECISION] | None = None
    recommendations: Annotated[Personal[str], Retention.DECISION] | None = None


class NoticeChannel(Term):
    """The way in which a candidate was notified of a decision on admissibility."""

    PORTAL = "portal", "sur le portail", "on the portal"
    EMAIL = "email", "par courriel", "by e-mail"
    POST = "post", "par courrier", "by post"
    HAND = "hand", "en main propre", "by hand"


@dataclass(frozen=True, kw_only=True)
class AdmissibilityNotified(Fact):
    """The candidate was told of the decision on admissibility: from now on a refusal is reconsidered (notification).

    The time for a first step after an admissible candidacy runs from `notified_on`.
    """

    fr = "Le candidat a été informé de la décision sur la recevabilité (notification)."
    said_fr = "La décision sur la recevabilité a été notifiée le {notified_on} {channel}."
    said_en = "The decision on admissibility was notified on {notified_on} {channel}."
    effective = "notified_on"
    after_the_end = "what was decided before is told all the same"
    notified_on: date
    channel: NoticeChannel


class DecisionError(Term):
    """The error in a decision on admissibility that is taken back before it was notified."""

    FILE = "file", "elle portait sur le dossier d'une autre personne", "it was about another person's file"
    DAY = "day", "elle portait sur un dossier mal daté", "it was about a file whose day was wrong"
    VERDICT = "verdict", "elle disait le contraire de ce qui était décidé", "it said the contrary of what was decided"


@dataclass(frozen=True, kw_only=True)
class AdmissibilityCorrected(Fact):
    """A decision on admissibility that was not notified is taken back for an error, and is to be decided again.

    The certifier's time has run on from the complete file. Where the file was another person's, the
    candidacy has none.
    """

    fr = "Une décision sur la recevabilité pas encore notifiée est reprise pour une erreur : elle est à reprendre."
    said_fr = "La décision sur la recevabilité, pas encore notifiée, a été reprise : {error}. Elle est à prendre."
    said_en = "The decision on admissibility, not notified yet, was taken back: {error}. It is to be decided again."
    effective = "corrected_on"
    decides = True
    error: DecisionError
    corrected_on: date
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class AdmissibilityReconsidered(Fact):
    """The certifier took back a refusal that was notified, to decide on it again (recours gracieux).

    `asked_on` is the day on which the candidate's request came, if one did. The certifier's time runs anew.
    """

    fr = "Le certificateur a retiré un refus notifié, pour décider de nouveau de la recevabilité (recours gracieux)."
    said_fr = (
        "Le refus de recevabilité a été retiré{asked_on:, sur le recours gracieux reçu le {asked_on}|} : "
        "la candidature est de nouveau ouverte."
    )
    said_en = (
        "The refusal of admissibility was taken back{asked_on:, as asked for on {asked_on}|}: "
        "the candidacy is open again."
    )
    effective = "reconsidered_on"
    decides = True
    reconsidered_on: date
    reason: Annotated[Personal[str], Retention.DECISION]
    asked_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class AdmissibilityImplied(Fact):
    """The certifier kept silent to the last day, which admits the candidacy by law (recevabilité implicite).

    `found_on` is the day that it was, where the time counts, when that was noticed; `rule_set` what says so.
    """

    fr = "Le silence du certificateur jusqu'au dernier jour vaut recevabilité, selon la loi."
    said_fr = "Le silence gardé jusqu'au {ended_on} vaut recevabilité."
    said_en = "Silence kept until {ended_on} admits the candidacy."
    effective = After("ended_on")
    decides = True
    ended_on: date
    found_on: date
    rule_set: str


@dataclass(frozen=True, kw_only=True)
class AdmissibilityLapsed(Fact):
    """No step followed the notification of the admissibility by its last day: it is none any more (caducité).

    `since` is the day of the notification, `rule_set` the text by which it lapses.
    """

    fr = "Aucune démarche n'a suivi la notification de la recevabilité : elle est caduque."
    said_fr = "La recevabilité est devenue caduque : aucune démarche du {since} au {last_day}."
    said_en = "The admissibility lapsed: no step from {since} to {last_day}."
    effective = After("last_day")
    decides = True
    since: date
    last_day: date
    rule_set: str


class KeptFor(Term):
    """The reason why an admissibility without a recorded step does not lapse."""

    REASON = "legitimate_reason", "un motif légitime", "a legitimate reason"
    STEP = "step_elsewhere", "une démarche faite à temps ailleurs", "a step done in time elsewhere"


@dataclass(frozen=True, kw_only=True)
class AdmissibilityKept(Fact):
    """The certifier accepted what keeps the admissibility from lapsing, or makes it stand again where it had."""

    fr = "Le certificateur a admis ce qui maintient la recevabilité, ou la rétablit si elle était caduque."
    said_fr = "La recevabilité est maintenue : {ground}."
    said_en = "The admissibility is kept: {ground}."
    effective = "kept_on"
    decides = True
    ground: KeptFor
    kept_on: date
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class FileCounted(Fact):
    """A feasibility file counts against what the law lets a person submit in the year in which it was received.

    `certification` is the register's code, `rule_set` the text. `instead_of` is the day keyed before of the same
    file, where that was corrected; `elsewhere` how many were then declared, of other certifiers.
    """

    fr = "Un dossier de faisabilité compte dans la limite légale de l'année de sa réception."
    said_fr = "Le dossier reçu le {received_on} compte dans la limite légale de son année."
    said_en = "The file received on {received_on} counts against the legal limit of its year."
    effective = "received_on"
    candidacy: CandidacyId
    certification: str
    received_on: date
    rule_set: str
    instead_of: date | None = None
    elsewhere: int | None = None


@dataclass(frozen=True, kw_only=True)
class FileDiscounted(Fact):
    """A feasibility file counts no longer in its year: it was another person's (dossier d'une autre personne).

    `received_on` is the day of receipt under which it was counted.
    """

    fr = "Un dossier de faisabilité ne compte plus dans son année : c'était celui d'une autre personne."
    said_fr = "Le dossier reçu le {received_on} ne compte plus : c'était celui d'une autre personne."
    said_en = "The file received on {received_on} counts no longer: it was another person's."
    candidacy: CandidacyId
    received_on: date


@dataclass(frozen=True, kw_only=True)
class PlaceTaken(Fact):
    """A candidacy was admitted by a route in a year, within the quota of its rulebook."""

    fr = "Une candidature a été admise par une voie, dans le contingent de l'année."
    said_fr = "Une place de l'année {year} a été prise par la voie {route}."
    said_en = "A place of the year {year} was taken by route {route}."
    framework: FrameworkId
    route: Route
    year: int
    candidacy: CandidacyId
    rulebook: RulebookId


@dataclass(frozen=True, kw_only=True)
class BlocksSought(Fact):
    """The candidate seeks these blocks now, and their time runs anew; none named: the whole certification.

    `anew`: the feasibility file is to come again, what stood of it having been for other than that.
    """

    fr = "Les blocs que le candidat demande désormais ; aucun : la certification entière."
    said_fr = (
        "La candidature vise désormais {blocks:{blocks}|la certification entière}{option:, option {option}|}"
        "{anew:, ce qui demande un nouveau dossier de faisabilité|}."
    )
    said_en = (
        "The candidacy now seeks {blocks:{blocks}|the whole certification}{option:, option {option}|}"
        "{anew:, which asks for a new feasibility file|}."
    )
    effective = "sought_on"
    blocks: tuple[int, ...]
    sought_on: date
    option: str | None = None
    anew: bool = False


@dataclass(frozen=True, kw_only=True)
class RouteChanged(Fact):
    """The candidacy goes on by another route of access; what was granted stays (changement de voie)."""

    fr = "La candidature se poursuit par une autre voie d'accès ; ce qui était accordé le reste."
    said_fr = "La candidature se poursuit par la voie {route} ; ce qui était accordé le reste."
    said_en = "The candidacy goes on by route {route}; what was granted stays granted."
    effective = "changed_on"
    milestone = True
    route: Route
    changed_on: date
    began_on: date | None = None
    portal: bool = False


@dataclass(frozen=True, kw_only=True)
class BlockCarriedOver(Fact):
    """A block counts here since juries granted, in an earlier candidacy, the `blocks` that lead to it (reprise).

    `granted_on` is the day of the last of these juries; `framework` the version whose numbers `blocks` are.
    """

    fr = "Un bloc compte ici : des jurys ont accordé, dans une autre candidature, ceux qui y mènent."
    said_fr = "Le bloc {block} compte ici, acquis le {granted_on} dans une autre candidature de la même personne."
    said_en = "Block {block} counts here, won on {granted_on} in another candidacy of the same person."
    decides = True
    candidacy: CandidacyId
    block: int
    earlier: CandidacyId
    framework: FrameworkId
    blocks: tuple[int, ...]
    sessions: tuple[SessionId, ...]
    granted_on: date


@dataclass(frozen=True, kw_only=True)
class BlockSatisfied(Fact):
    """A block counts here by another certification, under a published equivalence, as a piece of evidence proves."""

    fr = "Un bloc compte ici par une autre certification, selon une équivalence publiée et prouvée."
    said_fr = "Le bloc {block} est satisfait par une autre certification, obtenue le {obtained_on}."
    said_en = "Block {block} is satisfied by another certification, obtained on {obtained_on}."
    decides = True
    candidacy: CandidacyId
    block: int
    equivalence: int
    evidence: EvidenceId
    obtained_on: date


@dataclass(frozen=True, kw_only=True)
class CountedElsewhere(Fact):
    """Blocks granted in this candidacy count in a later one: should they fall, so do those."""

    fr = "Des blocs accordés ici comptent dans une candidature plus récente, et tombent avec eux."
    said_fr = "Des blocs accordés dans cette candidature comptent dans une autre, plus récente."
    said_en = "Blocks granted in this candidacy count in another, later one."
    after_the_end = "what was won before counts elsewhere all the same"
    candidacy: CandidacyId
    later: CandidacyId


@dataclass(frozen=True, kw_only=True)
class EvidenceSubmitted(Fact):
    """A piece of evidence was put in for some competences (preuve). `size` in bytes, `media_type` by its first bytes.

    The piece's content never changes under this id; `digest` is its SHA-256 in hexadecimal. A link and a statement
    are files too, which the server made of what was sent; what others made is under check until a later fact says
    what was found. `replaces` is the piece of which it is a newer version; `filed` says that it takes that one's
    place in the validation file, where the check refused it after it was filed. `from_piece` is the piece of the
    candidate's portfolio of which it is a copy: what a scanner finds in one reaches the other.
    """

    fr = "Une preuve a été déposée pour des compétences ; son contenu ne change plus."
    said_fr = "{form} pour {competences}{replaces:, à la place d'une version plus ancienne|}."
    said_en = "{form} for {competences}{replaces:, in place of an older version|}."
    evidence: EvidenceId
    submitted_by: PersonId
    competences: tuple[int, ...]
    media_type: str
    size: int
    name: Annotated[Personal[str], Retention.PAPERS]
    digest: Annotated[Personal[str], Retention.PAPERS]
    form: PieceForm = PieceForm.FILE
    replaces: EvidenceId | None = None
    filed: bool = False
    from_piece: PieceId | None = None


@dataclass(frozen=True, kw_only=True)
class AssessorAssigned(Fact):
    """An assessor was named for some competences (évaluateur).

    A `third_reader` marks where two others lie too far apart, and that mark then decides. With a `sitting`, they
    mark the paper that was collected there, by its number, and are not told whose it is. `ties` are those with the
    candidate then found, as a juror's are.
    """

    fr = "Un évaluateur a été désigné pour des compétences."
    said_fr = "{assessor:Un évaluateur} évaluera {competences}{third_reader:, en troisième lecture|}."
    said_en = "{assessor:An assessor} is to assess {competences}{third_reader:, as a third reader|}."
    assessor: PersonId
    competences: tuple[int, ...]
    third_reader: bool = False
    sitting: SittingId | None = None
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AssessorReleased(Fact):
    """An assessor stepped down, or was found tied: no mark of theirs counts, unless they are named again."""

    fr = "Évaluateur dessaisi, avec son motif : ses notes ne comptent pas, sauf nouvelle désignation."
    said_fr = "{assessor:Un évaluateur} n'évalue plus : ses notes ne comptent plus."
    said_en = "{assessor:An assessor} assesses no more: their marks no longer count."
    assessor: PersonId
    reason: Annotated[Personal[str], Retention.DECISION]


@dataclass(frozen=True, kw_only=True)
class CalledToSitting(Fact):
    """The candidate was called to the sitting of an épreuve (convocation)."""

    fr = "Le candidat a été convoqué à une épreuve."
    said_fr = "Le candidat a été convoqué à une épreuve."
    said_en = "The candidate was called to an épreuve."
    sitting: SittingId


@dataclass(frozen=True, kw_only=True)
class ValidationFileSubmitted(Fact):
    """The candidate filed the validation file: the evidence it lists is frozen (dossier de validation).

    The jury's time limit runs from `filed_on`.
    """

    fr = "Le dossier de validation a été déposé : les preuves qu'il liste sont figées."
    said_fr = (
        "Le dossier de validation a été déposé avec {evidence:1 preuve, désormais figée|# preuves, désormais figées}."
    )
    said_en = (
        "The validation file was filed with {evidence:1 piece of evidence|# pieces of evidence}, frozen from now on."
    )
    milestone = True
    evidence: tuple[EvidenceId, ...]
    filed_on: date


@dataclass(frozen=True, kw_only=True)
class SummonsDelayWaived(Fact):
    """The candidate agreed to be called at short notice before this session or to this sitting, here or on a paper.

    The paper is one signed that day.
    """

    fr = "Le candidat a renoncé au délai de convocation devant cette session ou à cette épreuve."
    said_fr = "Le candidat a renoncé au délai de convocation{on_paper:, sur papier|}."
    said_en = "The candidate waived the delay of a summons{on_paper:, on paper|}."
    effective = "waived_on"
    session: SessionId | None
    waived_on: date
    on_paper: bool = False
    sitting: SittingId | None = None


@dataclass(frozen=True, kw_only=True)
class CandidateSummoned(Fact):
    """The candidate was called before a jury session (convocation)."""

    fr = "Le candidat a été convoqué devant une session de jury."
    said_fr = "Le candidat a été convoqué devant un jury."
    said_en = "The candidate was called before a jury."
    session: SessionId


@dataclass(frozen=True, kw_only=True)
class TrainingEntered(Fact):
    """The candidate entered training for the certification on that day, while it was valid (entrée en formation).

    Stated anew, the last day stated is the one.
    """

    fr = "Le candidat est entré en formation ce jour-là, la certification étant en cours de validité."
    said_fr = "L'entrée en formation est du {entered_on}."
    said_en = "Training was entered on {entered_on}."
    effective = "entered_on"
    entered_on: date


@dataclass(frozen=True, kw_only=True)
class LateDecisionAuthorised(Fact):
    """The certifier authorised deciding on this candidacy, or issuing its certificate, late, on a ground it cites.

    `cause` is what it answers.
    """

    fr = "Le certificateur a autorisé à décider ou à délivrer tardivement, pour une cause."
    said_fr = "{cause:{cause}|Une décision après le terme de l'enregistrement} a été autorisée ({ground})."
    said_en = "{cause:{cause}|A decision after the end of the registration} was authorised ({ground})."
    effective = "authorised_on"
    milestone = True
    ground: str
    authorised_on: date
    cause: LateCause


@dataclass(frozen=True, kw_only=True)
class CandidacyWithdrawn(Fact):
    """The candidate withdrew the candidacy (retrait), here or by a letter that was received that day."""

    fr = "Le candidat a retiré sa candidature."
    said_fr = "La candidature a été retirée."
    said_en = "The candidacy was withdrawn."
    effective = "withdrawn_on"
    milestone = True
    withdrawn_on: date
    reason: Annotated[Personal[str], Retention.DECISION] | None = None


@dataclass(frozen=True, kw_only=True)
class CandidacyLapsed(Fact):
    """The candidacy's period ran out without another step (caducité): since which day, and its last day."""

    fr = "Le délai de la candidature s'est écoulé sans autre étape (caducité)."
    said_fr = "La candidature est devenue caduque : son délai a pris fin le {last_day}."
    said_en = "The candidacy lapsed: its period ended on {last_day}."
    decides = True
    since: date
    last_day: date


@dataclass(frozen=True, kw_only=True)
class CandidacyResumed(Fact):
    """A candidacy that had ended was taken up again, with what was granted in it (reprise)."""

    fr = "Une candidature qui avait pris fin a été reprise, avec ce qui y était accordé."
    said_fr = "La candidature a été reprise ; ce qui était accordé le reste."
    said_en = "The candidacy was taken up again; what was granted stays granted."
    effective = "resumed_on"
    after_the_end = "it is taken up again"
    milestone = True
    resumed_on: date


class Fall(Term):
    """The reason why a block no longer counts: its grant was annulled, it was counted by mistake, or by fraud."""

    ANNULLED = "annulled", "la décision qui l'accordait est annulée", "the decision that granted it was annulled"
    MISTAKEN = "mistaken", "il comptait par erreur", "it was counted by mistake"
    FRAUD = "fraud", "il avait été obtenu par fraude", "it had been obtained by fraud"


@dataclass(frozen=True, kw_only=True)
class CreditFell(Fact):
    """A block that counted here counts no more, as if it never had; `since` is the day it had been won.

    `fell_on` is the day on which that became known: unless it was for fraud, the candidate's time runs from it.
    """

    fr = "Un bloc acquis ailleurs ne compte plus ici, comme s'il n'avait jamais compté."
    said_fr = "Le bloc {block} ne compte plus ici : {fall}."
    said_en = "Block {block} counts here no more: {fall}."
    effective = "since"
    after_the_end = "what counted here falls all the same"
    decides = True
    candidacy: CandidacyId
    block: int
    fall: Fall
    since: date
    reason: Annotated[Personal[str], Retention.DECISION] | None = None
    fell_on: date


@dataclass(frozen=True, kw_only=True)
class CreditRestored(Fact):
    """A block that counted here and fell counts again: what made it fall was lifted."""

    fr = "Un bloc qui comptait ici et ne comptait plus compte de nouveau : la cause en est levée."
    said_fr = "Le bloc {block} compte de nouveau ici."
    said_en = "Block {block} counts here again."
    effective = "since"
    after_the_end = "what fell before stands again all the same"
    decides = True
    candidacy: CandidacyId
    block: int
    since: date


EnrolmentFact = RulebookAccepted | SummonsDelayWaived
Received = FeasibilityFileSubmitted | FeasibilityFileFoundIncomplete | FeasibilityFileCompleted | ReceiptDayCorrected
"""Facts about the file."""
FeasibilityFact = Received | AdmissibilityImplied
LifeFact = (
    CandidacyWithdrawn
    | CandidacyLapsed
    | CandidacyResumed
    | RouteChanged
    | BlocksSought
    | AdvisorNamed
    | AdvisorReleased
    | TrainingEntered
    | LateDecisionAuthorised
)
CandidacyFact = (
    CandidacyOpened
    | BeginningCorrected
    | AdmissibilityDecided
    | AdmissibilityNotified
    | AdmissibilityCorrected
    | AdmissibilityReconsidered
    | EvidenceSubmitted
    | ValidationFileSubmitted
    | AssessorAssigned
    | AssessorReleased
    | CandidateSummoned
    | FeasibilityFact
    | AdmissibilityLapsed
    | AdmissibilityKept
    | LifeFact
    | CalledToSitting
    | EnrolmentFact
)
CreditFact = BlockCarriedOver | BlockSatisfied | CountedElsewhere | CreditFell | CreditRestored
PlacesFact = PlaceTaken
FilingsFact = FileCounted | FileDiscounted
