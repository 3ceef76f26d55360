"""Sentences that say why an inspection refused a file."""

from __future__ import annotations

from typing import Final

from adapters.files.clamd import BeyondScanner, MalwareDetected
from adapters.files.inspection import refusals
from domain.rulebook.evidence_rules import TypeNotAccepted

RULES: Final = {rule.slug(): rule for rule in (*refusals.ALL, BeyondScanner, MalwareDetected, TypeNotAccepted)}


def unfit(reason: str, language: str) -> str:
    """Return the sentence of the rule called `reason`, or the reason itself when this version does not know it."""
    rule = RULES.get(reason)
    return rule.sentence(language) if rule else f"{reason}."
