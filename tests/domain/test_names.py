"""Validation and normalisation of names."""

from __future__ import annotations

import unicodedata
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.organisation.institution import Institution
from domain.people.naming import NameUnfit, fit_name
from domain.people.person import Person
from domain.ports import OrganisationId, PersonId

HIDDEN = (
    "\u200b\u2028\u2029\u202a\u202e\u2066\u2069\u200e\u200f\u061c"
    "\ufeff\u00ad\u0000\u0085\ue000\ufdd0\uffff\u3164\u2800\t\n"
)


@given(st.text(max_size=60))
@example("Jeanne\u202e eiraM")
@example("\u3164")
def test_accepted_name_is_normalised_on_one_line_and_wholly_visible(given_name: str) -> None:
    try:
        kept = fit_name(given_name)
    except NameUnfit:
        return
    assert kept == unicodedata.normalize("NFC", kept) == kept.strip()
    assert fit_name(kept) == kept, "kept once, it is kept so"
    for each in kept:
        category = unicodedata.category(each)
        assert category[0] in "LMNPS" or each in " \u200c\u200d", f"U+{ord(each):04X}"
    assert any(unicodedata.category(each)[0] in "LNPS" for each in kept)


@given(st.sampled_from(HIDDEN), st.integers(0, 5))
def test_name_with_a_hidden_character_is_refused_everywhere(hidden: str, place: int) -> None:
    name = "Marie"[:place] + hidden + "Marie"[place:]
    person, centre = Person(id=PersonId(UUID(int=1))), Institution(id=OrganisationId(UUID(int=2)))
    for keep in (
        lambda: fit_name(name),
        lambda: person.register(name, None),
        lambda: person.correct_identity(name, "Acte de naissance"),
        lambda: centre.register(name, None),
    ):
        with pytest.raises(NameUnfit):
            keep()


def test_names_of_every_script_are_kept_unchanged() -> None:
    for name in (
        "Zoé d'Aubigné-L'Hôpital",
        "محمد بن عبد الله",
        "יוסף כהן",
        "علی\u200cرضا",  # Persian: two words written as one, not joined
        "ක්\u200dෂමා",  # Sinhala: two letters drawn as one
        "Nguyễn Thị Ánh",
        "李小龙",
        "Ольга",
        "葛󠄀城",  # a kanji in one of its forms
        "3M",
        "Æther & Cie (S.A.R.L.)",
    ):
        assert fit_name(name) == name, name


def test_name_is_composed_and_trimmed_with_plain_spaces() -> None:
    assert fit_name("  Zoe\u0301\u00a0Dupont\u2009") == "Zoé Dupont"


def test_joiner_between_letters_that_never_join_is_refused() -> None:
    for name in ("Ma\u200drie", "\u200dعلی", "علی\u200c", "علی\u200c\u200cرضا", "علی \u200cرضا"):
        with pytest.raises(NameUnfit):
            fit_name(name)
