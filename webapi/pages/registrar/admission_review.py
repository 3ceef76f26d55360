"""Consequences of a decision on admissibility, for the page that reviews it before it is recorded."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.candidacy.silence import lapse_of
from domain.rulebook.rule_set import Provision, YearlyFiles
from domain.rulebook.rulebook import Rulebook
from webapi.current import acquis
from webapi.pages.reader.dossier import DossierView
from webapi.privacy.disclosure import identities, law, loaded


def consequences(dossier: DossierView) -> dict[str, Any]:
    """Return the consequences for the candidate: time limits, files of the year, letters and their address."""
    terms = dossier.candidacy.terms
    advisor = dossier.candidacy.life.advisor
    known = identities([terms.candidate, *([advisor] if advisor else [])])
    yearly, text = _yearly_files(dossier)
    return {
        "step_by": _step_by(dossier),
        "yearly": yearly,
        "yearly_text": text,
        "email": known[terms.candidate].get("email"),
        "delivers": acquis().post.delivers,
        "advisor": known[advisor].get("name") if advisor else None,
    }


def _step_by(dossier: DossierView) -> date | None:
    """Return the last day for a first step after an admissible candidacy, if it were notified today."""
    terms = dossier.candidacy.terms
    time = lapse_of(terms, law(), loaded(Rulebook, terms.rulebook).content)
    return time.last_day(acquis().clock.today()) if time else None


def _yearly_files(dossier: DossierView) -> tuple[YearlyFiles | None, str]:
    """Return how many files the law lets a person submit in a year, and its text; None without such a limit."""
    terms = dossier.candidacy.terms
    provisions = terms.under(law())
    allowed, text = provisions.yearly_files, provisions.source(Provision.YEARLY_FILES)
    if allowed is None or text is None or (allowed.blocks_exempt and not terms.for_title(dossier.definition)):
        return None, ""
    return allowed, text.reference
