"""The places of the public site where the HTTP Bot API is served."""

import re
from typing import Final

from aiohttp import web

from chappe.gateways.web.serving import SiteRequest
from chappe.gateways.web.site import READ, Place

from .parts import BotApiParts
from .server import BODY_BYTES_MAX, BotApi

# of a bot's token, and not the link of a username such as bot1fan, or to a message of it
PATH: Final = re.compile(r"/bot(?:\d[^/]*/\D.*|[^/]*(?::|%3[Aa])[^/]*(?:/.*)?)")
FILE_PATH: Final = re.compile(r"/file/bot[^/]*(?::|%3[Aa])[^/]*/.*")
SECONDS_MAX: Final = 600.0  # seconds a request may take: files come and go by slow lines


def bot_places(parts: BotApiParts) -> tuple[Place, ...]:
    """Return the places; any method will do, as on Telegram."""
    served = BotApi(parts)

    async def answer(request: SiteRequest) -> web.StreamResponse:
        return await served.answer(request, request.link.client)

    async def fetch(request: SiteRequest) -> web.StreamResponse:
        return await served.fetch(request, request.link.client)

    return (
        Place(PATH, answer, None, BODY_BYTES_MAX, SECONDS_MAX),
        Place(FILE_PATH, fetch, READ, seconds_max=SECONDS_MAX),
    )
