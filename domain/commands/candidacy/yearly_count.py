"""Does a feasibility file count in its year, and is it one too many? What is loaded and recorded, for each way in."""

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
    """Count a file where the law of its parcours does, and refuse one too many, unless a lapse lifted the limit.

    Loads the framework and the law, and what was counted of the candidate under each of their files. Records
    FileCounted before what the caller records, which relies on it.
    """
    found = _one_more(log, candidacy, received_on, elsewhere, refuses=refuses)
    if found:
        log.record(*found)


def check_another_file(log: Log, candidacy: Candidacy) -> None:
    """Refuse what asks for another file where it would be one too many this year; loads what `count_file` loads."""
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
    """Take a candidacy's file out of its year: it was another person's. Records nothing where none was counted."""
    filings = log.find(Filings, Filings.id_of(candidacy.terms.candidate))
    if discounted := filings.discount(candidacy.id, candidacy.file_received_on):
        log.record(filings, discounted)


def recount_file(log: Log, candidacy: Candidacy, received_on: date) -> None:
    """Count a file anew in the year in which it was received in truth, where it was counted.

    It is never refused: the file had come that day, and whoever finds it one too many declares it inadmissible.
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
