"""Bots: made in a talk with @BotFather or by the operator, in by a token, and heard like anybody."""

from typing import Any

import pytest
from tests.operating import operate

from chappe.core import Kind
from chappe.features import accounts, bots
from chappe.tl import api, errors

from .village import Device, Person, Village, village


async def father(person: Person) -> Any:
    """Return @BotFather as somebody finds them."""
    found = await person(api.ContactsResolveUsername(username="BotFather"))
    return found.users[0]


async def talk(person: Person, *texts: str) -> str:
    """Say things to @BotFather, and return the last answer."""
    who = await father(person)
    peer = api.InputPeerUser(user_id=who.id, access_hash=who.access_hash)
    v = person.village
    for text in texts:
        await person(api.MessagesSendMessage(peer=peer, message=text, random_id=v.number()))
        await v.wait(1)
    shown = await person(
        api.MessagesGetHistory(
            peer=peer,
            offset_id=0,
            offset_date=0,
            add_offset=0,
            limit=1,
            max_id=0,
            min_id=0,
            hash=0,
        )
    )
    return str(shown.messages[0].message)


async def let_in(v: Village, token: str) -> Device:
    """Return a device on which a bot is logged in."""
    device = await v.stranger()
    asked = api.AuthImportBotAuthorization(flags=0, api_id=1, api_hash="x", bot_auth_token=token)
    await device(asked)
    return device


def token_in(text: str) -> str:
    """Return the token in an answer."""
    return next(line for line in text.splitlines() if ":" in line and line[0].isdigit())


async def made(person: Person, name: str = "shop_bot") -> str:
    """Have @BotFather make a bot, and return its token."""
    return token_in(await talk(person, "/newbot", "Shop", name))


async def test_a_bot_is_made_and_heard() -> None:
    """Its owner makes it, it comes in by its token, is spoken to first, and answers."""
    async with village() as v:
        await bots.settle(v.context)
        await bots.settle(v.context)
        ada = await v.person("Ada")
        known = await father(ada)
        assert (known.bot, known.status) == (True, None)
        device = await let_in(v, await made(ada))
        me = (await device(api.UsersGetUsers(id=[api.InputUserSelf()])))[0]
        assert (me.bot, me.username, me.first_name, me.phone) == (True, "shop_bot", "Shop", None)
        to = api.InputPeerUser(user_id=ada.id, access_hash=0)
        with pytest.raises(errors.PeerIdInvalid):
            await device(api.MessagesSendMessage(peer=to, message="buy!", random_id=1))
        bot = (await ada(api.ContactsResolveUsername(username="shop_bot"))).users[0]
        named = api.InputUser(user_id=bot.id, access_hash=bot.access_hash)
        peer = api.InputPeerUser(user_id=bot.id, access_hash=bot.access_hash)
        await ada(api.MessagesStartBot(bot=named, peer=peer, random_id=5, start_param="x1"))
        await v.settle()
        told = device.told(api.UpdateShortMessage) or device.told(api.UpdateNewMessage)
        assert "/start x1" in str(told)
        await device(api.MessagesSendMessage(peer=to, message="Hello", random_id=2))
        await v.settle()
        assert "Hello" in str(ada.listener.heard)
        full = (await ada(api.UsersGetFullUser(id=named))).full_user
        assert full.bot_info.commands is None


async def test_a_bot_is_no_person() -> None:
    """It reads no lists and histories, and is not told of its log-ins."""
    async with village() as v:
        await bots.settle(v.context)
        ada = await v.person("Ada")
        token = await made(ada)
        device = await let_in(v, token)
        await let_in(v, token)
        await v.settle()
        assert device.heard == []
        for method in (
            api.MessagesGetDialogs(
                offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=1, hash=0
            ),
            api.ContactsGetContacts(hash=0),
            api.AccountGetAuthorizations(),
        ):
            with pytest.raises(errors.RpcError, match="BOT_METHOD_INVALID"):
                await device(method)
        with pytest.raises(errors.RpcError, match="USER_BOT_REQUIRED"):
            await ada(
                api.BotsSetBotCommands(
                    scope=api.BotCommandScopeDefault(), lang_code="", commands=[]
                )
            )


async def test_a_token_ends() -> None:
    """A revoked token, a false one and that of another bot open nothing, and end who came by it."""
    async with village() as v:
        await bots.settle(v.context)
        ada, eve = await v.people_named("Ada", "Eve")
        token = await made(ada)
        device = await let_in(v, token)
        other = await made(eve, "eves_bot")
        mixed = f"{token.partition(':')[0]}:{other.partition(':')[2]}"
        for wrong in ("", "1", token[:-1], token + "x", mixed, f"0{token}", "5:" + "a" * 35):
            with pytest.raises(errors.AccessTokenInvalid):
                await let_in(v, wrong)
        assert "Invalid bot" in await talk(eve, "/revoke", "@shop_bot")
        new = token_in(await talk(ada, "/revoke", "@shop_bot"))
        assert new != token
        with pytest.raises(errors.AccessTokenInvalid):
            await let_in(v, token)
        with pytest.raises(errors.RpcError, match="AUTH_KEY_UNREGISTERED"):
            await device(api.UpdatesGetState())
        assert token_in(await talk(ada, "/token", "@shop_bot")) == new
        await let_in(v, new)
        assert "gone" in await talk(ada, "/deletebot", "shop_bot", "Yes, I am totally sure.")
        with pytest.raises(errors.AccessTokenInvalid):
            await let_in(v, new)
        assert "no bots yet" in await talk(ada, "/mybots")


async def test_father_says_what_is_wrong() -> None:
    """Names that end otherwise, that are taken, and more bots than there may be."""
    async with village() as v:
        await bots.settle(v.context)
        ada, eve = await v.people_named("Ada", "Eve")
        assert "I can help you" in await talk(ada, "/start")
        assert "end in `bot`" in await talk(ada, "/newbot", "Shop")
        assert "must end in 'bot'" in await talk(ada, "tea_shop")
        assert "invalid" in await talk(ada, "b bot")
        assert "Done!" in await talk(ada, "shopbot")
        assert "already taken" in await talk(eve, "/newbot", "Mine", "ShopBot")
        assert "cancelled" in await talk(eve, "/cancel")
        assert "no bots yet" in await talk(eve, "/token")
        assert "invalid" in await talk(ada, "/setcommands", "@shopbot", "no list")
        assert "Success" in await talk(ada, "start - Begin\nhelp - What I can do")
        bot = (await ada(api.ContactsResolveUsername(username="shopbot"))).users[0]
        named = api.InputUser(user_id=bot.id, access_hash=bot.access_hash)
        full = (await eve(api.UsersGetFullUser(id=_for(eve, bot)))).full_user
        assert [c.command for c in full.bot_info.commands] == ["start", "help"]
        assert "Success" in await talk(ada, "/setabouttext", "@shopbot", "Sells tea")
        assert (await ada(api.UsersGetFullUser(id=named))).full_user.about == "Sells tea"


def _for(person: Person, bot: Any) -> api.InputUser:
    hashed = accounts.access_hash(person.village.context, person.id, Kind.USER, bot.id)
    return api.InputUser(user_id=bot.id, access_hash=hashed)


async def test_commands_by_scope_and_language() -> None:
    """A narrower scope goes before a wider one; what is reset is offered no more."""
    async with village() as v:
        await bots.settle(v.context)
        ada = await v.person("Ada")
        device = await let_in(v, await made(ada))
        everybody, people = api.BotCommandScopeDefault(), api.BotCommandScopeUsers()
        one = [api.BotCommand(command="one", description="First")]
        two = [api.BotCommand(command="two", description="Second")]
        assert await device(api.BotsSetBotCommands(scope=everybody, lang_code="", commands=one))
        assert await device(api.BotsSetBotCommands(scope=people, lang_code="", commands=two))
        bot = (await ada(api.ContactsResolveUsername(username="shop_bot"))).users[0]
        full = await ada(api.UsersGetFullUser(id=_for(ada, bot)))
        assert full.full_user.bot_info.commands == two
        assert await device(api.BotsResetBotCommands(scope=people, lang_code=""))
        assert await device(api.BotsGetBotCommands(scope=people, lang_code="")) == []
        full = await ada(api.UsersGetFullUser(id=_for(ada, bot)))
        assert full.full_user.bot_info.commands == one
        for wrong in ("Two", "a b", ""):
            bad = [api.BotCommand(command=wrong + "!", description="x")]
            with pytest.raises(errors.BotCommandInvalid):
                await device(api.BotsSetBotCommands(scope=everybody, lang_code="", commands=bad))
        with pytest.raises(errors.LangCodeInvalid):
            await device(api.BotsGetBotCommands(scope=everybody, lang_code="english"))


async def test_an_operators_bots() -> None:
    """The operator makes some of the server's own; where people may not, @BotFather says so."""
    async with village(bots="operator") as v:
        await bots.settle(v.context)
        ada = await v.person("Ada")
        assert "operator" in await talk(ada, "/newbot")
        made_one = await operate(v.server, "bot-create", name="News", username="@news_bot")
        device = await let_in(v, made_one["token"])
        assert [row["bot"] for row in await operate(v.server, "bots")] == ["@news_bot"]
        with pytest.raises(ValueError, match="already taken"):
            await operate(v.server, "bot-create", name="News", username="news_bot")
        with pytest.raises(ValueError, match="no bot @ada_bot"):
            await operate(v.server, "bot-revoke", bot="@ada_bot")
        new = await operate(v.server, "bot-revoke", bot="@news_bot")
        assert new["token"] != made_one["token"]
        with pytest.raises(errors.RpcError):
            await device(api.UpdatesGetState())
        assert await operate(v.server, "bot-delete", bot="@news_bot")
        assert await operate(v.server, "bots") == []
