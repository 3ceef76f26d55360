"""How is all that cannot be made again copied, and brought back without bringing back what was erased?"""

from __future__ import annotations

from adapters.backup.copying import back_up
from adapters.backup.programs import BackupFailed, BackupProgramMissing
from adapters.backup.restoring import Finished, Restored, finish, restore

__all__ = ["BackupFailed", "BackupProgramMissing", "Finished", "Restored", "back_up", "finish", "restore"]
