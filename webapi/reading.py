"""What may this reader see, as of when? Every read of the API passes here: sealed facts, then one filter."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol, TypeVar, cast
from uuid import UUID

import msgspec
from flask import g, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from adapters.log.codec import PLAIN, opened
from adapters.log.store import facts_of
from domain.candidacy import AssessorAssigned, CandidacyOpened
from domain.disclosure import disclosed, relation
from domain.fact import Fact, Retention
from domain.jury import JurorAppointed
from domain.person import Registered
from domain.ports import Role, Stream
from domain.refusal import NotFound
from domain.rulebook import RulebookPublished
from projections import candidacy_overview, certification_catalogue, jury_sessions
from projections.reading import DossierFact, dossier_facts, position, wait_for
from projections.told import told, told_after
from webapi.auth import actor, house
from webapi.paging import begins_after, link, next_page
from webapi.problems import NOT_YET, Spoken
from webapi.requests import LARGEST_NUMBER, Body
from webapi.wiring import Intent

TIES: Final = (CandidacyOpened, AssessorAssigned, JurorAppointed)
PATIENCE: Final = 2.0
NAMED_FOR: Final = (Role.REGISTRAR, Role.AUDITOR)
"""The roles for which everybody's name is opened; the panel's is opened for the panel, one's own for oneself."""
LONGEST_POSITION: Final = 18
A = TypeVar("A", bound=Stream)


class AsOf(Body):
    """As of when: a day on which commands ran, a position in the log, an instant of recording; now by default."""

    as_of = fields.Date(load_default=None)
    as_position = fields.Integer(load_default=None, validate=validate.Range(0, LARGEST_NUMBER))
    as_recorded = fields.AwareDateTime(load_default=None)


def wait_until_visible() -> None:
    """Wait, two seconds at most, for what `?after=` names; note how far what is shown has come.

    Raises 422 for what is no position, 503 `not-yet-visible` when it has not come.
    """
    given = request.args.get("after")
    if given is not None:
        if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_POSITION):
            raise Spoken(422)
        if not wait_for(house().database, int(given), PATIENCE):
            raise Spoken(503, NOT_YET)
    g.position = position(house().database)


def dossier(candidacy: UUID, **when: Any) -> list[DossierFact]:
    """The facts of a dossier that the reader may see; raises NotFound when it is not theirs to read.

    Of the past, one is shown what was released then; whose dossier it is, who assesses and who judges, is asked of
    today's facts.
    """
    whole = dossier_facts(house().database, candidacy)
    seen = disclosed(actor(), whole)
    if all(value is None for value in when.values()):
        return seen
    then = dossier_facts(house().database, candidacy, **when)
    positions = {fact.stamp.position for fact in then}
    ties = [fact for fact in whole if isinstance(fact.fact, TIES) and fact.stamp.position not in positions]
    shown = [fact for fact in disclosed(actor(), [*then, *ties]) if fact.stamp.position in positions]
    if not shown:
        raise NotFound(candidacy)
    return shown


def stream(of: UUID) -> list[DossierFact]:
    """The sealed facts of one stream."""
    return told(house().database, [of])


def loaded(kind: type[A], of: UUID) -> A:
    """An aggregate as committed; raises NotFound when nothing happened there."""
    with house().store.attempt(house().request(Intent(actor=actor())), frozenset()) as log:
        return log.load(kind, of)


def rebuilt(kind: type[A], of: UUID, facts: Sequence[DossierFact]) -> A:
    """An aggregate from facts that were told; raises NotFound when there are none, or another kind's."""
    hashable: Hashable = kind  # as the cache of `facts_of` is typed
    if not facts or type(facts[0].fact).__name__ not in facts_of(hashable):
        raise NotFound(of)
    aggregate: Any = kind(id=of)  # type: ignore[call-arg]
    for each in facts:
        aggregate = aggregate.evolve(each.fact)
    return cast("A", replace(aggregate, version=facts[-1].stamp.version))


def version_of(of: UUID, facts: Iterable[DossierFact]) -> int:
    """The version of a stream as these facts show it."""
    return max((fact.stamp.version for fact in facts if fact.stamp.stream == of), default=0)


def plain(fact: Fact) -> dict[str, Any]:
    """A fact's own fields, save the personal ones, as JSON holds them."""
    return {name: msgspec.to_builtins(getattr(fact, name)) for name in PLAIN[type(fact).__name__]}


def personal(fact: DossierFact) -> dict[str, Any]:
    """The personal fields of a disclosed fact, opened; None for one that was erased."""
    return opened(fact.fact, fact.place, house().vault)


def names(persons: Iterable[UUID]) -> dict[UUID, str | None]:
    """The names of these persons, for a reader who may know them; None for one unknown or erased."""
    wanted = list(persons)
    registered = told(house().database, wanted, [Registered.__name__]) if wanted else []
    house().vault.prepare((fact.stamp.stream, Retention.IDENTITY) for fact in registered)
    called: dict[UUID, str | None] = dict.fromkeys(wanted)
    called.update({fact.stamp.stream: personal(fact).get("name") for fact in registered})
    return called


def named_for(facts: Sequence[DossierFact]) -> bool:
    """Whether the people of this dossier are named for this reader: registrar, auditor, panel, the candidate."""
    ties = relation(facts)
    return actor().role in NAMED_FOR or actor().person in ties.jurors | {ties.candidate}


# Lists: a keyset page each, of what the reader has to do with


class Listing(Protocol):
    """A list of the read side: the rows after a key, at most so many, each with its key."""

    def __call__(self, after: int, limit: int, /) -> list[tuple[int, dict[str, Any]]]: ...


def page(listing: Listing, query: dict[str, Any]) -> ResponseReturnValue:
    """One page of a list, and where the next begins."""
    limit = query["limit"]
    rows = listing(begins_after(query["cursor"]) or 0, limit + 1)
    cursor = next_page(rows[limit - 1][0]) if len(rows) > limit else None
    return {"items": [item for _, item in rows[:limit]], "next": cursor}, 200, link(cursor)


def certifications(after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Published framework versions."""
    found = certification_catalogue.certifications(house().database, after=after, limit=limit)
    return [(each.published_at, vars(each) | {"id": each.framework}) for each in found]


def candidacies(after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Candidacies: all for registrar and auditor, else those the reader has to do with."""
    me = actor()
    own = {
        Role.CANDIDATE: {"candidate": me.person},
        Role.ASSESSOR: {"assessor": me.person},
        Role.JUROR: {"juror": me.person},
    }.get(me.role, {})
    found = candidacy_overview.candidacies(house().database, **own, after=after, limit=limit)
    if me.role is Role.JUROR:
        found = [each for each in found if each.candidate != me.person]
    provisional = me.role in {Role.REGISTRAR, Role.JUROR}
    called = names({each.candidate for each in found}) if me.role is not Role.ASSESSOR else {}
    return [
        (
            each.opened_at,
            vars(each)
            | {
                "id": each.candidacy,
                "candidate_name": called.get(each.candidate),
                "outcome": each.outcome if provisional else each.released_outcome,
            },
        )
        for each in found
    ]


def sessions(after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Jury sessions: a juror's own, else all."""
    juror = actor().person if actor().role is Role.JUROR else None
    found = jury_sessions.sessions(house().database, juror=juror, after=after, limit=limit)
    return [(each.planned_at, vars(each) | {"id": each.session}) for each in found]


def rulebooks(after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Published rulebooks."""
    found = told_after(house().database, RulebookPublished.__name__, after, limit)
    rules = [(each, cast("RulebookPublished", each.fact).rules) for each in found]
    return [
        (
            each.stamp.position,
            {
                "id": each.stamp.stream,
                "certifier": said.certifier,
                "version": said.version,
                "title": said.title,
            },
        )
        for each, said in rules
    ]
