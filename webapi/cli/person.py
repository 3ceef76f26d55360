"""`acquis person`: people, their roles and accounts."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

import click
import psycopg2
import structlog
from eventsourcing.persistence import PersistenceError

from adapters.text.wording import day
from adapters.verify.terminal import language
from domain.commands.people.accept_secrecy import AcceptSecrecy
from domain.commands.people.grant_role import GrantRole
from domain.commands.people.register_person import RegisterPerson
from domain.commands.people.withdraw_role import WithdrawRole
from domain.framework.jury_rule import Sex
from domain.people.career import Span
from domain.people.facts import OrganisationLink
from domain.people.person import Person
from domain.ports import NOBODY, OPERATOR, PersonId, Role
from domain.refusal import Refused
from webapi.cli.terminal.lazy_group import OnDemand
from webapi.cli.terminal.output import answers, misused, opened_app, said, show
from webapi.cli.terminal.who import WHO

if TYPE_CHECKING:
    from webapi.privacy.finding import FoundPerson

log = structlog.get_logger(__name__)

ROLE = click.Choice([role.value for role in Role if role not in NOBODY])


LINKS = {OrganisationLink.EMPLOYMENT: ("emploi", "employment"), OrganisationLink.MANDATE: ("mandat", "mandate")}
ACCOUNTS: Final = {
    "invite": "account.invite_person",
    "sessions": "account.sessions",
    "sign-out": "account.sign_out",
    "second-factor-reset": "account.reset_second_factor",
    "unlink": "account.unlink",
}


@click.group("person", cls=OnDemand, where=ACCOUNTS)
def person() -> None:
    """Register, find and show people, and give them roles and accounts.

    A person is named by their id, or by an e-mail address that only they have.
    """


@person.command()
@click.option("--name", required=True, help="The person's name; sealed in the log.")
@click.option("--email", required=True, help="Their e-mail address; also their login.")
@click.option("--born", help="Date and place of birth, for certificates; sealed in the log.")
@click.option(
    "--sex",
    type=click.Choice([*Sex]),
    metavar="SEX",
    help="f, m or unstated, as they stated it, for statistics; sealed in the log.",
)
@click.option("--role", "roles", multiple=True, required=True, type=ROLE, help="A role; may be repeated.")
@answers
def add(*, name: str, email: str, born: str | None, sex: str | None, roles: tuple[str, ...], as_json: bool) -> None:
    """Register a person, with an account whose random password is shown only once."""
    password = secrets.token_urlsafe(15)
    with opened_app() as acquis:
        stated = Sex(sex) if sex else None
        given = tuple(Role(role) for role in roles)
        command = RegisterPerson(name=name, email=email, born=born, sex=stated, given=given)
        request = acquis.request_of(OPERATOR)
        who = PersonId(uuid5(request.append_id, "person"))  # the command derives the same id
        acquis.accounts.add(who, email, password)  # first: a login that is taken must leave no fact
        try:
            recorded = acquis.execute(command, request)
        except Refused:
            acquis.accounts.remove(who)
            raise
        except (psycopg2.Error, PersistenceError):
            if (already := acquis.store.repeated(request)) is None:  # raises again while the database does not answer
                acquis.accounts.remove(who)
                raise
            recorded = already
    answer = {"id": who, "login": email.strip().lower(), "password": password, "position": recorded.position}
    drawn = said(f"mot de passe : {password}", f"password: {password}")
    show(answer, as_json=as_json, lines=lambda: iter([f"{who}", drawn]))


@person.command()
@click.argument("text")
@answers
def find(text: str, as_json: bool) -> None:
    """Find people by TEXT: words of their name (ignoring accents and case), or their e-mail address."""
    from webapi.privacy.finding import find_all  # noqa: PLC0415  (the other commands look for nobody)

    if not text.strip():
        raise misused("Dites un nom ou une adresse.", "Give a name or an address.")
    with opened_app() as acquis:
        found = list(find_all(acquis, text, OPERATOR))
    if not sys.stderr.isatty():  # note searches in a journal; at a terminal, the person who reads did them
        log.warning("people searched by the operator", found=len(found))
    items = [asdict(each) for each in found]
    nobody = said("Personne.", "Nobody.")
    show({"items": items}, as_json=as_json, lines=lambda: iter([_named(each) for each in found] or [nobody]))


def _named(found: FoundPerson) -> str:
    roles = ", ".join(said(*Role(role).said) for role in found.roles)
    addresses = ", ".join(dict.fromkeys(filter(None, (found.email, found.login))))
    return "  ".join(filter(None, (str(found.id), found.name, addresses, roles)))


@person.command("show")
@click.argument("who", type=WHO)
@answers
def show_person(who: UUID, as_json: bool) -> None:
    """Show WHO: roles, linked files of the same person, work and qualities."""
    with opened_app() as acquis, acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        found = attempt.load(Person, PersonId(who))
        erased = found.erased | acquis.vault.register.classes_of(who)
    answer = {
        "id": found.id,
        "roles": sorted(found.roles),
        "same_as": sorted(found.same_as),
        "affiliations": [
            {"organisation": organisation, "link": link, "since": span.since, "until": span.until}
            for organisation, link, span in found.career.affiliations
        ],
        "qualities": [
            {"quality": quality, "certification": certification, "since": span.since, "until": span.until}
            for quality, certification, span in found.career.qualities
        ],
        "erased": sorted(erased),
    }
    show(answer, as_json=as_json, lines=lambda: _shown(found))


def _shown(found: Person) -> Iterator[str]:
    yield ", ".join(said(*Role(role).said) for role in sorted(found.roles)) or said("aucun rôle", "no role")
    yield from (said(f"même personne que {other}", f"same person as {other}") for other in sorted(found.same_as))
    for organisation, link, span in found.career.affiliations:
        yield "  ".join((_days(span), said(*LINKS[link]), str(organisation)))
    for quality, certification, span in found.career.qualities:
        yield "  ".join(part for part in (_days(span), said(*quality.said), certification or "") if part)


def _days(span: Span) -> str:
    return f"{day(span.since, language())} – {day(span.until, language()) if span.until else '…'}"


@person.command()
@click.argument("who", type=WHO)
@click.argument("number", type=click.INT)
@click.option(
    "--signed-on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The date of the paper that they signed."
)
@answers
def secrecy(who: UUID, number: int, signed_on: datetime, as_json: bool) -> None:
    """Record that WHO accepted professional secrecy on paper, by the text NUMBER, before reading a dossier."""
    command = AcceptSecrecy(person=PersonId(who), secrecy_text=number, signed_on=signed_on.date())
    with opened_app() as acquis:
        recorded = acquis.do(command, OPERATOR)
    line = said(f"{who} : secret professionnel accepté", f"{who}: professional secrecy accepted")
    show({"position": recorded.position}, as_json=as_json, lines=lambda: iter([line]))


@person.command()
@click.argument("who", type=WHO)
@click.argument("role", type=ROLE)
@answers
def grant(who: UUID, role: str, as_json: bool) -> None:
    """Give WHO a ROLE."""
    with opened_app() as acquis:
        recorded = acquis.do(GrantRole(person=PersonId(who), role=Role(role)), OPERATOR)
    show({"position": recorded.position}, as_json=as_json, lines=lambda: iter([f"{who} + {role}"]))


@person.command()
@click.argument("who", type=WHO)
@click.argument("role", type=ROLE)
@answers
def withdraw(who: UUID, role: str, as_json: bool) -> None:
    """Withdraw a ROLE from WHO."""
    with opened_app() as acquis:
        recorded = acquis.do(WithdrawRole(person=PersonId(who), role=Role(role)), OPERATOR)
    show({"position": recorded.position}, as_json=as_json, lines=lambda: iter([f"{who} - {role}"]))


@person.command("export")
@click.argument("who", type=WHO)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder.")
@answers
def export_person(who: UUID, out: Path, as_json: bool) -> None:
    """Write all data held about WHO, to hand to them: JSON, files, a page to read, a manifest."""
    from webapi.privacy.personal_export import export  # noqa: PLC0415  (the others need none of the pages' words)

    with opened_app() as acquis:
        answer = export(acquis, PersonId(who), out)
    show(answer, as_json=as_json, lines=lambda: iter([str(out)]))
