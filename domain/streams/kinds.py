"""The aggregate of each kind of fact, and of each type of id."""

from __future__ import annotations

from typing import Any, Final, get_args, get_type_hints
from uuid import UUID

from domain.appeal.annulment import Annulments
from domain.appeal.rectification import Rectification
from domain.appeal.review import Review
from domain.assessment.assessment import Assessment
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit
from domain.candidacy.filings import Filings
from domain.candidacy.quota import Places
from domain.deadlines.notice import Notice
from domain.deadlines.reminder import Reminder
from domain.evidence.evidence import Evidence
from domain.evidence.portfolio import PortfolioPiece
from domain.evidence.private_link import PrivateLink
from domain.evidence.self_assessment import SelfAssessment
from domain.exam.accommodation import Accommodation
from domain.exam.sitting import Sitting
from domain.fact import Fact
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.fraud.fraud import Fraud
from domain.jury.connection import Connections
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession
from domain.organisation.certifiers import Certifiers
from domain.organisation.institution import Institution
from domain.organisation.organisation import Organisation
from domain.people.person import Person
from domain.people.staffing import Staffing
from domain.ports import FrameworkId, RulebookId
from domain.register.attestations import Attestations
from domain.register.certificates import Papers
from domain.register.declaration import Declaration
from domain.register.national_number import NationalNumber
from domain.register.register import Register
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook

AGGREGATES: Final[tuple[type[Any], ...]] = (
    *(Framework, Rulebook, Law, Person, Candidacy, Registration, Places, Reminder, Evidence, Assessment, JurySession),
    *(
        Deliberation,
        Credit,
        Connections,
        Review,
        Rectification,
        Annulments,
        Register,
        Papers,
        Attestations,
        Notice,
        Fraud,
        Organisation,
    ),
    *(
        Institution,
        Certifiers,
        Sitting,
        Accommodation,
        NationalNumber,
        Declaration,
        Filings,
        PortfolioPiece,
        PrivateLink,
        SelfAssessment,
        Staffing,
    ),
)


def _facts_of(kind: type[Any]) -> tuple[type[Fact], ...]:
    union = get_type_hints(kind.evolve)["fact"]
    return get_args(union) or (union,)


KINDS: Final[dict[type[Fact], type[Any]]] = {fact: kind for kind in AGGREGATES for fact in _facts_of(kind)}
"""The aggregate whose stream holds each kind of fact."""
STREAMS: Final[dict[Any, type[Any]]] = {get_type_hints(kind)["id"]: kind for kind in AGGREGATES} | {
    FrameworkId: Framework,
    RulebookId: Rulebook,
}
del STREAMS[UUID]
"""The aggregate that each type of id identifies."""
