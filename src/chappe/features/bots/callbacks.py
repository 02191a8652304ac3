"""Buttons that give something back: a press waits for the answer (core.telegram.org/api/bots/buttons)."""

from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import accounts, auth, botqueue, conversations, keyboards
from chappe.ports import Record, in_order
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Command, Context, Event, PerServer, Viewer

from .asking import Answers, asked_at, first_query, new_query, tell_bot
from .inline_ids import name_inline, place_of

ANSWER_WAIT_S: Final = 15.0  # seconds a press waits for the bot's answer
QUERY_LIFETIME_S: Final = 150  # seconds a bot may answer a press
QUERIES_DROPPED_MAX: Final = 20  # old queries dropped whenever one comes
ANSWER_CHARACTERS_MAX: Final = 200  # characters of what is shown to who pressed
URL_BYTES_MAX: Final = 2_048  # bytes of an address that an answer opens


class CallbackQuery(Record, frozen=True):
    """In a bot's box: a press that it may answer. Its number begins with when it was, in Unix seconds."""

    table = "callback_query"
    key = (in_order("id"),)

    id: int
    user: int  # who pressed


class CallbackAnswer(NamedTuple):
    """What a bot answers to a press."""

    alert: bool
    message: str
    url: str
    cache_s: int  # seconds for which apps need not ask again


PRESSES: Final[PerServer[Answers[CallbackAnswer]]] = PerServer(lambda _: Answers(ANSWER_WAIT_S))


class CallbackAsked(Event, frozen=True):
    """To a bot: somebody pressed one of its buttons. Never kept but in the queue of its program."""

    name = "bots.callback_asked"

    query: int
    user: int
    peer: int  # of the conversation, as the bot has it; 0 below a message that somebody sent through it
    id: int  # of the message, as the bot has it
    instance: int
    data: bytes
    inline: bytes = b""  # the InputBotInlineMessageID below whose message it was

    async def render(
        self, viewer: Viewer, pts: int
    ) -> api.UpdateBotCallbackQuery | api.UpdateInlineBotCallbackQuery:
        """See `Event`."""
        viewer.mention_user(self.user)
        if self.inline:
            return api.UpdateInlineBotCallbackQuery(
                query_id=self.query,
                user_id=self.user,
                msg_id=tl.decode(self.inline),
                chat_instance=self.instance,
                data=self.data,
            )
        return api.UpdateBotCallbackQuery(
            query_id=self.query,
            user_id=self.user,
            peer=accounts.show_peer(viewer, self.peer),
            msg_id=self.id,
            chat_instance=self.instance,
            data=self.data,
        )


class PressButton(Command, frozen=True):
    """To a bot's box: somebody pressed one of its buttons."""

    name = "bots.press_button"

    asked: CallbackAsked

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        bot = await change.get(accounts.User)
        if bot is None or bot.deleted:
            return
        oldest = first_query(change.now - QUERY_LIFETIME_S)
        for gone in await change.scan(CallbackQuery, before=oldest, limit=QUERIES_DROPPED_MAX):
            change.drop(CallbackQuery, gone.id)
        change.put(CallbackQuery(id=self.asked.query, user=self.asked.user))
        kind = botqueue.UpdateKind.CALLBACK_QUERY
        await botqueue.queue(change, context, kind, self.asked, self.asked.user)
        context.delivery.begin(tell_bot(context, change.owner, self.asked))


class AnswerCallback(Command, frozen=True):
    """To the box of who pressed: what the bot answers."""

    name = "bots.answer_callback"

    query: int
    alert: bool
    message: str
    url: str
    cache_s: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        answer = CallbackAnswer(self.alert, self.message, self.url, self.cache_s)
        context.own(PRESSES).answered(self.query, answer)


async def _pressed(
    call: Call, request: api.MessagesGetBotCallbackAnswer
) -> tuple[int, CallbackAsked]:
    """Return which bot is asked by a press, and what.

    Raises:
        errors.MessageIdInvalid: the caller sees no such message, or it is of no bot.
        errors.DataInvalid: it has no such button.
        errors.PasswordMissing, errors.PasswordHashInvalid, errors.SrpIdInvalid: the button wants the
            caller's password.
    """
    where = await conversations.source_of(call, request.peer)
    message = await conversations.visible(where, request.msg_id)
    if message is None or request.game:
        raise errors.MessageIdInvalid  # no game is played here
    data = request.data or b""
    asks_password = keyboards.data_asks_password(message.markup, data)
    if asks_password is None:
        raise errors.DataInvalid
    if asks_password:
        if not await auth.has_password(call.context, call.user):
            raise errors.PasswordMissing
        if not isinstance(request.password, api.InputCheckPasswordSRP):
            raise errors.PasswordHashInvalid
        await auth.require_password(call, call.user, request.password)
    through = bool(message.via) and message.via != message.sender
    bot = message.via or message.author or message.sender
    user = await call.look(Owner(Kind.USER, bot)).get(accounts.User) if bot > 0 else None
    if user is None or not user.bot or user.deleted:
        raise errors.MessageIdInvalid
    private = where.owner.kind is Kind.USER
    shared = conversations.log_of(call, where).shared
    parties = (min(call.user, bot), max(call.user, bot)) if private else (where.peer, 0)
    return bot, CallbackAsked(
        query=new_query(call.context),
        user=call.user,
        peer=call.user if private else where.peer,
        id=message.id if shared else message.origin,
        instance=call.context.keyed("chat instance", *parties),
        data=data,
        inline=tl.encode(name_inline(call.context, bot, place_of(message))) if through else b"",
    )


@method(
    api.MessagesGetBotCallbackAnswer,
    rate=Rate.SEND,
    home=Home.CALLER,
    raises=(
        *accounts.PEER_ERRORS,
        errors.MessageIdInvalid,
        errors.DataInvalid,
        errors.BotResponseTimeout,
        errors.PasswordMissing,
        errors.PasswordHashInvalid,
        errors.SrpIdInvalid,
    ),
)
async def get_bot_callback_answer(
    call: Call, request: api.MessagesGetBotCallbackAnswer
) -> api.MessagesBotCallbackAnswer:
    """Press a button below a message, and return what its bot answers."""
    bot, asked = await _pressed(call, request)
    with call.context.own(PRESSES).expect(asked.query) as coming:
        async with call.change() as change:
            change.send_command(Owner(Kind.USER, bot), PressButton(asked=asked))
        answer = await coming
    if answer is None:
        raise errors.BotResponseTimeout
    return api.MessagesBotCallbackAnswer(
        alert=answer.alert,
        has_url=bool(answer.url),
        native_ui=True,
        message=answer.message or None,
        url=answer.url or None,
        cache_time=answer.cache_s,
    )


@method(
    api.MessagesSetBotCallbackAnswer,
    needs=Needs.BOT,
    rate=Rate.SEND,
    home=Home.CALLER,
    raises=(errors.QueryIdInvalid, errors.MessageTooLong, errors.UrlInvalid),
)
async def set_bot_callback_answer(call: Call, request: api.MessagesSetBotCallbackAnswer) -> bool:
    """Answer a press, once; who waits no more is not told."""
    message, url = request.message or "", request.url or ""
    if len(message) > ANSWER_CHARACTERS_MAX:
        raise errors.MessageTooLong
    if url and not await _opens_bot(call, url):
        raise errors.UrlInvalid
    async with call.change() as change:
        query = await change.get(CallbackQuery, request.query_id)
        if query is None or change.now - asked_at(query.id) > QUERY_LIFETIME_S:
            raise errors.QueryIdInvalid
        change.drop(CallbackQuery, query.id)
        answer = AnswerCallback(
            query=query.id,
            alert=request.alert,
            message=message,
            url=url,
            cache_s=max(0, request.cache_time),
        )
        change.send_command(Owner(Kind.USER, query.user), answer)
    return True


async def _opens_bot(call: Call, url: str) -> bool:
    """Whether an address opens the conversation with the calling bot, and so nothing else."""
    me = await call.look().get(accounts.User)
    if me is None or len(url.encode()) > URL_BYTES_MAX:
        return False
    split: Any = urlsplit
    try:
        parts = split(url)
    except ValueError:
        return False
    asked = parse_qs(parts.query)
    if parts.scheme == "tg" and parts.hostname == "resolve":
        name = asked.get("domain", [""])[0]
    elif parts.scheme in ("http", "https"):
        name = parts.path.strip("/")
    else:
        return False
    return bool(name) and name.lower() == me.username.lower()
