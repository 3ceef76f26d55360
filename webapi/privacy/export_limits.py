"""What a personal export leaves out, by the limits of the right of access; the same for everybody.

The list names kinds of data, whether or not the person has any: otherwise the list would reveal what is left out
(RGPD art. 15 and its limits).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.appeal.facts import RectificationApproved, RectificationProposed, RectificationRejected
from domain.assessment.facts import AssessmentReopened
from domain.candidacy.facts import AssessorReleased
from domain.deadlines.facts import ReminderGiven
from domain.fact import Fact
from domain.jury.facts import (
    ChairReplaced,
    DecisionConfirmed,
    DecisionTakenBack,
    DecisionVoted,
    JurorRecused,
    JurorRemoved,
    MemberLeft,
    MemberLeftDeliberation,
    MemberNotedAbsent,
    MemberReturned,
    MemberSignedIn,
    MinutesSignatureRefused,
    PanelDerogationGranted,
    PanelOfOneSexExplained,
    RecusalDeclared,
    ResultsReleased,
    SessionReopened,
)
from domain.standing.disclosure import ANNULLING, DELIBERATED, MARKED, SUSPECTED, WAITING


@dataclass(frozen=True, kw_only=True)
class HeldBack:
    """A kind of data that an export leaves out: what, why, by which text, and its `facts`."""

    what: tuple[str, str]
    why: tuple[str, str]
    source: tuple[str, str]
    facts: frozenset[type[Fact]] = frozenset()

    def told(self) -> dict[str, dict[str, str]]:
        """Return the texts of this entry in both languages, as the export shows them."""
        said = {"what": self.what, "why": self.why, "source": self.source}
        return {name: {"fr": french, "en": english} for name, (french, english) in said.items()}


OTHERS = ("RGPD art. 15(4) : droits et libertés d'autrui", "GDPR art. 15(4): rights and freedoms of others")
HELD_BACK: Final = (
    HeldBack(
        what=(
            "Votre portfolio, où c'est un autre que vous qui demande l'export pour vous le remettre.",
            "Your portfolio, where somebody else than you asks for the export to hand it to you.",
        ),
        why=(
            "Il n'est qu'à vous : connectez-vous pour l'emporter.",
            "It is yours alone: sign in to take it along.",
        ),
        source=(
            "RGPD art. 5(1)(c) : minimisation",
            "GDPR art. 5(1)(c): data minimisation",
        ),
    ),
    HeldBack(
        what=(
            (
                "Ce qui porte sur d'autres personnes : leur nom, ce qui a été écrit d'elles, et ce que vous "
                "avez consigné à leur sujet, dont seuls le genre et le jour sont donnés."
            ),
            (
                "What is about other people: their names, what was written of them, and what you recorded "
                "about them, of which only the kind and the day are given."
            ),
        ),
        why=("Ce sont leurs données.", "These are their data."),
        source=OTHERS,
    ),
    HeldBack(
        what=(
            (
                "De votre candidature, les motifs pour lesquels une évaluation a été rendue à son évaluateur,"
                " un évaluateur dessaisi, un membre du jury s'est retiré ou n'a pas signé, la présidence a été "
                "remplacée, le délibéré rouvert, ou pour lesquels le jury a siégé malgré un manque ou d'un seul sexe"
                " ; quand ses membres sont venus ou partis, et lesquels étaient absents ; s'il a été voté ; si un "
                "membre du jury ou un évaluateur avait un lien avec vous."
            ),
            (
                "Of your candidacy, the reasons for which an assessment was handed back to its assessor, an "
                "assessor stepped down, a member of the jury stepped out or did not sign, its chair was replaced, "
                "its deliberation reopened, or the jury sat despite a shortfall or of one sex; when its members "
                "came or left, and which of them were absent; whether there was a vote; whether a member of the jury "
                "or an assessor had a tie with you."
            ),
        ),
        why=(
            "Ils parlent de la façon dont évaluateurs et jurés ont travaillé ; le délibéré est secret.",
            "They speak of how assessors and jurors worked; deliberations are secret.",
        ),
        source=OTHERS,
        facts=frozenset(
            {
                AssessmentReopened,
                AssessorReleased,
                JurorRecused,
                MinutesSignatureRefused,
                ChairReplaced,
                SessionReopened,
                PanelDerogationGranted,
                PanelOfOneSexExplained,
                DecisionVoted,
                DecisionTakenBack,
                DecisionConfirmed,
                RecusalDeclared,
                JurorRemoved,
                MemberSignedIn,
                MemberNotedAbsent,
                MemberLeft,
                MemberReturned,
                MemberLeftDeliberation,
            }
        ),
    ),
    HeldBack(
        what=(
            (
                "Les propositions de rectifier ou d'annuler une décision, et pourquoi elles furent faites, "
                "approuvées ou rejetées. Une rectification ou une annulation faite est donnée, avec son motif."
            ),
            (
                "Proposals to rectify or annul a decision, and why they were made, approved or rejected. A "
                "rectification or an annulment that was made is given, with its reason."
            ),
        ),
        why=("Rien n'y est décidé.", "Nothing is decided in them."),
        source=(
            "Documents préparatoires, CRPA L311-2 (connu sans avoir été lu)",
            "Preparatory documents, CRPA L311-2 (known without having been read)",
        ),
        facts=frozenset({RectificationProposed, RectificationApproved, RectificationRejected, *ANNULLING}),
    ),
    HeldBack(
        what=(
            "Ce qu'évaluateurs et jurys ont dit et dont aucun résultat n'est communiqué.",
            "What assessors and juries have said of which no result is made known.",
        ),
        why=(
            "Rien n'est acquis avant la communication des résultats : redemandez l'export après elle.",
            "Nothing is settled before results are released: ask for the export again then.",
        ),
        source=(
            "Le règlement et le procès-verbal, que le jury n'a pas encore signé ou fait connaître",
            "The rulebook and the minutes, which the jury has yet to sign or make known",
        ),
        facts=frozenset({*MARKED, *DELIBERATED, ResultsReleased}),
    ),
    HeldBack(
        what=(
            "Ce qui se rapporterait à une procédure pour fraude dont vous ne seriez pas encore informé.",
            "What would belong to a procedure for fraud of which you had not been told yet.",
        ),
        why=(
            "On l'est avant toute décision, et l'on est entendu ; tout est alors donné.",
            "One is told before any decision, and heard; all is given then.",
        ),
        source=(
            "RGPD art. 23(1)(d) et (g) (connu sans avoir été lu)",
            "GDPR art. 23(1)(d) and (g) (known without having been read)",
        ),
        facts=frozenset({*SUSPECTED, *WAITING}),
    ),
    HeldBack(
        what=(
            "Le scan du procès-verbal signé d'une session tenue sur papier, dont seul le dépôt est donné.",
            "The scan of the signed minutes of a session held on paper, of which only the filing is given.",
        ),
        why=(
            "Il porte sur tous les candidats de la liste : demandez-en un extrait au certificateur.",
            "It is about every candidate on the list: ask the certifier for an extract.",
        ),
        source=OTHERS,
    ),
    HeldBack(
        what=(
            "Le contenu d'un fichier dans lequel un antivirus a trouvé quelque chose ; qu'il a été déposé est donné.",
            "What a file holds in which a virus scanner found something; that it was put in is given.",
        ),
        why=(
            "Il nuirait à qui l'ouvre : adressez-vous au certificateur pour le recevoir autrement.",
            "It would harm whoever opens it: ask the certifier to receive it in another way.",
        ),
        source=(
            "RGPD art. 32 (connu sans avoir été lu)",
            "GDPR art. 32 (known without having been read)",
        ),
    ),
    HeldBack(
        what=(
            "Les rappels d'échéance que le certificateur s'adresse.",
            "Reminders of deadlines to the certifier itself.",
        ),
        why=(
            "Ils ne disent rien de vous que l'échéance ne dise.",
            "They say nothing of you that the deadline does not.",
        ),
        source=("Affaire interne du certificateur", "The certifier's own affair"),
        facts=frozenset({ReminderGiven}),
    ),
    HeldBack(
        what=(
            "Ce que vous avez confié au référent handicap, si un autre que vous demande l'export.",
            "What you confided to the disability officer, if somebody else than you asks for the export.",
        ),
        why=("Demandez l'export vous-même : il le contient.", "Ask for the export yourself: it holds it."),
        source=("RGPD art. 9 : données de santé", "GDPR art. 9: data concerning health"),
    ),
    HeldBack(
        what=("Votre NIR, si un autre que vous demande l'export.", "Your national number, if somebody else asks."),
        why=("Demandez l'export vous-même : il le contient.", "Ask for the export yourself: it holds it."),
        source=(
            "Code du travail R6113-17-1 : transmis avec la déclaration du titre, montré à nul autre",
            "Code du travail R6113-17-1: sent with the declaration of the title, shown to nobody else",
        ),
    ),
    HeldBack(
        what=(
            (
                "Le contenu d'un fichier qu'aucun antivirus n'a analysé, si un autre que vous demande l'export et "
                "que le règlement ne l'ouvre qu'à vous ; qu'il a été déposé est donné."
            ),
            (
                "What a file holds that no virus scanner has seen, if somebody else than you asks for the export and "
                "the rulebook opens it to you alone; that it was put in is given."
            ),
        ),
        why=("Demandez l'export vous-même : il le contient.", "Ask for the export yourself: it holds it."),
        source=("Le règlement de la certification", "The rulebook of the certification"),
    ),
    HeldBack(
        what=(
            "Les brouillons d'autrui, et le texte des vôtres qui portent sur d'autres personnes.",
            "The drafts of others, and the text of yours that are about other people.",
        ),
        why=(
            "Un brouillon n'est lu que de son auteur tant qu'il n'est pas consigné.",
            "A draft is read by its writer alone as long as it is not recorded.",
        ),
        source=OTHERS,
    ),
    HeldBack(
        what=(
            "L'empreinte de votre mot de passe et de vos jetons d'accès.",
            "The digests of your password and of your access tokens.",
        ),
        why=("Qui les aurait pourrait entrer à votre place.", "Whoever had them might enter in your place."),
        source=("RGPD art. 32 : sécurité", "GDPR art. 32: security"),
    ),
)
WHOM_TO_ASK: Final = (
    (
        "Ces limites valent pour tous, qu'il y ait ou non de telles données à votre sujet. Vous "
        "pouvez demander au certificateur d'y accéder malgré elles : il répond au cas par cas, et la "
        "CNIL reçoit les réclamations."
    ),
    (
        "These limits are the same for everybody, whether or not there are any such data about you. "
        "You may ask the certifier for access in spite of them: they answer case by case, and the "
        "CNIL hears complaints."
    ),
)


def describe_limits() -> Iterator[dict[str, dict[str, str]]]:
    """Return all entries as the export shows them."""
    return (each.told() for each in HELD_BACK)
