"""The candidacy: what a person applies for, their evidence, and their assessors."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Self, assert_never

from domain.candidacy.admissibility_lapse import (
    STEPS,
    AdmissibilityNotAtStake,
    AdmissibilityStands,
    KeptWithoutReason,
    LapseTime,
)
from domain.candidacy.beginning import Beginning, BegunOnAnotherDay
from domain.candidacy.candidacy_life import BeingDecided, JuryProgress, Life
from domain.candidacy.enrolment import Enrolment
from domain.candidacy.facts import (
    AdmissibilityCorrected,
    AdmissibilityDecided,
    AdmissibilityImplied,
    AdmissibilityKept,
    AdmissibilityLapsed,
    AdmissibilityNotified,
    AdmissibilityReconsidered,
    AdvisorNamed,
    AdvisorReleased,
    AssessorAssigned,
    AssessorReleased,
    BeginningCorrected,
    BlocksSought,
    CalledToSitting,
    CandidacyFact,
    CandidacyLapsed,
    CandidacyOpened,
    CandidacyResumed,
    CandidacyWithdrawn,
    CandidateSummoned,
    DecisionError,
    EvidenceSubmitted,
    FeasibilityFileCompleted,
    FeasibilityFileFoundIncomplete,
    FeasibilityFileSubmitted,
    KeptFor,
    LateDecisionAuthorised,
    NoticeChannel,
    ReceiptDayCorrected,
    RouteChanged,
    RulebookAccepted,
    SummonsDelayWaived,
    TrainingEntered,
    ValidationFileSubmitted,
)
from domain.candidacy.feasibility import (
    ADMISSIBILITY_TEXTS,
    DayCorrectedWithoutReason,
    FeasibilityFile,
    FileIncomplete,
    PiecesUnnamed,
    ReceivedOnAnotherDay,
    Silence,
)
from domain.candidacy.verdict import (
    AdmissibilityAlreadyDecided,
    AdmissibilityVerdict,
    NoAdmissibilityDecision,
)
from domain.fact import Personal, stream_of
from domain.framework.block_rule import Rule
from domain.framework.definition import Definition, Route
from domain.people.facts import Tie
from domain.people.one_person import OnePerson
from domain.ports import (
    CandidacyId,
    EvidenceId,
    FrameworkId,
    OrganisationId,
    PersonId,
    RulebookId,
    SessionId,
    SittingId,
)
from domain.refusal import Refused
from domain.rulebook.evidence_rules import PieceForm
from domain.rulebook.law import Law, Provisions

MOST_PIECES = 90
"""Maximum number of pieces: filing relies on each piece listed, and one append on four hundred streams at most."""


class CandidacyAlreadyOpen(Refused):
    """One person has one candidacy for a framework by a route."""

    fr = "Une personne n'a qu'une candidature par référentiel et par voie d'accès."


class UnknownCompetence(Refused):
    """Only competences of the candidacy's own framework can be shown, assessed or ruled on."""

    fr = "Seules les compétences du référentiel de la candidature peuvent être prouvées, évaluées ou appréciées."
    kind = "invalid"


class AdmissibilityOnlyInVae(Refused):
    """Only a candidacy by validation of experience has an admissibility step."""

    fr = "Seule une candidature par la VAE comporte une étape de recevabilité."
    source, source_fr = ADMISSIBILITY_TEXTS


class NotAdmissible(Refused):
    """In VAE one files the validation file, and comes before a jury, once the candidacy is admissible."""

    fr = "En VAE, on dépose le dossier de validation et vient devant un jury une fois la candidature recevable."
    source, source_fr = ADMISSIBILITY_TEXTS


class NoValidationFile(Refused):
    """In VAE a candidate is called before a jury once the validation file, which the jury examines, is filed."""

    fr = (
        "En VAE, un candidat est convoqué devant un jury une fois déposé le dossier de validation (livret 2), "
        "que le jury examine."
    )
    source = (
        "Code du travail R6412-5 (LEGIARTI000048699563): the certifier sets the day on which the filed file is "
        "presented; before 2024 and off the portal Code de l'éducation R335-8 (LEGIARTI000039330030), I"
    )
    source_fr = (
        "Code du travail R6412-5 (LEGIARTI000048699563) : le certificateur fixe le jour où le dossier déposé est "
        "présenté ; avant 2024 et hors du portail Code de l'éducation R335-8 (LEGIARTI000039330030), I"
    )


class DossierFrozen(Refused):
    """Evidence listed in a filed validation file, or that proves a block, can no longer change."""

    fr = "Une preuve inscrite dans un dossier de validation déposé, ou qui fonde un bloc, ne peut plus changer."


class TooManyPieces(Refused):
    """A validation file lists ninety pieces of evidence at most."""

    fr = "Un dossier de validation contient quatre-vingt-dix preuves au plus."
    kind = "invalid"


class EmptyDossier(Refused):
    """A validation file lists at least one piece of evidence, each of this candidacy and not withdrawn."""

    fr = "Un dossier de validation contient au moins une preuve, chacune de cette candidature et non retirée."
    kind = "invalid"


class AlreadyDecided(Refused):
    """What has been decided is not decided a second time; only a reasoned rectification can change it."""

    fr = "Ce qui est décidé ne se décide pas une seconde fois ; seule une rectification motivée peut le changer."


class ReceivedInTheFuture(Refused):
    """A file cannot have been received on a day that has not come."""

    fr = "Un dossier ne peut avoir été reçu un jour qui n'est pas venu."
    kind = "invalid"


class RefusedWithoutReason(Refused):
    """A candidacy is declared inadmissible with the gaps to the framework, or another reason why."""

    fr = "Une candidature est déclarée irrecevable avec les écarts au référentiel, ou un autre motif."
    source = (
        "Code du travail R6412-4, al. 2 (LEGIARTI000048699561), the gaps; "
        "Code des relations entre le public et l'administration L211-2 (known without having been read)"
    )
    source_fr = (
        "Code du travail R6412-4, al. 2 (LEGIARTI000048699561), les écarts ; "
        "Code des relations entre le public et l'administration L211-2 (connu sans avoir été lu)"
    )
    kind = "invalid"


class NoMarkerInVae(Refused):
    """In VAE the jury rules directly on the validation file and the hearing: nobody marks beforehand."""

    fr = "En VAE, le jury apprécie directement le dossier et l'entretien : personne ne note au préalable."
    source = "Code du travail L6412-3: la validation « est prononcée par un jury »"
    source_fr = "Code du travail L6412-3 : la validation « est prononcée par un jury »"


class OwnWork(Refused):
    """Nobody assesses, judges or runs their own candidacy, or marks evidence that they put in themselves."""

    fr = "Nul n'évalue, ne juge ni ne gère sa propre candidature, ni n'évalue une preuve qu'il a déposée."


class NotByNumber(Refused):
    """Who marks papers by their number marks nothing else of an author, is tied to none and on no jury of theirs."""

    fr = (
        "Qui note des copies par leur numéro ne note rien d'autre de leur auteur, "
        "ne lui est lié en rien et ne siège à aucun de ses jurys."
    )


class AssessesAlready(Refused):
    """Who assesses a competence of a candidate does so once, under one of their files."""

    fr = "Qui évalue une compétence d'un candidat ne l'évalue qu'une fois, sous un seul de ses dossiers."


class AlreadySummoned(Refused):
    """A candidacy is called before one jury session at a time."""

    fr = "Une candidature n'est convoquée que devant une session de jury à la fois."


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The object of a candidacy; its candidate, framework and rulebook never change.

    `blocks` are those sought; empty means the whole certification. `since` is the day of the last change of route,
    None on the first route. `begun` is the stated day on which the parcours began, in VAE; `portal` says that it
    began on the national portal. `option` is the option chosen, if the sheet has options; `centre` is the centre that
    enrolled the candidate, if one did.
    """

    candidate: PersonId
    framework: FrameworkId
    rulebook: RulebookId
    route: Route
    opened_on: date
    blocks: tuple[int, ...] = ()
    since: date | None = None
    begun: date | None = None
    portal: bool = False
    option: str | None = None
    centre: OrganisationId | None = None

    @property
    def began_on(self) -> date:
        """The day on which the parcours by the present route began; it sets its law (Code du travail R6412-1)."""
        return self.begun or self.since or self.opened_on

    def under(self, law: Law, session_on: date | None = None) -> Provisions:
        """Return the law's provisions for this parcours, before a jury of that day if one is planned."""
        return law.in_force(self.route, began_on=self.began_on, session_on=session_on, portal=self.portal)

    def sought(self, of: Definition) -> frozenset[int]:
        """Return the blocks that the candidate applied for."""
        return of.sought(self.blocks, self.option)

    def seeks(self, block: int, of: Definition) -> bool:
        """Return whether the candidate applied for this block."""
        return block in self.sought(of)

    def title(self, of: Definition) -> Rule:
        """Return the rule of the blocks that make the title applied for."""
        return of.title_of(self.option)

    def for_title(self, of: Definition) -> bool:
        """Return whether the blocks applied for make a title, or are blocks only."""
        return self.title(of).supposing(reached=True).met_by(self.sought(of))


@dataclass(frozen=True, kw_only=True)
class SubmittedPiece:
    """A piece of evidence as submitted: by whom, for which competences, its size in bytes, its form and media type.

    `replaced_by` is its newer version, if there is one.
    """

    submitted_by: PersonId
    competences: tuple[int, ...]
    size: int = 0
    form: PieceForm = PieceForm.FILE
    media_type: str = ""
    replaced_by: EvidenceId | None = None


@dataclass(frozen=True, kw_only=True)
class Candidacy:
    """One person, one framework version, one route (candidature).

    `unused_since` is the day on which admissibility was notified, until the candidate takes a step; it is a later day
    if the possibility of a lapse became known later. `verdict` is the certifier's decision on admissibility, while in
    force; `lapsed` the file of an admissibility that lapsed, until a new file is submitted; `left` says how the
    parcours of VAE began that was left for another route.
    """

    id: CandidacyId
    version: int = 0
    opening: Opening | None = None
    admissible: bool | None = None
    admissible_on: date | None = None
    verdict: AdmissibilityVerdict | None = None
    unused_since: date | None = None
    lapsed: FeasibilityFile | None = None
    feasibility: FeasibilityFile = field(default_factory=FeasibilityFile)
    life: Life = field(default_factory=Life)
    enrolment: Enrolment = field(default_factory=Enrolment)
    step_on: date = date.min
    evidence: dict[EvidenceId, SubmittedPiece] = field(default_factory=dict)
    frozen: frozenset[EvidenceId] = frozenset()
    files: dict[Route, date | None] = field(default_factory=dict)
    assessors: dict[PersonId, frozenset[int]] = field(default_factory=dict)
    third_readers: dict[PersonId, frozenset[int]] = field(default_factory=dict)
    by_number: frozenset[PersonId] = frozenset()
    sessions: tuple[SessionId, ...] = ()
    called_as: dict[SessionId, Opening] = field(default_factory=dict)
    left: Beginning | None = None
    sittings: tuple[SittingId, ...] = ()

    @staticmethod
    def id_of(candidate: PersonId, framework: FrameworkId, route: Route) -> CandidacyId:
        """Return the stream id of a candidacy: unique by person, framework version and route."""
        return CandidacyId(stream_of("candidacy", candidate, framework, route.value))

    @property
    def terms(self) -> Opening:
        """The object of this candidacy; raises ValueError if it was never opened."""
        if self.opening is None:
            raise ValueError("nothing was opened here")
        return self.opening

    def called(self, session: SessionId) -> Opening:
        """Return the object of the candidacy when it was called before that jury, even if it has changed since."""
        return self.called_as.get(session) or self.terms

    @property
    def filed(self) -> bool:
        """True if a validation file was filed for the current route (a file for another route does not count)."""
        return self.opening is not None and self.opening.route in self.files

    @property
    def filed_on(self) -> date | None:
        """The day on which the validation file was filed by the present route."""
        return self.files.get(self.opening.route) if self.opening else None

    @property
    def in_time_from(self) -> date | None:
        """The day from which a text may protect the candidate: admissible in VAE, otherwise in training."""
        if self.terms.route is Route.VAE:
            return self.admissible_on if self.admissible else None
        return self.life.trained_since

    def open(self, opening: Opening) -> CandidacyOpened:
        """Open the candidacy, once."""
        if self.opening is not None:
            raise CandidacyAlreadyOpen(self.id)
        return CandidacyOpened(
            candidate=opening.candidate,
            framework=opening.framework,
            rulebook=opening.rulebook,
            route=opening.route,
            opened_on=opening.opened_on,
            blocks=opening.blocks,
            began_on=opening.begun,
            portal=opening.portal,
            option=opening.option,
            centre=opening.centre,
        )

    def decide_admissibility(
        self,
        admissible: bool,
        received_on: date,
        reason: str | None,
        *,
        by: PersonId,
        today: date,
        admits_from: date,
        silence: Silence | None = None,
        gaps: str | None = None,
        recommendations: str | None = None,
    ) -> AdmissibilityDecided:
        """Declare the candidacy admissible or not, once, before silence has admitted it; never by the candidate.

        Includes gaps to the framework and recommendations, if the certifier has any. If no file was keyed before, the
        certifier's time runs from the day given now.
        """
        self.check_admissibility_open()
        if by == self.terms.candidate:
            raise OwnWork(by)
        if received_on > today:
            raise ReceivedInTheFuture(received_on.isoformat())
        file = self._its_file(received_on, admits_from)
        if not admissible:
            file.check_in_time(silence, today)
            if not self._about(reason) and not self._about(gaps):
                raise RefusedWithoutReason(self.id)
        return AdmissibilityDecided(
            admissible=admissible,
            file_received_on=received_on,
            reason=self._about(reason),
            decided_on=today,
            gaps=self._about(gaps),
            recommendations=self._about(recommendations),
        )

    def _about(self, text: str | None) -> Personal[str] | None:
        """Return a text as a personal value about the candidate; None if it is blank."""
        return Personal(text, self.terms.candidate) if text and text.strip() else None

    def check_admissibility_open(self) -> None:
        """Refuse a step that precedes the decision on admissibility if there is no such decision, or it was taken."""
        if self.terms.route is not Route.VAE:
            raise AdmissibilityOnlyInVae(self.terms.route.value)
        if self.admissible is not None:
            raise AdmissibilityAlreadyDecided(self.id)

    def check_admissible(self) -> None:
        """Refuse, in VAE, a step that follows admissibility for a candidacy that is not admissible."""
        if self.terms.route is Route.VAE and not self.admissible:
            raise NotAdmissible(self.id)

    def check_filed(self) -> None:
        """Refuse, in VAE, to go before a jury without the validation file that it examines."""
        if self.terms.route is Route.VAE and not self.filed:
            raise NoValidationFile(self.id)

    def _its_file(self, received_on: date, admits_from: date) -> FeasibilityFile:
        """Return the file to decide on; refuse an incomplete file, or one of another day, if one was submitted."""
        if self.feasibility.received_on is None:
            self.feasibility.check_since(received_on, admits_from)
            return replace(self.feasibility, received_on=received_on)
        if not self.feasibility.complete:
            raise FileIncomplete(self.id)
        if self.feasibility.received_on != received_on:
            raise ReceivedOnAnotherDay(received_on.isoformat())
        return self.feasibility

    def file(
        self, evidence: tuple[EvidenceId, ...], withdrawn: frozenset[EvidenceId], juries: JuryProgress, today: date
    ) -> ValidationFileSubmitted:
        """File the validation file with the evidence listed, before a jury starts on it; in VAE once admissible."""
        self.check_admissible()
        if juries.taken_up:
            raise BeingDecided
        listed = frozenset(evidence)
        if len(listed) > MOST_PIECES:
            raise TooManyPieces(len(listed))
        if not listed or not listed <= self.evidence.keys() or listed & withdrawn:
            raise EmptyDossier(self.id)
        if self.filed and listed <= self.frozen:
            raise DossierFrozen(self.id)
        return ValidationFileSubmitted(evidence=tuple(sorted(listed)), filed_on=today)

    def assign(
        self,
        assessor: PersonId,
        competences: tuple[int, ...],
        of: Definition,
        *,
        third_reader: bool = False,
        sitting: SittingId | None = None,
        names: AbstractSet[PersonId],
        ties: tuple[Tie, ...] = (),
    ) -> AssessorAssigned:
        """Assign an assessor to competences of the framework, or to a paper of a sitting; never in VAE.

        `names` are all the files of the assessor, who marks a competence under one of them.
        """
        if self.terms.route is Route.VAE:
            raise NoMarkerInVae(self.id)
        if self.terms.candidate in names:
            raise OwnWork(assessor)
        if names & self.by_number or (sitting and names & self.assessors.keys()):
            raise NotByNumber(assessor)
        check_competences(competences, of)
        numbers = tuple(sorted(set(competences)))
        if any(self.assessors.get(other, frozenset()).intersection(numbers) for other in names - {assessor}):
            raise AssessesAlready(assessor)
        return AssessorAssigned(
            assessor=assessor, competences=numbers, third_reader=third_reader, sitting=sitting, ties=ties
        )

    def find_incomplete(self, missing: str, silence: Silence | None, today: date) -> FeasibilityFileFoundIncomplete:
        """Ask for missing pieces, before silence has admitted the candidacy."""
        self.check_admissibility_open()
        self.feasibility.check_in_time(silence, today)
        if not missing.strip():
            raise PiecesUnnamed(self.id)
        return self.feasibility.find_incomplete(Personal(missing, self.terms.candidate), today)

    def correct_receipt(
        self, received_on: date, reason: str, silence: Silence | None, today: date, *, admits_from: date
    ) -> ReceiptDayCorrected:
        """Correct the day on which the file came by post, with the reason, unless silence has admitted by it."""
        self.check_admissibility_open()
        self.feasibility.check_in_time(silence, today)
        if not reason.strip():
            raise DayCorrectedWithoutReason(self.id)
        sealed = Personal(reason, self.terms.candidate)
        return self.feasibility.correct_day(received_on, sealed, today, admits_from=admits_from)

    def lapse_admissibility(self, time: LapseTime | None, today: date) -> AdmissibilityLapsed:
        """Let an unused admissibility lapse, once its last day is over at any hour in the zone that counts."""
        since = self.lapses_from
        if time is None or since is None or not time.calendar.surely_over(time.last_day(since), today):
            raise AdmissibilityStands(*([time.last_day(since).isoformat()] if time and since else []))
        return AdmissibilityLapsed(since=since, last_day=time.last_day(since), rule_set=time.rule_set)

    @property
    def file_received_on(self) -> date | None:
        """The day on which the file to decide on came, as submitted or as keyed with the decision."""
        keyed = self.verdict.file_received_on if self.verdict else None
        return self.feasibility.received_on or keyed

    @property
    def lapses_from(self) -> date | None:
        """The day from which an unused admissibility lapses: its notification (R6412-4, al. 4), or silence."""
        told = self.verdict is None or self.verdict.notified_on is not None
        return self.unused_since if told else None

    def keep_admissibility(self, ground: KeptFor, reason: str, today: date) -> AdmissibilityKept:
        """Keep an admissibility from lapsing, or restore it, permanently: no text sets another last day."""
        if self.unused_since is None and self.lapsed is None:
            raise AdmissibilityNotAtStake(self.id)
        if not reason.strip():
            raise KeptWithoutReason(self.id)
        return AdmissibilityKept(ground=ground, kept_on=today, reason=Personal(reason, self.terms.candidate))

    def notify_admissibility(self, channel: NoticeChannel, on: date, today: date) -> AdmissibilityNotified:
        """Record that the candidate was notified of the certifier's decision on admissibility."""
        if self.verdict is None:
            raise NoAdmissibilityDecision(self.id)
        return self.verdict.notify(channel, on, today)

    def correct_admissibility(self, error: DecisionError, reason: str, today: date) -> AdmissibilityCorrected:
        """Take back a decision on admissibility that was not notified, so that it is decided again."""
        if self.verdict is None:
            raise NoAdmissibilityDecision(self.id)
        relied_upon = self.unused_since is None
        return self.verdict.correct(error, self._about(reason), today, relied_upon=relied_upon)

    def reconsider_admissibility(self, asked_on: date | None, reason: str, today: date) -> AdmissibilityReconsidered:
        """Take back a refusal that was notified, so that it is decided again."""
        if self.verdict is None:
            raise NoAdmissibilityDecision(self.id)
        return self.verdict.reconsider(asked_on, self._about(reason), today)

    def name_advisor(self, advisor: OnePerson, today: date) -> tuple[AdvisorReleased | AdvisorNamed, ...]:
        """Name the advisor of the candidate, who may not be the candidate."""
        if self.terms.candidate in advisor.names:
            raise OwnWork(advisor.id)
        return self.life.name_advisor(advisor.id, today)

    def correct_beginning(self, beginning: Beginning, reason: str, juries: JuryProgress) -> BeginningCorrected:
        """Correct the day on which the parcours began, while no jury waits: panel and notice keep to one law."""
        if self.terms.route is not Route.VAE:
            raise BegunOnAnotherDay
        juries.check_goes_on()
        if juries.waits:
            raise BeingDecided
        if not reason.strip():
            raise DayCorrectedWithoutReason(self.id)
        began_on = beginning.began_on or self.terms.began_on
        if (began_on, beginning.portal) == (self.terms.began_on, self.terms.portal):
            raise BegunOnAnotherDay(began_on.isoformat())
        sealed = Personal(reason, self.terms.candidate)
        return BeginningCorrected(began_on=began_on, portal=beginning.portal, reason=sealed)

    def last_step(self, juries: JuryProgress, fell_on: date | None) -> date:
        """Return the day of the last step of the journey; a jury's session and the loss of a block are steps."""
        return max(self.step_on, juries.last_day or self.step_on, fell_on or self.step_on)

    def rests(self, *, met_on: date | None, referred: bool, held: AbstractSet[int]) -> bool:
        """Return whether the next step is not the candidate's, so that no period of theirs runs.

        Either the certifier has the complete feasibility file; or a validation file on which no jury has met since
        (`met_on` is the day of the last one); or a jury that could not decide referred them to another; or they
        `held` every block that they sought.
        """
        asked = self.terms.route is Route.VAE and self.admissible is None and self.feasibility.complete
        filed = self.filed_on is not None and (met_on is None or met_on < self.filed_on)
        return asked or filed or referred or (bool(self.terms.blocks) and held >= set(self.terms.blocks))

    def put_in_by(self, names: AbstractSet[PersonId]) -> bool:
        """Return whether the person with these files submitted evidence here, for any competence."""
        return any(piece.submitted_by in names for piece in self.evidence.values())

    def _step(self, on: date, **changes: Any) -> Self:
        """Return a copy with a step of the journey and its day: a candidacy lapses a set time after the last one."""
        return replace(self, step_on=max(self.step_on, on), **changes)

    def _anew(self, on: date) -> Self:
        """Return a copy whose feasibility file starts again from this step, unless it was admissible."""
        verdict = self.verdict if self.admissible else None
        anew = FeasibilityFile(anew_on=on)
        return self._step(on, admissible=self.admissible or None, verdict=verdict, feasibility=anew)

    def _undecided(self, on: date, again_on: date | None = None) -> Self:
        """Return a copy whose decision on admissibility was taken back: the same file is decided again."""
        file = self.feasibility
        if file.received_on is None and self.verdict:  # the file was keyed with the decision
            file = replace(file, received_on=self.verdict.file_received_on, posted=True)
        file = replace(file, again_on=again_on or file.again_on)
        undecided = {"admissible": None, "admissible_on": None, "unused_since": None, "verdict": None}
        return self._step(on, **undecided, feasibility=file)

    def _undecided_without_file(self, on: date) -> Self:
        """Return a copy whose decision was on another person's file: the candidate's own file has yet to come."""
        none = FeasibilityFile(anew_on=self.feasibility.anew_on)
        return replace(self._undecided(on), feasibility=none)

    def changes_option(self, seeking: BlocksSought) -> bool:
        """Return whether another option replaces the one chosen before."""
        return self.terms.option not in {None, seeking.option}

    def files_anew(self, seeking: BlocksSought, of: Definition) -> bool:
        """Return whether a feasibility file received or decided on was for another option, or for blocks only."""
        came = self.admissible is not None or self.lapsed is not None or self.feasibility.received_on is not None
        then = replace(self.terms, blocks=seeking.blocks, option=seeking.option)
        to_title = then.for_title(of) and not self.terms.for_title(of)
        return came and (to_title or (self.terms.route is Route.VAE and self.changes_option(seeking)))

    def _for_another_title(self, seeking: BlocksSought) -> Self:
        """Return a copy without the admissibility and files that other blocks require to be done again (R6412-1)."""
        left = {Route.VAE, self.terms.route} if self.changes_option(seeking) else {Route.VAE}
        files = {route: filed_on for route, filed_on in self.files.items() if route not in left}
        undecided = replace(self._anew(seeking.sought_on), admissible=None, verdict=None)
        return replace(undecided, unused_since=None, lapsed=None, files=files)

    def evolve(self, fact: CandidacyFact) -> Self:  # noqa: C901, PLR0911, PLR0912  (one case a fact)
        if self.unused_since and isinstance(fact, STEPS):
            return replace(self, unused_since=None).evolve(fact)
        match fact:
            case CandidacyOpened():
                return replace(
                    self,
                    opening=Opening(
                        candidate=fact.candidate,
                        framework=fact.framework,
                        rulebook=fact.rulebook,
                        route=fact.route,
                        opened_on=fact.opened_on,
                        blocks=fact.blocks,
                        begun=fact.began_on,
                        portal=fact.portal,
                        option=fact.option,
                        centre=fact.centre,
                    ),
                    step_on=fact.opened_on,
                )
            case AdmissibilityDecided(admissible=admissible, decided_on=decided_on):
                since = decided_on if admissible else None
                verdict = AdmissibilityVerdict(
                    admissible=admissible, file_received_on=fact.file_received_on, decided_on=decided_on
                )
                said = {"admissible": admissible, "admissible_on": since, "unused_since": since, "verdict": verdict}
                return self._step(decided_on, **said, lapsed=None)
            case AdmissibilityNotified(notified_on=notified_on):
                told = replace(self.verdict, notified_on=notified_on) if self.verdict else None
                unused = max(self.unused_since, notified_on) if self.unused_since else None
                return replace(self, verdict=told, unused_since=unused)
            case AdmissibilityCorrected(corrected_on=corrected_on, error=DecisionError.FILE):
                return self._undecided_without_file(corrected_on)
            case AdmissibilityCorrected(corrected_on=corrected_on):
                return self._undecided(corrected_on)
            case AdmissibilityReconsidered(reconsidered_on=reconsidered_on):
                return self._undecided(reconsidered_on, again_on=reconsidered_on)
            case AdmissibilityImplied(ended_on=ended_on, found_on=found_on):
                since = ended_on + timedelta(days=1)
                return self._step(ended_on, admissible=True, admissible_on=since, unused_since=found_on, verdict=None)
            case AdmissibilityLapsed(last_day=last_day):
                anew = FeasibilityFile(anew_on=last_day + timedelta(days=1))
                lapsed = replace(self, feasibility=anew, lapsed=self.feasibility)
                return replace(lapsed, admissible=None, unused_since=None, verdict=None)
            case AdmissibilityKept(kept_on=kept_on):
                file = self.lapsed or self.feasibility
                return self._step(kept_on, admissible=True, unused_since=None, feasibility=file, lapsed=None)
            case FeasibilityFileSubmitted(received_on=received_on):
                return self._step(received_on, feasibility=self.feasibility.evolve(fact), lapsed=None)
            case ReceiptDayCorrected() | FeasibilityFileFoundIncomplete() | FeasibilityFileCompleted():
                return self._step(self.feasibility.day_of(fact), feasibility=self.feasibility.evolve(fact))
            case RouteChanged(route=route, changed_on=changed_on):
                terms = replace(self.terms, route=route, since=changed_on, begun=fact.began_on, portal=fact.portal)
                now = Beginning(began_on=self.terms.began_on, portal=self.terms.portal)
                left = now if self.terms.route is Route.VAE else self.left
                return replace(self._anew(changed_on), opening=terms, left=left)
            case BeginningCorrected(began_on=began_on, portal=portal):
                terms = replace(self.terms, begun=began_on, portal=portal)
                return replace(self, opening=terms, unused_since=fact.unused_since or self.unused_since)
            case BlocksSought(blocks=blocks, sought_on=sought_on, option=option):
                another = fact.anew or self.changes_option(fact)
                seeking = self._for_another_title(fact) if another else self
                terms = replace(self.terms, blocks=blocks, option=option)
                return replace(seeking, step_on=max(self.step_on, sought_on), opening=terms)
            case CandidacyResumed(resumed_on=resumed_on):
                return replace(self._anew(resumed_on), life=self.life.evolve(fact))
            case (
                CandidacyWithdrawn()
                | CandidacyLapsed()
                | AdvisorNamed()
                | AdvisorReleased()
                | TrainingEntered()
                | LateDecisionAuthorised()
            ):
                return replace(self, life=self.life.evolve(fact))
            case EvidenceSubmitted():
                frozen = self.frozen | ({fact.evidence} if fact.filed else frozenset())
                return replace(self, evidence=_with(self.evidence, fact), frozen=frozen)
            case ValidationFileSubmitted(evidence=listed, filed_on=filed_on):
                frozen = self.frozen | frozenset(listed)
                files = {**self.files, self.opening.route: filed_on} if self.opening else self.files
                return self._step(filed_on, files=files, frozen=frozen)
            case AssessorAssigned(assessor=assessor, competences=competences):
                numbers = frozenset(competences)
                third = numbers if fact.third_reader else frozenset[int]()
                return replace(
                    self,
                    assessors=_and(self.assessors, assessor, numbers),
                    third_readers=_and(self.third_readers, assessor, third),
                    by_number=self.by_number | ({assessor} if fact.sitting else frozenset()),
                )
            case AssessorReleased(assessor=assessor):
                return replace(
                    self,
                    assessors=_without(self.assessors, assessor),
                    third_readers=_without(self.third_readers, assessor),
                    by_number=self.by_number - {assessor},
                )
            case RulebookAccepted() | SummonsDelayWaived():
                return replace(self, enrolment=self.enrolment.evolve(fact))
            case CandidateSummoned(session=session):
                called_as = {**self.called_as, session: self.opening} if self.opening else self.called_as
                return replace(self, sessions=(*self.sessions, session), called_as=called_as)
            case CalledToSitting(sitting=sitting):
                return replace(self, sittings=(*self.sittings, sitting))
            case _:
                assert_never(fact)


def _with(pieces: dict[EvidenceId, SubmittedPiece], fact: EvidenceSubmitted) -> dict[EvidenceId, SubmittedPiece]:
    """Return the pieces with one more; the piece that it replaces refers to it."""
    new = SubmittedPiece(
        submitted_by=fact.submitted_by,
        competences=fact.competences,
        size=fact.size,
        form=fact.form,
        media_type=fact.media_type,
    )
    older = pieces.get(fact.replaces) if fact.replaces else None
    known = {fact.replaces: replace(older, replaced_by=fact.evidence)} if fact.replaces and older else {}
    return {**pieces, **known, fact.evidence: new}


def _and(
    named: dict[PersonId, frozenset[int]], assessor: PersonId, numbers: frozenset[int]
) -> dict[PersonId, frozenset[int]]:
    return {**named, assessor: named.get(assessor, frozenset()) | numbers}


def _without(named: dict[PersonId, frozenset[int]], assessor: PersonId) -> dict[PersonId, frozenset[int]]:
    return {who: numbers for who, numbers in named.items() if who != assessor}


def check_competences(competences: tuple[int, ...], of: Definition) -> None:
    """Refuse competences that are not the framework's, or an empty list."""
    strangers = sorted(set(competences) - of.numbers)
    if strangers or not competences:
        raise UnknownCompetence(*strangers)
