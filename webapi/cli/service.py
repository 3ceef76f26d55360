"""`acquis service`: service accounts of programs that read reports."""

from __future__ import annotations

from typing import Any

import click

from adapters.text.wording import day
from adapters.verify.terminal import language
from domain.ports import OPERATOR
from webapi.accounts.services import register_service
from webapi.cli.terminal.output import answers, opened_app, said, show


@click.group("service")
def service() -> None:
    """Register and list services that read reports."""


@service.command("add")
@click.argument("name")
@answers
def add(name: str, as_json: bool) -> None:
    """Register the service NAME with the reporter's role; `acquis token make ID reporter` then makes its token.

    It has no password and no e-mail address, and gets no token in another role.
    """
    with opened_app() as acquis:
        recorded = register_service(acquis, acquis.request_of(OPERATOR), name)
        who = next(iter(recorded.versions))
    show({"id": who, "position": recorded.position}, as_json=as_json, lines=lambda: iter([str(who)]))


@service.command("list")
@answers
def list_services(as_json: bool) -> None:
    """List the services: id, registration day, number of valid tokens."""
    with opened_app() as acquis:
        found = acquis.services.all()
    show({"items": found}, as_json=as_json, lines=lambda: (_line(each) for each in found))


def _line(found: dict[str, Any]) -> str:
    tokens = said("jetons", "tokens")
    return f"{found['id']}  {day(found['since'].date(), language())}  {found['tokens']} {tokens}"
