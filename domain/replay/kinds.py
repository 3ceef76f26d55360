"""In whose stream does each kind of fact stand?"""

from __future__ import annotations

from typing import Any, get_args

from domain.appeal.facts import RectificationFact, ReviewFact
from domain.appeal.rectification import Rectification
from domain.appeal.review import Review
from domain.assessment.assessment import Assessment
from domain.assessment.facts import AssessmentFact
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit
from domain.candidacy.facts import CandidacyFact, CreditFact, PlacesFact
from domain.candidacy.quota import Places
from domain.deadlines.facts import NoticeFact, ReminderFact
from domain.deadlines.notice import Notice
from domain.deadlines.reminder import Reminder
from domain.evidence.evidence import Evidence
from domain.evidence.facts import EvidenceFact
from domain.exam.accommodation import Accommodation
from domain.exam.facts import AccommodationFact, SittingFact
from domain.exam.sitting import Sitting
from domain.fact import Fact
from domain.framework.facts import FrameworkFact, RegistrationFact
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.fraud.facts import FraudFact
from domain.fraud.fraud import Fraud
from domain.jury.connection import Connections
from domain.jury.deliberation import Deliberation
from domain.jury.facts import ConnectionsFact, DeliberationFact, JurySessionFact
from domain.jury.session import JurySession
from domain.organisation.certifiers import Certifiers
from domain.organisation.facts import CertifiersFact, InstitutionFact, OrganisationFact
from domain.organisation.institution import Institution
from domain.organisation.organisation import Organisation
from domain.people.facts import PersonFact
from domain.people.person import Person
from domain.register.certificates import Papers
from domain.register.facts import PapersFact, RegisterFact
from domain.register.register import Register
from domain.rulebook.facts import LawFact, RulebookFact
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook

KINDS: dict[type[Fact], type[Any]] = {
    fact: kind
    for kind, union in (
        (Framework, FrameworkFact),
        (Rulebook, RulebookFact),
        (Law, LawFact),
        (Person, PersonFact),
        (Candidacy, CandidacyFact),
        (Registration, RegistrationFact),
        (Places, PlacesFact),
        (Reminder, ReminderFact),
        (Evidence, EvidenceFact),
        (Assessment, AssessmentFact),
        (JurySession, JurySessionFact),
        (Deliberation, DeliberationFact),
        (Credit, CreditFact),
        (Connections, ConnectionsFact),
        (Review, ReviewFact),
        (Rectification, RectificationFact),
        (Register, RegisterFact),
        (Papers, PapersFact),
        (Notice, NoticeFact),
        (Fraud, FraudFact),
        (Organisation, OrganisationFact),
        (Institution, InstitutionFact),
        (Certifiers, CertifiersFact),
        (Sitting, SittingFact),
        (Accommodation, AccommodationFact),
    )
    for fact in (get_args(union) or (union,))
}
"""The aggregate whose stream holds each fact."""
