"""An auditor's own exports: their list, the download of one, and the progress of its writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Response

from adapters.bag.zipped import zipped
from domain.candidacy.candidacy import Candidacy
from domain.jury.session import JurySession
from domain.organisation.facts import AuditExported, ExportScope
from domain.organisation.organisation import Organisation
from domain.refusal import NotFound
from projections.told import sealed_facts
from webapi.accounts.authentication import actor, reader
from webapi.current import acquis
from webapi.edge.attachments import attachment
from webapi.explain.audit_export import write
from webapi.privacy.disclosure import loaded
from webapi.privacy.export_folder import PREFIX, TemporaryFolder, sweep


@dataclass(frozen=True, kw_only=True)
class RequestedExport:
    """A requested export: the position and time of its fact, and its scope."""

    position: int
    at: datetime
    exported: AuditExported


def asked_for() -> list[RequestedExport]:
    """Return the exports that the caller requested in the current role, newest first."""
    found = sealed_facts(acquis().database, [Organisation.keeper()], [AuditExported.__name__])
    mine = (actor().person, actor().role.value)
    return [
        RequestedExport(position=each.stamp.position, at=each.stamp.at, exported=each.fact)
        for each in reversed(found)
        if (each.stamp.by, each.stamp.role) == mine and isinstance(each.fact, AuditExported)
    ]


def one_of_mine(position: int) -> RequestedExport:
    """Return the caller's export recorded at this position.

    Raises NotFound if it is another person's, or is about facts that concern the caller.
    """
    for each in asked_for():
        if each.position == position and not _own(each.exported):
            return each
    raise NotFound(position)


def handed_over(asked: RequestedExport, older: Sequence[int] = ()) -> Response:
    """Return the export's bag as a ZIP, which proves consistency with the checkpoints of the sizes `older`.

    A temporary folder holds the clear bag until it is sent.
    """
    sweep(acquis().settings.data)
    aside = TemporaryFolder(acquis().settings.data)
    bag = aside.folder / _named(asked)
    try:
        write(acquis(), asked.exported, bag, older)
    except BaseException:
        aside.remove()
        raise
    sent = Response(_sent(aside, bag), mimetype="application/zip", direct_passthrough=True)
    sent.call_on_close(aside.remove)
    sent.headers["Content-Disposition"] = attachment(f"{bag.name}.zip")
    return sent


def written(asked: RequestedExport) -> int | None:
    """Return how many facts of the export are written so far, or None if this machine is not writing it."""
    name = _named(asked)
    lines = [
        *acquis().settings.data.glob(f"{PREFIX}*/.{name}.*/data/facts.ndjson"),
        *acquis().settings.data.glob(f"{PREFIX}*/{name}/data/facts.ndjson"),
    ]
    return max((_count(path) for path in lines), default=None)


def _count(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
    except FileNotFoundError:  # the download ended meanwhile
        return 0


def _named(asked: RequestedExport) -> str:
    return f"acquis-{asked.exported.scope.value}-{asked.position}"


def _own(exported: AuditExported) -> bool:
    """Return whether the export is about a candidacy of the caller, or a session to which they are summoned."""
    if exported.subject is None:
        return False
    if exported.scope is ExportScope.CANDIDACY:
        return loaded(Candidacy, exported.subject).terms.candidate in reader().files
    return reader().is_one_of(loaded(JurySession, exported.subject).candidates)


def _sent(aside: TemporaryFolder, bag: Path) -> Iterator[bytes]:
    try:
        yield from zipped(bag)
    finally:
        aside.remove()
