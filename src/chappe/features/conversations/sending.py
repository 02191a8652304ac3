"""Sending a message: to the log of its conversation, addressed to whom it names."""

from chappe.features import auth
from chappe.rpc import Call

from .access import Target
from .log import log_of
from .records import Message
from .written import Also, Sent, addressed


async def send(
    call: Call, target: Target, random_id: int, draft: Message, also: Also | None = None
) -> Sent:
    """Keep a message, once for each random_id, and have it copied to its readers.

    `also` joins the change of a channel's log.

    Raises:
        errors.ChatWriteForbidden, errors.SlowmodeWait: the right to write was lost since it was checked.
        errors.TopicDeleted, errors.TopicClosed: nobody writes in that topic.
    """
    await auth.void_told(call.context, call.user, draft.text)
    if target.place is not None:
        draft = await addressed(call, target.owner, target.place, draft)
    return await log_of(call, target).append(call, target, random_id, draft, also)
