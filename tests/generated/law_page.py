"""The law behind the rules as a page to read: `deploy/docs/law.md`, which `make law` writes anew."""
# ruff: noqa: E501  (a table has long lines)

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from adapters.framework_file import LAWS, read_law, shipped
from domain.refusal import Refused
from domain.rulebook.rule_set import HowKnown, Provision, RuleSet, RuleSetDate
from tests.given.domain.refusals import REFUSALS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "deploy" / "docs" / "law.md"
ARTICLE = re.compile(r"\b(?:LO|[LRDA])\d{3,4}(?:-\d+)+\b")
KNOWN = {HowKnown.READ: "lu", HowKnown.SUMMARY: "connu par un résumé", HowKnown.NOT_READ: "non lu"}
CHOSEN = {RuleSetDate.PARCOURS: "début du parcours", RuleSetDate.SESSION: "jour de la session"}
PROVIDES = {
    Provision.JURY: "composition du jury, liens, voix prépondérante",
    Provision.ADMISSIBILITY: "délai de recevabilité, effet du silence",
    Provision.JURY_WITHIN: "délai du jury",
    Provision.NOTICE_WITHIN: "délai de notification",
    Provision.DECLARATION_WITHIN: "transmission au compte personnel de formation",
    Provision.RULEBOOK: "valeurs d'un règlement (dérogation)",
    Provision.JURY_CHANGES: "ce qu'une dérogation change du jury",
    Provision.LAPSE: "caducité de la recevabilité",
    Provision.YEARLY_FILES: "dossiers par année civile",
    Provision.CORRECTION_WITHIN: "correction des données transmises",
    Provision.PARTNER_CHANGE_WITHIN: "changements d'habilitation à déclarer",
    Provision.NOTICE_TO_ADVISOR: "l'accompagnateur est informé du résultat",
    Provision.BENEFIT_END: "bénéfice d'un enregistrement qui a pris fin",
    Provision.BENEFIT_SUSPENSION: "bénéfice d'un enregistrement suspendu",
    Provision.NATIONAL_NUMBER: "le NIR parmi les données transmises",
}
HEAD = """\
# Le droit derrière les règles

Écrit par `make law` à partir des fichiers de droit livrés (`adapters/framework_file/law-*.yaml`), des refus du domaine et des
tests qui citent chaque article. « lu » : l'article lui-même a été lu, dans une copie datée de la base LEGI (code du travail au
27 mars 2026 au plus tard, et des versions abrogées) ; rien de postérieur à ce jour n'est couvert. « connu par un résumé », « non
lu » : à faire confirmer par un juriste, et le logiciel le dit partout où il cite le texte.

Un ensemble de règles est une donnée publiée (`acquis law publish`), jamais une constante : une lecture corrigée se publie sous un
autre nom, et ce qui fut décidé sous l'ancienne reste décidé ([ADR 17](../adr/0017-law-as-rule-sets.md)). `acquis law list`
montre ce qui est publié ; `acquis why` et l'API disent quel texte a parlé.

"""
UNSETTLED = """\
## Ce qu'aucun texte lu ne règle

| question | ce que fait Acquis |
|---|---|
| la composition du jury d'un parcours débuté du 1er janvier au 12 avril 2024 : L6412-3 renvoie à un décret, D6412-6 vise les parcours débutés dès le 13 avril | aucune règle de composition n'est appliquée : celles de la certification et l'impartialité valent seules |
| combien de fois, et jusqu'à quand, des pièces peuvent être demandées : R6412-4 fait courir les deux mois du dossier complet (`from: complete_file`) | une demande des derniers jours est admise, et les deux mois recommencent à chaque complément : la lettre le permet, rien ne le borne, et l'historique montre chaque demande |
| le jour où débute un parcours hors du portail national | le jour déclaré par le candidat ou saisi par le gestionnaire ; à défaut, celui de la candidature |
| quand une certification est entrée au portail (arrêté de l'article 5 du décret 2023-1275, non trouvé) | le certificateur l'enregistre et cite son texte ; à défaut, elle est hors du portail |
| la fin de R335-7 (durée de validité de la recevabilité, date de session) et ce qu'il comptait des dossiers pour des blocs | rien de ce qui n'a pas été lu n'est opposé au candidat |
| la loi 2022-1598, article 10, et L335-5 dans sa version de décembre 2022 | L6412-2 est tenu pour abrogé à cette date : les dates de ses suites le disent |
| si un jury peut siéger après le terme d'un enregistrement : L6113-9 donne le bénéfice à qui obtient la certification | il décide de qui était recevable ou entré en formation à temps ; des autres, sur autorisation qui cite son texte |
| une suspension pour une autre cause que des titres non déclarés (R6113-14) : R6113-17-3 n'en parle pas | rien ne s'y décide sans autorisation |
| un jury à distance : le code du travail n'en dit rien ; R6412-5 laisse les modalités au certificateur | le règlement du certificateur dit si et comment |
| les voies et délais de recours, le juge d'un certificateur privé (CRPA L211-2, CJA R421-1 et R421-5 non lus) | le règlement les énonce, et la notification les répète |
| la « délivrance » dont court le délai de transmission (R6113-17-2) : le titre est acquis au jury, le parchemin vient après | le jour du parchemin ; celui du jury tant qu'il n'y en a pas |
| le jour dont courent les deux mois pour informer France compétences (R6113-16-5) | celui où la modification prend effet |
| la validité d'un bloc dans le temps, le nombre de présentations, le quorum | la fiche et le règlement |
| l'arrêté du 21 mai 2021 (compte personnel de formation), l'arrêté de conservation annoncé par R335-10 | la transmission est due depuis le 1er juillet 2021 ; les durées sont celles du règlement |
| toute modification après le 27 mars 2026 | rien n'en est connu |
"""


@cache
def citing(article: str) -> tuple[str, ...]:
    """The files of tests that cite an article, by their path."""
    said = re.compile(rf"(?<![\w-]){re.escape(article)}(?![\d-])")
    return tuple(path for path, content in _tests() if said.search(content))


@cache
def _tests() -> tuple[tuple[str, str], ...]:
    found = sorted((ROOT / "tests").rglob("test_*.py"))
    return tuple((str(path.relative_to(ROOT / "tests")), path.read_text("utf-8")) for path in found)


def rule_sets() -> dict[str, tuple[RuleSet, ...]]:
    """What ships, by its file."""
    return {name: read_law(shipped(name)) for name in LAWS}


def articles(text: str) -> tuple[str, ...]:
    """The articles that a reference names, once each."""
    return tuple(dict.fromkeys(ARTICLE.findall(text)))


def text() -> str:
    """The whole page."""
    return "\n".join([HEAD.rstrip("\n"), "", *_sets(), *_refusals(), UNSETTLED])


def _sets() -> Iterator[str]:
    for name, sets in rule_sets().items():
        yield f"## `{name}`\n"
        yield "| ensemble | texte | du – au | choisi par | prévoit | connu | tests |"
        yield "|---|---|---|---|---|---|---|"
        for each in sets:
            provides = " ; ".join(PROVIDES[provision] for provision in each.provides())
            days = f"{each.first or '?'} – {each.last or ''}".rstrip()
            portal = {True: ", au portail", False: ", hors portail", None: ""}[each.portal]
            yield (
                f"| `{each.id}` | {each.reference} | {days} | {CHOSEN[each.chosen_by]}{portal} | {provides}"
                f" | {KNOWN[each.known]} : {each.source} | {_links(articles(each.reference)[:1])} |"
            )
        yield ""


def _refusals() -> Iterator[str]:
    yield "## Refus qui citent un article\n"
    yield "| refus | règle | texte | tests |"
    yield "|---|---|---|---|"
    for each in cited_refusals():
        found = articles(each.reference("fr"))
        yield f"| `{each.slug()}` | {each.sentence('fr')} | {each.reference('fr')} | {_links(found)} |"
    yield ""


def cited_refusals() -> list[type[Refused]]:
    """The refusals whose source names an article of a code, by name."""
    return sorted((each for each in REFUSALS if articles(each.reference("fr"))), key=lambda each: each.slug())


def _links(found: tuple[str, ...]) -> str:
    paths = dict.fromkeys(path for article in found for path in citing(article))
    return ", ".join(f"[{Path(path).stem.removeprefix('test_')}](../../tests/{path})" for path in paths) or "—"


if __name__ == "__main__":
    PAGE.write_text(text(), "utf-8")
