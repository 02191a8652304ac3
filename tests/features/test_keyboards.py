"""Keyboards: a bot sends them, its readers see them, and nobody else can make any."""

from typing import Any

import pytest

from chappe.features import keyboards
from chappe.rpc import Call
from chappe.tl import api, errors

from .keyboard import below, bot_of, gives, letters, named, newest
from .village import village

TEA = below([("Tea", gives(b"tea")), ("Site", api.InlineButtonTypeUrl(url="https://tea.example"))])
LINKS = below(
    [("Site", api.InlineButtonTypeUrl(url="https://tea.example"))],
    [("Share", api.InlineButtonTypeSwitchInline(query="tea"))],
    [("Word", api.InlineButtonTypeCopy(copy_text="word"))],
)


async def test_a_keyboard_is_sent_edited_and_taken_away() -> None:
    """Both sides see what it is now; an edit without one takes it away, whatever else it says."""
    async with village() as v:
        ada = await v.person("Ada")
        bot = await bot_of(ada)
        sent = await bot.say(ada, "What would you like?", TEA)
        assert sent.reply_markup == TEA
        assert (await newest(ada, bot)).reply_markup == TEA
        told = ada.told(api.UpdateNewMessage)[-1].message
        assert getattr(told, "reply_markup", None) == TEA
        await bot.edit(ada, sent.id, reply_markup=LINKS)
        shown = await newest(ada, bot)
        assert (shown.message, shown.reply_markup) == ("What would you like?", LINKS)
        with pytest.raises(errors.MessageNotModified):
            await bot.edit(ada, sent.id, message="What would you like?", reply_markup=LINKS)
        await bot.edit(ada, sent.id, message="Nothing left.")
        shown = await newest(ada, bot)
        assert (shown.message, shown.reply_markup) == ("Nothing left.", None)
        with pytest.raises(errors.ReplyMarkupInvalid):
            await bot.edit(ada, sent.id, message="Now?", reply_markup=letters("Yes"))
        v.clock.time += 40 * 86_400
        await bot.edit(ada, sent.id, message="Long after.", reply_markup=TEA)
        assert (await newest(ada, bot)).reply_markup == TEA


async def test_letters_are_replaced_and_come_back() -> None:
    """Keyboards of texts, a request to answer, and their end."""
    async with village() as v:
        ada = await v.person("Ada")
        bot = await bot_of(ada)
        for markup in (
            letters("Tea", "Coffee", resize=True, single_use=True, placeholder="Choose"),
            api.ReplyKeyboardForceReply(placeholder="Your name"),
            api.ReplyKeyboardHide(),
        ):
            await bot.say(ada, "So?", markup)
            assert (await newest(ada, bot)).reply_markup == markup
        asks = api.InputButtonTypeRequestPeer(
            button_id=4,
            peer_type=api.RequestPeerTypeUser(),
            max_quantity=1,
            name_requested=True,
        )
        row = api.KeyboardButtonRow(buttons=[api.KeyboardButton(text="Who?", type=asks)])
        await bot.say(ada, "Whom?", api.ReplyKeyboardMarkup(rows=[row]))
        shown = (await newest(ada, bot)).reply_markup.rows[0].buttons[0]
        assert isinstance(shown.type, api.ButtonTypeRequestPeer)
        assert (await bot.say(ada, "Nothing", below())).out


async def test_people_send_no_keyboards() -> None:
    """What an app of a person says of one counts for nothing, and an edit of theirs makes none."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        number = await ada.say(eve, "Look", reply_markup=TEA)
        await ada(
            api.MessagesEditMessage(
                peer=ada.peer(eve), id=number, message="Look again", reply_markup=TEA
            )
        )
        shown = (await eve.history(ada))[0]
        assert (shown.message, shown.reply_markup) == ("Look again", None)


async def test_a_forward_keeps_what_means_the_same_elsewhere() -> None:
    """Links go along; a keyboard that gives something back to its bot, or one of letters, does not."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await bot_of(ada)
        for markup, expected in ((TEA, None), (LINKS, LINKS), (letters("Yes"), None)):
            await bot.say(ada, "Look", markup)
            there = await newest(ada, bot)
            await ada(
                api.MessagesForwardMessages(
                    from_peer=named(ada, bot),
                    to_peer=ada.peer(eve),
                    id=[there.id],
                    random_id=[v.number()],
                )
            )
            await v.settle()
            assert (await eve.history(ada))[0].reply_markup == expected


def kind_of(kind: Any) -> api.ReplyInlineMarkup:
    """Return a keyboard with one button of this kind."""
    return below([("Press", kind)])


URL = api.InlineButtonTypeUrl
WRONG: list[tuple[Any, type[errors.RpcError]]] = [
    (kind_of(gives(b"")), errors.ButtonDataInvalid),
    (kind_of(gives(b"x" * 65)), errors.ButtonDataInvalid),
    (kind_of(URL(url="")), errors.ButtonUrlInvalid),
    (kind_of(URL(url="javascript://alert")), errors.ButtonUrlInvalid),
    (kind_of(URL(url="https://a b.example")), errors.ButtonUrlInvalid),
    (kind_of(URL(url="https://example.com:port")), errors.ButtonUrlInvalid),
    (kind_of(api.InlineButtonTypeCopy(copy_text="")), errors.ButtonCopyTextInvalid),
    (kind_of(api.InlineButtonTypeCopy(copy_text="x" * 257)), errors.ButtonCopyTextInvalid),
    (kind_of(api.InlineButtonTypeBuy()), errors.ReplyMarkupBuyEmpty),
    (kind_of(api.InlineButtonTypeGame()), errors.ReplyMarkupGameEmpty),
    (kind_of(api.InlineButtonTypeWebView(url="http://example.com")), errors.ButtonUrlInvalid),
    (kind_of(api.InlineButtonTypeUserProfile(user_id=5)), errors.ButtonTypeInvalid),
    (below([(" ", gives(b"x"))]), errors.ButtonTextInvalid),
    (below([("x", gives(b"x"))] * 101), errors.ReplyMarkupTooLong),
    (below([("x" * 200, gives(b"x" * 64))] * 50), errors.ReplyMarkupTooLong),
    (letters(), errors.ReplyMarkupInvalid),
    (letters("  "), errors.ButtonTextInvalid),
    (letters(*["x"] * 301), errors.ReplyMarkupTooLong),
    (letters("x", placeholder="x" * 65), errors.ReplyMarkupInvalid),
]


async def test_what_no_keyboard_may_be() -> None:
    """Each refusal of Telegram's, and nothing is written."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await bot_of(ada)
        before = (await newest(ada, bot)).id
        for markup, refusal in WRONG:
            with pytest.raises(refusal):
                await bot.say(ada, "So?", markup)
        stranger = api.InputInlineButtonTypeUserProfile(
            user_id=api.InputUser(user_id=eve.id, access_hash=0)
        )
        with pytest.raises(errors.ButtonUserInvalid):
            await bot.say(ada, "So?", kind_of(stranger))
        twice = api.InputButtonTypeRequestPeer(
            button_id=1, peer_type=api.RequestPeerTypeUser(), max_quantity=1
        )
        row = api.KeyboardButtonRow(buttons=[api.KeyboardButton(text="Who?", type=twice)] * 2)
        with pytest.raises(errors.ButtonIdInvalid):
            await bot.say(ada, "So?", api.ReplyKeyboardMarkup(rows=[row]))
        with pytest.raises(errors.ScheduleBotNotAllowed):
            await bot.say(ada, "Later", schedule_date=int(v.clock.time) + 600)
        assert (await newest(ada, bot)).id == before


async def test_a_profile_on_a_button() -> None:
    """Opened where its owner lets forwards name them; whoever reads it is told who that is."""
    async with village() as v:
        ada = await v.person("Ada")
        bot = await bot_of(ada)
        me = api.InputInlineButtonTypeUserProfile(
            user_id=api.InputUser(user_id=ada.id, access_hash=0)
        )
        await bot.say(ada, "You", kind_of(me))
        shown = (await newest(ada, bot)).reply_markup.rows[0].buttons[0].type
        assert shown == api.InlineButtonTypeUserProfile(user_id=ada.id)
        nobody: list[api.TypeInputPrivacyRule] = [api.InputPrivacyValueDisallowAll()]
        await ada(api.AccountSetPrivacy(key=api.InputPrivacyKeyForwards(), rules=nobody))
        with pytest.raises(errors.ButtonUserPrivacyRestricted):
            await bot.say(ada, "You", kind_of(me))


async def test_a_place_decides_which_keyboard() -> None:
    """What is asked for in private is asked nowhere else, and where nobody writes no letters are replaced."""
    async with village() as v:
        ada = await v.person("Ada")
        bot = await bot_of(ada)
        call = Call(v.context, bot.device.client)
        room = keyboards.Room
        app = kind_of(api.InlineButtonTypeWebView(url="https://tea.example"))
        phone = api.KeyboardButton(text="Call me", type=api.ButtonTypeRequestPhone())
        asks = api.ReplyKeyboardMarkup(rows=[api.KeyboardButtonRow(buttons=[phone])])
        assert await keyboards.take_markup(call, asks, room.PRIVATE)
        assert await keyboards.take_markup(call, app, room.PRIVATE)
        assert await keyboards.take_markup(call, letters("Yes"), room.GROUP)
        for markup in (asks, app):
            with pytest.raises(errors.ButtonTypeInvalid):
                await keyboards.take_markup(call, markup, room.GROUP)
        for markup in (letters("Yes"), api.ReplyKeyboardHide(), api.ReplyKeyboardForceReply()):
            for there in (room.CHANNEL, room.ANYWHERE):
                with pytest.raises(errors.ReplyMarkupInvalid):
                    await keyboards.take_markup(call, markup, there)
