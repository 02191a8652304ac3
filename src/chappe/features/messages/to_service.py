"""What is written to the service: it stays in its writer's box, and is heard by whoever waits for it."""

from chappe.core import Owner
from chappe.features import receipts
from chappe.features.conversations import Target, send, sent
from chappe.rpc import Call
from chappe.tl import api, errors

from .drafting import check_text, draft_of, finish_draft
from .quoting import with_answer


async def write_to_service(
    call: Call, to: Owner, request: api.MessagesSendMessage
) -> api.TypeUpdates:
    """Keep a text for the service, and have it heard; the same random_id is heard once.

    Raises:
        errors.PeerIdInvalid: nobody waits for such a text.
        errors.RandomIdEmpty: it has no random_id.
    """
    text, entities = check_text(request.message, request.entities, call.user)
    if request.schedule_date or not call.context.ask(receipts.hooks.is_for_service)(text):
        raise errors.PeerIdInvalid
    if not request.random_id:
        raise errors.RandomIdEmpty
    target = Target(to, to.id, None, ())
    draft = await with_answer(
        call, target, request, draft_of(call, target, request, text, entities)
    )
    kept = await send(call, target, request.random_id, draft)
    await finish_draft(call, target, request, kept.id)
    if kept.pts:
        answered = getattr(request.reply_to, "reply_to_msg_id", 0) or 0
        hear = call.context.ask(receipts.hooks.said_to_service)
        async with call.change() as change:
            hear(change, kept.id, text, answered)
    return await sent(call, [kept])
