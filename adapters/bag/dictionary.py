"""What does each fact and each of its fields say? The data dictionary of a bag, from the facts' own definitions."""

from __future__ import annotations

from dataclasses import fields
from html import escape
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from adapters.bag.page import FOOT, both, head, paragraph, table
from adapters.log.codec import FACTS, PERSONAL
from domain.fact import Retention
from domain.replay import KINDS

ENVELOPE = (
    ("append_id", "Identifiant de l'enregistrement", "Id of the append that recorded it"),
    ("n", "Rang dans cet enregistrement", "Place within that append"),
    ("position", "Place dans le journal", "Place in the log"),
    ("recorded_at", "Instant d'écriture dans la base (preuve seulement)", "When the database wrote it (proof only)"),
    ("stream", "Fil : ce dont le fait parle", "Stream: what the fact is about"),
    ("type", "Type du fait", "Type of the fact"),
    ("version", "Rang dans son fil", "Place within its stream"),
    ("body", "Contenu, en JSON canonique", "Content, as canonical JSON"),
    ("body.as", "Rôle de la personne qui a agi", "Role of the person who acted"),
    ("body.by", "Personne qui a agi ; vide pour l'exploitant", "Person who acted; empty for the operator"),
    ("body.on", "Jour (Europe/Paris) que lisent les règles", "Day (Europe/Paris) that the rules read"),
    ("body.request", "Empreinte (HMAC) de la demande", "HMAC of the request"),
    ("body.sealed", "Champs personnels, chiffrés par personne", "Personal fields, encrypted per person"),
)

FRENCH: dict[str, str] = {
    "FrameworkPublished": "Le certificateur a publié une version du référentiel, mot pour mot, avec ses lectures.",
    "RouteOpened": "Le certificateur a ouvert une voie d'accès à partir d'un jour, avec son motif et ses modalités.",
    "CorrespondenceAdmitted": "Le certificateur a admis que des blocs d'une autre version mènent à ceux de celle-ci.",
    "EquivalenceAdmitted": "Le certificateur a admis qu'une autre certification satisfait des blocs de celle-ci.",
    "FrameworkRetired": "Le certificateur a retiré la version : à compter de ce jour, elle n'admet plus personne.",
    "RulebookPublished": "Le certificateur a publié une version de son règlement.",
    "RuleSetPublished": "Un texte de loi est devenu des règles : qui il vise, depuis quand, comment il a été connu.",
    "RuleSetRepealed": "Un texte de loi a été abrogé : son dernier jour, et le texte qui le dit.",
    "Registered": "Une personne a été enregistrée.",
    "IdentityCorrected": "Le nom a été corrigé, ou a changé avec l'état civil, au vu d'un justificatif.",
    "RoleGranted": "Un rôle a été accordé à la personne.",
    "RoleWithdrawn": "Un rôle a été retiré à la personne.",
    "TieDeclared": "Un lien entre cette personne et un candidat a été déclaré.",
    "PersonErased": "La clé d'une catégorie de ses données est à détruire : plus personne ne les lit.",
    "PersonExported": "Tout ce qui est conservé à son sujet lui a été remis, ou à qui le lui remettra.",
    "CandidacyOpened": "Une personne a demandé une certification par une voie d'accès (candidature).",
    "DuplicateLinked": "Ce dossier et un autre sont de la même personne ; rien n'est fusionné.",
    "DuplicateUnlinked": "Ce dossier et un autre sont de deux personnes : tout est comme avant leur lien.",
    "PlaceTaken": "Une candidature a été admise par une voie, dans le contingent de l'année.",
    "CandidacyWithdrawn": "Le candidat a retiré sa candidature.",
    "CandidacyLapsed": "Le délai de la candidature s'est écoulé sans autre étape (caducité).",
    "CandidacyResumed": "Une candidature qui avait pris fin a été reprise, avec ce qui y était accordé.",
    "RouteChanged": "La candidature se poursuit par une autre voie d'accès ; ce qui était accordé le reste.",
    "BlocksSought": "Les blocs que le candidat demande désormais ; aucun : la certification entière.",
    "AdvisorNamed": "Quelqu'un accompagne le candidat à compter de ce jour.",
    "AdvisorReleased": "Quelqu'un n'accompagne plus le candidat ; qu'il l'a fait reste un lien.",
    "LateDecisionAuthorised": "Le certificateur a autorisé une décision après le terme de l'enregistrement.",
    "FeasibilityFileSubmitted": "Le dossier de faisabilité a été reçu ce jour-là ; VAE seulement.",
    "FeasibilityFileFoundIncomplete": "Des pièces manquantes ont été demandées : le délai ne court plus.",
    "FeasibilityFileCompleted": "Les pièces manquantes ont été reçues ce jour-là.",
    "AdmissibilityImplied": "Le silence du certificateur jusqu'au dernier jour vaut recevabilité, selon la loi.",
    "RegistrationSuspended": "L'enregistrement ne court plus à compter de ce jour : ni admission, ni décision.",
    "RegistrationResumed": "L'enregistrement court de nouveau à compter de ce jour.",
    "RegistrationEnded": "Le dernier jour de l'enregistrement a été fixé, avec ou sans date limite de délivrance.",
    "AdmissibilityDecided": "Le certificateur a déclaré la candidature recevable ou non ; VAE seulement.",
    "EvidenceSubmitted": "Une preuve a été déposée pour des compétences ; son contenu ne change plus.",
    "ValidationFileSubmitted": "Le dossier de validation a été déposé : les preuves qu'il liste sont figées.",
    "AssessorAssigned": "Un évaluateur a été désigné pour des compétences.",
    "AssessorReleased": "Un évaluateur n'évalue plus, avec son motif : aucune de ses notes ne compte plus.",
    "CandidateSummoned": "Le candidat a été convoqué devant une session de jury.",
    "EvidenceRedirected": "La preuve sert désormais d'autres compétences.",
    "EvidenceWithdrawn": "La preuve a été retirée avant d'être déposée au dossier.",
    "CompetenceAssessed": "L'évaluateur a donné une appréciation ; une plus récente la remplace jusqu'au dépôt.",
    "AssessmentFiled": "L'évaluateur a remis son évaluation au jury.",
    "AssessmentReopened": "L'évaluation a été rouverte, avec son motif, avant qu'un jury ait décidé sur elle.",
    "SessionPlanned": "Une session de jury a été fixée à un jour, selon la composition du référentiel.",
    "JurorAppointed": "Un siège, titulaire ou suppléant, a été donné à une personne, avec ses qualités.",
    "SubstituteSeated": "Un suppléant a pris le siège d'un membre empêché.",
    "CandidateListed": "Une candidature a été inscrite sur la liste de la session.",
    "PanelDerogationGranted": "Un défaut d'équilibre a été admis, avec son motif et la preuve des recherches.",
    "SessionOpened": "La session s'est ouverte avec les membres qui ont signé ; ce jour est celui des décisions.",
    "SessionClosed": "La session est close : plus rien ne s'y décide.",
    "MinutesSigned": "Un membre présent, le président ou un autre signataire, a signé le procès-verbal.",
    "MinutesSignatureRefused": "Un membre présent n'a pas signé le procès-verbal, par refus ou empêchement.",
    "SessionPostponed": "La session a été reportée avant de s'ouvrir ; ses sièges et sa liste restent.",
    "SessionCancelled": "La session a été annulée avant de s'ouvrir ; ses candidats sont à convoquer ailleurs.",
    "ResultsReleased": "Les résultats ont été communiqués ; jusque-là ils étaient provisoires et cachés.",
    "JurorRecused": "Un juré s'est déporté pour ce candidat ; les blocs non décidés sont à apprécier de nouveau.",
    "DeliberationOpened": "Le jury a examiné ou entendu ce candidat, avec ces membres.",
    "RemoteHearingOffered": "Il a été proposé au candidat d'être entendu à distance.",
    "RemoteHearingAnswered": "Le candidat a accepté d'être entendu à distance, ou l'a refusé.",
    "CandidateSignedIn": "Le candidat s'est présenté et a émargé, identité vérifiée sur une pièce de ce genre.",
    "AttendanceCorrected": "Ce qui avait été noté de la présence du candidat a été repris avant la délibération.",
    "JurorConnected": "Un membre a rejoint la session à distance avant l'ouverture, identité vérifiée.",
    "ConnectionLost": "La connexion d'un membre à distance a été perdue : il ne prend part à rien entre-temps.",
    "ConnectionRestored": "Un membre à distance est de nouveau vu et entendu.",
    "CandidateNotHeard": "Le candidat ne s'est pas présenté : excusé ou absent. Rien n'a été décidé.",
    "CompetenceRuled": "Le jury a jugé une compétence acquise ou non, et dit la note dont il s'écarte.",
    "BlockGranted": "Le jury a accordé un bloc : il reste acquis.",
    "BlockNotGranted": "Le jury n'a pas accordé un bloc, avec son motif et son conseil.",
    "TitlePronounced": "Le jury a prononcé le titre : la certification entière est obtenue.",
    "DecisionAnnulled": "Tout ce que ce jury avait décidé de ce candidat est annulé : appréciations, blocs, titre.",
    "TitleFell": "Le titre est tombé avec un bloc sur lequel il reposait, accordé par un autre jury puis annulé.",
    "BlockCarriedOver": "Un bloc compte ici : des jurys ont accordé, dans une autre candidature, ceux qui y mènent.",
    "BlockSatisfied": "Un bloc compte ici par une autre certification, selon une équivalence publiée et prouvée.",
    "CountedElsewhere": "Des blocs accordés ici comptent dans une candidature plus récente, et tombent avec eux.",
    "CreditFell": "Un bloc acquis ailleurs ne compte plus ici, comme s'il n'avait jamais compté.",
    "ResultNotified": "Le candidat a été informé de ce qu'un jury a décidé, et de la façon de le contester.",
    "ReviewRequested": "Le candidat a demandé le réexamen de ce qu'un jury a décidé.",
    "ReviewAnswered": "Le certificateur a répondu : rejet, ou acceptation, qui annule la décision.",
    "RectificationProposed": "Quelqu'un a dit ce qui a été saisi autrement qu'au procès-verbal signé.",
    "RectificationApproved": "Une seconde personne a approuvé la rectification, procès-verbal signé en main.",
    "RectificationRejected": "La rectification proposée a été rejetée ou reprise : rien ne change.",
    "DecisionRectified": "Ce qui avait été saisi d'une décision a été remis en accord avec le procès-verbal signé.",
    "CourtRuled": "Un tribunal a laissé subsister la décision d'un jury, ou l'a annulée.",
    "CertificateIssued": "Le parchemin d'un titre a été délivré, à son titulaire tel que nommé et né.",
    "BlockCertified": "L'attestation d'un bloc a été délivrée, tel que cette session l'a accordé.",
    "DuplicateIssued": "Un document perdu a été délivré de nouveau, mot pour mot.",
    "ReissuedForCivilStatus": "Un document a été réédité après un changement d'état civil, sous le même numéro.",
    "RegisterEntered": "Le titre a été inscrit au registre sous le numéro suivant.",
    "TitleWithdrawn": "Un titre a été retiré du registre, avec son motif ; son numéro n'est jamais redonné.",
    "CheckpointKeyEndorsed": "Une clé de scellement a été endossée (clés de vérification C2SP).",
    "AuditExported": "Une partie du journal a été remise à un auditeur : laquelle, jusqu'où, sous quelle racine.",
    "LegalHoldPlaced": "Des données d'une personne ne peuvent être effacées pour l'instant : litige, enquête.",
    "LegalHoldLifted": "Une conservation conservatoire a pris fin.",
    "OrganisationRegistered": "Un organisme a été enregistré : certificateur, partenaire ou centre.",
    "HabilitationGranted": "Un certificateur a habilité l'organisme : pour quoi faire, sur quels sites, quels jours.",
    "HabilitationSuspended": "Une habilitation a été suspendue.",
    "HabilitationResumed": "Une habilitation suspendue compte de nouveau.",
    "HabilitationEnded": "Une habilitation a pris fin ; son dernier jour compte encore.",
    "CertifierNamed": "Un organisme a été nommé certificateur ; un seul tient le registre.",
}

FIELDS: dict[str, str] = {
    "definition": "tout ce que dit la fiche",
    "route": "voie d'accès",
    "opened_on": "jour d'ouverture",
    "ground": "motif",
    "modalities": "modalités d'évaluation",
    "rules": "le règlement",
    "rule_set": "texte de loi, comme règles, ou son nom",
    "last": "dernier jour",
    "name": "nom",
    "email": "adresse électronique",
    "role": "rôle",
    "candidate": "candidat·e",
    "tie": "lien",
    "retention": "catégorie de données",
    "framework": "référentiel",
    "rulebook": "règlement",
    "admissible": "recevable ou non",
    "file_received_on": "jour de réception du dossier",
    "reason": "motif",
    "evidence": "preuve(s)",
    "submitted_by": "déposée par",
    "competences": "compétences",
    "media_type": "type de fichier, tel que détecté",
    "size": "taille : octets d'un fichier, ou feuilles de l'arbre",
    "digest": "empreinte SHA-256 du fichier, ou du procès-verbal signé, en hexadécimal",
    "assessor": "évaluateur",
    "third_reader": "en troisième lecture : sa note décide là où les deux premières s'écartent trop",
    "session": "session de jury",
    "candidacy": "candidature",
    "competence": "compétence",
    "mark": "appréciation, dans l'échelle du règlement",
    "worth": "ce que vaut la note, en centièmes de point",
    "comment": "commentaire",
    "jury": "composition de jury",
    "held_on": "jour prévu",
    "place": "lieu",
    "places": "nombre de places",
    "juror": "juré",
    "external": "extérieur au certificateur",
    "side": "qualité : employeurs ou salariés",
    "sex": "sexe, déclaré pour l'équilibre du jury",
    "substitute": "suppléant",
    "chair": "président",
    "replaced": "membre remplacé",
    "rule": "règle concernée",
    "proof": "preuve des recherches",
    "present": "membres présents",
    "signed_by": "signé par",
    "signatories": "qui doit signer le procès-verbal ; vide, le président",
    "waived": "le procès-verbal vaut sans cette signature",
    "panel": "membres qui délibèrent",
    "attendance": "présence",
    "acquired": "acquise ou non",
    "departs_from": "note dont le jury s'écarte",
    "block": "bloc",
    "advice": "conseil",
    "number": "numéro",
    "obtained_on": "jour d'obtention",
    "issued_on": "jour de délivrance du document",
    "corrections": "changements d'identité connus à la délivrance",
    "holder": "titulaire, tel que nommé sur le document",
    "born": "naissance, telle que sur le document",
    "copy": "rang du duplicata",
    "loss": "ce qu'est devenu le document remplacé",
    "document": "justificatif présenté, ou genre de la pièce d'identité vérifiée : ni numéro ni copie",
    "key": "clé de vérification",
    "replaces": "clé remplacée",
    "occasion": "circonstance",
    "scope": "étendue",
    "subject": "candidature ou session visée",
    "first_day": "premier jour",
    "last_day": "dernier jour",
    "root": "racine de l'arbre, en base64",
    "facts": "nombre de faits",
    "other": "l'autre dossier",
    "year": "année civile",
    "withdrawn_on": "jour du retrait",
    "since": "jour d'où cela court : la dernière étape, ou celui où le bloc avait été acquis",
    "resumed_on": "jour de la reprise",
    "changed_on": "jour du changement",
    "blocks": "blocs : demandés (aucun : la certification entière), ou tels qu'au procès-verbal",
    "advisor": "accompagnateur",
    "named_on": "jour de la désignation",
    "authorised_on": "jour de l'autorisation",
    "decided_on": "jour de la décision",
    "filed_on": "jour du dépôt, d'où court le délai du jury",
    "received_on": "jour de réception",
    "channel": "par quel moyen",
    "found_on": "jour où cela a été constaté",
    "missing": "pièces demandées",
    "ended_on": "dernier jour du délai",
    "suspended_on": "jour de la suspension",
    "ends_on": "dernier jour de l'enregistrement",
    "issuance_ends_on": "date limite de délivrance",
    "released_on": "jour de la communication des résultats, d'où courent les délais",
    "barred": "membres et suppléants des jurys dont la décision a été annulée : ils ne siègent pas ici",
    "cause": "ce qui a annulé : une réponse à un réexamen, ou un tribunal",
    "notified_on": "jour de la notification",
    "remedies": "voies de recours, telles qu'indiquées",
    "rectification": "nombre de rectifications déjà faites",
    "due_on": "dernier jour que laisse la loi",
    "asked_on": "jour de la demande",
    "statement": "exposé de la demande",
    "accepted": "acceptée ou rejetée",
    "reasons": "motifs",
    "rectifies": "accepte qu'une erreur de saisie soit rectifiée, sans annuler",
    "rulings": "compétences : telles que saisies et telles qu'au procès-verbal",
    "title": "titre : prononcé, ou non ; nul : inchangé",
    "granted": "blocs accordés depuis",
    "not_granted": "blocs qui ne le sont plus",
    "proposed_by": "qui l'a proposé",
    "court": "juridiction",
    "ruled_on": "jour de la décision de justice",
    "annuls": "annule ou laisse subsister",
    "reference": "référence : de la décision de justice, ou du texte",
    "legal_name": "dénomination légale",
    "siret": "SIRET",
    "habilitation": "habilitation",
    "certification": "code de la certification",
    "granted_by": "certificateur qui habilite",
    "purpose": "former, organiser, ou les deux",
    "sites": "sites",
    "organisation": "organisme",
    "keeps_register": "tient le registre",
    "centre": "centre dont c'est un site",
    "remote": "à distance ; vide dans les premiers faits, dont le lieu n'était pas jugé",
    "hold": "conservation",
    "earlier": "autre version de référentiel, ou candidature où les blocs ont été accordés",
    "from_blocks": "blocs de l'autre version, tous requis",
    "to_blocks": "blocs de cette version auxquels ils mènent",
    "part": "partie de l'autre certification",
    "retired_on": "premier jour sans admission",
    "sessions": "sessions de jury qui les ont accordés",
    "granted_on": "jour du dernier de ces jurys",
    "equivalence": "numéro de l'équivalence publiée",
    "later": "candidature plus récente",
    "fall": "pourquoi : décision annulée, ou comptée par erreur",
    "person": "personne",
    "classes": "catégories de données",
}

CLASSES: dict[Retention, tuple[str, str]] = {
    Retention.IDENTITY: ("identité", "identity"),
    Retention.CIVIL_PROOF: ("justificatif d'état civil", "proof of civil status"),
    Retention.PAPERS: ("pièces et commentaires", "papers and comments"),
    Retention.DECISION: ("décision", "decision"),
    Retention.ACCESSIBILITY: ("aménagement (médical)", "accommodation (medical)"),
    Retention.CPF: ("compte personnel de formation", "training account"),
    Retention.REGISTER: ("registre", "register"),
}


def dictionary() -> str:
    """The page that explains every fact type and field."""
    parts = [
        head("Dictionnaire des données", "Data dictionary"),
        paragraph(
            "Chaque ligne de facts.ndjson est un fait. Ce qui suit dit ce que signifient ses champs, puis chaque "
            "type de fait. Un champ « personnel » est chiffré pour une personne et une catégorie de conservation : "
            "le détruire ne change aucune décision, aucune empreinte et aucune preuve.",
            "Each line of facts.ndjson is a fact. What follows says what its members mean, then each type of fact. A "
            "personal field is encrypted for one person and one retention class: destroying it changes no decision, "
            "no hash and no proof.",
        ),
        table(
            both("Les champs de toute ligne", "The members of every line"),
            [both("champ", "member"), both("sens", "meaning")],
            [[f"<code>{name}</code>", both(french, english)] for name, french, english in ENVELOPE],
        ),
    ]
    parts += [_fact(name) for name in FACTS]
    return "".join(parts) + FOOT


def _fact(name: str) -> str:
    cls = FACTS[name]
    said = (
        f'<h2 id="{name}"><code>{name}</code></h2>\n{paragraph(FRENCH[name], " ".join((cls.__doc__ or "").split()))}'
    )
    said += f"<p>{both('Fil', 'Stream')} : <code>{KINDS[cls].__name__}</code></p>\n"
    hints = get_type_hints(cls, include_extras=True)
    rows = [_field(name, field.name, hints[field.name]) for field in fields(cls)]
    headings = [
        both("champ", "field"),
        both("sens", "meaning"),
        both("valeur", "value"),
        both("personnel", "personal"),
    ]
    return said + (table(both("Champs", "Fields"), headings, rows) if rows else "")


def _field(fact: str, name: str, hint: Any) -> list[str]:
    kept = PERSONAL[fact].get(name)
    return [
        f"<code>{name}</code>",
        both(FIELDS[name], name.replace("_", " ")),
        f"<code>{escape(_type(hint))}</code>",
        both(*CLASSES[kept]) if kept else "—",
    ]


def _type(hint: Any) -> str:
    """A type as a reader meets it in JSON."""
    if get_origin(hint) is Annotated:
        return _type(get_args(get_args(hint)[0])[0])
    if hint is type(None):
        return "null"
    if hint is Ellipsis:
        return "…"
    inner = get_args(hint)
    if get_origin(hint) is tuple:
        return "[" + ", ".join(_type(each) for each in inner) + "]"
    if inner:
        return " | ".join(_type(each) for each in inner)
    return str(getattr(hint, "__name__", hint))
