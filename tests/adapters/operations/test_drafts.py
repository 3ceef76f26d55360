"""Drafts: texts not recorded yet are kept, readable by their writer only, and not overwritten unnoticed."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg2
import pytest

from adapters.operations import comments, drafts
from adapters.operations.comments import CommentBankFull, CommentTooLong
from adapters.operations.drafts import DraftTooLong, Saving, TooManyDrafts
from adapters.operations.erasures import DeskErasures
from domain.fact import Retention
from domain.ports import PersonId
from webapi.upkeep.letters import tidy

if TYPE_CHECKING:
    from webapi.wiring import App

HUGO, MARIE, NADIA = (PersonId(uuid4()) for _ in range(3))
DOSSIER = uuid4()


def save(acquis: App, text: str, since: int | None = None, part: str = "competence-7") -> Saving:
    return acquis.drafts.save(HUGO, DOSSIER, part, text, subject=MARIE, since=since)


def revision(saving: Saving) -> int:
    assert saving.stands is not None
    return saving.stands.revision


def texts(acquis: App, person: PersonId = HUGO) -> dict[str, str | None]:
    return {part: each.text for part, each in acquis.drafts.of(person, DOSSIER).items()}


def say(acquis: App, statement: str, *values: object) -> list[tuple[str, ...]]:
    with closing(psycopg2.connect(acquis.server.dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def test_a_draft_is_found_by_its_writer_alone_and_stands_encrypted(acquis: App) -> None:
    assert save(acquis, "La charte ne renvoie pas au plan.").saved
    assert save(acquis, "Net.", part="competence-8").saved
    assert texts(acquis) == {"competence-7": "La charte ne renvoie pas au plan.", "competence-8": "Net."}
    assert texts(acquis, MARIE) == {}, "not even by whom it speaks of"
    assert "charte" not in str(say(acquis, "select * from desk.draft"))


def test_a_draft_opens_at_its_own_place_only(acquis: App) -> None:
    save(acquis, "Net.")
    save(acquis, "Insuffisant.", part="competence-8")
    say(acquis, "update desk.draft set sealed = (select sealed from desk.draft where part = 'competence-7')")
    assert texts(acquis) == {"competence-7": "Net.", "competence-8": None}


def test_two_tabs_do_not_overwrite_each_other_unnoticed(acquis: App) -> None:
    first = revision(save(acquis, "Bien."))
    assert save(acquis, "Bien, page 3.", first).saved
    late = save(acquis, "Mal.", first)
    assert not late.saved
    assert late.stands is not None
    assert late.stands.text == "Bien, page 3.", "who comes late is given what stands"
    assert not save(acquis, "Mal.").saved, "nor does one begin anew what is there"
    assert save(acquis, "Mal.", late.stands.revision).saved
    assert texts(acquis) == {"competence-7": "Mal."}


def test_a_saving_whose_answer_was_lost_may_be_asked_for_again(acquis: App) -> None:
    first = revision(save(acquis, "Bien."))
    assert save(acquis, "Bien.") == save(acquis, "Bien."), "what stands says it already"
    second = revision(save(acquis, "Mieux.", first))
    again = save(acquis, "Mieux.", first)
    assert again.saved
    assert revision(again) == second


def test_recorded_draft_is_removed_and_a_later_one_is_kept(acquis: App) -> None:
    seven, eight = revision(save(acquis, "Bien.")), revision(save(acquis, "Net.", part="competence-8"))
    save(acquis, "Net, et court.", eight, "competence-8")
    acquis.drafts.done(HUGO, DOSSIER, {"competence-7": seven, "competence-8": eight})
    assert texts(acquis) == {"competence-8": "Net, et court."}
    save(acquis, "Autre.")
    late = save(acquis, "Bien, page 3.", seven)
    assert not late.saved, "a revision that was recorded is nothing to go on from, whatever was begun since"
    acquis.drafts.done(HUGO, DOSSIER, {"competence-7": revision(late)})
    gone = save(acquis, "Bien, page 3.", seven)
    assert gone == Saving(saved=False, stands=None)


def test_a_draft_goes_with_the_papers_of_whom_it_speaks_and_with_its_writer(acquis: App) -> None:
    save(acquis, "Bien.")
    acquis.drafts.save(HUGO, DOSSIER, "general", "Sur une autre.", subject=NADIA, since=None)
    acquis.vault.destroy(MARIE, Retention.PAPERS)
    assert texts(acquis) == {"competence-7": None, "general": "Sur une autre."}
    acquis.drafts.forget(MARIE)
    assert texts(acquis) == {"general": "Sur une autre."}
    acquis.comments.add(HUGO, "Charte complète.")
    DeskErasures(acquis.database).purge(HUGO)
    assert texts(acquis) == {}
    assert acquis.comments.of(HUGO) == []


def test_a_draft_that_nobody_saved_for_two_years_goes(acquis: App) -> None:
    save(acquis, "Vieux.")
    say(acquis, "update desk.draft set saved_at = now() - interval '24 months 1 day'")
    save(acquis, "Neuf.", part="competence-8")
    tidy(acquis)
    assert texts(acquis) == {"competence-8": "Neuf."}


def test_drafts_have_a_size_and_a_number(acquis: App) -> None:
    assert save(acquis, "é" * drafts.LONGEST).saved
    with pytest.raises(DraftTooLong):
        save(acquis, "é" * (drafts.LONGEST + 1), part="competence-8")
    say(
        acquis,
        "insert into desk.draft (person, about, part, subject, sealed)"
        " select person, gen_random_uuid(), part, subject, 'x' from desk.draft, generate_series(2, %s)",
        drafts.MOST,
    )
    with pytest.raises(TooManyDrafts):
        save(acquis, "Un de trop.", part="competence-8")
    first = acquis.drafts.of(HUGO, DOSSIER)["competence-7"].revision
    assert save(acquis, "Celui-là est déjà là.", first).saved


def test_comments_are_kept_once_each_and_found_by_use(acquis: App) -> None:
    bank = acquis.comments
    first, second = (bank.add(HUGO, text) for text in ("La charte ne renvoie pas au plan.", " Complète. "))
    assert bank.add(HUGO, "Complète.") == second
    assert "charte" not in str(say(acquis, "select * from desk.comment"))
    bank.used(HUGO, first)
    bank.used(MARIE, second)
    assert [(each.id, each.uses) for each in bank.of(HUGO)] == [(first, 1), (second, 0)]
    assert bank.of(MARIE) == []
    bank.remove(MARIE, first)
    bank.remove(HUGO, second)
    assert [each.text for each in bank.of(HUGO)] == ["La charte ne renvoie pas au plan."]


def test_a_comment_bank_has_a_size_and_a_number(acquis: App) -> None:
    for text in ("", "  ", "x" * (comments.LONGEST + 1)):
        with pytest.raises(CommentTooLong):
            acquis.comments.add(HUGO, text)
    acquis.comments.add(HUGO, "x" * comments.LONGEST)
    say(
        acquis,
        "insert into desk.comment (person, sealed) select person, sealed from desk.comment, generate_series(2, %s)",
        comments.MOST,
    )
    with pytest.raises(CommentBankFull):
        acquis.comments.add(HUGO, "Un de trop.")
