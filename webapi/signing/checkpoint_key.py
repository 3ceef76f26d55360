"""The key that signs this installation's checkpoints: creation, rotation, loss and the check at start.

The ceremony of ADR 10. Every step can be repeated: the same command completes what a killed one began.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from adapters.backup.unfinished import refuse_unfinished
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.log import doubt
from adapters.log.checkpoint import CheckpointFolder, CheckpointUnreadable, origin_of, place, refuse_unless_continued
from adapters.log.checkpoint_key import (
    CheckpointKeyMissing,
    CheckpointKeyNotEndorsed,
    CheckpointKeyPresent,
    draw_signer,
    endorsed,
    endorsement,
    read_signer,
)
from adapters.log.doubt import LogDoubted, LogFinding
from adapters.log.guards import guards
from adapters.log.note import Signer, VerifierKey
from adapters.log.recorder import LogRecorder
from adapters.log.signing import Checkpointer, CheckpointRecipient, trusted
from adapters.log.timestamp import TimestampAuthority
from adapters.log.tree import Tree
from adapters.log.watch import newest_note
from adapters.log.watching import Watch
from adapters.log.witness import Witness
from adapters.settings import Settings
from domain.commands.organisation.endorse_checkpoint_key import EndorseCheckpointKey
from domain.organisation.facts import Occasion
from domain.organisation.organisation import KeyAlreadyEndorsed, NoKeyToReplace
from domain.ports import OPERATOR
from projections.tables import outdated
from webapi.wiring import App, assemble


def create(acquis: App) -> VerifierKey:
    """Make the first key and endorse it; raises CheckpointKeyPresent, NoKeyToReplace."""
    known = endorsed(acquis.database)
    path, name = acquis.settings.checkpoint_key, origin_of(Tree(acquis.database))
    if path.exists() and read_signer(path, name).key in known:
        raise CheckpointKeyPresent(path.name)
    if known:
        raise NoKeyToReplace(path.name)
    return _vouch(acquis, draw_signer(path, name), None, Occasion.FIRST)


def rotate(acquis: App) -> VerifierKey:
    """Make the next key, endorsed by the current one and by the certifier; the current one is set aside."""
    path, name = acquis.settings.checkpoint_key, origin_of(Tree(acquis.database))
    old = read_signer(path, name)
    if old.key not in endorsed(acquis.database):
        raise CheckpointKeyNotEndorsed(path.name)
    coming = path.with_name(f"{path.name}.next")
    new = draw_signer(coming, name)
    _folder(acquis.settings).add_key(new.key, endorsement(old, new.key))
    _vouch(acquis, new, old.key, Occasion.ROTATION)
    place(path.with_name(f"{path.name}.{old.key.id.hex()}.retired"), f"{old.secret()}\n".encode(), 0o600)
    coming.replace(path)
    return new.key


def replace_lost(acquis: App) -> VerifierKey:
    """Make a key that replaces a lost one, endorsed by the certifier; raises CheckpointKeyPresent, …Missing."""
    known = endorsed(acquis.database)
    path, name = acquis.settings.checkpoint_key, origin_of(Tree(acquis.database))
    if not known:
        raise CheckpointKeyMissing(path.name)
    if path.exists() and read_signer(path, name).key in known:
        raise CheckpointKeyPresent(path.name)
    kept = _folder(acquis.settings).keys()
    ours = [key for key in known if key in kept] or known  # what nothing here vouches for was replaced by nobody
    return _vouch(acquis, draw_signer(path, name), ours[-1], Occasion.LOSS)


def begin_anew(settings: Settings, database: Database) -> Path:
    """Begin an empty checkpoint folder where one is lost, and say so in it: the file that says it.

    Only a holder of an older checkpoint then sees an earlier rewrite. Raises CheckpointFolderInUse, and
    what `signer` raises.
    """
    key, tree, at = signer(settings, database).key, Tree(database), datetime.now(UTC)
    size = tree.size()
    said = {
        "what": "This folder was begun anew: the one before was lost. Older checkpoints are elsewhere, if anywhere. "
        "Ce dossier a été recommencé : le précédent était perdu. Les points de contrôle antérieurs sont ailleurs.",
        "at": at.isoformat(timespec="seconds"),
        "log": origin_of(tree),
        "size": size,
        "root": base64.b64encode(tree.root(size)).decode("ascii"),
        "key": str(key),
    }
    raw = json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"
    return _folder(settings).begin_anew(key, raw, at)


def signer(settings: Settings, database: Database) -> Signer:
    """Return the private key that signs now; raises CheckpointKeyMissing, …Unreadable, …NotEndorsed."""
    found = read_signer(settings.checkpoint_key, origin_of(Tree(database)))
    if found.key not in endorsed(database):
        raise CheckpointKeyNotEndorsed(settings.checkpoint_key.name)
    return found


def make_ready(settings: Settings, server: DatabaseServer) -> None:
    """Refuse to start behind the newest checkpoint or without a key; outside production the first key is made here.

    Raises RestoreUnfinished, LogRegressed, CheckpointsOfAnotherLog, CheckpointUnreadable, CheckpointFolderEmpty,
    CheckpointKeyMissing, …Unreadable and …NotEndorsed.
    """
    with closing(server.open("acquis_projector", 1)) as database:
        refuse_unfinished(database)
        newest_doubted(settings, database)
        doubt.add(database, guards(database, models=read_models_stand(database)))
        refuse_unless_continued(Tree(database), _folder(settings))
        known = endorsed(database)
        if settings.production or known:
            _folder(settings).add_key(signer(settings, database).key)
            return
    already = suppress(KeyAlreadyEndorsed, CheckpointKeyPresent, NoKeyToReplace)  # by who started together with us
    with closing(assemble(settings, server)) as acquis, already:
        create(acquis)


def newest_doubted(settings: Settings, database: Database) -> None:
    """Record a doubt if the newest note is wrong: later starts are refused, and nothing is recorded."""
    folder = _folder(settings)
    with suppress(CheckpointUnreadable):
        doubt.add(database, newest_note(database, folder, trusted(database, folder, None)))


class Checkpointing:
    """Checkpoint maker that loads the current key for each checkpoint: a rotation needs no restart."""

    def __init__(
        self, settings: Settings, database: Database, held: Callable[[], Sequence[LogFinding]] = tuple
    ) -> None:
        """Grow and read the tree under the projector's role; sign nothing while the watch here holds a finding."""
        self._settings = settings
        self._held = held
        self._database = database
        self._told = list(_told(settings))

    def __call__(self) -> None:
        """Seal, and make a checkpoint if there is something new; raises what its Checkpointer and `signer` raise.

        CheckpointUnreadable where another key stands beside the notes under the name of the one that signs.
        """
        LogRecorder(self._database).seal()
        if held := self._held():
            raise LogDoubted(len(held), violations=tuple(map(doubt.violation, held)))
        signs, folder = signer(self._settings, self._database), _folder(self._settings)
        kept = folder.keys()
        if signs.key not in kept and folder.newest() is not None:  # else no reader could tell who signed
            folder.add_key(signs.key)
        Checkpointer(Tree(self._database), signs, folder, self._told).make()


def watching(settings: Settings, database: Database) -> Watch:
    """Return the watch of this log, under role acquis_projector."""
    folder = _folder(settings)
    return Watch(database, folder, lambda: trusted(database, folder, None), lambda: read_models_stand(database))


def read_models_stand(database: Database) -> bool:
    """Return whether this version made the read models."""
    with database.transaction() as sql:
        return not outdated(sql)


def _told(settings: Settings) -> Iterator[CheckpointRecipient]:
    if settings.witness_url:
        yield Witness(settings.witness_url, VerifierKey.parse(settings.witness_key) if settings.witness_key else None)
    if settings.tsa_url:
        yield TimestampAuthority(settings.tsa_url)


def _vouch(acquis: App, new: Signer, replaces: VerifierKey | None, occasion: Occasion) -> VerifierKey:
    """Keep the public key with the checkpoints and have the certifier endorse it, unless already done."""
    _folder(acquis.settings).add_key(new.key)
    if new.key not in endorsed(acquis.database):
        given = str(replaces) if replaces else None
        acquis.do(EndorseCheckpointKey(key=str(new.key), replaces=given, occasion=occasion), OPERATOR)
    return new.key


def _folder(settings: Settings) -> CheckpointFolder:
    return CheckpointFolder(settings.checkpoint_folder)
