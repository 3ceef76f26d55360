"""How do the pages say it, about people's accounts: signing up, passwords, sessions, the second factor?"""

from __future__ import annotations

from typing import Final

from adapters.desk.accounts import TooManyPasswords

ACCOUNT_WORDS: Final[dict[str, tuple[str, str]]] = {
    "sign_in.wait": (
        "Trop de tentatives : réessayez dans {seconds}\u00a0s, ou choisissez un nouveau mot de passe par courriel.",
        "Too many attempts: try again in {seconds}\u00a0s, or choose a new password by e-mail.",
    ),
    "sign_in.forgotten": ("Mot de passe oublié", "Forgotten password"),
    "sign_in.sign_up": ("S'inscrire comme candidat", "Sign up as a candidate"),
    "sign_in.opened": (
        "Votre compte est ouvert : connectez-vous.",
        "Your account is open: sign in.",
    ),
    "sign_in.reset": (
        "Mot de passe changé ; vos connexions sont fermées, vos jetons révoqués. Connectez-vous avec le nouveau.",
        "Your password is changed; your sessions are ended, your tokens revoked. Sign in with the new one.",
    ),
    "forgotten.title": ("Mot de passe oublié", "Forgotten password"),
    "forgotten.lead": (
        "Donnez l'adresse de votre compte : un lien pour choisir un nouveau mot de passe y sera envoyé.",
        "Give the address of your account: a link to choose a new password will be sent to it.",
    ),
    "forgotten.submit": ("Envoyer le lien", "Send the link"),
    "sign_up.title": ("S'inscrire comme candidat", "Sign up as a candidate"),
    "sign_up.lead": (
        "Un courriel vous demandera de confirmer votre adresse ; rien n'est enregistré avant.",
        "An e-mail will ask you to confirm your address; nothing is recorded before.",
    ),
    "sign_up.name": ("Prénom et nom", "First and last name"),
    "sign_up.submit": ("Recevoir le courriel", "Receive the e-mail"),
    "sign_up.no_name": (
        "Donnez votre nom, en deux cents caractères au plus.",
        "Give your name, in at most two hundred characters.",
    ),
    "sign_up.name_unfit": (
        "Ce nom contient un caractère invisible ou de contrôle : retapez-le.",
        "This name holds an invisible or a control character: type it anew.",
    ),
    "sign_up.no_email": ("Ce n'est pas une adresse électronique.", "This is not an e-mail address."),
    "sent.title": ("Regardez votre courrier", "Look at your mail"),
    "sent.reset": (
        "Si un compte a cette adresse, un courriel part à l'instant ; son lien vaut une heure.",
        "If an account has this address, an e-mail leaves now; its link is valid for an hour.",
    ),
    "sent.sign_up": (
        "Un courriel part à l'instant vers cette adresse ; son lien vaut vingt-quatre heures.",
        "An e-mail leaves now for this address; its link is valid for twenty-four hours.",
    ),
    "sent.spam": (
        "Rien au bout de quelques minutes ? Regardez parmi les indésirables, puis vérifiez l'adresse.",
        "Nothing after a few minutes? Look among the unwanted mail, then check the address.",
    ),
    "choose.title": ("Choisir un mot de passe", "Choose a password"),
    "choose.for": ("Vous vous connecterez avec l'adresse {login}.", "You will sign in with the address {login}."),
    "choose.named": (
        "Votre compte sera au nom de « {name} ».",
        "Your account will be in the name of “{name}”.",
    ),
    "choose.misnamed": ("Ce n'est pas votre nom : recommencer l'inscription", "That is not your name: sign up anew"),
    "choose.password": ("Mot de passe", "Password"),
    "choose.twice": ("Mot de passe, encore une fois", "Password, once more"),
    "choose.submit": ("Enregistrer ce mot de passe", "Keep this password"),
    "app.account": ("Mon compte", "My account"),
    "account.title": ("Mon compte", "My account"),
    "account.login": ("Vous vous connectez avec l'adresse {login}.", "You sign in with the address {login}."),
    "account.no_login": ("Vous n'avez pas de mot de passe ici.", "You have no password here."),
    "account.no_password": (
        "Vous n'avez pas de mot de passe ici ; nos courriels vont à {login}.",
        "You have no password here; our e-mails go to {login}.",
    ),
    "account.sessions": ("Mes connexions", "My sessions"),
    "account.sessions_lead": (
        "Si l'une d'elles n'est pas la vôtre, fermez-la et changez de mot de passe.",
        "If one of them is not yours, end it and change your password.",
    ),
    "account.browser_unknown": ("Navigateur inconnu", "Unknown browser"),
    "account.session_here": ("cette connexion", "this session"),
    "account.session_times": (
        "Depuis le {since} ; utilisée le {seen} ; se ferme d'elle-même le {ends} au plus tard.",
        "Since {since}; used on {seen}; ends by itself on {ends} at the latest.",
    ),
    "account.session_end": ("Fermer", "End"),
    "account.session_end_of": (
        "cette connexion : {browser}, depuis le {since}",
        "this session: {browser}, since {since}",
    ),
    "account.session_end_others": ("Fermer toutes les autres connexions", "End all other sessions"),
    "account.session_ended": ("Connexion fermée.", "Session ended."),
    "account.sessions_ended": ("Les autres connexions sont fermées.", "The other sessions are ended."),
    "account.password": ("Mot de passe", "Password"),
    "account.password_now": ("Mot de passe actuel", "Current password"),
    "account.password_new": ("Nouveau mot de passe", "New password"),
    "account.password_twice": ("Nouveau mot de passe, encore une fois", "New password, once more"),
    "account.password_hint": (
        "Douze caractères au moins, variés ; ni votre adresse ni votre nom. Une phrase convient très bien.",
        "At least twelve characters, not all alike; neither your address nor your name. A sentence does very well.",
    ),
    "account.password_submit": ("Changer le mot de passe", "Change the password"),
    "account.password_changed": (
        "Mot de passe changé ; vos autres connexions sont fermées. Vos jetons, s'il y en a, valent toujours.",
        "Password changed; your other sessions are ended. Your tokens, if there are any, are valid still.",
    ),
    "account.password_wrong": ("Ce n'est pas le mot de passe actuel.", "This is not the current password."),
    "account.password_differs": ("Les deux saisies diffèrent.", "What was typed twice differs."),
    "account.password_weak": (
        "Ce mot de passe est trop simple : douze caractères au moins, variés, et ni votre adresse ni votre nom.",
        "This password is too simple: at least twelve characters, not all alike, neither your address nor your name.",
    ),
    "account.password_common": (
        (
            "Ce mot de passe se devine vite : il est courant, ou fait de mots, de dates, de touches voisines. "
            "Choisissez une phrase à vous, ou quatre mots sans rapport entre eux."
        ),
        (
            "This password is soon guessed: it is common, or made of common words, dates or keys in a row. "
            "Choose a sentence of your own, or four words that have nothing to do with each other."
        ),
    ),
    "account.busy": (TooManyPasswords.fr, TooManyPasswords.sentence("en")),
    "account.wait": (
        "Trop de tentatives : réessayez dans {seconds} secondes.",
        "Too many attempts: try again in {seconds} seconds.",
    ),
    "again.sign_in": (
        "Vous n'avez pas de mot de passe ici : reconnectez-vous d'abord ; vous aurez ensuite cinq minutes.",
        "You have no password here: sign in again first; you then have five minutes.",
    ),
    "again.choose": ("Ou choisir un mot de passe, par courriel", "Or choose a password, by mail"),
    "factor.title": ("Double authentification", "Second factor"),
    "factor.lead": (
        "Après le mot de passe, un code que montre votre téléphone : qui vole l'un n'a pas l'autre.",
        "After the password, a code that your telephone shows: who steals one has not the other.",
    ),
    "factor.needed": (
        "Votre rôle demande la double authentification : mettez-la en place pour continuer.",
        "Your role asks for a second factor: set it up to go on.",
    ),
    "factor.go": ("Double authentification : voir ou changer", "Second factor: see or change"),
    "factor.is_on": ("Activé depuis le {since}.", "On since {since}."),
    "factor.is_off": ("La double authentification est désactivée.", "The second factor is off."),
    "factor.codes_left": ("Codes de secours restants : {n}.", "Recovery codes left: {n}."),
    "factor.begin": ("Mettre en place", "Set up"),
    "factor.scan": (
        "Photographiez ce code avec une application d'authentification, ou recopiez la clé.",
        "Take this code with an authenticator application, or copy the key.",
    ),
    "factor.picture": ("Code QR de la clé écrite dessous", "QR code of the key that is written below"),
    "factor.key": ("Clé :", "Key:"),
    "factor.code": ("Code à six chiffres", "Code of six digits"),
    "factor.code_or_recovery": (
        "Code à six chiffres, ou code de secours",
        "Code of six digits, or a recovery code",
    ),
    "factor.prove": ("Activer", "Switch on"),
    "factor.wrong": (
        "Ce code n'est pas le bon, ou a déjà servi : attendez le suivant.",
        "This code is not the right one, or was used already: wait for the next one.",
    ),
    "factor.codes": ("Vos codes de secours", "Your recovery codes"),
    "factor.codes_lead": (
        "Gardez-les à l'abri : chacun remplace une fois votre téléphone. Ils ne seront plus montrés.",
        "Keep them safe: each stands in once for your telephone. They will not be shown again.",
    ),
    "factor.download": ("Télécharger ces codes", "Download these codes"),
    "factor.file": ("codes-de-secours-acquis.txt", "acquis-recovery-codes.txt"),
    "factor.kept": ("Je les ai gardés : continuer", "I have kept them: go on"),
    "factor.renew": ("Tirer de nouveaux codes de secours", "Draw new recovery codes"),
    "factor.end": ("Désactiver la double authentification", "Switch the second factor off"),
    "step.title": ("Votre code", "Your code"),
    "step.lead": (
        "Donnez le code que montre votre téléphone, ou l'un de vos codes de secours.",
        "Give the code that your telephone shows, or one of your recovery codes.",
    ),
    "step.submit": ("Continuer", "Go on"),
    "account.happenings": ("Ce qui s'est passé sur ce compte", "What happened to this account"),
    "account.by.administrator": ("par un administrateur", "by an administrator"),
    "account.by.operator": ("par l'exploitant du serveur", "by the operator of the server"),
    "happening.opened": ("Compte ouvert", "Account opened"),
    "happening.new_browser": ("Connexion depuis un nouveau navigateur", "Signed in from a new browser"),
    "happening.password_changed": ("Mot de passe changé", "Password changed"),
    "happening.password_reset": (
        "Mot de passe choisi à nouveau, par courriel ; connexions fermées, jetons révoqués",
        "Password chosen anew, by e-mail; sessions ended, tokens revoked",
    ),
    "happening.sessions_ended": ("Connexions fermées", "Sessions ended"),
    "happening.factor_on": ("Double authentification activée", "Second factor switched on"),
    "happening.factor_off": ("Double authentification désactivée", "Second factor switched off"),
    "happening.recovery_used": ("Code de secours utilisé", "Recovery code used"),
    "happening.recovery_renewed": ("Codes de secours renouvelés", "Recovery codes renewed"),
}
