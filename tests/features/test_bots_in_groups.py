"""Bots in groups and channels: who brings them in, what they offer there, what they may not do."""

from typing import Any

import pytest

from chappe.features import bots
from chappe.features.bots import making
from chappe.tl import api, errors

from .bots_there import BotThere, bot_of
from .village import Person, Village, village

ALL = api.ChatAdminRights(
    post_messages=True, delete_messages=True, invite_users=True, add_admins=True, other=True
)


async def invite(person: Person, chat: Any, bot: BotThere) -> Any:
    """Put a bot into a group or supergroup."""
    if isinstance(chat, api.Chat):
        put = api.MessagesAddChatUser(chat_id=chat.id, user_id=bot.named_by(person), fwd_limit=0)
        answer = await person(put)
    else:
        named = [bot.named_by(person)]
        answer = await person(
            api.ChannelsInviteToChannel(channel=person.channel(chat), users=named)
        )
    await person.village.settle()
    return answer


async def promote(person: Person, chat: Any, bot: BotThere, rights: Any = ALL) -> None:
    """Make a bot an admin, or no longer."""
    await person(
        api.ChannelsEditAdmin(
            channel=person.channel(chat),
            user_id=bot.named_by(person),
            admin_rights=rights,
            rank="",
        )
    )
    await person.village.settle()


async def make_groups(v: Village) -> tuple[Person, Person, BotThere, Any, Any]:
    """Return Ada, Eve, Ada's bot, and a group and a supergroup of all three."""
    ada, eve = await v.people_named("Ada", "Eve")
    bot = await bot_of(v, ada, "helper_bot")
    group, club = await ada.group("Sailors", eve), await ada.supergroup("Club", eve)
    for chat in (group, club):
        answer = await invite(ada, chat, bot)
        assert answer.missing_invitees == []
    return ada, eve, bot, group, club


async def test_a_bot_comes_and_goes() -> None:
    """It is a member, told of it, found among the bots; it leaves, and may be thrown out."""
    async with village() as v:
        ada, eve, bot, group, club = await make_groups(v)
        assert {type(u) for u in bot.device.heard} >= {api.UpdateChannel, api.UpdateNewMessage}
        shown = await ada(
            api.ChannelsGetParticipants(
                channel=ada.channel(club),
                filter=api.ChannelParticipantsBots(),
                offset=0,
                limit=10,
                hash=0,
            )
        )
        assert [p.user_id for p in shown.participants] == [bot.id]
        full = (await eve(api.MessagesGetFullChat(chat_id=group.id))).full_chat
        assert [b.user_id for b in full.bot_info] == [bot.id]
        full = (await eve(api.ChannelsGetFullChannel(channel=eve.channel(club)))).full_chat
        assert [b.user_id for b in full.bot_info] == [bot.id]
        await bot(api.ChannelsLeaveChannel(channel=bot.channel(club)))
        await ada(api.MessagesDeleteChatUser(chat_id=group.id, user_id=bot.named_by(ada)))
        await v.settle()
        full = (await eve(api.ChannelsGetFullChannel(channel=eve.channel(club)))).full_chat
        assert full.bot_info == []
        with pytest.raises(errors.RpcError, match="CHANNEL_PRIVATE"):
            await bot.say(club, "still here?")
        with pytest.raises(errors.RpcError):
            await bot.say(group, "still here?")
        await bots.settle(v.context)
        father = (await ada(api.ContactsResolveUsername(username="BotFather"))).users[0]
        named = api.InputUser(user_id=father.id, access_hash=father.access_hash)
        with pytest.raises(errors.BotGroupsBlocked):
            await ada(api.MessagesAddChatUser(chat_id=group.id, user_id=named, fwd_limit=0))


async def test_a_bot_that_comes_into_no_group() -> None:
    """Where its owner says so, nobody brings it in, by no method."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await bot_of(v, eve, "shy_bot")
        await making.set_joins(v.context, bot.id, on=False)
        group, club = await ada.group("Sailors", eve), await ada.supergroup("Club", eve)
        named = bot.named_by(ada)
        for request in (
            api.MessagesCreateChat(users=[named], title="Other"),
            api.MessagesAddChatUser(chat_id=group.id, user_id=named, fwd_limit=0),
            api.ChannelsInviteToChannel(channel=ada.channel(club), users=[named]),
            api.ChannelsEditAdmin(
                channel=ada.channel(club), user_id=named, admin_rights=ALL, rank=""
            ),
            api.MessagesStartBot(bot=named, peer=ada.peer(club), random_id=9, start_param=""),
        ):
            with pytest.raises(errors.BotGroupsBlocked):
                await ada(request)
        shown = (await ada(api.UsersGetUsers(id=[named])))[0]
        assert shown.bot_nochats


async def test_no_more_bots_than_may_be() -> None:
    """Twenty bots, and the next is refused; when one goes, another may come."""
    async with village() as v:
        ada = await v.person("Ada")
        club = await ada.supergroup("Club")
        several = [await bot_of(v, None, f"number{i}_bot") for i in range(21)]
        for bot in several[:20]:
            await invite(ada, club, bot)
        with pytest.raises(errors.BotsTooMuch):
            await invite(ada, club, several[20])
        await several[3](api.ChannelsLeaveChannel(channel=several[3].channel(club)))
        await invite(ada, club, several[20])


async def test_a_channel_has_bots_as_admins_alone() -> None:
    """An invitation is refused; an admin it may be, until it is none: then it is out."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        news = await ada.supergroup("News", eve, broadcast=True)
        bot = await bot_of(v, ada, "poster_bot")
        with pytest.raises(errors.UserBot):
            await invite(ada, news, bot)
        await promote(ada, news, bot)
        number = await bot.say(news, "Good morning")
        assert "Good morning" in await eve.texts(news)
        with pytest.raises(errors.BotChannelsNa):
            await bot(
                api.ChannelsEditAdmin(
                    channel=bot.channel(news),
                    user_id=api.InputUserSelf(),
                    admin_rights=ALL,
                    rank="",
                )
            )
        await promote(ada, news, bot, api.ChatAdminRights())
        with pytest.raises(errors.RpcError):
            await bot.say(news, "Good evening")
        with pytest.raises(errors.RpcError):
            await bot(
                api.ChannelsGetMessages(
                    channel=bot.channel(news), id=[api.InputMessageID(id=number)]
                )
            )


async def test_a_link_brings_a_bot_into_a_group() -> None:
    """StartBot in a group: it comes in and hears why; once in, it hears it again; a stranger may not."""
    async with village() as v:
        ada, eve, mary = await v.people_named("Ada", "Eve", "Mary")
        bot = await bot_of(v, ada, "quiz_bot")
        club = await ada.supergroup("Club", eve)
        group = await ada.group("Sailors", eve)
        for chat in (club, group, club):
            request = api.MessagesStartBot(
                bot=bot.named_by(ada), peer=ada.peer(chat), random_id=v.number(), start_param="a-1"
            )
            await ada(request)
            await v.settle()
        assert bot.texts() == ["/start@quiz_bot a-1"] * 3
        with pytest.raises(errors.RpcError):
            await mary(
                api.MessagesStartBot(
                    bot=bot.named_by(mary),
                    peer=mary.peer(club),
                    random_id=v.number(),
                    start_param="",
                )
            )


async def test_what_a_bot_does_not_do_in_groups() -> None:
    """It makes none, brings nobody in, comes in by no link, and is nobody's heir."""
    async with village() as v:
        ada, eve, bot, group, club = await make_groups(v)
        await promote(ada, club, bot)
        link = await ada(api.MessagesExportChatInvite(peer=ada.peer(club)))
        for request in (
            api.MessagesCreateChat(users=[bot.user(eve)], title="Mine"),
            api.ChannelsCreateChannel(title="Mine", about="", megagroup=True),
            api.MessagesAddChatUser(chat_id=group.id, user_id=bot.user(eve), fwd_limit=0),
            api.ChannelsInviteToChannel(channel=bot.channel(club), users=[bot.user(eve)]),
            api.ChannelsJoinChannel(channel=bot.channel(club)),
            api.MessagesImportChatInvite(hash=link.link.rsplit("+", 1)[-1]),
            api.MessagesCheckChatInvite(hash=link.link.rsplit("+", 1)[-1]),
            api.MessagesMigrateChat(chat_id=group.id),
            api.ChannelsDeleteChannel(channel=bot.channel(club)),
            api.ChannelsGetAdminLog(channel=bot.channel(club), q="", max_id=0, min_id=0, limit=9),
        ):
            with pytest.raises(errors.RpcError, match="BOT_METHOD_INVALID"):
                await bot(request)


async def test_a_supergroup_keeps_its_bots() -> None:
    """A group that becomes a supergroup takes its bots along, and they hear as before."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        deaf = await bot_of(v, ada, "private_bot")
        keen = await bot_of(v, ada, "keen_bot", hears_all=True)
        group = await ada.group("Sailors", eve)
        for bot in (deaf, keen):
            await invite(ada, group, bot)
        moved = await ada(api.MessagesMigrateChat(chat_id=group.id))
        await v.settle()
        club = next(c for c in moved.chats if isinstance(c, api.Channel))
        await eve.say(club, "hello")
        assert (deaf.texts(), keen.texts()) == ([], ["hello"])


async def test_commands_by_who_sees_them_in_a_group() -> None:
    """The narrowest scope that has any: of an admin, of this group, of groups, of all."""
    async with village() as v:
        ada, eve, bot, _, club = await make_groups(v)
        for scope, name in (
            (api.BotCommandScopeDefault(), "everywhere"),
            (api.BotCommandScopeChats(), "groups"),
            (api.BotCommandScopeChatAdmins(), "bosses"),
        ):
            command = api.BotCommand(command=name, description="does it")
            await bot(api.BotsSetBotCommands(scope=scope, lang_code="", commands=[command]))

        async def offered(person: Person) -> list[str]:
            shown = await person(api.ChannelsGetFullChannel(channel=person.channel(club)))
            return [c.command for c in shown.full_chat.bot_info[0].commands]

        assert (await offered(ada), await offered(eve)) == (["bosses"], ["groups"])
        here = api.BotCommandScopePeer(peer=bot.peer(club))
        command = api.BotCommand(command="here", description="does it")
        await bot(api.BotsSetBotCommands(scope=here, lang_code="", commands=[command]))
        assert (await offered(ada), await offered(eve)) == (["here"], ["here"])
        full = (await eve(api.UsersGetFullUser(id=bot.named_by(eve)))).full_user
        assert [c.command for c in full.bot_info.commands] == ["everywhere"]


async def test_a_bot_sends_no_faster_than_telegrams() -> None:
    """Twenty at once to one chat and then one by one; thirty at once to all; people are not held to it."""
    async with village(twins=False, rate_scale=1.0) as v:
        _, eve, bot, group, club = await make_groups(v)
        for number in range(20):
            await bot.say(group, f"{number}")
        with pytest.raises(errors.FloodWait) as refused:
            await bot.say(group, "one too many")
        assert refused.value.number == 3
        for number in range(10):
            await bot.say(club, f"{number}")
        with pytest.raises(errors.FloodWait) as refused:
            await bot.say(club, "one too many")
        assert refused.value.number == 1
        v.clock.time += 3
        await bot.say(group, "later")
        for number in range(25):
            await eve.say(club, f"{number}")
