"""Tests of the registrar's queues: each waiting item is in one queue, ordered by its deadline, until it is done."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from adapters.framework_file import read_law, shipped
from adapters.log.application import WrittenFact
from adapters.log.codec import Envelope
from domain.calendar import Calendar
from domain.candidacy.facts import (
    CandidacyOpened,
    FeasibilityFileCompleted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileSubmitted,
    FilingChannel,
)
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.fact import Fact, Personal
from domain.framework.definition import Route
from domain.ports import OPERATOR, CandidacyId, PersonId, Role
from tests.given.webapi.jury_acts import grant, link, rule
from tests.given.webapi.reviews import ASKED, decided
from tests.given.webapi.whole_path import JURY_DAY, SEATS, apply, assessed, done, etag, open_session, plan
from webapi.upkeep.deadlines import DeadlineCalculator
from webapi.upkeep.queues import Queue, Urgency, lines, urgency

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World

pytestmark = pytest.mark.usefixtures("published")
FEBRUARY = date(2021, 2, 1)


@pytest.fixture(scope="module")
def published(town: World) -> None:
    """Publish the law of VAE and of the training account."""
    for file in ("law-vae.yaml", "law-cpf.yaml"):
        for rule_set in read_law(shipped(file)):
            town.acquis.do(PublishRuleSet(rule_set=rule_set), OPERATOR)


def queues(who: Caller, query: str = "?limit=200") -> dict[str, Any]:
    answer: Any = who.get(f"/api/v1/queues{query}")
    assert answer.status_code == 200, answer.text
    return {each["queue"]: each for each in answer.json["queues"]}


def where(who: Caller, of: UUID | str) -> dict[str, dict[str, Any]]:
    """Return the queues in which a candidacy, person or session waits, with its item."""
    return {
        name: item
        for name, each in queues(who).items()
        for item in each["items"]
        if str(of) in {item["candidacy"], item["session"]} or (name == "identities" and item["candidate"] == str(of))
    }


def test_candidacy_by_sittings_moves_through_the_queues_until_its_title_is_declared(world):
    candidacy = apply(world, world.marie)
    base = f"/api/v1/candidacies/{candidacy}"
    (waits,) = where(world.rose, candidacy).items()
    assert (waits[0], waits[1]["competences"]) == ("assessors", list(range(1, 31)))
    assert (waits[1]["candidate_name"], waits[1]["ends_on"], waits[1]["urgency"]) == ("Marie Exemple", None, "none")

    named = {"assessor": str(world.hugo.id), "competences": list(range(1, 30))}
    done(world.rose.post(f"{base}/assessors", named))
    assert where(world.rose, candidacy)["assessors"]["competences"] == [30]
    assessed(world, candidacy)
    assert list(where(world.rose, candidacy)) == ["summonses"]

    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    assert where(world.rose, candidacy) == {}
    open_session(world, session)
    deliberation = f"{session}/deliberations/{candidacy}"
    of_session = session.rsplit("/", 1)[-1]
    assert list(where(world.rose, of_session)) == ["minutes"], "it is to be closed, then signed"
    done(world.jules.post(f"{deliberation}/opening"))
    rule(world, deliberation, range(1, 31))
    grant(world, deliberation, 1, 2, 3, 4)
    done(
        world.jules.post(
            f"{deliberation}/decision",
            {"outcome": "unanimous", "title": True},
            If_Match=etag(world.jules, deliberation),
        )
    )
    done(world.rose.post(f"{session}/closing"))
    assert list(where(world.rose, of_session)) == ["minutes"], "it waits for its signatures"
    done(world.jules.post(f"{session}/minutes", If_Match=etag(world.jules, session)))
    assert list(where(world.rose, of_session)) == ["release"]
    done(world.rose.post(f"{session}/release"))
    assert "release" not in where(world.rose, of_session)
    assert set(where(world.rose, candidacy)) == {"register", "declarations", "notices"}
    done(world.rose.post(f"{deliberation}/notice", {"notified_on": JURY_DAY.isoformat(), "channel": "portal"}))
    done(world.rose.post(f"{base}/register-entry"))
    assert set(where(world.rose, candidacy)) == {"certificates", "declarations"}
    declaring = where(world.rose, candidacy)["declarations"]
    assert (declaring["ends_on"], declaring["rule_set"]) == (None, None), "no text of that day says by when"
    done(world.rose.post(f"{base}/papers/certificate", {}))
    assert set(where(world.rose, candidacy)) == {"declarations"}
    done(world.rose.post(f"{base}/declaration", {"reference": "lot 1"}))
    done(
        world.rose.post(f"{base}/declaration/corrections", {"requested_on": JURY_DAY.isoformat(), "asks": "Le nom."})
    )
    assert set(where(world.rose, candidacy)) == {"corrections"}


def test_vae_candidacy_waits_for_decision_then_summons_with_the_legal_deadline(world):
    candidacy = apply(world, world.marie, "VAE")
    base = f"/api/v1/candidacies/{candidacy}"
    assert where(world.rose, candidacy) == {}, "nothing is to be decided before a file comes"
    done(world.marie.post(f"{base}/feasibility-file", {}))
    for today, how in (
        ("2021-02-01", "later"),
        ("2021-03-17", "soon"),
        ("2021-03-25", "pressing"),
        ("2021-04-02", "over"),
    ):
        world.clock.set(date.fromisoformat(today))
        item = where(world.rose, candidacy)["admissibility"]
        assert (item["ends_on"], item["urgency"], item["rule_set"]) == ("2021-04-01", how, "CE-R335-7-2019")
    world.clock.set(FEBRUARY)
    done(
        world.rose.post(
            f"{base}/feasibility-file/missing", {"missing": "Un justificatif."}, If_Match=etag(world.rose, base)
        )
    )
    assert where(world.rose, candidacy) == {}, "the candidate has it"
    done(world.marie.post(f"{base}/feasibility-file/completion", {}))
    verdict = {"admissible": True, "file_received_on": FEBRUARY.isoformat()}
    done(world.rose.post(f"{base}/admissibility", verdict, If_Match=etag(world.rose, base)))
    assert where(world.rose, candidacy) == {}
    piece = done(world.marie.upload(candidacy, competences=[1, 2]))["id"]
    done(world.marie.post(f"{base}/validation-files", {"evidence": [piece]}, If_Match=etag(world.marie, base)))
    assert list(where(world.rose, candidacy)) == ["summonses"]
    done(world.rose.post(f"{plan(world, 'VAE')}/summonses", {"candidacy": str(candidacy)}))
    assert where(world.rose, candidacy) == {}


def test_session_waits_for_composition_until_its_panel_is_lawful_and_again_when_it_is_not(world):
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "FI", "places": 3}
    body |= {"held_on": JURY_DAY.isoformat(), "place": "IMCI - 207, rue du Faubourg Saint Martin - 75010 Paris"}
    of = done(world.rose.post("/api/v1/jury-sessions", body))["id"]
    session = f"/api/v1/jury-sessions/{of}"
    assert any("5 membres" in rule for rule in where(world.rose, of)["sessions"]["broken"])
    for name, seat in SEATS:
        done(world.rose.post(f"{session}/jurors", {"juror": str(world.people[name].id), **seat}))
    assert "sessions" not in where(world.rose, of)
    world.clock.set(JURY_DAY + timedelta(days=1))
    assert where(world.rose, of)["sessions"]["urgency"] == "over", "its day has passed, and it was not opened"


def test_reviews_rectifications_and_identity_proposals_wait_in_queues_until_decided(world):
    candidacy, session, review = decided(world)
    done(world.marie.post(review, ASKED))
    assert where(world.rose, candidacy)["reviews"]["since"] == JURY_DAY.isoformat()
    answer = {"accepted": False, "reason": "Non."}
    done(world.rose.post(f"{review}/answer", answer, If_Match=etag(world.rose, review)))
    assert "reviews" not in where(world.rose, candidacy)

    deliberation = review.removesuffix("/review")
    says = {"rulings": [{"competence": 27, "acquired": False}], "reason": "Ligne 27."}
    done(world.rose.post(f"{deliberation}/rectification", says, If_Match=etag(world.rose, deliberation)))
    other = world.join("second", Role.REGISTRAR)
    assert "errors" not in where(world.rose, candidacy), "nobody approves what they proposed"
    assert "errors" in where(other, candidacy)

    marie = f"/api/v1/persons/{world.marie.id}"
    misspelt = {
        "name": "Marie Exemples",
        "seen": "identity_card",
        "dated": "2020-01-01",
        "reason": "Faute.",
        "cause": "material_error",
    }
    done(world.rose.post(f"{marie}/identity-proposal", misspelt, If_Match=etag(world.rose, marie)))
    assert where(world.rose, world.marie.id) == {}
    assert "identities" in where(other, world.marie.id)
    done(other.post(f"{marie}/identity-proposal/rejection", {"reason": "Non."}, If_Match=etag(other, marie)))
    assert where(other, world.marie.id) == {}
    assert session


def test_queues_hide_the_registrar_s_own_other_file(world):
    candidacy = apply(world, world.marie)
    twin = world.join("twin", Role.REGISTRAR)
    assert "assessors" in where(twin, candidacy)
    before = queues(twin)["assessors"]["count"]
    link(world, twin, world.marie)
    assert where(twin, candidacy) == {}
    assert queues(twin)["assessors"]["count"] < before


def test_queues_are_refused_to_all_but_registrars(world):
    for who in (world.marie, world.jules, world.hugo, world.sacha):
        world.refuses(403, "forbidden", lambda who=who: who.get("/api/v1/queues"))


def test_queue_is_ordered_by_deadline_under_every_law_and_pause(world):
    """The query only approximates deadlines, so every deadline is computed here and compared."""
    chance = random.Random(7)  # noqa: S311  (it guards nothing)
    for _ in range(120):
        put_in(world, CandidacyId(uuid4()), a_file(chance, world))
    world.projector.catch_up()
    world.clock.set(date(2026, 1, 1))
    due = {each for each in DeadlineCalculator(world.acquis).due(date(2030, 1, 1)) if each.duty == "admissibility"}
    ends = sorted(each.ends_on for each in due)
    (line,) = lines(world.acquis, files=(), limit=20, queues=[Queue.ADMISSIBILITY])
    assert line.count >= len(due) >= 100
    assert [each.ends_on for each in line.items] == ends[:20]


def a_file(chance: random.Random, world: World) -> list[Fact]:
    """Return a random feasibility file before or after each text, paused or not."""
    began, candidate = date(2020, 1, 1) + timedelta(days=chance.randrange(2000)), PersonId(uuid4())
    opened = CandidacyOpened(
        candidate=candidate,
        framework=world.framework,
        rulebook=world.rulebook,
        route=Route.VAE,
        opened_on=began,
        began_on=began,
        portal=chance.random() < 0.5,
    )
    days = sorted(began + timedelta(days=chance.randrange(100)) for _ in range(3))
    facts: list[Fact] = [opened, FeasibilityFileSubmitted(received_on=days[0], channel=FilingChannel.PORTAL)]
    if chance.random() < 0.4:
        facts.append(FeasibilityFileFoundIncomplete(found_on=days[1], missing=Personal("x", candidate)))
        facts.append(FeasibilityFileCompleted(received_on=days[2], channel=FilingChannel.PORTAL))
    return facts


def put_in(world: World, stream: UUID, facts: list[Fact]) -> None:
    append_id, head = uuid4(), Envelope(by=None, role="operator", on=FEBRUARY, request=None)
    written = [
        WrittenFact(originator_id=stream, originator_version=n + 1, fact=fact, append_id=append_id, n=n, head=head)
        for n, fact in enumerate(facts)
    ]
    world.acquis.store.append(written, append_id, {}, None)


def test_urgency_of_a_deadline_follows_the_days_left_in_its_time_zone():
    day = date(2021, 6, 15)
    later, soon, pressing, over = Urgency.LATER, Urgency.SOON, Urgency.PRESSING, Urgency.OVER
    turns = {16: later, 15: soon, 8: soon, 7: pressing, 0: pressing, -1: over}
    for left, how in turns.items():
        assert urgency(day + timedelta(days=left), day) is how, left
    assert urgency(day - timedelta(days=1), day, Calendar(zone="Pacific/Tahiti")) is Urgency.PRESSING
    assert urgency(None, day) is Urgency.NONE
