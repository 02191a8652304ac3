"""The commands that apps offer for a bot, by scope and language (core.telegram.org/api/bots/commands)."""

import re
from typing import Final

import msgspec

from chappe.features import accounts
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors

from .father import COMMAND_ABOUT_MAX, COMMANDS_MAX
from .making import says_other_things
from .records import BotCommands

SCOPES_MAX: Final = 1_000  # lists of commands of one bot
LANGUAGE: Final = re.compile(r"([a-z]{2})?")
_NAME: Final = re.compile(r"[a-z0-9_]{1,32}")
# the number a scope is kept under
_KINDS: Final = {
    api.BotCommandScopeDefault: 0,
    api.BotCommandScopeUsers: 1,
    api.BotCommandScopeChats: 2,
    api.BotCommandScopeChatAdmins: 3,
    api.BotCommandScopePeer: 4,
    api.BotCommandScopePeerAdmins: 5,
    api.BotCommandScopePeerUser: 6,
}
PLACE_ERRORS: Final = (*accounts.PEER_ERRORS, errors.UserIdInvalid, errors.LangCodeInvalid)


async def _place(call: Call, scope: api.TypeBotCommandScope, language: str) -> BotCommands:
    """Return an empty list of a scope and language.

    Raises:
        errors.LangCodeInvalid: no two small letters.
        errors.RpcError: the conversation or person it is for cannot be named by the bot.
    """
    if not LANGUAGE.fullmatch(language):
        raise errors.LangCodeInvalid
    given, peer, user = getattr(scope, "peer", None), 0, 0
    if given is not None:
        peer = accounts.peer_id(await accounts.peer_of(call, given))
    if isinstance(scope, api.BotCommandScopePeerUser):
        user = await accounts.user_of(call, scope.user_id)
    return BotCommands(scope=_KINDS[type(scope)], peer=peer, user=user, language=language)


@method(
    api.BotsSetBotCommands,
    needs=Needs.BOT,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*PLACE_ERRORS, errors.BotCommandInvalid, errors.BotCommandDescriptionInvalid),
)
async def set_bot_commands(call: Call, request: api.BotsSetBotCommands) -> bool:
    """Keep the commands of one scope and language, instead of those before."""
    place = await _place(call, request.scope, request.lang_code)
    commands = tuple((c.command.lower(), c.description.strip()) for c in request.commands)
    if len(commands) > COMMANDS_MAX or not all(_NAME.fullmatch(name) for name, _ in commands):
        raise errors.BotCommandInvalid
    if any(not 0 < len(about) <= COMMAND_ABOUT_MAX for _, about in commands):
        raise errors.BotCommandDescriptionInvalid
    async with call.change() as change:
        new = await change.get(BotCommands, *_key(place)) is None
        if new and len(await change.scan(BotCommands)) >= SCOPES_MAX:
            raise errors.BotCommandInvalid
        change.put(msgspec.structs.replace(place, commands=commands))
        await says_other_things(change)
    return True


@method(
    api.BotsResetBotCommands,
    needs=Needs.BOT,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=PLACE_ERRORS,
)
async def reset_bot_commands(call: Call, request: api.BotsResetBotCommands) -> bool:
    """Drop the commands of one scope and language: those of a wider scope are offered again."""
    place = await _place(call, request.scope, request.lang_code)
    async with call.change() as change:
        if await change.get(BotCommands, *_key(place)) is not None:
            change.drop(BotCommands, *_key(place))
            await says_other_things(change)
    return True


@method(api.BotsGetBotCommands, needs=Needs.BOT, raises=PLACE_ERRORS)
async def get_bot_commands(call: Call, request: api.BotsGetBotCommands) -> list[api.TypeBotCommand]:
    """Return the commands of exactly this scope and language."""
    place = await _place(call, request.scope, request.lang_code)
    kept = await call.look().get(BotCommands, *_key(place))
    return show_commands(kept)


def _key(place: BotCommands) -> tuple[int, int, int, str]:
    return place.scope, place.peer, place.user, place.language


def show_commands(kept: BotCommands | None) -> list[api.TypeBotCommand]:
    """Return the commands of a list; none if there is no list."""
    commands = kept.commands if kept is not None else ()
    return [api.BotCommand(command=name, description=about) for name, about in commands]
