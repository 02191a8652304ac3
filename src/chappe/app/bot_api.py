"""The parts of the server that the HTTP Bot API is served with."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from chappe.core import Owner
from chappe.features import accounts, botqueue, bots
from chappe.gateways.botapi import BotApiParts
from chappe.rpc import Client, Dispatcher
from chappe.updates import Context


class QueuesOfBots:
    """The queues of updates, as `chappe.gateways.botapi.parts.Updates` has them."""

    def __init__(self, context: Context) -> None:
        self._waiting = context.own(botqueue.WAITING)
        self._queue = botqueue.UpdateQueue(context)
        self.take = self._queue.take
        self.pending = self._queue.pending
        self.forget = self._queue.forget

    def listen(self, bot: int) -> AbstractContextManager[asyncio.Event]:
        """Have an event set whenever something was queued for a bot."""
        return self._waiting.listen(Owner.user(bot))

    async def note_use(self, bot: int, allowed: Sequence[str] | None) -> None:
        """Note that a bot fetches its updates, and which kinds it wants; None: as before."""
        kinds = None if allowed is None else botqueue.allowed_by(list(allowed))
        await self._queue.note_use(bot, kinds)

    async def allowed(self, bot: int) -> list[str]:
        """Return the kinds a bot asked for; none if it never said."""
        return botqueue.kinds_named(await self._queue.allowed(bot))


def bot_api_parts(context: Context, dispatcher: Dispatcher) -> BotApiParts:
    """Return the parts."""
    clients: dict[int, Client] = {}  # of bots whose calls are being served

    async def open_client(token: str, address: str) -> Client | None:
        bot = await bots.by_token(context, token)
        if not bot:
            return None
        now = int(context.clock.now())
        frozen = await accounts.frozen(context.look(Owner.user(bot)), now)
        known = clients.get(bot)
        if known is None or known.address != address:
            known = Client.of_account(bot, ignore, bot=True, address=address)
            for idle in [number for number, one in clients.items() if not one.running]:
                del clients[idle]
            clients[bot] = known
        known.frozen = frozen
        return known

    return BotApiParts(
        open_client=open_client,
        invoke=dispatcher.invoke,
        updates=QueuesOfBots(context),
        clock=context.clock,
        entropy=context.entropy,
    )


def ignore(_: Any) -> None:
    """Be told nothing: updates of bots are asked for."""
