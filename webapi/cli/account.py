"""`acquis person invite / sessions / …`: invitations, sessions, second factors and identities of accounts."""

from __future__ import annotations

from uuid import UUID

import click
import structlog

from adapters.operations.account_events import By, What
from adapters.verify.terminal import language
from domain.commands.people.register_person import RegisterPerson
from domain.ports import OPERATOR, PersonId, Role
from webapi.accounts.invitations import invite, invite_known
from webapi.accounts.lost_access import end_sessions, reset_factor
from webapi.accounts.owner_letters import tell_owner
from webapi.cli.person import ROLE
from webapi.cli.terminal.output import answers, misused, opened_app, said, show
from webapi.cli.terminal.who import WHO
from webapi.language import moment

log = structlog.get_logger(__name__)


@click.command("invite")
@click.argument("who", type=WHO, required=False)
@click.option("--name", help="The name of a new person; sealed in the log.")
@click.option("--email", help="Their e-mail address, for the invitation; also their login.")
@click.option("--role", "roles", multiple=True, type=ROLE, help="A role; may be repeated for a new person.")
@click.option(
    "--language",
    "speaks",
    type=click.Choice(["fr", "en"]),
    default="fr",
    show_default=True,
    help="Language of the letter.",
)
@answers
def invite_person(
    who: UUID | None, *, name: str | None, email: str | None, roles: tuple[str, ...], speaks: str, as_json: bool
) -> None:
    """Invite WHO, or a new person (--name, --email, --role), to open an account, with a link by mail.

    An address can be invited three times in a row, then three times an hour.
    """
    given = tuple(Role(role) for role in roles)
    new = bool(name and email and given)
    if (who is None) is not new or (who is not None and (name or email or len(given) > 1)):
        raise misused(
            "Donnez un identifiant et au plus un rôle, ou bien --name, --email et --role.",
            "Give an id and at most one role, or else --name, --email and --role.",
        )
    with opened_app() as acquis:
        request = acquis.request_of(OPERATOR)
        if who is not None:
            invited = invite_known(acquis, request, PersonId(who), given[0] if given else None, speaks)
        else:
            invited = invite(acquis, request, RegisterPerson(name=str(name), email=email, given=given), speaks)
    position = invited.recorded and invited.recorded.position
    lines = [said(f"{invited.person} : invitation à envoyer", f"{invited.person}: invitation to be sent")]
    show({"id": invited.person, "position": position}, as_json=as_json, lines=lambda: iter(lines))


@click.command("sessions")
@click.argument("who", type=WHO)
@answers
def sessions(who: UUID, as_json: bool) -> None:
    """List the browsers in which WHO is signed in."""
    with opened_app() as acquis:
        found = acquis.sessions.sessions(PersonId(who))
    items = [{"id": each.id, "since": each.since, "seen_at": each.seen_at, "browser": each.browser} for each in found]
    lines = [f"{moment(each.since, language())}  {each.browser or '…'}" for each in found]
    none = said("Aucune connexion.", "No session.")
    show({"items": items}, as_json=as_json, lines=lambda: iter(lines or [none]))


@click.command("sign-out")
@click.argument("who", type=WHO, required=False)
@click.option("--all", "everybody", is_flag=True, help="All sessions of everybody, for example after a restore.")
@answers
def sign_out(who: UUID | None, *, everybody: bool, as_json: bool) -> None:
    """End all browser sessions of WHO, or of everybody with --all; `acquis token revoke` revokes API tokens."""
    if (who is None) is not everybody:
        raise misused("Donnez un identifiant, ou bien --all.", "Give an id, or --all.")
    with opened_app() as acquis:
        if who is not None:
            ended = end_sessions(acquis, PersonId(who), By.OPERATOR)
        else:
            ended = acquis.sessions.end_everybodys()
            log.warning("everybody's sessions ended by the operator", sessions=ended)
    lines = [said(f"Connexions fermées : {ended}", f"Sessions ended: {ended}")]
    show({"ended": ended}, as_json=as_json, lines=lambda: iter(lines))


@click.command("second-factor-reset")
@click.argument("who", type=WHO)
@answers
def reset_second_factor(who: UUID, as_json: bool) -> None:
    """Switch off the second factor of WHO, who has lost telephone and codes, and notify them by letter.

    First make sure of their identity: from now on their password is enough.
    """
    with opened_app() as acquis:
        was_on = reset_factor(acquis, PersonId(who), By.OPERATOR)
    lines = [said("désactivé", "switched off") if was_on else said("il n'y en avait pas", "there was none")]
    show({"was_on": was_on}, as_json=as_json, lines=lambda: iter(lines))


@click.command("unlink")
@click.argument("who", type=WHO)
@click.argument("provider")
@answers
def unlink(who: UUID, provider: str, as_json: bool) -> None:
    """Unlink the identity of WHO at PROVIDER, end the sessions begun with it, and notify them by letter.

    Their last way to sign in cannot be unlinked: they must first choose a password by mail.
    """
    person = PersonId(who)
    with opened_app() as acquis:
        was_linked = acquis.identities.unlink(person, provider)
        if was_linked:
            acquis.account_events.note(person, What.IDENTITY_UNLINKED, By.OPERATOR)
            known = acquis.providers.get(provider)
            tell_owner(acquis, person, "identity_unlinked", provider=known.provider.title if known else provider)
        log.warning("identity unlinked by the operator", person=str(who), was_linked=was_linked)
    lines = [said("déliée", "unlinked") if was_linked else said("il n'y en avait pas", "there was none")]
    show({"was_linked": was_linked}, as_json=as_json, lines=lambda: iter(lines))
