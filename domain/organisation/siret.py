"""Check of the number of an establishment in the French register of companies (SIRET)."""

from __future__ import annotations

DIGITS = 14
LA_POSTE = "356000000"
"""La Poste has too many establishments for the usual check: the sum of the digits is a multiple of five instead."""


def sound(siret: str) -> bool:
    """Return whether the text is fourteen digits that pass Luhn's check."""
    if not (len(siret) == DIGITS and siret.isascii() and siret.isdigit()):
        return False
    digits = [int(each) for each in siret]
    if siret.startswith(LA_POSTE) and sum(digits) % 5 == 0:
        return True
    doubled = [digit * 2 if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0  # noqa: PLR2004
