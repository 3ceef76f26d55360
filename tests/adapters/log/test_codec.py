"""The codec of facts: one canonical text for each fact, on every machine and in every version, read back equal."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.framework_file import read, read_rulebook, shipped
from adapters.keys.vault import FieldPlace
from adapters.log.codec import ENVELOPE, FACTS, PERSONAL, Envelope, UnknownFactType, decode, encode, envelope, opened
from domain.candidacy.facts import AdmissibilityDecided, EvidenceSubmitted
from domain.fact import Fact, Personal, Retention, fields_of
from domain.framework.facts import FrameworkPublished
from domain.jury.facts import SessionPlanned
from domain.people.facts import Registered
from domain.ports import EvidenceId, FrameworkId, PersonId, RulebookId
from domain.rulebook.facts import RulebookPublished

FROZEN = Path(__file__).parents[2] / "facts.json"
WHO = UUID("00000000-0000-4000-8000-000000000001")
HEAD = Envelope(by=WHO, role="registrar", on=date(2021, 6, 15), request=None)


class OpenSeals:
    """Seals that encrypt nothing: they write the text in hexadecimal, with its place."""

    def seal(self, text: bytes, person: UUID, retention: Retention, place: FieldPlace) -> str:
        return f"{person}|{retention}|{place.field}|{text.hex()}"

    def open(self, sealed: str, person: UUID, retention: Retention, place: FieldPlace) -> bytes | None:
        about, kept, field, text = sealed.split("|")
        assert (about, kept, field) == (str(person), retention.value, place.field)
        return bytes.fromhex(text)


SEALS = OpenSeals()


def place(fact: Fact) -> FieldPlace:
    return FieldPlace(append_id=uuid4(), n=0, stream=uuid4(), type=type(fact).__name__, version=1, field="")


def shape(cls: type[Fact]) -> dict[str, str]:
    """Return each field with its type, or the retention class under which it is sealed."""
    sealed, hints = PERSONAL[cls.__name__], get_type_hints(cls)
    return {
        field.name: f"sealed {sealed[field.name].value}" if field.name in sealed else written(hints[field.name])
        for field in fields(cls)
    }


def written(hint: Any) -> str:
    """Return the name of a type, without its module."""
    return re.sub(r"\bdomain(\.\w+)+\.", "", str(hint)) if get_args(hint) else str(hint.__name__)


def test_the_names_and_fields_of_facts_are_frozen() -> None:
    """From 1.0.0 on a new field has a default; one renamed or removed needs an upcaster, tested on old bytes."""
    now = {name: shape(cls) for name, cls in sorted(FACTS.items())}
    assert now == json.loads(FROZEN.read_text("utf-8"))


def test_no_field_of_a_fact_has_the_name_of_a_part_of_the_envelope() -> None:
    for cls in FACTS.values():
        assert not {field.name for field in fields(cls)} & ENVELOPE, cls.__name__


def test_codec_leaves_out_none_and_reads_a_missing_field_as_none() -> None:
    planned = SessionPlanned(
        framework=FrameworkId(WHO), rulebook=RulebookId(WHO), jury="J1", held_on=HEAD.on, place="Paris", places=4
    )
    body = encode(planned, HEAD, place(planned), SEALS)
    assert "null" not in body
    found = decode("SessionPlanned", body)
    assert found == planned
    assert fields_of(found) == fields_of(planned)
    assert envelope(body) == HEAD


def test_a_personal_field_never_stands_in_clear() -> None:
    fact = Registered(name=Personal("Alix Exemple", WHO), email=Personal("alix@exemple.example", WHO))
    body = encode(fact, HEAD, place(fact), SEALS)
    assert "Alix" not in body
    assert "exemple.example" not in body


def test_every_text_about_a_person_is_declared_personal() -> None:
    """Free text in a fact is sealed, save for what a rule reads or a public document says."""
    public = {
        ("RouteOpened", "ground"),
        ("CandidacyOpened", "option"),
        ("BlocksSought", "option"),
        ("TitlePronounced", "option"),
        ("DecisionRectified", "option"),
        ("RegisterEntered", "option_title"),
        ("CertificateIssued", "option_title"),
        ("AttestationIssued", "option_title"),
        ("CorrespondenceAdmitted", "ground"),
        ("AnnulmentProposed", "sanction"),
        ("AnnulmentProposed", "court"),
        ("SoleRegistrarDeclared", "reason"),
        ("SoleRegistrarWithdrawn", "reason"),
        ("CorrespondenceWithdrawn", "reason"),
        ("CorrespondenceWithdrawn", "ground"),
        ("EquivalenceAdmitted", "certification"),
        ("EquivalenceAdmitted", "part"),
        ("EquivalenceAdmitted", "ground"),
        ("EvidenceCleared", "media_type"),
        ("EvidenceRejected", "reason"),
        ("FrameworkRetired", "ground"),
        ("SessionPlanned", "place"),
        ("SessionPlanned", "jury"),
        ("SessionPlanned", "joining_link"),
        ("PanelDerogationGranted", "rule"),
        ("CompetenceAssessed", "mark"),
        ("CompetenceRuled", "departs_from"),
        ("CompetenceRuled", "mark"),
        ("EvidenceSubmitted", "media_type"),
        ("EvidenceCleared", "scanner"),
        ("EvidenceQuarantined", "finding"),
        ("EvidenceQuarantined", "scanner"),
        ("PieceKept", "media_type"),
        ("PieceCleared", "scanner"),
        ("PieceCleared", "media_type"),
        ("PieceRejected", "reason"),
        ("PieceQuarantined", "finding"),
        ("PieceQuarantined", "scanner"),
        ("ClockAccepted", "reason"),
        ("DoubtAccepted", "reason"),
        ("CheckpointKeyEndorsed", "key"),
        ("CheckpointKeyEndorsed", "replaces"),
        ("AuditExported", "root"),
        ("CourtRuled", "court"),
        ("ResultNotified", "rule_set"),
        ("LateDecisionAuthorised", "ground"),
        ("RegistrationSuspended", "ground"),
        ("RegistrationResumed", "ground"),
        ("PortalEntered", "ground"),
        ("RegistrationEnded", "ground"),
        ("AdmissibilityImplied", "rule_set"),
        ("AdmissibilityLapsed", "rule_set"),
        ("FileCounted", "certification"),
        ("FileCounted", "rule_set"),
        ("SanctionPronounced", "sanction"),
        ("FindingQuestioned", "sanction"),
        ("FindingJudged", "sanction"),
        ("FindingJudged", "court"),
        ("FindingLifted", "sanction"),
        ("ReminderGiven", "rule_set"),
        ("RuleSetRepealed", "rule_set"),
        ("RuleSetRepealed", "ground"),
        ("SittingPlanned", "modality"),
        ("SittingPlanned", "subject"),
        ("SittingPlanned", "place"),
        ("QualityRecognised", "certification"),
        ("CandidateListed", "jury_law"),
        ("CandidateReferred", "rule"),
        ("OrganisationRegistered", "legal_name"),
        ("OrganisationRegistered", "siret"),
        ("HabilitationGranted", "certification"),
        ("HabilitationSuspended", "ground"),
        ("HabilitationEnded", "ground"),
        ("CertifierNamed", "certification"),
        ("NirCollectionDecided", "certification"),
        ("NirCollectionDecided", "ground"),
        ("HabilitationReported", "reference"),
        ("HabilitationReported", "rule_set"),
        ("AwardDeclared", "reference"),
        ("AwardDeclared", "rule_set"),
        ("CorrectionMade", "rule_set"),
        ("CorrectionRefused", "rule_set"),
        ("MinutesSigned", "digest"),
        ("MinutesTranscribed", "media_type"),
        ("CompetenceProposed", "departs_from"),
        ("CompetenceProposed", "mark"),
    }
    for name, cls in FACTS.items():
        hints = get_type_hints(cls)
        texts = {(name, field) for field, hint in hints.items() if hint in {str, str | None}}
        assert texts <= public


def test_the_body_is_canonical_and_says_who_in_which_role_on_which_day() -> None:
    fact = AdmissibilityDecided(admissible=True, file_received_on=date(2021, 2, 1), decided_on=date(2021, 6, 15))
    body = encode(fact, HEAD, place(fact), SEALS)
    assert body == (
        '{"admissible":true,"as":"registrar","by":"00000000-0000-4000-8000-000000000001","decided_on":"2021-06-15",'
        '"file_received_on":"2021-02-01","on":"2021-06-15"}'
    )
    assert envelope(body) == HEAD


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=50)


@given(
    name=texts,
    digest=texts,
    competences=st.lists(st.integers(1, 30), min_size=1).map(tuple),
    size=st.integers(1, 2**40),
)
def test_encoded_fact_decodes_to_the_same_values(
    name: str, digest: str, competences: tuple[int, ...], size: int
) -> None:
    fact = EvidenceSubmitted(
        evidence=EvidenceId(uuid4()),
        submitted_by=PersonId(WHO),
        competences=competences,
        media_type="application/pdf",
        size=size,
        name=Personal(name, WHO),
        digest=Personal(digest, WHO),
    )
    where = place(fact)
    back = decode("EvidenceSubmitted", encode(fact, HEAD, where, SEALS))
    assert isinstance(back, EvidenceSubmitted)
    assert (back.evidence, back.competences, back.size) == (fact.evidence, fact.competences, fact.size)
    assert opened(back, where, SEALS) == {"name": name, "digest": digest}


@pytest.mark.parametrize(
    "fact",
    [
        FrameworkPublished(definition=read(shipped("rncp31936.yaml"))),
        RulebookPublished(rules=read_rulebook(shipped("rulebook-imci-demonstration.yaml"))),
    ],
    ids=["framework", "rulebook"],
)
def test_a_whole_framework_or_rulebook_comes_back_equal(fact: Fact) -> None:
    assert decode(type(fact).__name__, encode(fact, HEAD, place(fact), SEALS)) == fact


def test_a_fact_of_a_type_that_is_not_known_is_never_skipped() -> None:
    with pytest.raises(UnknownFactType):
        decode("CandidateTeleported", "{}")


def test_a_rule_cannot_read_a_personal_field() -> None:
    held: Any = Personal("secret", WHO)
    assert [name for name in dir(held) if not name.startswith("_")] == ["of", "person"]
    assert "secret" not in repr(held.of(WHO))
    assert "secret" not in repr(held)
