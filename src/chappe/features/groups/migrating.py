"""messages.migrateChat: a basic group becomes a supergroup, and everybody in it comes along.

The group says first what it becomes, so that it becomes one thing only; the supergroup is made in one change
with all its people. Should the server stop between the two, the second is done when it is back.
"""

from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import chats
from chappe.features.chats import Chat, Member, Top, basic, membership_of, require_creator
from chappe.features.conversations import keep_action, newest_of
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Context, Event, Job

from .channels import require_channel_room
from .chat_updates import act, mention, updates
from .groups import new_id
from .membership import Entrant, admit, keep_member, tell_members

RESUMED_S: Final = 30  # seconds after which what was not finished is taken up again


class Migrate(Job, frozen=True):
    """A basic group has said which supergroup it becomes; perhaps nobody is in that one yet."""

    name = "chats.migrate"

    chat: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        owner = Owner(Kind.CHAT, self.chat)
        chat = await context.look(owner).get(Chat)
        if chat is None or not chat.migrated_to:
            return
        if await _carry_over(context, chat, 0) is not None:
            async with context.change(owner) as change:
                await tell_members(change, "chat")


async def _carry_over(context: Context, old: Chat, newest: int) -> tuple[Event, int] | None:
    """Make the supergroup a group has become, with everybody in it and a message that says so.

    Return what tells of the message, and its pts; None if all this is there already.
    """
    owner = Owner.channel(old.migrated_to)
    members = await context.look(Owner(Kind.CHAT, old.id)).scan(Member)
    async with context.change(owner) as change:
        if await change.get(Chat) is not None:
            return None
        change.put(
            Chat(
                id=owner.id,
                title=old.title,
                about=old.about,
                created=change.now,
                creator=old.creator,
                default_banned=old.default_banned,
                noforwards=old.noforwards,
                photo=old.photo,
                migrated_from=old.id,
                migrated_max_id=newest,
                hidden_history=True,
                reactions=old.reactions,
                ttl=old.ttl,
            )
        )
        change.put(Top(id=0, date=change.now))
        change.next("pts")  # clients take no channel whose first message has pts 1
        for member in sorted(members, key=lambda m: m.bot):  # no bot is told that the others came
            if member.creator and not chats.is_in(member, change.now):
                left = msgspec.structs.replace(member, joined=change.now)
                await keep_member(change, left, by=0)  # may come back as what they were
            elif chats.is_in(member, change.now):
                await admit(
                    change,
                    Entrant(member.user, member.bot, member.hears_all),
                    inviter=member.inviter,
                    admin=member.admin,
                    promoted_by=old.creator if member.admin else 0,
                    rank=member.rank,
                    creator=member.creator,
                )
        action = api.MessageActionChannelMigrateFrom(title=old.title, chat_id=old.id)
        return await keep_action(change, old.creator, action)


@method(
    api.MessagesMigrateChat,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(errors.ChatIdInvalid, errors.ChatAdminRequired, errors.ChannelsTooMuch),
)
async def migrate_chat(call: Call, request: api.MessagesMigrateChat) -> api.TypeUpdates:
    """Make a supergroup of a basic group; its creator does. Everybody in it comes along."""
    place = await basic(call, request.chat_id)
    require_creator(place, call.now)
    if place.chat.is_over:
        raise errors.ChatAdminRequired
    await require_channel_room(call)
    number = await new_id(call)
    newest = await newest_of(call, place.owner)
    async with call.change(place.owner) as change:
        chat = await change.get(Chat)
        if chat is None or chat.is_over or chat.migrated_to:
            raise errors.ChatIdInvalid
        old = msgspec.structs.replace(chat, migrated_to=number, version=chat.version + 1)
        change.put(old)
        change.schedule(change.now + RESUMED_S, Migrate(chat=old.id))
    said = await _carry_over(call.context, old, newest)
    await call.context.delivery.delivered(call.me)
    fresh = await membership_of(call.context, Owner.channel(number), call.user)
    if fresh is None:
        raise RuntimeError("a supergroup that was kept is not there")
    viewer = call.viewer()
    mention(viewer, place)
    mention(viewer, fresh)
    told = await act(call, viewer, place, api.MessageActionChatMigrateTo(channel_id=number))
    async with call.change(place.owner) as change:
        await tell_members(change, "chat")
    also = [] if said is None else [await said[0].render_or_count(viewer, said[1])]
    return await updates(call, viewer, [api.UpdateChannel(channel_id=number), *told, *also])
