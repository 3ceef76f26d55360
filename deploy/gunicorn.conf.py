"""How does gunicorn serve Acquis in production? `gunicorn -c deploy/gunicorn.conf.py`.

Behind the proxy of deploy/nginx, which buffers slow clients and ends TLS; one projector runs beside it
(acquis-projector.service).
"""

import os

from adapters.database import capacity
from webapi.gunicorn_settings import (  # noqa: F401  (gunicorn reads this module's names)
    accesslog,
    control_socket_disable,
    errorlog,
    forwarded_allow_ips,
    forwarder_headers,
    graceful_timeout,
    keepalive,
    limit_request_field_size,
    limit_request_fields,
    limit_request_line,
    logger_class,
    loglevel,
    post_worker_init,
    preload_app,
    secure_scheme_headers,
    threads,
    timeout,
    when_ready,
    worker_class,
    wsgi_app,
)

bind = os.environ.get("ACQUIS_BIND", "127.0.0.1:8000").split(",")
umask = 0o007  # to a Unix socket only its group connects: nginx
workers = capacity.workers()
os.environ["ACQUIS_WORKERS"] = str(workers)  # of which each worker's pool is a share


def on_starting(_server: object) -> None:
    """Refuse to start on a log that is behind its checkpoints, or is not theirs."""
    from webapi.wsgi import may_start  # noqa: PLC0415  (the application's path is set by now)

    may_start()
