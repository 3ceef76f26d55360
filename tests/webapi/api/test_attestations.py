"""Tests of attestations over HTTP and at a terminal: request, issue and wording (R6412-7)."""

from __future__ import annotations

import json
from datetime import date

from domain.register.facts import Attestation, AttestationIssued
from tests.given.domain.people import MARIE_VAE, RNCP31936
from tests.given.webapi.reviews import decided
from tests.given.webapi.terminal import acquis_beside
from tests.given.webapi.whole_path import done, etag
from webapi.explain.attestation import attested


def test_attestation_asked_by_the_candidate_is_issued_by_the_registrar_r6412_7(world):
    candidacy, _, _ = decided(world)
    path = f"/api/v1/candidacies/{candidacy}/attestations"
    world.refuses(409, "attestation-not-asked", lambda: world.rose.post(path, {"attestation": "certification"}))
    done(world.marie.post(f"{path}/requests", {"attestation": "certification"}))
    assert world.marie.get(path).json["asked"] == ["certification"]
    world.refuses(403, "forbidden", lambda: world.marie.post(path, {"attestation": "certification"}))
    done(world.rose.post(path, {"attestation": "certification"}))
    shown = world.marie.get(path).json
    (item,) = shown["items"]
    assert (shown["asked"], item["number"], item["days"]) == ([], 1, ["2021-06-15"])
    assert "Marie Exemple l'a obtenu le 15 juin 2021 (numéro 1 au registre) (Code du travail, R6412-7)." in item["fr"]
    assert "Marie Exemple obtained it on 15 June 2021" in item["en"]
    marie = f"/api/v1/persons/{world.marie.id}"
    for name, document in (("Marie Modèle", "Acte de mariage"), ("Marie Exemple", "Jugement")):
        change = {"name": name, "document": document}
        done(world.rose.post(f"{marie}/identity-corrections", change, If_Match=etag(world.rose, marie)))
        assert world.marie.get(path).json["items"] == [item], "it says what it said when it was issued"
    run, french = acquis_beside(world), acquis_beside(world, "fr_FR.UTF-8")
    told = french("attestations", candidacy, "--holder", "Marie E.")
    assert "Nous attestons que Marie E. l'a obtenu le 15 juin 2021" in told.stdout
    done(world.marie.post(f"{path}/requests", {"attestation": "participation"}))
    assert json.loads(run("attestations", candidacy, "--json").stdout)["asked"] == ["participation"]
    assert "holder" not in json.loads(run("attestations", candidacy, "--json").stdout)["items"][0]
    assert "attestation of having come" in run("attestations", candidacy).stdout


def test_attestation_of_blocks_states_each_block_with_its_jury_day_r6412_7() -> None:
    issued = AttestationIssued(
        candidacy=MARIE_VAE,
        attestation=Attestation.BLOCKS,
        issued_on=date(2024, 3, 12),
        days=(date(2023, 6, 1), date(2024, 3, 1), date(2023, 6, 1)),
        blocks=(1, 2, 3),
    )
    said = attested(issued, RNCP31936, None, "fr")
    assert "… en a acquis les blocs 1 et 3 (jury du 1er juin 2023) et le bloc 2 (jury du 1er mars 2024)" in said
