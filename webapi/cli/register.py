"""`acquis certification register`: titles of a certification's register."""

from __future__ import annotations

from collections.abc import Iterator

import click

from adapters.text.wording import day
from adapters.verify.terminal import language
from domain.framework.framework import Framework
from domain.ports import OPERATOR, FrameworkId
from domain.register.facts import RegisterEntered
from domain.register.register import Register
from webapi.cli.terminal.output import answers, opened_app, said, show


@click.command("register")
@click.argument("code")
@click.option("--version", "version", default=1, show_default=True, help="Version of the framework.")
@answers
def register(code: str, version: int, as_json: bool) -> None:
    """List the titles in the register of the certification CODE, with their options; without names."""
    framework = FrameworkId(Framework.id_of(code, version))
    with opened_app() as acquis, acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        attempt.load(Framework, framework)
        found = attempt.find(Register, Register.id_of(framework))
    out = [entry for entries in found.withdrawn.values() for entry in entries]
    entries = sorted([*found.entries.values(), *out], key=lambda entry: entry.number)
    answer = [
        {
            "number": entry.number,
            "candidacy": entry.candidacy,
            "obtained_on": entry.obtained_on,
            "option_title": entry.option_title,
            "withdrawn": entry in out,
        }
        for entry in entries
    ]
    show({"items": answer}, as_json=as_json, lines=lambda: _lines(entries, out))


def _lines(entries: list[RegisterEntered], out: list[RegisterEntered]) -> Iterator[str]:
    if not entries:
        yield said("Rien n'est inscrit.", "Nothing was entered.")
    for entry in entries:
        parts = [said(f"n° {entry.number}", f"no. {entry.number}"), day(entry.obtained_on, language())]
        parts += [entry.option_title] if entry.option_title else []
        parts += [said("retiré", "withdrawn")] if entry in out else []
        yield "  ".join([*parts, str(entry.candidacy)])
