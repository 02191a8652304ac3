"""The head of an HTTP request on the port: an upgrade to WebSocket is taken, anything else is answered."""

import json
import re
from http import HTTPStatus
from typing import Final

import h11

from .websocket import PATHS

SAYS: Final = {
    HTTPStatus.BAD_REQUEST: "This is no HTTP that can be read.",
    HTTPStatus.NOT_FOUND: "There are no pages here: this is where Telegram apps connect.",
    HTTPStatus.UPGRADE_REQUIRED: "Telegram apps in a browser connect here, by WebSocket.",
    HTTPStatus.NOT_IMPLEMENTED: "MTProto over HTTP is not served: use TCP or WebSocket.",
}
BOT_PATH: Final = re.compile(r"/(file/)?bot\d")
BOT_API: Final = "Not Implemented: this server has no Bot API yet; bots connect by MTProto"


class WebHead:
    """The head of one request, without I/O."""

    __slots__ = ("_http", "answered", "received")

    def __init__(self) -> None:
        self._http = h11.Connection(h11.SERVER)
        self.answered = False
        self.received = b""  # all of it: a WebSocket upgrade is read again from the start

    def receive(self, data: bytes) -> bytes | None:
        """Take bytes; return the answer, empty for a WebSocket upgrade; None while the head is not whole."""
        self.received += data
        try:
            self._http.receive_data(data)
            event = self._http.next_event()
        except h11.RemoteProtocolError:
            return self._answer(b"GET", HTTPStatus.BAD_REQUEST)
        if not isinstance(event, h11.Request):
            return None
        path = event.target.decode("ascii", "replace").partition("?")[0]
        if path in PATHS:
            wants = dict(event.headers).get(b"upgrade", b"").lower()
            if wants == b"websocket" and event.method == b"GET":
                return b""
            return self._answer(event.method, HTTPStatus.UPGRADE_REQUIRED)
        if BOT_PATH.match(path):
            return self._answer(event.method, HTTPStatus.NOT_IMPLEMENTED, BOT_API)
        if path in ("/api", "/apiw"):
            return self._answer(event.method, HTTPStatus.NOT_IMPLEMENTED)
        return self._answer(event.method, HTTPStatus.NOT_FOUND)

    def _answer(self, method: bytes, status: HTTPStatus, bot_api: str = "") -> bytes:
        """Return an HTTP response; `bot_api` is a description in the Bot API's JSON."""
        self.answered = True
        kind, body = "text/plain; charset=utf-8", f"{SAYS[status]}\n"
        if bot_api:
            told = {"ok": False, "error_code": int(status), "description": bot_api}
            kind, body = "application/json", json.dumps(told)
        headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        ]
        if status is HTTPStatus.UPGRADE_REQUIRED:
            headers = [*headers[:2], ("Connection", "close, upgrade"), ("Upgrade", "websocket")]
        parts: list[h11.Event] = [
            h11.Response(status_code=status, headers=headers, reason=status.phrase)
        ]
        if method != b"HEAD":
            parts.append(h11.Data(data=body.encode()))
        return b"".join(self._http.send(part) or b"" for part in parts)
