"""`acquis law`: texts of law as rules."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from adapters.framework_file import LAWS, read_law
from adapters.text.wording import day
from adapters.verify.terminal import language
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.commands.rulebook.repeal_rule_set import RepealRuleSet
from domain.ports import OPERATOR
from domain.rulebook.law import Law
from domain.rulebook.rule_set import HowKnown, RuleSet
from webapi.cli.asking import CONFIRMED, asks
from webapi.cli.certification import read_text
from webapi.cli.terminal.output import answers, opened_app, said, show

KNOWN = {
    HowKnown.READ: ("lu", "read"),
    HowKnown.SUMMARY: ("connu par un résumé", "known through a summary"),
    HowKnown.NOT_READ: ("non lu", "not read"),
}


@click.group("law")
def group() -> None:
    """Texts of law as dated rules (textes de loi): publish, list, repeal."""


@group.command()
@click.argument("file", type=click.Path(path_type=Path))
@answers
def publish(file: Path, as_json: bool) -> None:
    """Publish the texts of a law FILE, or an included one.

    Included: `law-vae`, `law-cpf`, `law-enregistrement`, `law-habilitations`.
    """
    rule_sets = read_law(read_text(file, *LAWS))
    with opened_app() as acquis:
        positions = [acquis.do(PublishRuleSet(rule_set=each), OPERATOR).position for each in rule_sets]
    answer = {"rule_sets": [each.id for each in rule_sets], "positions": positions}
    show(answer, as_json=as_json, lines=lambda: (_line(each) for each in rule_sets))


@group.command("list")
@answers
def list_all(as_json: bool) -> None:
    """List the published texts, with their dates and how each is known."""
    with opened_app() as acquis, acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        found = tuple(attempt.find(Law, Law.the()).sets.values())
    none = said("Aucun texte publié.", "No text was published.")
    answer = {"items": [asdict(each) for each in found]}
    show(answer, as_json=as_json, lines=lambda: iter([_line(each) for each in found] or [none]))


@group.command()
@asks(
    RepealRuleSet,
    "rule_set",
    last="The last day on which it applies.",
    ground="The text that repeals it.",
    confirms_past=CONFIRMED,
)
def repeal(command: RepealRuleSet, as_json: bool) -> None:
    """Set the last day of the text RULE_SET, which a later text repeals; it can be changed until it has passed."""
    with opened_app() as acquis:
        recorded = acquis.do(command, OPERATOR)
    answer = {"rule_set": command.rule_set, "last": command.last, "position": recorded.position}
    on = day(command.last, language())
    line = said(f"{command.rule_set} : dernier jour, le {on}", f"{command.rule_set}: last day {on}")
    show(answer, as_json=as_json, lines=lambda: iter([line]))


def _line(each: RuleSet) -> str:
    spoken = language()
    known = KNOWN[each.known][spoken == "en"]
    first = each.first.isoformat() if each.first else "…"
    last = each.last.isoformat() if each.last else "…"
    routes = ", ".join(route.value for route in each.routes)
    derogates = f"  {said('dérogation au règlement', 'derogation to the rulebook')}" if each.rulebook else ""
    return f"{each.id}  {routes}  {first} – {last}  {each.reference} ({known}){derogates}"
