"""messages.editInlineBotMessage: a bot edits what somebody sent through it, and reads nothing else of it."""

from typing import Final

import msgspec

from chappe.core import Kind
from chappe.features import accounts, bots, conversations, files, keyboards, media, messages
from chappe.features.conversations import Message
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.texts import Entity
from chappe.tl import api, errors
from chappe.updates import Change, Command, Context, View

EDIT_ERRORS: Final = (
    *media.TAKE_ERRORS,
    *keyboards.MARKUP_ERRORS,
    errors.MessageIdInvalid,
    errors.MessageNotModified,
    errors.MessageEmpty,
    errors.MessageTooLong,
    errors.MediaCaptionTooLong,
    errors.MediaNewInvalid,
    errors.MediaPrevInvalid,
    errors.EntityBoundsInvalid,
)
FILES: Final = frozenset({"photo", "document"})  # kinds of media that take one another's place


class EditInline(Command, frozen=True):
    """To the box where a message lies that somebody sent through a bot: it says something else now."""

    name = "inline.edit"

    bot: int
    id: int
    text: str
    entities: tuple[Entity, ...]
    media: bytes
    markup: bytes

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        message = await sent_through(change, self.id, self.bot)
        if message is None:
            return
        new = msgspec.structs.replace(
            message,
            text=self.text,
            entities=self.entities,
            media=self.media,
            markup=self.markup,
            edit_date=change.now,
        )
        log = conversations.log_kept_in(change.owner, message.peer)
        copies = await log.copies(context)
        change.rewrite(new)
        await files.count_replaced(change, message.media, new.media, len(copies))
        change.announce(log.edited(message.id))
        edited = conversations.CopyEdited(
            sender=message.sender,
            origin=message.id,
            date=change.now,
            text=new.text,
            entities=new.entities,
            media=new.media,
            invert_media=new.invert_media,
            replaced=new.media != message.media,
            markup=new.markup,
        )
        conversations.to_copies(change, copies, edited)


async def sent_through(look: View, number: int, bot: int) -> Message | None:
    """Return a message of a box, if somebody sent it through this bot."""
    if look.owner.kind is Kind.USER:
        message = await conversations.readable(look, number)
    else:
        message = await look.get(Message, accounts.peer_id(look.owner), number)
    return message if message is not None and message.via == bot else None


@method(
    api.MessagesEditInlineBotMessage,
    needs=Needs.BOT,
    rate=Rate.SEND,
    home=Home.CALLER,
    raises=EDIT_ERRORS,
)
async def edit_inline_bot_message(call: Call, request: api.MessagesEditInlineBotMessage) -> bool:
    """Give a message that somebody sent through the calling bot another text, medium or keyboard."""
    where = bots.named_inline(call.context, call.user, request.id)
    old = await sent_through(call.look(where.box), where.id, call.user)
    if old is None or old.action:
        raise errors.MessageIdInvalid
    markup = await keyboards.take_markup(call, request.reply_markup, keyboards.Room.ANYWHERE)
    kept, text, entities = old.media, old.text, old.entities
    linking = media.kind_of(old.media) in {"", media.PAGE}
    if request.media is not None:
        taken = await media.take_media(call, request.media)
        if taken.kind not in FILES:
            raise errors.MediaNewInvalid
        if not linking and files.unpack_media_ref(old.media).kind not in FILES:
            raise errors.MediaPrevInvalid
        kept, linking = taken.pack(), False
    if request.message is not None:
        check = messages.check_text if linking else messages.check_caption
        text, entities = check(request.message, request.entities, call.user)
    if (kept, text, entities, markup) == (old.media, old.text, old.entities, old.markup):
        raise errors.MessageNotModified
    edit = EditInline(
        bot=call.user, id=where.id, text=text, entities=entities, media=kept, markup=markup
    )
    async with call.change() as change:
        change.send_command(where.box, edit)
    return True
