"""@BotFather is there from the first start on."""

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.ports import EngineError
from chappe.updates import Context

from .making import CannotMake, name_bot
from .records import Bot

FATHER_NAME = "BotFather"
FATHER_ABOUT = "Makes and changes the bots of this server."


async def settle(context: Context) -> None:
    """Make @BotFather's account, unless it is there. A store that takes nothing has it later."""
    try:
        await _settle(context)
    except (EngineError, CannotMake):
        return


async def _settle(context: Context) -> None:
    owner = Owner(Kind.USER, accounts.FATHER_USER)
    known = await context.look(owner).get(accounts.User)
    if known is not None:
        if not known.no_groups:
            async with context.change(owner) as change:
                change.put(msgspec.structs.replace(known, no_groups=True))
        return
    await name_bot(context, owner.id, FATHER_NAME, 0)
    async with context.change(owner) as change:
        user = accounts.User(
            id=owner.id,
            first_name=FATHER_NAME,
            username=FATHER_NAME,
            about=FATHER_ABOUT,
            bot=True,
            no_groups=True,
            created=change.now,
        )
        change.put(user)
        change.put(Bot(owner=0, created=change.now, description=FATHER_ABOUT))
        accounts.relist_person(change, context, None, user)
        change.next("pts")
