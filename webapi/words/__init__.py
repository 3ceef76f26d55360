"""Phrases of the pages: French in the code, English and a certifier's own wording in gettext catalogues.

The catalogues (`*.po`, not compiled) are read when the process begins. `en/` holds English, one file for each part of
the site. The folder that ACQUIS_WORDS names may hold `fr.po` and `en.po`, which override the others: `catalogue.py`.
"""

from __future__ import annotations


def phrase(french: str) -> str:
    """Return the phrase unchanged, and mark it for the catalogue: it is shown later."""
    return french
