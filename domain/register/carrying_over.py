"""Carrying over of blocks won in a person's earlier candidacies, and their loss.

A block of the same version counts whatever the route by which it was won. A block of another version counts only by a
correspondence that the certifier admitted; if that was withdrawn, only for blocks won and a candidacy opened before
the withdrawal. Only blocks that juries granted and released count, never blocks carried over themselves:
correspondences are not combined.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product

from domain.candidacy.candidacy import AlreadyDecided, Candidacy
from domain.candidacy.credit import Credit, JurySitting
from domain.candidacy.facts import BlockCarriedOver, CountedElsewhere
from domain.framework.definition import Route
from domain.framework.framework import Framework
from domain.framework.succession import Correspondence
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession, SessionStage
from domain.people.one_person import files_of
from domain.ports import CandidacyId, Find, FrameworkId, Log, SessionId


def carried_over(find: Find, candidacy: Candidacy, framework: Framework) -> Iterator[BlockCarriedOver]:
    """Yield the blocks that count from now on, in order; not those that count already or were granted here.

    Reads the credits, the juries that decided here, the person's candidacies, under each of their files, by each
    route under the same version and each version with a correspondence, their juries and deliberations.
    """
    names = sorted(files_of(find, candidacy.terms.candidate))
    have = set(find(Credit, Credit.id_of(candidacy.id)).blocks | granted_here(find, candidacy))
    for version, blocks, leads_to, table in _ways(framework):
        for name, route in product(names, Route):
            earlier = find(Candidacy, Candidacy.id_of(name, version, route))
            if earlier.opening is None or earlier.id == candidacy.id:
                continue
            won = _won(find, earlier)
            if not won.keys() >= set(blocks):
                continue
            granted_on = max(won[each][1] for each in blocks)
            if table and not table.leads(candidacy.terms.opened_on, granted_on):
                continue
            for block in leads_to:
                if block not in have:
                    have.add(block)
                    yield BlockCarriedOver(
                        candidacy=candidacy.id,
                        block=block,
                        earlier=earlier.id,
                        framework=version,
                        blocks=blocks,
                        sessions=tuple(sorted({won[each][0] for each in blocks})),
                        granted_on=granted_on,
                    )


_Way = tuple[FrameworkId, tuple[int, ...], tuple[int, ...], Correspondence | None]


def _ways(framework: Framework) -> Iterator[_Way]:
    """Yield the ways to blocks of this version: the same block by another route, then the correspondences."""
    for block in sorted(framework.content.by_number):
        yield FrameworkId(framework.id), (block,), (block,), None
    for each in framework.correspondences:
        yield each.admitted.earlier, each.admitted.from_blocks, each.admitted.to_blocks, each


def _won(find: Find, candidacy: Candidacy) -> dict[int, tuple[SessionId, date]]:
    """Return the blocks granted and released in a candidacy, each with its first session and that session's day."""
    juries = [find(JurySession, session) for session in candidacy.sessions]
    said = [(jury, find(Deliberation, Deliberation.id_of(jury.id, candidacy.id))) for jury in juries]
    won: dict[int, tuple[date, SessionId, date]] = {}
    for jury, decision in said:
        if jury.released_to(candidacy.id) and jury.opened_on:
            for block in decision.granted:
                since = decision.granted_since(block, jury, candidacy.id)
                if block not in won or since < won[block][0]:
                    won[block] = since, jury.id, jury.opened_on
    return {block: (session, on) for block, (_, session, on) in won.items()}


def granted_here(find: Find, candidacy: Candidacy) -> frozenset[int]:
    """Return the blocks that juries granted in this candidacy, released or not."""
    return frozenset(
        block
        for session in candidacy.sessions
        for block in find(Deliberation, Deliberation.id_of(session, candidacy.id)).granted
    )


def same_title(find: Find, candidacy: Candidacy) -> Iterator[Candidacy]:
    """Yield the person's other candidacies of the same version, by each route, under each linked file."""
    terms = candidacy.terms
    for name, route in product(sorted(files_of(find, terms.candidate)), Route):
        other = find(Candidacy, Candidacy.id_of(name, terms.framework, route))
        if other.opening is not None and other.id != candidacy.id:
            yield other


def titles_elsewhere(find: Find, candidacy: Candidacy, option: str | None) -> Iterator[Deliberation]:
    """Yield the juries that pronounced this title in the person's other candidacies, in force or not.

    With another option it is another title. Reads the candidate, and what `same_title` reads, with their
    deliberations.
    """
    for other in same_title(find, candidacy):
        for session in other.sessions:
            said = find(Deliberation, Deliberation.id_of(session, other.id))
            if said.decision.title and same_option(said.decision.option, option):
                yield said


def same_option(one: str | None, other: str | None) -> bool:
    """Return whether two titles of a version are the same: not if each has an option, and these differ."""
    return one == other or None in {one, other}


def titled_elsewhere(find: Find, candidacy: Candidacy, option: str | None) -> bool:
    """Return whether the same title is in force in another of the person's candidacies: it is won only once."""
    return any(said.title for said in titles_elsewhere(find, candidacy, option))


def refuse_while_judged(find: Find, candidacy: Candidacy) -> None:
    """Refuse to change credits while a jury sits on the candidacy, or once one has pronounced the title."""
    for session in candidacy.sessions:
        if find(Deliberation, Deliberation.id_of(session, candidacy.id)).title:
            raise AlreadyDecided(candidacy.id)
        if find(JurySession, session).stage is SessionStage.OPEN:
            raise JurySitting(session)


def count(log: Log, candidacy: Candidacy, framework: Framework) -> bool:
    """Record BlockCarriedOver for each block that counts from now on, and where; return whether there is any."""
    credit = log.find(Credit, Credit.id_of(candidacy.id))
    carried = list(carried_over(log.find, candidacy, framework))
    log.record(credit, *carried)
    for earlier in dict.fromkeys(each.earlier for each in carried):
        log.record(*counted_elsewhere(log.find, earlier, candidacy.id))
    return bool(carried)


def counted_elsewhere(
    find: Find, earlier: CandidacyId, later: CandidacyId
) -> tuple[Credit, CountedElsewhere] | tuple[Credit]:
    """Return the earlier candidacy's credits, and the fact to record on them, unless it is recorded already."""
    credit = find(Credit, Credit.id_of(earlier))
    return (credit,) if later in credit.later else (credit, CountedElsewhere(candidacy=earlier, later=later))
