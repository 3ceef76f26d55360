"""Tests of the command line: exit code 0 done, 1 refused or found wrong, 2 misuse; one JSON object with --json."""

from __future__ import annotations

import json
import re
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg2
import pytest
from click.testing import CliRunner, Result
from psycopg2.extensions import make_dsn

from adapters.database import beside, connect
from adapters.framework_file import shipped
from adapters.keys import erasures
from adapters.operations.runs import DEADLINES, REPORTS, DeskRuns
from adapters.settings import Settings
from tests.given.servers.databases import as_url
from tests.given.webapi.terminal import Run, facts
from webapi.cli.main import program


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a runner of `acquis` commands on this test's own database, in English."""
    assert settings.database_url
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    environment = {
        "ACQUIS_DATABASE_URL": as_url(settings.database_url),
        "ACQUIS_DATA": str(settings.data),
        "LANG": "en_GB.UTF-8",
    }

    def run(*arguments: object, given: str = "", **extra: str) -> Result:
        return CliRunner().invoke(program, [str(each) for each in arguments], env=environment | extra, input=given)

    return run


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.strip().splitlines()[-1])


def test_shipped_certification_is_published_once_and_shown(run: Run) -> None:
    published = answer(run("certification", "publish", "rncp31936", "--json"))
    assert (published["code"], published["version"]) == ("RNCP31936", 1)
    shown = answer(run("certification", "show", "RNCP31936", "--json"))
    assert {block["number"]: block["heading_number"] for block in shown["blocks"]} == {1: 2, 2: 4, 3: 1, 4: 3}
    assert {block["number"]: block["mandatory"] for block in shown["blocks"]}[1] == [4, 7, 9]
    assert shown["routes"]["CA"] is False
    assert answer(run("certification", "list", "--json"))["items"][0]["title"] == "Community manager"
    again = run("certification", "publish", "rncp31936", "--json")
    assert again.exit_code == 1
    assert json.loads(again.stdout)["type"] == "framework-already-published"


def test_certification_with_options_is_published_and_shown_with_its_rules(run: Run, tmp_path: Path) -> None:
    """BTS SIO's title: its first block, and one of two pairs."""
    file = tmp_path / "fiche.yaml"
    text = shipped("rncp31936.yaml").replace("code: RNCP31936\n", "code: RNCP31937\n")
    text = re.sub(r"required_blocks: .*", "title_rule: {all: [1, any: [{all: [2, 3]}, 4]]}", text)
    trees = "tree: {all: [{at_least: 5, of: [1, 2, 3, 4, 5, 6, 7, 8, 9], mandatory: [4]}, any: [8, 9]]}"
    text, changed = re.subn(r"required: 5\n +mandatory: .*", trees, text, count=1)
    assert changed
    file.write_text(text, "utf-8")
    assert run("certification", "publish", file).exit_code == 0
    shown = answer(run("certification", "show", "RNCP31937", "--json"))
    (first,) = (block for block in shown["blocks"] if block["number"] == 1)
    assert (first["required"], first["mandatory"], first["tree"]["required"]) == (5, [4], 2)
    assert shown["title_rule"]["of"][0] == 1
    lines = run("certification", "show", "RNCP31937").stdout
    assert "  block 1  (5 of 1 to 9, including 4) and (8 or 9)\n" in lines
    assert "  title: blocks 1 and (4 or (2 and 3))\n" in lines
    french = run("certification", "show", "RNCP31937", LANG="fr_FR.UTF-8").stdout
    assert "(5 parmi 1 à 9, dont 4) et (8 ou 9)" in french


def test_certification_show_states_registration_and_portal_dates(run: Run) -> None:
    """R6412-1: the date of entry on the portal selects the law of a candidacy."""
    assert run("certification", "publish", "rncp31936").exit_code == 0
    assert "  not on the national portal\n" in run("certification", "show", "RNCP31936").stdout
    for verb, on in (
        ("suspend", "2020-03-01"),
        ("resume", "2020-04-01"),
        ("suspend", "2021-01-15"),
        ("portal", "2024-06-01"),
    ):
        assert run("certification", verb, "RNCP31936", "--on", on, "--ground", "arrêté").exit_code == 0
    english = run("certification", "show", "RNCP31936").stdout
    assert "  suspended on 1 March 2020, resumed on 1 April 2020\n" in english
    assert "  suspended on 15 January 2021\n" in english
    assert "  on the national portal from 1 June 2024\n" in english
    assert "  registration: does not run today\n" in english
    french = run("certification", "show", "RNCP31936", LANG="fr_FR.UTF-8").stdout
    assert "  sur le portail national à partir du 1er juin 2024\n" in french
    assert "  suspendu le 1er mars 2020, repris le 1er avril 2020\n" in french
    told = answer(run("certification", "show", "RNCP31936", "--json"))["registration"]
    assert (told["portal_from"], told["runs"], len(told["suspensions"])) == ("2024-06-01", False, 2)
    assert told["effect_from"] <= told["ends_on"]


def test_collect_nir_warns_when_no_text_in_force_names_the_national_number(run: Run) -> None:
    """R6113-17-1: « y compris » the NIR since 1 January 2025."""
    certifier = answer(run("organisation", "add", "Certificateur", "--json"))["id"]
    assert run("organisation", "name-certifier", certifier, "RNCP31936", "--keeps-register").exit_code == 0
    decide = ("declaration", "collect-nir", "RNCP31936", "--ground", "Analyse d'impact")
    first, second = run(*decide, "--collected").stdout.splitlines()
    assert first == "Recorded."
    assert "no text that is published and in force names the NIR" in second
    assert run(*decide, "--not-collected").stdout == "Recorded.\n"
    assert answer(run(*decide, "--collected", "--json"))["text_in_force"] is False
    assert run("law", "publish", "law-cpf").exit_code == 0
    assert run(*decide, "--not-collected").exit_code == 0
    assert run(*decide, "--collected").stdout == "Recorded.\n"


def test_shipped_law_is_published_and_listed_and_a_text_is_repealed(run: Run) -> None:
    assert run("law", "list").stdout == "No text was published.\n"
    published = answer(run("law", "publish", "law-vae", "--json"))
    assert published["rule_sets"][:2] == ["CE-R335-8-2019-lu", "CT-D6412-6-2024-lu"]
    assert answer(run("law", "publish", "law-cpf", "--json"))["rule_sets"] == [
        "CT-R6113-17-2-2021-lu",
        "CT-R6113-17-2-2025",
    ]
    assert answer(run("law", "publish", "law-habilitations", "--json"))["rule_sets"][-1] == "CT-R6113-16-2025"
    again = run("law", "publish", "law-vae", "--json")
    assert (again.exit_code, '"rule-set-already-published"' in again.stdout) == (1, True)
    repeal = ("law", "repeal", "CT-D6412-6-2024-lu", "--last", "2027-01-31", "--ground", "un décret")
    assert answer(run(*repeal, "--json"))["last"] == "2027-01-31"
    listed = run("law", "list").stdout
    assert "CT-D6412-6-2024-lu  VAE  2024-04-13 – 2027-01-31" in listed
    assert "(known through a summary)" in listed
    assert "(connu par un résumé)" in run("law", "list", LANG="fr_FR.UTF-8").stdout


def test_certification_publish_refuses_a_wrong_file_line_by_line_and_records_nothing(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    wrong = tmp_path / "fiche.yaml"
    text = shipped("rncp31936.yaml").replace("required: 5", "required: 50", 1)
    wrong.write_text(text, "utf-8")
    line = text[: text.index("required: 50")].count("\n") + 1
    refused = run("certification", "publish", wrong)
    assert refused.exit_code == 1
    assert f"Line {line}, column" in refused.stderr
    in_french = run("certification", "publish", wrong, LANG="fr_FR.UTF-8")
    assert f"Ligne {line}, colonne" in in_french.stderr
    assert "Line" not in in_french.stderr
    assert facts(settings) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("certification", "publish", "nothing-of-this-name.yaml"),
        ("status", "not-an-id"),
        ("person", "add", "--name", "x"),
        ("report", "export", "everything"),
        ("rebuild", "no_such_model"),
        ("rebuild", "--check", "--processes", "2"),
        ("no-such-command",),
    ],
)
def test_misused_command_exits_with_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_rebuild_is_refused_with_more_processes_than_its_login_s_connection_limit(
    run: Run, settings: Settings
) -> None:
    dsn, login = str(settings.database_url), f"acquis_few_{uuid4().hex[:12]}"
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(f"create role {login} login in role acquis_projector connection limit 6")
        few = as_url(make_dsn(dsn, user=login))
        assert run("rebuild", "--processes", "3", ACQUIS_DATABASE_URL=few).exit_code == 0
        refused = run("rebuild", "--processes", "4", ACQUIS_DATABASE_URL=few)
        cursor.execute(f"drop owned by {login}; drop role {login}")
    assert refused.exit_code == 2
    assert "ask for --processes 3 at most" in " ".join(refused.stderr.split())


def test_status_of_a_missing_candidacy_exits_with_code_1(run: Run) -> None:
    early = run("status", uuid4(), "--json")
    assert (early.exit_code, json.loads(early.stdout)["type"]) == (1, "not-yet-visible")
    assert run("rebuild").exit_code == 0
    refused = run("status", uuid4(), "--json")
    assert (refused.exit_code, json.loads(refused.stdout)["type"]) == (1, "not-found")


def test_person_add_creates_an_account_and_token_make_requires_a_held_role(run: Run, settings: Settings) -> None:
    added = answer(
        run("person", "add", "--name", "Rose Essai", "--email", "Rose@Essai.example", "--role", "registrar", "--json")
    )
    assert added["login"] == "rose@essai.example"
    assert len(added["password"]) >= 20
    token = answer(run("token", "make", added["id"], "registrar", "--label", "import", "--json"))["token"]
    assert token.startswith("acquis_")
    assert run("token", "make", added["id"], "auditor", "--label", "x").exit_code == 1
    assert run("person", "grant", added["id"], "auditor").exit_code == 0
    assert run("person", "grant", added["id"], "auditor").exit_code == 1
    assert run("person", "withdraw", added["id"], "auditor").exit_code == 0
    assert run("token", "revoke", given=token).exit_code == 0
    before = facts(settings)
    taken = run("person", "add", "--name", "R", "--email", "rose@essai.example", "--role", "auditor")
    assert taken.exit_code == 1
    hidden = run("person", "add", "--name", "R\u202ea", "--email", "r@essai.example", "--role", "auditor", "--json")
    assert (hidden.exit_code, json.loads(hidden.stdout)["type"]) == (1, "name-unfit")
    assert run("organisation", "add", "IMCI\u200b").exit_code == 1
    assert facts(settings) == before
    assert run("person", "add", "--name", "R", "--email", "r@essai.example", "--role", "auditor").exit_code == 0


def test_doctor_masks_secrets_and_reports_that_all_is_well(run: Run, settings: Settings) -> None:
    well = run("doctor", "--before-start")
    assert well.exit_code == 0, well.output
    assert "All is well." in well.stdout
    assert settings.secret_key not in well.stdout
    assert json.loads(run("doctor", "--before-start", "--json").stdout)["state"]["unsealed_below_head"] == 0


def test_doctor_reports_deadlines_and_reports_that_failed_or_did_not_run(run: Run, settings: Settings) -> None:
    run("person", "add", "--name", "Zoé Exemple", "--email", "zoe@example.org", "--role", "candidate")
    with connect(settings) as server, closing(server.open("acquis_web", 1)) as web, closing(server.open()) as owner:
        DeskRuns(web).note(DEADLINES, "KeyError")
        failed = run("doctor", "--before-start")
        assert (failed.exit_code, "Not all deadlines were acted upon (KeyError" in failed.stdout) == (0, True)
        DeskRuns(web).note(DEADLINES, None)
        assert "All is well." in run("doctor", "--before-start").stdout
        DeskRuns(web).note(REPORTS, "ReportsDoNotTie")
        assert "do not add up to the log (ReportsDoNotTie" in run("doctor", "--before-start").stdout
        DeskRuns(web).note(REPORTS, None)
        with owner.transaction() as sql:
            sql.execute("update desk.run set done_at = done_at - interval '27 hours'")
        assert "Nobody has run the deadlines for more than a day" in run("doctor", "--before-start").stdout


def test_84_doctor_alarms_when_the_database_clock_is_behind_the_newest_fact(run: Run, settings: Settings) -> None:
    run("person", "add", "--name", "Zoé Exemple", "--email", "zoe@example.org", "--role", "candidate")
    noted = "insert into log.event values (nextval('log.position'), gen_random_uuid(), 1, 'Noted', '{}',"
    noted += " gen_random_uuid(), 0, clock_timestamp() + make_interval(secs => %s))"
    with connect(settings) as server, closing(server.open()) as owner:
        for ahead, alarmed in ((4, False), (3600, True)):  # written by a clock that far ahead, since set back
            with owner.transaction() as sql:
                sql.execute(noted, (ahead,))
            said = run("doctor", "--before-start")
            assert ("more than 5 seconds behind the newest fact" in said.stdout) == alarmed
            assert said.exit_code == 0, "the alarm stops no start"


def test_doctor_reports_lost_keys_a_wrong_master_key_and_a_broken_register(run: Run, settings: Settings) -> None:
    added = answer(
        run("person", "add", "--name", "R", "--email", "rose@essai.example", "--role", "auditor", "--json")
    )
    wrong = run("doctor", "--before-start", ACQUIS_MASTER_KEY="A" * 43 + "=")
    assert (wrong.exit_code, "The keys database expects master key" in wrong.stdout) == (1, True)
    with psycopg2.connect(beside(str(settings.database_url))) as connection, connection.cursor() as cursor:
        cursor.execute("delete from vault.key")
    lost = run("doctor", "--before-start", "--json")
    assert lost.exit_code == 1
    said = json.loads(lost.stdout)
    assert said["wrong"] == [
        (
            f"Keys lost though nobody erased: 1, among them {added['id']} (identity and contact). What they sealed "
            "is "
            "unreadable: restore them."
        )
    ]
    register = settings.data / "checkpoints" / "erasures.jsonl"
    register.parent.mkdir(parents=True, exist_ok=True)
    register.write_text('{"at":"yesterday"}\n')
    assert "cannot be read" in run("doctor", "--before-start").stdout
    refused = run("certification", "publish", "rncp31936")
    assert (refused.exit_code, "cannot be read" in refused.stderr) == (1, True)


@pytest.fixture
def its_folder_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Play the demonstration in the given folder, so that its signed files are found afterwards."""
    monkeypatch.setattr("webapi.cli.demo._fresh", nullcontext)


@pytest.mark.slow
@pytest.mark.usefixtures("its_folder_stays")
def test_demonstration_ends_with_six_candidacies_and_six_refusals(  # noqa: PLR0915  (each group of commands)
    run: Run, settings: Settings
) -> None:
    """Six candidacies, six refusals, verified, rebuilt to the same bytes."""
    played = answer(run("demo", "--once", "--json"))
    granted = dict.fromkeys("1234", "granted")
    assert [(each["route"], each["outcome"], each["blocks"]) for each in played["candidacies"]] == [
        ("VAE", "full", granted),
        ("VAE", "full", granted),
        ("FI", "partial", granted | {"1": "not_granted"}),
        ("FC", "full", granted),
        ("CQ", "full", granted),
        ("CL", "in_progress", dict.fromkeys("1234", "not_decided")),
    ]
    assert played["refusals"][0] == "route-closed"
    assert len(played["refusals"]) == 6
    assert played["verified"] is True
    assert played["rebuilt_identical"] is True
    answers_the_four_questions(played)

    first = played["candidacies"][0]["id"]
    assert answer(run("check-log", "--json"))["verified"] is True
    assert answer(run("status", first, "--json"))["outcome"] == "full"
    assert answer(run("status", first, "--as-of", "2021-12-31", "--json"))["outcome"] == "partial"
    assert answer(run("status", first, "--as-of", "2021-03-01", "--json"))["outcome"] == "in_progress"
    assert answer(run("status", first, "--true-on", "2021-03-01", "--json"))["outcome"] == "in_progress"
    assert answer(run("status", first, "--as-of", "2999-01-01T00:00:00+01:00", "--json"))["outcome"] == "full"
    assert answer(run("status", first, "--as-of", "2999-01-01T00:00:00+23:00", "--json"))["outcome"] == "full"
    assert run("status", first, "--as-of", "2021-03-01T00:00:00").exit_code == 2, "an instant has a time zone"
    for none in ("²", "2021-W11-1", "0001-01-01T00:00:00+01:00", "9" * 19):
        assert run("status", first, "--as-of", none).exit_code == 2, none
    for question in ("status", "why", "history", "whatif"):
        asked = ("--acquired", "1") if question == "whatif" else ()
        beyond = run(question, first, "--as-of", "9" * 18, *asked, "--json")
        assert (beyond.exit_code, json.loads(beyond.stdout)["type"]) == (1, "no-such-position"), question
    whole, then = (answer(run("history", first, *on, "--json"))["items"] for on in ((), ("--true-on", "2021-03-01")))
    assert [item["type"] for item in then if item["type"] == "BlockGranted"] == []
    assert 0 < len(then) < len(whole)
    english, french = (run("status", first, LANG=spoken).stdout for spoken in ("en_GB.UTF-8", "fr_FR.UTF-8"))
    assert english.startswith("Certification obtained (")
    assert french.startswith("Certification obtenue (")
    partial = run("status", played["candidacies"][2]["id"]).stdout
    assert "Missing: mandatory competence 7." in partial
    for word in ("bloc ", "Bloc ", "obligatoires", "manque"):
        assert word not in english + partial
    explains_and_supposes(run, played)
    sessions_are_told_in_both_languages(run)
    before = answer(run("history", first, "--json"))["items"]
    assert [entry["position"] for entry in before] == sorted(entry["position"] for entry in before)
    assert "TitlePronounced" in {entry["type"] for entry in before}
    again = answer(run("rebuild", "--json"))
    assert again["digests"] == answer(run("rebuild", "--processes", "3", "--json"))["digests"]
    assert again["changed"] == {}
    tells_a_falsified_row(run, settings)
    report = run("report", "export", "v1_candidacies")
    assert report.exit_code == 0
    reports_add_up_to_the_log(run, settings)
    assert len(report.stdout.strip().splitlines()) == 38  # a header line and thirty-seven candidacies
    figures = run("report", "figures", "RNCP31936", "--as-of", "2021-12-31", "--json")
    said = json.loads(figures.stdout)
    assert said["year"] == 2021
    assert {each["value"] for each in said["items"] if each["table"] != "note"} == {"s", "0"}  # two people came
    assert said["note"] in {each["value"] for each in said["items"]}
    figures_of_the_spring_are_shown(run)
    assert run("demo", "--once").exit_code == 2  # the database holds facts now


def figures_of_the_spring_are_shown(run: Run) -> None:
    """Check figures counted by hand from `webapi/demonstration/cohort.py`: two sessions of twelve and four others.

    In spring 8 of 14 women and 5 of 10 men obtained the whole; they are born alternately in 1988 and 1977.
    """
    said = json.loads(run("report", "figures", "RNCP31936", "--year", "2022", "--json").stdout)["items"]
    found: dict[tuple[str, str], list[str]] = {}
    for each in said:
        if each["figure"] in {"decided", "full", "partial", "none"}:
            found.setdefault((each["table"], each["item"] or each["route"]), []).append(each["value"])
    assert found["year", ""] == ["28", "16", "12", "0"]  # 57 %, not 54
    assert found["route", "VAE"] == ["13", "8", "5", "0"]
    assert found["route", "FC"][:3] == ["s", "s", "s"], "15 of other routes, less 13, is two of two routes"
    assert found["route", "CQ"] == found["route", "FI"] == ["s"] * 4
    assert found["sex", "f"] == ["17", "10", "7", "0"]
    assert found["sex", "m"] == ["11", "6", "5", "0"]
    assert found["age_band", "30_39"] == ["14", "8", "6", "0"]


def reports_add_up_to_the_log(run: Run, settings: Settings) -> None:
    tied = answer(run("report", "check", "--json"))
    assert tied["sound"]
    counted = {each["name"]: each["views"] for each in tied["items"]}
    assert min(counted[name] for name in ("candidacies", "sessions", "blocks", "titles", "evidence_bytes")) > 0
    hide = "update projection.reported_sessions set valid_to = valid_from where valid_to is null returning session"
    with connect(settings) as server, closing(server.open()) as owner:
        with owner.transaction() as sql:
            sql.execute(hide)
            hidden = sql.rowcount
        told = run("report", "check")
        assert told.exit_code == 1
        assert f"views: 0, log: {hidden}" in told.stdout
        with owner.transaction() as sql:
            sql.execute("update projection.reported_sessions set valid_to = null where valid_to = valid_from")
    assert run("report", "check").exit_code == 0


def tells_a_falsified_row(run: Run, settings: Settings) -> None:
    """Check that a falsified read model is reported, kept, and rebuilt on request."""
    assert answer(run("rebuild", "--check", "--json"))["sound"] is True
    with psycopg2.connect(str(settings.database_url)) as connection, connection.cursor() as cursor:
        cursor.execute("update projection.block_status set state = 'not_granted' where state = 'granted'")
        falsified = cursor.rowcount
    for names in ((), ("block_status",)):
        found = run("rebuild", "--check", *names, LC_ALL="fr_FR.UTF-8")
        assert found.exit_code == 1, names
        assert f"block_status : {falsified} lignes diffèrent du journal." in found.stdout
        assert 'affiché {"state": "not_granted"}, selon le journal {"state": "granted"}' in found.stdout
    assert run("rebuild", "--check", "jury_panel").exit_code == 0
    with psycopg2.connect(str(settings.database_url)) as connection, connection.cursor() as cursor:
        cursor.execute("update projection.tracking set position = position + 1000")
    ahead = "ahead of the log"
    assert ahead in run("doctor").stdout
    assert ahead in run("rebuild", "--check", "jury_panel").stdout
    assert answer(run("rebuild", "--json"))["changed"] == {"block_status": falsified}
    assert ahead not in run("doctor").stdout
    assert run("rebuild", "--check").exit_code == 0


def answers_the_four_questions(played: Any) -> None:
    """Check the commands as of, why, why not, what if and appeal on the demonstration."""
    questions = played["questions"]
    capucine = played["candidacies"][2]["id"]
    assert [(each["on"], each["known"], each["outcome"]) for each in questions["as_of"]["answers"]] == [
        ("2022-07-01", "then", "partial"),
        ("2022-08-01", "then", "in_progress"),
        ("2022-12-01", "then", "partial"),
        ("2022-07-01", "now", "in_progress"),
    ]
    assert (questions["why"]["state"], len(questions["why"]["facts"])) == ("granted", 11)
    assert (questions["why_not"]["state"], questions["why_not"]["missing"]) == ("not_granted", [7])
    assert (questions["what_if"]["gained"], questions["what_if"]["title_within_reach"]) == ([1], True)
    assert questions["appeal"] == {
        "candidacy": capucine,
        "ground": "procedural",
        "asked_on": "2022-07-04",
        "decided_on": "2022-06-21",
        "annulled_on": "2022-07-18",
        "decided_anew_on": "2022-10-11",
    }


def sessions_are_told_in_both_languages(run: Run) -> None:
    """Check that sessions and minutes are shown in one language only."""
    last = answer(run("session", "list", "--json"))["items"][2]["session"]
    for spoken, stage, came, signed in (
        ("fr_FR.UTF-8", "résultats communiqués", "présent  blocs  2, 3, 4", "signé  "),
        ("en_GB.UTF-8", "results released", "present  blocks  2, 3, 4", "signed  "),
    ):
        listed = run("session", "list", LANG=spoken).stdout.splitlines()
        assert len(listed) == 3 + 2 + 2, "those of the story, of the spring, and of the day on which it is served"
        assert [line.endswith(stage) for line in listed] == [True] * 5 + [False] * 2
        said = run("session", "minutes", last, LANG=spoken).stdout
        assert came in said
        assert f"\n{signed}" in said
    missing = run("law", "publish", "rien.yaml", LANG="fr_FR.UTF-8")
    assert (missing.exit_code, "rien.yaml : ce fichier n'existe pas." in missing.stderr) == (2, True)


def explains_and_supposes(run: Run, played: Any) -> None:
    """Check why, why not and what if on a title and a missing block; none of them records a fact."""
    full, partial = played["candidacies"][0]["id"], played["candidacies"][2]["id"]
    why = answer(run("why", full, "--json"))
    assert (why["outcome"], why["title"]["met"], len(why["title"]["positions"])) == ("full", True, 5)
    assert answer(run("why", full, "--as-of", "2021-03-01", "--json"))["title"]["competences_needed"] == 17
    (block,) = answer(run("why", partial, "--block", "1", "--json"))["blocks"]
    assert (block["state"], block["missing"]) == ("not_granted", [{"numbers": [7], "choices": [], "raises": []}])
    if_seven = answer(run("whatif", partial, "--acquired", "7", "--json"))
    assert (if_seven["gained"], if_seven["lost"], if_seven["now"]["outcome"]) == ([1], [], "partial")
    if_nine = answer(run("whatif", full, "--required", "3:5", "--json"))
    assert if_nine["now"]["outcome"] == "full"
    gone = answer(run("whatif", full, "--without", str(why["title"]["positions"][-1]), "--json"))
    assert (gone["now"]["outcome"], gone["then"]["outcome"], gone["title_lost"]) == ("full", "partial", True)
    everybody = answer(run("whatif", "--all", "RNCP31936", "--mandatory", "1:4,9", "--json"))
    assert (everybody["judged"], len(everybody["items"])) == (37, 12)  # and eleven of the spring's
    assert partial in {each["candidacy"] for each in everybody["items"]}
    assert everybody["items"][0]["gained"] == [1]
    lines = run("whatif", "--all", "RNCP31936", "--file", "rncp31936", "--mandatory", "1:4,9", LANG="fr_FR.UTF-8")
    assert "Règle remplie en plus, blocs : 1" in lines.stdout
    assert "37 candidatures jugées : 12 y gagneraient, 0 y perdraient." in lines.stdout
    assert run("whatif", "--all", "RNCP31936").exit_code == 1, "nothing is supposed"
    several = ("--all", "RNCP31936")
    for misuse in ((), (*several, full), (*several, "--acquired", "7"), (full, "--required", "1")):
        assert run("whatif", *misuse).exit_code == 2, misuse
    everything = answer(run("whatif", partial, "--granted", "1", "--not-acquired", "5,6", "--json"))
    assert everything["then"]["title"]["met"] is True
    french, english = (run("why", partial, LANG=spoken).stdout for spoken in ("fr_FR.UTF-8", "en_GB.UTF-8"))
    for line in (
        "Règle non remplie : 5 parmi 1 à 9, dont 4, 7 et 9",
        "Compétence manquante : 7",
        "Bloc manquant : 1",
    ):
        assert line in french
    for line in ("Rule not met: 5 of 1 to 9, including 4, 7 and 9", "Missing competence: 7", "Missing block: 1"):
        assert line in english
    supposed = run("whatif", partial, "--acquired", "7").stdout
    assert supposed.startswith("Rule now met, blocks: 1\n")
    assert supposed.endswith("Nothing was recorded.\n")
    assert "supposed" in supposed
    assert run("whatif", partial, "--granted", "2", "--json").exit_code == 1, "granted already"
    assert run("whatif", partial).exit_code == run("why", partial, "--block", "9").exit_code == 1
    assert run("whatif", partial, "--acquired", "seven").exit_code == 2
    for twice in (
        ("--acquired", "7,7"),
        ("--acquired", "7", "--acquired", "7"),
        ("--required", "1:5", "--required", "1:6"),
        ("--under", "1", "--under", "2"),
        ("--acquired", "7", "--as-of", "2021-03-01", "--as-of", "2021-12-31"),
    ):
        assert run("whatif", partial, *twice).exit_code == 2, twice
    first = next(each["position"] for each in why["sources"] if each["fact"] == "BlockGranted")
    assert "Not there either, facts: " in run("whatif", full, "--without", str(first)).stdout
    assert run("why", uuid4()).exit_code == 1


@pytest.mark.slow
@pytest.mark.usefixtures("its_folder_stays")
def test_papers_of_a_decided_dossier_are_held_then_listed_as_due_then_erased(run: Run) -> None:
    """The job lists but does not erase; a legal hold delays; decisions still verify afterwards."""
    played = answer(run("demo", "--once", "--json"))
    decided = played["candidacies"][3]["id"]
    history = answer(run("history", decided, "--json"))["items"]
    who = next(each["grounds"]["candidate"] for each in history if each["type"] == "CandidacyOpened")
    assert run("erasures", "due", "--as-of", "2019-01-01").stdout == "Nothing is due.\n"
    due = answer(run("erasures", "due", "--as-of", "2026-11-01", "--json"))["items"]
    assert who in {each["person"] for each in due if "papers" in each["classes"]}
    hold = answer(run("hold", "place", who, "--class", "papers", "--ground", "Litige", "--json"))["hold"]
    assert run("check-log").exit_code == 0  # seals: what is listed is told
    assert "Litige" in run("hold", "list").stdout
    kept = answer(run("erase", who, "--class", "papers", "--yes", "--json"))
    assert (kept["status"], kept["classes"][0]["why"]) == ("erasure-partial", "legal_hold")
    assert run("hold", "lift", hold).stdout == f"Hold {hold} is lifted.\n"
    assert run("hold", "lift", hold).exit_code == 1
    assert run("check-log").exit_code == 0
    assert run("hold", "list").stdout == "No hold is in force.\n"
    assert run("hold", "list", LC_ALL="fr_FR.UTF-8").stdout == "Aucune conservation en vigueur.\n"
    dry = run("erase", who, "--class", "papers", "--class", "decision", "--dry-run", ACQUIS_CLOCK="2021-07-01")
    assert "evidence, files and comments: would be erased" in dry.stdout
    assert "reasons of decisions: kept by law until" in dry.stdout
    assert run("erase", who, "--class", "papers", given="n\n").exit_code == 1
    gone = answer(run("erase", who, "--class", "papers", "--yes", "--json"))
    assert (gone["status"], gone["classes"][0]["erased"]) == ("erasure-complete", True)
    later = answer(run("erasures", "due", "--as-of", "2026-11-01", "--json"))["items"]
    assert who not in {each["person"] for each in later if "papers" in each["classes"]}
    assert answer(run("check-log", "--json"))["verified"] is True
    assert run("erase", uuid4(), "--yes").exit_code == 1
    assert run("erase", who, "--class", "everything").exit_code == 2


def test_interrupted_erasure_is_reported_by_doctor_and_finished_later(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = answer(run("person", "add", "--name", "N", "--email", "n@essai.example", "--role", "candidate", "--json"))
    with monkeypatch.context() as full:

        def refuse(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        full.setattr(erasures, "_write", refuse)
        stopped = run("erase", added["id"], "--class", "identity", "--yes")
        assert stopped.exit_code == 1
        assert "identity and contact: erasure ordered and being carried out" in stopped.stdout
        told = json.loads(run("erasures", "settle", "--json").stdout.strip().splitlines()[-1])
        assert [(each["person"], each["class"]) for each in told["left"]] == [(added["id"], "identity")]
        assert run("erasures", "settle").exit_code == 1
        doctor = run("doctor", "--before-start")
        assert doctor.exit_code == 0, "the web may start: it finishes them"
        assert f"not done to the end: {added['id']} (identity and contact)" in doctor.stdout
    finished = run("erasures", "settle")
    assert (finished.exit_code, finished.stdout.splitlines()[-1]) == (0, "Erasures finished: 1.")
    assert "All is well." in run("doctor", "--before-start").stdout
    (settings.data / "checkpoints" / "erasures.jsonl").unlink()
    lost = run("doctor", "--before-start")
    assert lost.exit_code == 0, "what is noted again is not lost"
    assert "their register lacked, noted again: 1." in lost.stdout
    assert "All is well." in run("doctor", "--before-start").stdout


@pytest.mark.parametrize("command", [("doctor",), ("certification", "list"), ("status", str(uuid4()))])
def test_unreachable_database_is_reported_in_one_sentence(run: Run, command: tuple[str, ...]) -> None:
    gone = "postgresql://nobody@127.0.0.1:1/nothing"
    refused = run(*command, ACQUIS_DATABASE_URL=gone)
    assert (refused.exit_code, refused.stderr.strip()) == (1, "The database does not answer.")


def test_unreachable_evidence_store_is_reported_in_one_sentence(run: Run) -> None:
    gone = {
        "ACQUIS_S3_URL": "http://127.0.0.1:1",
        "ACQUIS_S3_BUCKET": "nothing",
        "ACQUIS_S3_ACCESS_KEY": "nobody",
        "ACQUIS_S3_SECRET_KEY": "nothing",
    }
    refused = run("evidence", "reap", **gone)
    assert (refused.exit_code, refused.stderr.splitlines()[-1]) == (1, "The evidence store does not answer.")


@pytest.mark.parametrize("made", ["nobody_made_it", "postgres"])
@pytest.mark.parametrize("command", [("check-log",), ("doctor",), ("history", str(UUID(int=1)))])
def test_command_without_a_log_says_to_run_migrate_first(
    run: Run, settings: Settings, command: tuple[str, ...], made: str
) -> None:
    """For a missing or an empty database; an unreachable server gets another sentence."""
    assert settings.database_url
    there = as_url(make_dsn(settings.database_url, dbname=made))
    told = run(*command, ACQUIS_DATABASE_URL=there)
    assert (told.exit_code, told.stderr.splitlines()[-1]) == (
        1, "There is no log here yet: run `acquis migrate` first.",
    )  # fmt: skip
    nowhere = as_url(make_dsn(settings.database_url, dbname=made, host="/nowhere"))
    told = run(*command, ACQUIS_DATABASE_URL=nowhere)
    assert (told.exit_code, told.stderr.splitlines()[-1]) == (1, "The database does not answer.")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("verify", "--write-zipapp", "/dev/full"), "No room is left on the disk"),
        (("verify", "--write-zipapp", "/nowhere/v.pyz"), "There is no such path (/nowhere/v.pyz)"),
        (("backup", "--out", "/proc/backup"), "There is no such path (/proc/backup)"),
    ],
)
def test_full_disk_is_reported_in_one_sentence(run: Run, command: tuple[str, ...], said: str) -> None:
    refused = run(*command)
    assert (refused.exit_code, refused.stderr.splitlines()[-1]) == (1, f"{said}.")
    answer = run(*command, "--json")
    assert json.loads(answer.stdout) == {"type": "unavailable", "title": f"{said}."}
