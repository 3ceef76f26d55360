"""Steps of `acquis init`: the law, a certification, its rulebook and an administrator; each step is done once."""

from __future__ import annotations

import secrets
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from uuid import uuid5

import psycopg2

from adapters.database import DatabaseServer
from adapters.database.migrate import make_database
from adapters.framework_file import LAWS, RouteOpening, read_law, shipped
from adapters.trouble import Trouble
from domain.commands.framework.open_route import OpenRoute
from domain.commands.framework.publish_framework import PublishFramework
from domain.commands.people.declare_sole_registrar import DeclareSoleRegistrar
from domain.commands.people.register_person import RegisterPerson
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.framework.definition import Definition, Route
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.people.person import Person
from domain.people.staffing import Staffing
from domain.ports import OPERATOR, FrameworkId, PersonId, Role
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules
from webapi.intent import Intent
from webapi.wiring import App

FRAMEWORKS = "select stream from log.fact where type = 'FrameworkPublished' order by position"
GRANTED = "select distinct stream from log.fact where type = 'RoleGranted' and body like '%%\"' || %s || '\"%%'"


TAKE_OVER = """
alter table public.acquis_migration owner to current_user;
alter default privileges revoke all on functions from public;
alter default privileges revoke all on types from public;
grant acquis_owner, acquis_web, acquis_worker, acquis_projector, acquis_report, acquis_auditor, acquis_backup,
      acquis_web_login, acquis_worker_login, acquis_projector_login, acquis_report_login, acquis_auditor_login,
      acquis_backup_login, acquis_witness_login
   to current_user with admin option;
"""
"""The ownership and rights that the first migration gives to its login, for a trial migrated under another login."""


class TrialNeedsASuperuser(Trouble):
    """A takeover without superuser rights; a trial's tables belong to the superuser of the trial's own server."""

    def __init__(self) -> None:
        super().__init__(
            "A trial is brought over as a superuser, for as long as that takes: alter role … superuser, afterwards"
            " nosuperuser.",
            "Un essai se reprend sous un superutilisateur, le temps de le faire : alter role … superuser, ensuite"
            " nosuperuser.",
        )


class RulebookOfAnotherCertifier(Trouble):
    """A rulebook whose certifier is not the sheet's certifier."""

    def __init__(self, rules: Rules, definition: Definition) -> None:
        super().__init__(
            f"The rulebook says “certifier: {rules.certifier}”, the sheet “certifier: {definition.certifier}”: it is"
            " to be the same, letter by letter.",
            f"Le règlement dit « certifier: {rules.certifier} », la fiche « certifier: {definition.certifier} » : les"
            " deux disent la même chose, à la lettre.",
        )


@dataclass(frozen=True, kw_only=True)
class Certifying:
    """A certification to publish: its sheet, its certifier's rules, the routes to open once both are published.

    `rules` is None if that certifier already has a rulebook.
    """

    definition: Definition
    rules: Rules | None
    openings: tuple[RouteOpening, ...] = ()


def admits(acquis: App) -> list[Definition]:
    """Return the published certifications that run today, in the order of their publication."""
    request, today = acquis.request_of(OPERATOR), acquis.clock.today()
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(FRAMEWORKS)
        streams = [FrameworkId(stream) for (stream,) in cursor.fetchall()]
    with acquis.store.attempt(request, frozenset()) as attempt:
        found = [
            (attempt.load(Framework, each), attempt.find(Registration, Registration.id_of(each))) for each in streams
        ]
    return [framework.content for framework, registration in found if registration.runs(today, framework.content)]


def has_ended(definition: Definition, today: date) -> bool:
    """Return whether the sheet's registration has ended, so that nobody can apply for the first time."""
    return today > definition.registration.ends_on


def waiting_routes(acquis: App, definition: Definition) -> list[Route]:
    """Return the routes that the sheet opens without their modalities of assessment, and that are not open yet."""
    framework = _framework(acquis, definition)
    opened = {each.route for each in framework.opened}
    return [
        row.route
        for row in definition.routes
        if row.open and row.route not in opened and not definition.modalities_for(row.route)
    ]


def has_rulebook(acquis: App, certifier: str) -> bool:
    """Return whether this certifier has a published rulebook."""
    with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        return attempt.find(Rulebook, Rulebook.id_of(certifier, 1)).version > 0


def has_one_registrar(acquis: App) -> bool:
    """Return whether the certifier is declared to have one registrar only."""
    with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        return attempt.find(Staffing, Staffing.the()).sole


def declare_one_registrar(acquis: App, reason: str) -> None:
    """Declare that the certifier has one registrar only, who alone confirms what otherwise needs two people.

    Reads the log, since no projector may have run yet. Raises SeveralRegistrars if two people have the role.
    """
    holders = _holders(acquis, Role.REGISTRAR)
    Staffing.check_registrars(len(holders))
    acquis.do(DeclareSoleRegistrar(reason=reason, registrar=holders[0] if holders else None), OPERATOR)


def certify(acquis: App, what: Certifying) -> None:
    """Publish the sheet and the rulebook if they are not published, and open the routes that are not open.

    Raises RulebookOfAnotherCertifier and the commands' refusals; an unsuitable rulebook leaves nothing recorded.
    """
    definition, rules = what.definition, what.rules
    if rules is not None:
        if rules.certifier != definition.certifier:
            raise RulebookOfAnotherCertifier(rules, definition)
        rules.check_suits(definition)
    if _framework(acquis, definition).definition is None:
        acquis.do(PublishFramework(definition=definition), OPERATOR)
    if rules is not None and not has_rulebook(acquis, rules.certifier):
        acquis.do(PublishRulebook(rules=rules), OPERATOR)
    framework = FrameworkId(Framework.id_of(definition.code, definition.version))
    opened = {each.route for each in _framework(acquis, definition).opened}
    for each in what.openings:
        if each.route not in opened:
            acquis.do(
                OpenRoute(framework=framework, **vars(each)),
                OPERATOR,
            )


def refuse_unless_superuser(server: DatabaseServer) -> None:
    """Raise TrialNeedsASuperuser unless the server's login is a superuser."""
    make_database(server.dsn)
    with closing(psycopg2.connect(server.dsn)) as connection:
        if not _is_superuser(connection):
            raise TrialNeedsASuperuser


def take_over(server: DatabaseServer) -> None:
    """Give the current login, while it is a superuser, the rights to migrate a trial's tables without being one."""
    for dsn in (server.dsn, server.keys_dsn):
        with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
            if _is_superuser(connection):
                cursor.execute(TAKE_OVER)


def publish_law(acquis: App) -> int:
    """Publish the shipped texts of law that are not published yet; return their number."""
    with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        known = attempt.find(Law, Law.the()).sets
    missing = [each for name in LAWS for each in read_law(shipped(name)) if each.id not in known]
    for each in missing:
        acquis.do(PublishRuleSet(rule_set=each), OPERATOR)
    return len(missing)


def administrator(acquis: App) -> str | None:
    """Return the login of an administrator who has signed in, or whom this command did not register; else None."""
    ours = _ours(acquis)
    found = _holders(acquis, Role.ADMIN)
    logins = acquis.accounts.logins(found)
    return next((logins[each] for each in logins if each != ours or acquis.account_events.of(ours)), None)


def give_account(acquis: App, name: str, email: str) -> tuple[str, str]:
    """Register the administrator, or give the one who never signed in a new password; return login and password.

    Raises the refusals of RegisterPerson.
    """
    ours, password = _ours(acquis), secrets.token_urlsafe(15)
    if login := unused_login(acquis):
        acquis.accounts.renew(ours, password)
    else:
        login = email.strip().lower()
        acquis.accounts.add(ours, login, password)
    acquis.execute(RegisterPerson(name=name, email=login, given=(Role.ADMIN,)), acquis.request(INTENT))
    return login, password


def _holders(acquis: App, role: Role) -> list[PersonId]:
    """Return the people who have a role, according to the log."""
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(GRANTED, (role.value,))
        streams = [stream for (stream,) in cursor.fetchall()]
    with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        return [PersonId(each.id) for each in attempt.find_all(Person, streams) if role in each.roles]


def unused_login(acquis: App) -> str | None:
    """Return the login of the administrator whom an earlier run registered and who has not signed in, or None."""
    ours = _ours(acquis)
    return acquis.accounts.logins([ours]).get(ours)


INTENT = Intent(actor=OPERATOR, way="init", key="administrator")
"""The intent of the registration; a repeated run registers nobody twice."""


def _is_superuser(connection: psycopg2.extensions.connection) -> bool:
    return connection.info.parameter_status("is_superuser") == "on"


def _ours(acquis: App) -> PersonId:
    """Return the id that the command gives to the administrator whom it registers."""
    return PersonId(uuid5(acquis.request(INTENT).append_id, "person"))


def _framework(acquis: App, definition: Definition) -> Framework:
    with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        return attempt.find(Framework, Framework.id_of(definition.code, definition.version))
