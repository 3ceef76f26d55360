"""One projector in a process of its own, to be killed: `python projector_process.py DSN`."""

import sys
import threading

from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from projections.engine.runner import Projector

if __name__ == "__main__":
    database = Database(sys.argv[1], role="acquis_projector")
    Projector(database, LogRecorder(database), batch=int(sys.argv[2])).run(threading.Event())
