"""Where the page is that reviews an annulment just proposed."""

from __future__ import annotations

from flask import url_for

from domain.appeal.facts import AnnulmentProposed
from domain.ports import Recorded
from webapi.pages.desk import DONE


def review_of(recorded: Recorded | None) -> str | None:
    """Return the address of the page that reviews what was proposed, and says so; None where nothing was."""
    for fact in recorded.facts if recorded else ():
        if isinstance(fact, AnnulmentProposed):
            review = url_for("annulling.show", candidacy=fact.candidacy, about=fact.about)
            return f"{review}?{DONE}=annulling.proposed"  # what the act itself says is not done yet
    return None
