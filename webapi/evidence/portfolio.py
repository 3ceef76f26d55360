"""A person's portfolio: adding a piece, reading it, copying it into a candidacy, discarding it."""

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
from projections.told import sealed_facts
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
    """A candidacy that received a copy of a piece, and the piece of evidence made from the copy."""

    candidacy: UUID
    evidence: UUID


NOWHERE: Final[Mapping[UUID, tuple[PutInto, ...]]] = {}


@dataclass(frozen=True, kw_only=True)
class KeptPiece:
    """A piece of the reader's portfolio: its file, its description, the candidacies that have a copy."""

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
        """The description that its owner gave."""
        return Description(
            title=self.title,
            dated=self.dated,
            employer=self.employer,
            mission=self.mission,
            reflection=self.reflection,
            serves=self.serves,
        )


def room() -> EvidenceAllowance:
    """Return the limit on the size of one piece; raises PortfolioFull, StorageFull.

    It is called before a body is read and uses the projected state: two concurrent requests can get the same answer.
    """
    check_room(_stock(), 0)
    acquis().files.check_disk()
    return EvidenceAllowance(largest=largest())


def room_left() -> EvidenceAllowance:
    """Return the limits on one piece and on the whole portfolio, without open uploads; raises PortfolioFull."""
    there = _stock()
    check_room(there, 0)
    return EvidenceAllowance(largest=largest(), pieces=MOST_PIECES - there.pieces, size=MOST_BYTES - there.size)


def _stock() -> Stock:
    there = kept_by(acquis().database, actor().who)
    return Stock(pieces=len(there), size=sum(each.size for each in there))


@contextmanager
def received(source: Reads, typed: Typed) -> Iterator[Incoming]:
    """Receive a file for the caller's portfolio into the store, if there is room for it."""
    check = partial(check_size, room())
    with acquis().portfolio.receive(source, actor().who, check, typed) as incoming:
        yield incoming


def body_of(incoming: Incoming, name: str, form: PieceForm, said: Description) -> bytes:
    """Return the bytes that identify a request's body; a repeated request gives the same."""
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
    """Keep the file, record the fact, then queue its check; raises Refused, and the errors of `claim` (`record`)."""
    asked = acquis().request(intent)
    piece = piece_id(asked)
    command = KeepPiece(piece=piece, file=received_as(incoming, name, form), said=said)
    recorded = record(command, acquis().portfolio, incoming, EvidenceId(piece), asked, claim=claim)
    if form is PieceForm.FILE:
        have_it_checked(EvidenceId(piece), None, incoming.person)
    return recorded, piece


def discard(piece: PieceId, intent: Intent) -> Recorded:
    """Discard a piece, then delete its file; after a crash in between, the reaper deletes it, as no fact names it."""
    recorded = acquis().execute(DiscardPiece(piece=piece), acquis().request(intent))
    acquis().portfolio.remove(EvidenceId(piece))
    acquis().portfolio_copies.forget(piece)
    return recorded


def portfolio() -> tuple[KeptPiece, ...]:
    """Return the caller's pieces in the order of their addition, without the erased ones."""
    mine = actor().who
    opening().prepare([(mine, Retention.PORTFOLIO)])
    streams = [each.piece for each in kept_by(acquis().database, mine)]
    return pieces_of(streams, _put_into(mine) if streams else {})


def pieces_of(streams: Iterable[UUID], copies: Mapping[UUID, tuple[PutInto, ...]] = NOWHERE) -> tuple[KeptPiece, ...]:
    """Return these pieces in this order, built from their facts, without the erased and discarded ones."""
    facts: dict[UUID, list[DossierFact]] = {piece: [] for piece in streams}
    for each in sealed_facts(acquis().database, facts) if facts else ():
        facts[each.stamp.stream].append(each)
    found = (_kept(number, said, copies) for number, said in enumerate(facts.values(), 1))
    return tuple(each for each in found if each is not None)


def kept_piece(piece: UUID) -> KeptPiece:
    """Return one of the caller's pieces; raises NotFound if it is another person's, discarded or erased."""
    loaded(PortfolioPiece, piece).check_theirs(actor().who)
    facts = sealed_facts(acquis().database, [piece])
    if not facts:  # added a moment ago, and not yet projected
        if not wait_for(acquis().database, newest(acquis().database)):
            raise NotYetVisible(piece)
        facts = sealed_facts(acquis().database, [piece])
    found = _kept(1, facts, _put_into(actor().who))
    if found is None:
        raise NotFound(piece)
    return found


def file_to_read(piece: UUID) -> Piece:
    """Return a piece's file, which its owner may read unless it is in quarantine.

    Raises as `kept_piece`, and Quarantined.
    """
    found = kept_piece(piece).file
    if found.check is EvidenceCheck.QUARANTINED:
        raise Quarantined(piece)
    return found


@contextmanager
def copied(kept: KeptPiece, check: Checks) -> Iterator[Incoming]:
    """Copy a kept piece's file on the server, encrypted as evidence of its owner.

    Raises EvidenceErased, EvidenceMissing if the digest differs from the recorded one, and the refusals of `check`.
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
    """Submit a copy of a kept piece, made on the server; raises NotFound if the piece or candidacy is another's.

    `check` refuses a file that has no room; `asked` makes the request's intent from the bytes that identify its body.
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
    """Return, for each piece, the candidacies into which its owner copied it."""
    found: dict[UUID, tuple[PutInto, ...]] = {}
    for piece, candidacy, evidence in put_in_from(
        acquis().database, involvements(acquis().database, person).candidacies
    ):
        found[piece] = (*found.get(piece, ()), PutInto(candidacy=candidacy, evidence=evidence))
    return found


def _kept(number: int, facts: list[DossierFact], copies: Mapping[UUID, tuple[PutInto, ...]]) -> KeptPiece | None:
    """Build a piece from its facts; return None if it was erased or discarded."""
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
            if media_type is None:  # only a scanner checked it
                return after
            return replace(after, inspected=True, media_type=media_type, pages=pages)
        case PieceRejected(reason=reason):
            return replace(file, reason=reason)
        case PieceQuarantined():
            return replace(file, quarantined=True)
