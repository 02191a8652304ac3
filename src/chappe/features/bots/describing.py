"""What a bot says of itself: name, texts by language, the rights it asks for, its menu button.

core.telegram.org/api/bots/info. A bot changes what it says, and so does its owner, by a command to its box.
"""

from typing import Final

import msgspec

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Command, Context, View

from .commands_menu import LANGUAGE
from .father import ABOUT_MAX, DESCRIPTION_MAX
from .making import own_bot, says_other_things
from .records import Bot, BotMenu, BotWords

LANGUAGES_MAX: Final = 200  # languages one bot has words in
MENUS_MAX: Final = 10_000  # people for whom one bot has a menu button of their own


class Describe(Command, frozen=True):
    """To a bot's box: what its owner says of it; None leaves what there is."""

    name = "bots.describe"

    language: str
    called: str | None = None
    about: str | None = None
    description: str | None = None

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        user, bot = await change.get(accounts.User), await change.get(Bot)
        if user is None or user.deleted or bot is None:
            return
        if self.language:
            await self._say_in(change)
        else:
            if self.called:
                change.put(msgspec.structs.replace(user, first_name=self.called))
                change.announce_without_pts(accounts.NameChanged(user=user.id))
            if self.about is not None:
                kept = await change.get(accounts.User) or user
                change.put(msgspec.structs.replace(kept, about=self.about))
            if self.description is not None:
                change.put(msgspec.structs.replace(bot, description=self.description))
        await says_other_things(change)

    async def _say_in(self, change: Change) -> None:
        """Keep what it says in one language; what is empty there is as in all others."""
        known = await change.get(BotWords, self.language)
        if known is None and len(await change.scan(BotWords)) >= LANGUAGES_MAX:
            return
        known = known or BotWords(language=self.language)
        said = {"name": self.called, "about": self.about, "description": self.description}
        new = msgspec.structs.replace(known, **{k: v for k, v in said.items() if v is not None})
        if new.name or new.about or new.description:
            change.put(new)
        else:
            change.drop(BotWords, self.language)


async def _meant(call: Call, given: api.TypeInputUser | None) -> int:
    """Return which bot is meant: the caller, or one that a person owns.

    Raises:
        errors.UserBotInvalid: a person names none, or a bot another.
        errors.BotInvalid: it is none of theirs.
    """
    if given is None:
        if not call.client.bot:
            raise errors.UserBotInvalid
        return call.user
    try:
        bot = await accounts.user_of(call, given)
    except errors.UserIdInvalid:
        raise errors.BotInvalid from None
    if call.client.bot:
        if bot != call.user:
            raise errors.UserBotInvalid
    elif await own_bot(call.context, call.user, bot) is None:
        raise errors.BotInvalid
    return bot


INFO_ERRORS: Final = (errors.BotInvalid, errors.UserBotInvalid, errors.LangCodeInvalid)


@method(
    api.BotsSetBotInfo,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*INFO_ERRORS, errors.FirstnameInvalid, errors.AboutTooLong),
)
async def set_bot_info(call: Call, request: api.BotsSetBotInfo) -> bool:
    """Change what a bot says of itself, in one language or in all that have nothing of their own."""
    bot = await _meant(call, request.bot)
    if not LANGUAGE.fullmatch(request.lang_code):
        raise errors.LangCodeInvalid
    called = request.name
    if called is not None:
        called = accounts.clean_person_name(called)
        if not called and not request.lang_code:
            raise errors.FirstnameInvalid
    about, description = request.about, request.description
    if len(about or "") > ABOUT_MAX or len(description or "") > DESCRIPTION_MAX:
        raise errors.AboutTooLong
    said = Describe(language=request.lang_code, called=called, about=about, description=description)
    async with call.change() as change:
        if bot == call.user:
            await said.apply(change, call.context)
        else:
            change.send_command(Owner(Kind.USER, bot), said)
    await call.context.delivery.delivered(Owner(Kind.USER, bot))
    return True


@method(api.BotsGetBotInfo, needs=Needs.LOGIN, raises=INFO_ERRORS)
async def get_bot_info(call: Call, request: api.BotsGetBotInfo) -> api.BotsBotInfo:
    """Return what a bot says of itself in a language; where it says nothing, what it says in all."""
    look = call.look(Owner(Kind.USER, await _meant(call, request.bot)))
    user, bot = await look.get_each((accounts.User,), (Bot,))
    if user is None or bot is None:
        raise errors.BotInvalid
    said = await words_in(look, request.lang_code)
    return api.BotsBotInfo(
        name=said.name or user.first_name,
        about=said.about or user.about,
        description=said.description or bot.description,
    )


async def words_in(look: View, language: str) -> BotWords:
    """Return what a bot says of itself in a language alone."""
    known = await look.get(BotWords, language) if language else None
    return known or BotWords(language=language)


# -- the rights it asks for ------------------------------------------------------------------------


async def _set_rights(call: Call, field: str, given: api.ChatAdminRights) -> bool:
    bits = chats.pack_admin(given)
    async with call.change() as change:
        bot = await change.get(Bot)
        if bot is None or getattr(bot, field) == bits:
            raise errors.RightsNotModified
        change.put(msgspec.structs.replace(bot, **{field: bits}))
    return True


@method(
    api.BotsSetBotGroupDefaultAdminRights,
    needs=Needs.BOT,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.RightsNotModified,),
)
async def set_group_rights(call: Call, request: api.BotsSetBotGroupDefaultAdminRights) -> bool:
    """Say which rights apps offer to give the bot where it is made an admin of a group."""
    return await _set_rights(call, "group_rights", request.admin_rights)


@method(
    api.BotsSetBotBroadcastDefaultAdminRights,
    needs=Needs.BOT,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.RightsNotModified,),
)
async def set_channel_rights(
    call: Call, request: api.BotsSetBotBroadcastDefaultAdminRights
) -> bool:
    """Say which rights apps offer to give the bot where it is made an admin of a channel."""
    return await _set_rights(call, "channel_rights", request.admin_rights)


# -- its menu button -------------------------------------------------------------------------------


@method(
    api.BotsSetBotMenuButton,
    needs=Needs.BOT,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.UserIdInvalid, errors.ButtonInvalid),
)
async def set_menu_button(call: Call, request: api.BotsSetBotMenuButton) -> bool:
    """Choose the menu button in the conversation with somebody, or with all; there are no mini apps."""
    user = await _of_whom(call, request.user_id)
    if isinstance(request.button, api.BotMenuButton):
        raise errors.ButtonInvalid
    async with call.change() as change:
        if isinstance(request.button, api.BotMenuButtonDefault):
            change.drop(BotMenu, user)
        elif user and await change.count(BotMenu) >= MENUS_MAX:
            raise errors.ButtonInvalid
        else:
            change.put(BotMenu(user=user, button=tl.encode(request.button, tl.LAYER)))
        await says_other_things(change)
    return True


@method(api.BotsGetBotMenuButton, needs=Needs.BOT, raises=(errors.UserIdInvalid,))
async def get_menu_button(call: Call, request: api.BotsGetBotMenuButton) -> api.TypeBotMenuButton:
    """Return the menu button in the conversation with somebody, or with all."""
    found = await _menu(call.look(), await _of_whom(call, request.user_id))
    return found or api.BotMenuButtonDefault()


async def _of_whom(call: Call, given: api.TypeInputUser) -> int:
    return 0 if isinstance(given, api.InputUserEmpty) else await accounts.user_of(call, given)


async def _menu(look: View, user: int) -> api.TypeBotMenuButton | None:
    known = await look.get(BotMenu, user)
    if known is None:
        return None
    is_commands = isinstance(tl.decode(known.button), api.BotMenuButtonCommands)
    return api.BotMenuButtonCommands() if is_commands else api.BotMenuButtonDefault()


async def menu_for(look: View, user: int) -> api.TypeBotMenuButton | None:
    """Return the menu button that somebody is shown; None for the usual one."""
    return await _menu(look, user) or (await _menu(look, 0) if user else None)


EVENTS: Final = (Describe,)
