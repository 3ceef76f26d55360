"""Content of a rulebook, in groups, and differences between two versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import msgspec
from flask import render_template, request
from flask.typing import ResponseReturnValue

from domain.ports import Role, RulebookId
from domain.rulebook.rulebook import Rulebook
from webapi.accounts.authentication import allowed, reading
from webapi.pages.desk import Desk
from webapi.privacy.disclosure import rulebooks
from webapi.words import phrase

bp = Desk("house_rules", __name__, url_prefix="/registrar/rulebooks/<uuid:rulebook>")

MOST: Final = 300
SAID: Final = {
    "scale": phrase("Échelle d'appréciation"),
    "quorum": phrase("Quorum"),
    "composition": phrase("Le jury est jugé sur"),
    "substitute_same_quality": phrase("Suppléance de même qualité"),
    "trainers_may_rule": phrase("Les formateurs statuent"),
    "unmarked_may_be_ruled": phrase("Se prononcer sans avis"),
    "casting_vote": phrase("Voix prépondérante"),
    "reason_for_not_acquired": phrase("Motif d'une compétence non acquise"),
    "reason_for_departure": phrase("Motif d'un écart avec l'avis"),
    "reason_for_block_not_granted": phrase("Motif d'un bloc non accordé"),
    "sessions": phrase("Sessions"),
    "minutes_signed_by": phrase("Procès-verbal signé par"),
    "refusal_holds_minutes": phrase("Un refus de signer le retient"),
    "hearing": phrase("Entretien dû sur toutes les voies"),
    "sign_in": phrase("Émargement exigé"),
    "reason_for_excused": phrase("Motif d'une excuse exigé"),
    "attempts": phrase("Passages devant un jury"),
    "absence_counts": phrase("Une absence compte"),
    "commission_quorum": phrase("Quorum d'une commission"),
    "commission_work_travels": phrase("Ses appréciations suivent"),
    "chair_replaced_by": phrase("Présidence remplacée par"),
    "confirmed_by": phrase("Décision confirmée par"),
    "chair": phrase("Présidence"),
    "absent": phrase("En son absence"),
    "qualities": phrase("Qualités"),
    "retention": phrase("Conservation"),
    "months": phrase("Mois"),
    "days": phrase("Jours"),
    "after": phrase("Compté depuis"),
    "kept_by_law": phrase("Conservé par la loi"),
    "source": phrase("Texte"),
    "remedies": phrase("Recours"),
    "way": phrase("Voie"),
    "body": phrase("Autorité"),
    "address": phrase("Adresse"),
    "next_working_day": phrase("Reporté au jour ouvrable suivant"),
    "ties_bar_assessors": phrase("Liens qui écartent un évaluateur"),
    "retakes": phrase("Se représenter"),
    "carry_over": phrase("Avis conservés"),
    "scope": phrase("Portée"),
    "routes": phrase("Voies"),
    "fraud": phrase("Fraude"),
    "decided_by": phrase("Décidée par"),
    "hearing_days": phrase("Jours avant l'audition"),
    "sanctions": phrase("Sanctions"),
    "kind": phrase("Nature"),
    "evidence": phrase("Pièces"),
    "largest": phrase("Taille d'une pièce (octets)"),
    "size": phrase("Taille totale (octets)"),
    "pieces": phrase("Nombre de pièces"),
    "types": phrase("Types admis"),
    "replacement_days": phrase("Jours pour remplacer"),
    "unscanned_opens": phrase("Une pièce non analysée s'ouvre"),
    "enrolment": phrase("Inscription"),
    "acceptance": phrase("Acceptation du règlement"),
    "summons": phrase("Convocation devant un jury"),
    "sitting_summons": phrase("Convocation à une épreuve"),
    "lateness": phrase("Retard admis"),
    "minutes": phrase("Minutes"),
    "journeys": phrase("Parcours"),
    "calendar": phrase("Calendrier"),
    "zone": phrase("Jours fériés"),
    "lapses_after_months": phrase("Caducité (mois)"),
    "remind_days": phrase("Rappel (jours avant)"),
    "yearly_places": phrase("Places par an"),
    "places": phrase("Places"),
    "anonymous_assessment": phrase("Évaluation anonyme"),
    "least_count": phrase("Plus petit effectif publié"),
    "remote": phrase("À distance"),
    "markings": phrase("Double correction"),
    "points": phrase("Notes en points"),
    "accommodations": phrase("Aménagements"),
    "measures": phrase("Mesures"),
    "case_days_before": phrase("Cas remis (jours avant)"),
    "code": phrase("Code"),
    "label_fr": phrase("En français"),
    "label_en": phrase("En anglais"),
    "acquired": phrase("Vaut acquis"),
    "assessors": phrase("Nombre d'évaluateurs"),
    "agreement": phrase("Accord"),
    "competences": phrase("Compétences"),
    "title": phrase("Intitulé"),
    "certifier": phrase("Certificateur"),
    "version": phrase("Version"),
}
"""The label of each value of a rulebook, by its name."""
VALUES: Final = {
    "constituted": phrase("les sièges tels que constitués"),
    "present": phrase("les membres présents"),
    "deliberating": phrase("les membres qui délibèrent"),
    "all_present": phrase("tous les membres présents"),
    "first_appointed": phrase("le premier membre nommé"),
    "majority": phrase("la majorité des membres, chacun sur son écran"),
    "substitute": phrase("la personne suppléante"),
    "member": phrase("un membre choisi par le jury"),
    "nobody": phrase("personne : le jury ne siège pas"),
    "last_decision": phrase("la dernière décision"),
    "opening": phrase("l'ouverture de la candidature"),
    "review": phrase("réexamen"),
    "court": phrase("tribunal"),
    "jury": phrase("le jury"),
    "session": phrase("un jury"),
    "sitting": phrase("une épreuve"),
    "hearing": phrase("une audition"),
    "trained": phrase("l'a formé"),
    "family": phrase("famille"),
    "identity": phrase("identité"),
    "civil_proof": phrase("justificatif d'état civil"),
    "papers": phrase("pièces du dossier"),
    "decision": phrase("décisions et motifs"),
    "accessibility": phrase("aménagements"),
    "cpf": phrase("données du compte personnel de formation"),
    "register": phrase("registre"),
    "competence": phrase("par compétence"),
    "block": phrase("par bloc"),
}
Group = tuple[str, list[tuple[str, Any]]]


@bp.get("")
@allowed(Role.REGISTRAR)
def show(rulebook: UUID) -> ResponseReturnValue:
    """Show a rulebook, group by group."""
    found = reading().load(Rulebook, RulebookId(rulebook)).content
    versions = [item for _, item in rulebooks(0, MOST) if item["certifier"] == found.certifier]
    return render_template(
        "registrar/rulebook.html",
        id=rulebook,
        rules=found,
        groups=list(groups(msgspec.to_builtins(found))),
        others=[each for each in versions if each["id"] != rulebook],
        said=SAID,
        values=VALUES,
    )


@bp.get("/compare")
@allowed(Role.REGISTRAR)
def compare(rulebook: UUID) -> ResponseReturnValue:
    """Show the differences between two versions; `with` names the other one."""
    other = request.args.get("with", "")
    log = reading()
    new = log.load(Rulebook, RulebookId(rulebook)).content
    known = {str(item["id"]) for _, item in rulebooks(0, MOST)}
    old = log.load(Rulebook, RulebookId(UUID(other))).content if other in known else new
    changed = differences(msgspec.to_builtins(old), msgspec.to_builtins(new))
    return render_template(
        "registrar/rulebook_compared.html", id=rulebook, old=old, new=new, changed=changed, said=SAID, values=VALUES
    )


def groups(said: dict[str, Any]) -> Iterator[Group]:
    """Yield the values outside any group, then each group with its values."""
    named = {"title", "certifier", "version"}
    yield (
        "",
        [
            (name, value)
            for name, value in said.items()
            if not isinstance(value, dict | list | tuple) and name not in named
        ],
    )
    for name, value in said.items():
        if isinstance(value, dict):
            yield name, list(flat(value))
        elif isinstance(value, list | tuple) and value:
            yield name, [(str(n), each) for n, each in enumerate(value, 1)]


def flat(said: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each value with its name; in a group the group's name precedes it."""
    for name, value in said.items():
        path = f"{above}.{name}" if above else name
        if isinstance(value, dict):
            yield from flat(value, path)
        else:
            yield path, value


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return each value that differs: name, before, after."""
    before, after = dict(flat(old)), dict(flat(new))
    names = list(dict.fromkeys((*before, *after)))
    return [
        (name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name) and name != "version"
    ]
