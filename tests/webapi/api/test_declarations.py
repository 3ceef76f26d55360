"""Tests of the declaration of titles over HTTP and at a terminal, and of the secrecy of national numbers."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date
from typing import TYPE_CHECKING

from tests.given.webapi.centres import centre
from tests.given.webapi.national_numbers import COLLECTION, DECIDED, collecting
from tests.given.webapi.reviews import decided
from tests.given.webapi.whole_path import done

if TYPE_CHECKING:
    from tests.given.webapi.town import World

NIR = "255081416802538"


def test_national_number_is_shown_only_to_its_holder_and_in_the_declaration_export(world: World, run) -> None:
    """L6113-8, R6113-17-1: part of the declaration; otherwise shown only to its holder."""
    candidacy, session, _ = decided(world)
    base = f"/api/v1/candidacies/{candidacy}/declaration"
    listed = f"/api/v1/certifications/{world.framework}/declarations"
    give = {"number": "2 55 08 14 168 025 38"}
    world.refuses(409, "nir-not-collected", lambda: world.marie.post(f"{base}/national-number", give))
    assert not world.rose.read(listed)["collects_national_numbers"]
    collecting(world, "99999999900041")
    world.refuses(409, "nir-collection-unchanged", lambda: world.ulysse.post(COLLECTION, DECIDED))
    world.refuses(422, "nir-unsound", lambda: world.marie.post(f"{base}/national-number", {"number": "2550814"}))
    done(world.marie.post(f"{base}/national-number", give))

    shown = world.marie.read(base)
    assert (shown["national_number"], shown["items"]) == (NIR, [])
    for who in (world.rose, world.sacha):
        assert who.read(base)["national_number"] is None
    auditors = [f"/api/v1/candidacies/{candidacy}/history", f"{session}"]
    for path in auditors:
        for who in (world.rose, world.sacha, world.jules):
            assert NIR not in who.get(path).text
            assert "NirGiven" not in who.get(path).text
    assert "NirGiven" in world.marie.get(auditors[0]).text

    # the export of the declaration contains it, over HTTP and at the terminal
    (title,) = [each for each in world.rose.read(listed)["items"] if each["candidacy"] == str(candidacy)]
    assert (title["national_number"], title["declared_on"], title["holder"]) == (NIR, None, "Marie Exemple")
    assert world.rose.read(listed)["collects_national_numbers"]
    world.projector.catch_up()
    rows = list(csv.DictReader(io.StringIO(run("declaration", "export", "RNCP31936").stdout)))
    assert [row["national_number"] for row in rows if row["candidacy"] == str(candidacy)] == [NIR]

    # a personal export contains it only for its holder
    export = f"/api/v1/persons/{world.marie.id}/export"
    for who, holds in ((world.marie, True), (world.rose, False)):
        with zipfile.ZipFile(io.BytesIO(who.get(export).data)) as packed:
            assert (NIR in packed.read("person.json").decode()) is holds

    # after the erasure, nobody reads it
    world.clock.set(date(2071, 6, 15))
    over = {"classes": ["cpf"], "ground": "period_over"}
    assert world.ulysse.post(f"/api/v1/persons/{world.marie.id}/erasures", over).status_code == 200
    assert world.marie.read(base)["national_number"] is None
    assert NIR not in world.rose.get(listed).text


def test_national_number_is_exported_only_while_a_declaration_or_correction_is_due(world: World, run) -> None:
    """R6113-17-2: sent once, and again when the Caisse des dépôts asks for a correction (RGPD, art. 5, 1, c)."""
    candidacy, _, _ = decided(world, world.nadia)
    base = f"/api/v1/candidacies/{candidacy}/declaration"
    every = f"/api/v1/certifications/{world.framework}/declarations"
    if not world.rose.read(every)["collects_national_numbers"]:
        collecting(world, "99999999900074")
    done(world.nadia.post(f"{base}/national-number", {"number": NIR}))
    asked = {"requested_on": world.clock.today().isoformat(), "asks": "Le NIR."}
    for post, path, body, shown in (
        (world.ulysse.post, COLLECTION, {**DECIDED, "collected": False}, ""),
        (world.ulysse.post, COLLECTION, DECIDED, NIR),
        (world.rose.post, base, {"reference": "lot 1"}, ""),
        (world.rose.post, f"{base}/corrections", asked, NIR),
        (world.rose.post, f"{base}/corrections/1/made", {}, ""),
    ):
        done(post(path, body))
        world.projector.catch_up()
        rows = list(csv.DictReader(io.StringIO(run("declaration", "export", "RNCP31936").stdout)))
        assert [row["national_number"] for row in rows if row["candidacy"] == str(candidacy)] == [shown], path
        assert (NIR in world.rose.get(every).text) is bool(shown), path


def test_title_is_declared_and_a_correction_is_answered(world: World, run) -> None:
    """R6113-17-2."""
    candidacy, _, _ = decided(world, world.nadia)
    base = f"/api/v1/candidacies/{candidacy}/declaration"
    asked = {"requested_on": "2021-06-15", "asks": "La commune."}
    world.refuses(409, "not-declared", lambda: world.rose.post(f"{base}/corrections", asked))
    assert run("declaration", "declare", str(candidacy), "--reference", "lot 1", "--on", "2021-06-15").exit_code == 0
    world.refuses(409, "already-declared", lambda: world.rose.post(base, {"reference": "lot 2"}))
    done(world.rose.post(f"{base}/corrections", asked))
    request = ("declaration", "correction", str(candidacy), "--on", "2021-06-15", "--asks", "Le nom.")
    noted = run(*request)
    assert (noted.exit_code, noted.stdout) == (0, "Recorded: request no. 2.\n")
    done(world.rose.post(f"{base}/corrections/1/made", {}))
    assert (
        run("declaration", "refuse", str(candidacy), "2", "--reason", "Il est juste.", "--on", "2021-06-15").exit_code
        == 0
    )
    world.refuses(409, "no-such-correction", lambda: world.rose.post(f"{base}/corrections/2/made", {}))
    for number in ("2", "9"):
        wrong = run("declaration", "correct", str(candidacy), number)
        assert (wrong.exit_code, f"No request no. {number} waits for its answer." in wrong.stderr) == (1, True)
    third = json.loads(run(*request, "--json").stdout)
    assert (third["correction"], third["position"] > 0) == (3, True)
    shown = world.nadia.read(base)
    assert [(each["step"], each["correction"], each["late"]) for each in shown["items"]] == [
        ("declared", None, False),
        ("correction_requested", 1, False),
        ("correction_requested", 2, False),
        ("correction_made", 1, False),
        ("correction_refused", 2, False),
        ("correction_requested", 3, False),
    ]
    assert shown["items"][-2]["personal"] == {"reason": "Il est juste."}
    listed = world.rose.read(f"/api/v1/certifications/{world.framework}/declarations")["items"]
    (title,) = [each for each in listed if each["candidacy"] == str(candidacy)]
    assert (title["stands"], title["declared_on"], title["reference"]) == (True, "2021-06-15", "lot 1")


def test_cohorts_count_holders_by_year_and_route_without_names(world: World, run) -> None:
    """R6113-9, II."""
    candidacy, _, _ = decided(world, world.nadia)
    world.projector.catch_up()
    answer = world.rose.get(f"/api/v1/certifications/{world.framework}/cohorts")
    (cohort,) = json.loads(answer.text)["items"]
    assert (cohort["year"], cohort["route"]) == (2021, "FI")
    assert cohort["holders"] == len(cohort["titles"])
    assert str(candidacy) in {each["candidacy"] for each in cohort["titles"]}
    assert "Nadia" not in answer.text
    assert str(world.nadia.id) not in answer.text
    said = json.loads(run("report", "cohorts", "RNCP31936", "--json").stdout)["items"]
    assert [(each["year"], each["route"], each["holders"]) for each in said] == [(2021, "FI", cohort["holders"])]
    rows = list(csv.DictReader(io.StringIO(run("report", "cohorts", "RNCP31936").stdout)))
    assert {row["candidacy"] for row in rows} == {each["candidacy"] for each in cohort["titles"]}


def test_changed_habilitation_is_listed_as_unreported_until_it_is_reported(world: World, run) -> None:
    """R6113-16-5."""
    lyon, habilitation = centre(world, "99999999900058")
    world.projector.catch_up()
    changed = "/api/v1/habilitations?unreported=true&limit=100"
    (due,) = [each for each in world.rose.read(changed)["items"] if each["id"] == habilitation]
    assert (due["report_by"], due["report_late"]) == (None, False), "no text is published"
    assert run("law", "publish", "law-habilitations").exit_code == 0
    end = {"last_day": "2021-06-01", "ground": "fin"}
    base = f"/api/v1/organisations/{lyon}/habilitations/{habilitation}"
    done(world.rose.post(f"{base}/reports", {"reference": "message 1"}))
    world.refuses(409, "nothing-to-report", lambda: world.rose.post(f"{base}/reports", {"reference": "again"}))
    done(world.rose.post(f"{base}/end", end))
    world.projector.catch_up()
    (due,) = [each for each in world.rose.read(changed)["items"] if each["id"] == habilitation]
    assert (due["report_by"], due["rule_set"]) == ("2021-09-01", "CT-R6113-16-2021")
    told = json.loads(run("deadlines", "due", "--as-of", "2021-09-02", "--json").stdout)["partners"]
    (late,) = [each for each in told if each["habilitation"] == habilitation]
    assert (late["report_by"], late["report_late"]) == ("2021-09-01", True)
    assert habilitation in run("deadlines", "due", "--as-of", "2021-09-02").stdout
    assert run("organisation", "report", lyon, habilitation, "--reference", "message 2").exit_code == 0
    world.projector.catch_up()
    assert habilitation not in world.rose.get(changed).text


def test_export_and_cohorts_of_an_unknown_certification_fail_with_not_found(run) -> None:
    for verb in (("declaration", "export"), ("report", "cohorts")):
        wrong = run(*verb, "RNCP99999", "--json")
        assert (wrong.exit_code, json.loads(wrong.stdout)["type"]) == (1, "not-found"), verb
    other = run("declaration", "export", "RNCP31936", "--version", "9")
    assert (other.exit_code, other.stdout) == (1, "")
