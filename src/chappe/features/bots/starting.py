"""messages.startBot: opens a conversation with a bot, or brings it into a group, and tells it why."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import accounts, chats, conversations, groups
from chappe.rpc import Call, Home, Rate, method
from chappe.texts import take_entities
from chappe.tl import api, errors

from .records import Bot

PARAMETER_MAX: Final = 64  # characters of why somebody comes


def _check(request: api.MessagesStartBot) -> None:
    if request.start_param and not is_start_parameter(request.start_param):
        raise errors.StartParamInvalid
    if not request.random_id:
        raise errors.RandomIdEmpty


@method(
    api.MessagesStartBot,
    rate=Rate.SEND,
    home=Home.PEER,
    raises=(
        *conversations.WRITE_ERRORS,
        *groups.BRING_ERRORS,
        errors.BotInvalid,
        errors.UserIdInvalid,
        errors.StartParamInvalid,
        errors.RandomIdEmpty,
    ),
)
async def start_bot(call: Call, request: api.MessagesStartBot) -> api.TypeUpdates:
    """Write `/start` to a bot, with what its link said; in a group, where it comes in by that."""
    bot = await accounts.user_of(call, request.bot)
    user, record = await call.look(Owner(Kind.USER, bot)).get_each((accounts.User,), (Bot,))
    if user is None or record is None:
        raise errors.BotInvalid
    where = await accounts.peer_of(call, request.peer)
    if where.kind is Kind.USER and where.id not in (bot, call.user):
        raise errors.BotInvalid
    _check(request)
    word = "/start"
    told: list[api.TypeUpdate] = []
    if where.kind is Kind.USER:
        where = Owner(Kind.USER, bot)
    else:
        place = await chats.any_chat(call, request.peer)
        told = await groups.bring_bot(call, place, request.bot)
        word = f"/start@{user.username}"
    answer = await _say(call, where, request.random_id, f"{word} {request.start_param}".strip())
    answer.updates = [*told, *answer.updates]
    return answer


async def _say(call: Call, where: Owner, random_id: int, said: str) -> api.Updates:
    """Write a text as the caller, and return the updates that tell it."""
    target = await conversations.may_write(call, where)
    text, entities = take_entities(None, said)
    draft = conversations.Message(
        peer=target.peer,
        id=0,
        date=call.now,
        sender=call.user,
        out=True,
        text=text,
        entities=entities,
    )
    kept = await conversations.send(call, target, random_id, draft)
    return await conversations.sent(call, [kept])


def is_start_parameter(text: str) -> bool:
    """Whether this can say to a bot why somebody comes."""
    return 0 < len(text) <= PARAMETER_MAX and all(c.isalnum() or c in "_-" for c in text)
