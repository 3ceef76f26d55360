"""`acquis attestations`: attestations of a candidacy, requested and issued."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import click

from adapters.verify.terminal import language
from domain.candidacy.candidacy import Candidacy
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.ports import OPERATOR, CandidacyId
from domain.register.attestations import Attestations
from domain.register.facts import Attestation, AttestationIssued
from projections.told import sealed_facts
from webapi.cli.terminal.output import answers, opened_app, said, show
from webapi.explain.attestation import attested
from webapi.privacy.disclosure import plain


@click.command("attestations")
@click.argument("candidacy", type=click.UUID)
@click.option("--holder", help="The candidate's name for the texts; not recorded.")
@answers
def attestations(candidacy: UUID, holder: str | None, as_json: bool) -> None:
    """Show the attestations of a CANDIDACY: those requested, and the texts of those issued, without names."""
    stream = Attestations.id_of(CandidacyId(candidacy))
    with opened_app() as acquis, acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        terms = attempt.load(Candidacy, CandidacyId(candidacy)).terms
        framework = attempt.load(Framework, terms.framework).content
        asked = sorted(attempt.find(Attestations, stream).asked)
        found = [each.fact for each in sealed_facts(acquis.database, [stream], [AttestationIssued.__name__])]
    issued = [each for each in found if isinstance(each, AttestationIssued)]
    answer = {"asked": asked, "items": [plain(each) for each in issued]}
    show(answer, as_json=as_json, lines=lambda: _lines(asked, issued, framework, holder))


def _lines(
    asked: list[Attestation], issued: list[AttestationIssued], framework: Definition, holder: str | None
) -> Iterator[str]:
    spoken = language()
    for each in asked:
        yield said("À délivrer : ", "To be issued: ") + each.said[spoken == "en"]
    for fact in issued:
        yield attested(fact, framework, holder, spoken)
    if not asked and not issued:
        yield said("Aucune attestation.", "No attestation.")
