"""What does each fact say, as one sentence of a history, in French and in English?

A fact without a sentence does not pass mypy; its grounds (reasons, comments, names of files) stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, assert_never
from uuid import UUID

from domain.accommodation import AccommodationFact
from domain.assessment import AssessmentFact, AssessmentFiled, AssessmentReopened, CompetenceAssessed
from domain.attendance import (
    Attendance,
    AttendanceCorrected,
    CandidateNotHeard,
    CandidateSignedIn,
    RemoteHearingAnswered,
    RemoteHearingOffered,
    SummonsFell,
)
from domain.candidacy import (
    AdmissibilityDecided,
    AssessorAssigned,
    AssessorReleased,
    CandidacyFact,
    CandidacyOpened,
    CandidateSummoned,
    EvidenceSubmitted,
    ValidationFileSubmitted,
)
from domain.career import AffiliationStated, QualityRecognised
from domain.certifiers import CertifierNamed, CertifiersFact
from domain.connection import ConnectionLost, ConnectionRestored, ConnectionsFact, JurorConnected
from domain.credit import (
    BlockCarriedOver,
    BlockSatisfied,
    CountedElsewhere,
    CreditFact,
    CreditFell,
    CreditRestored,
    Fall,
)
from domain.deliberation import DeliberationFact, DeliberationOpened, JurorRecused
from domain.enrolment import RulebookAccepted, SummonsDelayWaived
from domain.evidence import (
    EvidenceCleared,
    EvidenceFact,
    EvidenceQuarantined,
    EvidenceRedirected,
    EvidenceRejected,
    EvidenceWithdrawn,
)
from domain.evidence_rules import Form
from domain.fact import Retention
from domain.fallen import Cause, DecisionAnnulled, DecisionRestored, TitleFell, TitleRestored
from domain.framework import FrameworkFact, FrameworkPublished, RouteOpened
from domain.fraud import FraudFact
from domain.granting import BlockGranted, BlockNotGranted, TitlePronounced
from domain.institution import (
    HabilitationEnded,
    HabilitationGranted,
    HabilitationResumed,
    HabilitationSuspended,
    InstitutionFact,
    OrganisationRegistered,
)
from domain.jury import (
    CandidateListed,
    JurorAppointed,
    JurySessionFact,
    MinutesSigned,
    PanelDerogationGranted,
    ResultsReleased,
    SessionClosed,
    SessionOpened,
    SessionPlanned,
    SubstituteSeated,
)
from domain.jury_rule import Quality
from domain.law import LawFact, RuleSetPublished, RuleSetRepealed
from domain.notice import NoticeFact
from domain.organisation import (
    AuditExported,
    CheckpointKeyEndorsed,
    DoubtAccepted,
    LegalHoldLifted,
    LegalHoldPlaced,
    OrganisationFact,
)
from domain.paper import KeyedFromPaper
from domain.papers import PapersFact
from domain.person import (
    DuplicateLinked,
    DuplicateUnlinked,
    IdentityCorrected,
    PersonErased,
    PersonExported,
    PersonFact,
    Registered,
    RoleGranted,
    RoleWithdrawn,
    Tie,
    TieDeclared,
    TieWithdrawn,
)
from domain.ports import Role
from domain.proposal import CompetenceProposed
from domain.quota import PlaceTaken
from domain.rectification import (
    RectificationApproved,
    RectificationFact,
    RectificationProposed,
    RectificationRejected,
)
from domain.rectified import DecisionRectified
from domain.register import RegisterEntered, RegisterFact, TitleReinstated, TitleWithdrawn
from domain.registration import RegistrationFact
from domain.reminder import ReminderGiven
from domain.reopened import DeliberationReopened
from domain.reserve import ReserveFact
from domain.review import CourtRuled, ReviewAnswered, ReviewFact, ReviewRequested
from domain.rulebook import RulebookFact, RulebookPublished
from domain.ruling import CompetenceRuled
from domain.session_course import (
    CandidateFreed,
    ChairReplaced,
    CommissionNamed,
    MinutesSignatureRefused,
    MinutesTranscribed,
    SessionCancelled,
    SessionPostponed,
    SessionReopened,
)
from domain.sitting import SittingFact
from domain.succession import (
    CorrespondenceAdmitted,
    CorrespondenceWithdrawn,
    EquivalenceAdmitted,
    FrameworkRetired,
)
from domain.vote import CandidateReferred, DecisionDeferred, DecisionVoted
from webapi.checks_in_words import unfit
from webapi.pages import sentences_of_sittings, sentences_on_the_way
from webapi.pages.afterwards import fraud, notice, paper, reserve
from webapi.pages.sentences_of_sittings import AtSittings
from webapi.pages.sentences_on_the_way import OnTheWay
from webapi.words import DOCUMENTS, GROUNDS, PURPOSES, WORDS, competences, day, listed, named_blocks

AnyFact = (
    FrameworkFact
    | RulebookFact
    | LawFact
    | PersonFact
    | CandidacyFact
    | RegistrationFact
    | PlaceTaken
    | ReminderGiven
    | EvidenceFact
    | AssessmentFact
    | JurySessionFact
    | DeliberationFact
    | CreditFact
    | ConnectionsFact
    | ReviewFact
    | RectificationFact
    | RegisterFact
    | PapersFact
    | NoticeFact
    | FraudFact
    | OrganisationFact
    | InstitutionFact
    | CertifiersFact
    | SittingFact
    | AccommodationFact
)
ToldElsewhere = OnTheWay | AtSittings | FraudFact | ReserveFact | NoticeFact | PapersFact

ROLES: dict[str, tuple[str, str]] = {role.value: WORDS[f"as.{role.value}"] for role in Role}
TIES: dict[Tie, tuple[str, str]] = {
    Tie.ADVISED: ("l'a accompagné·e", "advised them"),
    Tie.TRAINED: ("l'a formé·e", "trained them"),
    Tie.EMPLOYER: ("l'emploie ou l'a employé·e", "employs or employed them"),
    Tie.COLLEAGUE: ("travaille ou a travaillé avec elle ou lui", "is or was a colleague"),
    Tie.FAMILY: ("est de sa famille", "is family"),
    Tie.OTHER: ("a un autre lien avec elle ou lui", "has another tie with them"),
}
FORMS: dict[Form, tuple[str, str]] = {
    Form.FILE: ("Une preuve a été déposée", "A piece of evidence was put in"),
    Form.LINK: ("Un lien a été déposé comme preuve", "A link was put in as evidence"),
    Form.STATEMENT: ("Un texte a été déposé comme preuve", "A written statement was put in as evidence"),
}
QUALITIES: dict[Quality, tuple[str, str]] = {
    Quality.EXTERNAL: ("vient de l'extérieur", "comes from outside"),
    Quality.EMPLOYERS: ("représente les employeurs", "represents employers"),
    Quality.EMPLOYEES: ("représente les salariés", "represents employees"),
    Quality.PROFESSION: ("exerce le métier", "practises the profession"),
    Quality.QUALIFIED: ("est qualifiée au titre de la certification", "is qualified in the certification"),
}
CAUSES: dict[Cause, tuple[str, str]] = {
    Cause.REVIEW: ("à la suite d'un réexamen", "after a review"),
    Cause.COURT: ("par une décision de justice", "by a court"),
    Cause.FRAUD: ("pour fraude", "for fraud"),
}


FALLS: dict[Fall, tuple[str, str]] = {
    Fall.ANNULLED: ("la décision qui l'accordait est annulée", "the decision that granted it was annulled"),
    Fall.MISTAKEN: ("il comptait par erreur", "it was counted by mistake"),
    Fall.FRAUD: ("il avait été obtenu par fraude", "it had been obtained by fraud"),
}


CLASSES: dict[Retention, tuple[str, str]] = {
    Retention.IDENTITY: ("identité et coordonnées", "identity and contact"),
    Retention.CIVIL_PROOF: ("justificatifs d'état civil", "proofs of civil status"),
    Retention.PAPERS: ("dossiers, preuves et commentaires", "papers, evidence and comments"),
    Retention.DECISION: ("motifs des décisions", "grounds of decisions"),
    Retention.ACCESSIBILITY: ("aménagements", "accommodations"),
    Retention.CPF: ("déclaration CPF", "CPF declaration"),
    Retention.REGISTER: ("registre des titres", "register of titles"),
}


@dataclass(frozen=True, kw_only=True)
class Names:
    """How people and marks are called for this reader; `who` takes what to say of somebody it does not name."""

    who: Callable[[UUID, str], str]
    mark: Callable[[str], str]

    def people(self, persons: tuple[UUID, ...], several: str, language: str) -> str:
        """The names of some people, or how many they are when the reader is not told the names."""
        called = [self.who(person, "") for person in persons]
        return listed(called, language) if all(called) else f"{len(persons)} {several}"


def sentence(fact: Any, names: Names, language: str) -> str:
    """The sentence of a fact in the reader's language ("fr" or "en")."""
    return french(fact, names) if language == "fr" else english(fact, names)


def french(fact: AnyFact, names: Names) -> str:  # noqa: C901, PLR0911, PLR0912, PLR0915  (one case a fact)
    """The sentence in French."""
    if isinstance(fact, ToldElsewhere):
        return _elsewhere(fact, names, "fr")
    match fact:
        case FrameworkPublished(definition=definition):
            return f"Le référentiel {definition.code}, version {definition.version}, a été publié."
        case RouteOpened(route=route, opened_on=opened_on):
            return f"La voie d'accès {route.value} a été ouverte à compter du {day(opened_on, 'fr')}."
        case CorrespondenceAdmitted(from_blocks=earlier, to_blocks=blocks):
            before, after = named_blocks(earlier, "fr"), named_blocks(blocks, "fr")
            return f"D'une autre version, {before} : correspondance admise avec {after}."
        case CorrespondenceWithdrawn(from_blocks=earlier, to_blocks=blocks, withdrawn_on=withdrawn_on):
            before, after = named_blocks(earlier, "fr"), named_blocks(blocks, "fr")
            said = f"D'une autre version, {before} : correspondance avec {after} retirée"
            return f"{said} à compter du {day(withdrawn_on, 'fr')} ({fact.reference})."
        case EquivalenceAdmitted(certification=certification, part=part, blocks=blocks):
            of = f"{certification}, {part}" if part else certification
            return f"« {of} » a été admis en équivalence pour {named_blocks(blocks, 'fr')}."
        case FrameworkRetired(retired_on=retired_on):
            return f"Le référentiel a été retiré : il n'admet plus personne à compter du {day(retired_on, 'fr')}."
        case RulebookPublished(rules=rules):
            return f"Le règlement de certification, version {rules.version}, a été publié."
        case RuleSetPublished(rule_set=rule_set):
            return f"Un texte a été publié comme règles : {rule_set.reference}."
        case RuleSetRepealed(last=last, reference=reference):
            return f"Un texte est abrogé : son dernier jour est le {day(last, 'fr')} ({reference})."
        case IdentityCorrected():
            return "Le nom de la personne a été corrigé, au vu d'un justificatif d'état civil."
        case Registered():
            return "La personne a été enregistrée."
        case RoleGranted(role=role):
            return f"Le rôle « {ROLES[role][0]} » a été accordé."
        case RoleWithdrawn(role=role):
            return f"Le rôle « {ROLES[role][0]} » a été retiré."
        case AffiliationStated(since=since, until=until):
            end = f" et jusqu'au {day(until, 'fr')}" if until else ""
            return f"Un emploi ou un mandat a été déclaré, à partir du {day(since, 'fr')}{end}."
        case QualityRecognised(quality=quality, since=since):
            return f"Il est reconnu que la personne {QUALITIES[quality][0]} depuis le {day(since, 'fr')}."
        case TieDeclared(candidate=candidate, tie=tie):
            return f"Un lien avec {names.who(candidate, 'un·e candidat·e')} a été déclaré : {TIES[tie][0]}."
        case TieWithdrawn(candidate=candidate, tie=tie):
            return f"Le lien déclaré avec {names.who(candidate, 'un·e candidat·e')} a été retiré : {TIES[tie][0]}."
        case CandidacyOpened(candidate=candidate, route=route):
            return f"{names.who(candidate, 'Le ou la candidat·e')} : candidature ouverte par la voie {route.value}."
        case AdmissibilityDecided(admissible=admissible, file_received_on=received):
            verdict = "recevable" if admissible else "non recevable"
            return f"La candidature a été déclarée {verdict}, sur le dossier reçu le {day(received, 'fr')}."
        case EvidenceSubmitted(competences=numbers, form=form, replaces=older):
            newer = ", à la place d'une version plus ancienne" if older else ""
            return f"{FORMS[form][0]} pour {competences(numbers, 'fr')}{newer}."
        case ValidationFileSubmitted(evidence=pieces):
            held = "1 preuve, désormais figée" if len(pieces) == 1 else f"{len(pieces)} preuves, désormais figées"
            return f"Le dossier de validation a été déposé avec {held}."
        case AssessorAssigned(assessor=assessor, competences=numbers, third_reader=third):
            how = ", en troisième lecture" if third else ""
            return f"{names.who(assessor, 'Un·e évaluateur·rice')} évaluera {competences(numbers, 'fr')}{how}."
        case AssessorReleased(assessor=assessor):
            return f"{names.who(assessor, 'Un·e évaluateur·rice')} n'évalue plus : ses notes ne comptent plus."
        case CandidateSummoned():
            return "Le ou la candidat·e a été convoqué·e devant un jury."
        case RulebookAccepted(on_paper=on_paper):
            return f"Le règlement de la candidature a été accepté{', sur papier' if on_paper else ''}."
        case SummonsDelayWaived(on_paper=on_paper):
            return f"Le ou la candidat·e a renoncé au délai de convocation{', sur papier' if on_paper else ''}."
        case EvidenceRedirected(competences=numbers):
            return f"La preuve sert désormais {competences(numbers, 'fr')}."
        case EvidenceWithdrawn(replaced_by=newer):
            return "La preuve a fait place à une nouvelle version." if newer else "La preuve a été retirée."
        case EvidenceCleared():
            return "La preuve a été vérifiée : rien n'y a été trouvé à redire."
        case EvidenceRejected(reason=reason):
            return f"La vérification a refusé la preuve : {unfit(reason, 'fr')}"
        case EvidenceQuarantined(finding=finding):
            return f"L'antivirus a trouvé « {finding} » dans la preuve, mise en quarantaine."
        case CompetenceAssessed(competence=number, mark=mark):
            return f"La compétence {number} a été évaluée : {names.mark(mark)} (note pour le jury)."
        case AssessmentFiled():
            return "L'évaluation a été remise au jury."
        case AssessmentReopened():
            return "L'évaluation a été rouverte : elle comptera de nouveau une fois remise."
        case SessionPlanned(held_on=held_on, place=place):
            return f"Une session de jury a été fixée au {day(held_on, 'fr')}, à : {place}."
        case JurorAppointed(juror=juror, substitute=substitute, chair=chair):
            seat = "suppléant·e" if substitute else "titulaire"
            seat += ", préside le jury" if chair else ""
            return f"{names.who(juror, 'Une personne')} a été nommé·e au jury ({seat})."
        case SubstituteSeated(substitute=substitute_, replaced=replaced):
            return (
                f"{names.who(substitute_, 'Un·e suppléant·e')} siège au jury et y remplace "
                f"{names.who(replaced, 'un·e titulaire empêché·e')}."
            )
        case CandidateListed():
            return "La candidature a été inscrite à la session de jury."
        case PanelDerogationGranted(rule=rule):
            return f"Une dérogation à la composition du jury a été accordée (règle : {rule})."
        case SessionOpened(present=present, presides=presides):
            chosen = f" Préside : {names.who(presides, 'un autre membre')}." if presides else ""
            return f"La session de jury s'est ouverte. Ont signé : {names.people(present, 'membres', 'fr')}.{chosen}"
        case SessionClosed():
            return "La session de jury a été close."
        case MinutesSigned(signed_by=signed_by):
            return f"Le procès-verbal a été signé par {names.who(signed_by, 'la présidence du jury')}."
        case MinutesSignatureRefused(juror=juror, waived=waived):
            holds = "le procès-verbal vaut sans sa signature" if waived else "le procès-verbal attend sa signature"
            return f"{names.who(juror, 'Un·e membre du jury')} n'a pas signé le procès-verbal ; {holds}."
        case SessionPostponed(held_on=held_on, past_retakes=past):
            late = (
                " ; qui y est convoqué y vient, même si son délai pour se représenter est alors passé" if past else ""
            )
            return f"La session de jury a été reportée au {day(held_on, 'fr')}{late}."
        case SessionCancelled():
            return "La session de jury a été annulée avant de s'ouvrir."
        case ResultsReleased():
            return "Les résultats ont été communiqués."
        case JurorRecused(juror=juror):
            return f"{names.who(juror, 'Un membre du jury')} s'est retiré·e de cette délibération."
        case DeliberationReopened():
            return "Ce que le jury avait décidé est défait : un membre ne pouvait statuer. Il délibère de nouveau."
        case KeyedFromPaper(keyed_by=keyed_by):
            return f"{names.who(keyed_by, 'Une personne')} a saisi ce que dit le procès-verbal papier."
        case SessionReopened():
            return (
                "La session close siège de nouveau pour cette candidature ; le procès-verbal sera signé de nouveau."
            )
        case ChairReplaced(juror=juror):
            return f"{names.who(juror, 'Un·e membre du jury')} signe le procès-verbal à la place de la présidence."
        case DecisionDeferred(blocks=blocks, title=title):
            return f"Le jury a reporté sa décision : {_deferred(blocks, 'fr', title=title)}."
        case DeliberationOpened(panel=panel):
            return f"Le jury a commencé à délibérer, avec {names.people(panel, 'membres', 'fr')}."
        case RemoteHearingOffered():
            return "Une audition à distance a été proposée."
        case RemoteHearingAnswered(accepted=accepted):
            return f"L'audition à distance a été {'acceptée' if accepted else 'refusée'} par le ou la candidat·e."
        case CandidateSignedIn(document=document, remote=remote):
            where = " à distance" if remote else ""
            return f"Le ou la candidat·e s'est présenté·e{where} ; identité vérifiée ({DOCUMENTS[document][0]})."
        case AttendanceCorrected():
            return "Ce qui avait été noté de la présence du ou de la candidat·e a été repris."
        case JurorConnected(juror=juror, document=document):
            called = names.who(juror, "Un·e membre du jury")
            return f"{called} siège à distance ; identité vérifiée ({DOCUMENTS[document][0]})."
        case ConnectionLost(juror=juror):
            return f"{names.who(juror, 'Un·e membre du jury')} a perdu la connexion."
        case ConnectionRestored(juror=juror):
            return f"{names.who(juror, 'Un·e membre du jury')} a retrouvé la connexion."
        case CandidateReferred():
            return "Le jury ne pouvait statuer légalement : le ou la candidat·e est renvoyé·e devant un autre jury."
        case DecisionVoted(majority=False):
            return "Le jury a voté sans majorité : rien n'est décidé avant un autre vote."
        case DecisionVoted(casting_vote=casting_vote):
            how = "la voix de la présidence a départagé" if casting_vote else "une majorité a été acquise"
            return f"Le jury a voté : {how}."
        case SummonsFell(fell_on=fell_on):
            return f"La convocation est tombée le {day(fell_on, 'fr')} : une exclusion atteint le jour du jury."
        case CandidateNotHeard(attendance=attendance):
            how = "excusé·e" if attendance is Attendance.EXCUSED else "absent·e"
            return f"Le ou la candidat·e n'a pas été entendu·e : {how}. Rien n'a été décidé."
        case CommissionNamed():
            return "Une commission d'évaluation rend compte à ce jury."
        case CandidateFreed(work_travels=work_travels):
            if work_travels:
                return (
                    "La session s'est dessaisie au profit d'un autre jury, qui se prononcera sur ses appréciations."
                )
            return "La session s'est dessaisie de la candidature ; elle n'en décide rien."
        case MinutesTranscribed():
            return "Le procès-verbal signé d'une séance tenue sur papier a été déposé pour être transcrit."
        case CompetenceProposed(competence=number, acquired=acquired):
            ruled = "acquise" if acquired else "non acquise"
            return f"La commission a jugé la compétence {number} {ruled}, à titre provisoire."
        case CompetenceRuled(competence=number, acquired=acquired, departs_from=mark):
            ruled = "acquise" if acquired else "non acquise"
            departs = f", contrairement à la note « {names.mark(mark)} »" if mark else ""
            return f"Le jury a déclaré la compétence {number} {ruled}{departs}."
        case BlockGranted(block=block):
            return f"Le jury a accordé le bloc {block}."
        case BlockNotGranted(block=block):
            return f"Le jury n'a pas accordé le bloc {block}."
        case TitlePronounced():
            return "Le jury a prononcé le titre : la certification entière est obtenue."
        case RegisterEntered(number=number, obtained_on=obtained_on):
            return f"Le titre, obtenu le {day(obtained_on, 'fr')}, a été inscrit au registre sous le numéro {number}."
        case DecisionAnnulled(cause=cause):
            return f"Tout ce que ce jury avait décidé est annulé {CAUSES[cause][0]} : appréciations, blocs et titre."
        case TitleFell():
            return "Le titre prononcé par ce jury est tombé avec un bloc sur lequel il reposait."
        case DecisionRestored():
            return "Ce que ce jury avait décidé, et qui était tombé, vaut de nouveau."
        case TitleRestored():
            return "Le titre prononcé par ce jury, et qui était tombé, vaut de nouveau."
        case CreditRestored(block=block):
            return f"Le bloc {block} compte de nouveau ici."
        case TitleReinstated(number=number):
            return f"Le titre numéro {number} est réinscrit au registre, sous son numéro."
        case BlockCarriedOver(block=block, granted_on=granted_on):
            won = day(granted_on, "fr")
            return f"Le bloc {block} compte ici, acquis le {won} dans une autre candidature de la même personne."
        case BlockSatisfied(block=block, obtained_on=obtained_on):
            return f"Le bloc {block} est satisfait par une autre certification, obtenue le {day(obtained_on, 'fr')}."
        case CountedElsewhere():
            return "Des blocs accordés dans cette candidature comptent dans une autre, plus récente."
        case CreditFell(block=block, fall=fall):
            return f"Le bloc {block} ne compte plus ici : {FALLS[fall][0]}."
        case ReviewRequested(ground=ground):
            return f"Un réexamen de la décision du jury a été demandé (motif : {GROUNDS[ground][0]})."
        case ReviewAnswered(accepted=accepted):
            return f"La demande de réexamen a été {'acceptée' if accepted else 'rejetée'}."
        case RectificationProposed(rulings=rulings):
            return f"Une rectification a été proposée{_concerned([each.competence for each in rulings], 'fr')}."
        case RectificationApproved():
            return "La rectification a été approuvée par une seconde personne."
        case RectificationRejected():
            return "La rectification proposée a été rejetée : la décision reste telle que saisie."
        case DecisionRectified():
            return f"La décision saisie a été rectifiée selon le procès-verbal signé : {_rectified(fact, 'fr')}."
        case CourtRuled(court=court, ruled_on=ruled_on, quashes=True):
            quashed = f"la juridiction « {court} » a cassé l'annulation de la décision du jury, qui vaut de nouveau."
            return f"Le {day(ruled_on, 'fr')}, {quashed}"
        case CourtRuled(court=court, ruled_on=ruled_on, annuls=annuls):
            said = "annulé" if annuls else "laissé subsister"
            return f"Le {day(ruled_on, 'fr')}, la juridiction « {court} » a {said} la décision du jury."
        case TitleWithdrawn(number=number):
            return f"Le titre numéro {number} a été retiré du registre ; ce numéro n'est jamais redonné."
        case PersonErased(retention=retention):
            return f"Les données de la catégorie « {CLASSES[retention][0]} » ont été effacées."
        case PersonExported():
            return "Toutes les données conservées au sujet de la personne ont été remises."
        case CheckpointKeyEndorsed(replaces=replaces):
            return "Une clé de scellement a été endossée" + (", qui remplace la précédente." if replaces else ".")
        case DoubtAccepted(findings=findings):
            return f"L'exploitant a laissé subsister ce qui était mis en doute dans le journal ({len(findings)})."
        case AuditExported(facts=facts):
            return f"Un export pour audit de {facts} faits a été remis."
        case LegalHoldPlaced(classes=classes):
            return f"Une conservation conservatoire retient : {listed([CLASSES[kept][0] for kept in classes], 'fr')}."
        case LegalHoldLifted():
            return "Une conservation conservatoire a été levée."
        case OrganisationRegistered(legal_name=name):
            return f"L'organisme « {name} » a été enregistré."
        case CertifierNamed(certification=code, keeps_register=keeps):
            return f"Un certificateur de {code} a été nommé" + (", qui tient le registre." if keeps else ".")
        case HabilitationGranted(certification=code, purpose=purpose, first_day=first):
            return (
                f"L'organisme a été habilité, pour {code}, à {PURPOSES[purpose][0]}, à partir du {day(first, 'fr')}."
            )
        case HabilitationSuspended(first_day=first):
            return f"Une habilitation a été suspendue à partir du {day(first, 'fr')}."
        case HabilitationResumed(resumed_on=resumed_on):
            return f"Une habilitation suspendue compte de nouveau à partir du {day(resumed_on, 'fr')}."
        case HabilitationEnded(last_day=last):
            return f"Une habilitation a pris fin ; son dernier jour est le {day(last, 'fr')}."
        case DuplicateLinked():
            return "Deux dossiers ont été liés comme étant de la même personne ; rien n'est fusionné."
        case DuplicateUnlinked():
            return "Deux dossiers ont été déliés : ils ne sont pas de la même personne."
        case _:
            assert_never(fact)


def english(fact: AnyFact, names: Names) -> str:  # noqa: C901, PLR0911, PLR0912, PLR0915  (one case a fact)
    """The sentence in English."""
    if isinstance(fact, ToldElsewhere):
        return _elsewhere(fact, names, "en")
    match fact:
        case FrameworkPublished(definition=definition):
            return f"Framework {definition.code}, version {definition.version}, was published."
        case RouteOpened(route=route, opened_on=opened_on):
            return f"The route {route.value} was opened from {day(opened_on, 'en')}."
        case CorrespondenceAdmitted(from_blocks=earlier, to_blocks=blocks):
            before, after = named_blocks(earlier, "en"), named_blocks(blocks, "en")
            return f"Of another version, {before}: admitted as leading to {after}."
        case CorrespondenceWithdrawn(from_blocks=earlier, to_blocks=blocks, withdrawn_on=withdrawn_on):
            before, after = named_blocks(earlier, "en"), named_blocks(blocks, "en")
            said = f"Of another version, {before}: leading no more to {after}"
            return f"{said} from {day(withdrawn_on, 'en')} ({fact.reference})."
        case EquivalenceAdmitted(certification=certification, part=part, blocks=blocks):
            of = f"{certification}, {part}" if part else certification
            return f"“{of}” was admitted as satisfying {named_blocks(blocks, 'en')}."
        case FrameworkRetired(retired_on=retired_on):
            return f"The framework was retired: it admits nobody from {day(retired_on, 'en')}."
        case RulebookPublished(rules=rules):
            return f"The certifier's rulebook, version {rules.version}, was published."
        case RuleSetPublished(rule_set=rule_set):
            return f"A text of law was published as rules: {rule_set.reference}."
        case RuleSetRepealed(last=last, reference=reference):
            return f"A text of law was repealed: its last day is {day(last, 'en')} ({reference})."
        case IdentityCorrected():
            return "The person's name was corrected, by a document of civil status."
        case Registered():
            return "The person was registered."
        case RoleGranted(role=role):
            return f"The role “{ROLES[role][1]}” was granted."
        case RoleWithdrawn(role=role):
            return f"The role “{ROLES[role][1]}” was withdrawn."
        case AffiliationStated(since=since, until=until):
            end = f" to {day(until, 'en')}" if until else ""
            return f"An employment or a mandate was stated, from {day(since, 'en')}{end}."
        case QualityRecognised(quality=quality, since=since):
            return f"It is recognised that the person {QUALITIES[quality][1]}, since {day(since, 'en')}."
        case TieDeclared(candidate=candidate, tie=tie):
            return f"A tie with {names.who(candidate, 'a candidate')} was declared: {TIES[tie][1]}."
        case TieWithdrawn(candidate=candidate, tie=tie):
            return f"The tie declared with {names.who(candidate, 'a candidate')} was withdrawn: {TIES[tie][1]}."
        case CandidacyOpened(candidate=candidate, route=route):
            return f"{names.who(candidate, 'The candidate')} applied by the route {route.value}."
        case AdmissibilityDecided(admissible=admissible, file_received_on=received):
            verdict = "admissible" if admissible else "not admissible"
            return f"The candidacy was found {verdict}, on the file received on {day(received, 'en')}."
        case EvidenceSubmitted(competences=numbers, form=form, replaces=older):
            newer = ", in place of an older version" if older else ""
            return f"{FORMS[form][1]} for {competences(numbers, 'en')}{newer}."
        case ValidationFileSubmitted(evidence=pieces):
            held = "1 piece of evidence" if len(pieces) == 1 else f"{len(pieces)} pieces of evidence"
            return f"The validation file was filed with {held}, frozen from now on."
        case AssessorAssigned(assessor=assessor, competences=numbers, third_reader=third):
            how = ", as a third reader" if third else ""
            return f"{names.who(assessor, 'An assessor')} is to assess {competences(numbers, 'en')}{how}."
        case AssessorReleased(assessor=assessor):
            return f"{names.who(assessor, 'An assessor')} assesses no more: their marks no longer count."
        case CandidateSummoned():
            return "The candidate was called before a jury."
        case RulebookAccepted(on_paper=on_paper):
            return f"The candidacy's rulebook was accepted{', on paper' if on_paper else ''}."
        case SummonsDelayWaived(on_paper=on_paper):
            return f"The candidate waived the delay of a summons{', on paper' if on_paper else ''}."
        case EvidenceRedirected(competences=numbers):
            return f"The piece of evidence now serves {competences(numbers, 'en')}."
        case EvidenceWithdrawn(replaced_by=newer):
            return (
                "The piece of evidence gave way to a newer version."
                if newer
                else "The piece of evidence was withdrawn."
            )
        case EvidenceCleared():
            return "The piece of evidence was checked: nothing was found against it."
        case EvidenceRejected(reason=reason):
            return f"The check refused the piece of evidence: {unfit(reason, 'en')}"
        case EvidenceQuarantined(finding=finding):
            return f"The virus scanner found “{finding}” in the piece of evidence, which is in quarantine."
        case CompetenceAssessed(competence=number, mark=mark):
            return f"Competence {number} was assessed: {names.mark(mark)} (a mark for the jury)."
        case AssessmentFiled():
            return "The assessment was handed to the jury."
        case AssessmentReopened():
            return "The assessment was reopened: it counts again once handed in again."
        case SessionPlanned(held_on=held_on, place=place):
            return f"A jury session was called for {day(held_on, 'en')}, at: {place}."
        case JurorAppointed(juror=juror, substitute=substitute, chair=chair):
            seat = "substitute" if substitute else "titular member"
            seat += ", chairs the jury" if chair else ""
            return f"{names.who(juror, 'A person')} was appointed to the jury ({seat})."
        case SubstituteSeated(substitute=substitute_, replaced=replaced):
            return (
                f"{names.who(substitute_, 'A substitute')} sits in place of "
                f"{names.who(replaced, 'a member who could not come')}."
            )
        case CandidateListed():
            return "The candidacy was put on the jury session's list."
        case PanelDerogationGranted(rule=rule):
            return f"A derogation from the jury's composition was granted (rule: {rule})."
        case SessionOpened(present=present, presides=presides):
            chosen = f" Presiding: {names.who(presides, 'another member')}." if presides else ""
            return f"The jury session opened. Signed in: {names.people(present, 'members', 'en')}.{chosen}"
        case SessionClosed():
            return "The jury session was closed."
        case MinutesSigned(signed_by=signed_by):
            return f"The minutes were signed by {names.who(signed_by, 'the chair')}."
        case MinutesSignatureRefused(juror=juror, waived=waived):
            holds = "the minutes hold without this signature" if waived else "the minutes wait for this signature"
            return f"{names.who(juror, 'A member of the jury')} did not sign the minutes; {holds}."
        case SessionPostponed(held_on=held_on, past_retakes=past):
            late = "; who was called before it comes, even past their time to come back" if past else ""
            return f"The jury session was put off to {day(held_on, 'en')}{late}."
        case SessionCancelled():
            return "The jury session was called off before it opened."
        case ResultsReleased():
            return "The results were made known."
        case JurorRecused(juror=juror):
            return f"{names.who(juror, 'A member of the jury')} stepped out of this deliberation."
        case DeliberationReopened():
            return "What the jury had decided is undone: a member could not decide. It deliberates anew."
        case KeyedFromPaper(keyed_by=keyed_by):
            return f"{names.who(keyed_by, 'Somebody')} keyed what the paper minutes say."
        case SessionReopened():
            return "The session, closed before, sits again on this candidacy; the minutes are to be signed anew."
        case ChairReplaced(juror=juror):
            return f"{names.who(juror, 'A member of the jury')} signs the minutes in the chair's stead."
        case DecisionDeferred(blocks=blocks, title=title):
            return f"The jury put off its decision: {_deferred(blocks, 'en', title=title)}."
        case DeliberationOpened(panel=panel):
            return f"The jury began to deliberate, with {names.people(panel, 'members', 'en')}."
        case RemoteHearingOffered():
            return "A remote hearing was offered."
        case RemoteHearingAnswered(accepted=accepted):
            return f"The candidate {'accepted' if accepted else 'declined'} to be heard remotely."
        case CandidateSignedIn(document=document, remote=remote):
            where = " remotely" if remote else ""
            return f"The candidate came{where}; identity checked ({DOCUMENTS[document][1]})."
        case AttendanceCorrected():
            return "What had been noted of the candidate's coming was taken back."
        case JurorConnected(juror=juror, document=document):
            called = names.who(juror, "A member of the jury")
            return f"{called} sits remotely; identity checked ({DOCUMENTS[document][1]})."
        case ConnectionLost(juror=juror):
            return f"The connection of {names.who(juror, 'a member of the jury')} was lost."
        case ConnectionRestored(juror=juror):
            return f"The connection of {names.who(juror, 'a member of the jury')} was restored."
        case CandidateReferred():
            return "The jury could not lawfully decide on this candidate, who goes before another jury."
        case DecisionVoted(majority=False):
            return "The jury voted without a majority: nothing is decided before another vote."
        case DecisionVoted(casting_vote=casting_vote):
            how = "the chair's vote settled a tie" if casting_vote else "a majority was reached"
            return f"The jury voted: {how}."
        case SummonsFell(fell_on=fell_on):
            return f"The summons fell on {day(fell_on, 'en')}: an exclusion reaches the day of the jury."
        case CandidateNotHeard(attendance=attendance):
            how = "excused" if attendance is Attendance.EXCUSED else "absent"
            return f"The candidate was not heard: {how}. Nothing was decided."
        case CommissionNamed():
            return "An evaluation commission reports to this jury."
        case CandidateFreed(work_travels=work_travels):
            if work_travels:
                return "The session let the candidacy go before another jury, which rules on what it proposed."
            return "The session let the candidacy go; it decides nothing of it."
        case MinutesTranscribed():
            return "The signed minutes of a sitting held on paper were put in to be transcribed."
        case CompetenceProposed(competence=number, acquired=acquired):
            ruled = "acquired" if acquired else "not acquired"
            return f"The commission ruled competence {number} {ruled}, provisionally."
        case CompetenceRuled(competence=number, acquired=acquired, departs_from=mark):
            ruled = "acquired" if acquired else "not acquired"
            departs = f", contrary to the mark “{names.mark(mark)}”" if mark else ""
            return f"The jury ruled competence {number} {ruled}{departs}."
        case BlockGranted(block=block):
            return f"The jury granted block {block}."
        case BlockNotGranted(block=block):
            return f"The jury did not grant block {block}."
        case TitlePronounced():
            return "The jury pronounced the title: the whole certification is obtained."
        case RegisterEntered(number=number, obtained_on=obtained_on):
            return f"The title, obtained on {day(obtained_on, 'en')}, was entered in the register as number {number}."
        case DecisionAnnulled(cause=cause):
            return f"All that this jury had decided was annulled {CAUSES[cause][1]}: rulings, blocks and title."
        case TitleFell():
            return "The title that this jury had pronounced fell with a block that it rested on."
        case DecisionRestored():
            return "What this jury had decided, and had fallen, stands again."
        case TitleRestored():
            return "The title that this jury had pronounced, and had fallen, stands again."
        case CreditRestored(block=block):
            return f"Block {block} counts here again."
        case TitleReinstated(number=number):
            return f"Title number {number} is in the register again, under its own number."
        case BlockCarriedOver(block=block, granted_on=granted_on):
            won = day(granted_on, "en")
            return f"Block {block} counts here, won on {won} in another candidacy of the same person."
        case BlockSatisfied(block=block, obtained_on=obtained_on):
            return f"Block {block} is satisfied by another certification, obtained on {day(obtained_on, 'en')}."
        case CountedElsewhere():
            return "Blocks granted in this candidacy count in another, later one."
        case CreditFell(block=block, fall=fall):
            return f"Block {block} counts here no more: {FALLS[fall][1]}."
        case ReviewRequested(ground=ground):
            return f"A review of the jury's decision was asked for (ground: {GROUNDS[ground][1]})."
        case ReviewAnswered(accepted=accepted):
            return f"The request for review was {'accepted' if accepted else 'rejected'}."
        case RectificationProposed(rulings=rulings):
            return f"A rectification was proposed{_concerned([each.competence for each in rulings], 'en')}."
        case RectificationApproved():
            return "The rectification was approved by a second person."
        case RectificationRejected():
            return "The proposed rectification was rejected: the decision stays as it was keyed."
        case DecisionRectified():
            return (
                f"What was keyed of the decision was put right, as the signed minutes say: {_rectified(fact, 'en')}."
            )
        case CourtRuled(court=court, ruled_on=ruled_on, quashes=True):
            quashed = "quashed the annulment of the jury's decision, which stands again"
            return f"On {day(ruled_on, 'en')} the court “{court}” {quashed}."
        case CourtRuled(court=court, ruled_on=ruled_on, annuls=annuls):
            said = "annulled the jury's decision" if annuls else "let the jury's decision stand"
            return f"On {day(ruled_on, 'en')} the court “{court}” {said}."
        case TitleWithdrawn(number=number):
            return f"Title number {number} was withdrawn from the register; this number is never given again."
        case PersonErased(retention=retention):
            return f"The data of the class “{CLASSES[retention][1]}” were erased."
        case PersonExported():
            return "All that is held about the person was handed out."
        case CheckpointKeyEndorsed(replaces=replaces):
            return "A checkpoint key was endorsed" + (", which replaces the one before." if replaces else ".")
        case DoubtAccepted(findings=findings):
            return f"The operator let stand what was in doubt in the log ({len(findings)})."
        case AuditExported(facts=facts):
            return f"An export of {facts} facts was handed to an auditor."
        case LegalHoldPlaced(classes=classes):
            return f"A legal hold keeps: {listed([CLASSES[kept][1] for kept in classes], 'en')}."
        case LegalHoldLifted():
            return "A legal hold was lifted."
        case OrganisationRegistered(legal_name=name):
            return f"The organisation “{name}” was registered."
        case CertifierNamed(certification=code, keeps_register=keeps):
            return f"A certifier of {code} was named" + (", which keeps the register." if keeps else ".")
        case HabilitationGranted(certification=code, purpose=purpose, first_day=first):
            return f"For {code} the organisation was habilitated to {PURPOSES[purpose][1]}, from {day(first, 'en')}."
        case HabilitationSuspended(first_day=first):
            return f"A habilitation was suspended from {day(first, 'en')}."
        case HabilitationResumed(resumed_on=resumed_on):
            return f"A suspended habilitation counts again from {day(resumed_on, 'en')}."
        case HabilitationEnded(last_day=last):
            return f"A habilitation ended; its last day is {day(last, 'en')}."
        case DuplicateLinked():
            return "Two files were linked as of the same person; nothing is merged."
        case DuplicateUnlinked():
            return "Two files were unlinked: they are not of the same person."
        case _:
            assert_never(fact)


def _elsewhere(fact: ToldElsewhere, names: Names, language: str) -> str:
    """The sentence of a fact that a module beside this one tells."""
    french_ = language == "fr"
    if isinstance(fact, OnTheWay):
        told = sentences_on_the_way.french if french_ else sentences_on_the_way.english
        return told(fact, names.who)
    if isinstance(fact, AtSittings):
        return sentences_of_sittings.french(fact) if french_ else sentences_of_sittings.english(fact)
    if isinstance(fact, FraudFact):
        return fraud(fact, language)
    if isinstance(fact, ReserveFact):
        return reserve(fact, language)
    if isinstance(fact, NoticeFact):
        return notice(fact, language)
    return paper(fact, language)


def _concerned(numbers: Sequence[int], language: str) -> str:
    if not numbers:
        return ""
    return f" ({competences(tuple(numbers), language)})"


def _deferred(blocks: Sequence[int], language: str, *, title: bool) -> str:
    """What a jury put off: blocks, the title, or both."""
    numbers = ", ".join(map(str, blocks))
    if language == "fr":
        said = [f"bloc(s) {numbers}"] if blocks else []
        return " et ".join([*said, "le titre"] if title else said)
    said = [f"block(s) {numbers}"] if blocks else []
    return " and ".join([*said, "the title"] if title else said)


def _rectified(fact: DecisionRectified, language: str) -> str:
    """What a rectification came to: competences, blocks, title."""
    french_ = language == "fr"
    parts = [
        (f"compétence {each.competence} " + ("acquise" if each.minuted else "non acquise"))
        if french_
        else (f"competence {each.competence} " + ("acquired" if each.minuted else "not acquired"))
        for each in fact.rulings
    ]
    parts += [f"bloc {block} accordé" if french_ else f"block {block} granted" for block in fact.granted]
    parts += [f"bloc {block} non accordé" if french_ else f"block {block} not granted" for block in fact.not_granted]
    if fact.title is not None:
        pronounced = ("titre prononcé", "title pronounced") if fact.title else ("titre non prononcé", "no title")
        parts.append(pronounced[0 if french_ else 1])
    return ", ".join(parts)
