"""The private key that signs checkpoints, and the keys that the certifier endorsed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from adapters.database.pool import Database
from adapters.log.checkpoint import place
from adapters.log.codec import decode
from adapters.log.note import MalformedNote, SignedNote, Signer, VerifierKey
from domain.organisation.facts import CheckpointKeyEndorsed
from domain.organisation.organisation import Organisation
from domain.refusal import Refused

ENDORSED = "select type, body from log.fact where stream = %s and type = 'CheckpointKeyEndorsed' order by version"


class CheckpointKeyMissing(Refused):
    """No key signs checkpoints: run acquis checkpoint-key create, or replace-lost if there was one before."""

    fr = (
        "Il n'y a pas de clé pour signer les points de contrôle : lancez acquis checkpoint-key create,"
        " ou replace-lost s'il y en avait une."
    )


class CheckpointKeyUnreadable(Refused):
    """The file of the checkpoint key holds no private key of this log: put the right one back, or move it away."""

    fr = (
        "Le fichier de la clé de scellement ne contient pas de clé privée de ce journal :"
        " remettez la bonne, ou déplacez-le."
    )


class CheckpointKeyNotEndorsed(Refused):
    """Nobody vouched for this checkpoint key: put the right one back, or move it away and replace the lost one."""

    fr = (
        "Personne n'a endossé cette clé de scellement : remettez la bonne,"
        " ou déplacez-la et remplacez celle qui est perdue."
    )


class CheckpointKeyPresent(Refused):
    """The checkpoint key is there and never overwritten: rotate it, or move it away if others have it too."""

    fr = (
        "La clé de scellement est là et n'est jamais écrasée : remplacez-la par rotate,"
        " ou déplacez-la si d'autres que vous l'ont."
    )


def endorsed(database: Database) -> list[VerifierKey]:
    """Return the keys that the log says the certifier endorsed, in order.

    Anybody who may append to the log can write such a fact, but cannot sign without the private key in Acquis's file.
    An unreadable key is left out, so that such an append cannot stop the checkpoints; verifiers report it.
    """
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(ENDORSED, (Organisation.keeper(),))
        return [key for type_name, body in cursor.fetchall() for key in _readable(type_name, body)]


def _readable(type_name: str, body: str) -> Iterator[VerifierKey]:
    with suppress(MalformedNote, msgspec.MsgspecError, ValueError):
        fact = decode(type_name, body)
        if isinstance(fact, CheckpointKeyEndorsed):
            yield VerifierKey.parse(fact.key)


def read_signer(path: Path, name: str) -> Signer:
    """Read the private key of a log from its file; raises CheckpointKeyMissing, CheckpointKeyUnreadable."""
    try:
        signer = Signer.parse(path.read_text("utf-8"))
    except FileNotFoundError:
        raise CheckpointKeyMissing(path.name) from None
    except (MalformedNote, UnicodeDecodeError) as error:
        raise CheckpointKeyUnreadable(path.name) from error
    if signer.key.name != name:
        raise CheckpointKeyUnreadable(path.name)
    return signer


def draw_signer(path: Path, name: str) -> Signer:
    """Generate a private key into its file, readable by its owner only, unless it exists; return the key."""
    signer = Signer.generate(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        place(path, f"{signer.secret()}\n".encode(), 0o600)
    except FileExistsError:
        return read_signer(path, name)
    return signer


def endorsement(old: Signer, new: VerifierKey) -> SignedNote:
    """Return the note in which the holder of one key endorses the next."""
    text = f"acquis checkpoint key\n{new}\nreplaces {old.key}\n"
    return SignedNote(text, (old.sign(text),))
