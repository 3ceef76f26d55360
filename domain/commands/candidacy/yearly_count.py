"""Counting of feasibility files by year: streams loaded and facts recorded, for each command that counts one."""

from __future__ import annotations

from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import FileCounted
from domain.candidacy.filings import Filings, check_year
from domain.framework.framework import Framework
from domain.people.one_person import files_of
from domain.ports import Log
from domain.rulebook.law import Law
from domain.rulebook.rule_set import Provision


def count_file(
    log: Log, candidacy: Candidacy, received_on: date, elsewhere: int | None, *, refuses: bool = True
) -> None:
    """Count a file where the law of its parcours does; refuse one beyond the limit, unless a lapse lifted the limit.

    Loads the framework and the law, and the candidate's filings under each of their files. Records FileCounted before
    the facts of the caller, which depend on it.
    """
    found = _one_more(log, candidacy, received_on, elsewhere, refuses=refuses)
    if found:
        log.record(*found)


def check_another_file(log: Log, candidacy: Candidacy) -> None:
    """Refuse an act that requires another file, if that exceeds this year's limit; loads what `count_file` loads."""
    _one_more(log, candidacy, log.today, None, refuses=True)


def _one_more(
    log: Log, candidacy: Candidacy, received_on: date, elsewhere: int | None, *, refuses: bool
) -> tuple[Filings, FileCounted] | None:
    terms, provisions = candidacy.terms, candidacy.terms.under(log.find(Law, Law.the()))
    allowed, text = provisions.yearly_files, provisions.source(Provision.YEARLY_FILES)
    framework = log.load(Framework, terms.framework).content
    if allowed is None or text is None or (allowed.blocks_exempt and not terms.for_title(framework)):
        return None
    names = sorted(files_of(log.find, terms.candidate))
    filings = {name: log.find(Filings, Filings.id_of(name)) for name in names}
    counted = FileCounted(
        candidacy=candidacy.id,
        certification=framework.code,
        received_on=received_on,
        rule_set=text.id,
        elsewhere=elsewhere,
    )
    lifted = candidacy.lapsed is not None and provisions.lapse is not None and provisions.lapse.lifts_yearly_limit
    if refuses and not lifted:
        before = [each for filing in filings.values() for each in filing.counted]
        check_year(before, counted, text, allowed)
    return filings[terms.candidate], counted


def discount_file(log: Log, candidacy: Candidacy) -> None:
    """Remove another person's file from the candidate's year; record nothing if it was not counted."""
    filings = log.find(Filings, Filings.id_of(candidacy.terms.candidate))
    if discounted := filings.discount(candidacy.id, candidacy.file_received_on):
        log.record(filings, discounted)


def recount_file(log: Log, candidacy: Candidacy, received_on: date) -> None:
    """Count a file again in the year in which it was really received, if it was counted.

    It is never refused, since the file had come that day; a registrar who finds it exceeds the limit declares it
    inadmissible.
    """
    filings = log.find(Filings, Filings.id_of(candidacy.terms.candidate))
    last, keyed = filings.last_of(candidacy.id), candidacy.feasibility.received_on
    if last is not None and last.received_on == keyed:
        log.record(
            filings,
            FileCounted(
                candidacy=candidacy.id,
                certification=last.certification,
                received_on=received_on,
                rule_set=last.rule_set,
                instead_of=keyed,
                elsewhere=last.elsewhere,
            ),
        )
