"""Is what stands of organisations lawful: who certifies, who is habilitated for what, where and when?"""

from __future__ import annotations

from domain.commands.organisation.end_habilitation import EndHabilitation
from domain.commands.organisation.grant_habilitation import GrantHabilitation
from domain.commands.organisation.name_certifier import NameCertifier
from domain.commands.organisation.register_organisation import RegisterOrganisation
from domain.commands.organisation.resume_habilitation import ResumeHabilitation
from domain.commands.organisation.suspend_habilitation import SuspendHabilitation
from domain.fact import RecordedFact
from domain.organisation.certifiers import Certifiers
from domain.organisation.facts import (
    CertifierNamed,
    HabilitationEnded,
    HabilitationGranted,
    HabilitationResumed,
    HabilitationSuspended,
    OrganisationRegistered,
)
from domain.organisation.institution import Institution
from domain.replay.known import Known, Origins, by


def registered(known: Known, fact: OrganisationRegistered, told: RecordedFact) -> bool:
    """Register the organisation again, on the stream of its SIRET if it has one."""
    here = fact.siret is None or told.stamp.stream == Institution.id_of(fact.siret)
    return here and known.get(Institution, told.stamp.stream).register(fact.legal_name, fact.siret) == fact


def named(known: Known, fact: CertifierNamed, told: RecordedFact) -> bool:
    """Name the certifier again, an organisation that is known."""
    certifiers = known.get(Certifiers, told.stamp.stream)
    again = certifiers.name(fact.certification, fact.organisation, keeps_register=fact.keeps_register)
    here = told.stamp.stream == Certifiers.id_of(fact.certification)
    return here and again == fact and known.get(Institution, fact.organisation).version > 0


def habilitated(known: Known, fact: HabilitationGranted, told: RecordedFact) -> bool:
    """Habilitate again, by a certifier of that certification."""
    centre = known.get(Institution, told.stamp.stream)
    known.get(Certifiers, Certifiers.id_of(fact.certification)).check_certifier(fact.granted_by)
    new = centre.version > 0 and fact.habilitation not in centre.habilitations
    return new and centre.habilitate(fact) == fact


def changed(
    known: Known, fact: HabilitationSuspended | HabilitationResumed | HabilitationEnded, told: RecordedFact
) -> bool:
    """Suspend, resume or end the habilitation again."""
    centre = known.get(Institution, told.stamp.stream)
    match fact:
        case HabilitationSuspended():
            return centre.suspend(fact.habilitation, fact.first_day, fact.last_day, fact.ground) == fact
        case HabilitationResumed():
            return centre.resume(fact.habilitation, fact.resumed_on) == fact
        case HabilitationEnded():
            return centre.end(fact.habilitation, fact.last_day, fact.ground) == fact


ORIGINS: Origins = {
    OrganisationRegistered: by(registered, RegisterOrganisation),
    CertifierNamed: by(named, NameCertifier),
    HabilitationGranted: by(habilitated, GrantHabilitation),
    HabilitationSuspended: by(changed, SuspendHabilitation),
    HabilitationResumed: by(changed, ResumeHabilitation),
    HabilitationEnded: by(changed, EndHabilitation),
}
