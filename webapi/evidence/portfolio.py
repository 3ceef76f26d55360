"""What does a person keep in their portfolio, and how does it come in, go into a candidacy, and out?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final, cast
from uuid import UUID

import msgspec

from adapters.files.age import Reads
from adapters.files.inspection import first_look
from adapters.files.store import Checks, EvidenceMissing, Incoming, Typed
from domain.commands.evidence.discard_piece import DiscardPiece
from domain.commands.evidence.keep_piece import KeepPiece
from domain.evidence.evidence import Quarantined
from domain.evidence.facts import (
    PieceCleared,
    PieceDescribed,
    PieceDiscarded,
    PieceKept,
    PieceQuarantined,
    PieceRejected,
    Serves,
)
from domain.evidence.portfolio import MOST_BYTES, MOST_PIECES, Description, PortfolioPiece, check_room
from domain.fact import Retention
from domain.ports import CandidacyId, EvidenceId, PersonId, PieceId, Recorded
from domain.refusal import NotFound
from domain.rulebook.evidence_rules import EvidenceAllowance, EvidenceCheck, PieceForm, Stock
from projections.evidence.portfolio import kept_by
from projections.people.about_person import newest
from projections.people.involvements import involvements, put_in_from
from projections.reading import DossierFact
from projections.told import told
from projections.visible import NotYetVisible, wait_for
from webapi.accounts.authentication import actor
from webapi.current import acquis
from webapi.evidence.allowance import check_size, largest
from webapi.evidence.pieces import Piece
from webapi.evidence.store_piece import (
    SubmissionDetails,
    about_whom,
    have_it_checked,
    piece_id,
    put_in,
    received_as,
    record,
)
from webapi.evidence.store_piece import body_of as evidence_body
from webapi.intent import Intent
from webapi.privacy.disclosure import loaded, opening, personal


@dataclass(frozen=True, kw_only=True)
class PutInto:
    """A candidacy into which a piece was put, and the piece of evidence that its copy is there."""

    candidacy: UUID
    evidence: UUID


NOWHERE: Final[Mapping[UUID, tuple[PutInto, ...]]] = {}


@dataclass(frozen=True, kw_only=True)
class KeptPiece:
    """A piece of the reader's own portfolio: its file, what they say of it, where they have put it in."""

    file: Piece
    title: str
    dated: date | None = None
    employer: str | None = None
    mission: str | None = None
    reflection: str | None = None
    serves: tuple[Serves, ...] = ()
    put_into: tuple[PutInto, ...] = ()

    @property
    def description(self) -> Description:
        """What its person says of it."""
        return Description(
            title=self.title,
            dated=self.dated,
            employer=self.employer,
            mission=self.mission,
            reflection=self.reflection,
            serves=self.serves,
        )


def room() -> EvidenceAllowance:
    """What may be kept, of which one piece is no larger than the house takes; raises PortfolioFull, StorageFull.

    Asked before a body is read, of what is visible: two who ask at once are both told of the same room.
    """
    check_room(_stock(), 0)
    acquis().files.check_disk()
    return EvidenceAllowance(largest=largest())


def room_left() -> EvidenceAllowance:
    """The same, and what there is room for in all, files on their way not counted."""
    there = _stock()
    check_room(there, 0)
    return EvidenceAllowance(largest=largest(), pieces=MOST_PIECES - there.pieces, size=MOST_BYTES - there.size)


def _stock() -> Stock:
    there = kept_by(acquis().database, actor().who)
    return Stock(pieces=len(there), size=sum(each.size for each in there))


@contextmanager
def received(source: Reads, typed: Typed) -> Iterator[Incoming]:
    """A file for the portfolio of whoever asks, as the store received it, while there is room for it."""
    check = partial(check_size, room())
    with acquis().portfolio.receive(source, actor().who, check, typed) as incoming:
        yield incoming


def body_of(incoming: Incoming, name: str, form: PieceForm, said: Description) -> bytes:
    """What stands for a request's body: the same when the same is sent again."""
    return msgspec.json.encode([incoming.digest, name, form, said])


def keep(
    incoming: Incoming,
    name: str,
    form: PieceForm,
    said: Description,
    intent: Intent,
    *,
    claim: Callable[[], None] = lambda: None,
) -> tuple[Recorded, PieceId]:
    """Keep the file, record the fact, then have it checked; raises Refused, and what `claim` does (`record`)."""
    asked = acquis().request(intent)
    piece = piece_id(asked)
    command = KeepPiece(piece=piece, file=received_as(incoming, name, form), said=said)
    recorded = record(command, acquis().portfolio, incoming, EvidenceId(piece), asked, claim=claim)
    if form is PieceForm.FILE:
        have_it_checked(EvidenceId(piece), None, incoming.person)
    return recorded, piece


def discard(piece: PieceId, intent: Intent) -> Recorded:
    """Take a piece out, then destroy its file: one that a crash leaves is named by no fact any more, and reaped."""
    recorded = acquis().execute(DiscardPiece(piece=piece), acquis().request(intent))
    acquis().portfolio.remove(EvidenceId(piece))
    acquis().portfolio_copies.forget(piece)
    return recorded


def portfolio() -> tuple[KeptPiece, ...]:
    """What whoever asks keeps, in the order in which they came to keep it; not what of it was erased."""
    mine = actor().who
    opening().prepare([(mine, Retention.PORTFOLIO)])
    streams = [each.piece for each in kept_by(acquis().database, mine)]
    return pieces_of(streams, _put_into(mine) if streams else {})


def pieces_of(streams: Iterable[UUID], copies: Mapping[UUID, tuple[PutInto, ...]] = NOWHERE) -> tuple[KeptPiece, ...]:
    """These pieces, in this order, as the sealed facts say: not what was erased or taken out."""
    facts: dict[UUID, list[DossierFact]] = {piece: [] for piece in streams}
    for each in told(acquis().database, facts) if facts else ():
        facts[each.stamp.stream].append(each)
    found = (_kept(number, said, copies) for number, said in enumerate(facts.values(), 1))
    return tuple(each for each in found if each is not None)


def kept_piece(piece: UUID) -> KeptPiece:
    """One of them; raises NotFound for another's, for one that was taken out, and for one that was erased."""
    loaded(PortfolioPiece, piece).check_theirs(actor().who)
    facts = told(acquis().database, [piece])
    if not facts:  # kept a moment ago
        if not wait_for(acquis().database, newest(acquis().database)):
            raise NotYetVisible(piece)
        facts = told(acquis().database, [piece])
    found = _kept(1, facts, _put_into(actor().who))
    if found is None:
        raise NotFound(piece)
    return found


def file_to_read(piece: UUID) -> Piece:
    """Its file, which its person has whatever its check came to; raises as `kept_piece`, and Quarantined."""
    found = kept_piece(piece).file
    if found.check is EvidenceCheck.QUARANTINED:
        raise Quarantined(piece)
    return found


@contextmanager
def copied(kept: KeptPiece, check: Checks) -> Iterator[Incoming]:
    """A copy of a kept piece's file, encrypted as evidence of a candidacy of its person's; it passes by no browser.

    Raises EvidenceErased, EvidenceMissing where it is not what was recorded, and what `check` refuses of its size.
    """
    file = kept.file
    source = acquis().portfolio.open(EvidenceId(file.id), file.person, file.recorded)

    def typed(head: bytes) -> str:
        return first_look(head, file.name or "") if file.form is PieceForm.FILE else file.media_type

    with source, acquis().files.receive(source, file.person, check, typed) as incoming:
        if incoming.digest != file.digest:
            raise EvidenceMissing(file.id)
        yield incoming


def put_in_copy(
    candidacy: CandidacyId,
    piece: PieceId,
    competences: tuple[int, ...],
    older: EvidenceId | None = None,
    *,
    check: Checks,
    asked: Callable[[bytes], Intent],
) -> tuple[Recorded, EvidenceId]:
    """Put in a copy of a kept piece, made on the server; raises NotFound for another's piece or candidacy.

    `check` refuses what there is no room for; `asked` makes of what stands for the body the intent of the request.
    """
    kept = kept_piece(piece)
    if about_whom(candidacy) != kept.file.person:
        raise NotFound(piece)
    with copied(kept, check) as incoming:
        said = SubmissionDetails(
            name=kept.file.name or kept.title,
            competences=competences,
            form=kept.file.form,
            replaces=older,
            from_piece=piece,
        )
        return put_in(candidacy, incoming, said, asked(evidence_body(incoming, said)))


def _put_into(person: PersonId) -> dict[UUID, tuple[PutInto, ...]]:
    """By piece: where its person has put it in."""
    found: dict[UUID, tuple[PutInto, ...]] = {}
    for piece, candidacy, evidence in put_in_from(
        acquis().database, involvements(acquis().database, person).candidacies
    ):
        found[piece] = (*found.get(piece, ()), PutInto(candidacy=candidacy, evidence=evidence))
    return found


def _kept(number: int, facts: list[DossierFact], copies: Mapping[UUID, tuple[PutInto, ...]]) -> KeptPiece | None:
    """A piece as its facts say; None once it was erased."""
    found: KeptPiece | None = None
    for each in facts:
        match each.fact:
            case PieceKept():
                found = _described(_begun(number, each, copies), each.fact, each)
            case PieceDescribed() if found is not None:
                found = _described(found, each.fact, each)
            case PieceCleared() | PieceRejected() | PieceQuarantined() if found is not None:
                found = replace(found, file=_checked(found.file, each.fact))
            case PieceDiscarded():
                return None
            case _:
                pass
        if found is None:
            return None
    return found and replace(found, file=replace(found.file, version=facts[-1].stamp.version))


def _begun(number: int, kept: DossierFact, copies: Mapping[UUID, tuple[PutInto, ...]]) -> KeptPiece:
    fact, stamp, clear = cast("PieceKept", kept.fact), kept.stamp, personal(kept)
    file = Piece(
        id=stamp.stream,
        person=fact.person,
        number=number,
        said=clear.get,
        media_type=fact.media_type,
        size=fact.size,
        competences=(),
        submitted_by=fact.person,
        submitted_on=stamp.on,
        position=stamp.position,
        recorded=stamp.at,
        form=fact.form,
        scanned=fact.form is not PieceForm.FILE,
        retention=Retention.PORTFOLIO,
    )
    return KeptPiece(file=file, title="", put_into=copies.get(stamp.stream, ()))


def _described(found: KeptPiece, fact: PieceKept | PieceDescribed, each: DossierFact) -> KeptPiece | None:
    clear = personal(each)
    if clear["title"] is None:
        return None
    return replace(
        found,
        title=clear["title"],
        dated=fact.dated,
        employer=clear.get("employer"),
        mission=clear.get("mission"),
        reflection=clear.get("reflection"),
        serves=fact.serves,
    )


def _checked(file: Piece, fact: PieceCleared | PieceRejected | PieceQuarantined) -> Piece:
    match fact:
        case PieceCleared(scanner=scanner, media_type=media_type, pages=pages):
            after = replace(file, scanned=scanner is not None, quarantined=False)
            if media_type is None:  # a scanner alone looked
                return after
            return replace(after, inspected=True, media_type=media_type, pages=pages)
        case PieceRejected(reason=reason):
            return replace(file, reason=reason)
        case PieceQuarantined():
            return replace(file, quarantined=True)
