"""Buttons of bots in groups and channels: every member presses them, nobody else does."""

import asyncio
from typing import Any

import pytest

from chappe.features.bots.callbacks import PRESSES
from chappe.tl import api, errors

from .bots_there import BotThere, bot_of
from .keyboard import below, gives, letters
from .village import Person, Village, village

KEYS = below([("Tea", gives(b"tea"))])


async def places(v: Village, ada: Person, eve: Person, bot: BotThere) -> list[Any]:
    """Return a basic group, a supergroup and a channel of Ada's that Eve and a bot are in."""
    group = await ada.group("Tea", eve)
    await ada(api.MessagesAddChatUser(chat_id=group.id, user_id=bot.named_by(ada), fwd_limit=0))
    talk = await ada.supergroup("Talk", eve)
    news = await ada.supergroup("News", eve, broadcast=True)
    for place in (talk, news):
        rights = api.ChatAdminRights(post_messages=True, edit_messages=True)
        await ada(
            api.ChannelsEditAdmin(
                channel=ada.channel(place),
                user_id=bot.named_by(ada),
                admin_rights=rights,
                rank="",
            )
        )
    await v.settle()
    return [group, talk, news]


async def test_members_press_and_strangers_do_not() -> None:
    """The bot is told the place and its own number of the message; an edit reaches every member."""
    async with village() as v:
        v.context.own(PRESSES).wait_s = 0.0
        ada, eve, bob = await v.people_named("Ada", "Eve", "Bob")
        bot = await bot_of(v, ada, "tea_bot")
        for place in await places(v, ada, eve, bot):
            sent = await bot.say(place, "What?", reply_markup=KEYS)
            there = (await eve.history(place))[0]
            assert there.reply_markup == KEYS
            instances = set()
            for person in (eve, ada):
                mine = (await person.history(place))[0]
                before = len(bot.device.told(api.UpdateBotCallbackQuery))
                with pytest.raises(errors.BotResponseTimeout):
                    await person(
                        api.MessagesGetBotCallbackAnswer(
                            peer=person.peer(place), msg_id=mine.id, data=b"tea"
                        )
                    )
                await v.settle()
                asked = bot.device.told(api.UpdateBotCallbackQuery)[before:]
                assert [(q.user_id, q.msg_id) for q in asked] == [(person.id, sent)]
                assert asked[0].peer == there.peer_id
                instances.add(asked[0].chat_instance)
            assert len(instances) == 1
            for stranger in (bob,):
                with pytest.raises(errors.RpcError):
                    await stranger(
                        api.MessagesGetBotCallbackAnswer(
                            peer=stranger.peer(place), msg_id=there.id, data=b"tea"
                        )
                    )
            await bot(api.MessagesEditMessage(peer=bot.peer(place), id=sent, message="Gone."))
            await v.settle()
            for person in (eve, ada):
                now = (await person.history(place))[0]
                assert (now.message, now.reply_markup) == ("Gone.", None)
        assert len(bot.device.told(api.UpdateBotCallbackQuery)) == 6


async def test_letters_are_replaced_in_groups_only() -> None:
    """Members of a group get the keyboard; in a channel nobody writes, so the bot is refused."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await bot_of(v, ada, "tea_bot")
        group, talk, news = await places(v, ada, eve, bot)
        for place in (group, talk):
            await bot.say(place, "What?", reply_markup=letters("Tea", selective=True))
            assert (await eve.history(place))[0].reply_markup == letters("Tea", selective=True)
            phone = api.KeyboardButton(text="Call", type=api.ButtonTypeRequestPhone())
            asks = api.ReplyKeyboardMarkup(rows=[api.KeyboardButtonRow(buttons=[phone])])
            with pytest.raises(errors.ButtonTypeInvalid):
                await bot.say(place, "What?", reply_markup=asks)
        with pytest.raises(errors.ReplyMarkupInvalid):
            await bot.say(news, "What?", reply_markup=letters("Tea"))


async def test_a_comment_keeps_links_of_a_post() -> None:
    """What a channel's post says appears in its group with its links, and without what asks the bot."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await bot_of(v, ada, "tea_bot")
        _, talk, news = await places(v, ada, eve, bot)
        await ada(
            api.ChannelsSetDiscussionGroup(broadcast=ada.channel(news), group=ada.channel(talk))
        )
        await asyncio.sleep(0)
        link = below([("Site", api.InlineButtonTypeUrl(url="https://tea.example"))])
        for markup, seen in ((link, link), (KEYS, None)):
            sent = await bot.say(news, "Post", reply_markup=markup)
            post = (await eve.history(talk))[0]
            assert (post.message, post.reply_markup) == ("Post", seen)
            await bot(
                api.MessagesEditMessage(
                    peer=bot.peer(news), id=sent, message="Other", reply_markup=link
                )
            )
            await v.settle()
            post = (await eve.history(talk))[0]
            assert (post.message, post.reply_markup) == ("Other", link)
