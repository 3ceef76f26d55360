"""Which facts, of whatever stream, concern this candidacy?

The index of one candidacy's facts across streams: those of its own stream, every fact that names it (evidence,
assessments, deliberations, register), and the facts of each jury session on whose list it stands, whether recorded
before or after the listing. What such a session records about another candidacy belongs to the other's dossier.
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
"""Which facts link themselves how: what the statement `extend` is given."""
