"""Pages on this machine that people link to, such as on the open internet."""

import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

HELD_S_MAX = 30.0  # seconds a page is held back


class Site:
    """Serves pages by their paths; those that are held come once they are let go."""

    def __init__(self, pages: dict[str, tuple[str, bytes]]) -> None:
        self.pages = pages
        self._free = {path: threading.Event() for path in pages}
        for free in self._free.values():
            free.set()

    def hold(self, path: str) -> None:
        """Let nobody have a page for now."""
        self._free[path].clear()

    def let_go(self, path: str) -> None:
        """Let whoever waits have it."""
        self._free[path].set()

    def __enter__(self) -> Self:
        site = self

        class Pages(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = site.pages.get(self.path)
                if found is None:
                    self.send_error(404)
                    return
                site._free[self.path].wait(HELD_S_MAX)
                self.send_response(200)
                self.send_header("Content-Type", found[0])
                self.end_headers()
                with suppress(OSError):  # whoever asked has read enough
                    self.wfile.write(found[1])

            def log_message(self, *given: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        return self

    def __exit__(self, *failure: object) -> None:
        for free in self._free.values():
            free.set()
        self._server.shutdown()
        self._server.server_close()
