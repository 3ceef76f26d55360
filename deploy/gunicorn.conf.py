"""How does gunicorn serve Acquis in production? `gunicorn -c deploy/gunicorn.conf.py`.

Behind a proxy that buffers slow clients and ends TLS; one projector runs beside it (acquis-projector.service).
"""

import os

wsgi_app = "webapi.wsgi:application"
bind = os.environ.get("ACQUIS_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("ACQUIS_WORKERS", str(2 * (os.cpu_count() or 1))))
worker_class = "gthread"
threads = 4
preload_app = True  # memory is shared; database connections are made after the fork
timeout = 60  # a large upload streams; a worker that answers nothing for a minute is replaced
graceful_timeout = 10
keepalive = 5
limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 8190
forwarded_allow_ips = os.environ.get("ACQUIS_PROXY", "127.0.0.1")
accesslog = None  # the application logs its own lines, without personal data
errorlog = "-"
loglevel = "warning"
logger_class = "webapi.logs.ServerLog"  # likewise, of requests that cannot be read


def on_starting(_server: object) -> None:
    """Refuse to start on a log that is behind its checkpoints, or is not theirs."""
    from webapi.wsgi import may_start  # noqa: PLC0415  (the application's path is set by now)

    may_start()
