"""The place of the public site where the HTTP Bot API is served."""

import re
from typing import Final

from aiohttp import web

from chappe.gateways.web.serving import SiteRequest
from chappe.gateways.web.site import Place

from .parts import BotApiParts
from .server import BODY_BYTES_MAX, BotApi

# of a bot's token, and not the link of a username such as bot1fan, or to a message of it
PATH: Final = re.compile(r"/bot(?:\d[^/]*/\D.*|[^/]*(?::|%3[Aa])[^/]*(?:/.*)?)")


def bot_place(parts: BotApiParts) -> Place:
    """Return the place; any method will do, as on Telegram."""
    served = BotApi(parts)

    async def answer(request: SiteRequest) -> web.StreamResponse:
        return await served.answer(request, request.link.client)

    return Place(PATH, answer, None, BODY_BYTES_MAX)
