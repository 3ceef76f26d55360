"""Address of the page that reviews an annulment that was just proposed."""

from __future__ import annotations

from flask import url_for

from domain.appeal.facts import AnnulmentProposed
from domain.ports import Recorded
from webapi.pages.desk import DONE


def review_of(recorded: Recorded | None) -> str | None:
    """Return the address of the page that reviews the proposal, with its message; None without a proposal."""
    for fact in recorded.facts if recorded else ():
        if isinstance(fact, AnnulmentProposed):
            review = url_for("annulling.show", candidacy=fact.candidacy, about=fact.about)
            return f"{review}?{DONE}=annulling.proposed"  # the act's own message would say that it is done
    return None
