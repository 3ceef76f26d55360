"""`check-log`: the demonstration verifies; a tampered log does not, and the place is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import parse_dsn

from adapters.database.pool import Database
from adapters.log.application import WrittenFact
from adapters.log.check import check
from adapters.log.checkpoint import CheckpointFolder, origin_of
from adapters.log.codec import Envelope
from adapters.log.note import Signer, VerifierKey
from adapters.log.recorder import LogRecorder
from adapters.log.signing import Checkpointer
from adapters.log.tree import Tree
from adapters.settings import Settings
from domain.assessment.assessment import Assessment
from domain.assessment.facts import CompetenceAssessed
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import AdmissibilityDecided, AssessorAssigned, CandidacyOpened, CandidateSummoned
from domain.commands.people.register_person import RegisterPerson
from domain.evidence.facts import EvidenceWithdrawn
from domain.execute import execute
from domain.fact import Fact
from domain.framework.definition import Route
from domain.jury.deliberation import Deliberation
from domain.jury.facts import MinutesSigned, TitlePronounced
from domain.organisation.organisation import Organisation
from domain.people.facts import RoleGranted
from domain.ports import OPERATOR, Request, Role
from domain.register.facts import RegisterEntered
from domain.register.register import Register
from tests.given.domain.scenario import NOON
from tests.given.log.demonstrated import demonstration
from tests.given.servers.databases import a_database, migrated_template
from webapi.demonstration.story import Story
from webapi.wiring import App


@pytest.fixture(scope="module")
def played(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Play and seal the demonstration once; each test has a copy of its database."""
    with a_database(server_url, migrated_template(server_url)) as url:
        settings = Settings(data=tmp_path_factory.mktemp("played"), database_url=url, secret_key="tests only " * 4)
        story = demonstration(settings)
        story.acquis.close()
        with closing(Database(url)) as owner:
            LogRecorder(owner).seal()
        yield story


@pytest.fixture(scope="module")
def template(played: Story) -> str:
    """Return the database of which each test has a copy."""
    return str(parse_dsn(str(played.acquis.settings.database_url))["dbname"])


@pytest.fixture
def settings(played: Story, database_url: str) -> Settings:
    """Return the settings of the play for the test's own copy, because the keys need their master key."""
    return replace(played.acquis.settings, database_url=database_url)


@pytest.fixture
def owner(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as opened:
        yield opened


def tamper(owner: Database, statement: str) -> int:
    """Rewrite a fact as only a superuser can, with the triggers off, and return its position."""
    with owner.transaction() as cursor:
        cursor.execute("alter table log.event disable trigger all; alter table log.leaf disable trigger all")
        cursor.execute(statement)
        row = cursor.fetchone()
        assert row
        for table in ("event", "leaf"):
            cursor.execute(f"alter table log.{table} enable always trigger never_rewritten")
        return int(row[0])


def said(owner: Database, folder: CheckpointFolder | None = None) -> set[tuple[str, str]]:
    """Return the findings of a check, each with its place."""
    return {(each.slug, each.place) for each in check(owner, folder).findings}


def test_check_names_facts_that_depend_on_an_unknown_time_zone_as_unjudged(owner: Database) -> None:
    tamper(
        owner,
        """update log.event set body = replace(body, '"zone":"Europe/Paris"', '"zone":"Nowhere/Land"')
            where type = 'RulebookPublished' returning position""",
    )
    late = tamper(
        owner,
        """update log.event set body = replace(body, '"on":"2021-06-15"', '"on":"2021-06-16"')
            where position = (select min(position) from log.event where type = 'SessionOpened') returning position""",
    )
    found = check(owner)
    assert late in found.unjudged, "in an unknown time zone nobody knows whether the day was over"
    assert late not in {each.position for each in found.unlawful}
    assert not found.sound


def test_the_demonstration_verifies_and_meets_its_six_refusals(played: Story, owner: Database) -> None:
    found = check(owner)
    assert found.sound, found
    assert found.facts > 400
    assert played.refusals == [
        "route-closed",
        "dossier-frozen",
        "jury-composition",
        "already-decided",
        "not-assigned",
        "block-rule-not-met",
    ]
    assert date(2018, 12, 18) <= played.clock.today() <= date(2023, 12, 18)


TURNED = """
update log.event set body = replace(body, '"acquired":false', '"acquired":true')
 where position = (select max(position) from log.event where body like '%"acquired":false%') returning position
"""
MOVED = """
update log.event set recorded_at = recorded_at - interval '1 day'
 where position = (select min(position) from log.event where type = 'TitlePronounced') returning position
"""
RENAMED = """
update log.event set type = 'BlockGranted'
 where position = (select min(position) from log.event where type = 'BlockNotGranted') returning position
"""
REMOVED = "delete from log.event where type = 'CandidateNotHeard' returning position"
SEVENTH_LOST = """
update log.event e set body = replace(body, '"acquired":true', '"acquired":false')
  from (select position from log.event where type = 'CompetenceRuled' and body like '%"competence":7,%'
           and body like '%"acquired":true%' order by position limit 1) t
 where e.position = t.position returning e.position
"""
LEAVES_ANEW = """
update log.leaf l set hash = sha256('\\x00'::bytea || convert_to(log.line(e), 'UTF8')) from log.event e
 where e.position = l.position returning l.position
"""


@pytest.mark.parametrize("statement", [TURNED, MOVED, RENAMED], ids=["a ruling", "an instant", "a refusal"])
def test_a_rewritten_fact_is_named(owner: Database, statement: str) -> None:
    position = tamper(owner, statement)
    assert said(owner) >= {("line-changed", f"position {position}")}


def test_a_removed_fact_leaves_a_hole_in_the_leaves(owner: Database) -> None:
    position = tamper(owner, REMOVED)
    assert said(owner) >= {("fact-missing", f"position {position}")}


def test_check_judges_the_facts_of_one_command_once_all_of_them_are_sealed(acquis: App, owner: Database) -> None:
    before = check(owner)
    registered = RegisterPerson(name="Zoé Exemple", given=(Role.JUROR, Role.ASSESSOR))
    execute(registered, acquis.store, Request(actor=OPERATOR, append_id=uuid4(), today=date(2022, 7, 1), hour=NOON))
    for sealed, judged in ((1, 0), (1, 0), (1, 3)):
        with owner.connection() as connection, connection.cursor() as cursor:
            cursor.execute("select log.seal(%s)", (sealed,))
        found = check(owner)
        assert (found.sound, found.facts) == (True, before.facts + judged)


LAST = "(select max(position) from log.leaf)"


def test_the_last_fact_s_removal_is_named_with_its_leaf_and_without(owner: Database) -> None:
    sealed = check(owner).facts
    position = tamper(owner, f"delete from log.event where position = {LAST} returning position")  # noqa: S608  (our own words)
    found = check(owner)
    assert (found.facts, found.sound) == (sealed - 1, False)
    assert said(owner) >= {("fact-missing", f"position {position}")}
    tamper(owner, f"delete from log.leaf where position = {LAST} returning position")  # noqa: S608  (our own words)
    assert said(owner) == {("leaf-missing", f"leaf {sealed - 1}")}


def test_a_fact_taken_out_with_its_leaf_is_named_by_its_index(owner: Database) -> None:
    position = tamper(owner, "delete from log.event where type = 'CandidateNotHeard' returning position")
    index = tamper(owner, f"delete from log.leaf where position = {position} returning index")  # noqa: S608  (our own number)
    assert ("leaf-missing", f"leaf {index}") in said(owner)


@pytest.mark.parametrize(
    "change",
    [
        "type = 'NeverHeardOf'",
        "body = 'x'",
        "body = '{}'",
        "body = replace(body, '\"on\":', '\"no\":')",
        "body = '[]'",
    ],
)
def test_check_names_an_unreadable_fact(owner: Database, change: str) -> None:
    position = tamper(owner, f"update log.event set {change} where position = {LAST} returning position")  # noqa: S608  (our own words)
    tamper(owner, LEAVES_ANEW)
    assert check(owner).unreadable == (position,)


@pytest.fixture
def folder(owner: Database, tmp_path: Path) -> CheckpointFolder:
    """Return the folder with a note of the sealed log, signed by the endorsed key."""
    tree, kept = Tree(owner), CheckpointFolder(tmp_path / "checkpoints")
    signer = Signer.generate(origin_of(tree))
    kept.add_key(signer.key)
    endorse(owner, signer.key)
    Checkpointer(tree, signer, kept).make()
    return kept


def endorse(owner: Database, key: VerifierKey) -> None:
    """Endorse a key in the log by a fact of the certifier."""
    body = json.dumps({"as": "operator", "by": None, "key": str(key), "occasion": "first", "on": "2021-06-15",
                       "replaces": None, "request": None})  # fmt: skip
    stream = Organisation.keeper()
    with owner.transaction() as cursor:
        cursor.execute("select coalesce(max(version), 0) + 1 from log.event where stream = %s", (stream,))
        ((version,),) = cursor.fetchall()
    with owner.connection() as connection, connection.cursor() as cursor:
        cursor.execute(
            "select log.append(%s, %s, %s, %s, %s)",
            (uuid4(), [stream], [version], ["CheckpointKeyEndorsed"], [body]),
        )
        cursor.execute("select log.seal()")


GHOST = """
insert into log.event select 1000000000, gen_random_uuid(), 1, type, body, gen_random_uuid(), 0, recorded_at
  from log.event order by position limit 1 returning position
"""
ONE_ANEW = """
update log.leaf l set hash = sha256('\\x00'::bytea || convert_to(log.line(e), 'UTF8')) from log.event e
 where e.position = l.position and l.position = {} returning l.index
"""


def test_a_fact_rewritten_with_its_leaf_is_named_by_node_and_note(owner: Database, folder: CheckpointFolder) -> None:
    assert check(owner, folder).sound
    index = tamper(owner, ONE_ANEW.format(tamper(owner, TURNED)))
    (note,) = folder.all()
    found = said(owner, folder)
    assert {("node-changed", f"node 4/{index // 16}"), ("note-differs", f"note {note.size}")} <= found
    assert {slug for slug, _ in found} == {"node-changed", "note-differs"}
    assert {slug for slug, _ in said(owner)} == {"node-changed"}, "without the folder, by its nodes"


def test_check_names_every_tampered_note_fact_and_leaf(owner: Database, folder: CheckpointFolder) -> None:
    (note,) = folder.all()
    (path,) = folder.path.glob("[0-9]*/*.note")
    written = path.read_bytes()
    first = "(select min(position) from log.event)"
    with owner.transaction() as cursor:
        cursor.execute(f"select {first}")
        ((one,),) = cursor.fetchall()
    path.write_bytes(written.replace(b"time 20", b"time 19"))
    assert said(owner, folder) >= {("note-unsigned", f"note {note.size}")}
    path.write_bytes(b"no note")
    assert said(owner, folder) >= {("note-unreadable", f"note {note.size}")}
    stranger = Signer.generate(note.origin)
    path.write_bytes(str(replace(note, signatures=()).signed(stranger)).encode())
    folder.add_key(stranger.key)
    assert said(owner, folder) >= {("note-unsigned", f"note {note.size}")}, (
        "its key is in the folder, but not endorsed"
    )
    path.write_bytes(written)
    assert check(owner, folder).sound
    ghost = tamper(owner, GHOST)
    assert said(owner, folder) == {("ghost-fact", f"position {ghost}")}
    tamper(owner, "delete from log.event where position = 1000000000 returning 1")
    tamper(owner, f"update log.leaf set at = at + interval '1 day' where position = {one} returning 1")  # noqa: S608  (our own words)
    assert said(owner, folder) >= {("leaf-time", "leaf 0")}
    tamper(owner, f"update log.leaf set at = at - interval '1 day' where position = {one} returning 1")  # noqa: S608  (our own words)
    assert check(owner, folder).sound
    tamper(owner, "delete from log.leaf where index >= 100 returning 1")
    tamper(owner, "update log.head set next_index = 100, sealed = (select max(position) from log.leaf) returning 1")
    assert said(owner, folder) >= {("log-shorter", f"note {note.size}")}


def test_check_finds_a_block_granted_against_its_rulings_even_when_all_leaves_are_rewritten(owner: Database) -> None:
    """Competence 7 of block 1 is mandatory (RNCP 31936): without it the grant of block 1 is not lawful."""
    tamper(owner, SEVENTH_LOST)
    tamper(owner, LEAVES_ANEW)
    found = check(owner)
    assert not found.findings
    assert {each.rule for each in found.unlawful} >= {"reason-required", "block-rule-not-met"}


def test_check_finds_every_fact_that_no_rule_would_have_recorded(played: Story, acquis: App, owner: Database) -> None:
    """Append one fact of each kind without a command, as an intruder with the rights of the web role could."""
    alix, basile, capucine, dorian, _, firmin = played.candidacies
    people = {name: player.id for name, player in played.cast.items()}
    spring, summer = played.sessions
    piece = played.pieces[basile][0]
    title = Deliberation.id_of(summer, capucine)
    forged: list[tuple[UUID, Fact, str, str, str]] = [
        (
            Register.id_of(played.framework),
            RegisterEntered(
                number=5,
                candidacy=capucine,
                candidate=people["capucine"],
                framework=played.framework,
                obtained_on=date(2022, 6, 21),
            ),
            "rose",
            "registrar",
            "title-not-released",
        ),
        (title, TitlePronounced(session=summer, candidacy=capucine), "jules", "juror", "decided-otherwise"),
        (spring, MinutesSigned(signed_by=people["katia"], digest="00"), "katia", "juror", "minutes-already-signed"),
        (
            Assessment.id_of(dorian, people["ines"]),
            CompetenceAssessed(candidacy=dorian, assessor=people["ines"], competence=1, mark="acquired"),
            "ines",
            "assessor",
            "not-assigned",
        ),
        (
            alix,
            AdmissibilityDecided(admissible=False, file_received_on=date(2021, 2, 1), decided_on=date(2021, 2, 1)),
            "rose",
            "registrar",
            "admissibility-already-decided",
        ),
        (people["tess"], RoleGranted(role=Role.JUROR), "tess", "admin", "role-not-held"),
        (
            Candidacy.id_of(people["garance"], played.framework, Route.CA),
            CandidacyOpened(
                candidate=people["garance"],
                framework=played.framework,
                rulebook=played.rulebook,
                route=Route.CA,
                opened_on=played.clock.today(),
            ),
            "rose",
            "registrar",
            "route-closed",
        ),
        (piece, EvidenceWithdrawn(candidacy=basile), "basile", "candidate", "dossier-frozen"),
        (
            basile,
            AssessorAssigned(assessor=people["ines"], competences=(1,)),
            "rose",
            "registrar",
            "no-marker-in-vae",
        ),
        (
            uuid4(),
            AdmissibilityDecided(admissible=True, file_received_on=date(2021, 2, 1), decided_on=date(2021, 2, 1)),
            "rose",
            "registrar",
            "not-found",
        ),
        (firmin, CandidateSummoned(session=spring), "rose", "registrar", "session-not-planned"),
    ]
    expected = {}
    for stream, fact, who, role, rule in forged:
        (position,) = forge(acquis, stream, fact, Envelope(people[who], role, played.clock.today(), None))
        expected[position] = rule
    LogRecorder(owner).seal()
    assert {each.position: each.rule for each in check(owner).unlawful} == expected


def forge(acquis: App, stream: UUID, fact: Fact, head: Envelope) -> list[int]:
    """Append a fact as the web role can, without any command."""
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select coalesce(max(version), 0) from log.event where stream = %s", (stream,))
        ((version,),) = cursor.fetchall()
    append_id = uuid4()
    written = WrittenFact(
        originator_id=stream, originator_version=version + 1, fact=fact, append_id=append_id, n=0, head=head
    )
    return [stored.id for stored in acquis.store.append([written], append_id, {}, None)]
