"""How is it said? French stands where it is said; English, and a certifier's words, in gettext catalogues.

A catalogue is read when the process begins (`*.po`, no compiled copy): `en/` holds English, one file a part of the
site. Whatever folder ACQUIS_WORDS names may hold `fr.po` and `en.po`, laid over both: `catalogue.py`.
"""

from __future__ import annotations


def phrase(french: str) -> str:
    """A phrase that is said later: it stands in the catalogue like those that a page says itself."""
    return french
