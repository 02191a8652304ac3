"""The table of places: every path of the public site that is no file of the web client.

A place that is not built yet keeps its path, so that nothing else is put there.
"""

import json
import re
from http import HTTPStatus
from typing import Final

from aiohttp import web

from .serving import SiteRequest, closing, sentence
from .site import Place, nothing

NO_BOT_API: Final = "Not Implemented: this server has no Bot API yet; bots connect by MTProto"
NO_HTTP_TRANSPORT: Final = "MTProto over HTTP is not served: use TCP or WebSocket."


async def no_bot_api(request: SiteRequest) -> web.Response:
    """Tell a framework for bots in the Bot API's own form; its user is shown the description."""
    told = {"ok": False, "error_code": HTTPStatus.NOT_IMPLEMENTED, "description": NO_BOT_API}
    answer = web.Response(
        status=HTTPStatus.NOT_IMPLEMENTED, text=json.dumps(told), content_type="application/json"
    )
    return closing(answer) if request.body_exists else answer


async def no_http_transport(request: SiteRequest) -> web.Response:
    """Tell an app that wants to speak MTProto by requests."""
    return closing(sentence(HTTPStatus.NOT_IMPLEMENTED, NO_HTTP_TRANSPORT))


async def reserved(request: SiteRequest) -> web.Response:
    """Answer where something will be."""
    return nothing()


NOT_READ_BYTES_MAX: Final = 1024 * 1024  # bytes of a body that comes with a request refused anyway

PLACES: Final = (
    # of a bot's token, and not the link of a username such as bot1fan, or to a message of it
    Place(re.compile(r"/(?:file/)?bot\d[^/]*/\D.*"), no_bot_api, None, NOT_READ_BYTES_MAX),
    Place(re.compile(r"/apiw?"), no_http_transport, None, NOT_READ_BYTES_MAX),
    Place(
        re.compile(r"/sign-in(?:/.*)?"), reserved
    ),  # where an organisation signs in: `signing_in`
    Place(re.compile(r"/export"), reserved),  # where people fetch their data: `exporting`
    Place(re.compile(r"/log(?:/.*)?"), reserved),
    Place(re.compile(r"/report(?:/.*)?"), reserved),
    Place(re.compile(r"/appeal(?:/.*)?"), reserved),
)
