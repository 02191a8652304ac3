"""Presses of buttons: the bot is asked and answers, once, and nobody presses what they do not see."""

import asyncio
from typing import Any

import pytest
from tests.features.test_bots import let_in, made

from chappe.features import botqueue
from chappe.features.bots.callbacks import PRESSES, QUERY_LIFETIME_S
from chappe.tl import api, errors

from .keyboard import Bot, below, bot_of, gives, named, newest
from .test_auth_password import proof, set_password, settings
from .village import Person, village

TURNS_MAX = 2_000  # turns of the loop within which what is asked has arrived
TEA = below([("Tea", gives(b"tea")), ("Safe", gives(b"safe", password=True))])


def press(person: Person, bot: Bot, number: int, data: bytes, **more: Any) -> Any:
    """Return the call by which somebody presses a button of the conversation with a bot."""
    return person(
        api.MessagesGetBotCallbackAnswer(peer=named(person, bot), msg_id=number, data=data, **more)
    )


async def asked(bot: Bot, count: int = 1) -> Any:
    """Return the newest query once a bot was asked so often."""
    for _ in range(TURNS_MAX):
        told = bot.device.told(api.UpdateBotCallbackQuery)
        if len(told) >= count:
            return told[-1]
        await asyncio.sleep(0)
    raise AssertionError("the bot was not asked")


async def answer(bot: Bot, query: int, **more: Any) -> Any:
    """Answer a query."""
    return await bot(api.MessagesSetBotCallbackAnswer(query_id=query, **{"cache_time": 0, **more}))


async def test_a_press_is_answered() -> None:
    """The bot is told who pressed what below which message of its own; who pressed gets its answer, once."""
    async with village() as v:
        ada = await v.person("Ada")
        bot = await bot_of(ada)
        sent = await bot.say(ada, "So?", TEA)
        there = await newest(ada, bot)
        pressing = asyncio.ensure_future(press(ada, bot, there.id, b"tea"))
        query = await asked(bot)
        assert (query.user_id, query.msg_id, query.data) == (ada.id, sent.id, b"tea")
        assert query.peer == api.PeerUser(user_id=ada.id)
        assert bot.device.peers[ada.id].first_name == "Ada"
        assert await answer(bot, query.query_id, message="Coming", alert=True, cache_time=9)
        got = await pressing
        assert (got.message, got.alert, got.url, got.cache_time) == ("Coming", True, None, 9)
        with pytest.raises(errors.QueryIdInvalid):
            await answer(bot, query.query_id)
        again = asyncio.ensure_future(press(ada, bot, there.id, b"tea"))
        second = await asked(bot, 2)
        assert second.chat_instance == query.chat_instance
        assert second.query_id != query.query_id
        await answer(bot, second.query_id, url="https://t.me/Shop_bot?start=tea")
        assert (await again).url == "https://t.me/Shop_bot?start=tea"


async def test_a_bot_that_does_not_answer() -> None:
    """Who pressed is told so; a late answer is taken for a while, and then no more."""
    async with village() as v:
        v.context.own(PRESSES).wait_s = 0.0
        ada = await v.person("Ada")
        bot = await bot_of(ada)
        await bot.say(ada, "So?", TEA)
        there = await newest(ada, bot)
        for _ in range(2):
            with pytest.raises(errors.BotResponseTimeout):
                await press(ada, bot, there.id, b"tea")
        await v.settle()
        first, second = bot.device.told(api.UpdateBotCallbackQuery)
        assert await answer(bot, first.query_id)
        v.clock.time += QUERY_LIFETIME_S + 1
        with pytest.raises(errors.QueryIdInvalid):
            await answer(bot, second.query_id)


async def test_a_press_waits_for_a_program_that_is_away() -> None:
    """Over MTProto it is lost, also to the difference; the queue for HTTP has it for a while."""
    async with village() as v:
        v.context.own(PRESSES).wait_s = 0.0
        ada = await v.person("Ada")
        bot = await bot_of(ada)
        await bot.say(ada, "So?", TEA)
        there = await newest(ada, bot)
        state = await bot(api.UpdatesGetState())
        bot.device.disconnect()
        with pytest.raises(errors.BotResponseTimeout):
            await press(ada, bot, there.id, b"tea")
        await v.settle()
        queue = botqueue.UpdateQueue(v.context)
        page = await queue.take(bot.id, 0, 100)
        kinds = [handed.kind for handed in page.updates]
        assert kinds[-1] is botqueue.UpdateKind.CALLBACK_QUERY
        query = page.updates[-1].update
        assert (query.user_id, query.data) == (ada.id, b"tea")
        bot.device.reconnect()
        missed = await bot(api.UpdatesGetDifference(pts=state.pts, date=state.date, qts=state.qts))
        assert "CallbackQuery" not in str(missed)
        assert await answer(bot, query.query_id)
        v.clock.time += QUERY_LIFETIME_S + 1
        page = await queue.take(bot.id, 0, 100)
        assert botqueue.UpdateKind.CALLBACK_QUERY not in {handed.kind for handed in page.updates}


async def test_what_nobody_can_press() -> None:
    """No such message, no such button, not the other's conversation, not a person's or a bot's own."""
    async with village() as v:
        v.context.own(PRESSES).wait_s = 0.0
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await bot_of(ada)
        await bot.say(ada, "So?", TEA)
        there = await newest(ada, bot)
        with pytest.raises(errors.MessageIdInvalid):
            await press(ada, bot, there.id + 7, b"tea")
        for data in (b"", b"coffee", b"tx"):
            with pytest.raises(errors.DataInvalid):
                await press(ada, bot, there.id, data)
        with pytest.raises(errors.MessageIdInvalid):
            await press(ada, bot, there.id, b"tea", game=True)
        with pytest.raises(errors.MessageIdInvalid):
            await press(eve, bot, there.id, b"tea")
        with pytest.raises(errors.PasswordMissing):
            await press(ada, bot, there.id, b"safe")
        mine = await ada.say(api.PeerUser(user_id=bot.id), "Tea, please")
        with pytest.raises(errors.DataInvalid):
            await press(ada, bot, mine, b"tea")
        with pytest.raises(errors.RpcError, match="BOT_METHOD_INVALID"):
            await bot(api.MessagesGetBotCallbackAnswer(peer=bot.to(ada), msg_id=1, data=b"tea"))
        await v.settle()
        assert bot.device.told(api.UpdateBotCallbackQuery) == []


async def test_who_answers() -> None:
    """Only the bot that was asked, and with nothing that leads elsewhere."""
    async with village() as v:
        v.context.own(PRESSES).wait_s = 0.0
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await bot_of(ada)
        other = await let_in(v, await made(eve, "other_bot"))
        await bot.say(ada, "So?", TEA)
        with pytest.raises(errors.BotResponseTimeout):
            await press(ada, bot, (await newest(ada, bot)).id, b"tea")
        query = (await asked(bot)).query_id
        given = api.MessagesSetBotCallbackAnswer(query_id=query, cache_time=0)
        with pytest.raises(errors.QueryIdInvalid):
            await other(given)
        with pytest.raises(errors.RpcError, match="USER_BOT_REQUIRED"):
            await eve(given)
        with pytest.raises(errors.MessageTooLong):
            await answer(bot, query, message="x" * 201)
        for url in (
            "https://evil.example/login",
            "https://t.me/other_bot",
            "javascript:alert(1)",
            "tg://resolve?domain=other_bot",
            "http://[",
        ):
            with pytest.raises(errors.UrlInvalid):
                await answer(bot, query, url=url)
        assert await answer(bot, query, url="tg://resolve?domain=shop_bot&start=a")


async def test_a_button_that_wants_the_password() -> None:
    """Pressed with a proof of it, and not with a false one or none."""
    async with village() as v:
        v.context.own(PRESSES).wait_s = 0.0
        ada = await v.person("Ada")
        bot = await bot_of(ada)
        await bot.say(ada, "So?", TEA)
        there = (await newest(ada, bot)).id
        assert await set_password(ada, settings())
        with pytest.raises(errors.PasswordHashInvalid):
            await press(ada, bot, there, b"safe")
        with pytest.raises(errors.PasswordHashInvalid):
            await press(ada, bot, there, b"safe", password=await proof(ada, b"guessed"))
        assert bot.device.told(api.UpdateBotCallbackQuery) == []
        with pytest.raises(errors.BotResponseTimeout):
            await press(ada, bot, there, b"safe", password=await proof(ada))
        assert (await asked(bot)).data == b"safe"
