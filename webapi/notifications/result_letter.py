"""Letters to a candidate's advisors once the result is notified (R6412-7)."""

from __future__ import annotations

from typing import Final
from uuid import NAMESPACE_URL, uuid5

from adapters.text.wording import named_blocks
from domain.deadlines.facts import ResultNotified
from domain.ports import PersonId, Recorded
from webapi.wiring import App

TITLE: Final = ("la certification est obtenue", "the certification is obtained")
BLOCKS: Final = ("validation partielle ; acquis : {blocks}", "partial validation; acquired: {blocks}")
NOTHING: Final = ("aucun bloc n'est acquis devant ce jury", "no block was acquired before this jury")


def tell_advisors(acquis: App, recorded: Recorded) -> None:
    """Write to each advisor concerned by the recorded notices."""
    for position, fact in zip(recorded.positions, recorded.facts, strict=True):
        if isinstance(fact, ResultNotified) and fact.advisor:
            tell_advisor(acquis, fact.advisor, fact, position)


def tell_advisor(acquis: App, advisor: PersonId, told: ResultNotified, position: int) -> None:
    """Write the result and the blocks to the advisor, if they have an account; one letter for each notice.

    The letter names nobody; the dossier behind its link does, after sign-in.
    """
    words = TITLE if told.title else BLOCKS if told.granted else NOTHING
    french, english = (
        each.format(blocks=named_blocks(told.granted, language))
        for each, language in zip(words, ("fr", "en"), strict=True)
    )
    once = uuid5(NAMESPACE_URL, f"acquis:notice:{position}")
    about = {"path": f"/candidacies/{told.candidacy}", "fr": french, "en": english}
    if to := acquis.accounts.held(advisor).get("login"):
        acquis.letters.put("result_to_advisor", to, "fr", person=advisor, about=about, once=once)
