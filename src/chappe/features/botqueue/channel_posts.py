"""Messages of channels and supergroups, put into the queues of the bots that hear them."""

from collections.abc import Iterable
from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.updates import Change, Command, Context
from chappe.updates.registry import Named

from .kinds import UpdateKind
from .queueing import queue

# whether it is a channel's, whether it was edited → what it is to a bot
_KINDS: Final = {
    (False, False): UpdateKind.MESSAGE,
    (False, True): UpdateKind.EDITED_MESSAGE,
    (True, False): UpdateKind.CHANNEL_POST,
    (True, True): UpdateKind.EDITED_CHANNEL_POST,
}


class PostQueued(Command, frozen=True):
    """To a bot's box: a message of a channel or supergroup that it hears."""

    name = "botqueue.post"

    channel: int
    event: str  # by which it is rendered: its name, and what was kept of it
    body: bytes
    edited: bool

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        bot = await change.get(accounts.User)
        place = Owner.channel(self.channel)
        chat = await context.look(place).get(chats.Chat)
        if bot is None or bot.deleted or chat is None:
            return
        event = context.registry.open(self.event, self.body)
        kind = _KINDS[chat.broadcast, self.edited]
        await queue(change, context, kind, event, accounts.peer_id(place))


def queue_post(change: Change, bots: Iterable[int], event: Named, *, edited: bool = False) -> None:
    """Have bots find in their queues what happened to a message of the channel whose box is changed."""
    for bot in bots:
        command = PostQueued(
            channel=change.owner.id,
            event=event.name,
            body=msgspec.msgpack.encode(event),
            edited=edited,
        )
        change.send_command(Owner(Kind.USER, bot), command)
