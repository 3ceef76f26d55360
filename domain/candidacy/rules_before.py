"""The rulebook that applies to a candidacy before a jury of a given day.

It is the rulebook of its own version, changed by temporary derogations, which the law selects by the day on which the
parcours began, or by the day of the jury.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.candidacy.candidacy import Opening
from domain.ports import Find
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook


def rules_before(find: Find, terms: Opening, session_on: date) -> Rulebook:
    """Return the rulebook of a candidacy with the values that apply before a jury of that day; reads the law too."""
    rulebook = find(Rulebook, terms.rulebook)
    law = terms.under(find(Law, Law.the()), session_on)
    return replace(rulebook, rules=law.over(rulebook.content))
