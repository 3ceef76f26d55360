"""`acquis token`: API tokens."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import click
import structlog

from adapters.operations.tokens import LONGEST_DAYS, HeldToken
from adapters.text.wording import day
from adapters.verify.terminal import language
from domain.ports import Actor, PersonId, Role
from domain.refusal import NotFound
from webapi.accounts import tokens as issuing
from webapi.accounts.token_scopes import SCOPES
from webapi.accounts.tokens import TokenAsked, in_days, issue
from webapi.cli.person import ROLE
from webapi.cli.terminal.output import answers, opened_app, said, show
from webapi.cli.terminal.who import WHO

log = structlog.get_logger(__name__)


@click.group("token")
def token() -> None:
    """Make, list and revoke API tokens."""


@token.command("make")
@click.argument("who", type=WHO)
@click.argument("role", type=ROLE)
@click.option("--label", required=True, help="The purpose of the token.")
@click.option(
    "--days",
    default=90,
    show_default=True,
    type=click.IntRange(1, LONGEST_DAYS),
    help="The number of days for which it is valid.",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    default=("*",),
    type=click.Choice(SCOPES),
    metavar="SCOPE",
    help="A scope; may be repeated: * (the default), read, write, or one of a family, as in evidence:write.",
)
@answers
def make(who: UUID, role: str, *, label: str, days: int, scopes: tuple[str, ...], as_json: bool) -> None:
    """Make a token of WHO in one ROLE of theirs; it is shown only once."""
    holder = Actor(person=PersonId(who), role=Role(role))
    asked = TokenAsked(holder=holder, label=label, expires_at=in_days(days), scopes=scopes)
    with opened_app() as acquis:
        made = issue(acquis, asked, by=None)
    answer = {"id": made.id, "token": made.secret, "scopes": sorted(set(scopes)), "expires_at": made.expires_at}
    show(answer, as_json=as_json, lines=lambda: iter([made.secret]))


@token.command("list")
@click.argument("who", type=WHO)
@answers
def list_tokens(who: UUID, as_json: bool) -> None:
    """List the tokens of WHO, ended ones too, without their secrets."""
    with opened_app() as acquis:
        held = acquis.tokens.held(PersonId(who))
    answer = {"items": [vars(each) for each in held]}
    show(answer, as_json=as_json, lines=lambda: (_line(each) for each in held))


def _line(held: HeldToken) -> str:
    used = day(held.used_on, language()) if held.used_on else said("jamais", "never")
    ended = held.revoked_at or (held.expires_at if held.expires_at <= datetime.now(UTC) else None)
    until = said("terminé le ", "ended on ") if ended else said("jusqu'au ", "until ")
    parts: Iterator[str] = iter(
        (
            str(held.id),
            held.role,
            " ".join(held.scopes),
            until + day((ended or held.expires_at).date(), language()),
            said("utilisé : ", "used: ") + used,
            held.label,
        )
    )
    return "  ".join(parts)


@token.command("revoke")
@click.option("--of", "who", type=WHO, help="The token's holder, with --id.")
@click.option("--id", "which", type=click.UUID, help="The token's id, as listed.")
@click.option("--all", "everybodys", is_flag=True, help="All tokens of everybody, for example after a restore.")
@answers
def revoke(who: UUID | None, which: UUID | None, *, everybodys: bool, as_json: bool) -> None:
    """Revoke the token named by --of and --id, or all tokens with --all.

    Without these options the secret is read from standard input, because other users can see a command's arguments.
    """
    if (who is None) is not (which is None) or (everybodys and who is not None):
        raise click.UsageError(
            said("--of et --id vont ensemble, --all seul.", "--of and --id go together, --all alone.")
        )
    with opened_app() as acquis:
        if everybodys:
            revoked = issuing.revoke_all(acquis)
            log.warning("all tokens revoked by the operator", tokens=revoked)
            lines = [said(f"Jetons révoqués : {revoked}", f"Tokens revoked: {revoked}")]
            show({"revoked": revoked}, as_json=as_json, lines=lambda: iter(lines))
            return
        if who is None or which is None:
            issuing.revoke_secret(acquis, sys.stdin.readline().strip(), by=None)
        elif not issuing.revoke(acquis, PersonId(who), which, by=None):
            raise NotFound(which)
    show({"revoked": True}, as_json=as_json, lines=lambda: iter(()))
