"""Operator commands about bots."""

from typing import Annotated, Any

from msgspec import Meta

from chappe.core import Kind
from chappe.features import accounts
from chappe.rpc import operator_command
from chappe.updates import Context

from .making import CannotMake, bots_of, delete_bot, make_bot, own_bot, revoke_token
from .records import Bot

BotName = Annotated[str, Meta(max_length=33, description="Its username, as `@news_bot`.")]


async def _known(context: Context, username: str) -> int:
    """Return a bot of the server's own by its username.

    Raises:
        ValueError: there is none.
    """
    name = username.removeprefix("@")
    owner = await accounts.find_owner(context, "username", name)
    if owner is not None and owner.kind is Kind.USER:
        user, bot = await context.look(owner).get_each((accounts.User,), (Bot,))
        named = user is not None and user.username.lower() == name.lower()
        if named and bot is not None and not bot.owner:
            return owner.id
    raise ValueError(f"The server has no bot @{name[:32]}: `chappe bot list` has those it has.")


def _require_open(context: Context) -> None:
    if context.config.bots == "closed":
        raise ValueError("No bot logs in here: set `bots` to `operator`, or to `open`.")


@operator_command("bot-create", "Make a bot of the server's own, and print its token.")
async def create_bot(
    context: Context,
    *,
    name: Annotated[str, Meta(max_length=64, description="What it is called.")],
    username: BotName,
) -> dict[str, Any]:
    """Make a bot that belongs to nobody but the operator."""
    _require_open(context)
    try:
        token = await make_bot(context, 0, name, username)
    except CannotMake as why:
        raise ValueError(str(why)) from None
    trial = f"curl {context.config.web_address}/bot{token}/getMe"
    return {"bot": f"@{username.removeprefix('@')}", "token": token, "try": trial}


@operator_command("bot-revoke", "End the token of a bot of the server's own, and print the next.")
async def revoke_bot(context: Context, *, bot: BotName) -> dict[str, Any]:
    """End a bot's token and its sessions; those of people's bots are for their owners to end."""
    token = await revoke_token(context, await _known(context, bot))
    return {"bot": f"@{bot.removeprefix('@')}", "token": token}


@operator_command("bot-delete", "Delete a bot of the server's own.")
async def remove_bot(context: Context, *, bot: BotName) -> dict[str, Any]:
    """Delete a bot; one of somebody's is erased as an account is, by `chappe erase`."""
    await delete_bot(context, 0, await _known(context, bot))
    return {"deleted": f"@{bot.removeprefix('@')}"}


@operator_command(
    "bots", "List the server's own bots.", audited=False, empty="The server has no bot of its own."
)
async def list_bots(context: Context) -> list[dict[str, Any]]:
    """Return the bots that belong to the operator."""
    rows = []
    for number in await bots_of(context, 0):
        known = await own_bot(context, 0, number)
        if known is not None:
            rows.append({"bot": f"@{known[0].username}", "id": number, "name": known[0].first_name})
    return rows


COMMANDS = (create_bot, revoke_bot, remove_bot, list_bots)
