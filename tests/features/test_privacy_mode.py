"""Privacy mode: what a bot does not hear when it is written is nowhere for it to be read."""

from typing import Any

import pytest

from chappe.core import Owner
from chappe.features import accounts, chats, conversations
from chappe.features.botqueue import UpdateKind, UpdateQueue, allowed_by
from chappe.features.bots import making
from chappe.features.conversations.hearing import commands_in, is_command_for
from chappe.tl import api, errors

from .bots_there import BotThere, bot_of
from .test_bots import let_in
from .test_bots_in_groups import invite, promote
from .village import Person, Village, village

# what is not for a bot that is called @helper_bot, and what is
UNHEARD = (
    "hello",
    "/start@other_bot",
    "well /start",
    "and/or",
    "/start@helper_bo now",
    "@helper_bots",
    "see https://x.org/helper_bot",
    "5/7 of it",
)
HEARD = (
    "/start",
    "/start now",
    "/start@helper_bot",
    "/START@Helper_Bot please",
    "well /start@helper_bot",
    "hi @helper_bot!",
)


@pytest.mark.parametrize("text", ["/a", "/a@helper_bot", "x /a@HELPER_bot y", "/a/b /c@helper_bot"])
def test_commands_for_it(text: str) -> None:
    """A command that names the bot anywhere, or one at the beginning that names nobody."""
    assert is_command_for(text, "Helper_Bot")


@pytest.mark.parametrize("text", ["", "/", "a/b", "x /a", "/a@other_bot", "//a", "/a/b", "/a@x/y"])
def test_commands_for_others(text: str) -> None:
    """Whatever else has a slash."""
    assert not is_command_for(text, "helper_bot")


def test_where_commands_stand() -> None:
    """Each with its place and whom it names."""
    assert commands_in("/a b /c@D_bot") == [(0, ""), (5, "d_bot")]


async def everything_of(bot: BotThere, chat: Any, count: int) -> str:
    """Return whatever a bot can read of a chat by every way it has, as text."""
    read: list[Any] = [*bot.device.heard]
    state = api.UpdatesGetDifference(pts=1, date=1, qts=0)
    read.append(await bot(state))
    waiting = UpdateQueue(bot.village.context)
    await waiting.note_use(bot.id, allowed_by([kind.word for kind in UpdateKind]))
    read.append((await waiting.take(bot.id, 0, 100)).updates)
    numbers: list[Any] = [api.InputMessageID(id=i) for i in range(1, count)]
    if isinstance(chat, api.Channel):
        channel = bot.channel(chat)
        numbers += [api.InputMessageReplyTo(id=i) for i in range(1, count)]
        numbers += [api.InputMessagePinned()]
        read.append(await bot(api.ChannelsGetMessages(channel=channel, id=numbers)))
        for limit in (2, 5, 100):
            ask = api.UpdatesGetChannelDifference(
                channel=channel, filter=api.ChannelMessagesFilterEmpty(), pts=1, limit=limit
            )
            read.append(await bot(ask))
        read.append(await bot(api.ChannelsGetFullChannel(channel=channel)))
    else:
        read.append(await bot(api.MessagesGetMessages(id=numbers)))
        read.append(await bot(api.MessagesGetFullChat(chat_id=chat.id)))
    for number in range(1, count):
        forward = api.MessagesForwardMessages(
            from_peer=bot.peer(chat),
            to_peer=bot.peer(chat),
            id=[number],
            random_id=[bot.village.number()],
        )
        try:
            read.append(await bot(forward))
        except errors.RpcError as refused:
            read.append(str(refused))
    return str(read)


async def scene(v: Village, *, supergroup: bool) -> tuple[Person, Person, BotThere, Any]:
    """Return Ada, Eve, a bot in privacy mode, and a group of all three."""
    ada, eve = await v.people_named("Ada", "Eve")
    bot = await bot_of(v, ada, "helper_bot")
    chat = await (ada.supergroup if supergroup else ada.group)("Sailors", eve)
    await invite(ada, chat, bot)
    return ada, eve, bot, chat


@pytest.mark.parametrize("supergroup", [True, False])
async def test_it_hears_what_is_for_it(supergroup: bool) -> None:
    """Commands, mentions, answers and what happened; by no way anything else that people write."""
    async with village() as v:
        ada, eve, bot, chat = await scene(v, supergroup=supergroup)
        for text in HEARD:
            await eve.say(chat, text)
        assert bot.texts() == list(HEARD)
        for text in UNHEARD:
            await eve.say(chat, f"{text} unheard")
        await bot.say(chat, "Yes?")
        mine = next(m.id for m in await eve.history(chat) if getattr(m, "message", "") == "Yes?")
        answer = api.InputReplyToMessage(reply_to_msg_id=mine)
        await eve.say(chat, "I meant you", reply_to=answer)
        assert bot.texts()[-1] == "I meant you"
        await ada(
            api.MessagesEditMessage(
                peer=ada.peer(chat), id=await ada.say(chat, "unheard"), message="unheard still"
            )
        )
        late = await eve.say(chat, "a very unheard one")
        await ada(
            api.MessagesUpdatePinnedMessage(
                peer=ada.peer(chat),
                id=late
                if supergroup
                else next(
                    m.id for m in await ada.history(chat) if "very" in getattr(m, "message", "")
                ),
            )
        )
        await v.settle()
        read = await everything_of(bot, chat, 40)
        assert "unheard" not in read
        for text in (*HEARD, "I meant you"):
            assert text in read


@pytest.mark.parametrize("supergroup", [True, False])
async def test_it_hears_everything_without(supergroup: bool) -> None:
    """With privacy mode off when it came in; switched later, a group stays as it is until it comes again."""
    async with village() as v:
        ada, eve, bot, chat = await scene(v, supergroup=supergroup)
        await making.set_privacy(v.context, bot.id, on=False)
        await eve.say(chat, "unheard")
        assert bot.texts() == []
        assert (await ada(api.UsersGetUsers(id=[bot.named_by(ada)])))[0].bot_chat_history
        if supergroup:
            await bot(api.ChannelsLeaveChannel(channel=bot.channel(chat)))
        else:
            await bot(api.MessagesDeleteChatUser(chat_id=chat.id, user_id=api.InputUserSelf()))
        await v.settle()
        await eve.say(chat, "unheard while away")
        await invite(ada, chat, bot)
        await eve.say(chat, "once more")
        assert bot.texts() == ["once more"]
        assert "unheard" not in await everything_of(bot, chat, 20)


async def test_an_admin_hears_everything_from_then_on() -> None:
    """What was written before it was an admin stays unheard, and what comes after it was one as well."""
    async with village() as v:
        ada, eve, bot, club = await scene(v, supergroup=True)
        await eve.say(club, "unheard before")
        await promote(ada, club, bot)
        await eve.say(club, "for all admins")
        await promote(ada, club, bot, api.ChatAdminRights())
        await eve.say(club, "unheard after")
        assert bot.texts() == ["for all admins"]
        read = await everything_of(bot, club, 20)
        assert "unheard" not in read
        assert "for all admins" in read


@pytest.mark.parametrize("supergroup", [True, False])
async def test_bots_do_not_hear_each_other(supergroup: bool) -> None:
    """Not even where they hear everything, are admins, or are named."""
    async with village() as v:
        ada, _, bot, chat = await scene(v, supergroup=supergroup)
        other = await bot_of(v, ada, "other_bot", hears_all=True)
        await invite(ada, chat, other)
        if supergroup:
            await promote(ada, chat, bot)
        await other.say(chat, "/start@helper_bot between bots")
        await bot.say(chat, "hello @other_bot between bots")
        assert (bot.texts(), other.texts()) == ([], [])
        assert (await everything_of(bot, chat, 20)).count("/start@helper_bot") == 0
        assert (await everything_of(other, chat, 20)).count("hello @other_bot") == 0


async def test_an_answer_to_it_shows_what_it_is_about() -> None:
    """A person answers a command to somebody's message: the bot is shown that one, and by that alone."""
    async with village() as v:
        ada, eve, bot, club = await scene(v, supergroup=True)
        about = await eve.say(club, "buy my unheard coins")
        await ada.say(
            club, "/ban@helper_bot", reply_to=api.InputReplyToMessage(reply_to_msg_id=about)
        )
        channel, number = bot.channel(club), bot.device.told(api.UpdateNewChannelMessage)[-1]
        asked = api.InputMessageReplyTo(id=number.message.id)
        shown = await bot(api.ChannelsGetMessages(channel=channel, id=[asked]))
        assert shown.messages[0].message == "buy my unheard coins"
        mine = await bot.say(club, "mine", reply_to=api.InputReplyToMessage(reply_to_msg_id=about))
        for given in (api.InputMessageID(id=about), api.InputMessageReplyTo(id=mine)):
            shown = await bot(api.ChannelsGetMessages(channel=channel, id=[given]))
            assert isinstance(shown.messages[0], api.MessageEmpty)


async def test_a_bot_does_not_look_in_from_outside() -> None:
    """A public supergroup that it is not in tells it its name, and none of its messages."""
    async with village() as v:
        ada = await v.person("Ada")
        bot = await bot_of(v, ada, "looking_bot", hears_all=True)
        club = await ada.supergroup("Club")
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(club), username="the_club"))
        await ada.say(club, "unheard outside")
        found = await bot(api.ContactsResolveUsername(username="the_club"))
        assert found.chats[0].title == "Club"
        numbers = [api.InputMessageID(id=i) for i in range(1, 9)]
        read = await bot(api.ChannelsGetMessages(channel=bot.channel(club), id=numbers))
        assert "unheard" not in str(read)
        with pytest.raises(errors.ChannelPrivate):
            await bot(
                api.UpdatesGetChannelDifference(
                    channel=bot.channel(club),
                    filter=api.ChannelMessagesFilterEmpty(),
                    pts=1,
                    limit=100,
                )
            )
        with pytest.raises(errors.ChatWriteForbidden):
            await bot.say(club, "hello")


async def test_a_channel_without_bots_costs_nothing() -> None:
    """Its messages say of no bot that it hears them, and its box has no record for them."""
    async with village() as v:
        ada = await v.person("Ada")
        club = await ada.supergroup("Club")
        number = await ada.say(club, "/start")
        owner = Owner.channel(club.id)
        look = v.context.look(owner)
        message = await look.get(conversations.Message, accounts.peer_id(owner), number)
        chat = await look.get(chats.Chat)
        assert message is not None
        assert chat is not None
        assert (message.heard_by, chat.bots) == ((), ())


def said_in(updates: list[Any]) -> set[tuple[str, int, str]]:
    """Return what updates or messages say: kind, number and text."""
    found = set()
    for update in updates:
        alone = isinstance(update, api.Message | api.MessageService)
        message = update if alone else getattr(update, "message", None)
        if isinstance(message, api.Message | api.MessageService):
            kind = "edit" if "Edit" in type(update).__name__ else "new"
            found.add((kind, message.id, getattr(message, "message", type(message).__name__)))
    return found


async def test_a_bot_that_slept_learns_what_it_would_have_heard() -> None:
    """One device is told, another asks for the difference: they come to the same, and to no more."""
    async with village() as v:
        ada, eve, bot, club = await scene(v, supergroup=True)
        group = await ada.group("Sailors", eve)
        await invite(ada, group, bot)
        sleeper = await let_in(v, bot.token)
        since = await sleeper(api.UpdatesGetState())
        full = await sleeper(api.ChannelsGetFullChannel(channel=bot.channel(club)))
        sleeper.disconnect()
        bot.device.heard.clear()
        for chat in (club, group):
            for text in (*HEARD, *UNHEARD):
                number = await eve.say(chat, text)
                if text in ("/start now", "hello"):
                    await eve(
                        api.MessagesEditMessage(
                            peer=eve.peer(chat), id=number, message=f"{text} again"
                        )
                    )
        await promote(ada, club, bot)
        await eve.say(club, "to all admins")
        await ada(api.ChannelsEditTitle(channel=ada.channel(club), title="Other"))
        await v.settle()
        sleeper.reconnect()
        asked = api.UpdatesGetDifference(pts=since.pts, date=since.date, qts=since.qts)
        missed = await sleeper(asked)
        told = said_in([*missed.new_messages, *missed.other_updates])
        asked = api.UpdatesGetChannelDifference(
            channel=bot.channel(club),
            filter=api.ChannelMessagesFilterEmpty(),
            pts=full.full_chat.pts,
            limit=100,
        )
        missed = await sleeper(asked)
        told |= said_in([*missed.new_messages, *missed.other_updates])
        pushed = said_in(bot.device.heard)
        # of what was edited meanwhile, a difference says only what it is now
        assert {one[1:] for one in told if "again" not in one[2]} == {
            one[1:] for one in pushed if one[2] not in ("/start now", "/start now again")
        }
        assert "/start now again" in str(told)
        assert "hello again" not in str(told) + str(pushed)
