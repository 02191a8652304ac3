"""Updates (core.telegram.org/bots/api#update)."""

from collections.abc import Sequence
from typing import Any

from chappe.tl import api

from ..caller import CHANNEL_FROM, Caller, NamedPeers
from ..parts import HandedUpdates
from .media import show_location, show_poll
from .members import show_group_member, show_member
from .messages import Earlier, earlier_of, show_message, user_or_chat
from .peers import Json, chat_id_of, show_chat, user_by_id, without_none

LEFT_MEMBER = "left"


async def show_updates(caller: Caller, handed: HandedUpdates) -> list[Json]:
    """Return Updates; those that say nothing to a bot are left out."""
    caller.named.learn(handed.users, handed.chats)
    messages = [one.update.message for one in handed.updates if hasattr(one.update, "message")]
    messages = [message for message in messages if not isinstance(message, str)]
    pressed = await _pressed(caller, [one.update for one in handed.updates])
    earlier = await earlier_of(caller, [*messages, *pressed.values()])
    shown = []
    for one in handed.updates:
        told = _show(caller, one.update, earlier, pressed)
        if told is not None:
            shown.append({"update_id": one.number, one.kind.word: told})
    return shown


async def _pressed(caller: Caller, updates: Sequence[Any]) -> dict[tuple[int, int], Any]:
    """Fetch the messages of which a button was pressed."""
    wanted = [
        api.MessageService(
            id=0,
            date=0,
            peer_id=one.peer,
            action=api.MessageActionEmpty(),
            reply_to=api.MessageReplyHeader(reply_to_msg_id=one.msg_id),
        )
        for one in updates
        if isinstance(one, api.UpdateBotCallbackQuery)
    ]
    return await earlier_of(caller, wanted)


def _show(
    caller: Caller, update: Any, earlier: Earlier, pressed: dict[tuple[int, int], Any]
) -> Json | None:
    named = caller.named
    match update:
        case (
            api.UpdateNewMessage()
            | api.UpdateEditMessage()
            | api.UpdateNewChannelMessage()
            | api.UpdateEditChannelMessage()
        ):
            return show_message(named, update.message, earlier)
        case api.UpdateBotCallbackQuery():
            return _callback(named, update, earlier, pressed)
        case api.UpdateInlineBotCallbackQuery():
            return without_none(
                id=str(update.query_id),
                inline_message_id=inline_id(update.msg_id),
                chat_instance=str(update.chat_instance),
                data=_data(update),
                game_short_name=update.game_short_name,
                **{"from": user_by_id(named, update.user_id)},
            )
        case api.UpdateBotInlineQuery():
            return _inline(named, update)
        case api.UpdateBotInlineSend():
            return without_none(
                result_id=update.id,
                query=update.query,
                location=show_location(update.geo) if update.geo is not None else None,
                inline_message_id=inline_id(update.msg_id) if update.msg_id else None,
                **{"from": user_by_id(named, update.user_id)},
            )
        case api.UpdateMessagePoll():
            return None if update.poll is None else show_poll(named, update.poll, update.results)
    return _news(caller, update)


def _news(caller: Caller, update: Any) -> Json | None:
    """Return what is told of members, requests, votes and reactions."""
    named = caller.named
    match update:
        case api.UpdateMessagePollVote():
            voter = user_or_chat(named, update.peer)
            if "actor_chat" in voter:
                voter = {"voter_chat": voter["actor_chat"]}
            shown = {"poll_id": str(update.poll_id), **voter}
            options = [option.hex() for option in update.options]
            return {**shown, "option_ids": update.positions, "option_persistent_ids": options}
        case api.UpdateBotStopped():
            return _stopped(caller, update)
        case api.UpdateChatParticipant() | api.UpdateChannelParticipant():
            return _changed(named, update)
        case api.UpdateBotChatInviteRequester():
            return without_none(
                chat=show_chat(named, update.peer),
                user_chat_id=update.user_id,
                date=update.date,
                bio=update.about or None,
                invite_link=show_invite(named, update.invite),
                **{"from": user_by_id(named, update.user_id)},
            )
        case api.UpdateBotMessageReaction():
            return {
                "chat": show_chat(named, update.peer),
                "message_id": update.msg_id,
                **user_or_chat(named, update.actor),
                "date": update.date,
                "old_reaction": show_reactions(update.old_reactions),
                "new_reaction": show_reactions(update.new_reactions),
            }
        case api.UpdateBotMessageReactions():
            counts = [
                {"type": kind, "total_count": one.count}
                for one in update.reactions
                for kind in show_reactions([one.reaction])
            ]
            place = {"chat": show_chat(named, update.peer), "message_id": update.msg_id}
            return {**place, "date": update.date, "reactions": counts}
    return None


def _data(update: Any) -> str | None:
    return None if update.data is None else update.data.decode("utf-8", "replace")


def _callback(
    named: NamedPeers, update: Any, earlier: Earlier, pressed: dict[tuple[int, int], Any]
) -> Json:
    message = pressed.get((chat_id_of(update.peer), update.msg_id))
    shown = show_message(named, message, earlier) if message is not None else None
    if shown is None:
        chat = show_chat(named, update.peer)
        shown = {"chat": chat, "message_id": update.msg_id, "date": 0}
    return without_none(
        id=str(update.query_id),
        message=shown,
        chat_instance=str(update.chat_instance),
        data=_data(update),
        game_short_name=update.game_short_name,
        **{"from": user_by_id(named, update.user_id)},
    )


_PEER_TYPES = {
    "InlineQueryPeerTypeSameBotPM": "sender",
    "InlineQueryPeerTypePM": "private",
    "InlineQueryPeerTypeBotPM": "private",
    "InlineQueryPeerTypeChat": "group",
    "InlineQueryPeerTypeMegagroup": "supergroup",
    "InlineQueryPeerTypeBroadcast": "channel",
}


def _inline(named: NamedPeers, update: Any) -> Json:
    return without_none(
        id=str(update.query_id),
        query=update.query,
        offset=update.offset,
        chat_type=_PEER_TYPES.get(type(update.peer_type).__name__),
        location=show_location(update.geo) if update.geo is not None else None,
        **{"from": user_by_id(named, update.user_id)},
    )


def inline_id(given: Any) -> str:
    """Return the inline_message_id of a message sent by inline mode."""
    owner = getattr(given, "owner_id", 0)
    return f"{given.dc_id}.{owner}.{given.id}.{given.access_hash}"


def _stopped(caller: Caller, update: Any) -> Json:
    """Return that somebody blocked the bot, or came back, as news of its own standing."""
    named = caller.named
    bot = user_by_id(named, caller.bot)
    member: Json = {"status": "member", "user": bot}
    banned: Json = {"status": "kicked", "user": bot, "until_date": 0}
    old, new = (member, banned) if update.stopped else (banned, member)
    return {
        "chat": show_chat(named, api.PeerUser(user_id=update.user_id)),
        "from": user_by_id(named, update.user_id),
        "date": update.date,
        "old_chat_member": old,
        "new_chat_member": new,
    }


def _changed(named: NamedPeers, update: Any) -> Json:
    basic = isinstance(update, api.UpdateChatParticipant)
    peer: Any
    if isinstance(update, api.UpdateChatParticipant):
        peer = api.PeerChat(chat_id=update.chat_id)
    else:
        peer = api.PeerChannel(channel_id=update.channel_id)
    chat = show_chat(named, peer)

    def shown(one: Any) -> Json:
        if one is None:
            return {"status": LEFT_MEMBER, "user": user_by_id(named, update.user_id)}
        if basic:
            return show_group_member(named, one)
        return show_member(named, one, channel=chat["type"] == "channel")

    invite = show_invite(named, update.invite)
    by_request = isinstance(update.invite, api.ChatInvitePublicJoinRequests)
    return without_none(
        chat=chat,
        date=update.date,
        old_chat_member=shown(update.prev_participant),
        new_chat_member=shown(update.new_participant),
        invite_link=invite,
        via_join_request=by_request or None,
        **{"from": user_by_id(named, update.actor_id)},
    )


def show_invite(named: NamedPeers, invite: Any) -> Json | None:
    """Return a ChatInviteLink; None for none."""
    if not isinstance(invite, api.ChatInviteExported):
        return None
    return without_none(
        invite_link=invite.link,
        creator=user_by_id(named, invite.admin_id),
        creates_join_request=bool(invite.request_needed),
        is_primary=bool(invite.permanent),
        is_revoked=bool(invite.revoked),
        name=invite.title or None,
        expire_date=invite.expire_date,
        member_limit=invite.usage_limit,
        pending_join_request_count=invite.requested,
    )


def show_reactions(reactions: Sequence[Any]) -> list[Json]:
    """Return ReactionTypes."""
    shown: list[Json] = []
    for one in reactions:
        if isinstance(one, api.ReactionEmoji):
            shown.append({"type": "emoji", "emoji": one.emoticon})
        elif isinstance(one, api.ReactionCustomEmoji):
            shown.append({"type": "custom_emoji", "custom_emoji_id": str(one.document_id)})
        elif isinstance(one, api.ReactionPaid):
            shown.append({"type": "paid"})
    return shown


def channel_number(chat: int) -> int:
    """Return the id of a channel by the number bots name it with."""
    return -chat - CHANNEL_FROM
