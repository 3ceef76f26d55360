"""Which of a rulebook's values does a temporary text of law change, and for which candidacy?

A value of the rulebook is never changed by a setting: where an emergency text lets a jury decide with fewer members,
that text is published as a rule set with its days, and the law says by which date it is chosen.
"""

from __future__ import annotations

from domain.rulebook.rule_set import RulebookValues

UNCHANGED = RulebookValues()
"""What a derogation that changes nothing would say."""
