"""Sending from here: what a writer may do to strangers, and what a group does about what was written."""

from chappe.core import Kind
from chappe.features import conversations, dialogs
from chappe.features.conversations import Message, Sent, Target
from chappe.rpc import Call, Rate

from . import hooks


def _pace(call: Call, target: Target) -> None:
    """Hold a bot to what Telegram lets bots send: to all together, and to one chat.

    Raises:
        errors.FloodWait: it sends faster.
    """
    group = target.owner.kind is not Kind.USER
    call.draw(Rate.BOT_GROUP if group else Rate.BOT_CHAT, (call.user, target.owner))
    call.draw(Rate.BOT, call.user)


async def write_message(call: Call, target: Target, random_id: int, draft: Message) -> Sent:
    """Keep a message as `conversations.send` does, if its writer may address whom it is for.

    Raises:
        errors.FloodWait: it is a bot, and sends too fast.
        errors.PeerFlood: they have addressed as many strangers as an account of that age may.
        conversations.WRITE_ERRORS: see there.
    """
    if call.client.bot:
        _pace(call, target)
    if target.owner.kind is Kind.USER:
        await dialogs.approach_by_message(call, target.owner, draft.entities)
    kept = await conversations.send(call, target, random_id, draft)
    if kept.pts and target.place is not None:
        await call.context.ask(hooks.written)(call, target.owner, kept.id)
        if draft.media and target.place.chat.username:
            await call.context.ask(hooks.published)(call, target.owner, kept.id)
    return kept
