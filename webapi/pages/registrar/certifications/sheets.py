"""List of published certifications and rulebooks, content of a framework, and differences between two versions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from domain.commands.framework.open_route import OpenRoute
from domain.framework.definition import Block, Definition
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.ports import FrameworkId, Role
from domain.standing.why import branch
from projections.framework.certification_catalogue import certifications
from webapi.accounts.authentication import allowed, reading
from webapi.current import acquis
from webapi.explain.explanation import rule
from webapi.forms import text
from webapi.pages.desk import Desk
from webapi.privacy.disclosure import rulebooks
from webapi.words import phrase
from webapi.words.spoken import spoken

bp = Desk("sheets", __name__, url_prefix="/registrar/certifications", only=Role.REGISTRAR)
bp.entry(Role.REGISTRAR, 70, phrase("Certifications"), "book", "list_published")

MOST: Final = 300


@bp.get("")
@allowed(Role.REGISTRAR)
def list_published() -> ResponseReturnValue:
    """List the published certifications and rulebooks, each with its versions."""
    found = certifications(acquis().database, limit=None)
    rules = [item for _, item in rulebooks(0, MOST)]
    return render_template("registrar/certifications.html", certifications=found[::-1], rulebooks=rules[::-1])


@bp.get("/<uuid:certification>")
@allowed(Role.REGISTRAR)
def show(certification: UUID) -> ResponseReturnValue:
    """Show a framework: blocks, competences, rules, routes, juries, registration."""
    log = reading()
    framework = log.load(Framework, FrameworkId(certification))
    registration = log.find(Registration, Registration.id_of(FrameworkId(certification)))
    published = certifications(acquis().database, limit=None)
    definition, opened = framework.content, {each.route: each for each in framework.opened}
    return render_template(
        "registrar/certification.html",
        id=certification,
        framework=framework,
        definition=definition,
        registration=registration,
        runs=registration.runs(acquis().clock.today(), definition),
        opened=opened,
        openable=[(row.route.value, row.label) for row in definition.routes if row.open and row.route not in opened],
        others=[each for each in published if each.code == definition.code and each.framework != certification],
        needs=needs,
        title_needs=rule(branch(definition.whole, frozenset()), spoken()),
    )


def needs(block: Block) -> str:
    """Return the rule of a block in words, for instance « 5 parmi 1 à 9, dont 7 »."""
    return rule(branch(block.rule.rule(block.competences), frozenset()), spoken())


@bp.act(
    "/<uuid:certification>/routes", OpenRoute, show, done="Voie ouverte.", without=("modalities",), ground=text(2000)
)
def open_route(certification: UUID) -> None:
    """Open a route that the framework allows and whose assessment it describes."""


@bp.get("/<uuid:certification>/compare")
@allowed(Role.REGISTRAR)
def compare(certification: UUID) -> ResponseReturnValue:
    """Show the differences between two versions, block by block; `with` names the other one."""
    other = request.args.get("with", "")
    log = reading()
    new = log.load(Framework, FrameworkId(certification)).content
    old = log.load(Framework, FrameworkId(UUID(other))).content if _is_id(other) else new
    return render_template(
        "registrar/compared.html",
        id=certification,
        old=old,
        new=new,
        blocks=differences(old, new),
        facts=facts(old, new),
        needs=needs,
    )


def _is_id(said: str) -> bool:
    try:
        UUID(said)
    except ValueError:
        return False
    return True


def differences(
    old: Definition, new: Definition
) -> list[tuple[int, Block | None, Block | None, list[tuple[str, str]]]]:
    """Return each block that changed: number, before, after, and its changed competences, before and after."""
    before = {each.number: each.text for each in old.competences}
    after = {each.number: each.text for each in new.competences}
    found = []
    for number in sorted({*old.by_number, *new.by_number}):
        was, now = old.by_number.get(number), new.by_number.get(number)
        numbers = sorted({*(was.competences if was else ()), *(now.competences if now else ())})
        mine = [(_numbered(each, was, before), _numbered(each, now, after)) for each in numbers]
        changed = [(old_text, new_text) for old_text, new_text in mine if old_text != new_text]
        if changed or was is None or now is None or (was.title, needs(was)) != (now.title, needs(now)):
            found.append((number, was, now, changed))
    return found


def _numbered(number: int, block: Block | None, texts: dict[int, str]) -> str:
    return f"{number}. {texts[number]}" if block and number in block.competences else ""


def facts(old: Definition, new: Definition) -> list[tuple[str, str, str]]:
    """Return the other changes: name, before, after."""
    said = (
        (phrase("Intitulé"), old.title, new.title),
        (phrase("Certificateur"), old.certifier, new.certifier),
        (phrase("Enregistrement"), old.registration.text, new.registration.text),
        (phrase("Règle du titre"), _title(old), _title(new)),
        (phrase("Voies d'accès ouvertes"), _routes(old), _routes(new)),
        (phrase("Composition des jurys"), _juries(old), _juries(new)),
        (phrase("Lieux de certification"), _joined(old.certification_places), _joined(new.certification_places)),
        (phrase("Modalités d'évaluation"), _modalities(old), _modalities(new)),
    )
    return [each for each in said if each[1] != each[2]]


def _title(framework: Definition) -> str:
    return rule(branch(framework.whole, frozenset()), spoken())


def _routes(framework: Definition) -> str:
    return _joined(row.label for row in framework.routes if row.open)


def _juries(framework: Definition) -> str:
    """Return each jury in words, with the values that rules use, so that no change goes unnoticed."""
    counted = (
        (each, (each.size, each.minimum, each.externals, each.employers, each.employees)) for each in framework.juries
    )
    return _joined(f"{each.id} : {each.text} ({', '.join(map(str, numbers))})" for each, numbers in counted)


def _modalities(framework: Definition) -> str:
    return _joined(f"{each.id} : {each.text}" for each in framework.modalities)


def _joined(texts: Iterable[Any]) -> str:
    return " ; ".join(map(str, texts))
