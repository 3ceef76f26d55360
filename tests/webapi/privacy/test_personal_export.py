"""Tests of the personal export: it has all data of the person and none of other people."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from contextlib import closing
from typing import Any, get_args, get_type_hints
from uuid import uuid4

import psycopg2
import pytest

from domain.candidacy.facts import EvidenceSubmitted
from domain.deadlines.facts import ReminderGiven
from domain.fact import Retention
from domain.jury.facts import ResultsReleased
from domain.people.facts import PersonExported
from domain.ports import PersonId, Role
from domain.refusal import NotFound
from domain.standing.disclosure import ANNULLING, DELIBERATED, JURY_ONLY, MARKED, SUSPECTED, WAITING
from domain.streams.kinds import KINDS
from projections.people.about_person import naming
from tests.given.files.specimens import PDF
from tests.given.webapi.erasures import REASON, decided, erasures
from tests.given.webapi.hearings import hearing
from tests.given.webapi.whole_path import apply, assessed, done, etag
from webapi.privacy.export_limits import HELD_BACK
from webapi.privacy.personal_export import (
    ANOTHER,
    NAMING_OTHERS,
    UNTOLD,
    ErasedDuringExport,
    FolderNotEmpty,
    NotAllTold,
    Parcel,
    _pack,
    _told,
    export,
    gather,
)


def whole(world, who, out):
    world.projector.catch_up()
    export(world.acquis, who.id, out)
    return json.loads((out / "person.json").read_text("utf-8"))


def test_personal_export_contains_the_candidate_s_facts_files_and_a_summary_page(world, tmp_path):
    decided(world)
    out = tmp_path / "marie"
    given = whole(world, world.marie, out)
    text = (out / "person.json").read_text("utf-8")
    for said in ("Marie Exemple", "marie@example.org", "memoire-de-marie.pdf", REASON, "Solide."):
        assert said in text, said
    assert given["format"] == "acquis-person/1"
    (file,) = given["files"]
    assert (out / file["file"]).read_bytes() == PDF
    kinds = {fact["type"] for fact in given["facts"]}
    assert {"Registered", "CandidacyOpened", "EvidenceSubmitted", "CompetenceRuled", "BlockGranted"} <= kinds
    page = (out / "summary.html").read_text("utf-8")
    assert page.index("Vos données") < page.index("Your data")
    assert "memoire-de-marie.pdf" in page
    assert page.count("<h1>") == 1


def test_manifest_of_a_personal_export_lists_every_file_with_its_digest(world, tmp_path):
    decided(world)
    out = tmp_path / "marie"
    whole(world, world.marie, out)
    lines = (out / "manifest-sha256.txt").read_text("utf-8").splitlines()
    named = dict(reversed(line.split("  ", 1)) for line in lines)
    there = {str(path.relative_to(out)): path for path in out.rglob("*") if path.is_file()}
    assert named.keys() | {"manifest-sha256.txt"} == there.keys()
    for name, digest in named.items():
        assert hashlib.sha256(there[name].read_bytes()).hexdigest() == digest


def test_personal_export_names_other_people_only_by_role(world, tmp_path):
    decided(world)
    out = tmp_path / "marie"
    given = whole(world, world.marie, out)
    text = (out / "person.json").read_text("utf-8") + (out / "summary.html").read_text("utf-8")
    for name, caller in world.people.items():
        if name != "marie":
            assert str(caller.id) not in text, name
            assert f"{name.title()} Exemple" not in text, name
    assigned = next(fact for fact in given["facts"] if fact["type"] == "AssessorAssigned")
    assert assigned["fields"]["assessor"] == ANOTHER


def test_personal_export_omits_unreleased_rulings(world, tmp_path):
    candidacy, _, deliberation = hearing(world)
    assessed(world, candidacy, range(1, 10))
    done(world.jules.post(f"{deliberation}/opening"))
    rulings = {"rulings": [{"competence": 1, "acquired": False, "reason": "Secret du jury."}]}
    done(world.jules.post(f"{deliberation}/rulings", rulings, If_Match=etag(world.jules, deliberation)))
    whole(world, world.marie, tmp_path / "marie")
    text = (tmp_path / "marie" / "person.json").read_text("utf-8")
    assert "Secret du jury." not in text
    assert "CompetenceRuled" not in text


def test_personal_export_lists_omitted_kinds_the_same_whether_or_not_any_exist(world, tmp_path):
    candidacy = apply(world, world.marie)
    assessed(world, candidacy, range(1, 10))
    nothing = whole(world, world.nadia, tmp_path / "nadia")
    base = f"/api/v1/candidacies/{candidacy}"
    reopening = f"{base}/assessments/{world.hugo.id}/reopening"
    (hers,) = [each for each in world.rose.get(f"{base}/assessments").json["items"] if each["filed"]]
    done(world.rose.post(reopening, {"reason": "Zut, note recopiée."}, If_Match=f'"{hers["version"]}"'))
    something = whole(world, world.marie, tmp_path / "marie")
    assert nothing["held_back"] == something["held_back"]
    text = (tmp_path / "marie" / "person.json").read_text("utf-8")
    assert "Zut" not in text
    assert "AssessmentReopened" not in text
    (handed_back,) = [each for each in something["held_back"] if "rendue à son évaluateur" in each["what"]["fr"]]
    assert handed_back["why"]["en"].endswith("deliberations are secret.")
    assert "15(4)" in handed_back["source"]["fr"]
    page = (tmp_path / "marie" / "summary.html").read_text("utf-8")
    assert "What this export does not hold" in page
    assert "Proposals to rectify or annul a decision" in page


def test_personal_export_lists_every_hidden_fact_kind_as_omitted():
    said = {kind for each in HELD_BACK for kind in each.facts}
    kept = {*JURY_ONLY, *MARKED, *DELIBERATED, *SUSPECTED, *ANNULLING, *WAITING}
    assert said == {*kept, ResultsReleased, ReminderGiven}


def test_every_fact_field_that_names_a_person_is_masked_in_the_personal_export():
    named = {name for kind in KINDS for name, hint in get_type_hints(kind).items() if names_people(hint)}
    assert named <= NAMING_OTHERS | UNTOLD | {"other"}, "`other` is another file of their own"


def names_people(hint: Any) -> bool:
    return hint is PersonId or any(names_people(each) for each in get_args(hint))


def test_personal_export_of_a_juror_has_their_reasons_without_the_candidates(world, tmp_path):
    candidacy, _, deliberation = hearing(world)
    done(world.lucien.post(f"{deliberation}/recusals", {"juror": str(world.lucien.id), "reason": "Mon cousin."}))
    given = whole(world, world.lucien, tmp_path / "lucien")
    (recused,) = [fact for fact in given["facts"] if fact["type"] == "JurorRecused" and fact["fields"]["candidacy"]]
    assert recused["personal"]["reason"]["value"] == "Mon cousin."
    assert recused["fields"]["candidacy"] == ANOTHER
    assert str(candidacy) not in (tmp_path / "lucien" / "person.json").read_text("utf-8")
    juror = whole(world, world.jules, tmp_path / "jules")
    assert all(set(act) == {"position", "type", "on", "role"} for act in juror["recorded"])


def test_personal_export_marks_erased_values_and_files(world, tmp_path):
    decided(world)
    assert world.ulysse.post(erasures(world.marie), {"classes": ["papers"]}).status_code == 200
    given = whole(world, world.marie, tmp_path / "marie")
    submitted = next(fact for fact in given["facts"] if fact["type"] == "EvidenceSubmitted")
    assert submitted["personal"]["name"] == {"value": None, "erased": True}
    assert [(file["file"], file.get("erased")) for file in given["files"]] == [(None, True)]
    assert "effacé" in (tmp_path / "marie" / "summary.html").read_text("utf-8")
    assert not list(tmp_path.rglob("*.pdf"))


def test_personal_export_marks_values_with_a_lost_key_as_lost_not_erased(world, tmp_path):
    decided(world)
    assert world.ulysse.post(erasures(world.marie), {"classes": ["papers"]}).status_code == 200
    with closing(psycopg2.connect(world.acquis.server.keys_dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("delete from vault.key where person = %s and class = 'decision'", (str(world.marie.id),))
    given = whole(world, world.marie, tmp_path / "marie")
    told = {fact["type"]: fact["personal"] for fact in given["facts"]}
    assert told["CompetenceRuled"]["reason"] == {"value": None, "lost": True}
    assert told["EvidenceSubmitted"]["name"] == {"value": None, "erased": True}
    page = (tmp_path / "marie" / "summary.html").read_text("utf-8")
    assert "illisible, clé perdue" in page
    assert "unreadable, key lost" in page


def test_personal_export_marks_erased_values_when_the_class_has_a_new_key(world, tmp_path):
    decided(world)
    assert world.ulysse.post(erasures(world.marie), {"classes": ["papers"]}).status_code == 200
    world.acquis.vault.sealing_key(world.marie.id, Retention.PAPERS)
    given = whole(world, world.marie, tmp_path / "marie")
    submitted = next(fact for fact in given["facts"] if fact["type"] == "EvidenceSubmitted")
    assert submitted["personal"]["name"] == {"value": None, "erased": True}


def test_personal_export_is_refused_into_a_used_folder_or_for_an_unknown_person(world, tmp_path):
    whole(world, world.marie, tmp_path / "marie")
    with pytest.raises(FolderNotEmpty):
        export(world.acquis, world.marie.id, tmp_path / "marie")
    with pytest.raises(NotFound):
        export(world.acquis, PersonId(uuid4()), tmp_path / "nobody")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["marie"]


def test_personal_export_describes_the_account_without_its_secrets(world, tmp_path):
    login = f"{uuid4().hex}@example.org"
    world.acquis.accounts.add(world.nadia.id, login, "un mot de passe long")
    given = whole(world, world.nadia, tmp_path / "nadia")
    assert given["account"]["login"] == login
    assert [token["role"] for token in given["account"]["tokens"]] == [Role.CANDIDATE.value]
    text = (tmp_path / "nadia" / "person.json").read_text("utf-8")
    assert "argon2" not in text
    assert world.nadia.token not in text


def test_personal_export_lists_drafts_with_the_text_only_of_those_about_the_person(world, tmp_path):
    nadia, about = world.nadia.id, uuid4()
    for part, subject in (("livret2-3", nadia), ("competence-7", world.marie.id)):
        world.acquis.drafts.save(nadia, about, part, f"Brouillon {part}.", subject=subject, since=None)
    world.acquis.comments.add(nadia, "Charte complète.")
    account = whole(world, world.nadia, tmp_path / "nadia")["account"]
    assert {each["part"]: each.get("text") for each in account["drafts"]} == {
        "livret2-3": "Brouillon livret2-3.",
        "competence-7": None,
    }
    assert account["comments"] == [{"text": "Charte complète.", "uses": 0}]


def test_personal_export_is_refused_while_recent_facts_are_not_sealed(world, tmp_path):
    world.projector.catch_up()
    apply(world, world.marie)  # it is not sealed
    with pytest.raises(NotAllTold):
        export(world.acquis, world.marie.id, tmp_path / "marie")
    assert not (tmp_path / "marie").exists()


def test_personal_export_is_downloaded_as_zip_by_the_person_or_a_registrar(world, tmp_path):
    decided(world)
    folder = tmp_path / "marie"
    whole(world, world.marie, folder)
    path = f"/api/v1/persons/{world.marie.id}/export"
    handed_out: list[list[tuple[str, str]]] = []
    for reader in (world.marie, world.rose):
        answer = reader.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "application/zip")
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            assert packed.testzip() is None
            names = sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())
            assert sorted(packed.namelist()) == names
            told = json.loads(packed.read("person.json"))
            known = json.loads((folder / "person.json").read_text("utf-8"))["facts"]
            assert told["facts"][: len(known)] == known
            handed_out.append([(each["type"], each["role"]) for each in told["facts"][len(known) :]])
            manifest = packed.read("manifest-sha256.txt").decode()
            assert hashlib.sha256(packed.read("person.json")).hexdigest() in manifest
    by = [("PersonExported", role) for role in ("operator", "candidate", "registrar")]
    assert handed_out == [by[:1], by[:2]], "each that was handed out before is told in the next"
    world.projector.catch_up()
    told = naming(world.acquis.database, world.marie.id)
    assert [each.stamp.by for each in told if isinstance(each.fact, PersonExported)] == [
        None,
        world.marie.id,
        world.rose.id,
    ]
    before = world.head()
    for other in (world.nadia, world.sacha, world.ulysse, world.jules):
        assert other.get(path).status_code == 404
    assert world.head() == before
    assert world.rose.get(f"/api/v1/persons/{uuid4()}/export").status_code == 404


def test_personal_export_is_aborted_when_an_erasure_happens_meanwhile(world, tmp_path):
    decided(world)
    world.projector.catch_up()
    found = gather(world.acquis, world.marie.id)
    parcel = Parcel(lambda name: (tmp_path / name.replace("/", "-")).open("xb"))
    opened_once = _told(found, next(t for t in found.about if isinstance(t.fact, EvidenceSubmitted)))
    assert opened_once["personal"]["name"]["value"] == "memoire-de-marie.pdf"
    assert world.ulysse.post(erasures(world.marie), {"classes": ["papers"]}).status_code == 200
    with pytest.raises(ErasedDuringExport):
        _pack(world.acquis, found, parcel)
