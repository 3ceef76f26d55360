"""Which rules of the certifier's rulebook bind a candidacy before a jury of that day?

Those of its own version, as temporary derogations change them that the law chooses by the day on which the parcours
began, or by the jury's.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.candidacy.candidacy import Opening
from domain.ports import Find
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook


def rules_before(find: Find, terms: Opening, session_on: date) -> Rulebook:
    """The rulebook of a candidacy with the values that bind it before a jury of that day; finds it, and the law."""
    rulebook = find(Rulebook, terms.rulebook)
    law = terms.under(find(Law, Law.the()), session_on)
    return replace(rulebook, rules=law.over(rulebook.content))
