"""`acquis certification`: publishing and showing frameworks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Final
from uuid import UUID

import click

from adapters.framework_file import read, read_openings, read_rulebook, shipped
from adapters.text.wording import day
from adapters.verify.terminal import language
from domain.commands.framework.open_route import OpenRoute
from domain.commands.framework.publish_framework import PublishFramework
from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.ports import OPERATOR, FrameworkId
from domain.standing.why import branch
from webapi.cli.terminal.in_words import in_words
from webapi.cli.terminal.lazy_group import OnDemand
from webapi.cli.terminal.output import answers, opened_app, said, show
from webapi.explain.explanation import rule
from webapi.wiring import App

SHEETS: Final = ("titre-options-example.yaml", "bts-options-example.yaml", "rncp31936.yaml")
RULEBOOKS: Final = ("rulebook-example.yaml", "rulebook-imci-demonstration.yaml")
OPENINGS: Final = ("openings-rncp31936-demonstration.yaml",)
"""The example files of each kind that are installed with Acquis."""
SUCCESSION: Final = {
    "correspondence": "succession.correspondence",
    "withdraw-correspondence": "succession.withdraw_correspondence",
    "equivalence": "succession.equivalence",
    "register": "register.register",
    "retire": "succession.retire",
    "suspend": "registration.suspend",
    "resume": "registration.resume",
    "portal": "registration.portal",
    "end": "registration.end",
}


@click.group("certification", cls=OnDemand, where=SUCCESSION)
def group() -> None:
    """Publish and show certifications (référentiels, règlements, voies d'accès)."""


@group.command()
@click.argument("file", type=click.Path(path_type=Path))
@answers
def publish(file: Path, as_json: bool) -> None:
    """Publish the framework of a certification FILE, or an included one: `rncp31936`, `bts-options-example`…"""
    definition = read(read_text(file, *SHEETS))
    with opened_app() as acquis:
        recorded = acquis.do(PublishFramework(definition=definition), OPERATOR)
    answer = {
        "id": Framework.id_of(definition.code, definition.version),
        "code": definition.code,
        "version": definition.version,
        "position": recorded.position,
    }
    show(answer, as_json=as_json, lines=lambda: iter([f"{definition.code} v{definition.version}: {answer['id']}"]))


@group.command("rulebook")
@click.argument("file", type=click.Path(path_type=Path))
@answers
def publish_rulebook(file: Path, as_json: bool) -> None:
    """Publish the certifier's rules from a rulebook FILE (règlement), or an included one: `rulebook-example`…"""
    rules = read_rulebook(read_text(file, *RULEBOOKS))
    with opened_app() as acquis:
        recorded = acquis.do(PublishRulebook(rules=rules), OPERATOR)
    stream = next(iter(recorded.versions))
    answer = {"id": stream, "version": rules.version, "position": recorded.position}
    show(answer, as_json=as_json, lines=lambda: iter([f"{rules.title}: {stream}"]))


@group.command("open-routes")
@click.argument("code")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--version", "version", default=1, show_default=True, help="Version of the framework.")
@answers
def open_routes(code: str, file: Path, version: int, as_json: bool) -> None:
    """Open the routes of an openings FILE for the framework CODE."""
    with opened_app() as acquis:
        framework = FrameworkId(Framework.id_of(code, version))
        openings = read_openings(read_text(file, *OPENINGS), _definition(acquis, framework))
        opened = [
            acquis.do(
                OpenRoute(framework=framework, **vars(opening)),
                OPERATOR,
            ).position
            for opening in openings
        ]
    routes = [opening.route.value for opening in openings]
    show({"routes": routes, "positions": opened}, as_json=as_json, lines=lambda: iter(routes))


@group.command("show")
@click.argument("code")
@click.option("--version", "version", default=1, show_default=True, help="Version of the framework.")
@answers
def show_one(code: str, version: int, as_json: bool) -> None:
    """Show a published framework: blocks, thresholds, mandatory competences, routes, juries, readings."""
    framework = FrameworkId(Framework.id_of(code, version))
    with opened_app() as acquis, acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        definition = attempt.load(Framework, framework).content
        registration = attempt.find(Registration, Registration.id_of(framework))
        runs = registration.runs(acquis.clock.today(), definition)
    answer = {
        "code": definition.code,
        "version": definition.version,
        "title": definition.title,
        "blocks": [
            {
                "number": block.number,
                "heading_number": block.heading_number,
                "title": block.title,
                "required": block.rule.required,
                "mandatory": block.rule.mandatory,
                "tree": asdict(block.rule.tree) if block.rule.tree else None,
                "competences": block.competences,
            }
            for block in definition.blocks
        ],
        "title_rule": asdict(definition.whole),
        "options": [asdict(option) for option in definition.options],
        "routes": {row.route.value: row.open for row in definition.routes},
        "juries": {jury.id: jury.text for jury in definition.juries},
        "readings": len(definition.readings),
        "registration": {
            "decided_on": definition.registration.decided_on,
            "published_on": definition.registration.published_on,
            "effect_from": definition.registration.effect_from,
            "ends_on": registration.last_day(definition),
            "issuance_ends_on": registration.last_issuance(definition),
            "runs": runs,
            "portal_from": registration.portal_from,
            "suspensions": [asdict(each) for each in registration.suspensions],
        },
    }
    show(
        answer,
        as_json=as_json,
        lines=lambda: chain(_lines(definition), _registered(registration, definition, runs=runs)),
    )


@group.command("list")
@answers
def list_all(as_json: bool) -> None:
    """List the published frameworks."""
    with opened_app() as acquis, acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select stream from log.fact where type = 'FrameworkPublished' order by position")
        streams: list[UUID] = [stream for (stream,) in cursor.fetchall()]
        found = [_definition(acquis, FrameworkId(stream)) for stream in streams]
    answer = {"items": [{"code": d.code, "version": d.version, "title": d.title} for d in found]}
    show(answer, as_json=as_json, lines=lambda: (f"{d.code} v{d.version}  {d.title}" for d in found))


def read_text(file: Path, *ships: str) -> str:
    """Return the text of a file, or of the included file with one of these names."""
    name = f"{str(file).lower().removesuffix('.yaml')}.yaml"
    if name in ships and not file.exists():
        return shipped(name)
    try:
        return file.read_text("utf-8")
    except FileNotFoundError as error:
        raise click.BadParameter(
            said(f"{file} : ce fichier n'existe pas.", f"{file}: there is no such file.")
        ) from error
    except OSError as error:
        raise click.BadParameter(said(f"{file} : illisible.", f"{file}: {error.strerror}.")) from error
    except UnicodeDecodeError as error:
        raise click.BadParameter(said(f"{file} : pas en UTF-8.", f"{file}: not in UTF-8.")) from error


def _definition(acquis: App, framework: FrameworkId) -> Definition:
    with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        return attempt.load(Framework, framework).content


def _lines(definition: Definition) -> Iterator[str]:
    french, say = language() == "fr", in_words()
    yield f"{definition.code} v{definition.version}  {definition.title}  ({definition.certifier})"
    for block in sorted(definition.blocks, key=lambda block: block.number):
        need = rule(branch(block.rule.rule(block.competences), frozenset()), say)
        yield f"  bloc {block.number}  {block.title} : {need}" if french else f"  block {block.number}  {need}"
    title = rule(branch(definition.whole, frozenset()), say)
    yield f"  titre : blocs {title}" if french else f"  title: blocks {title}"
    for option in definition.options:
        blocks = f"{'blocs' if french else 'blocks'} {', '.join(map(str, option.blocks))}"
        yield f"  option {option.code}  {option.title} : {blocks}" if french else f"  option {option.code}  {blocks}"
    for row in definition.routes:
        state = ("ouverte" if row.open else "fermée") if french else ("open" if row.open else "closed")
        yield f"  {row.route.value:4} {state:8} {row.label}"


def _registered(found: Registration, framework: Definition, *, runs: bool) -> Iterator[str]:
    sheet, until = framework.registration, found.last_issuance(framework)
    runs_today = said("en cours", "runs") if runs else said("ne court pas aujourd'hui", "does not run today")
    yield said(f"  enregistrement : {runs_today}", f"  registration: {runs_today}")
    yield said(f"    décidé le {_on(sheet.decided_on)}", f"    decided on {_on(sheet.decided_on)}")
    yield said(f"    publié le {_on(sheet.published_on)}", f"    published on {_on(sheet.published_on)}")
    yield said(f"    effet au {_on(sheet.effect_from)}", f"    effect from {_on(sheet.effect_from)}")
    yield said(
        f"    jusqu'au {_on(found.last_day(framework))} inclus",
        f"    until {_on(found.last_day(framework))} included",
    )
    if until:
        yield said(f"    délivrance jusqu'au {_on(until)} inclus", f"    issuance until {_on(until)} included")
    for each in found.suspensions:
        again = (
            said(f", repris le {_on(each.ended_on)}", f", resumed on {_on(each.ended_on)}") if each.ended_on else ""
        )
        yield said(f"    suspendu le {_on(each.began_on)}", f"    suspended on {_on(each.began_on)}") + again
    if found.portal_from:
        since = _on(found.portal_from)
        yield said(f"    sur le portail national à partir du {since}", f"    on the national portal from {since}")
    else:
        yield said("    hors du portail national", "    not on the national portal")


def _on(value: date) -> str:
    return day(value, language())
