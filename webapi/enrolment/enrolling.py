"""Enrolment of the lines of a file: a preview first, then one append for each line, once.

What a line does is keyed by the file's digest and its number: sent again, by whomever, it does nothing twice, and
goes on where it was broken off. A line that is refused stops none of the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from adapters.log.store import TooMuchAtOnce
from domain.candidacy.candidacy import Candidacy, CandidacyAlreadyOpen
from domain.candidacy.facts import CandidacyOpened
from domain.commands.candidacy.enrol_candidate import EnrolCandidate
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.execute import decide, who_may
from domain.fact import stream_of
from domain.organisation.institution import Institution
from domain.ports import Actor, Command, OrganisationId, PersonId, Recorded, Request, Role, RulebookId
from domain.refusal import Busy, Refused
from domain.rulebook.facts import RulebookPublished
from projections.framework.certification_catalogue import certifications
from projections.told import sealed_facts_after
from webapi.accounts.invitations import invite_enrolled
from webapi.enrolment.candidate import EnrolmentCandidate, PublishedOffer, candidate
from webapi.enrolment.csv_file import CALLED, CsvColumn, LineFault, read
from webapi.enrolment.known_people import KnownPeople, one_address, same, surely
from webapi.enrolment.of_centre import trained_for
from webapi.intent import Intent
from webapi.privacy.finding import FoundPerson, everybody
from webapi.wiring import App

MOST: Final = 1000
"""Published versions that are looked at."""


class LineOutcome(StrEnum):
    """What becomes of a line, or would."""

    NEW = "new"
    KNOWN = "known"
    ASKED = "asked"
    ENROLLED = "enrolled"
    REFUSED = "refused"
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True)
class EnrolmentLine:
    """One line: what becomes of it. `like` are those known who may be the same person; `line_of` an earlier line is.

    `done` says that it is recorded, `before` by an earlier run of this file; `refusal` which rule it breaks.
    """

    line: int
    outcome: LineOutcome
    of: EnrolmentCandidate | None = None
    person: PersonId | None = None
    candidacy: UUID | None = None
    like: tuple[FoundPerson, ...] = ()
    line_of: int | None = None
    faults: tuple[LineFault, ...] = ()
    refusal: Refused | None = None
    done: bool = False
    before: bool = False

    def why(self, language: str) -> str:
        """Return one sentence for each error."""
        said = [fault.said(language) for fault in self.faults]
        if self.refusal:
            said += [self.refusal.sentence(language)]
            said += [each.fr if language == "fr" else each.en for each in self.refusal.violations]
        return " ".join(said)


@dataclass(frozen=True, kw_only=True)
class EnrolmentReport:
    """A file, line by line; `faults` are those of the file as a whole, of which nothing is done then.

    `invited`: to how many an invitation was written, or would be; `uninvited`: how many have no address for one.
    """

    digest: str
    dry_run: bool
    faults: tuple[LineFault, ...] = ()
    lines: tuple[EnrolmentLine, ...] = ()
    position: int = 0
    invited: int = 0
    uninvited: int = 0

    @property
    def counts(self) -> dict[LineOutcome, int]:
        """How many lines have each outcome."""
        found = Counter(each.outcome for each in self.lines)
        return {outcome: found[outcome] for outcome in LineOutcome}


Decisions = Mapping[int, PersonId | None]
"""Of lines where it was asked: which person is meant, or None, somebody new all the same."""


def enrol(
    acquis: App,
    content: bytes,
    by: Actor,
    decisions: Decisions,
    *,
    dry_run: bool,
    centre: Institution | None = None,
) -> EnrolmentReport:
    """Read a file and enrol its candidates; or, where it is a dry run, say what would become of each line.

    `centre`: for which training centre; it enrols nobody who may be known, whom the registrar tells apart.
    """
    file = read(content)
    chosen = published(acquis)
    if centre is not None:
        chosen = trained_for(chosen, [centre], acquis.clock.today())
    wanted = [candidate(row, chosen, acquis.clock.today()) for row in file.rows] if file.rows else []
    lines = [
        EnrolmentLine(line=row.line, outcome=LineOutcome.WRONG, faults=tuple(each))
        if isinstance(each, list)
        else each
        for row, each in zip(file.rows, wanted, strict=True)
    ]
    if not lines:
        return EnrolmentReport(digest=file.digest, dry_run=dry_run, faults=file.faults)
    run = _Run(acquis, by, file.digest, decisions, dry_run=dry_run, centre=centre.id if centre else None)
    found = [*(each if isinstance(each, EnrolmentLine) else run.line(each) for each in lines)]
    found += [EnrolmentLine(line=fault.line, outcome=LineOutcome.WRONG, faults=(fault,)) for fault in file.faults]
    found.sort(key=lambda each: each.line)
    report = EnrolmentReport(digest=file.digest, dry_run=dry_run, lines=tuple(found), position=run.position)
    return _with_invitations(acquis, report, by)


def published(acquis: App) -> PublishedOffer:
    """Return what is published, with the latest rulebook of each certifier."""
    rulebooks: dict[str, tuple[int, RulebookId]] = {}
    for each in sealed_facts_after(acquis.database, RulebookPublished.__name__, 0, MOST):
        if isinstance(each.fact, RulebookPublished):
            rules = each.fact.rules
            rulebooks[rules.certifier] = max(
                rulebooks.get(rules.certifier, (0, RulebookId(each.stamp.stream))),
                (rules.version, RulebookId(each.stamp.stream)),
            )
    return PublishedOffer(
        certifications=tuple(certifications(acquis.database, limit=MOST)),
        rulebooks={certifier: rulebook for certifier, (_, rulebook) in rulebooks.items()},
    )


def _with_invitations(acquis: App, report: EnrolmentReport, by: Actor) -> EnrolmentReport:
    """Invite those whom the file registered to open an account, each once; count those without an address."""
    new = {
        each.person: each.of for each in report.lines if each.outcome is LineOutcome.NEW and each.of and each.person
    }
    addressed = {who: of.email for who, of in new.items() if of.email}
    for who, email in () if report.dry_run else addressed.items():
        invite_enrolled(acquis, by, who, email)
    return replace(report, invited=len(addressed), uninvited=len(new) - len(addressed))


class _Run:
    """One pass over the lines of a file, in order."""

    def __init__(
        self,
        acquis: App,
        by: Actor,
        digest: str,
        decisions: Decisions,
        *,
        dry_run: bool,
        centre: OrganisationId | None,
    ) -> None:
        self._house, self._by, self._digest = acquis, by, digest
        self._decisions, self._dry, self._centre = decisions, dry_run, centre
        self._known = KnownPeople(everybody(acquis))
        self._earlier: list[EnrolmentLine] = []
        self.position = 0

    def line(self, of: EnrolmentCandidate) -> EnrolmentLine:
        """Return the outcome of a line."""
        request = self._request(of.line)
        if already := self._house.store.repeated(request):
            found = self._recorded(EnrolmentLine(line=of.line, outcome=LineOutcome.NEW, of=of, before=True), already)
        else:
            found = self._decided(self._told_apart(of), request)
        self._earlier.append(found)
        return found

    def _told_apart(self, of: EnrolmentCandidate) -> EnrolmentLine:
        """Who the candidate of a line is: somebody new, somebody known, of an earlier line, or to be asked."""
        first = EnrolmentLine(line=of.line, outcome=LineOutcome.NEW, of=of)
        if self._centre is not None:
            return self._by_the_centre(first, of)
        if of.line in self._decisions:
            person = self._decisions[of.line]
            return replace(first, outcome=LineOutcome.KNOWN, person=person) if person else first
        for earlier in self._earlier:
            if earlier.of is None or earlier.outcome not in {LineOutcome.NEW, LineOutcome.KNOWN}:
                continue
            if same(of, earlier.of):
                return replace(first, outcome=LineOutcome.KNOWN, person=earlier.person, line_of=earlier.line)
            if one_address(of, earlier.of.email):
                return replace(first, outcome=LineOutcome.WRONG, faults=(_address_of_another(of.line, earlier.line),))
        if like := self._known.like(of.name, of.email, of.born_on):
            if len(like) == 1 and surely(of, like[0]) and self._applied(PersonId(like[0].id), of):
                return replace(first, outcome=LineOutcome.ENROLLED, person=PersonId(like[0].id), like=like)
            return replace(first, outcome=LineOutcome.ASKED, like=like)
        return first

    def _by_the_centre(self, first: EnrolmentLine, of: EnrolmentCandidate) -> EnrolmentLine:
        """Somebody new, or whom this very centre enrolled; of anybody else known here a centre is told nothing."""
        like = self._known.like(of.name, of.email, of.born_on)
        if len(like) == 1 and self._applied(PersonId(like[0].id), of, by=self._centre):
            return replace(first, outcome=LineOutcome.ENROLLED)
        twice = any(each.of and same(of, each.of) for each in self._earlier)
        return replace(first, outcome=LineOutcome.REFUSED, faults=(_not_new(of.line),)) if like or twice else first

    def _decided(self, line: EnrolmentLine, request: Request) -> EnrolmentLine:
        """Return the outcome by the rules; record it unless this is a dry run or a question is open."""
        if line.outcome not in {LineOutcome.NEW, LineOutcome.KNOWN} or line.of is None:
            return line
        known = self._known.by_id.get(line.person) if line.person else None
        if known and Role.CANDIDATE not in known.roles:
            return replace(line, outcome=LineOutcome.REFUSED, faults=(_no_candidate(line.line),))
        try:
            if not self._dry:
                return self._recorded(line, self._house.execute(self._command(line.of, line.person), request))
            # whom an earlier line would register is not there to be tried with: they are tried as somebody new
            self._try_out(self._command(line.of, line.person if known else None), request)
            return replace(line, person=line.person or PersonId(uuid5(request.append_id, "person")))
        except CandidacyAlreadyOpen as refusal:
            return replace(line, outcome=LineOutcome.ENROLLED, refusal=refusal)
        except TooMuchAtOnce:
            return replace(line, outcome=LineOutcome.REFUSED, refusal=Busy())
        except Refused as refusal:
            return replace(line, outcome=LineOutcome.REFUSED, refusal=refusal)

    def _command(self, of: EnrolmentCandidate, person: PersonId | None) -> Command:
        """Return the command that enrols a known or a new person."""
        if person is None:
            return EnrolCandidate(
                name=of.name,
                email=of.email,
                born=of.born,
                sex=of.sex,
                framework=of.framework,
                rulebook=of.rulebook,
                route=of.route,
                blocks=of.blocks,
                began_on=of.began_on,
                option=of.option,
                centre=self._centre,
            )
        return OpenCandidacy(
            candidate=person,
            framework=of.framework,
            rulebook=of.rulebook,
            route=of.route,
            blocks=of.blocks,
            began_on=of.began_on,
            option=of.option,
        )

    def _try_out(self, command: Command, request: Request) -> None:
        """Let a command decide, and record nothing; raises what it refuses."""
        with self._house.store.about(command).attempt(request, frozenset()) as attempt:
            who_may(command, attempt)
            decide(command, attempt)

    def _recorded(self, line: EnrolmentLine, recorded: Recorded) -> EnrolmentLine:
        """Return the line as recorded, now or by an earlier run."""
        self.position = max(self.position, recorded.position)
        opened = next(fact for fact in recorded.facts if isinstance(fact, CandidacyOpened))
        candidacy = Candidacy.id_of(opened.candidate, opened.framework, opened.route)
        return replace(line, person=opened.candidate, candidacy=candidacy, done=True)

    def _applied(self, person: PersonId, of: EnrolmentCandidate, by: OrganisationId | None = None) -> bool:
        """Whether this person has applied for that already, enrolled by a centre if one is named."""
        with self._house.store.attempt(self._house.request_of(self._by), frozenset()) as attempt:
            opening = attempt.find(Candidacy, Candidacy.id_of(person, of.framework, of.route)).opening
            return opening is not None and by in {None, opening.centre}

    def _request(self, line: int) -> Request:
        """Return the request of a line: the same for every sender of the certifier or of one centre."""
        request = self._house.request(Intent(actor=self._by, way="enrolment", key=str(line)))
        said = ["enrolment", self._digest, str(line), *([str(self._centre)] if self._centre else [])]
        return replace(request, append_id=stream_of("append", *said))


def _not_new(line: int) -> LineFault:
    return LineFault(
        line=line,
        column=None,
        fr="Quelqu'un ici a peut-être ce nom ou cette adresse : demandez son inscription au gestionnaire.",
        en="Somebody here may have this name or address: ask the registrar to enrol them.",
    )


def _address_of_another(line: int, earlier: int) -> LineFault:
    return LineFault(
        line=line,
        column=CALLED[CsvColumn.EMAIL][0],
        fr=f"C'est l'adresse de la ligne {earlier}, d'un autre nom ou né un autre jour : corrigez l'une ou l'autre ;"
        " si deux personnes la partagent, écrivez ici le jour de naissance et laissez l'adresse vide.",
        en=f"This is the address of line {earlier}, which has another name or birth: mend one of the two; where two"
        " people share it, write the day of birth here and leave the address empty.",
    )


def _no_candidate(line: int) -> LineFault:
    return LineFault(
        line=line,
        column=None,
        fr="Cette personne est connue sans être candidate : un administrateur lui en donne le rôle.",
        en="This person is known and is no candidate: an administrator gives them that role.",
    )
