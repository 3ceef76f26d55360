"""Receipts of a candidacy, and a page that checks a receipt."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapi.accounts.authentication import allowed, public
from webapi.explain.receipt_check import NoReceipt, check
from webapi.explain.receipts import HOLDERS, handed_out, receivable
from webapi.pages.visitor import let_in, private
from webapi.problems import language
from webapi.words import phrase

bp = Blueprint("receipt", __name__, url_prefix="/candidacies/<uuid:candidacy>/receipts")
bp.before_request(let_in)
bp.after_request(private)
checking = Blueprint("checking", __name__, url_prefix="/verifier-un-recu")
checking.before_request(let_in)
checking.after_request(private)

NO_RECEIPT: Final = phrase("Ce n'est pas un reçu d'Acquis : choisissez le fichier tel qu'il a été téléchargé.")
SAID: Final = {
    "FeasibilityFileSubmitted": phrase("Dossier de faisabilité reçu le {day}, sans pièce demandée depuis"),
    "ReceiptDayCorrected": phrase("Dossier de faisabilité reçu le {day} (jour corrigé), sans pièce demandée depuis"),
    "FeasibilityFileCompleted": phrase("Dossier de faisabilité complet, les pièces manquantes reçues le {day}"),
    "ValidationFileSubmitted": phrase("Dossier de validation déposé le {day}"),
    "ResultsReleased": phrase("Résultats communiqués le {day}"),
}
"""What each receipt proves, by its fact."""
LARGEST: Final = 64 * 1024
"""The most bytes of a receipt: its proof grows with the logarithm of the log, its line with the fact's fields."""


@bp.get("")
@allowed(*HOLDERS)
def show(candidacy: UUID) -> ResponseReturnValue:
    """List the receipts of a dossier."""
    return render_template("anyone/receipts.html", candidacy=candidacy, receipts=receivable(candidacy), said=SAID)


@bp.get("/<int:position>")
@allowed(*HOLDERS)
def download(candidacy: UUID, position: int) -> ResponseReturnValue:
    """Download a receipt."""
    return handed_out(candidacy, position)


@checking.get("")
@public
def ask() -> ResponseReturnValue:
    """Ask for a receipt; anybody may check one."""
    return render_template("anyone/check_receipt.html")


@checking.post("")
@public
def submit() -> ResponseReturnValue:
    """Check a receipt, chosen as a file or pasted; nothing of it is kept."""
    request.max_content_length = request.max_form_memory_size = 2 * LARGEST
    chosen = request.files.get("file")
    raw = chosen.read(LARGEST) if chosen else b""
    text = request.form.get("text", "").strip()
    raw = raw or text.encode()
    try:
        return render_template("anyone/check_receipt.html", checked=check(raw, language()), text=text)
    except NoReceipt:
        return render_template("anyone/check_receipt.html", error=NO_RECEIPT, text=text), 422
