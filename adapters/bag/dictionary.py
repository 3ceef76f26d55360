"""What does each fact and each of its fields say? The data dictionary of a bag, from the facts' own definitions."""

from __future__ import annotations

from dataclasses import fields
from html import escape
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from adapters.bag.page import FOOT, both, head, paragraph, table
from adapters.log.codec import FACTS, PERSONAL
from adapters.verify.report import CLASSES
from domain.replay.kinds import KINDS

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

FIELDS: dict[str, str] = {
    "definition": "tout ce que dit la fiche",
    "route": "voie d'accès",
    "opened_on": "jour d'ouverture",
    "began_on": "jour où le parcours a débuté, s'il n'est pas celui de la candidature",
    "portal": "débuté par l'inscription au portail national",
    "option": "option choisie",
    "option_title": "intitulé de l'option dans la fiche",
    "sought": "blocs à décider",
    "sought_on": "jour où ils ont été demandés",
    "anew": "le dossier est à déposer de nouveau : le titre entier est demandé après des blocs",
    "unused_since": "jour depuis lequel une recevabilité sans démarche peut devenir caduque",
    "held": "blocs accordés auparavant",
    "without": "membres qui ne peuvent statuer",
    "keyed_by": "qui a saisi",
    "abstentions": "abstentions, le président ayant départagé",
    "ground": "fondement : texte, décision ou pièce",
    "modalities": "modalités d'évaluation",
    "rules": "le règlement",
    "rule_set": "texte de loi, comme règles, ou son nom",
    "last": "dernier jour",
    "link": "emploi ou mandat",
    "until": "dernier jour, s'il est connu",
    "quality": "qualité reconnue",
    "letter": "scan de la lettre, pièce de la candidature",
    "declared_by": "qui l'a déclaré",
    "stated_by": "qui le déclare",
    "seated_on": "jour où il a siégé",
    "annulled_on": "jour de l'annulation",
    "annulment": "combien de fois la décision avait été annulée",
    "juries": "jurys devant lesquels la candidature était convoquée",
    "found_by": "qui a établi la fraude",
    "pronounced_by": "qui a prononcé la sanction",
    "lifted_on": "jour de la levée",
    "restored_on": "jour depuis lequel la décision vaut de nouveau",
    "fallen_titles": "délibérations qui avaient prononcé ce titre dans une autre candidature, et l'avaient perdu",
    "counted": "combien de blocs avaient compté ici venus d'ailleurs",
    "restores": "sessions dont la décision vaut de nouveau",
    "unreleased": "avec ce qu'aucun jury n'avait encore communiqué",
    "casting_vote": "la voix du président a départagé",
    "jury_law": "texte de loi qui lie le jury de ce candidat",
    "advisors": "personnes qui avaient accompagné le candidat",
    "name": "nom",
    "email": "adresse électronique",
    "role": "rôle",
    "candidate": "candidat",
    "tie": "lien",
    "retention": "catégorie de données",
    "framework": "référentiel",
    "rulebook": "règlement",
    "admissible": "recevable ou non",
    "file_received_on": "jour de réception du dossier",
    "reason": "motif",
    "gaps": "écarts au référentiel",
    "kept_on": "jour où la recevabilité a été maintenue",
    "elsewhere": "dossiers déposés la même année auprès d'autres certificateurs, selon le candidat",
    "recommendations": "recommandations",
    "connected_on": "jour de la connexion",
    "evidence": "preuve(s)",
    "submitted_by": "déposée par",
    "form": "nature de la preuve : fichier, lien ou texte",
    "pages": "nombre de pages, s'il a été compté",
    "replaced_by": "version plus récente",
    "finding": "ce que l'antivirus a trouvé, sous le nom qu'il lui donne",
    "findings": "constats de la relecture du journal : nature, lieu, empreinte de ce qui s'y trouve",
    "levels": "où le candidat dit en être, par compétence",
    "comments": "ce qu'il en ajoute, par compétence",
    "pieces": "pièces du portfolio",
    "for_whom": "pour qui",
    "from_piece": "pièce du portfolio dont elle est la copie",
    "title": "titre : celui d'une pièce ; prononcé, ou non ; nul : inchangé",
    "dated": "jour de la pièce elle-même",
    "employer": "pour qui, ou chez qui, elle a été faite",
    "mission": "dans quelle mission ou activité",
    "reflection": "ce que la personne en pense",
    "serves": "compétences que la pièce peut montrer, par certification",
    "scanner": "antivirus : sa version et celle de ses signatures ; aucun : la maison n'en a pas",
    "competences": "compétences",
    "media_type": "type de fichier, tel que détecté",
    "size": "taille : octets d'un fichier, ou feuilles de l'arbre",
    "digest": "empreinte SHA-256 du fichier, ou du procès-verbal signé, en hexadécimal",
    "assessor": "évaluateur",
    "third_reader": "en troisième lecture : sa note décide là où les deux premières s'écartent trop",
    "session": "session de jury",
    "candidacy": "candidature",
    "competence": "compétence",
    "attempt": "tentative à ce bloc dont est la note ou l'appréciation : une de plus que les jurys qui l'ont refusé",
    "late": "minutes de retard à l'arrivée",
    "accepted_on": "jour de l'acceptation",
    "secrecy_text": "numéro du texte sur le secret professionnel",
    "waived_on": "jour de la renonciation",
    "on_paper": "sur papier : règlement accepté ainsi, ou session transcrite de son procès-verbal signé",
    "mark": "appréciation, dans l'échelle du règlement",
    "worth": "ce que vaut la note, en centièmes de point",
    "comment": "commentaire",
    "jury": "composition de jury",
    "held_on": "jour prévu",
    "place": "lieu",
    "places": "nombre de places",
    "juror": "juré",
    "sex": "sexe déclaré : d'un juré pour l'équilibre du jury, d'un candidat pour les statistiques",
    "substitute": "suppléant",
    "chair": "président",
    "replaced": "personne remplacée",
    "rule": "règle concernée",
    "proof": "preuve des recherches",
    "presides": "membre que le jury a choisi pour présider, en l'absence de son président",
    "present": "membres présents",
    "signed_by": "signé par",
    "signatories": "qui doit signer le procès-verbal ; vide, le président",
    "reports_to": "session du jury auquel cette commission rend compte ; vide, la session est celle d'un jury",
    "commission": "session de la commission d'évaluation",
    "scan": "copie du procès-verbal, dans le dépôt de fichiers",
    "transcribed_on": "jour de la transcription",
    "ties": "liens de l'évaluateur avec le candidat, tels que déclarés ou calculés",
    "tied": "membres du jury liés au candidat lors de sa convocation, tels que déclarés ou calculés",
    "majority": "une majorité a été acquise ; sinon rien n'est décidé avant un autre vote",
    "instead_of": "jour que celui-ci remplace",
    "past_retakes": "le délai d'un candidat de la liste pour se représenter est alors passé ; il vient tout de même",
    "work_travels": "cet autre jury se prononce sur ce que la commission avait proposé",
    "inherits": "commissions dessaisies du candidat, sur les appréciations desquelles ce jury se prononce",
    "harmonises": "commission de l'appréciation de laquelle le jury s'écarte",
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
    "born": "naissance : jour et lieu, tels qu'au dossier ou sur le document",
    "seen": "genre du justificatif vu",
    "edition": "rang du document parmi ceux délivrés du même titre ou bloc, hors duplicatas",
    "replacement": "rang de celui qui l'annule et le remplace",
    "struck_on": "jour de la radiation",
    "copy": "rang du duplicata",
    "loss": "ce qu'est devenu le document remplacé",
    "document": "justificatif présenté, ou genre de la pièce d'identité vérifiée : ni numéro ni copie",
    "key": "clé de vérification",
    "replaces": "clé, ou version plus ancienne de la preuve, remplacée",
    "filed": "si elle prend, dans le dossier déposé, la place de la preuve remplacée",
    "replace_by": "dernier jour pour remplacer la preuve dans le dossier déposé",
    "occasion": "circonstance",
    "scope": "étendue",
    "subject": "candidature ou session visée ; référence du sujet d'une épreuve",
    "first_day": "premier jour",
    "last_day": "dernier jour",
    "root": "racine de l'arbre, en base64",
    "facts": "nombre de faits",
    "other": "l'autre dossier",
    "year": "année civile",
    "duty": "ce qui est à faire : recevabilité, jury, notification, déclaration, caducité, enregistrement",
    "withdrawn_on": "jour du retrait",
    "since": "premier jour, ou jour d'où cela court",
    "fell_on": "jour où cela s'est su",
    "resumed_on": "jour de la reprise",
    "changed_on": "jour du changement",
    "blocks": "blocs : demandés (aucun : tous), tels qu'au procès-verbal, ou que sert l'épreuve et qui manquent",
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
    "attestation": "quelle attestation",
    "requested_on": "jour de la demande",
    "days": "jours attestés",
    "awards_undeclared": "suspendu faute de déclaration des titres délivrés",
    "benefit": "textes qui gardent le bénéfice de l'enregistrement",
    "entered_on": "jour de l'entrée en formation, ou au portail national",
    "ends_on": "dernier jour, de l'enregistrement ou d'un lien privé",
    "issuance_ends_on": "date limite de délivrance",
    "released_on": "jour de la communication des résultats, d'où courent les délais",
    "renews": "sessions dont la décision a été annulée, et en remplacement desquelles ce jury est convoqué",
    "barred": "membres et suppléants des jurys dont la décision a été annulée : ils ne siègent pas ici",
    "cause": (
        "ce qui a annulé (réexamen, tribunal, fraude établie), rend tardif (suspension, terme, délivrance), "
        "ou change l'identité (état civil, erreur matérielle)"
    ),
    "declaration_due": "le retrait est à déclarer, comme le titre l'avait été",
    "case": "procédure",
    "reported_by": "signalée par",
    "hearing_on": "jour de l'audition",
    "heard_on": "jour où il a été entendu, ou attendu",
    "signed_on": "jour où il a émargé",
    "came": "est venu",
    "body": "instance : certificateur ou jury",
    "rested": "ce qui avait été décidé dessus, par session",
    "withdraws": "sessions dont la décision tombe",
    "sanction": "sanction, par son code au règlement",
    "kind": "ce qu'elle fait : avertir, annuler des notes, exclure",
    "notified_on": "jour de la notification",
    "remedies": "voies de recours, telles qu'indiquées",
    "rectification": "nombre de rectifications déjà faites",
    "due_on": "dernier jour que laisse la loi",
    "asked_on": "jour de la demande",
    "statement": "exposé de la demande",
    "accepted": "acceptée ou rejetée",
    "rectifies": "accepte qu'une erreur de saisie soit rectifiée, sans annuler",
    "rulings": "compétences : telles que saisies et telles qu'au procès-verbal",
    "granted": "blocs accordés, tels que notifiés, ou depuis la rectification",
    "not_granted": "blocs qui ne le sont plus",
    "proposed_by": "qui l'a proposé",
    "rectified_on": "jour de la rectification",
    "made_known": "ce qui est rectifié avait été communiqué au candidat",
    "court": "juridiction",
    "ruled_on": "jour de la décision de justice",
    "annuls": "annule ou laisse subsister",
    "quashes": "casse l'annulation : la décision du jury vaut de nouveau",
    "reference": "référence : de la décision de justice, du texte ou de l'envoi",
    "modality": "modalité d'évaluation",
    "starts_at": "heure de début",
    "joining_link": "adresse pour rejoindre la session à distance",
    "minutes": "durée, en minutes",
    "invigilator": "surveillant",
    "sitting": "épreuve",
    "handed_on": "jour de la remise du cas",
    "matches": "concorde ou non",
    "movement": "entrée ou sortie",
    "account": "récit de l'incident",
    "numbers": "numéros de copies",
    "under_reserve": "sous réserve",
    "measures": "mesures accordées : temps majoré, lecteur, pauses, à distance",
    "legal_name": "dénomination légale",
    "siret": "SIRET",
    "habilitation": "habilitation",
    "certification": "code de la certification",
    "granted_by": "certificateur qui habilite",
    "purpose": "former, organiser, ou les deux",
    "sites": "sites",
    "organisation": "organisme",
    "keeps_register": "tient le registre",
    "centre": "centre dont c'est un site, ou qui a inscrit",
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
    "fall": "pourquoi : décision annulée, comptée par erreur, ou fraude",
    "nir": "numéro d'inscription au répertoire national (NIR)",
    "collected": "recueilli ou non",
    "declared_on": "jour de la déclaration",
    "correction": "numéro de la demande de correction",
    "asks": "ce qu'elle demande de corriger",
    "made_on": "jour de la transmission des données mises à jour",
    "refused_on": "jour du refus",
    "up_to": "jour jusqu'auquel les modifications ont été dites",
    "reported_on": "jour où France compétences a été informée",
    "person": "personne",
    "classes": "catégories de données",
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


def word(field: str) -> str:
    """A field in both languages; one that no fact has, as it is."""
    return both(FIELDS.get(field, field), field.replace("_", " "))


def _fact(name: str) -> str:
    cls = FACTS[name]
    said = f'<h2 id="{name}"><code>{name}</code></h2>\n{paragraph(cls.fr, " ".join((cls.__doc__ or "").split()))}'
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
        word(name),
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
