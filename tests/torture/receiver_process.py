"""A webhook in a process of its own, to be killed: `python receiver_process.py PORT SECRET FILE`.

What it acknowledges it has written before, a line a message: when it came, then the events.
"""

from __future__ import annotations

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook

if __name__ == "__main__":
    port, secret, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    with open(path, "ab", buffering=0) as kept:  # noqa: PTH123  (a file of this process alone)
        kept.write(b"\n")  # a line that was cut by a kill ends here

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                events = Webhook(secret).verify(body, {name.lower(): said for name, said in self.headers.items()})
                os.write(kept.fileno(), json.dumps([time.time(), events]).encode() + b"\n")
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
