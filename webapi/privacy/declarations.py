"""Titles to declare to the training account system; the only output of national numbers (NIR)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, TypeVar
from uuid import UUID

from adapters.keys.vault import FieldOpener
from adapters.log.codec import opened
from domain.fact import Fact
from domain.framework.framework import Framework
from domain.organisation.certifiers import Certifiers
from domain.people.facts import BirthAndSexStated, IdentityCorrected, Registered
from domain.ports import FrameworkId, PersonId
from domain.register.certificates import Papers
from domain.register.declaration import Declaration
from domain.register.facts import (
    AwardDeclared,
    CertificateIssued,
    CorrectionMade,
    CorrectionRefused,
    CorrectionRequested,
    NirGiven,
    RegisterEntered,
    RegisterFact,
)
from domain.register.national_number import NationalNumber
from domain.register.register import Register
from projections.reading import DossierFact
from projections.told import sealed_facts
from webapi.privacy.disclosure import rebuilt, rebuilt_or_new
from webapi.wiring import App

F = TypeVar("F", bound=Fact)


def declarations(
    acquis: App,
    framework: FrameworkId,
    after: int = 0,
    limit: int | None = None,
    *,
    but: Collection[PersonId] = frozenset(),
) -> list[dict[str, Any]]:
    """Return the titles of a register after a number, with their holders, without those of the people in `but`.

    A withdrawn title is included if it was declared, because the withdrawal must be declared too. A national number
    is included if the certifier collects it and the title must still be sent: it is not declared yet, or must be
    corrected.
    """
    code = rebuilt(Framework, framework, sealed_facts(acquis.database, [framework])).content.code
    certifiers = Certifiers.id_of(code)
    collects = rebuilt_or_new(Certifiers, certifiers, sealed_facts(acquis.database, [certifiers])).collects_nir
    register = Register(id=Register.id_of(framework))
    for each in sealed_facts(acquis.database, [register.id]):
        if isinstance(each.fact, RegisterFact):
            register = register.evolve(each.fact)
    withdrawn = (entry for entries in register.withdrawn.values() for entry in entries)
    entries = [(entry, True) for entry in register.entries.values()] + [(entry, False) for entry in withdrawn]
    wanted = sorted((e for e in entries if e[0].number > after and e[0].candidate not in but), key=_number)
    found, opening = [], acquis.vault.opening()
    for entry, stands in wanted:
        item = _item(entry, stands=stands, numbers=collects and stands, facts=_about(acquis, entry), opening=opening)
        if stands or item["declared_on"]:
            found.append(item)
        if len(found) == limit:
            break
    return found


def _number(entry: tuple[RegisterEntered, bool]) -> int:
    return entry[0].number


def _about(acquis: App, entry: RegisterEntered) -> list[DossierFact]:
    kinds = (Papers, Declaration, NationalNumber)
    streams: list[UUID] = [entry.candidate, *(kind.id_of(entry.candidacy) for kind in kinds)]
    return sealed_facts(acquis.database, streams)


def _item(
    entry: RegisterEntered, *, stands: bool, numbers: bool, facts: Iterable[DossierFact], opening: FieldOpener
) -> dict[str, Any]:
    named, born, given = None, None, None
    delivered_on, declared = None, None
    waiting: set[int] = set()
    for each in facts:
        match each.fact:
            case Registered() | IdentityCorrected():
                named, born = each, each if each.fact.born else born
            case BirthAndSexStated():
                born = each if each.fact.born else born
            case CertificateIssued(number=entry.number, issued_on=issued_on):
                delivered_on = issued_on
            case NirGiven():
                given = each
            case AwardDeclared(number=entry.number):
                declared = each.fact
            case CorrectionRequested(correction=correction):
                waiting.add(correction)
            case CorrectionMade(correction=correction) | CorrectionRefused(correction=correction):
                waiting.discard(correction)
            case _:
                pass
    return {
        "number": entry.number,
        "candidacy": entry.candidacy,
        "stands": stands,
        "obtained_on": entry.obtained_on,
        "delivered_on": delivered_on,
        "holder": _opened(named, opening).get("name"),
        "born": _opened(born, opening).get("born"),
        "national_number": _opened(given if numbers and (waiting or not declared) else None, opening).get("nir"),
        "declared_on": declared and declared.declared_on,
        "reference": declared and declared.reference,
    }


def _opened(each: DossierFact | None, opening: FieldOpener) -> dict[str, Any]:
    return opened(each.fact, each.place, opening) if each else {}
