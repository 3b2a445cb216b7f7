"""A receiver of webhooks, for tests: it answers as it is told to, and remembers."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def receiver():
    """A receiver that answers as its `status` says, and remembers what it took and what it was sent."""

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.sent.append((dict(self.headers), body))
            if self.server.status < 300:
                self.server.taken.append(json.loads(body)["data"]["seq"])
            self.server.slow()
            self.send_response(self.server.status)
            if self.server.status == 302:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            ends = time.monotonic() + 5
            with suppress(OSError):  # until the caller has enough
                while self.server.endless and time.monotonic() < ends:
                    self.wfile.write(b"x" * 1000)
                    time.sleep(0.01)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        server.sent, server.taken, server.status = [], [], 204
        server.slow, server.endless = lambda: None, False
        server.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
