"""What a bot asks and says of itself (core.telegram.org/bots/api#getme)."""

from typing import Any, Final

import msgspec

from chappe.tl import api

from ..caller import Caller, input_user
from ..failures import refused
from ..params import Params
from ..shown.peers import ADMIN_RIGHTS, OF_CHANNELS, OF_GROUPS, Json, show_admin_rights, show_user
from .acting import act


class GetMe(Params, frozen=True):
    """See the Bot API."""


@act(GetMe)
async def get_me(caller: Caller, given: GetMe) -> Json:
    """Return the bot, with what it may."""
    (user,) = await caller(api.UsersGetUsers(id=[api.InputUserSelf()]))
    return {
        **show_user(user),
        "can_join_groups": not user.bot_nochats,
        "can_read_all_group_messages": bool(user.bot_chat_history),
        "supports_inline_queries": user.bot_inline_placeholder is not None,
        "can_connect_to_business": bool(user.bot_business),
        "has_main_web_app": bool(user.bot_has_main_app),
        "has_topics_enabled": bool(user.bot_forum_view),
        "allows_users_to_create_topics": False,
    }


class BotCommand(msgspec.Struct, frozen=True, kw_only=True):
    """See the Bot API."""

    command: str
    description: str


class OfCommands(Params, frozen=True):
    """What methods about commands take."""

    scope: dict[str, Any] | None = None
    language_code: str = ""


class SetMyCommands(OfCommands, frozen=True):
    """See the Bot API."""

    commands: list[BotCommand] | None = None


class GetMyCommands(OfCommands, frozen=True):
    """See the Bot API."""


class DeleteMyCommands(OfCommands, frozen=True):
    """See the Bot API."""


_SCOPES: Final = {
    "default": api.BotCommandScopeDefault,
    "all_private_chats": api.BotCommandScopeUsers,
    "all_group_chats": api.BotCommandScopeChats,
    "all_chat_administrators": api.BotCommandScopeChatAdmins,
}
COMMANDS: Final = {
    "BOT_COMMAND_INVALID": "BOT_COMMAND_INVALID",
    "LANG_CODE_INVALID": "invalid language code specified",
}


async def _scope(caller: Caller, given: OfCommands) -> Any:
    """Return for whom commands are."""
    scope = given.scope or {"type": "default"}
    word = str(scope.get("type", ""))
    plain = _SCOPES.get(word)
    if plain is not None:
        return plain()
    if word not in ("chat", "chat_administrators", "chat_member"):
        raise refused("can't parse BotCommandScope: Unsupported type specified")
    peer = await caller.peer(str(scope.get("chat_id", "")))
    if word == "chat":
        return api.BotCommandScopePeer(peer=peer)
    if word == "chat_administrators":
        return api.BotCommandScopePeerAdmins(peer=peer)
    user = input_user(int(scope.get("user_id", 0)))
    return api.BotCommandScopePeerUser(peer=peer, user_id=user)


@act(SetMyCommands, COMMANDS)
async def set_my_commands(caller: Caller, given: SetMyCommands) -> bool:
    """Say which commands apps offer."""
    scope = await _scope(caller, given)
    commands = [
        api.BotCommand(command=one.command.removeprefix("/"), description=one.description)
        for one in given.commands or ()
    ]
    request: Any = api.BotsSetBotCommands(
        scope=scope, lang_code=given.language_code, commands=commands
    )
    if not commands:
        request = api.BotsResetBotCommands(scope=scope, lang_code=given.language_code)
    return bool(await caller(request))


@act(DeleteMyCommands, COMMANDS)
async def delete_my_commands(caller: Caller, given: DeleteMyCommands) -> bool:
    """Have apps offer those of a wider scope."""
    scope = await _scope(caller, given)
    request = api.BotsResetBotCommands(scope=scope, lang_code=given.language_code)
    return bool(await caller(request))


@act(GetMyCommands, COMMANDS)
async def get_my_commands(caller: Caller, given: GetMyCommands) -> list[Json]:
    """Return the commands of one scope and language."""
    scope = await _scope(caller, given)
    found = await caller(api.BotsGetBotCommands(scope=scope, lang_code=given.language_code))
    return [{"command": one.command, "description": one.description} for one in found]


class OfInfo(Params, frozen=True):
    """What methods about a bot's name and description take."""

    language_code: str = ""


class SetMyName(OfInfo, frozen=True):
    """See the Bot API."""

    name: str = ""


class SetMyDescription(OfInfo, frozen=True):
    """See the Bot API."""

    description: str = ""


class SetMyShortDescription(OfInfo, frozen=True):
    """See the Bot API."""

    short_description: str = ""


class GetMyName(OfInfo, frozen=True):
    """See the Bot API."""


class GetMyDescription(OfInfo, frozen=True):
    """See the Bot API."""


class GetMyShortDescription(OfInfo, frozen=True):
    """See the Bot API."""


async def _set(caller: Caller, given: OfInfo, **said: Any) -> bool:
    request = api.BotsSetBotInfo(lang_code=given.language_code, **said)
    return bool(await caller(request))


async def _info(caller: Caller, given: OfInfo) -> Any:
    return await caller(api.BotsGetBotInfo(lang_code=given.language_code))


@act(SetMyName)
async def set_my_name(caller: Caller, given: SetMyName) -> bool:
    """Give the bot another name."""
    return await _set(caller, given, name=given.name)


@act(SetMyDescription)
async def set_my_description(caller: Caller, given: SetMyDescription) -> bool:
    """Say what is shown in an empty conversation."""
    return await _set(caller, given, description=given.description)


@act(SetMyShortDescription)
async def set_my_short_description(caller: Caller, given: SetMyShortDescription) -> bool:
    """Say what is shown on the bot's profile."""
    return await _set(caller, given, about=given.short_description)


@act(GetMyName)
async def get_my_name(caller: Caller, given: GetMyName) -> Json:
    """Return the bot's name."""
    return {"name": (await _info(caller, given)).name}


@act(GetMyDescription)
async def get_my_description(caller: Caller, given: GetMyDescription) -> Json:
    """Return what is shown in an empty conversation."""
    return {"description": (await _info(caller, given)).description}


@act(GetMyShortDescription)
async def get_my_short_description(caller: Caller, given: GetMyShortDescription) -> Json:
    """Return what is shown on the bot's profile."""
    return {"short_description": (await _info(caller, given)).about}


class OfRights(Params, frozen=True):
    """What methods about suggested rights take."""

    for_channels: bool = False


class SetMyDefaultAdministratorRights(OfRights, frozen=True):
    """See the Bot API."""

    rights: dict[str, Any] | None = None


class GetMyDefaultAdministratorRights(OfRights, frozen=True):
    """See the Bot API."""


@act(SetMyDefaultAdministratorRights)
async def set_my_default_rights(caller: Caller, given: SetMyDefaultAdministratorRights) -> bool:
    """Say which rights apps suggest when somebody makes the bot an administrator."""
    rights = taken_rights(given.rights or {})
    request: Any = api.BotsSetBotGroupDefaultAdminRights(admin_rights=rights)
    if given.for_channels:
        request = api.BotsSetBotBroadcastDefaultAdminRights(admin_rights=rights)
    return bool(await caller(request))


@act(GetMyDefaultAdministratorRights)
async def get_my_default_rights(caller: Caller, given: GetMyDefaultAdministratorRights) -> Json:
    """Return which rights apps suggest."""
    full = (await caller(api.UsersGetFullUser(id=api.InputUserSelf()))).full_user
    kept = full.bot_broadcast_admin_rights if given.for_channels else full.bot_group_admin_rights
    return show_admin_rights(kept or api.ChatAdminRights(), channel=given.for_channels)


def taken_rights(given: dict[str, Any]) -> api.ChatAdminRights:
    """Return the rights of an administrator that a bot names."""
    table = (*ADMIN_RIGHTS, *OF_CHANNELS, *OF_GROUPS, ("is_anonymous", "anonymous"))
    named = {right: True for name, right in table if given.get(name)}
    if named:
        named["other"] = True
    return api.ChatAdminRights(**named)
