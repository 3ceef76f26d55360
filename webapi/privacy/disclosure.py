"""Disclosure: what a reader may see, now or at an earlier time. Every read of the API passes through here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final, Protocol, TypeVar, cast
from uuid import UUID

import msgspec
from flask import g, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from marshmallow import validate

from adapters.database.pool import Database
from adapters.keys.vault import FieldOpener, KeyState
from adapters.log.codec import PERSONAL, PLAIN, opened, sealed
from adapters.log.store import facts_of
from domain.assessment.agreement import Marks
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import (
    AdmissibilityCorrected,
    AdmissibilityDecided,
    AdmissibilityKept,
    AdmissibilityReconsidered,
    AdvisorNamed,
    AdvisorReleased,
    AssessorAssigned,
    CandidacyOpened,
)
from domain.commands.jury.marks_before_the_jury import marks_before_the_jury
from domain.fact import Fact, Retention
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.framework.jury_rule import Seat
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    BlockGranted,
    BlockNotGranted,
    CompetenceRuled,
    DecisionAnnulled,
    DecisionRectified,
    DecisionRestored,
    DecisionTakenBack,
    DeliberationReopened,
    JurorAppointed,
    JurorRecused,
    MemberSignedIn,
    SessionOpened,
    SessionPlanned,
    SubstituteSeated,
    TitleFell,
    TitlePronounced,
    TitleRestored,
)
from domain.jury.panel import seats
from domain.jury.session import JurySession
from domain.people.facts import AddressStated, BirthAndSexStated, IdentityCorrected, Registered
from domain.ports import CandidacyId, PersonId, Role, SessionId, Stream
from domain.refusal import NotFound
from domain.register.facts import RegisterEntered, TitleReinstated, TitleWithdrawn
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules
from domain.standing.disclosure import (
    SUSPECTED,
    CountedFacts,
    Reader,
    Relation,
    check_readable,
    counted,
    disclosed,
    may_read,
    nameless,
    relation,
    sees_provisional,
    unexplained,
)
from domain.standing.effective_date import counted_on
from domain.standing.effective_date import true_on as so_on
from domain.standing.law_cited import LawOverTime
from domain.standing.standing import Fold, Standing, standing
from domain.standing.what_if import NoSuchFact, Supposed, WhatIf, what_if
from domain.standing.why import StandingExplanation, why
from projections.candidacy import candidacy_overview
from projections.framework import certification_catalogue
from projections.jury import jury_sessions
from projections.reading import NOW, Dossier, DossierFact, When
from projections.told import sealed_facts, sealed_facts_after
from projections.visible import position, until_visible
from webapi.accounts.authentication import actor, reader, reading
from webapi.current import acquis
from webapi.edge.paging import begins_after, link, next_page
from webapi.requests import BELOW_NOTHING, DIGITS, LARGEST_NUMBER, Body, Day, Instant, StrictInteger, wrong

TIES: Final = (
    SessionPlanned,
    CandidacyOpened,
    AdvisorNamed,
    AdvisorReleased,
    AssessorAssigned,
    JurorAppointed,
    SubstituteSeated,
    SessionOpened,
    MemberSignedIn,
)
"""The facts that say who takes part in a dossier; the reader's own recusals count as well."""
DECIDED: Final = (CompetenceRuled, BlockGranted, BlockNotGranted, TitlePronounced, DecisionRectified)
"""The facts that no longer count when their session's decision is annulled."""
IDENTIFYING: Final = (Registered, BirthAndSexStated, AddressStated, IdentityCorrected)
"""The facts that identify a person; the latest name, address or birth counts."""
NAMED_FOR: Final = (Role.REGISTRAR, Role.AUDITOR)
"""The roles that see everybody's name; a jury sees names in its dossiers, and each person sees their own."""
LONGEST_POSITION: Final = 18
A = TypeVar("A", bound=Stream)
T = TypeVar("T")
Written = dict[Hashable, Markup]
"""Fragments of pages without personal data, by their content's key (`webapi.pages.fragments`)."""


class AsOf(Body):
    """The time to read at: the day of commands, a position in the log, or an instant of recording; now by default."""

    as_of = Day(load_default=None)
    as_position = StrictInteger(load_default=None, validate=validate.Range(0, LARGEST_NUMBER))
    as_recorded = Instant(load_default=None)
    true_on = Day(
        load_default=None,
        metadata={
            "description": "The state on this day by the dates that facts state, whenever they were recorded. Only "
            "facts known now count, or known at the day, position or instant that another parameter gives."
        },
    )


def wait_until_visible() -> None:
    """Wait, two seconds at most, for the position in `?after=`, and note the position of the read models.

    Raises 422 for an invalid position, NoSuchPosition, and NotYetVisible when the read models have not reached it in
    time.
    """
    given = request.args.get("after")
    if given is not None:
        until_visible(acquis().database, _position(given))
    g.position = position(acquis().database)


def _position(given: str) -> int:
    """Return the position in `?after=`; raises 422 for an invalid one."""
    if not DIGITS.fullmatch(given):
        raise wrong([("after", "Not a valid integer")])
    said = given.lstrip("-0") or "0"
    if given.startswith("-") and said != "0":
        raise wrong([("after", BELOW_NOTHING)])
    if len(said) > LONGEST_POSITION:
        raise wrong([("after", "Must be less")])
    return int(said)


@dataclass(frozen=True, kw_only=True)
class DisclosedDossier:
    """A dossier as this reader may see it, now or at an earlier time.

    Standing, page and history come from one read and agree. The object depends on facts only, so it is cached with
    them, and so is what is computed from it; names are read again for each answer. `known` holds the facts up to that
    time, and those that tie this reader to the dossier today; `seen` holds those of them that the reader may see.
    With `true_on`, only facts that were so on that day count.
    """

    reader: Reader
    known: Sequence[DossierFact]
    seen: Sequence[DossierFact]
    version: int
    """The candidacy's version, which a caller who replaces or signs must name; it counts hidden facts too."""
    true_on: date | None = None
    when: When = NOW
    _made: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def shown(self, stream: UUID) -> list[DossierFact]:
        """Return the visible facts of one stream."""
        return [told for told in self.seen if told.stamp.stream == stream]

    def so_far(self, kind: type[A], stream_id: UUID) -> A:
        """Return an aggregate built from its visible facts; a new one if there are none."""
        return self.once((kind, stream_id), lambda: rebuilt_or_new(kind, stream_id, self.shown(stream_id)))

    def once(self, asked: Hashable, make: Callable[[], T]) -> T:
        """Return the cached result for `asked`, made from facts only; it must hold no personal data in clear."""
        found = self._made.get(asked)
        if found is None:
            found = self._made[asked] = make()
        return cast("T", found)

    @cached_property
    def opened(self) -> CandidacyOpened:
        """The fact that opened the candidacy."""
        return next(told.fact for told in self.known if isinstance(told.fact, CandidacyOpened))

    @cached_property
    def framework(self) -> Definition:
        """The candidacy's framework version."""
        return loaded(Framework, self.opened.framework).content

    @cached_property
    def rules(self) -> Rules:
        """The candidacy's rulebook version."""
        return loaded(Rulebook, self.opened.rulebook).content

    @cached_property
    def ties(self) -> Relation:
        """The candidate, assessors and jurors of the dossier."""
        return relation(self.known)

    @cached_property
    def provisional(self) -> bool:
        """True if the reader sees results that are not released yet."""
        return sees_provisional(self.reader, self.ties)

    @cached_property
    def standing(self) -> Standing:
        """The dossier's standing, as this reader sees it."""
        counts = self._counted
        return standing(self.framework, self.rules, counts.facts, provisional=counts.provisional)

    @property
    def why(self) -> StandingExplanation:
        """The explanation of the standing, as this reader sees it."""
        counts = self._counted
        return why(self.framework, self.rules, counts.facts, provisional=counts.provisional, law=self._law)

    def what_if(self, supposed: Supposed) -> WhatIf:
        """Return the standing under assumptions, as this reader would see it.

        Raises an error for assumptions that no jury could make true, and NoSuchFact for a fact that the reader cannot
        see.
        """
        if unseen := supposed.without - {told.stamp.position for told in self.seen}:
            raise NoSuchFact(*sorted(unseen))
        counts, shown = self._counted, {told.stamp.position for told in self.seen}
        told = what_if(
            self.framework, self.rules, counts.facts, supposed, provisional=counts.provisional, law=self._law
        )
        return replace(told, fell=tuple(each for each in told.fell if each.position in shown))

    @property
    def _law(self) -> LawOverTime:
        return law_over_time(self.when)

    @cached_property
    def _counted(self) -> CountedFacts:
        """The facts that count for this reader, of those that were so on the requested day."""
        counts = counted(self.reader, self.known, self.ties)
        return replace(counts, facts=counted_on(self.true_on, counts.facts)) if self.true_on else counts

    @property
    def named(self) -> bool:
        """True if this reader sees the names of the dossier's people: registrar, auditor, jury, the candidate."""
        me = self.reader
        return me.role in NAMED_FOR or me.person == self.ties.candidate or self.ties.judges(me)

    @property
    def candidate_name(self) -> str | None:
        """The candidate's name, for readers who see names and for the candidate's advisor; None for others."""
        candidate = self.opened.candidate
        return names([candidate])[candidate] if self.named or self.reader.role is Role.ADVISOR else None

    @cached_property
    def voided(self) -> frozenset[int]:
        """The positions of rulings that no longer count, because a juror was recused after them."""
        if not any(isinstance(each.fact, JurorRecused) for each in self.known):
            return frozenset()
        running, rulings, found = Fold(self.framework, self.rules), dict[int, CompetenceRuled](), set[int]()
        for each in self.known:
            before = _counted(running) if isinstance(each.fact, JurorRecused) else frozenset()
            running.add(each)
            if isinstance(each.fact, CompetenceRuled):
                rulings[each.stamp.position] = each.fact
            if isinstance(each.fact, JurorRecused):
                gone = {rulings[at].competence for at in before - _counted(running) if at in rulings}
                session = each.fact.session
                found |= {at for at, said in rulings.items() if said.competence in gone and said.session == session}
        return frozenset(found)

    @cached_property
    def annulled(self) -> frozenset[int]:
        """The positions of decisions that no longer count: annulled, taken back, rectified, or a title that fell."""
        decided: defaultdict[UUID, list[DossierFact]] = defaultdict(list)
        gone, fallen, untitled = set[int](), set[UUID](), set[UUID]()
        for each in self.known:
            fact, stream = each.fact, each.stamp.stream
            match fact:
                case DecisionRectified() | DecisionTakenBack():
                    gone |= {at.stamp.position for at in decided[stream] if _is_undone(at.fact, fact)}
                case DeliberationReopened():
                    gone |= {at.stamp.position for at in decided[stream]}
                case DecisionAnnulled():
                    fallen.add(stream)
                    untitled.add(stream)
                case DecisionRestored():
                    fallen.discard(stream)
                case TitleFell():
                    untitled.add(stream)
                case TitleRestored() | TitlePronounced():
                    untitled.discard(stream)
                case _:
                    pass
            if isinstance(fact, DECIDED):
                decided[stream].append(each)
        for stream, facts in decided.items():
            falls = DECIDED if stream in fallen else (TitlePronounced,) if stream in untitled else ()
            gone |= {at.stamp.position for at in facts if isinstance(at.fact, falls)}
        return frozenset(gone)


def _taken_back(decided: Fact, back: DecisionTakenBack) -> bool:
    """Return whether a jury took back this decision of a block, or of the title."""
    match decided:
        case BlockGranted(block=block) | BlockNotGranted(block=block):
            return not back.blocks or block in back.blocks
        case TitlePronounced():
            return back.title
        case _:
            return False


def _is_undone(decided: Fact, by: DecisionRectified | DecisionTakenBack) -> bool:
    """Return whether a rectification contradicts this decision, or the jury took it back."""
    return _put_right(decided, by) if isinstance(by, DecisionRectified) else _taken_back(decided, by)


def _put_right(decided: Fact, rectified: DecisionRectified) -> bool:
    """Return whether a rectification contradicts this decision on a competence, a block or the title."""
    match decided:
        case CompetenceRuled(competence=competence):
            return any(competence == each.competence for each in rectified.rulings)
        case BlockGranted(block=block) | BlockNotGranted(block=block):
            return block in {*rectified.granted, *rectified.not_granted}
        case TitlePronounced():
            return rectified.title is not None
        case _:
            return False


def _counted(running: Fold) -> frozenset[int]:
    return frozenset(at for line in running.standing(provisional=True).competences for at in line.positions)


def view(candidacy: UUID, *, true_on: date | None = None, **when: Any) -> DisclosedDossier:
    """Return a dossier as this reader may see it; raises NotFound when the reader may not read it.

    At an earlier time, the reader sees what was released by then; today's facts say who the candidate, assessors and
    jurors are. Small tables are read first to exclude other people's dossiers: a long or a cached dossier is then not
    found as quickly as one that does not exist.
    """
    house, me, then = acquis(), reader(), When(**when)
    before = _ties_of(house.dossiers.kept(candidacy))
    if not (before.candidate and may_read(me, before)) and not _may_be_theirs(candidacy):
        raise NotFound(candidacy)
    dossier = house.dossiers.of(candidacy)
    check_readable(me, _ties_of(dossier))
    if then.as_position is not None:
        until_visible(house.database, then.as_position)
        dossier = house.dossiers.of(candidacy)
    return dossier.once((me, then, true_on), lambda: _view(candidacy, dossier, me, then, true_on))


def _may_be_theirs(candidacy: UUID) -> bool:
    return bool(candidacy_overview.candidacies(acquis().database, candidacy=candidacy, **_own(), limit=1))


def _ties_of(dossier: Dossier) -> Relation:
    return dossier.once(Relation, lambda: relation(dossier.facts))


def _view(candidacy: UUID, dossier: Dossier, me: Reader, when: When, true_on: date | None) -> DisclosedDossier:
    known, ties = dossier.facts, _ties_of(dossier)
    seen: Sequence[DossierFact] = disclosed(me, known, ties)
    version = version_of(candidacy, known)
    if when != NOW:
        then = dossier.then(when)
        positions, version = {told.stamp.position for told in then}, version_of(candidacy, then)
        known = [*then, *(told for told in known if told.stamp.position not in positions and _ties(told, me))]
        seen = [told for told in disclosed(me, known) if told.stamp.position in positions]
    if true_on:
        so = {told.stamp.position for told in so_on(true_on, known)}
        seen = [told for told in seen if told.stamp.position in so]
        version = version_of(candidacy, (told for told in known if told.stamp.position in so))
    if not seen:
        raise NotFound(candidacy)
    read = DisclosedDossier(reader=me, known=known, seen=seen, version=version, true_on=true_on, when=when)
    if me.role is Role.ASSESSOR and read.rules.anonymous_assessment:
        return replace(read, seen=[_without_words(told) if nameless(me, told) else told for told in seen])
    return read


def _without_words(told: DossierFact) -> DossierFact:
    """Return the fact without personal fields, except the digest that proves that a file is unchanged."""
    fact: Any = told.fact
    words = {name: None for name in PERSONAL[type(fact).__name__] if name != "digest"}
    return replace(told, fact=replace(fact, **words))


def _ties(told: DossierFact, me: Reader) -> bool:
    """Return whether a fact ties this reader to a dossier.

    Another juror's recusal does not: it voids rulings from its own day on.
    """
    fact = told.fact
    return isinstance(fact, TIES) or (isinstance(fact, JurorRecused) and fact.juror in me.files)


def _own() -> dict[str, Any]:
    """Return the filter of the reader's dossiers: empty for registrar and auditor.

    Advisors, assessors and jurors never see dossiers of their own files.
    """
    me = reader()
    others: dict[str, Any] = {"files": sorted(me.files)}
    own: dict[Role, dict[str, Any]] = {
        Role.CANDIDATE: {"candidate": me.person},
        Role.ADVISOR: {"advisor": me.person, **others},
        Role.ASSESSOR: {"assessor": me.person, **others},
        Role.JUROR: {"juror": me.person, **others},
    }
    return own.get(me.role, {})


def dossier(candidacy: UUID) -> Sequence[DossierFact]:
    """Return the facts of a dossier that the reader may see; raises NotFound when they may not read it."""
    return view(candidacy).seen


def stream(stream_id: UUID) -> list[DossierFact]:
    """Return the sealed facts of one stream."""
    return sealed_facts(acquis().database, [stream_id])


def loaded(kind: type[A], stream_id: UUID) -> A:
    """Return an aggregate as committed; raises NotFound when its stream is empty."""
    return reading().load(kind, stream_id)


def loaded_or_new(kind: type[A], stream_id: UUID) -> A:
    """Return an aggregate as committed; a new one when its stream is empty."""
    try:
        return loaded(kind, stream_id)
    except NotFound:
        return kind(id=stream_id)


def marks_read(candidacy: Candidacy) -> Marks:
    """Return the marks that the assessors have filed for the jury, as committed."""
    log = reading()
    return marks_before_the_jury(log.find, candidacy, log.load(Rulebook, candidacy.terms.rulebook).content, log.today)


def law() -> Law:
    """Return the published law; empty while nothing is published."""
    return loaded_or_new(Law, Law.the())


def law_over_time(when: When = NOW) -> LawOverTime:
    """Return the law as published at each position, from the facts known at `when`."""
    return LawOverTime.of(each for each in stream(Law.the()) if when.knew(each.stamp))


def as_they_count(session: JurySession) -> dict[PersonId, Seat]:
    """Return the seats of a jury's members as they count on the day of its session."""
    return seats(reading().find, session, session.seats, session.opened_on or session.planned.held_on)


def rebuilt(kind: type[A], stream_id: UUID, facts: Sequence[DossierFact]) -> A:
    """Return an aggregate built from these facts; raises NotFound when there are none, or another kind's."""
    hashable: Hashable = kind  # as the cache of `facts_of` is typed
    if not facts or type(facts[0].fact).__name__ not in facts_of(hashable):
        raise NotFound(stream_id)
    aggregate: Any = kind(id=stream_id)
    for each in facts:
        aggregate = aggregate.evolve(each.fact)
    return cast("A", replace(aggregate, version=facts[-1].stamp.version))


def rebuilt_or_new(kind: type[A], stream_id: UUID, facts: Sequence[DossierFact]) -> A:
    """Return an aggregate built from these facts; a new one when there are none."""
    return rebuilt(kind, stream_id, facts) if facts else kind(id=stream_id)


def deliberation(database: Database, session: SessionId, candidacy: CandidacyId) -> Deliberation:
    """Return what a jury has decided of a candidate so far, by the sealed facts."""
    stream_id = Deliberation.id_of(session, candidacy)
    return rebuilt_or_new(Deliberation, stream_id, sealed_facts(database, [stream_id]))


def version_of(stream_id: UUID, facts: Iterable[DossierFact]) -> int:
    """Return the version of a stream in these facts; 0 when it has none."""
    return max((fact.stamp.version for fact in facts if fact.stamp.stream == stream_id), default=0)


def registered(facts: Iterable[DossierFact]) -> int | None:
    """Return the register number of the title that these facts entered and did not withdraw; None if none.

    Pass all known facts: some readers who see the number do not see the withdrawal.
    """
    number = None
    for each in facts:
        match each.fact:
            case RegisterEntered() | TitleReinstated():
                number = each.fact.number
            case TitleWithdrawn():
                number = None
            case _:
                pass
    return number


def plain(fact: Fact) -> dict[str, Any]:
    """Return a fact's fields without the personal ones, as JSON values."""
    return {name: msgspec.to_builtins(getattr(fact, name)) for name in PLAIN[type(fact).__name__]}


def personal(fact: DossierFact) -> dict[str, Any]:
    """Return the decrypted personal fields of a visible fact; None for a field that cannot be decrypted (`unread`).

    Empty when the reader may see the fact but not its texts.
    """
    if isinstance(fact.fact, (*SUSPECTED, AdmissibilityKept)) and unexplained(reader(), fact.fact):
        return {}
    return opened(fact.fact, fact.place, opening())


def word(fact: DossierFact, field: str) -> str | None:
    """Return one personal field of a fact whose texts the reader may see; None when it cannot be decrypted.

    Each field is decrypted once for each answer.
    """
    if getattr(fact.fact, field) is None:
        return None
    known: dict[tuple[int, str], str | None] = g.setdefault("words", {})
    asked = (fact.stamp.position, field)
    if asked not in known:
        known[asked] = opened(fact.fact, fact.place, opening(), only=field).get(field)
    return known[asked]


def on_file(told: Iterable[DossierFact], field: str) -> str | None:
    """Return a field of a person's identity, by the latest fact; a proposal that awaits approval does not count.

    None when the field was never stated, or is erased.
    """
    saying = Registered | BirthAndSexStated | AddressStated | IdentityCorrected
    said = [each for each in told if isinstance(each.fact, saying) and getattr(each.fact, field, None)]
    return personal(said[-1]).get(field) if said else None


def said_of_admissibility(seen: Iterable[DossierFact]) -> dict[str, str | None]:
    """Return reason, gaps and advice of the last admissibility decision; empty if taken back."""
    steps = AdmissibilityDecided | AdmissibilityCorrected | AdmissibilityReconsidered
    said = [told for told in seen if isinstance(told.fact, steps)]
    return personal(said[-1]) if said and isinstance(said[-1].fact, AdmissibilityDecided) else {}


def unread(fact: DossierFact, clear: Mapping[str, Any] | None = None) -> dict[str, KeyState]:
    """Return the personal fields of a fact that cannot be decrypted, with the reason: erased, or key lost.

    `clear`: the result of `personal`, when the caller already has it.
    """
    found = sealed(fact.fact)
    clear = personal(fact) if clear is None else clear
    return {
        name: opening().unread(each.of, each.kept, fact.stamp.at)
        for name, each in found.items()
        if name in clear and clear[name] is None
    }


def opening() -> FieldOpener:
    """Return the decrypter of this answer's personal fields, which reads each key once and ends with the answer."""
    if "opening" not in g:
        g.opening = acquis().vault.opening()
    found: FieldOpener = g.opening
    return found


def names(persons: Iterable[UUID]) -> dict[UUID, str | None]:
    """Return the names of these persons, for a reader who may know them; None for one unknown or erased."""
    return {person: said.get("name") for person, said in identities(persons).items()}


def identities(persons: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return `name`, `email` and `born` of these persons, for a reader who may know them.

    Each person is read once for each answer. The visitor is read along, because every page shows their name.
    """
    wanted = list(persons)
    known: dict[UUID, dict[str, Any]] = g.setdefault("identified", {})
    if not known.keys() >= set(wanted):
        visiting = {g.visitor.who} if g.get("visitor") else set()
        unknown = visiting.union(wanted) - known.keys()
        registered = sealed_facts(acquis().database, unknown, [kind.__name__ for kind in IDENTIFYING])
        opening().prepare((fact.stamp.stream, Retention.IDENTITY) for fact in registered)
        known |= {person: {} for person in unknown}
        for fact in registered:
            known[fact.stamp.stream].update({name: said for name, said in personal(fact).items() if said})
    return {person: dict(known[person]) for person in wanted}


def candidates_of(dossiers: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the candidates of these dossiers, from one query; for readers who see all of them."""
    opened = sealed_facts(acquis().database, set(dossiers), [CandidacyOpened.__name__])
    return {each.stamp.stream: cast("CandidacyOpened", each.fact).candidate for each in opened}


# Lists: one keyset page each, of the entries that concern the reader


class KeyedRows(Protocol):
    """A list of the read side: at most `limit` rows after a key, each with its own key."""

    def __call__(self, after: Any, limit: int, /) -> Sequence[tuple[Any, dict[str, Any]]]: ...


def page(listing: KeyedRows, query: dict[str, Any], **beside: Any) -> ResponseReturnValue:
    """Return a page of a list, and the link to the next; `beside` holds values about the whole list."""
    limit = query["limit"]
    rows = listing(begins_after(query["cursor"]) or 0, limit + 1)
    cursor = next_page(rows[limit - 1][0]) if len(rows) > limit else None
    return {**beside, "items": [item for _, item in rows[:limit]], "next": cursor}, 200, link(cursor)


def certifications(after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Return published framework versions."""
    found = certification_catalogue.certifications(acquis().database, after=after, limit=limit)
    return [(each.published_at, vars(each) | {"id": each.framework}) for each in found]


def candidacies(after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Return candidacies: all for registrar and auditor, else those that concern the reader.

    Unreleased results are shown to the registrar only; a juror finds those of their own sessions in each dossier.
    """
    found = candidacy_overview.candidacies(acquis().database, **_own(), after=after, limit=limit)
    called = names({each.candidate for each in found}) if actor().role is not Role.ASSESSOR else {}
    return [(each.opened_at, listed(each, called.get(each.candidate))) for each in found]


def listed(found: candidacy_overview.Overview, called: str | None) -> dict[str, Any]:
    """Return one candidacy as this reader's list shows it."""
    runs = actor().role is Role.REGISTRAR and found.candidate not in reader().files
    return vars(found) | {
        "id": found.candidacy,
        "candidate_name": called,
        "outcome": found.outcome if runs else found.released_outcome,
    }


def sessions(after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Return jury sessions: a juror's own, all for other readers."""
    juror = actor().person if actor().role is Role.JUROR else None
    found = jury_sessions.sessions(acquis().database, juror=juror, after=after, limit=limit)
    return [(each.planned_at, vars(each) | {"id": each.session}) for each in found]


def rulebooks(after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Return published rulebooks."""
    found = sealed_facts_after(acquis().database, RulebookPublished.__name__, after, limit)
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
