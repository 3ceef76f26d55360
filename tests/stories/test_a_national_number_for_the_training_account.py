"""Marie gives her national number (NIR) once the law requires it and her certifier has decided to collect it.

Until the end of 2024 the number is excluded from what is declared (R6113-17-1 as it then was); from 1 January 2025 it
is part of it (L6113-8, R6113-17-1), and no candidate is asked for it before the certifier decides so. Marie mistypes
it, the mistake is reported to her, and she gives it. She alone can read it again: the registrar of her dossier, her
jury and an auditor cannot.
"""

from __future__ import annotations

from datetime import date

from domain.commands.organisation.decide_nir_collection import DecideNirCollection
from domain.commands.register.give_nir import GiveNir
from domain.fact import Personal
from domain.ports import OPERATOR, Role
from domain.register.facts import NirGiven
from domain.register.national_number import NirNotCollected, NirUnsound
from tests.given.domain.centres import CERTIFIER
from tests.given.domain.law import CPF
from tests.given.domain.people import ADA, AS_MARIE, AS_PAUL, AS_RENEE, MARIE, MARIE_VAE, actor
from tests.given.stories.after_the_jury import FRAUD, Story, marie_certified, story

__all__ = ["story"]

LAST_OF_2024, NEW_YEAR, FEBRUARY = date(2024, 12, 31), date(2025, 1, 1), date(2025, 2, 3)
GIVE = GiveNir(candidacy=MARIE_VAE, number="2 90 03 69 123 456 78")


def test_nir_is_refused_until_the_law_and_the_certifier_require_it(story: Story) -> None:
    story.given(CPF, *CERTIFIER)
    marie_certified(story, FRAUD)
    start = len(story.store.told)
    good = GiveNir(candidacy=MARIE_VAE, number="2 90 03 2A 123 456 94")

    # the law requires it from the new year on, and her certifier has not decided yet
    story.when(good, by=AS_MARIE, on=NEW_YEAR)
    story.then_refused(NirNotCollected)
    decide = DecideNirCollection(certification="RNCP31936", collected=True, ground="Analyse d'impact de janvier 2025")
    story.done(decide, OPERATOR, LAST_OF_2024)
    story.when(good, by=AS_MARIE, on=LAST_OF_2024)
    story.then_refused(NirNotCollected)

    # the key detects a mistyped digit; the refusal does not repeat the number
    story.when(GIVE, by=AS_MARIE, on=FEBRUARY)
    assert story.then_refused(NirUnsound).about == ()
    (given,) = story.done(good, AS_MARIE, FEBRUARY)
    assert given == NirGiven(candidacy=MARIE_VAE, nir=Personal("290032A12345694", MARIE))

    readers = (AS_MARIE, AS_RENEE, AS_PAUL, OPERATOR, actor(ADA, Role.AUDITOR))
    assert ["NirGiven" in story.shown(MARIE_VAE, who) for who in readers] == [True, *[False] * 4]
    assert story.unlawful(after=start) == []
