"""How do the pages say it, in French and in English? One entry a phrase, both languages side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from adapters.clock import PARIS
from adapters.files.store import EmptyFile
from adapters.wording import competences, day, hour, listed, month_short, named_blocks, weekday
from domain.fact import Retention
from domain.ports import Role
from domain.privacy.erasure import Fate
from domain.standing.standing import CompetenceLine, CompetenceState
from webapi.accounts.words import ACCOUNT_WORDS
from webapi.accounts.words_of_ways_in import WAYS_IN_WORDS
from webapi.evidence.words import COPY_WORDS
from webapi.words import unbroken

Tell = Callable[..., str]


WORDS: Final[dict[str, tuple[str, str]]] = {
    "dossier.option": ("Option choisie : {option}.", "Option chosen: {option}."),
    "dossier.title_option": ("Option du titre : {option}.", "The title's option: {option}."),
    **ACCOUNT_WORDS,
    **COPY_WORDS,
    **WAYS_IN_WORDS,
    # every page
    "app.purpose": ("Où en est chaque candidature, et pourquoi", "Where each candidacy stands, and why"),
    "app.skip": ("Aller au contenu", "Skip to content"),
    "app.demo": ("Horloge de démonstration : {day}", "Demonstration clock: {day}"),
    "app.doubted": (
        "Le journal est mis en doute : on peut lire, rien ne peut être enregistré. L'exploitant alerté s'en occupe.",
        "The log is in doubt: one may read, nothing can be recorded. The operator has been alerted and sees to it.",
    ),
    "app.nav": ("Navigation principale", "Main navigation"),
    "app.candidacies": ("Candidatures", "Candidacies"),
    "app.sign_out": ("Se déconnecter", "Sign out"),
    "app.change_role": ("Changer de rôle", "Change role"),
    "app.acting_as": ("Vous agissez comme {role}", "You act as {role}"),
    "app.updating": (
        "Mise à jour en cours : ce que vous venez d'enregistrer apparaîtra dans un instant.",
        "Being brought up to date: what you just recorded will show in a moment.",
    ),
    "app.reload": ("Recharger la page", "Load the page again"),
    "app.next": ("Page suivante", "Next page"),
    "app.first": ("Première page", "First page"),
    "app.erased": ("effacé", "erased"),
    "app.lost": ("illisible, clé perdue", "unreadable, key lost"),
    **{f"as.{role.value}": role.said for role in Role},
    # problems
    "problem.title": ("Cette demande n'a pas abouti", "This request did not go through"),
    "problem.home": ("Revenir à l'accueil", "Go back to the start"),
    "problem.reference": ("Référence : {slug} ({status})", "Reference: {slug} ({status})"),
    # signing in
    "sign_in.title": ("Se connecter", "Sign in"),
    "sign_in.first": ("Connectez-vous pour ouvrir cette page.", "Sign in to open this page."),
    "sign_in.unsent": (
        "Votre connexion a pris fin : ce que vous envoyez n'a pas été enregistré. Connectez-vous, puis recommencez.",
        "Your session has ended: what you have just sent was not recorded. Sign in, then do it again.",
    ),
    "typed.copy": ("Votre texte, à copier avant de continuer", "Your text, to be copied before you go on"),
    "sign_in.login": ("Adresse électronique", "E-mail address"),
    "sign_in.password": ("Mot de passe", "Password"),
    "sign_in.submit": ("Se connecter", "Sign in"),
    "sign_in.wrong": (
        "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez les deux.",
        "This address and this password do not go together. Check both.",
    ),
    "sign_in.no_role": (
        "Aucun rôle ne vous est accordé pour l'instant : adressez-vous au certificateur.",
        "You have no role at present: ask the certifier.",
    ),
    "role.title": ("Choisir un rôle", "Choose a role"),
    "role.lead": (
        "Vous avez plusieurs rôles. Chaque acte est consigné avec le rôle dans lequel vous agissez.",
        "You have several roles. Each act is recorded with the role in which you act.",
    ),
    "role.submit": ("Continuer", "Continue"),
    "role.not_held": ("Vous n'avez pas ce rôle.", "You do not have this role."),
    "secrecy.title": ("Secret professionnel", "Secrecy"),
    "secrecy.lead": (
        "Avant de lire un premier dossier, lisez ce texte et acceptez-le. Cela n'est demandé qu'une fois.",
        "Before you read a first dossier, read this text and accept it. You are asked once.",
    ),
    "secrecy.number": ("Texte n° {number}.", "Text no. {number}."),
    "secrecy.accept": ("J'ai lu ce texte et je l'accepte", "I have read this text and accept it"),
    "secrecy.go_on": ("Continuer", "Continue"),
    "outcome.full": ("Certification obtenue", "Certification obtained"),
    "outcome.partial": ("Validation partielle", "Partial validation"),
    "outcome.none": ("Aucun bloc accordé", "No block granted"),
    "outcome.in_progress": ("En cours", "In progress"),
    "block.name": ("Bloc {number}", "Block {number}"),
    "block.granted": ("Accordé", "Granted"),
    "block.not_granted": ("Non accordé", "Not granted"),
    "block.not_sought": ("Non demandé", "Not sought"),
    "block.not_decided": ("Pas encore décidé", "Not decided yet"),
    "block.met": (
        "La règle du bloc est satisfaite : il reste au jury à l'accorder.",
        "The block's rule is met: the jury has yet to grant it.",
    ),
    "block.ruled_anew": (
        "Un nouveau jury se prononcera sur toutes ses compétences : seuls les blocs accordés restent acquis.",
        "A new jury will rule anew on all its competences: only granted blocks are kept.",
    ),
    "competence.no_evidence": ("Sans preuve", "No evidence"),
    "competence.evidenced": ("Preuve déposée", "Evidence put in"),
    "competence.assessed": ("Évaluée", "Assessed"),
    "competence.acquired": ("Acquise", "Acquired"),
    "competence.not_acquired": ("Non acquise", "Not acquired"),
    "pieces.for": ("Pour {competences}", "For {competences}"),
    "pieces.put_in": ("déposée le {day}", "put in on {day}"),
    "pieces.free": ("Modifiable", "Can change"),
    "pieces.filed": ("Figée", "Frozen"),
    "pieces.withdrawn": ("Retirée", "Withdrawn"),
    "pieces.quarantined": ("En quarantaine", "In quarantine"),
    "pieces.replaceable": (
        (
            "Le dossier reste déposé : cette preuve peut y être remplacée jusqu'au {day} inclus, "
            "tant qu'aucun jury ne l'examine."
        ),
        (
            "The dossier remains filed: this piece may be replaced in it until {day}, that day included, "
            "while no jury has taken it up."
        ),
    ),
    "pieces.unscanned": ("sans antivirus", "no virus scan"),
    "pieces.link": ("lien", "link"),
    "pieces.statement": ("texte", "statement"),
    "pieces.page": ("{n} page", "{n} page"),
    "pieces.pages": ("{n} pages", "{n} pages"),
    "written.leaves": (
        "Ce lien mène hors de ce site ; personne ici n'a regardé où.",
        "This link leads out of this site; nobody here has looked where.",
    ),
    "written.given": ("Tel qu'il a été donné :", "As it was given:"),
    "pieces.unnamed": ("Preuve {n}", "Piece {n}"),
    "put_in.instead": ("Remplace {name}", "Replaces {name}"),
    "put_in.no_title": ("Donnez un titre à cette preuve.", "Give this piece a title."),
    "put_in.no_competence": (
        "Cochez au moins une compétence que cette preuve montre.",
        "Tick at least one competence that this piece shows.",
    ),
    "put_in.no_file": ("Choisissez un fichier à déposer.", "Choose a file to put in."),
    # the history
    "history.you": ("vous", "you"),
    # receipts
    "check.title": ("Vérifier un reçu", "Check a receipt"),
    "check.lead": (
        "Choisissez le fichier d'un reçu, ou collez son texte. Rien n'en est conservé.",
        "Choose the file of a receipt, or paste its text. Nothing of it is kept.",
    ),
    "check.file": ("Fichier du reçu", "File of the receipt"),
    "check.text": ("Ou son texte", "Or its text"),
    "check.submit": ("Vérifier ce reçu", "Check this receipt"),
    "check.no_receipt": (
        "Ce n'est pas un reçu d'Acquis : choisissez le fichier tel qu'il a été téléchargé.",
        "This is not a receipt of Acquis: choose the file as it was downloaded.",
    ),
    "check.sound": ("Ce reçu est valable.", "This receipt is sound."),
    "check.wrong": ("Ce reçu ne prouve rien :", "This receipt proves nothing:"),
    "check.fact": ("Fait à la position {position} :", "Fact at position {position}:"),
    "check.at": (
        "Consigné au plus tard le {at}, quand le journal de {size} faits a été signé.",
        "Recorded at the latest on {at}, when the log of {size} facts was signed.",
    ),
    "check.undated": (
        "Consigné avant que le journal de {size} faits ne soit signé.",
        "Recorded before the log of {size} facts was signed.",
    ),
    "check.proves": ("Ce qu'il prouve", "What it proves"),
    "check.proves_text": (
        "Le certificateur a signé un journal qui contient ce fait, tel quel : tout autre journal est contredit.",
        "The certifier signed a log that holds this fact, as it is: any other log is contradicted.",
    ),
    "check.proves_not": ("Ce qu'il ne prouve pas", "What it does not prove"),
    "check.proves_not_text": (
        "Ni qui le présente, ni ce que contiennent les pièces, ni que la décision est régulière.",
        "Neither who presents it, nor what the pieces hold, nor that the decision is lawful.",
    ),
    "field.missing": ("Pièces demandées", "Pieces asked for"),
    "field.nir": ("NIR", "National number"),
    "field.asks": ("Correction demandée", "Correction asked for"),
    "field.gaps": ("Écarts au référentiel", "Gaps to the framework"),
    "field.recommendations": ("Recommandations", "Recommendations"),
    "field.account": ("Récit", "Account"),
    "field.reason": ("Motif", "Reason"),
    "field.statement": ("Exposé de la demande", "What is complained of"),
    "field.reference": ("Référence", "Reference"),
    "field.ground": ("Fondement", "Ground"),
    "field.proof": ("Recherches effectuées", "Proof of the search"),
    "field.document": ("Justificatif présenté", "Document seen"),
    "field.holder": ("Titulaire", "Holder"),
    "field.born": ("Naissance", "Birth"),
    "field.comment": ("Commentaire", "Comment"),
    "field.advice": ("Conseil", "Advice"),
    "field.comments": ("Commentaires, par compétence", "Comments, by competence"),
    "field.for_whom": ("Pour qui", "For whom"),
    "field.title": ("Titre", "Title"),
    "field.employer": ("Employeur ou lieu", "Employer or place"),
    "field.mission": ("Mission", "Mission"),
    "field.reflection": ("Analyse", "Reflection"),
    "field.name": ("Nom", "Name"),
    "field.email": ("Adresse électronique", "E-mail address"),
    "field.digest": ("Empreinte SHA-256", "SHA-256 digest"),
    # erasures
    **{f"class.{kept.value}": kept.said for kept in Retention},
    "fate.goes": ("{name} : effacement fait", "{name}: erased"),
    "fate.would_go": ("{name} : effacement possible", "{name}: would be erased"),
    "fate.stays": ("{name} : {why}", "{name}: {why}"),
    "fate.stays_until": ("{name} : {why} jusqu'au {day}", "{name}: {why} until {day}"),
    "fate.source": ("({source})", "(source, in French: {source})"),
    "why.nothing_there": ("rien n'est conservé", "nothing is kept"),
    "why.legal_hold": ("conservation conservatoire en vigueur", "kept by a legal hold"),
    "why.in_service": (
        "la personne exerce un rôle pour le certificateur",
        "the person holds a role for the certifier",
    ),
    "why.under_way": ("candidature ou session en cours", "a candidacy or a session is under way"),
    "why.questioned": ("contestation ou procédure en cours", "a review or a procedure is under way"),
    "why.kept_by_law": ("conservation légale", "kept by law"),
    "why.being_carried_out": (
        "effacement ordonné, en cours d'exécution : achevé une fois le point de contrôle signé, sans autre demande",
        "erasure ordered and being carried out: finished once the checkpoint is signed, without asking again",
    ),
    "why.not_due": ("durée de conservation en cours", "its period is not over"),
}
ON_A_PAGE: Final = {key: (unbroken(french), english) for key, (french, english) in WORDS.items()}
"""The same where lines are broken by a browser."""


def tell(language: str, words: Mapping[str, tuple[str, str]] = WORDS) -> Tell:
    """What says a phrase of the catalogue in one language; KeyError for a phrase that is not in it."""
    column = 0 if language == "fr" else 1

    def say(key: str, **values: object) -> str:
        return words[key][column].format(**values)

    return say


def fate_in_words(fate: Fate, language: str, goes: str = "fate.goes") -> str:
    """What becomes of a class of data, in words: evidence, files and comments: erased."""
    say = tell(language)
    name = say(f"class.{fate.retention.value}")
    if fate.why is None:
        return say(goes, name=name)
    why = say(f"why.{fate.why.value}")
    if fate.until is None:
        return say("fate.stays", name=name, why=why)
    return say("fate.stays_until", name=name, why=why, day=day(fate.until, language))


def competence_word(line: CompetenceLine) -> str:
    """The phrase of the catalogue that says how far a competence has got."""
    if line.state is CompetenceState.RULED:
        return "competence.acquired" if line.acquired else "competence.not_acquired"
    return f"competence.{line.state.value}"


def moment(value: datetime, language: str) -> str:
    """An instant in Paris, to the second."""
    there = value.astimezone(PARIS)
    return f"{day(there.date(), language)}{' à ' if language == 'fr' else ' at '}{there:%H:%M:%S}"


def missing(mandatory: Sequence[int], others: int, language: str, *, free: bool = True) -> str:
    """What a block still needs, in words: il manque la compétence obligatoire 7 et 2 autres.

    The others are `free` to choose, or which ones is for the block's rule to say.
    """
    numbers = listed(mandatory, language)
    many = "s" if others > 1 else ""
    if language == "fr":
        if not mandatory:
            return f"Il manque {others} compétence{many} {'au choix' if free else 'selon la règle du bloc'}."
        if len(mandatory) == 1:
            rest = f" et {others} autre{many}" if others else ""
            return f"Il manque la compétence obligatoire {numbers}{rest}."
        rest = f", et {others} autre{many}" if others else ""
        return f"Il manque les compétences obligatoires {numbers}{rest}."
    if not mandatory:
        return f"Missing: {'any ' if free else ''}{others} competence{many}{'' if free else ' as the block asks'}."
    first = f"mandatory competence{'s' if len(mandatory) > 1 else ''} {numbers}"
    return f"Missing: {first}{f', and {others} more' if others else ''}."


UNITS: Final = (("octets", "Ko", "Mo", "Go"), ("bytes", "KB", "MB", "GB"))


def size(value: int, language: str) -> str:
    """A size in bytes, as people say it: 200 Mo, 200 MB (multiples of 1024)."""
    units = UNITS[0 if language == "fr" else 1]
    amount, unit = float(value), 0
    while amount >= 1024 and unit < len(units) - 1:  # noqa: PLR2004
        amount, unit = amount / 1024, unit + 1
    shown = f"{amount:.1f}".removesuffix(".0")
    return f"{shown.replace('.', ',') if language == 'fr' else shown}\u00a0{units[unit]}"


SENDING: Final[dict[str, tuple[str, str]]] = {
    "chosen": ("Prêt", "Ready"),
    "known": ("Reprise possible", "Can go on"),
    "queued": ("En attente", "Waiting"),
    "sending": ("Envoi en cours", "Being sent"),
    "paused": ("Suspendu", "Paused"),
    "stopped": ("Arrêté", "Stopped"),
    "ending": ("Annulation", "Being cancelled"),
    "offline": ("Interrompu, reprise automatique", "Interrupted, goes on by itself"),
    "checking": ("Dépôt", "Being put in"),
    "refused": ("Refusé", "Refused"),
    "done": ("Déposée ; vérification en cours", "Put in; being checked"),
}
"""How a file that is being sent stands, by the names that `acquis-upload.js` gives it."""
SAID: Final[dict[str, tuple[str, str]]] = {
    "sending": ("Envoi de {name}.", "Sending {name}."),
    "paused": ("Envoi de {name} suspendu.", "Sending of {name} paused."),
    "offline": (
        "Envoi de {name} interrompu : il reprend dès que possible.",
        "Sending of {name} interrupted: it goes on as soon as it can.",
    ),
    "checking": ("{name} est arrivé et en cours de dépôt.", "{name} has come and is being put in."),
    "done": ("{name} : preuve déposée, en cours de vérification.", "{name}: evidence put in, being checked."),
    "cancelled": ("Envoi de {name} annulé.", "Sending of {name} cancelled."),
}
"""What is said of it to who does not see it."""
SENDS: Final[dict[str, tuple[str, str]]] = {
    "progress": ("Envoi de {name}", "Sending {name}"),
    "amount": ("{sent} sur {total} ({percent} %)", "{sent} of {total} ({percent}%)"),
    "none": ("aucune", "none"),
    "ended": (
        "Cet envoi a pris fin : Reprendre envoie le fichier depuis le début.",
        "This upload has ended: Resume sends the file from its beginning.",
    ),
    "signed_out": (
        "Votre session a pris fin : connectez-vous de nouveau dans un autre onglet, puis choisissez Reprendre.",
        "Your session has ended: sign in again in another tab, then choose Resume.",
    ),
    "second_factor": (
        "La double authentification est demandée : mettez-la en place, puis choisissez Reprendre.",
        "A second factor is asked for: set it up in another tab, under My account, then choose Resume.",
    ),
    "being_checked": (
        "Ce fichier est en cours de dépôt et ne peut être annulé maintenant : Reprendre, ou encore Annuler.",
        "This file is being put in and cannot be cancelled at this moment: Resume, or Cancel once more.",
    ),
    "unsure": (
        "Le serveur ne répond pas, et cette preuve est peut-être déposée : choisissez encore Annuler, ou Reprendre.",
        "The server does not answer, and this piece may be put in: choose Cancel once more, or Resume.",
    ),
    "then_resume": ("Choisissez ensuite Reprendre.", "Then choose Resume."),
    "failed": (
        "Le fichier n'a pas pu être déposé ({status}). Réessayez dans un instant.",
        "The file could not be put in ({status}). Try again in a moment.",
    ),
}


def sending_words(language: str) -> dict[str, Any]:
    """What the script that sends files says, in the reader's language."""
    own = 0 if language == "fr" else 1
    sends = {name: (unbroken(french), english) for name, (french, english) in SENDS.items()}
    phrases = {name: ON_A_PAGE[f"put_in.{name}"][own] for name in ("no_competence", "no_file", "instead")}
    return {
        "states": {name: each[own] for name, each in SENDING.items()},
        "said": {name: each[own] for name, each in SAID.items()},
        "units": UNITS[own],
        "empty": unbroken(EmptyFile.sentence(language)),
        **{name: each[own] for name, each in sends.items()},
        **phrases,
    }


def initials(name: str) -> str:
    """The first letters of a name's first and last word: Garance Prétexte, GP."""
    parts = [each for each in name.split() if each[0].isalpha()]
    return "".join(each[0].upper() for each in (parts[:1] + parts[1:][-1:]))


FORMATS: Final[dict[str, Callable[..., Any]]] = {
    "unbroken": unbroken,
    "day": day,
    "hour": hour,
    "moment": moment,
    "listed": listed,
    "competences": competences,
    "blocks_named": named_blocks,
    "missing": missing,
    "size": size,
    "weekday": weekday,
    "month_short": month_short,
    "initials": initials,
}
