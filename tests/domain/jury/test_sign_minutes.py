"""Signature of the minutes: the signatories, the refusals to sign, and the content signed."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.refuse_to_sign_minutes import RefuseToSignMinutes
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.sign_minutes import SignMinutes
from domain.fact import Fact
from domain.jury.decision_context import Proposal
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    Attendance,
    BlockGranted,
    CompetenceRuled,
    MinutesSignatureRefused,
    MinutesSigned,
    ResultsReleased,
    SessionClosed,
    TitlePronounced,
)
from domain.jury.minutes import canonical, digest, minutes
from domain.jury.session import MinutesAlreadySigned, MinutesNotSigned, NotOnThePanel, NotTheChair, SessionNotClosed
from domain.jury.vote import VoteOutcome
from domain.ports import PersonId, Role, RulebookId
from domain.refusal import NotFound, StaleVersion
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.session_rules import SessionRules, Signatories
from tests.given.domain.people import (
    AS_ELSA,
    AS_MARC,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    CLOSED,
    EMMA,
    ENOUGH,
    JUNE,
    JURY_DAY,
    KARIM,
    LUC,
    MARC,
    MARCH,
    MARIE_VAE,
    NADIA,
    PANEL,
    PAUL,
    RULES,
    actor,
    before_the_jury,
    granted,
    heard,
    not_granted,
    plan,
    recused,
    ruled,
    session_of,
    vae_filed,
)
from tests.given.domain.scenario import NOON, At, Scenario

SIGN = SignMinutes(session=JUNE)
CLOSE = CloseSession(session=JUNE)
RELEASE = ReleaseResults(session=JUNE)
ALL_SIGN = RulebookId(Rulebook.id_of("IMCI", 3))


def closed(scenario: Scenario, sessions: SessionRules) -> None:
    """Close a session in which Marie was granted block 1, and whose minutes are signed under these rules."""
    rules = replace(RULES, version=3, sessions=sessions)
    scenario.given(At(ALL_SIGN, (RulebookPublished(rules=rules),)), *vae_filed(MARIE_VAE, ALL_SIGN))
    scenario.given(*before_the_jury(MARIE_VAE, plan=plan(rulebook=ALL_SIGN)))
    scenario.given(heard(MARIE_VAE), ruled(MARIE_VAE, ENOUGH[:5]), granted(MARIE_VAE, 1))
    scenario.when(CLOSE, by=AS_RENEE)
    scenario.then_recorded(SessionClosed)


def as_juror(juror: PersonId):
    return actor(juror, Role.JUROR)


def digest_now(scenario: Scenario) -> str:
    deliberation = scenario.log.find(Deliberation, Deliberation.id_of(JUNE, MARIE_VAE))
    return digest(session_of(scenario.store.facts(JUNE)), {MARIE_VAE: deliberation})


# Signatories under a rulebook that says nothing of them


def test_chair_signs_the_minutes_of_a_closed_session_once(scenario: Scenario) -> None:
    scenario.given(*before_the_jury(), At(JUNE, (CLOSED,)))
    scenario.when(SIGN, by=AS_NADIA)
    scenario.then_refused(NotTheChair)
    scenario.when(SIGN, by=AS_PAUL)
    scenario.then(MinutesSigned(signed_by=PAUL, digest=digest(session_of(scenario.store.facts(JUNE)), {})))
    scenario.when(SIGN, by=AS_PAUL)
    scenario.then_refused(MinutesAlreadySigned)


def test_minutes_of_an_open_session_cannot_be_signed(scenario: Scenario) -> None:
    scenario.given(*before_the_jury())
    scenario.when(SIGN, by=AS_PAUL)
    (stands,) = scenario.then_refused(SessionNotClosed).violations
    assert stands.rule == "session-open"
    assert stands.fr == "Elle est ouverte : cela se fait avant l'ouverture, ou après la clôture."


def test_session_closes_under_a_rulebook_that_says_nothing_of_signatories(scenario: Scenario) -> None:
    scenario.given(*before_the_jury())
    scenario.when(CLOSE, by=AS_RENEE)
    scenario.then(SessionClosed(at=NOON))


# Signatories: every member present


def test_results_are_released_only_once_every_member_present_has_signed(scenario: Scenario) -> None:
    closed(scenario, SessionRules(minutes_signed_by=Signatories.ALL_PRESENT))
    for juror in PANEL:
        scenario.when(RELEASE, by=AS_RENEE)
        scenario.then_refused(MinutesNotSigned)
        scenario.when(SIGN, by=as_juror(juror))
        scenario.then(MinutesSigned(signed_by=juror, digest=digest_now(scenario)))
    scenario.when(SIGN, by=AS_NADIA)
    scenario.then_refused(MinutesAlreadySigned)
    scenario.when(RELEASE, by=AS_RENEE)
    scenario.then_recorded(ResultsReleased)
    assert lawful(scenario)


def test_member_who_was_not_present_cannot_sign(scenario: Scenario) -> None:
    closed(scenario, SessionRules(minutes_signed_by=Signatories.ALL_PRESENT))
    scenario.when(SIGN, by=AS_ELSA)
    scenario.then_refused(NotOnThePanel)


def test_member_cannot_sign_twice(scenario: Scenario) -> None:
    closed(scenario, SessionRules(minutes_signed_by=Signatories.ALL_PRESENT))
    scenario.when(SIGN, by=AS_NADIA)
    scenario.when(SIGN, by=AS_NADIA)
    scenario.then_refused(MinutesAlreadySigned)


# A member who does not sign


NOT_LUC = RefuseToSignMinutes(session=JUNE, juror=LUC, reason="En désaccord.")


def test_refusal_to_sign_is_recorded_with_its_reason_and_blocks_the_release(scenario: Scenario) -> None:
    closed(scenario, SessionRules(minutes_signed_by=Signatories.ALL_PRESENT))
    scenario.when(NOT_LUC, by=as_juror(LUC))
    (refused,) = scenario.then_recorded(MinutesSignatureRefused)
    assert isinstance(refused, MinutesSignatureRefused)
    assert (refused.juror, refused.waived) == (LUC, False)
    for juror in set(PANEL) - {LUC}:
        scenario.when(SIGN, by=as_juror(juror))
    scenario.when(RELEASE, by=AS_RENEE)
    scenario.then_refused(MinutesNotSigned)
    scenario.when(SIGN, by=as_juror(LUC))  # he changes his mind
    scenario.when(RELEASE, by=AS_RENEE)
    scenario.then_recorded(ResultsReleased)
    assert lawful(scenario)


def test_release_is_possible_without_a_member_who_refuses_when_the_rulebook_allows_it(scenario: Scenario) -> None:
    closed(scenario, SessionRules(minutes_signed_by=Signatories.ALL_PRESENT, refusal_holds_minutes=False))
    for juror in set(PANEL) - {LUC}:
        scenario.when(SIGN, by=as_juror(juror))
    scenario.when(NOT_LUC, by=AS_RENEE)  # the registrar notes it for him
    scenario.then_recorded(MinutesSignatureRefused)
    scenario.when(NOT_LUC, by=AS_RENEE)
    scenario.then_refused(MinutesAlreadySigned)
    scenario.when(RELEASE, by=AS_RENEE)
    scenario.then_recorded(ResultsReleased)
    assert lawful(scenario)


def test_refusal_to_sign_cannot_be_recorded_twice(scenario: Scenario) -> None:
    closed(scenario, SessionRules(minutes_signed_by=Signatories.ALL_PRESENT, refusal_holds_minutes=False))
    scenario.when(NOT_LUC, by=as_juror(LUC))
    scenario.when(NOT_LUC, by=as_juror(LUC))
    scenario.then_refused(MinutesAlreadySigned, LUC)


def test_release_is_never_possible_without_the_signature_of_the_chair(scenario: Scenario) -> None:
    closed(scenario, SessionRules(minutes_signed_by=Signatories.ALL_PRESENT, refusal_holds_minutes=False))
    scenario.when(RefuseToSignMinutes(session=JUNE, juror=PAUL, reason="x"), by=AS_PAUL)
    scenario.then_recorded(MinutesSignatureRefused)
    for juror in (NADIA, LUC, EMMA, KARIM):
        scenario.when(SIGN, by=as_juror(juror))
    scenario.when(RELEASE, by=AS_RENEE)
    scenario.then_refused(MinutesNotSigned)


def test_refusal_to_sign_cannot_be_recorded_by_another_member(scenario: Scenario) -> None:
    closed(scenario, SessionRules(minutes_signed_by=Signatories.ALL_PRESENT))
    scenario.when(NOT_LUC, by=AS_NADIA)
    scenario.then_refused(NotFound)


def test_refusal_of_a_juror_without_a_seat_is_not_found_by_them_and_refused_to_the_registrar(
    scenario: Scenario,
) -> None:
    closed(scenario, SessionRules(minutes_signed_by=Signatories.ALL_PRESENT))
    scenario.when(replace(NOT_LUC, juror=MARC), by=AS_MARC)
    scenario.then_refused(NotFound, JUNE)
    scenario.when(replace(NOT_LUC, juror=MARC), by=AS_RENEE)
    scenario.then_refused(NotOnThePanel, MARC)


# Content of the minutes


def test_minutes_are_signed_only_as_they_were_shown(scenario: Scenario) -> None:
    closed(scenario, SessionRules(minutes_signed_by=Signatories.ALL_PRESENT))
    shown = digest_now(scenario)
    scenario.when(SignMinutes(session=JUNE, digest="0" * 64), by=AS_PAUL)
    scenario.then_refused(StaleVersion)
    scenario.when(SignMinutes(session=JUNE, digest=shown), by=AS_PAUL)
    scenario.then_recorded(MinutesSigned)
    scenario.when(
        SignMinutes(session=JUNE, digest=shown), by=AS_NADIA
    )  # Paul's signature changed nothing in the minutes
    scenario.then_recorded(MinutesSigned)


def test_minutes_state_the_decisions_the_members_present_and_those_recused(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), recused(MARIE_VAE, LUC))
    scenario.given(heard(MARIE_VAE, panel=(PAUL, NADIA, EMMA, KARIM)), ruled(MARIE_VAE, ENOUGH[:5], (1,)))
    scenario.given(granted(MARIE_VAE, 1), not_granted(MARIE_VAE, 2), At(JUNE, (CLOSED,)))
    facts = scenario.store.facts(JUNE)
    said = minutes(session_of(facts), {MARIE_VAE: deliberation_of(scenario.store.facts(_MARIE_S))})
    assert said["present"] == [str(juror) for juror in sorted(PANEL)]
    assert said["chair"] == str(PAUL)
    (marie,) = said["candidates"]
    assert marie["candidacy"] == str(MARIE_VAE)
    assert marie["recused"] == [str(LUC)]
    assert marie["granted"] == [1]
    assert marie["not_granted"] == [2]
    assert marie["rulings"] == {str(n): n != 1 for n in ENOUGH[:5]}
    assert not marie["title"]


def test_keys_of_the_minutes_do_not_change() -> None:
    """Members sign these keys: other keys would make each earlier signature one of other minutes."""
    proposal = Proposal(commission=MARCH, acquired=True)
    marie = replace(
        deliberation_of(SAID),
        attendance=Attendance.PRESENT,
        panel=frozenset(PANEL),
        recused=frozenset({LUC}),
        vote_outcome=VoteOutcome.CASTING_VOTE,
        proposed={3: proposal},
        decision=replace(deliberation_of(SAID).decision, refused=frozenset({3})),
        referred=True,
        deferred=frozenset({4}),
        title_deferred=True,
    )
    session = replace(session_of(OPEN), derogations=frozenset({"panel-balance-panel"}), replaced={EMMA: LUC})
    said = minutes(session, {MARIE_VAE: marie})
    names = "candidates chair derogations format framework held_on jury opened_on place present proceedings rulebook"
    assert sorted(said) == [*names.split(), "session", "substituted"]
    assert said["proceedings"] == [
        {"fact": "SessionOpened", "present": [str(juror) for juror in PANEL], "opened_on": str(JURY_DAY)}
    ]
    (candidate,) = said["candidates"]
    assert candidate == {
        "candidacy": str(MARIE_VAE),
        "attendance": "present",
        "panel": [str(juror) for juror in sorted(PANEL)],
        "recused": [str(LUC)],
        "vote": "casting_vote",
        "proposed": {"3": True},
        "rulings": {"1": False, "2": False},
        "granted": [1, 2],
        "not_granted": [3],
        "title": True,
        "referred": True,
        "deferred": [4],
        "title_deferred": True,
        "proceedings": [
            {"fact": "BlockGranted", "block": 1},
            {"fact": "BlockGranted", "block": 2},
            {"fact": "TitlePronounced", "counted": 0},
        ],
        "facts": len(SAID),
    }


def test_digest_is_the_sha_256_of_json_with_sorted_keys() -> None:
    said = minutes(session_of(OPEN), {MARIE_VAE: deliberation_of(())})
    written = canonical(said)
    assert json.loads(written) == said
    assert written == json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert digest(session_of(OPEN), {MARIE_VAE: deliberation_of(())}) == sha256(written).hexdigest()


_MARIE_S = Deliberation.id_of(JUNE, MARIE_VAE)
OPEN = tuple(fact for at in before_the_jury(MARIE_VAE) if at.stream == JUNE for fact in at.facts)
SAID: list[Fact] = [
    *(
        CompetenceRuled(session=JUNE, candidacy=MARIE_VAE, competence=n, acquired=a)
        for n in (1, 2)
        for a in (True, False)
    ),
    *(BlockGranted(session=JUNE, candidacy=MARIE_VAE, block=n) for n in (1, 2)),
    TitlePronounced(session=JUNE, candidacy=MARIE_VAE),
]


def deliberation_of(facts) -> Deliberation:
    running = Deliberation(id=_MARIE_S)
    for fact in facts:
        running = running.evolve(fact)
    return replace(running, version=len(facts))


@given(ours=st.lists(st.sampled_from(SAID), max_size=6), theirs=st.lists(st.sampled_from(SAID), max_size=6))
def test_minutes_have_the_same_digest_only_when_they_are_the_same(ours: list[Fact], theirs: list[Fact]) -> None:
    session = session_of(OPEN)
    one, other = deliberation_of(ours), deliberation_of(theirs)
    same = digest(session, {MARIE_VAE: one}) == digest(session, {MARIE_VAE: other})
    assert same == (replace(one, id=_MARIE_S) == other)


def test_digest_changes_with_a_derogation_and_with_a_substitute() -> None:
    session = session_of(OPEN)
    nobody = {MARIE_VAE: deliberation_of(())}
    derogated = replace(session, derogations=frozenset({"panel-balance-panel"}))
    replaced = replace(session, replaced={EMMA: LUC})
    assert len({digest(each, nobody) for each in (session, derogated, replaced)}) == 3


def lawful(scenario: Scenario) -> bool:
    return not [
        found
        for found in replay(scenario.store.told)
        if found.position > scenario.store.told.index(_close(scenario)) + 1
    ]


def _close(scenario: Scenario):
    return next(told for told in scenario.store.told if isinstance(told.fact, SessionClosed))
