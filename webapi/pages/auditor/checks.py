"""Check of a receipt or an export that an auditor uploads, and the state of the log's verification."""

from __future__ import annotations

import base64
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from flask import render_template, request
from flask.typing import ResponseReturnValue

from adapters.bag.checkpoints import signer
from adapters.log.doubt import doubts
from adapters.log.watching import progress
from adapters.verify.bag import NoBag
from adapters.verify.report import VerificationReport, finding_sentence
from adapters.verify.verifier import verify
from domain.ports import Role
from webapi.accounts.authentication import allowed
from webapi.current import acquis
from webapi.evidence.upload_stream import uploads
from webapi.explain.receipt_check import NOT_OF_THIS_LOG, Checked, NoReceipt, check, of_this_log
from webapi.explain.receipts import made
from webapi.pages.desk import Desk
from webapi.pages.visitor import check_token
from webapi.privacy.export_folder import TemporaryFolder, sweep
from webapi.problems import language
from webapi.words import phrase

bp = Desk("checks", __name__, url_prefix="/audit/checks")
bp.entry(Role.AUDITOR, 60, phrase("Contrôles du journal"), "shield", "show")

LARGEST_RECEIPT: Final = 64 * 1024
GROWS: Final = 20
"""How many times the size limit of an upload an export may have when unpacked."""
MOST_FILES: Final = 20_000
TOLD: Final = 20
NOTHING: Final = phrase("Choisissez un fichier : un accusé de dépôt (.json) ou un export (.zip).")
NEITHER: Final = phrase("Ce fichier n'est ni un accusé de dépôt ni un export : rien n'a pu être contrôlé.")
DAMAGED: Final = phrase("Cette archive ne se décompresse pas : elle est abîmée, ou n'est pas un export.")
TOO_MUCH: Final = phrase("Cet export, décompressé, est trop grand pour être contrôlé ici : contrôlez-le hors ligne.")


class Unpackable(ValueError):  # noqa: N818  (describes the file)
    """The uploaded file cannot be unpacked as an export; the message says why."""


@dataclass(frozen=True, kw_only=True)
class BagCheck:
    """Result of the check of an export; `ours` when this log once had the state that the export shows."""

    report: VerificationReport
    ours: bool

    @property
    def sound(self) -> bool:
        """Return whether the export is intact and comes from this log."""
        return self.report.sound and self.ours


@bp.get("")
@allowed(Role.AUDITOR)
def show() -> ResponseReturnValue:
    """Show the state of the log's verification, and the upload form."""
    return _page()


@bp.post("")
@allowed(Role.AUDITOR)
@uploads
def submit() -> ResponseReturnValue:
    """Check a receipt or an export; nothing of it is kept."""
    check_token(request.form.get("csrf_token", ""))
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(error=NOTHING), 422
    try:
        if zipfile.is_zipfile(sent.stream):
            found = _bag(sent.stream)
            return _page(bag=found, name=sent.filename, findings=_findings(found), more=_more(found))
        sent.stream.seek(0)
        receipt: Checked = check(sent.stream.read(LARGEST_RECEIPT), language())
    except NoReceipt:
        return _page(error=NEITHER), 422
    except Unpackable as error:
        return _page(error=str(error)), 422
    return _page(receipt=receipt, name=sent.filename)


def _findings(found: BagCheck) -> list[str]:
    """Return the first findings about an export, in words."""
    of_log = [] if found.ours else [NOT_OF_THIS_LOG]
    told = [*dict.fromkeys([*map(finding_sentence, found.report.findings), *of_log])]
    return [each[language() != "fr"] for each in told[:TOLD]]


def _more(found: BagCheck) -> int:
    return max(0, len(dict.fromkeys(map(finding_sentence, found.report.findings))) - TOLD)


def _page(**said_: Any) -> str:
    database, folder = acquis().database, made().checkpoints
    newest = folder.newest()
    return render_template(
        "auditor/checks.html",
        watch=progress(database),
        doubted=[each.sentence(language()) for each in doubts(database)],
        checkpoint=newest,
        stamped=folder.is_stamped(newest.size) if newest else False,
        keys=[str(key) for key in folder.keys()],  # noqa: SIM118  (not a dict)
        largest=acquis().settings.max_upload_bytes,
        **said_,
    )


def _bag(stream: IO[bytes]) -> BagCheck:
    """Verify an unpacked export as the offline tool does, but with our own key, and compare it with our log."""
    sweep(acquis().settings.data)
    aside = TemporaryFolder(acquis().settings.data)
    try:
        report = verify(_unpacked(stream, aside.folder), _our_key())
    except NoBag as error:
        raise Unpackable(NEITHER) from error
    finally:
        aside.remove()
    return BagCheck(
        report=report, ours=of_this_log(f"acquis/{report.log}", report.size, base64.b64decode(report.root))
    )


def _our_key() -> str | None:
    """Return the key with which this installation signs now."""
    folder = made().checkpoints
    newest, keys = folder.newest(), folder.keys()
    return signer(newest, keys) if newest else None


def _unpacked(stream: IO[bytes], into: Path) -> Path:
    """Return the folder of the unpacked export; raise Unpackable if it is no ZIP, or too large."""
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            most = GROWS * acquis().settings.max_upload_bytes
            if len(entries) > MOST_FILES or sum(each.file_size for each in entries) > most:
                raise Unpackable(TOO_MUCH)
            archive.extractall(into)  # it stays inside the folder, and within the declared sizes
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Unpackable(DAMAGED) from error
    found = sorted(into.glob("**/bagit.txt"), key=lambda path: len(path.parts))
    return found[0].parent if found else into
