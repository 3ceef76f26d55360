"""Public check of a paper certificate: whether it was issued here, and whether it is still valid.

A paper bears the position of its fact, and twelve characters derived from the fact's whole line in the log. The line
includes sealed values, so nobody can guess the characters: only a holder of the paper can check it, and counting up
reveals nothing. No key that may change takes part, so a paper can be checked for as long as the log is kept.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from flask import g

from adapters.log.line import COLUMNS, line_of
from domain.ports import Actor, PersonId, Role
from domain.refusal import Refused
from domain.standing.disclosure import Reader
from projections.register.papers import at
from webapi.current import acquis
from webapi.privacy.disclosure import DisclosedDossier
from webapi.privacy.issued_papers import borne_by, papers_of

LINE: Final = f"select {COLUMNS} from log.fact e where position = %s"  # noqa: S608  (our own words)
GROUPS: Final = 4
SIGNS: Final = 12
FORM: Final = re.compile(r"([0-9]{1,18})-?([A-Z2-7]{4})-?([A-Z2-7]{4})-?([A-Z2-7]{4})")


PUBLIC: Final = Actor(person=PersonId(UUID(int=0)), role=Role.AUDITOR)
"""The actor who reads the register for an anonymous visitor: released results only, as an auditor sees them."""


class UnknownPaper(Refused):
    """No paper of this number was issued here: compare it with what is printed at its foot, sign by sign."""

    fr = "Aucun document de ce numéro n'a été délivré ici : comparez-le, signe par signe, à ce qui y est imprimé."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class CheckedPaper:
    """The register's entry about a paper: what was issued, to whom, and whether it is valid."""

    title: str
    code: str
    certifier: str
    block: int | None
    number: int | None
    holder: str | None
    issued_on: date
    struck_on: date | None
    stands: bool


def number_of(position: int) -> str:
    """Return the number printed on a paper, with which its holder can check it."""
    signs = _signs(position)
    return "-".join([str(position), *(signs[each : each + GROUPS] for each in range(0, SIGNS, GROUPS))])


def checked(given: str) -> CheckedPaper:
    """Return the register's entry of the paper with this number; raises UnknownPaper, whatever the fault."""
    said = FORM.fullmatch(re.sub(r"[\s·.]", "", given).upper())
    if said is None or not hmac.compare_digest("".join(said.groups()[1:]), _signs(int(said[1]))):
        raise UnknownPaper
    found = at(acquis().database, int(said[1]))
    if found is None:
        raise UnknownPaper
    g.actor, g.reader = PUBLIC, Reader(actor=PUBLIC, files=frozenset())
    facts = acquis().dossiers.of(found.candidacy).facts
    read = DisclosedDossier(reader=g.reader, known=facts, seen=facts, version=0)
    paper = next(each for each in papers_of(read) if each["position"] == found.position)
    return CheckedPaper(
        title=read.framework.title,
        code=read.framework.code,
        certifier=read.framework.certifier,
        block=paper["block"],
        number=paper["number"],
        holder=borne_by(read, found.position).holder,
        issued_on=paper["issued_on"],
        struck_on=paper["struck_on"],
        stands=paper["stands"],
    )


def _signs(position: int) -> str:
    """Return the sixty bits of the digest of the fact's line, in base 32; empty without such a fact."""
    with acquis().database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(LINE, (position,))
        found = cursor.fetchone()
    if found is None:
        return ""
    return base64.b32encode(hashlib.sha256(b"paper/" + line_of(found)).digest()).decode()[:SIGNS]
