"""A server whose operator acts on people without a desk: what an act does is seen by what libraries show.

It is a program of these journeys. At a server that people run, whoever moderates decides, and the desk acts.
"""

from typing import Any

from chappe.app import main
from chappe.core import HOUSE
from chappe.desks.moderation.records import MODERATION_BOX, RuleUsed
from chappe.desks.staff import touching
from chappe.features import accounts, restrictions
from chappe.features.accounts import NameMark, Restriction
from chappe.rpc import operator_command
from chappe.updates import Context


@operator_command("act", "Do something to somebody, or undo it.", audited=False)
async def act(
    context: Context, *, what: str, peer: int, number: int, value: str = "", message: int = 0
) -> dict[str, Any]:
    """Do one act; channels and people go by the numbers of the server."""
    owner = accounts.owner_of(peer)
    where = restrictions.Posts(owner.id, (message,))
    async with context.change(HOUSE) as change:
        match what:
            case "restrict":
                restrictions.restrict(change, owner, number, Restriction(value))
            case "mark":
                restrictions.mark(change, owner, number, NameMark(value))
            case "close":
                restrictions.close_chat(change, owner, number)
            case "lift":
                restrictions.lift(change, owner, number)
            case "use-rule":  # so that somebody was decided against by it before
                pass
            case "take-down":
                until = change.now + 86_400
                await restrictions.take_down(context, change, number, where, until)
            case "restore":
                await restrictions.restore_taken_down(context, change, number, where)
            case _:
                raise ValueError(f"nobody can {what}")
    if what == "use-rule":
        async with context.change(MODERATION_BOX) as change:
            change.put(RuleUsed(rule=value, first=change.now))
    return {"number": number}


if __name__ == "__main__":
    restrictions.COMMANDS = (act,)  # type: ignore[attr-defined]
    vars(touching)["TOUCHING_NOBODY"] |= {"act"}  # nobody is brought a receipt here
    main()
