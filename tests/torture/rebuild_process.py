"""One rebuild in several processes, to be killed: `python rebuild_process.py DSN PROCESSES`."""

import sys

from adapters.database.pool import Database
from projections.engine.rebuild import rebuild

if __name__ == "__main__":
    rebuild(Database(sys.argv[1], role="acquis_projector"), processes=int(sys.argv[2]))
