"""A flood over a real socket, at the rates a server has: others are served, and it is read slowly."""

import asyncio
import struct

from chappe.mtproto import service
from chappe.tl import api

from .wired import wired

PINGS = 40_000  # many times what a full budget is worth
ASKED = 20


async def test_others_are_served_while_one_floods() -> None:
    """Nobody waits until the flood is answered; all of one person's connections pay from one budget."""
    async with wired(rate_scale=1.0) as here:
        ada, eve = await here.person("33620000001"), await here.person("33620000002")
        also = await here.client(eve.auth)
        assert await also.call(api.UpdatesGetState())
        pongs = 0

        def count(number: int, _body: bytes) -> None:
            nonlocal pongs
            pongs += number == service.PONG

        for flooding in (eve, also):
            flooding._on_service = count  # type: ignore[method-assign, assignment]
            for number in range(PINGS // 2):
                flooding.tell(struct.pack("<Iq", service.PING, number))
        await asyncio.sleep(0)
        for _ in range(ASKED):
            assert (await ada.call(api.UpdatesGetState())).pts
        assert 0 < pongs < PINGS
        assert not eve.closed.done()
        assert not also.closed.done()
