"""messages.startBot: the button that opens a conversation with a bot, and tells it why."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import accounts, conversations
from chappe.rpc import Call, Home, Rate, method
from chappe.texts import take_entities
from chappe.tl import api, errors

from .records import Bot

PARAMETER_MAX: Final = 64  # characters of why somebody comes


@method(
    api.MessagesStartBot,
    rate=Rate.SEND,
    home=Home.CALLER,
    raises=(
        *conversations.WRITE_ERRORS,
        errors.BotInvalid,
        errors.UserIdInvalid,
        errors.StartParamInvalid,
        errors.RandomIdEmpty,
    ),
)
async def start_bot(call: Call, request: api.MessagesStartBot) -> api.TypeUpdates:
    """Write `/start` to a bot, with what its link said."""
    bot = await accounts.user_of(call, request.bot)
    if await call.look(Owner(Kind.USER, bot)).get(Bot) is None:
        raise errors.BotInvalid
    where = await accounts.peer_of(call, request.peer)
    if where.kind is not Kind.USER or where.id not in (bot, call.user):
        raise errors.BotInvalid  # no bot is in groups yet
    parameter = request.start_param
    if len(parameter) > PARAMETER_MAX or not all(c.isalnum() or c in "_-" for c in parameter):
        raise errors.StartParamInvalid
    if not request.random_id:
        raise errors.RandomIdEmpty
    target = await conversations.may_write(call, Owner(Kind.USER, bot))
    text, entities = take_entities(None, f"/start {parameter}".strip())
    draft = conversations.Message(
        peer=bot,
        id=0,
        date=call.now,
        sender=call.user,
        out=True,
        text=text,
        entities=entities,
    )
    kept = await conversations.send(call, target, request.random_id, draft)
    return await conversations.sent(call, [kept])
