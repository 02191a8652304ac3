"""A message was written in a group: where its admins want that, it is held to the rules and taken out."""

from typing import Final

from chappe.core import Owner
from chappe.features import accounts, chats, restrictions
from chappe.features.adminlog import DELETED, LIFETIME_S, note_each
from chappe.features.conversations import Message
from chappe.rpc import Call
from chappe.updates import Change

from .rules import LOOKED_AT_MAX, rule_against

ANTISPAM_ACTS: Final = "antispam"  # the counter of what was taken out in a group
RESTORED_LATE_S: Final = 3_600  # seconds for which it is kept longer than its entry is shown


async def judge_written(call: Call, owner: Owner, number: int) -> None:
    """Take a message out of a group if its rules are against it. Admins may write what they want.

    Raises:
        Nothing: who wrote it was told that it stands there, and is told now that it is gone.
    """
    chat = await call.look(owner).get(chats.Chat)
    if chat is None or not chat.antispam or chat.broadcast:
        return
    async with call.context.change(owner) as change:
        peer = accounts.peer_id(owner)
        message = await change.get(Message, peer, number)
        if message is None or message.sender != call.user or message.action:
            return  # gone meanwhile; or said in the name of the group, or of a channel of theirs
        member = await change.get(chats.Member, call.user)
        if member is not None and chats.is_admin(member):
            return
        since = member.joined if member is not None and not member.left else change.now
        newest = await change.scan(Message, peer, limit=LOOKED_AT_MAX, reverse=True)
        recent = [m for m in newest if m.sender == call.user and not m.action]
        if rule_against(message, recent, change.now - since) is not None:
            await _take_out(change, message)


async def _take_out(change: Change, message: Message) -> None:
    """Take a message out as the service does, so that admins see it in their log, and can bring it back."""
    await note_each(change, accounts.SERVICE_USER, DELETED, [message])
    act = -change.next(ANTISPAM_ACTS)  # those of decisions are above 0
    until = change.now + LIFETIME_S + RESTORED_LATE_S
    await restrictions.take_down_within(change, act, (message.id,), until)
