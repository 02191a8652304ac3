"""Inline mode: a bot is asked, offers results, somebody sends one as theirs, and the bot edits it."""

import asyncio
from typing import Any

import pytest
from tests.features.test_bots import talk

from chappe.core import Owner
from chappe.features import botqueue
from chappe.features.bots.callbacks import PRESSES
from chappe.features.inline.asking import ANSWERS, QUERY_LIFETIME_S, RESULTS_LIFETIME_S
from chappe.features.inline.records import RememberedResults
from chappe.tl import api, errors

from .keyboard import Bot, below, bot_of, gives, letters, named
from .post import picture
from .village import Person, village

TURNS_MAX = 2_000  # turns of the loop within which what is asked has arrived
KEYS = below([("More", gives(b"more"))])


async def inline_bot(person: Person, name: str = "shop_bot", *, feedback: bool = False) -> Bot:
    """Return a bot that offers results."""
    bot = await bot_of(person, name)
    assert "Success" in await talk(person, "/setinline", f"@{name}", "Search tea")
    if feedback:
        assert "Success" in await talk(person, "/setinlinefeedback", f"@{name}", "Enabled")
    return bot


def who(person: Person, bot: Bot) -> api.InputUser:
    """Return how somebody names a bot."""
    peer = named(person, bot)
    return api.InputUser(user_id=peer.user_id, access_hash=peer.access_hash)


def ask(person: Person, bot: Bot, text: str, **more: Any) -> Any:
    """Return the call by which somebody asks a bot."""
    given = {"peer": api.InputPeerSelf(), "offset": "", **more}
    return person(api.MessagesGetInlineBotResults(bot=who(person, bot), query=text, **given))


async def heard(bot: Bot, count: int = 1) -> Any:
    """Return the newest query, once a bot has heard so many."""
    for _ in range(TURNS_MAX):
        told = bot.device.told(api.UpdateBotInlineQuery)
        if len(told) >= count:
            return told[-1]
        await asyncio.sleep(0)
    raise AssertionError("the bot was not asked")


def article(number: str = "1", text: str = "Green tea", **more: Any) -> api.InputBotInlineResult:
    """Return a result that becomes a text."""
    message = api.InputBotInlineMessageText(message=text, **more)
    return api.InputBotInlineResult(
        id=number, type="article", title=f"Tea {number}", description="hot", send_message=message
    )


async def offer(bot: Bot, query: int, *results: Any, **more: Any) -> Any:
    """Answer a query."""
    given = {"cache_time": 0, **more}
    return await bot(
        api.MessagesSetInlineBotResults(query_id=query, results=list(results), **given)
    )


async def offered(person: Person, bot: Bot, *results: Any, **more: Any) -> Any:
    """Have somebody ask and be answered; return what they are shown."""
    before = len(bot.device.told(api.UpdateBotInlineQuery))
    asking = asyncio.ensure_future(ask(person, bot, f"tea {before}"))
    query = await heard(bot, before + 1)
    await offer(bot, query.query_id, *results, **more)
    return await asking


async def choose(person: Person, to: Any, query: int, number: str = "1", **more: Any) -> Any:
    """Send a result; return the message as the sender is shown it."""
    answer = await person(
        api.MessagesSendInlineBotResult(
            peer=person.peer(to),
            random_id=person.village.number(),
            query_id=query,
            id=number,
            **more,
        )
    )
    await person.village.settle()
    kinds = api.UpdateNewMessage | api.UpdateNewChannelMessage
    return next(u.message for u in answer.updates if isinstance(u, kinds))


async def test_a_result_is_offered_and_sent() -> None:
    """Both sides see that it came through the bot, which is told what was chosen and edits it."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await inline_bot(ada, feedback=True)
        shown = (await ada(api.ContactsResolveUsername(username="shop_bot"))).users[0]
        assert shown.bot_inline_placeholder == "Search tea"
        asking = asyncio.ensure_future(ask(ada, bot, "green", peer=ada.peer(eve), offset="a"))
        query = await heard(bot)
        assert (query.user_id, query.query, query.offset) == (ada.id, "green", "a")
        assert query.peer_type == api.InlineQueryPeerTypePM()
        switch = api.InlineBotSwitchPM(text="Log in", start_param="in_1")
        await offer(
            bot,
            query.query_id,
            article(reply_markup=KEYS),
            article("2", "Black tea"),
            next_offset="b",
            switch_pm=switch,
            gallery=True,
        )
        found = await asking
        assert (found.next_offset, found.switch_pm, found.gallery) == ("b", switch, True)
        assert [(r.id, r.title, r.description) for r in found.results] == [
            ("1", "Tea 1", "hot"),
            ("2", "Tea 2", "hot"),
        ]
        assert found.results[0].send_message.message == "Green tea"
        mine = await choose(ada, eve, found.query_id)
        theirs = (await eve.history(ada))[0]
        for message in (mine, theirs):
            assert (message.message, message.via_bot_id) == ("Green tea", bot.id)
            assert message.reply_markup == KEYS
        await v.settle()
        chosen = bot.device.told(api.UpdateBotInlineSend)[-1]
        assert (chosen.user_id, chosen.query, chosen.id) == (ada.id, "green", "1")
        for text, markup in (("White tea", KEYS), ("No tea", None)):
            assert await bot(
                api.MessagesEditInlineBotMessage(
                    id=chosen.msg_id, message=text, reply_markup=markup
                )
            )
            await v.settle()
            theirs = (await eve.history(ada))[0]
            assert (theirs.message, theirs.reply_markup) == (text, markup)
            assert (await ada.history(eve))[0].message == text
        with pytest.raises(errors.MessageNotModified):
            await bot(api.MessagesEditInlineBotMessage(id=chosen.msg_id, message="No tea"))


async def test_who_presses_below_a_result() -> None:
    """The bot hears of the press by the name it knows the message by, and of nothing else there."""
    async with village() as v:
        v.context.own(PRESSES).wait_s = 0.0
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await inline_bot(ada)
        found = await offered(ada, bot, article(reply_markup=KEYS))
        for place in (eve, await ada.group("Tea", eve), await ada.supergroup("Talk", eve)):
            await choose(ada, place, found.query_id)
            seen = eve.peer(ada) if place is eve else eve.peer(place)
            there = (await eve.history(ada if place is eve else place))[0]
            with pytest.raises(errors.BotResponseTimeout):
                await eve(
                    api.MessagesGetBotCallbackAnswer(peer=seen, msg_id=there.id, data=b"more")
                )
            await v.settle()
            pressed = bot.device.told(api.UpdateInlineBotCallbackQuery)[-1]
            assert (pressed.user_id, pressed.data) == (eve.id, b"more")
            assert await bot(api.MessagesEditInlineBotMessage(id=pressed.msg_id, message="Pressed"))
            await v.settle()
            edited = (await eve.history(ada if place is eve else place))[0]
            assert (edited.message, edited.reply_markup) == ("Pressed", None)
        assert bot.device.told(api.UpdateNewMessage)[1:] == []
        assert bot.device.told(api.UpdateNewChannelMessage) == []


async def test_an_answer_serves_again() -> None:
    """As long as the bot says, for everybody, or for who asked where it is theirs alone."""
    async with village() as v:
        v.context.own(ANSWERS).wait_s = 0.0
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await inline_bot(ada)
        for private in (False, True):
            before = len(bot.device.told(api.UpdateBotInlineQuery))
            text = f"tea {private}"
            with pytest.raises(errors.BotResponseTimeout):
                await ask(ada, bot, text)
            query = (await heard(bot, before + 1)).query_id
            await offer(bot, query, article(), cache_time=60, private=private)
            again = await ask(ada, bot, text)
            assert (again.query_id != query, again.results[0].id) == (True, "1")
            assert (await choose(ada, eve, again.query_id)).message == "Green tea"
            if private:
                with pytest.raises(errors.BotResponseTimeout):
                    await ask(eve, bot, text)
            else:
                assert (await ask(eve, bot, text)).results[0].id == "1"
        v.clock.time += 61
        with pytest.raises(errors.BotResponseTimeout):
            await ask(ada, bot, "tea False")


async def test_what_is_refused_to_who_asks() -> None:
    """No bot, one that offers nothing, results of somebody else's query, and those of long ago."""
    async with village() as v:
        v.context.own(ANSWERS).wait_s = 0.0
        ada, eve = await v.people_named("Ada", "Eve")
        plain = await bot_of(ada, "plain_bot")
        with pytest.raises(errors.BotInlineDisabled):
            await ask(ada, plain, "tea")
        with pytest.raises(errors.BotInvalid):
            await ada(
                api.MessagesGetInlineBotResults(
                    bot=ada.user(eve), peer=api.InputPeerSelf(), query="", offset=""
                )
            )
        bot = await inline_bot(ada)
        with pytest.raises(errors.BotResponseTimeout):
            await ask(ada, bot, "tea")
        query = (await heard(bot)).query_id
        assert await offer(bot, query, article())
        for number, refusal in (("", errors.ResultIdEmpty), ("3", errors.ResultIdInvalid)):
            with pytest.raises(refusal):
                await choose(ada, eve, query, number)
        with pytest.raises(errors.QueryIdEmpty):
            await choose(ada, eve, 0)
        for other in (eve, ada):
            with pytest.raises(errors.InlineResultExpired):
                await choose(other, ada, query if other is eve else query + 1)
        v.clock.time += RESULTS_LIFETIME_S + 1
        with pytest.raises(errors.InlineResultExpired):
            await choose(ada, eve, query)
        assert "Success" in await talk(ada, "/setinline", "@shop_bot", "/empty")
        with pytest.raises(errors.BotInlineDisabled):
            await ask(ada, bot, "tea")


async def test_a_group_may_forbid_it() -> None:
    """Where members may send no results of bots, or no texts, they send none."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await inline_bot(eve)
        group = await ada.supergroup("Talk", eve)
        found = await offered(eve, bot, article())
        for right, refusal in (
            ("send_inline", errors.ChatSendInlineForbidden),
            ("send_plain", errors.ChatSendPlainForbidden),
        ):
            banned = api.ChatBannedRights(until_date=0, **{right: True})
            await ada(
                api.MessagesEditChatDefaultBannedRights(peer=ada.peer(group), banned_rights=banned)
            )
            with pytest.raises(refusal):
                await choose(eve, group, found.query_id)


WRONG: list[tuple[list[Any], dict[str, Any], type[errors.RpcError]]] = [
    ([article()] * 2, {}, errors.ResultIdDuplicate),
    ([article(str(n)) for n in range(51)], {}, errors.ResultsTooMuch),
    ([article("")], {}, errors.ResultIdInvalid),
    ([article("x" * 65)], {}, errors.ResultIdInvalid),
    ([article(text="")], {}, errors.MessageEmpty),
    ([article(text="x" * 4097)], {}, errors.MessageTooLong),
    ([article(reply_markup=letters("Yes"))], {}, errors.ReplyMarkupInvalid),
    ([article(reply_markup=below([("x", gives(b""))]))], {}, errors.ButtonDataInvalid),
    ([], {"next_offset": "x" * 65}, errors.NextOffsetInvalid),
    ([], {"switch_pm": api.InlineBotSwitchPM(text="", start_param="a")}, errors.SwitchPmTextEmpty),
    ([], {"switch_pm": api.InlineBotSwitchPM(text="a", start_param="")}, errors.StartParamEmpty),
    (
        [],
        {"switch_pm": api.InlineBotSwitchPM(text="a", start_param="a b")},
        errors.StartParamInvalid,
    ),
    (
        [],
        {"switch_webview": api.InlineBotWebView(text="a", url="http://x")},
        errors.SwitchWebviewUrlInvalid,
    ),
]


async def test_what_is_refused_to_who_answers() -> None:
    """Each refusal of Telegram's; queries of others, answered ones and old ones."""
    async with village() as v:
        v.context.own(ANSWERS).wait_s = 0.0
        ada, eve = await v.people_named("Ada", "Eve")
        bot, other = await inline_bot(ada), await inline_bot(eve, "other_bot")
        with pytest.raises(errors.BotResponseTimeout):
            await ask(ada, bot, "tea")
        query = (await heard(bot)).query_id
        for results, more, refusal in WRONG:
            with pytest.raises(refusal):
                await offer(bot, query, *results, **more)
        message = api.InputBotInlineMessageText(message="x")
        for kind, title, refusal in (
            ("song", "x", errors.ResultTypeInvalid),
            ("article", " ", errors.ArticleTitleEmpty),
        ):
            result = api.InputBotInlineResult(id="1", type=kind, title=title, send_message=message)
            with pytest.raises(refusal):
                await offer(bot, query, result)
        game = api.InputBotInlineResultGame(
            id="1", short_name="x", send_message=api.InputBotInlineMessageGame()
        )
        with pytest.raises(errors.ResultTypeInvalid):
            await offer(bot, query, game)
        with pytest.raises(errors.QueryIdInvalid):
            await offer(other, query, article())
        with pytest.raises(errors.RpcError, match="USER_BOT_REQUIRED"):
            await ada(api.MessagesSetInlineBotResults(query_id=query, results=[], cache_time=0))
        assert await offer(bot, query, article())
        with pytest.raises(errors.QueryIdInvalid):
            await offer(bot, query, article())
        with pytest.raises(errors.BotResponseTimeout):
            await ask(ada, bot, "coffee")
        late = (await heard(bot, 2)).query_id
        v.clock.time += QUERY_LIFETIME_S + 1
        with pytest.raises(errors.QueryIdInvalid):
            await offer(bot, late, article())


async def test_a_bot_edits_only_what_was_sent_through_it() -> None:
    """Not with a name it made up, nor by that of another bot."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot, other = await inline_bot(ada, feedback=True), await inline_bot(eve, "other_bot")
        found = await offered(ada, bot, article(reply_markup=KEYS))
        await choose(ada, eve, found.query_id)
        secret = await ada.say(eve, "For you")
        right = bot.device.told(api.UpdateBotInlineSend)[-1].msg_id
        made_up = api.InputBotInlineMessageID64(
            dc_id=2, owner_id=ada.id, id=secret, access_hash=right.access_hash
        )
        old = api.InputBotInlineMessageID(dc_id=2, id=right.id, access_hash=right.access_hash)
        for device, name in ((bot, made_up), (bot, old), (other, right)):
            with pytest.raises(errors.MessageIdInvalid):
                await device(api.MessagesEditInlineBotMessage(id=name, message="Mine"))
        with pytest.raises(errors.RpcError, match="USER_BOT_REQUIRED"):
            await ada(api.MessagesEditInlineBotMessage(id=right, message="Mine"))


async def test_the_queue_has_queries_and_choices() -> None:
    """A program that fetches by HTTP is asked and told as well."""
    async with village() as v:
        v.context.own(ANSWERS).wait_s = 0.0
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await inline_bot(ada, feedback=True)
        bot.device.disconnect()
        with pytest.raises(errors.BotResponseTimeout):
            await ask(ada, bot, "tea")
        await v.settle()
        queue = botqueue.UpdateQueue(v.context)
        asked = (await queue.take(bot.id, 0, 100)).updates[-1]
        assert asked.kind is botqueue.UpdateKind.INLINE_QUERY
        bot.device.reconnect()
        await offer(bot, asked.update.query_id, article(), cache_time=60)
        await choose(ada, eve, (await ask(ada, bot, "tea")).query_id)
        told = (await queue.take(bot.id, 0, 100)).updates[-1]
        assert told.kind is botqueue.UpdateKind.CHOSEN_INLINE_RESULT
        assert (told.update.id, told.update.msg_id) == ("1", None)


async def test_places_and_contacts() -> None:
    """Results become what they say, not only words."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await inline_bot(ada)
        point = api.InputGeoPoint(lat=48.0, long=2.0)
        said: list[tuple[str, Any, type[Any]]] = [
            ("geo", api.InputBotInlineMessageMediaGeo(geo_point=point), api.MessageMediaGeo),
            (
                "venue",
                api.InputBotInlineMessageMediaVenue(
                    geo_point=point,
                    title="Tea house",
                    address="Street",
                    provider="",
                    venue_id="",
                    venue_type="",
                ),
                api.MessageMediaVenue,
            ),
            (
                "contact",
                api.InputBotInlineMessageMediaContact(
                    phone_number="123", first_name="Shop", last_name="", vcard=""
                ),
                api.MessageMediaContact,
            ),
        ]
        results = [
            api.InputBotInlineResult(id=kind, type=kind, title=kind, send_message=message)
            for kind, message, _ in said
        ]
        found = await offered(ada, bot, *results)
        for kind, message, medium in said:
            shown = next(r for r in found.results if r.id == kind).send_message
            assert type(shown).__name__ == type(message).__name__.removeprefix("Input")
            sent = await choose(ada, eve, found.query_id, kind)
            assert type(sent.media) is medium


async def fetched(person: Person, photo: Any) -> Any:
    """Fetch the beginning of a photo."""
    where = api.InputPhotoFileLocation(
        id=photo.id,
        access_hash=photo.access_hash,
        file_reference=photo.file_reference,
        thumb_size=photo.sizes[-1].type,
    )
    return await person(api.UploadGetFile(location=where, offset=0, limit=4096))


async def test_a_photo_of_a_bots() -> None:
    """Who was offered it sees it and sends it on; nobody else, and nobody once the offer is too old."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await inline_bot(ada)
        await bot(api.UploadSaveFilePart(file_id=5, file_part=0, bytes=picture(60, 40)))
        file = api.InputFile(id=5, parts=1, name="tea.jpg", md5_checksum="")
        sent = await bot(
            api.MessagesSendMedia(
                peer=bot.to(ada),
                media=api.InputMediaUploadedPhoto(file=file),
                message="",
                random_id=v.number(),
            )
        )
        mine = next(u.message.media.photo for u in sent.updates if hasattr(u, "message"))
        given = api.InputPhoto(
            id=mine.id, access_hash=mine.access_hash, file_reference=mine.file_reference
        )
        caption = api.InputBotInlineMessageMediaAuto(message="Leaves", reply_markup=KEYS)
        result = api.InputBotInlineResultPhoto(
            id="1", type="photo", photo=given, send_message=caption
        )
        found = await offered(eve, bot, result)
        photo = found.results[0].photo
        assert (await fetched(eve, photo)).bytes[:2] == b"\xff\xd8"
        with pytest.raises(errors.FileIdInvalid):
            await fetched(ada, photo)
        message = await choose(eve, ada, found.query_id)
        assert (message.message, message.media.photo.id) == ("Leaves", photo.id)
        got = (await ada.history(eve))[0].media.photo
        assert (await fetched(ada, got)).bytes[:2] == b"\xff\xd8"
        elsewhere = api.InputBotInlineResult(id="1", type="photo", title="x", send_message=caption)
        asking = asyncio.ensure_future(ask(eve, bot, "photo"))
        query = (await heard(bot, 2)).query_id
        with pytest.raises(errors.WebdocumentUrlInvalid):
            await offer(bot, query, elsewhere)
        await offer(bot, query)
        assert (await asking).results == []
        v.clock.time += RESULTS_LIFETIME_S + 1
        with pytest.raises(errors.FileReferenceExpired):
            await fetched(eve, photo)


async def test_a_group_shows_a_bot_what_was_sent_by_it() -> None:
    """In privacy mode a bot hears a result of its own that somebody sends, and not what is beside it."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await inline_bot(ada)
        club = await ada.supergroup("Club", eve)
        await ada(api.ChannelsInviteToChannel(channel=ada.channel(club), users=[who(ada, bot)]))
        shown = await offered(eve, bot, article())
        await choose(eve, club, shown.query_id)
        await eve.say(club, "Black tea")
        told = bot.device.told(api.UpdateNewChannelMessage)
        assert [getattr(u.message, "message", "") for u in told][-1] == "Green tea"


async def test_answers_that_serve_nobody_any_more_are_dropped() -> None:
    """What is remembered of a question goes once an answer comes after its time."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        bot = await inline_bot(ada)
        look = v.context.look(Owner.user(bot.id))
        for _ in range(3):
            await offered(ada, bot, article(), cache_time=60)
        assert len(await look.scan(RememberedResults)) == 3
        await v.wait(61)
        await offered(ada, bot, article(), cache_time=60)
        assert len(await look.scan(RememberedResults)) == 1
