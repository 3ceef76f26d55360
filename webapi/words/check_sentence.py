"""Why did the check refuse a piece, in the words of the rule that it breaks?"""

from __future__ import annotations

from typing import Final

from adapters.files.clamd import BeyondScanner, MalwareDetected
from adapters.files.inspection import refusals
from domain.rulebook.evidence_rules import TypeNotAccepted

RULES: Final = {rule.slug(): rule for rule in (*refusals.ALL, BeyondScanner, MalwareDetected, TypeNotAccepted)}


def unfit(reason: str, language: str) -> str:
    """The rule by its name, as a sentence; the name itself where this version knows no such rule."""
    rule = RULES.get(reason)
    return rule.sentence(language) if rule else f"{reason}."
