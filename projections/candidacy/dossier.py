"""Index of the facts of all streams that concern a candidacy.

It holds the facts of the candidacy's own stream, every fact that names it (evidence, assessments, deliberations,
register), and the facts of each jury session that lists it, recorded before or after the listing. A fact that such a
session records about another candidacy belongs to the other candidacy's dossier.
"""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

from adapters.log.codec import FACTS
from domain.candidacy.facts import CandidacyFact
from domain.jury.facts import JurySessionFact
from projections.engine.projection import InSql

DOSSIER = InSql("dossier")

OWN = sorted(fact.__name__ for fact in get_args(CandidacyFact))
ABOUT = sorted(name for name, fact in FACTS.items() if "candidacy" in {field.name for field in fields(fact)})
SESSION = sorted({fact.__name__ for fact in get_args(JurySessionFact)} - set(ABOUT))
LINKING: dict[str, list[str]] = {"own": OWN, "about": ABOUT, "session": SESSION}
"""The parameters of the statement `extend`: the names of the facts that are linked to a dossier in each way."""
