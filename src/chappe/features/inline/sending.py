"""messages.sendInlineBotResult: what somebody chose is sent as theirs, through the bot."""

from typing import Final

import msgspec

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import accounts, botqueue, bots, conversations, files, messages
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Command, Context, Event, Viewer

from .asking import offered_results
from .records import InlineResult

SEND_ERRORS: Final = (
    *conversations.WRITE_ERRORS,
    *conversations.FORBIDDEN.values(),
    *messages.ANSWER_ERRORS,
    *messages.SCHEDULE_ERRORS,
    errors.QueryIdEmpty,
    errors.ResultIdEmpty,
    errors.ResultIdInvalid,
    errors.InlineResultExpired,
    errors.RandomIdEmpty,
)


class ResultChosen(Event, frozen=True):
    """To a bot that wants to know: somebody sent one of its results."""

    name = "inline.result_chosen"

    user: int
    text: str  # what they had asked
    id: str
    message: bytes = b""  # its InputBotInlineMessageID, if it has a keyboard

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateBotInlineSend:
        """See `Event`."""
        viewer.mention_user(self.user)
        return api.UpdateBotInlineSend(
            user_id=self.user,
            query=self.text,
            id=self.id,
            msg_id=tl.decode(self.message) if self.message else None,
        )


class TellChosen(Command, frozen=True):
    """To a bot's box: somebody sent one of its results."""

    name = "inline.tell_chosen"

    chosen: ResultChosen

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`. A bot is told only if its owner has switched that on."""
        bot = await change.get(bots.Bot)
        if bot is None or not bot.feedback:
            return
        kind = botqueue.UpdateKind.CHOSEN_INLINE_RESULT
        await botqueue.queue(change, context, kind, self.chosen, self.chosen.user)
        context.delivery.begin(bots.tell_bot(context, change.owner, self.chosen))


def _right(result: InlineResult) -> str:
    """Return which right of a group it takes to send a result, beside that to send any."""
    return files.unpack_media_ref(result.media).right if result.media else "send_plain"


@method(
    api.MessagesSendInlineBotResult,
    rate=Rate.SEND,
    home=Home.LOG,
    raises=SEND_ERRORS,
)
async def send_inline_bot_result(
    call: Call, request: api.MessagesSendInlineBotResult
) -> api.TypeUpdates:
    """Send a result the caller was offered, with word of the bot it is from."""
    if not request.query_id:
        raise errors.QueryIdEmpty
    if not request.id:
        raise errors.ResultIdEmpty
    if not request.random_id:
        raise errors.RandomIdEmpty
    found = await offered_results(call.context, call.user, request.query_id)
    if found is None:
        raise errors.InlineResultExpired
    asked, answer = found
    result = next((r for r in answer.results if r.id == request.id), None)
    if result is None:
        raise errors.ResultIdInvalid
    to = await accounts.peer_of(call, request.peer)
    due = await messages.wanted_date(call, to, request)
    await conversations.may_write(call, to, "send_inline", request.send_as)
    target = await conversations.may_write(call, to, _right(result), request.send_as)
    draft = messages.draft_of(call, target, request, result.text, result.entities)
    draft = await messages.with_answer(call, target, request, draft)
    draft = msgspec.structs.replace(
        draft,
        media=result.media,
        markup=result.markup,
        via=asked.bot,
        invert_media=result.invert_media,
    )
    if due:
        waiting = await messages.schedule(call, target, due, [(request.random_id, draft)])
        await messages.finish_draft(call, target, request, 0)
        return waiting
    if not draft.media:
        draft = messages.with_preview(call, target, draft, result)
    kept = await messages.write_message(call, target, request.random_id, draft)
    messages.watch(call, target.owner, kept.id, draft.media)
    await messages.finish_draft(call, target, request, kept.id)
    if kept.pts:
        await _tell(call, asked.bot, asked.text, result, kept)
    return await conversations.sent(call, [kept])


async def _tell(
    call: Call, bot: int, text: str, result: InlineResult, kept: conversations.Sent
) -> None:
    """Tell the bot what was chosen, if it wants to know."""
    record = await call.look(Owner(Kind.USER, bot)).get(bots.Bot)
    if record is None or not record.feedback:
        return
    where = bots.InlineMessage(kept.box, kept.id)
    named = tl.encode(bots.name_inline(call.context, bot, where)) if result.markup else b""
    chosen = ResultChosen(user=call.user, text=text, id=result.id, message=named)
    async with call.change() as change:
        change.send_command(Owner(Kind.USER, bot), TellChosen(chosen=chosen))
