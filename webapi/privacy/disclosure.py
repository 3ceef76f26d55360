"""What may this reader see, as of when? Every read of the API passes here: sealed facts, then one filter."""

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
from projections.told import told, told_after
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
"""What says who has to do with a dossier, beside the reader's own recusals."""
DECIDED: Final = (CompetenceRuled, BlockGranted, BlockNotGranted, TitlePronounced, DecisionRectified)
"""What counts no more once the decision of its session is annulled."""
IDENTIFYING: Final = (Registered, BirthAndSexStated, AddressStated, IdentityCorrected)
"""What says who somebody is; what was said last of a name, an address or a birth counts."""
NAMED_FOR: Final = (Role.REGISTRAR, Role.AUDITOR)
"""The roles for which everybody's name is opened; the panel's is opened for the panel, one's own for oneself."""
LONGEST_POSITION: Final = 18
A = TypeVar("A", bound=Stream)
T = TypeVar("T")
Written = dict[Hashable, Markup]
"""Fragments of pages that hold no word of anybody's, with what they are about (`webapi.pages.fragments`)."""


class AsOf(Body):
    """As of when: a day on which commands ran, a position in the log, an instant of recording; now by default."""

    as_of = Day(load_default=None)
    as_position = StrictInteger(load_default=None, validate=validate.Range(0, LARGEST_NUMBER))
    as_recorded = Instant(load_default=None)
    true_on = Day(
        load_default=None,
        metadata={
            "description": "What was so on this day by the days that facts speak of, whenever they were recorded: "
            "of those known now, or as of the day, position or instant given beside it."
        },
    )


def wait_until_visible() -> None:
    """Wait, two seconds at most, for what `?after=` names; note how far what is shown has come.

    Raises 422 for what is no position, NoSuchPosition, and NotYetVisible when it has not come.
    """
    given = request.args.get("after")
    if given is not None:
        until_visible(acquis().database, _position(given))
    g.position = position(acquis().database)


def _position(given: str) -> int:
    """The position that `?after=` names."""
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
    """One dossier as this reader may see it, now or as of then, from one read: standing, page and history agree.

    It follows from facts alone, so it is kept with them, and what is folded of them with it; names are asked anew.
    `known` is what had happened by then, and what ties this reader to the dossier today; `seen` what is shown of it.
    With `true_on`, of what is known, only what was so on that day counts.
    """

    reader: Reader
    known: Sequence[DossierFact]
    seen: Sequence[DossierFact]
    version: int
    """The candidacy's, which whoever replaces or signs says: what of it is not this reader's to see counts in it."""
    true_on: date | None = None
    when: When = NOW
    _made: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def shown(self, stream: UUID) -> list[DossierFact]:
        """What is shown of one stream."""
        return [told for told in self.seen if told.stamp.stream == stream]

    def so_far(self, kind: type[A], of: UUID) -> A:
        """An aggregate by what is shown of it; as it begins where nothing is."""
        return self.once((kind, of), lambda: rebuilt_or_new(kind, of, self.shown(of)))

    def once(self, asked: Hashable, make: Callable[[], T]) -> T:
        """What follows from what is known and shown alone, made once; nothing of anybody in clear."""
        found = self._made.get(asked)
        if found is None:
            found = self._made[asked] = make()
        return cast("T", found)

    @cached_property
    def opened(self) -> CandidacyOpened:
        """What was applied for."""
        return next(told.fact for told in self.known if isinstance(told.fact, CandidacyOpened))

    @cached_property
    def framework(self) -> Definition:
        """The framework version that the candidacy is under."""
        return loaded(Framework, self.opened.framework).content

    @cached_property
    def rules(self) -> Rules:
        """The rulebook version that the candidacy is under."""
        return loaded(Rulebook, self.opened.rulebook).content

    @cached_property
    def ties(self) -> Relation:
        """Whose it is, who assesses it, who sits on its juries."""
        return relation(self.known)

    @cached_property
    def provisional(self) -> bool:
        """Whether something is shown that is not released yet."""
        return sees_provisional(self.reader, self.ties)

    @cached_property
    def standing(self) -> Standing:
        """Where the dossier stands for this reader."""
        counts = self._counted
        return standing(self.framework, self.rules, counts.facts, provisional=counts.provisional)

    @property
    def why(self) -> StandingExplanation:
        """Why it stands there, for this reader."""
        counts = self._counted
        return why(self.framework, self.rules, counts.facts, provisional=counts.provisional, law=self._law)

    def what_if(self, supposed: Supposed) -> WhatIf:
        """Where it would stand for this reader; raises what no jury could say, and NoSuchFact for one not shown."""
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
        """What counts for this reader, of what was so on the day asked for."""
        counts = counted(self.reader, self.known, self.ties)
        return replace(counts, facts=counted_on(self.true_on, counts.facts)) if self.true_on else counts

    @property
    def named(self) -> bool:
        """Whether the people of this dossier are named for this reader: registrar, auditor, panel, the candidate."""
        me = self.reader
        return me.role in NAMED_FOR or me.person == self.ties.candidate or self.ties.judges(me)

    @property
    def candidate_name(self) -> str | None:
        """The candidate's name, for whoever is told names here and for the advisor they chose, as in their list."""
        candidate = self.opened.candidate
        return names([candidate])[candidate] if self.named or self.reader.role is Role.ADVISOR else None

    @cached_property
    def voided(self) -> frozenset[int]:
        """The positions of the rulings that count no more, because a juror stepped out after them."""
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
        """The positions of the decisions that count no more: annulled or undone, or a title that fell."""
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
    """Return whether a rectification says otherwise than this decision, or the jury took it back."""
    return _put_right(decided, by) if isinstance(by, DecisionRectified) else _taken_back(decided, by)


def _put_right(decided: Fact, rectified: DecisionRectified) -> bool:
    """Whether a rectification says otherwise than this decision: of a competence, a block, or the title."""
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
    """One dossier for this reader; raises NotFound when it is not theirs to read.

    Of the past, one is shown what was released then; whose dossier it is, who assesses and who judges, is asked of
    today's facts. Whether it may be theirs is first asked of small tables, so that somebody else's dossier, however
    long, and whoever looked at it before, is as quickly not found as one that does not exist.
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
    """The same without what is personal, but for the digest by which a file is known to be whole."""
    fact: Any = told.fact
    words = {name: None for name in PERSONAL[type(fact).__name__] if name != "digest"}
    return replace(told, fact=replace(fact, **words))


def _ties(told: DossierFact, me: Reader) -> bool:
    """Whether a fact says who this reader is to a dossier. Somebody else's recusal voids rulings: of its own day."""
    fact = told.fact
    return isinstance(fact, TIES) or (isinstance(fact, JurorRecused) and fact.juror in me.files)


def _own() -> dict[str, Any]:
    """The dossiers that the reader has to do with: all for registrar and auditor, never their own for who judges."""
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
    """The facts of a dossier that the reader may see; raises NotFound when it is not theirs to read."""
    return view(candidacy).seen


def stream(of: UUID) -> list[DossierFact]:
    """The sealed facts of one stream."""
    return told(acquis().database, [of])


def loaded(kind: type[A], of: UUID) -> A:
    """An aggregate as committed; raises NotFound when nothing happened there."""
    return reading().load(kind, of)


def loaded_or_new(kind: type[A], of: UUID) -> A:
    """An aggregate as committed; as it begins where nothing happened yet."""
    try:
        return loaded(kind, of)
    except NotFound:
        return kind(id=of)


def marks_read(candidacy: Candidacy) -> Marks:
    """The marks that a jury finds handed in, as committed."""
    log = reading()
    return marks_before_the_jury(log.find, candidacy, log.load(Rulebook, candidacy.terms.rulebook).content, log.today)


def law() -> Law:
    """The law as it was published; empty while nothing was."""
    return loaded_or_new(Law, Law.the())


def law_over_time(when: When = NOW) -> LawOverTime:
    """The law as it was published by each position, of what was known by then."""
    return LawOverTime.of(each for each in stream(Law.the()) if when.knew(each.stamp))


def as_they_count(session: JurySession) -> dict[PersonId, Seat]:
    """The members of a jury as they count on the day of its session."""
    return seats(reading().find, session, session.seats, session.opened_on or session.planned.held_on)


def rebuilt(kind: type[A], of: UUID, facts: Sequence[DossierFact]) -> A:
    """An aggregate from facts that were told; raises NotFound when there are none, or another kind's."""
    hashable: Hashable = kind  # as the cache of `facts_of` is typed
    if not facts or type(facts[0].fact).__name__ not in facts_of(hashable):
        raise NotFound(of)
    aggregate: Any = kind(id=of)
    for each in facts:
        aggregate = aggregate.evolve(each.fact)
    return cast("A", replace(aggregate, version=facts[-1].stamp.version))


def rebuilt_or_new(kind: type[A], of: UUID, facts: Sequence[DossierFact]) -> A:
    """The same; as it begins where there are no facts yet."""
    return rebuilt(kind, of, facts) if facts else kind(id=of)


def deliberation(database: Database, session: SessionId, candidacy: CandidacyId) -> Deliberation:
    """What a jury has decided of a candidate so far, by the sealed facts."""
    of = Deliberation.id_of(session, candidacy)
    return rebuilt_or_new(Deliberation, of, told(database, [of]))


def version_of(of: UUID, facts: Iterable[DossierFact]) -> int:
    """The version of a stream as these facts show it."""
    return max((fact.stamp.version for fact in facts if fact.stamp.stream == of), default=0)


def registered(facts: Iterable[DossierFact]) -> int | None:
    """The number in the register of a title that these facts entered and did not withdraw.

    To be asked of all that is known: a withdrawal is not shown to all who are shown the number.
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
    """A fact's own fields, save the personal ones, as JSON holds them."""
    return {name: msgspec.to_builtins(getattr(fact, name)) for name in PLAIN[type(fact).__name__]}


def personal(fact: DossierFact) -> dict[str, Any]:
    """The personal fields of a disclosed fact, opened; None for one that does not open (`unread`).

    None at all of one whose words are not this reader's.
    """
    if isinstance(fact.fact, (*SUSPECTED, AdmissibilityKept)) and unexplained(reader(), fact.fact):
        return {}
    return opened(fact.fact, fact.place, opening())


def word(fact: DossierFact, field: str) -> str | None:
    """One personal field of a fact that the reader is told the words of; None for one that does not open.

    In one answer it is opened once.
    """
    if getattr(fact.fact, field) is None:
        return None
    known: dict[tuple[int, str], str | None] = g.setdefault("words", {})
    asked = (fact.stamp.position, field)
    if asked not in known:
        known[asked] = opened(fact.fact, fact.place, opening(), only=field).get(field)
    return known[asked]


def on_file(told: Iterable[DossierFact], field: str) -> str | None:
    """What a person's stream says of their identity, as it was said last: not what waits for a second person.

    None where nothing was said, or it was erased.
    """
    saying = Registered | BirthAndSexStated | AddressStated | IdentityCorrected
    said = [each for each in told if isinstance(each.fact, saying) and getattr(each.fact, field, None)]
    return personal(said[-1]).get(field) if said else None


def said_of_admissibility(seen: Iterable[DossierFact]) -> dict[str, str | None]:
    """Return the words of the last decision on admissibility, unless it was taken back: reason, gaps, advice."""
    steps = AdmissibilityDecided | AdmissibilityCorrected | AdmissibilityReconsidered
    said = [told for told in seen if isinstance(told.fact, steps)]
    return personal(said[-1]) if said and isinstance(said[-1].fact, AdmissibilityDecided) else {}


def unread(fact: DossierFact, clear: Mapping[str, Any] | None = None) -> dict[str, KeyState]:
    """Those personal fields of a fact that do not open, and why: they were erased, or their key is lost.

    `clear`: what `personal` gave of it, where that was asked already.
    """
    found = sealed(fact.fact)
    clear = personal(fact) if clear is None else clear
    return {
        name: opening().unread(each.of, each.kept, fact.stamp.at)
        for name, each in found.items()
        if name in clear and clear[name] is None
    }


def opening() -> FieldOpener:
    """What opens the personal fields of this answer: each key is asked for once, and forgotten with the answer."""
    if "opening" not in g:
        g.opening = acquis().vault.opening()
    found: FieldOpener = g.opening
    return found


def names(persons: Iterable[UUID]) -> dict[UUID, str | None]:
    """The names of these persons, for a reader who may know them; None for one unknown or erased."""
    return {person: said.get("name") for person, said in identities(persons).items()}


def identities(persons: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return what is on file of who these persons are: `name`, `email`, `born`; for a reader who may know it.

    In one answer each of them is asked for once, as their keys are; who visits too, whom each page names.
    """
    wanted = list(persons)
    known: dict[UUID, dict[str, Any]] = g.setdefault("identified", {})
    if not known.keys() >= set(wanted):
        visiting = {g.visitor.who} if g.get("visitor") else set()
        unknown = visiting.union(wanted) - known.keys()
        registered = told(acquis().database, unknown, [kind.__name__ for kind in IDENTIFYING])
        opening().prepare((fact.stamp.stream, Retention.IDENTITY) for fact in registered)
        known |= {person: {} for person in unknown}
        for fact in registered:
            known[fact.stamp.stream].update({name: said for name, said in personal(fact).items() if said})
    return {person: dict(known[person]) for person in wanted}


def candidates_of(dossiers: Iterable[UUID]) -> dict[UUID, UUID]:
    """Whose each of these dossiers is, in one question; for who sees them all."""
    opened = told(acquis().database, set(dossiers), [CandidacyOpened.__name__])
    return {each.stamp.stream: cast("CandidacyOpened", each.fact).candidate for each in opened}


# Lists: a keyset page each, of what the reader has to do with


class KeyedRows(Protocol):
    """A list of the read side: the rows after a key, at most so many, each with its key."""

    def __call__(self, after: Any, limit: int, /) -> Sequence[tuple[Any, dict[str, Any]]]: ...


def page(listing: KeyedRows, query: dict[str, Any], **beside: Any) -> ResponseReturnValue:
    """One page of a list, and where the next begins; `beside` it, what is said of the list as a whole."""
    limit = query["limit"]
    rows = listing(begins_after(query["cursor"]) or 0, limit + 1)
    cursor = next_page(rows[limit - 1][0]) if len(rows) > limit else None
    return {**beside, "items": [item for _, item in rows[:limit]], "next": cursor}, 200, link(cursor)


def certifications(after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Published framework versions."""
    found = certification_catalogue.certifications(acquis().database, after=after, limit=limit)
    return [(each.published_at, vars(each) | {"id": each.framework}) for each in found]


def candidacies(after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Candidacies: all for registrar and auditor, else those the reader has to do with.

    Results not released yet are the registrar's: a juror finds those of their own sessions in each dossier.
    """
    found = candidacy_overview.candidacies(acquis().database, **_own(), after=after, limit=limit)
    called = names({each.candidate for each in found}) if actor().role is not Role.ASSESSOR else {}
    return [(each.opened_at, listed(each, called.get(each.candidate))) for each in found]


def listed(found: candidacy_overview.Overview, called: str | None) -> dict[str, Any]:
    """One candidacy as a list shows it to this reader."""
    runs = actor().role is Role.REGISTRAR and found.candidate not in reader().files
    return vars(found) | {
        "id": found.candidacy,
        "candidate_name": called,
        "outcome": found.outcome if runs else found.released_outcome,
    }


def sessions(after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Jury sessions: a juror's own, else all."""
    juror = actor().person if actor().role is Role.JUROR else None
    found = jury_sessions.sessions(acquis().database, juror=juror, after=after, limit=limit)
    return [(each.planned_at, vars(each) | {"id": each.session}) for each in found]


def rulebooks(after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Published rulebooks."""
    found = told_after(acquis().database, RulebookPublished.__name__, after, limit)
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
