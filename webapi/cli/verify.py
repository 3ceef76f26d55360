"""`acquis verify`: verification of a bag or of a receipt."""

from __future__ import annotations

from pathlib import Path

import click

from adapters.verify import portable
from adapters.verify.bag import NoBag
from adapters.verify.terminal import language
from adapters.verify.verifier import bag_or_receipt
from adapters.verify.verifier import verify as verified
from webapi.cli.terminal.output import answers, misused, show, tell

FILE = click.Path(path_type=Path)


@click.command("verify")
@click.argument("path", required=False, type=FILE)
@click.option("--receipt", type=FILE, help="A person's receipt instead of a bag.")
@click.option(
    "--key", help="The verifier key to trust, or its file; by default the bag's own key, which the report states."
)
@click.option("--checkpoint", "checkpoints", type=FILE, multiple=True, help="An older checkpoint; may be repeated.")
@click.option("--witness-key", help="The key of a witness, or its file, to check that it saw these checkpoints.")
@click.option("--write-zipapp", type=FILE, help="Write the verifier to one file that needs only Python.")
@answers
def verify(  # noqa: PLR0917  (click gives each option)
    path: Path | None,
    receipt: Path | None,
    key: str | None,
    checkpoints: tuple[Path, ...],
    witness_key: str | None,
    write_zipapp: Path | None,
    as_json: bool,
) -> None:
    """Verify the bag at PATH offline: every fact, proof, checkpoint, decrypted value, file and decision."""
    if write_zipapp is not None and (path or receipt) is None:
        portable.write(write_zipapp)
        tell(f"Vérificateur écrit : {write_zipapp}", f"Verifier written: {write_zipapp}")
        return
    if (path is None) == (receipt is None) or write_zipapp is not None:
        raise misused(
            "CHEMIN, --receipt FICHIER, --write-zipapp FICHIER : l'un des trois.",
            "PATH, --receipt FILE, --write-zipapp FILE: one of them.",
        )
    try:
        report = verified(bag_or_receipt(path, receipt), key, checkpoints, witness_key)
    except NoBag as error:
        raise misused(f"Rien à vérifier : {error.french}", f"Nothing to verify: {error}") from error
    show(report.as_json(), as_json=as_json, lines=lambda: report.lines(language()))
    if not report.sound:
        raise SystemExit(1)
