"""Is what stands on a person's stream lawful: who they are, what they may do, what was erased?"""

from __future__ import annotations

from domain.appeal.review import Review
from domain.candidacy.candidacy import Candidacy
from domain.commands.people.correct_identity import CorrectIdentity
from domain.commands.people.declare_tie import DeclareTie
from domain.commands.people.erase_person import ErasePerson
from domain.commands.people.export_person import ExportPerson
from domain.commands.people.grant_role import GrantRole
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.people.recognise_quality import RecogniseQuality
from domain.commands.people.register_person import GIVEN_BY_REGISTRAR, RegisterPerson
from domain.commands.people.sign_up import SignUp
from domain.commands.people.state_affiliation import StateAffiliation
from domain.commands.people.unlink_duplicate import UnlinkDuplicate
from domain.commands.people.withdraw_role import WithdrawRole
from domain.commands.people.withdraw_tie import WithdrawTie
from domain.fact import Fact, RecordedFact
from domain.fraud.fraud import Fraud
from domain.jury.session import JurySession
from domain.organisation.institution import Institution
from domain.organisation.organisation import Organisation
from domain.people.career import check_ground
from domain.people.facts import (
    AffiliationStated,
    DuplicateLinked,
    DuplicateUnlinked,
    IdentityCorrected,
    PersonErased,
    PersonExported,
    QualityRecognised,
    Registered,
    RoleGranted,
    RoleWithdrawn,
    TieDeclared,
    TieWithdrawn,
)
from domain.people.one_person import one_person
from domain.people.person import HANDS_OUT, Person
from domain.ports import NOBODY, PersonId, Role
from domain.privacy.erasure import MOST_SESSIONS, Circumstances, of_candidacy, of_session
from domain.replay.known import SAID, Known, NotHere, Origins, by, same, who
from domain.rulebook.rulebook import Rulebook


def joins(told: RecordedFact) -> bool:
    """Whether somebody who was not known says so of themselves: they hold the role by that alone."""
    stamp = told.stamp
    themself = stamp.role == Role.CANDIDATE.value and stamp.by == stamp.stream
    return themself and (type(told.fact), stamp.version) in {(Registered, 1), (RoleGranted, 2)}


def registered(known: Known, _: Registered, told: RecordedFact) -> bool:
    """Register the person, once; as a candidate, themself."""
    if told.stamp.role == Role.CANDIDATE.value and not joins(told):
        return False
    return known.get(Person, told.stamp.stream).version == 0 and told.stamp.version == 1


def identity_corrected(known: Known, fact: IdentityCorrected, told: RecordedFact) -> bool:
    """Correct the name of a person who is known again."""
    person = known.get(Person, told.stamp.stream)
    return bool(person.version) and same(person.correct_identity(SAID, SAID), fact)


def role_granted(known: Known, fact: RoleGranted, told: RecordedFact) -> bool:
    """Give the role again: a registrar gives some of them, to whom they register, in that same command.

    Who signs up by themself becomes a candidate, and nothing else, in that same command too.
    """
    person, stamp = known.get(Person, told.stamp.stream), told.stamp
    if not person.version or fact.role in NOBODY:
        return False
    if stamp.role == Role.REGISTRAR.value:
        alone = stamp.version == 2 + len(person.roles) and all(held < fact.role for held in person.roles)
        by_them = known.registrations.get(stamp.stream) == (stamp.by, stamp.on)
        if not (alone and by_them and fact.role in GIVEN_BY_REGISTRAR):
            return False
    if stamp.role == Role.CANDIDATE.value:
        by_them = known.registrations.get(stamp.stream) == (stamp.by, stamp.on)
        if not (joins(told) and by_them and fact.role is Role.CANDIDATE):
            return False
    return person.grant(fact.role) == fact


def role_withdrawn(known: Known, fact: RoleWithdrawn, told: RecordedFact) -> bool:
    """Take the role again."""
    return known.get(Person, told.stamp.stream).withdraw(fact.role) == fact


def tie_declared(known: Known, fact: TieDeclared, told: RecordedFact) -> bool:
    """Declare the tie again: one's own, or as the registrar."""
    said = told.stamp.role == Role.REGISTRAR.value or told.stamp.by == told.stamp.stream
    again = known.get(Person, told.stamp.stream).declare_tie(fact.candidate, fact.tie, fact.declared_by)
    return said and again == fact and fact.declared_by in {None, told.stamp.by}


def tie_withdrawn(known: Known, fact: TieWithdrawn, told: RecordedFact) -> bool:
    """Take the tie back again: as who declared it, or as a registrar whom it does not concern."""
    registrar = told.stamp.role == Role.REGISTRAR.value
    by = None if registrar else told.stamp.by
    again = known.get(Person, told.stamp.stream).withdraw_tie(
        fact.candidate, fact.tie, SAID, None if by is None else who(by)
    )
    theirs = known.oneself(told) & {told.stamp.stream, fact.candidate}
    return same(again, fact) and (not theirs if registrar else by == told.stamp.stream)


def duplicate(known: Known, fact: DuplicateLinked | DuplicateUnlinked, told: RecordedFact) -> bool:
    """Link or unlink the files again, by somebody who is neither; both say it, in one append."""
    one, two = known.get(Person, told.stamp.stream), known.get(Person, fact.other)
    again: Fact
    again = one.link(two.id, SAID) if isinstance(fact, DuplicateLinked) else one.unlink(two.id, SAID)
    known_both = bool(one.version and two.version)
    return same(again, fact) and known_both and not known.oneself(told) & {one.id, two.id}


def affiliated(known: Known, fact: AffiliationStated, told: RecordedFact) -> bool:
    """State the affiliation again, to an organisation that is known: one's own, or as the registrar."""
    said = told.stamp.role == Role.REGISTRAR.value or told.stamp.by == told.stamp.stream
    person, organisation = known.get(Person, told.stamp.stream), known.get(Institution, fact.organisation)
    again = person.career.affiliate(fact, known.files(PersonId(told.stamp.stream)))
    by_them = fact.stated_by == told.stamp.by
    return said and by_them and bool(person.version and organisation.version) and again == fact


def recognised(known: Known, fact: QualityRecognised, told: RecordedFact) -> bool:
    """Recognise the quality again, of somebody else."""
    person, one = known.get(Person, told.stamp.stream), one_person(known.get, PersonId(told.stamp.stream))
    check_ground(fact.quality, SAID, who(told.stamp.by), one.names)
    return bool(person.version) and one.career.recognise(fact) == fact


def person_erased(known: Known, fact: PersonErased, told: RecordedFact) -> bool:
    """Judge the erasure again by what was then kept and why."""
    found = circumstances(known, PersonId(told.stamp.stream))
    return bool(found.person.version) and found.fate(fact.retention, fact.ground, told.stamp.on).goes


def person_exported(known: Known, fact: PersonExported, told: RecordedFact) -> bool:
    """Hand the data out again: to the person, or to who may hand out anybody's."""
    person, stamp = known.get(Person, told.stamp.stream), told.stamp
    theirs = stamp.by == stamp.stream or stamp.role in {role.value for role in HANDS_OUT}
    return bool(person.version) and theirs and person.export() == fact


def circumstances(known: Known, person: PersonId) -> Circumstances:
    """What decides on the erasure of a person's data, as `domain.privacy.erasure.circumstances` loads it."""
    if known.whole is not None:  # where they applied and sat elsewhere is not here
        raise NotHere(person)
    candidacies = [known.get(Candidacy, each) for each in known.applied.get(person, ())]
    seats = [known.get(JurySession, each) for each in known.seated.get(person, ())[-MOST_SESSIONS:]]
    applied = [
        of_candidacy(
            candidacy,
            [known.get(JurySession, session) for session in candidacy.sessions],
            known.get(Rulebook, candidacy.terms.rulebook).content,
            [known.get(Review, Review.id_of(session, candidacy.id)) for session in candidacy.sessions],
            known.get(Fraud, Fraud.id_of(person)),
        )
        for candidacy in candidacies
    ]
    seated = [of_session(seat, known.get(Rulebook, seat.planned.rulebook).content) for seat in seats]
    return Circumstances(
        person=known.get(Person, person),
        held=known.get(Organisation, Organisation.keeper()).held(person),
        involvements=(*applied, *seated),
    )


ORIGINS: Origins = {
    Registered: by(registered, RegisterPerson, SignUp),
    IdentityCorrected: by(identity_corrected, CorrectIdentity),
    RoleGranted: by(role_granted, GrantRole, RegisterPerson, SignUp),
    RoleWithdrawn: by(role_withdrawn, WithdrawRole),
    TieDeclared: by(tie_declared, DeclareTie),
    TieWithdrawn: by(tie_withdrawn, WithdrawTie),
    DuplicateLinked: by(duplicate, LinkDuplicate),
    DuplicateUnlinked: by(duplicate, UnlinkDuplicate),
    AffiliationStated: by(affiliated, StateAffiliation),
    QualityRecognised: by(recognised, RecogniseQuality),
    PersonErased: by(person_erased, ErasePerson),
    PersonExported: by(person_exported, ExportPerson),
}
