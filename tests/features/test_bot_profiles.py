"""What a bot says of itself: changed by it and by its owner, by nobody else, and seen by all."""

from typing import Any

import pytest

from chappe.core import Kind
from chappe.tl import api, errors

from .bots_there import BotThere, bot_of
from .village import Person, village


async def profile(person: Person, bot: BotThere) -> Any:
    """Return what somebody sees of a bot."""
    return (await person(api.UsersGetFullUser(id=bot.named_by(person)))).full_user


async def test_a_bot_and_its_owner_say_what_it_is() -> None:
    """Each changes some of it; in another language it may say other things, and else says the same."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await bot_of(v, ada, "tea_bot")
        before = (await eve(api.UsersGetUsers(id=[bot.named_by(eve)])))[0].bot_info_version
        assert await bot(api.BotsSetBotInfo(lang_code="", about="Brews", description="Tea?"))
        assert await ada(api.BotsSetBotInfo(bot=bot.named_by(ada), lang_code="", name="Tea House"))
        assert await bot(api.BotsSetBotInfo(lang_code="de", name="Teehaus"))
        seen = await profile(eve, bot)
        assert (seen.about, seen.bot_info.description) == ("Brews", "Tea?")
        shown = (await eve(api.UsersGetUsers(id=[bot.named_by(eve)])))[0]
        assert (shown.first_name, shown.bot_info_version > before) == ("Tea House", True)
        said = await bot(api.BotsGetBotInfo(lang_code="de"))
        assert (said.name, said.about, said.description) == ("Teehaus", "Brews", "Tea?")
        said = await ada(api.BotsGetBotInfo(bot=bot.named_by(ada), lang_code=""))
        assert said.name == "Tea House"
        await bot(api.BotsSetBotInfo(lang_code="de", name=""))
        assert (await bot(api.BotsGetBotInfo(lang_code="de"))).name == "Tea House"


async def test_nobody_else_does() -> None:
    """Neither another person nor another bot; and what is too long stays out."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot, other = await bot_of(v, ada, "tea_bot"), await bot_of(v, ada, "cake_bot")
        mine = api.InputUser(user_id=bot.id, access_hash=other.hashed(Kind.USER, bot.id))
        for who, given, error in (
            (eve, bot.named_by(eve), errors.BotInvalid),
            (eve, None, errors.UserBotInvalid),
            (ada, ada.user(eve), errors.BotInvalid),
            (other, mine, errors.UserBotInvalid),
        ):
            with pytest.raises(error):
                await who(api.BotsSetBotInfo(bot=given, lang_code="", about="mine now"))
            with pytest.raises(error):
                await who(api.BotsGetBotInfo(bot=given, lang_code=""))
        for refused, wrong in (
            (errors.AboutTooLong, {"about": "x" * 121}),
            (errors.AboutTooLong, {"description": "x" * 513}),
            (errors.FirstnameInvalid, {"name": "  "}),
        ):
            with pytest.raises(refused):
                await bot(api.BotsSetBotInfo(lang_code="", **wrong))
        with pytest.raises(errors.LangCodeInvalid):
            await bot(api.BotsSetBotInfo(lang_code="german", about="x"))
        assert (await profile(eve, bot)).about in ("", None)


async def test_rights_it_asks_for() -> None:
    """Apps are told which to offer; setting the same again changes nothing, and no person sets any."""
    async with village() as v:
        ada = await v.person("Ada")
        bot = await bot_of(v, ada, "tea_bot")
        rights = api.ChatAdminRights(delete_messages=True)
        for request in (
            api.BotsSetBotGroupDefaultAdminRights(admin_rights=rights),
            api.BotsSetBotBroadcastDefaultAdminRights(admin_rights=rights),
        ):
            assert await bot(request)
            with pytest.raises(errors.RightsNotModified):
                await bot(request)
            with pytest.raises(errors.RpcError, match="USER_BOT_REQUIRED"):
                await ada(request)
        seen = await profile(ada, bot)
        assert seen.bot_group_admin_rights.delete_messages
        assert seen.bot_broadcast_admin_rights.delete_messages
        assert not seen.bot_group_admin_rights.ban_users


async def test_a_menu_button() -> None:
    """For all, and for one person alone; of a mini app there is none."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bot = await bot_of(v, ada, "tea_bot")
        commands = api.BotMenuButtonCommands()
        assert await bot(api.BotsSetBotMenuButton(user_id=bot.user(eve), button=commands))
        assert (await profile(eve, bot)).bot_info.menu_button == commands
        assert (await profile(ada, bot)).bot_info.menu_button is None
        nobody = api.InputUserEmpty()
        assert isinstance(
            await bot(api.BotsGetBotMenuButton(user_id=nobody)), api.BotMenuButtonDefault
        )
        assert await bot(api.BotsSetBotMenuButton(user_id=nobody, button=commands))
        assert (await profile(ada, bot)).bot_info.menu_button == commands
        button = api.BotMenuButton(text="Open", url="https://x.org")
        with pytest.raises(errors.ButtonInvalid):
            await bot(api.BotsSetBotMenuButton(user_id=nobody, button=button))
