"""Signature of a backup: a signed note (C2SP) with the digest of `backup.json`, which has the other digests.

The key is only for backups. The process that makes backups need not be able to sign checkpoints, and the holder of a
backup cannot sign it again. A restore elsewhere is given the verifier key, which is kept with the master key (ADR
70).
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from adapters.log.checkpoint import place
from adapters.log.note import MalformedNote, SignedNote, Signer, VerifierKey
from adapters.trouble import Trouble
from domain.refusal import Refused

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = "backup.note"
ORIGIN: Final = "acquis backup"
KEY_NAME: Final = "acquis-backup"


class BackupNotSigned(Refused):
    """A backup is restored if the key of the backups signed it and nothing in it was changed since."""

    fr = "Une sauvegarde ne se restaure que si la clé des sauvegardes l'a signée et que rien n'y a changé depuis."
    kind = "invalid"


class BackupKeyMissing(Trouble):
    """The key that must have signed a backup is neither given nor stored here."""

    def __init__(self, path: Path) -> None:
        """Set the message: where it was searched for, and what to do."""
        super().__init__(
            f"The key of the backups is not in {path} (ACQUIS_BACKUP_KEY_FILE): give the verifier key that each "
            "backup shows, and that you kept with the master key (acquis restore --key acquis-backup+…).",
            f"La clé des sauvegardes n'est pas dans {path} (ACQUIS_BACKUP_KEY_FILE) : donnez la clé de vérification "
            "que chaque sauvegarde affiche, gardée avec la clé maîtresse (acquis restore --key acquis-backup+…).",
        )


class BackupKeyUnreadable(Trouble):
    """The file of the backups' key holds no such key."""

    def __init__(self, path: Path) -> None:
        """Set the message with the file's path."""
        super().__init__(
            f"{path} holds no key of the backups: put the right one back, or move it away and another one is made.",
            f"{path} ne contient pas de clé des sauvegardes : remettez-la, ou déplacez-le et une autre sera faite.",
        )


def backup_signer(path: Path) -> Signer:
    """Return the key that signs backups, generated if its file is missing. Raises BackupKeyUnreadable."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):  # another process has created it
            place(path, f"{Signer.generate(KEY_NAME).secret()}\n".encode(), 0o600)
    return _read(path)


def backup_key(path: Path) -> VerifierKey:
    """Return the key that must have signed a backup; raises BackupKeyMissing, BackupKeyUnreadable."""
    if not path.exists():
        raise BackupKeyMissing(path)
    return _read(path).key


def sign(folder: Path, about: bytes, signer: Signer) -> None:
    """Write the signed note of a backup."""
    text = _text(about)
    (folder / NAME).write_text(str(SignedNote(text, (signer.sign(text),))), "utf-8")


def check_signature(folder: Path, about: bytes, key: VerifierKey) -> None:
    """Raise BackupNotSigned unless this key signed the content of `backup.json`."""
    try:
        note = SignedNote.parse((folder / NAME).read_bytes())
    except (OSError, MalformedNote) as error:
        raise BackupNotSigned(NAME) from error
    if note.text != _text(about) or not any(key.verifies(note.text, each) for each in note.signatures):
        raise BackupNotSigned(NAME)


def _text(about: bytes) -> str:
    return f"{ORIGIN}\n{sha256(about).hexdigest()}\n"


def _read(path: Path) -> Signer:
    try:
        signer = Signer.parse(path.read_text("utf-8"))
    except (MalformedNote, UnicodeDecodeError) as error:
        raise BackupKeyUnreadable(path) from error
    if signer.key.name != KEY_NAME:
        raise BackupKeyUnreadable(path)
    return signer
