"""Asking for what somebody reads: by the methods apps use.

So it holds nothing they could not see: the same gates, views and limits stand before it as before apps.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from chappe import tl
from chappe.rpc import Client
from chappe.tl import errors
from chappe.updates import Context, PerServer

WAIT_S_MAX: Final = 600.0  # seconds one limit is waited out at a time

Ask = Callable[[tl.TlRequest], Awaitable[Any]]
INVOKE: Final[PerServer[Callable[[Client, tl.TlRequest], Awaitable[Any]]]] = PerServer()


def asking(context: Context, user: int) -> Ask:
    """Return what answers requests as somebody's own app is answered. Limits are waited out.

    It decides nothing: whoever calls has made sure that the answers may be had.
    """
    client = Client.of_account(user, lambda _: None)
    invoke = context.own(INVOKE)

    async def ask(request: tl.TlRequest) -> Any:
        while True:
            try:
                return await invoke(client, request)
            except errors.FloodWait as wait:
                await asyncio.sleep(min(wait.number or 1, WAIT_S_MAX))

    return ask
